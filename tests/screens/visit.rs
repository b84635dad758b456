//! A visit touched through, page by page.

use civic_kiosk::app::model::Page;
use civic_kiosk::content::Record;
use civic_kiosk::print::Matrix;
use civic_kiosk::print::qr::QUIET_MODULES;
use civic_kiosk::print::status::PrinterStatus;
use slint::ComponentHandle;

use crate::terminal::Terminal;

#[test]
fn four_touches_lead_from_home_to_a_guide_and_one_more_takes_it_home() {
    let mut terminal = Terminal::new();
    terminal.touch("触摸开始");
    for title in ["我要办", "部门", "云川市民政局", "老年人优待证办理"] {
        terminal.touch_row(title);
    }
    assert_eq!(terminal.labelled("要带的材料").len(), 1);
    terminal.touch("打印清单");
    assert_eq!(terminal.doings.printed.get(), 1);
    assert_eq!(terminal.labelled("打好了").len(), 2, "the card and its title");
    terminal.touch("知道了");
    terminal.touch("结束");
    assert_eq!(terminal.labelled("触摸开始").len(), 1);
}

#[test]
fn another_answer_shows_other_papers_at_once() {
    let mut terminal = Terminal::new();
    terminal.open_guide("elder-allowance");
    assert_eq!(terminal.labelled("老人户口簿").len(), 1);
    terminal.touch("年度核查");
    assert_eq!(terminal.labelled("证明老人健在（任选其一）").len(), 1);
    assert_eq!(terminal.labelled("老人户口簿").len(), 0);
    terminal.touch("请别人代办");
    terminal.touch("下一屏");
    assert_eq!(terminal.labelled("代办人居民身份证").len(), 1);
}

#[test]
fn a_printer_without_paper_offers_the_code_instead() {
    let mut terminal = Terminal::new();
    terminal.doings.printer.set(Some(PrinterStatus::PaperOut));
    terminal.open_guide("elder-card");
    assert_eq!(terminal.labelled(PrinterStatus::PaperOut.resident_text()).len(), 1, "said before anybody tries");
    terminal.touch("打印清单");
    assert_eq!(terminal.labelled("没有打出来").len(), 2);
    // The page below has the same button; the overlay's is the last one.
    terminal.touch_last("扫码带走");
    assert_eq!(terminal.labelled("二维码").len(), 1);
}

#[test]
fn a_receipt_that_waits_for_paper_shows_what_to_do_and_still_offers_the_code() {
    let mut terminal = Terminal::new();
    terminal.doings.is_waiting.set(true);
    terminal.open_guide("elder-card");
    terminal.touch("打印清单");
    assert_eq!(terminal.labelled("打印机缺纸").len(), 2, "the card and its title");
    for step in ["1. 打开盖子", "2. 放进新纸卷，纸头朝外", "3. 合上盖子，按紧"] {
        assert_eq!(terminal.labelled(step).len(), 1, "{step}");
    }
    terminal.touch("不等了，扫码带走");
    assert_eq!(terminal.labelled("二维码").len(), 1);
}

/// Every code on the screen, as `rqrr` and `zbarimg` read it, who must agree.
fn codes(terminal: &Terminal) -> Vec<String> {
    let picture = terminal.window().window().take_snapshot().unwrap();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_slice();
    let grey = |p: &slint::Rgba8Pixel| ((u32::from(p.r) + u32::from(p.g) + u32::from(p.b)) / 3) as u8;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey(&pixels[y * width + x]));
    let codes: Vec<String> = image.detect_grids().iter().filter_map(|g| Some(g.decode().ok()?.1)).collect();
    let file = tempfile::Builder::new().suffix(".pgm").tempfile().unwrap();
    let mut bytes = format!("P5 {width} {height} 255\n").into_bytes();
    bytes.extend(pixels.iter().map(grey));
    std::fs::write(file.path(), bytes).unwrap();
    let zbar =
        std::process::Command::new("zbarimg").args(["-q", "--raw", "-Sbinary"]).arg(file.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&zbar.stdout), codes.concat(), "two decoders");
    codes
}

#[test]
fn a_code_on_the_screen_is_read_at_every_length_and_beyond_what_fits_there_is_a_sentence() {
    for length in [60, 252, 253, 254, 255, 256, 257, 300, 301, 700, 1_500, 1_501] {
        let mut terminal = Terminal::new();
        terminal.open_guide("elder-allowance");
        let host = "https://www.yunchuan.example.gov.cn/";
        let link = format!("{host}{}", "x".repeat(length - host.len()));
        let Page::Record(page) = &mut terminal.screen.model.visit.as_mut().unwrap().page else { panic!() };
        let Record::Guide(guide) = &mut page.opened.record else { panic!() };
        guide.imprint.url = Some(link.clone());
        terminal.touch("扫码带走");
        if length > 1_500 {
            assert!(terminal.labels().iter().any(|label| label.contains("二维码生成不了")));
            continue;
        }
        assert_eq!(codes(&terminal), [link], "{length} bytes");
        let shown = terminal.labelled("二维码").pop().unwrap().size().width;
        let modules = Matrix::encode(&terminal_link(&terminal)).unwrap().size() + 2 * QUIET_MODULES;
        assert!((shown / modules as f32).fract() == 0.0, "{shown} pixels for {modules} modules");
    }
}

fn terminal_link(terminal: &Terminal) -> String {
    let Page::Record(page) = &terminal.screen.model.visit.as_ref().unwrap().page else { panic!() };
    let Record::Guide(guide) = &page.opened.record else { panic!() };
    guide.imprint.url.clone().unwrap()
}

#[test]
fn a_change_of_the_printer_is_on_the_page_within_two_seconds() {
    let mut terminal = Terminal::new();
    terminal.open_guide("elder-card");
    for status in [PrinterStatus::PaperOut, PrinterStatus::CoverOpen, PrinterStatus::Silent, PrinterStatus::Ready] {
        terminal.doings.printer.set(Some(status));
        terminal.wait(2);
        let shown = terminal.labelled(status.resident_text()).len();
        assert_eq!(shown, usize::from(!status.can_print()), "{status:?}");
    }
}

#[test]
fn the_code_on_the_screen_can_be_scanned_in_every_theme() {
    for touches in [&[][..], &["对比"], &["对比", "对比"], &["大字", "大字"], &["低位"]] {
        let mut terminal = Terminal::new();
        terminal.open_guide("elder-allowance");
        for tool in touches {
            terminal.touch(tool);
        }
        terminal.touch("扫码带走");
        let codes = codes(&terminal);
        assert_eq!(codes, ["https://www.yunchuan.example.gov.cn/bszn/elder-allowance"], "{touches:?}");
    }
}

#[test]
fn what_is_read_aloud_is_marked_and_stops_with_a_touch() {
    let mut terminal = Terminal::new();
    terminal.open_guide("elder-card");
    terminal.touch("朗读");
    assert!(terminal.doings.spoken.borrow()[0].contains("老年人优待证"));
    assert_eq!(terminal.labelled("停止").len(), 1);
    terminal.touch("停止");
    assert_eq!(terminal.doings.silences.get(), 1);
    assert_eq!(terminal.labelled("朗读").len(), 1);
}

#[test]
fn a_forgotten_visit_is_warned_and_wiped_to_the_very_pixel() {
    let mut fresh = Terminal::new();
    fresh.wait(1);
    let before = fresh.window().window().take_snapshot().unwrap();
    let mut terminal = Terminal::new();
    terminal.open_guide("elder-card");
    for tool in ["大字", "对比", "低位"] {
        terminal.touch(tool);
    }
    terminal.wait(121);
    assert_eq!(terminal.labelled("继续使用").len(), 1);
    terminal.touch("继续使用");
    assert_eq!(terminal.labelled("继续使用").len(), 0);
    terminal.wait(120 + 30);
    let after = terminal.window().window().take_snapshot().unwrap();
    assert!(before.as_bytes() == after.as_bytes(), "the attract screen differs from a fresh start");
}

#[test]
fn the_end_of_a_long_guide_can_be_reached_by_button() {
    let mut terminal = Terminal::new();
    terminal.open_guide("elder-allowance");
    for _ in 0..12 {
        terminal.touch("下一屏");
    }
    let last = terminal.labelled("不满意，去投诉").pop().unwrap();
    let bottom = last.absolute_position().y + last.size().height;
    let buttons = terminal.labelled("下一屏").pop().unwrap().absolute_position().y;
    assert!(bottom < buttons, "the complaint ends at {bottom}, below the buttons at {buttons}");
}

#[test]
fn an_unsteady_hand_opens_one_page_not_two() {
    let mut terminal = Terminal::new();
    terminal.touch("触摸开始");
    for title in ["我要办", "部门", "云川市民政局"] {
        terminal.touch_row(title);
    }
    // The second touch of the same hand falls on what has just appeared there.
    let second = "高龄津贴申请和年度核查";
    let label = terminal.labels().into_iter().find(|label| label.starts_with(second)).unwrap();
    terminal.touch_at_once(&label);
    assert_eq!(terminal.labelled("要带的材料").len(), 0);
}
