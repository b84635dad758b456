//! Promises of `print`: from a guide to paper, over a real socket to the virtual printer.
//! No device outside of this process is touched.
#![allow(clippy::unwrap_used, clippy::panic)] // Builders outside of test functions.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic_kiosk::base::clock::{SystemClock, china};
use civic_kiosk::content::{Answers, Guide, Hours, Org, Record, Site, Window};
use civic_kiosk::print::simulator::{Fault, Notice, Settings, Simulator, SimulatorError};
use civic_kiosk::print::{
    Address, Align, Cell, Delivery, Document, EscPosPrinter, Payload, PrintFault, Printer, PrinterStatus, Profile,
    Style, TransportFault, receipt, text,
};
use jiff::civil::date;

pub struct Hall {
    _folder: tempfile::TempDir,
    pub out: PathBuf,
    pub simulator: Simulator,
    pub notices: Receiver<Notice>,
}

pub fn hall(width_dots: usize, faults: &[&str]) -> Hall {
    hall_at(loopback(0), width_dots, faults)
}

pub fn hall_at(listen: SocketAddr, width_dots: usize, faults: &[&str]) -> Hall {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("receipts");
    let (tell, notices) = channel();
    let faults = faults.iter().map(|f| Fault::parse(f).unwrap()).collect();
    let settings = Settings { listen, out: out.clone(), width_dots, faults };
    let simulator = Simulator::start(settings, move |notice| drop(tell.send(notice))).unwrap();
    Hall { _folder: folder, out, simulator, notices }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Hall {
    pub fn printer(&self, profile: &str) -> EscPosPrinter {
        let address = Address::Tcp("127.0.0.1".to_owned(), self.simulator.address().port());
        EscPosPrinter::new(&address, Profile::builtin(profile).unwrap(), Arc::new(SystemClock::new()))
    }

    /// The next receipt as (text, PNG path); it must be without any complaint.
    pub fn receipt(&self) -> (String, PathBuf) {
        match self.notices.recv_timeout(Duration::from_secs(20)).unwrap() {
            Notice::Receipt { png, txt, problems, .. } => {
                assert!(problems.is_empty(), "{problems:?}");
                // For people who want to look at them.
                if let Some(folder) = std::env::var_os("KEEP_RECEIPTS") {
                    let name = format!("{}.png", std::thread::current().name().unwrap().replace("::", "-"));
                    std::fs::copy(&png, Path::new(&folder).join(name)).unwrap();
                }
                (std::fs::read_to_string(txt).unwrap(), png)
            }
            other => panic!("{other:?}"),
        }
    }
}

fn record(id: &str, json: &str) -> Record {
    let id = civic_kiosk::base::id::RecordId::parse(id).unwrap();
    Record::from_bytes(&id, json.as_bytes()).unwrap()
}

/// The hall of `tests/data/print`.
fn sample() -> (Guide, Vec<Window>, Vec<Hours>, Org, Site) {
    let Record::Guide(guide) = record("guide/elder-card", include_str!("../data/print/guide.json")) else { panic!() };
    let Record::Window(window) = record("window/3", include_str!("../data/print/window.json")) else { panic!() };
    let Record::Hours(hours) = record("hours/hall", include_str!("../data/print/hours.json")) else { panic!() };
    let Record::Org(org) = record("org/civil", include_str!("../data/print/org.json")) else { panic!() };
    let Record::Site(site) = record("site/main", include_str!("../data/print/site.json")) else { panic!() };
    (*guide, vec![*window], vec![*hours], *org, *site)
}

pub fn checklist(change: impl FnOnce(&mut Guide, &mut Site, &mut Answers)) -> Document {
    let (mut guide, windows, hours, org, mut site) = sample();
    let mut answers = Answers::default();
    change(&mut guide, &mut site, &mut answers);
    let printed = date(2026, 7, 6).at(9, 5, 0, 0).to_zoned(china()).unwrap();
    receipt::checklist_receipt(&guide, &answers, &windows, &hours, &org, &site, 7, date(2026, 7, 1), printed)
}

pub fn note(text: &str) -> Document {
    let mut document = Document::new();
    document.text(text, Style::PLAIN).cut();
    document
}

pub fn read_qr(png: &Path) -> String {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(png).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let width = info.width as usize;
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, info.height as usize, |x, y| pixels[y * width + x]);
    let codes: Vec<_> = image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).collect();
    assert_eq!(codes.len(), 1, "one code on {}", png.display());
    codes[0].1.clone()
}

#[test]
fn a_resident_takes_the_checklist_home() {
    let hall = hall(576, &[]);
    let delivery = hall.printer("generic-80").print(&checklist(|_, _, _| {})).unwrap();
    assert_eq!(delivery, Delivery::Confirmed);
    let (text, png) = hall.receipt();
    for part in [
        "一次性告知单",
        "老年人优待证办理",
        "谁来办：本人",
        "□ 申请人居民身份证",
        "1份",
        "（下面2种，带一种就行）",
        "窗口  3号 老年人服务",
        "周一至周五 9:00-12:00",
        "咨询  0555-6781234",
        "时限  当场办结",
        "费用  不收费",
        "投诉  0555-6781235",
        "内容第7期，2026年7月1日更新",
        "2026年7月6日 9:05打印",
        "样例",
    ] {
        assert!(text.contains(part), "{part} is not on\n{text}");
    }
    assert!(!text.contains("授权委托书"), "a paper of another situation");
    assert_eq!(read_qr(&png), "https://www.example.gov.cn/guide/elder-card");
}

#[test]
fn another_situation_lists_its_own_papers() {
    let hall = hall(576, &[]);
    let document = checklist(|guide, _, answers| answers.choose(guide, 0, 1));
    hall.printer("generic-80").print(&document).unwrap();
    let (text, _) = hall.receipt();
    assert!(text.contains("谁来办：代办") && text.contains("授权委托书"), "{text}");
}

#[test]
fn a_guide_without_an_official_page_carries_its_text_in_the_code() {
    for (profile, width) in [("generic-80", 576), ("generic-58", 384)] {
        let hall = hall(width, &[]);
        let document = checklist(|guide, _, _| guide.imprint.url = None);
        hall.printer(profile).print(&document).unwrap();
        let (_, png) = hall.receipt();
        let code = read_qr(&png);
        assert!(code.starts_with("老年人优待证办理\n") && code.contains("申请人居民身份证（原件1份）"), "{code}");
    }
}

#[test]
fn a_host_that_is_not_allowed_never_gets_into_the_code() {
    let hall = hall(576, &[]);
    let document = checklist(|_, site, _| site.qr_hosts.clear());
    hall.printer("generic-80").print(&document).unwrap();
    assert!(!read_qr(&hall.receipt().1).contains("http"));
}

#[test]
fn what_was_laid_out_is_what_the_printer_reads() {
    let hall = hall(576, &[]);
    let lines = ["政务公开，便民利民。", "ABC abc 0123456789", "é中国 ￥5.00 —— “引号”……", "□ 身份证　复印件"];
    let mut document = Document::new();
    document.title("大字").text(&lines.join("\n"), Style::PLAIN).text("粗体", Style::BOLD).cut();
    hall.printer("generic-80").print(&document).unwrap();
    let expected = format!("大字\n{}\n粗体\n", lines.join("\n"));
    assert_eq!(hall.receipt().0, expected);
}

#[test]
fn the_test_page_prints_on_both_papers_without_a_complaint() {
    let printed = date(2026, 7, 6).at(9, 5, 0, 0).to_zoned(china()).unwrap();
    for (profile, width) in [("generic-80", 576), ("generic-58", 384)] {
        let hall = hall(width, &[]);
        let page = receipt::test_page(&Profile::builtin(profile).unwrap(), &printed);
        hall.printer(profile).print(&page).unwrap();
        assert_eq!(read_qr(&hall.receipt().1), "打印测试页");
    }
}

/// Pixels of a receipt: width and darkness.
fn pixels(png: &Path) -> (usize, Vec<bool>) {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(png).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut grey = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut grey).unwrap();
    (info.width as usize, grey.iter().map(|dot| *dot < 128).collect())
}

#[test]
fn a_name_in_a_rare_hanzi_and_scripts_of_minorities_are_drawn_and_the_code_still_reads() {
    for (profile, width) in [("generic-80", 576), ("generic-58", 384), ("raster-80", 576), ("presenter-80", 576)] {
        let hall = hall(width, &[]);
        let mut document = Document::new();
        document.title("老年人优待证办理").rule(civic_kiosk::print::Rule::Heavy);
        document.pair("申请人", "张𠮷㼆、李𬭊").pair("电话", "0999-5550000");
        document.text("བོད་ཡིག　རྒན་འཁོགས་ལག་ཁྱེར་དགོས་པའི་ཡིག་ཆ།", Style::PLAIN);
        document.text("ئۇيغۇرچە: كىملىك كىنىشكىسى 2026-يىلى", Style::PLAIN);
        document.text("ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ ᠦᠨ ᠬᠡᠯᠡ", Style::PLAIN).text("ꆈꌠꁱꂷ ꌠꉙꄖ", Style::PLAIN);
        document.text("没有字形的字：\u{e123}", Style::BOLD);
        document.row(vec![
            Cell::fixed("□", 2, Align::Left),
            Cell::rest("申请人居民身份证、户口簿（𠮷先生本人带来）"),
            Cell::fixed("1份", 5, Align::Right),
        ]);
        document
            .qr(Payload::Link("https://www.example.gov.cn/a".to_owned()))
            .text("扫码看官方网页", Style::CENTER)
            .cut();
        hall.printer(profile).print(&document).unwrap();
        let (text, png) = hall.receipt();
        assert!(text.contains("[图像") && !text.contains('?'), "{profile}: {text}");
        assert_eq!(read_qr(&png), "https://www.example.gov.cn/a", "{profile}");
    }
}

#[test]
fn every_dot_of_a_picture_comes_out_where_it_was_drawn() {
    let (width, height) = (576, 300);
    // A pattern with every kind of neighbourhood, empty stretches and the bytes of real-time commands.
    let dark = |x: usize, y: usize| (y / 40).is_multiple_of(2) && (x * 7 + y * 13) % 31 < 9;
    let grey: Vec<u8> = (0..width * height).map(|i| if dark(i % width, i / width) { 0 } else { 255 }).collect();
    let picture =
        civic_kiosk::print::Picture::from_grey(&grey, width, height, civic_kiosk::print::Tone::Line, 576).unwrap();
    let mut document = Document::new();
    document.picture(picture).cut();
    let hall = hall(576, &[]);
    hall.printer("generic-80").print(&document).unwrap();
    let (across, dots) = pixels(&hall.receipt().1);
    let wrong =
        (0..width * height).filter(|i| dots[i / width * across + i % width] != dark(i % width, i / width)).count();
    // At most one dot for each real-time command that was broken up.
    assert!(wrong <= 60, "{wrong} dots differ");
}

#[test]
fn a_code_of_every_size_that_fits_the_paper_is_read_by_two_decoders() {
    let mut printer = civic_kiosk::print::simulator::Machine::new(576, Vec::new()).unwrap();
    let profile = Profile::builtin("generic-80").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut sizes = std::collections::BTreeSet::new();
    for hanzi in (1..=500).step_by(7) {
        let text: String = "政务公开便民利民".chars().cycle().take(hanzi).collect();
        let matrix = civic_kiosk::print::Matrix::encode(&text).unwrap();
        if !sizes.insert(matrix.size()) {
            continue;
        }
        let mut document = Document::new();
        document.feed(1).qr(Payload::Text(text.clone())).feed(1).cut();
        let output = printer.feed(&text::encode(&document, &profile).unwrap());
        let png = output
            .events
            .into_iter()
            .map(|event| match event {
                civic_kiosk::print::simulator::Event::Receipt(receipt) => receipt.png,
                civic_kiosk::print::simulator::Event::Problem { problem, .. } => panic!("{problem}"),
            })
            .next();
        let path = folder.path().join("code.png");
        std::fs::write(&path, png.unwrap()).unwrap();
        assert_eq!(read_qr(&path), text);
        let zbar = std::process::Command::new("zbarimg").args(["-q", "--raw", "-Sbinary"]).arg(&path).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&zbar.stdout), text, "size {}", matrix.size());
    }
    assert!(sizes.len() >= 18, "{sizes:?}");
}

#[test]
fn links_around_a_full_length_byte_are_read_whoever_draws_the_code() {
    let native = include_str!("../../kiosk-config/printers/generic-80.toml").replace("\"raster\"", "\"native\"");
    let native = Profile::parse(&native, Path::new("native.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    for profile in [Profile::builtin("generic-80").unwrap(), native] {
        for length in [252, 253, 254, 255, 256, 257] {
            let mut printer = civic_kiosk::print::simulator::Machine::new(576, Vec::new()).unwrap();
            let link = format!("https://www.example.gov.cn/{}", "x".repeat(length - 27));
            let mut document = Document::new();
            document.feed(1).qr(Payload::Link(link.clone())).feed(1).cut();
            let output = printer.feed(&text::encode(&document, &profile).unwrap());
            let [civic_kiosk::print::simulator::Event::Receipt(receipt)] = &output.events[..] else {
                panic!("{length}: not one receipt without a complaint");
            };
            std::fs::write(&path, &receipt.png).unwrap();
            assert_eq!(read_qr(&path), link, "{length}");
            let zbar = std::process::Command::new("zbarimg").args(["-q", "--raw"]).arg(&path).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&zbar.stdout).trim_end(), link, "{length}");
        }
    }
}

#[test]
fn a_barcode_is_read_by_an_independent_decoder() {
    for (profile, width) in [("generic-80", 576), ("generic-58", 384)] {
        for number in ["YSQ202609001", "123456", "A-1"] {
            let hall = hall(width, &[]);
            let mut document = Document::new();
            document.feed(1).barcode(civic_kiosk::print::Barcode::new(number).unwrap()).feed(1).cut();
            hall.printer(profile).print(&document).unwrap();
            let (text, png) = hall.receipt();
            assert!(text.contains(number));
            let zbar = std::process::Command::new("zbarimg").args(["-q", "--raw"]).arg(&png).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&zbar.stdout).trim(), number, "{profile}");
        }
    }
}

#[test]
fn the_strip_of_an_unknown_printer_is_understood_by_every_printer() {
    let hall = hall(640, &[]);
    hall.printer("generic-80").send_raw(&civic_kiosk::print::identify::strip()).unwrap();
    let (text, _) = hall.receipt();
    for part in ["Longest whole bar", "1 国标", "2 镕喆", "3 𠮷", "576"] {
        assert!(text.contains(part), "{part} is not on\n{text}");
    }
}

#[test]
fn an_empty_document_and_one_of_three_hundred_lines_are_receipts_too() {
    let hall = hall(576, &[]);
    let mut printer = hall.printer("generic-80");
    assert_eq!(printer.print(&Document::new()).unwrap(), Delivery::Confirmed, "not even a cut");
    let mut empty = Document::new();
    empty.cut();
    assert_eq!(printer.print(&empty).unwrap(), Delivery::Confirmed);
    assert_eq!(hall.receipt().0, "");
    let lines: Vec<String> = (1..=300).map(|n| format!("第{n}行")).collect();
    assert_eq!(printer.print(&note(&lines.join("\n"))).unwrap(), Delivery::Confirmed);
    assert_eq!(hall.receipt().0.lines().count(), 300);
    assert_eq!(printer.print(&note(&lines.join("\n").replace("第7行", "第𠮷行"))).unwrap(), Delivery::Confirmed);
    assert!(hall.receipt().0.contains("[图像"));
    let endless = note(&"一\n".repeat(700));
    assert!(matches!(printer.print(&endless), Err(PrintFault::NotPrintable(_))));
}

#[test]
fn a_silent_printer_gets_nothing_and_the_resident_is_told() {
    let hall = hall(576, &["silent"]);
    let fault = hall.printer("generic-80").print(&note("甲")).unwrap_err();
    assert!(matches!(fault, PrintFault::NotReady(PrinterStatus::Silent)));
    assert_eq!(fault.resident_text(), "打印机没有回应，请扫码带走或告诉工作人员");
    assert!(hall.notices.try_recv().is_err(), "something was printed");
}

#[test]
fn each_trouble_is_seen_before_anything_is_sent() {
    for (fault, expected) in [
        ("paper-out-after=0", PrinterStatus::PaperOut),
        ("cover-open", PrinterStatus::CoverOpen),
        ("cutter", PrinterStatus::CutterFault),
        ("overheated", PrinterStatus::Overheated),
        ("offline", PrinterStatus::Offline),
        ("garbage", PrinterStatus::Unclear),
    ] {
        let hall = hall(576, &[fault]);
        let mut printer = hall.printer("generic-80");
        assert_eq!(printer.status(), expected, "{fault}");
        match printer.print(&note("甲")) {
            Err(PrintFault::NotReady(status)) => assert_eq!(status, expected),
            other => panic!("{fault}: {other:?}"),
        }
    }
}

#[test]
fn paper_that_ends_on_the_way_is_noticed() {
    let hall = hall(576, &["paper-out-after=200"]);
    let fault = hall.printer("generic-80").print(&checklist(|_, _, _| {})).unwrap_err();
    assert!(matches!(fault, PrintFault::Stopped(PrinterStatus::PaperOut)), "{fault:?}");
    assert!(fault.may_have_printed());
}

#[test]
fn a_printer_that_hangs_up_halfway_leaves_no_claim_of_success() {
    let hall = hall(576, &["close-after=400"]);
    let fault = hall.printer("generic-80").print(&checklist(|_, _, _| {})).unwrap_err();
    assert!(matches!(fault, PrintFault::Broken(_) | PrintFault::Stopped(_)), "{fault:?}");
    assert!(fault.resident_text().contains("可能不全"));
}

#[test]
fn a_printer_that_never_confirms_is_only_sent_to() {
    let hall = hall(576, &["no-confirm"]);
    assert_eq!(hall.printer("generic-80").print(&note("甲")).unwrap(), Delivery::Sent);
    assert_eq!(hall.receipt().0, "甲\n");
}

#[test]
fn a_slow_printer_gets_the_whole_receipt_in_small_bites() {
    let hall = hall(576, &["slow=2000"]);
    let long = "慢慢印，不着急。".repeat(20);
    assert_eq!(hall.printer("generic-80").print(&note(&long)).unwrap(), Delivery::Confirmed);
    assert_eq!(hall.receipt().0.replace('\n', ""), long);
}

#[test]
fn late_answers_are_not_taken_for_ready() {
    let hall = hall(576, &["late=1500"]);
    assert_eq!(hall.printer("generic-80").status(), PrinterStatus::Silent);
}

#[test]
fn nobody_listening_is_a_refusal() {
    let port = TcpListener::bind(loopback(0)).unwrap().local_addr().unwrap().port();
    let address = Address::Tcp("127.0.0.1".to_owned(), port);
    let profile = Profile::builtin("generic-80").unwrap();
    let mut printer = EscPosPrinter::new(&address, profile, Arc::new(SystemClock::new()));
    match printer.print(&note("甲")) {
        Err(PrintFault::Unreachable(error)) => {
            assert_eq!((error.fault, error.written), (TransportFault::Refused, 0));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_gets_the_bytes_and_nothing_is_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipt.bin");
    let profile = Profile::builtin("generic-80").unwrap();
    let mut printer = EscPosPrinter::new(&Address::File(path.clone()), profile.clone(), Arc::new(SystemClock::new()));
    assert_eq!(printer.status(), PrinterStatus::NotAsked);
    assert_eq!(printer.print(&note("甲")).unwrap(), Delivery::Sent);
    assert_eq!(std::fs::read(&path).unwrap(), text::encode(&note("甲"), &profile).unwrap());
}

#[test]
fn the_printers_own_code_is_drawn_and_read() {
    let hall = hall(576, &[]);
    let native = include_str!("../../kiosk-config/printers/generic-80.toml").replace("\"raster\"", "\"native\"");
    let profile = Profile::parse(&native, Path::new("native.toml")).unwrap();
    let mut document = Document::new();
    document.feed(2).qr(Payload::Link("https://www.example.gov.cn/a".to_owned())).feed(2).cut();
    let address = Address::Tcp("127.0.0.1".to_owned(), hall.simulator.address().port());
    EscPosPrinter::new(&address, profile, Arc::new(SystemClock::new())).print(&document).unwrap();
    let (text, png) = hall.receipt();
    assert!(text.contains("[二维码 https://www.example.gov.cn/a]"));
    assert_eq!(read_qr(&png), "https://www.example.gov.cn/a");
}

#[test]
fn the_virtual_printer_keeps_to_loopback_and_names_a_taken_port() {
    let start = |listen| {
        let settings = Settings { listen, out: std::env::temp_dir(), width_dots: 576, faults: Vec::new() };
        Simulator::start(settings, |_| {}).err().unwrap()
    };
    assert!(matches!(start(SocketAddr::from(([0, 0, 0, 0], 0))), SimulatorError::NotLoopback(_)));
    let taken = TcpListener::bind(loopback(0)).unwrap();
    let error = start(taken.local_addr().unwrap());
    assert!(matches!(error, SimulatorError::Busy(_)));
    assert!(error.to_string().contains("已被占用"));
}

#[test]
fn receipts_of_an_earlier_run_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let written = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..2 {
        let (tell, notices) = channel();
        let settings =
            Settings { listen: loopback(0), out: folder.path().to_owned(), width_dots: 576, faults: Vec::new() };
        let simulator = Simulator::start(settings, move |notice| drop(tell.send(notice))).unwrap();
        let address = Address::Tcp("127.0.0.1".to_owned(), simulator.address().port());
        let profile = Profile::builtin("generic-80").unwrap();
        EscPosPrinter::new(&address, profile, Arc::new(SystemClock::new())).print(&note("甲")).unwrap();
        if let Notice::Receipt { png, .. } = notices.recv_timeout(Duration::from_secs(10)).unwrap() {
            written.lock().unwrap().push(png);
        }
    }
    let names = written.lock().unwrap();
    assert_ne!(names[0], names[1]);
    assert!(names.iter().all(|png| png.exists()));
}

#[test]
fn a_receipt_file_is_never_seen_half_written() {
    let hall = hall(576, &[]);
    hall.printer("generic-80").print(&note("甲")).unwrap();
    let (_, png) = hall.receipt();
    let mut bytes = Vec::new();
    std::fs::File::open(png).unwrap().read_to_end(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82"));
    let rest: Vec<_> = std::fs::read_dir(&hall.out).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(rest.len(), 2, "{rest:?}");
}
