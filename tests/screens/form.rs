//! Forms on the screen: the whole application by touch, every kind of question on every panel, all of it listed and said.

use std::collections::BTreeSet;

use civic_kiosk::access::Panel;
use civic_kiosk::app::form::Screen;
use civic_kiosk::app::mailroom::{HandInTrouble, MailOffer};
use civic_kiosk::app::model::Page;
use civic_kiosk::content::Record;
use civic_kiosk::view::ui::{FormBridge, LeafletBridge, TypingBridge};
use i_slint_backend_testing::AccessibleRole;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, Model as _};

use crate::elements::{TOUCH_MM_MIN, VARIANTS, is_button, touchable};
use crate::forms::every_kind;
use crate::hall::{hall_in, sample};
use crate::picture::check;
use crate::terminal::{PANEL, Terminal};

const ID_CARD: &str = "11010519491231002X";
const FORM: [&str; 3] = ["我要问", "表格", "政府信息公开申请表"];

pub fn look(name: &str, terminal: &Terminal) {
    check(name, &terminal.window().window().take_snapshot().unwrap());
}

/// On the page of the form with a question of every kind.
fn every(panel: Panel, variant: &[&str]) -> Terminal {
    let mut terminal = Terminal::of(sample(), panel);
    terminal.doings.mailbox.set(Some(MailOffer::Open));
    terminal.touch("触摸开始");
    for tool in variant {
        terminal.touch(tool);
    }
    for title in FORM {
        terminal.touch_row(title);
    }
    let Page::Record(page) = &mut terminal.screen.model.visit.as_mut().unwrap().page else { panic!() };
    page.opened.record = Record::from(every_kind());
    terminal.screen.show();
    terminal.settle();
    terminal
}

pub fn screen(terminal: &Terminal) -> Screen {
    match &terminal.screen.model.visit.as_ref().unwrap().page {
        Page::Form(filling) => filling.screen(),
        _ => panic!("no form is open"),
    }
}

fn asked(terminal: &Terminal) -> String {
    match &terminal.screen.model.visit.as_ref().unwrap().page {
        Page::Form(filling) => filling.question().map_or(String::new(), |(_, field)| field.id.clone()),
        _ => String::new(),
    }
}

/// Touches what is in the page, turning screens until it is in view.
fn touch_in_page(terminal: &mut Terminal, label: &str) {
    for _ in 0..20 {
        if let Some(found) = terminal.labelled(label).pop() {
            terminal.rest();
            found.invoke_accessible_default_action();
            return terminal.settle();
        }
        terminal.touch("下一屏");
    }
    panic!("“{label}” is nowhere: {:?}", terminal.labels());
}

pub fn keys(terminal: &mut Terminal, text: &str) {
    for c in text.chars() {
        let said = civic_kiosk::input::keys::spoken(&c.to_string()).to_owned();
        terminal.touch(&said);
    }
}

fn pinyin(terminal: &mut Terminal, letters: &str, word: &str) {
    keys(terminal, letters);
    terminal.touch(word);
}

/// A finger goes along the box in parts of its size.
fn sign(terminal: &mut Terminal) {
    let area = terminal.labelled("签名框：用手指写名字").remove(0);
    let (corner, size) = (area.absolute_position(), area.size());
    let place = |(x, y): (f32, f32)| LogicalPosition::new(corner.x + x * size.width, corner.y + y * size.height);
    let window = terminal.window().window();
    let button = PointerEventButton::Left;
    window.dispatch_event(WindowEvent::PointerPressed { position: place((0.2, 0.3)), button });
    for n in 1..30 {
        let t = n as f32 / 30.0;
        window.dispatch_event(WindowEvent::PointerMoved {
            position: place((0.2 + 0.6 * t, 0.3 + 0.4 * (t * 9.0).sin().abs())),
        });
    }
    window.dispatch_event(WindowEvent::PointerReleased { position: place((0.8, 0.6)), button });
    terminal.settle();
}

/// Answers the question on the screen as somebody would.
fn answer(terminal: &mut Terminal) {
    match asked(terminal).as_str() {
        "desc" => pinyin(terminal, "daolu", "道路"),
        "get" => touch_in_page(terminal, "邮寄"),
        "what" => {
            touch_in_page(terminal, "目录");
            touch_in_page(terminal, "附件");
        }
        "when" | "born" => terminal.touch("11月18日，星期三"),
        "sum" => keys(terminal, "1234.5"),
        "many" | "post" => keys(terminal, "650000"),
        "name" => pinyin(terminal, "zhangsan", "张三"),
        "idno" => keys(terminal, ID_CARD),
        "tel" => keys(terminal, "13812345678"),
        "addr" => {
            terminal.touch("选地区");
            terminal.touch("柳林村");
            terminal.touch("数字");
            keys(terminal, "12号");
        }
        "car" => keys(terminal, "京A12345"),
        "sign" => sign(terminal),
        _ => {}
    }
}

/// Goes on to the next screen as somebody would.
fn on(terminal: &mut Terminal) {
    match screen(terminal) {
        Screen::Intro => terminal.touch("开始填写"),
        Screen::Gate => {
            touch_in_page(terminal, "不是");
            terminal.touch("下一步");
        }
        Screen::Consent(_) => terminal.touch("同意"),
        _ => {
            answer(terminal);
            terminal.touch("下一步");
        }
    }
}

/// Every screen of a form, one after the other, with what is done on each before it is left.
fn through(panel: Panel, variant: &[&str], mut see: impl FnMut(&mut Terminal, &str)) -> Terminal {
    let mut terminal = every(panel, variant);
    terminal.touch_row("在这里填写");
    for _ in 0..40 {
        let name = match screen(&terminal) {
            Screen::Intro => "intro".to_owned(),
            Screen::Gate => "gate".to_owned(),
            Screen::Consent(civic_kiosk::form::Consent::Personal) => "consent".to_owned(),
            Screen::Consent(_) => "consent-sensitive".to_owned(),
            Screen::Question(_) => asked(&terminal),
            Screen::Copies(_) => "copies".to_owned(),
            Screen::Review => "review".to_owned(),
            other => panic!("{other:?}"),
        };
        see(&mut terminal, &name);
        if name == "review" {
            return terminal;
        }
        on(&mut terminal);
    }
    panic!("the form has no end");
}

#[test]
fn the_whole_application_is_filled_in_and_handed_in_by_touch() {
    let mut terminal = Terminal::of(hall_in("content"), PANEL);
    terminal.touch("触摸开始");
    for title in FORM {
        terminal.touch_row(title);
    }
    terminal.touch_row("在这里填写");
    for note in ["谁可以申请", "要准备什么", "怎么受理", "谁来负责", "多久答复", "怎么答复"] {
        let leaves = terminal.window().global::<LeafletBridge>().get_body();
        assert!(leaves.iter().any(|leaf| leaf.name == note), "{note}");
    }
    terminal.touch("开始填写");
    touch_in_page(&mut terminal, "是");
    terminal.touch("下一步");
    assert!(terminal.labels().iter().any(|label| label.contains("12345")));
    terminal.touch("上一步");
    touch_in_page(&mut terminal, "不是");
    terminal.touch("下一步");
    pinyin(&mut terminal, "daolu", "道路");
    terminal.touch("下一步");
    terminal.touch("下一步");
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "纸质");
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "自行领取");
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "公民");
    terminal.touch("下一步");
    terminal.touch("同意");
    terminal.touch("同意");
    pinyin(&mut terminal, "zhangsan", "张三");
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "居民身份证");
    terminal.touch("下一步");
    keys(&mut terminal, "110105194912310021");
    terminal.touch("下一步");
    assert!(
        terminal.labels().iter().any(|label| label.contains("对不上") || label.contains("不对")),
        "{:?}",
        terminal.labels()
    );
    terminal.touch("删除");
    keys(&mut terminal, "X");
    terminal.touch("下一步");
    keys(&mut terminal, "13812345678");
    terminal.touch("下一步");
    terminal.touch("下一步");
    assert_eq!(screen(&terminal), Screen::Review);
    look("review-normal", &terminal);
    terminal.doings.trouble.set(Some(HandInTrouble::NoRoom));
    terminal.touch("提交");
    assert!(terminal.labels().iter().any(|label| label == HandInTrouble::NoRoom.words().1));
    terminal.touch("知道了");
    terminal.doings.trouble.set(None);
    terminal.touch("提交");
    assert_eq!(screen(&terminal), Screen::Receipt);
    look("receipt-normal", &terminal);
    let letters = terminal.doings.letters.borrow().clone();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].entries.iter().any(|entry| entry.id == "idno" && entry.text == ID_CARD));
    assert!(terminal.labels().iter().any(|label| label.starts_with("261120-")));
    terminal.touch("打印回执");
    assert_eq!(terminal.doings.printed.get(), 1);
    terminal.touch("知道了");
    terminal.touch("扫码带走");
    assert_eq!(terminal.labelled("二维码").len(), 1);
    terminal.touch_last("知道了");
    terminal.touch("结束");
    terminal.touch("跳过");
    assert_eq!(terminal.labelled("触摸开始").len(), 1);
}

#[test]
fn every_button_of_every_screen_is_a_stop_and_every_text_is_said() {
    through(PANEL, &[], all_is_listed);
}

/// Every button of the screen is a stop, every text is said, and no stop is invented.
pub fn all_is_listed(terminal: &mut Terminal, name: &str) {
    let (mut texts, mut buttons) = (BTreeSet::new(), BTreeSet::new());
    loop {
        for element in terminal.elements() {
            let Some(label) = element.accessible_label().map(String::from) else { continue };
            match element.accessible_role() {
                Some(AccessibleRole::Text) => texts.insert(label),
                Some(AccessibleRole::Button | AccessibleRole::RadioButton)
                    if element.accessible_enabled() != Some(false) || label == "返回" =>
                {
                    buttons.insert(label)
                }
                _ => false,
            };
        }
        let down = terminal.labelled("下一屏").pop().filter(|b| b.accessible_enabled() == Some(true));
        let Some(down) = down else { break };
        down.invoke_accessible_default_action();
        terminal.settle();
    }
    let stops = terminal.screen.model.stops();
    for text in &texts {
        let is_head = ["一", "二", "三", "四", "五", "六", "日"].contains(&text.as_str());
        assert!(is_head || stops.iter().any(|stop| stop.label.contains(text.as_str())), "{name}: “{text}” is no stop");
    }
    let deeds: BTreeSet<String> = stops.iter().filter(|stop| is_button(stop)).map(|s| s.label.clone()).collect();
    let buttons: BTreeSet<String> =
        buttons.into_iter().filter(|b| !["上一屏", "下一屏"].contains(&b.as_str())).collect();
    assert_eq!(deeds, buttons, "{name}");
}

#[test]
fn every_screen_is_large_labelled_in_the_window_and_within_reach_on_every_panel() {
    for (panel_name, panel) in panels() {
        for (variant, tools) in VARIANTS {
            let place = format!("{panel_name}/{variant}");
            through(panel, tools, |terminal, name| all_is_within_reach(terminal, panel, &format!("{place}/{name}")));
        }
    }
}

/// The panels on which forms are looked at.
pub fn panels() -> [(&'static str, Panel); 3] {
    [
        ("upright-21", PANEL),
        ("lying-21", Panel { width_px: 1920, height_px: 1080, ..PANEL }),
        ("upright-15", Panel { diagonal_inch: 15.6, ..PANEL }),
    ]
}

/// Everything that is touched is large, labelled, in the window and, in the low layout, low enough.
pub fn all_is_within_reach(terminal: &Terminal, panel: Panel, place: &str) {
    let px_per_mm = panel.px_per_mm(panel.width_px, panel.height_px);
    let strip = terminal
        .elements()
        .into_iter()
        .find(|e| e.accessible_label().is_some_and(|label| label.starts_with("人工帮助")));
    let strip_top = strip.unwrap().absolute_position().y;
    let bar = terminal.window().global::<FormBridge>().get_bar();
    for button in bar.iter() {
        let found = terminal.labelled(&button.text);
        let below = found.iter().map(|e| e.absolute_position().y + e.size().height).fold(0.0, f32::max);
        assert!(
            !found.is_empty() && below <= strip_top + 0.5,
            "{place}: “{}” ends at {below}, strip at {strip_top}",
            button.text
        );
    }
    for element in touchable(terminal) {
        let label = element.accessible_label().unwrap_or_default();
        let (size, corner) = (element.size(), element.absolute_position());
        assert!(!label.is_empty(), "{place}");
        let smaller = f64::from(size.width.min(size.height)) / px_per_mm;
        assert!(smaller >= TOUCH_MM_MIN, "{place}: “{label}” is {smaller:.1} mm");
        assert!(
            corner.x >= -0.5 && corner.x + size.width <= panel.width_px as f32 + 0.5,
            "{place}: “{label}” leaves the window"
        );
        if place.starts_with("upright-21/low") {
            assert!(corner.y >= 1920.0 * 0.4 - 1.0, "{place}: “{label}” is above the low zone at {}", corner.y);
        }
    }
}

#[test]
fn what_was_filled_in_is_gone_from_the_window_with_the_visit() {
    let mut terminal = through(PANEL, &[], |_, _| {});
    let debug = format!("{:?}", terminal.screen.model);
    assert!(!debug.contains("张三") && !debug.contains(ID_CARD));
    terminal.touch("结束");
    let form = terminal.window().global::<FormBridge>();
    assert!(form.get_text().is_empty() && form.get_ink().is_empty() && form.get_stop().is_empty());
    assert_eq!(terminal.window().global::<LeafletBridge>().get_rows().row_count(), 0);
    assert_eq!(terminal.window().global::<TypingBridge>().get_candidates().row_count(), 0);
}

/// Screens that set the style, in every variant.
const IN_EVERY_VARIANT: [&str; 9] = ["intro", "gate", "consent", "desc", "name", "idno", "sign", "copies", "review"];

#[test]
fn every_screen_looks_as_it_was_approved() {
    for (variant, tools) in VARIANTS {
        through(PANEL, tools, |terminal, name| {
            let is_kept = variant == "normal" || IN_EVERY_VARIANT.contains(&name);
            if is_kept {
                if name == "idno" {
                    keys(terminal, "11010519491331");
                }
                look(&format!("fill-{name}-{variant}"), terminal);
                if name == "idno" {
                    terminal.touch("清空");
                }
            }
        });
    }
    let lying = Panel { width_px: 1920, height_px: 1080, ..PANEL };
    through(lying, &[], |terminal, name| {
        if ["intro", "name", "sign", "review"].contains(&name) {
            look(&format!("panel-lying-21-fill-{name}"), terminal);
        }
    });
}
