//! The slips of what residents write, on the virtual printer: what a finder of the paper can read, and what the counter
//! reads from its codes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use civic_kiosk::base::clock::china;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::form::{FormAnswer, Received};
use civic_kiosk::content::letter::{LetterEntry, LetterKind, Number};
use civic_kiosk::content::workdays::notices::built_in;
use civic_kiosk::content::{Form, Record, Site, Workdays};
use civic_kiosk::print::Printer;
use civic_kiosk::print::letters::{Receipted, filled_slip, letter_receipt};
use jiff::civil::date;

use crate::print::hall;

fn form() -> Form {
    let id = RecordId::parse("form/ysqgk").unwrap();
    match Record::from_bytes(&id, include_bytes!("../data/print/form.json")).unwrap() {
        Record::Form(form) => *form,
        other => panic!("{other:?}"),
    }
}

fn site() -> Site {
    let id = RecordId::parse("site/main").unwrap();
    match Record::from_bytes(&id, include_bytes!("../data/print/site.json")).unwrap() {
        Record::Site(site) => *site,
        other => panic!("{other:?}"),
    }
}

fn entries() -> Vec<LetterEntry> {
    let entry = |id: &str, label: &str, text: &str| LetterEntry {
        id: id.into(),
        label: label.into(),
        copy: 0,
        text: text.into(),
        value: String::new(),
    };
    vec![
        entry("desc", "信息名称或者内容描述", &"2025年柳林村道路硬化项目的验收报告。".repeat(20)),
        entry("name", "姓名", "张三丰"),
        entry("idno", "居民身份证号码", "11010519491231002X"),
        entry("tel", "联系电话", "13812345678"),
    ]
}

/// The QR codes in a picture, and that an independent decoder reads the same in them.
fn codes(png: &Path) -> Vec<String> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(png).unwrap()));
    reader.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = reader.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, step) = (info.width as usize, info.line_size / info.width as usize);
    let grey = |x: usize, y: usize| pixels[y * info.line_size + x * step];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, info.height as usize, grey);
    let read: Vec<String> = image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
    let zbar = scanned(png, &["-Sbinary"]);
    assert!(!read.is_empty() && read.iter().all(|code| zbar.contains(code.as_str())), "{read:?}\n{zbar}");
    read
}

/// What `zbarimg` reads.
fn scanned(png: &Path, more: &[&str]) -> String {
    let read = Command::new("zbarimg").args(["-q", "--raw"]).args(more).arg(png).output().unwrap();
    String::from_utf8(read.stdout).unwrap()
}

#[test]
fn the_receipt_of_a_letter_shows_its_number_to_people_and_to_scanners_and_hides_its_owner() {
    for (profile, width) in [("generic-80", 576), ("generic-58", 384)] {
        let hall = hall(width, &[]);
        let (form, site) = (form(), site());
        let at = date(2026, 9, 10).at(9, 5, 0, 0).to_zoned(china()).unwrap();
        let number = Number::new(at.date(), [9, 18, 27, 11, 12, 3, 4]);
        let answer = FormAnswer { days: 20, received: Some(Received::Handed) };
        let due = answer.due(Some(at.date()), &Workdays::from_notices(&built_in()));
        let receipt = Receipted {
            kind: LetterKind::Application,
            number: Some(&number),
            title: &form.title,
            office: "云川市人民政府办公室",
            at: &at,
            due: &due,
            form: Some(&form),
            entries: &entries(),
            helper: None,
            ask: "0999-5550000",
        };
        hall.printer(profile).print(&letter_receipt(&receipt, &site)).unwrap();
        let (text, png) = hall.receipt();
        for part in
            [number.as_str(), "张**", "002X", "138****5678", "2026年10月14日", "不收取费用", "送到收件单位后生效"]
        {
            // Narrow paper breaks a sentence anywhere.
            let lines: String = text.split('\n').collect();
            assert!(lines.contains(part), "{profile}: {part} is not on\n{text}");
        }
        for secret in ["张三丰", "11010519491231002X", "13812345678"] {
            assert!(!text.contains(secret), "{profile}: {secret} is on\n{text}");
        }
        assert_eq!(scanned(&png, &[]).trim(), number.as_str().replace('-', ""), "{profile}");
    }
}

#[test]
fn the_counter_reads_every_answer_from_the_codes_of_a_filled_slip() {
    for (profile, width) in [("generic-80", 576), ("generic-58", 384)] {
        let hall = hall(width, &[]);
        let at = date(2026, 9, 10).at(9, 5, 0, 0).to_zoned(china()).unwrap();
        let slip = filled_slip(&form(), &entries(), "政府办公室", &site(), &at).unwrap();
        hall.printer(profile).print(&slip).unwrap();
        let (text, png) = hall.receipt();
        assert!(!text.contains("张三丰") && !text.contains("13812345678"), "{profile}\n{text}");
        let mut parts: Vec<String> = codes(&png);
        parts.sort();
        let whole: String = parts.iter().map(|part| part.split_once('\n').unwrap().1).collect();
        let lines: Vec<String> = entries().iter().map(|entry| format!("{}：{}", entry.label, entry.text)).collect();
        assert_eq!(whole, lines.join("\n"), "{profile}");
        assert!(parts.len() > 1 && parts[0].starts_with("政府信息公开申请表 1/"), "{profile}: {parts:?}");
    }
}
