//! Panels from 15.6 to 43 inches, upright and lying: nothing leaves the window, nothing lies over anything else.
//! Titles of 110 characters and questions with 13 answers are part of it.

use civic_kiosk::access::Panel;
use civic_kiosk::app::model::Page;
use civic_kiosk::app::stops::{Deed, Spot, Stop};
use civic_kiosk::content::Record;
use i_slint_backend_testing::ElementHandle;
use slint::ComponentHandle;

use crate::elements::{PAGES, VARIANTS, led, touchable};
use crate::picture::check;
use crate::terminal::Terminal;

/// Millimetres below which nothing may be that is touched, and between two such.
const TOUCH_MM_MIN: f64 = 12.7;
const GAP_MM_MIN: f64 = 1.2;

const fn panel(width_px: u32, height_px: u32, diagonal_inch: f64) -> Panel {
    Panel { width_px, height_px, diagonal_inch, screen_bottom_mm: 650 }
}

/// Those of which pictures are kept first.
const PANELS: [(&str, Panel); 6] = [
    ("lying-21", panel(1920, 1080, 21.5)),
    ("upright-15", panel(1080, 1920, 15.6)),
    ("upright-43", panel(1080, 1920, 43.0)),
    ("upright-32", panel(1080, 1920, 32.0)),
    ("upright-27", panel(1080, 1920, 27.0)),
    ("upright-21", panel(1080, 1920, 21.5)),
];

const HOME: (&str, &[&str]) = ("home", &[]);
const GUIDE: (&str, &[&str]) = ("guide", &["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"]);

/// Left, top, right, bottom.
fn edges(element: &ElementHandle) -> [f64; 4] {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, at.x + size.width, at.y + size.height].map(f64::from)
}

fn check_layout(place: &str, terminal: &Terminal, panel: &Panel) {
    let say = |label: &str| terminal.screen.model.say(label).into_owned();
    let px_per_mm = panel.px_per_mm(panel.width_px, panel.height_px);
    let (width, height) = (f64::from(panel.width_px), f64::from(panel.height_px));
    let bar_top = terminal.labelled(&say("首页")).pop().map_or(height, |e| edges(&e)[1]);
    // Where the scrolled part of the page ends: two millimetres above its buttons.
    let scroll_end = terminal.labelled(&say("上一屏")).pop().map_or(bar_top, |e| edges(&e)[1] - 2.0 * px_per_mm);
    let leaflet = terminal.screen.model.leaflet().unwrap();
    // Parts and pages of a long list scroll along with it.
    let is_fixed = |stop: &Stop| {
        stop.spot == Spot::Labelled && !matches!(stop.deed, Some(Deed::Open(_) | Deed::Turn(_) | Deed::Jump(_)))
    };
    let stops = terminal.screen.model.shown_stops(&leaflet);
    let fixed = stops.into_iter().filter(is_fixed).map(|s| s.label);
    let fixed: Vec<String> = fixed.chain(["上一屏", "下一屏"].map(say)).collect();
    let mut boxes: Vec<(String, [f64; 4])> = Vec::new();
    for element in touchable(terminal) {
        let label = element.accessible_label().unwrap_or_default().to_string();
        let [left, top, right, bottom] = edges(&element);
        assert!(
            left >= -0.5 && right <= width + 0.5 && top >= -0.5,
            "{place}: “{label}” leaves the window at {left} {right}"
        );
        let smaller = (right - left).min(bottom - top) / px_per_mm;
        assert!(smaller >= TOUCH_MM_MIN, "{place}: “{label}” is {smaller:.1} mm");
        // One that stands on another's base is told twice.
        let one = (label, [left, top, right, bottom]);
        if !boxes.contains(&one) {
            boxes.push(one);
        }
    }
    let strip: Vec<_> =
        boxes.iter().filter(|(_, edges)| edges[1] >= bar_top - 1.0 && edges[3] <= height + 0.5).collect();
    assert!(strip.len() >= 7, "{place}: the strip has {} tools in view", strip.len());
    for (i, (label, a)) in boxes.iter().enumerate() {
        for (other, b) in &boxes[i + 1..] {
            let apart = (a[0] - b[2]).max(b[0] - a[2]).max((a[1] - b[3]).max(b[1] - a[3])) / px_per_mm;
            // What is cut where the scrolled part ends cannot be touched below it.
            let is_cut = |e: &[f64; 4]| e[1] < scroll_end && e[3] > scroll_end;
            let is_below = |label: &str, e: &[f64; 4]| {
                e[3] > height || (e[1] >= scroll_end && !fixed.iter().any(|fixed| fixed == label))
            };
            let are_in_view = !is_cut(a) && !is_cut(b) && !is_below(label, a) && !is_below(other, b);
            assert!(!are_in_view || apart >= GAP_MM_MIN, "{place}: “{label}” and “{other}” are {apart:.1} mm apart");
        }
    }
}

#[test]
fn every_panel_holds_every_sort_of_page() {
    for (name, panel) in PANELS {
        for (variant, tools) in VARIANTS {
            // Colours move nothing.
            if variant == "contrast" {
                continue;
            }
            let mut terminal = led(Terminal::on(panel), &[], tools);
            for (page, touches) in PAGES {
                terminal.touch("首页");
                for title in touches {
                    terminal.touch_row(title);
                }
                check_layout(&format!("{name}/{page}/{variant}"), &terminal, &panel);
            }
        }
    }
}

#[test]
fn every_panel_holds_every_language_and_the_buttons_of_the_readout() {
    for (name, panel) in PANELS {
        for tools in [&["语言/EN"][..], &["语言/EN", "繁體中文"]] {
            let mut terminal = led(Terminal::on(panel), &[], tools);
            let language = terminal.screen.model.access().language;
            for (page, touches) in [HOME, GUIDE, ("table", PAGES[20].1), ("search", PAGES[5].1)] {
                terminal.touch(&language.say("首页"));
                for title in touches {
                    terminal.touch_row(&language.say(title));
                }
                check_layout(&format!("{name}/{page}/{language:?}"), &terminal, &panel);
            }
            terminal.touch(&language.say("首页"));
            terminal.touch(&language.say("朗读"));
            assert_eq!(terminal.labelled(&language.say("重读")).len(), 1, "{name}: {language:?}");
            check_layout(&format!("{name}/reading/{language:?}"), &terminal, &panel);
        }
    }
}

#[test]
fn a_title_of_110_characters_and_13_answers_are_laid_out_whole() {
    let long = "对依法应当由生产经营单位主要负责人和安全生产管理人员取得的安全生产知识和管理能力考核合格证书与特种作业操作证书的延期复审";
    let title: String = long.chars().cycle().take(110).collect();
    for (name, panel) in [("upright-21", panel(1080, 1920, 21.5)), PANELS[0], PANELS[1]] {
        for (variant, tools) in VARIANTS {
            let mut terminal = led(Terminal::on(panel), &[], tools);
            for touch in GUIDE.1 {
                terminal.touch_row(touch);
            }
            let Some(Page::Record(page)) = terminal.screen.model.visit.as_mut().map(|visit| &mut visit.page) else {
                panic!("no record is open")
            };
            let Record::Guide(guide) = &mut page.opened.record else { panic!("no guide is open") };
            guide.title = title.clone();
            let choice = guide.situations[0].choices[0].clone();
            guide.situations[0].choices = vec![choice; 13];
            for (i, choice) in guide.situations[0].choices.iter_mut().enumerate() {
                choice.label = format!("第{}种情形，{}", i + 1, &title[..60]);
            }
            terminal.screen.show();
            terminal.settle();
            check_layout(&format!("long/{name}/{variant}"), &terminal, &panel);
            if variant == "normal" && name == "upright-15" {
                check(&format!("long-{name}"), &terminal.window().window().take_snapshot().unwrap());
            }
        }
    }
}

#[test]
fn every_panel_looks_as_it_was_approved() {
    for (name, panel) in &PANELS[..2] {
        for (page, touches) in [HOME, GUIDE] {
            let terminal = led(Terminal::on(*panel), touches, &[]);
            check(&format!("panel-{name}-{page}"), &terminal.window().window().take_snapshot().unwrap());
        }
    }
}
