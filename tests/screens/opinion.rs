//! Opinions on the screen: a survey, a suggestion and a mistake by touch, the card that asks how it was on every panel.

use civic_kiosk::access::Panel;
use civic_kiosk::app::Event;
use civic_kiosk::app::event::{Strip, VoiceEvent};
use civic_kiosk::app::mailroom::{HandIn, MailOffer};
use civic_kiosk::content::LetterKind;
use i_slint_backend_testing::AccessibleRole;
use slint::ComponentHandle;

use crate::elements::{TOUCH_MM_MIN, VARIANTS, touchable};
use crate::hall::sample;
use crate::picture::check;
use crate::terminal::{PANEL, Terminal};

const GUIDE: [&str; 4] = ["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"];
const SURVEY: [&str; 3] = ["我要问", "调查征集", "老年食堂怎么办，请您说说"];
const LEVELS: [&str; 5] = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"];

fn look(name: &str, terminal: &Terminal) {
    check(name, &terminal.window().window().take_snapshot().unwrap());
}

/// On a page of a terminal where what is said can be kept.
fn at(panel: Panel, variant: &[&str], way: &[&str]) -> Terminal {
    let mut terminal = Terminal::of(sample(), panel);
    terminal.send(Event::Mailbox(MailOffer::Open));
    terminal.touch("触摸开始");
    for tool in variant {
        terminal.touch(tool);
    }
    for title in way {
        terminal.touch_row(title);
    }
    terminal
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

fn pinyin(terminal: &mut Terminal, letters: &str, word: &str) {
    for c in letters.chars() {
        let said = civic_kiosk::input::keys::spoken(&c.to_string()).to_owned();
        terminal.touch(&said);
    }
    terminal.touch(word);
}

fn letters(terminal: &Terminal) -> Vec<HandIn> {
    terminal.doings.letters.borrow().clone()
}

fn printed(terminal: &mut Terminal) {
    terminal.touch("打印清单");
    terminal.touch("知道了");
}

#[test]
fn a_survey_is_answered_by_touch_and_cannot_be_answered_twice() {
    let mut terminal = at(PANEL, &[], &SURVEY);
    look("opinion-survey-normal", &terminal);
    terminal.touch_row("在这里填写");
    terminal.touch("开始填写");
    touch_in_page(&mut terminal, "没去过");
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "4分");
    terminal.touch("下一步");
    terminal.touch("提交");
    let letters = letters(&terminal);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].kind, LetterKind::Survey);
    assert!(terminal.labels().iter().any(|label| label == "谢谢您"));
    look("opinion-thanks-normal", &terminal);
    terminal.touch("完成");
    assert!(terminal.labels().iter().any(|label| label.contains("您已经填过这份问卷")));
    assert!(!terminal.labels().iter().any(|label| label.starts_with("在这里填写")));
}

#[test]
fn a_suggestion_and_a_mistake_are_written_and_their_slips_are_printed_by_touch() {
    let mut terminal = at(PANEL, &[], &["我要问", "意见建议和吐槽"]);
    terminal.touch("开始填写");
    touch_in_page(&mut terminal, "提建议");
    terminal.touch("下一步");
    pinyin(&mut terminal, "daolu", "道路");
    look("opinion-words-normal", &terminal);
    terminal.touch("下一步");
    touch_in_page(&mut terminal, "不留电话");
    terminal.touch("下一步");
    terminal.touch("提交");
    assert!(terminal.labels().iter().any(|label| label.starts_with("261120-")));
    look("opinion-receipt-normal", &terminal);
    terminal.touch("打印回执");
    assert_eq!(terminal.doings.printed.get(), 1);
    terminal.touch("知道了");
    terminal.touch("完成");

    terminal.touch("首页");
    for title in GUIDE {
        terminal.touch_row(title);
    }
    terminal.touch_row("内容有误？");
    terminal.touch("开始填写");
    touch_in_page(&mut terminal, "已经过期");
    terminal.touch("下一步");
    terminal.touch("下一步");
    terminal.touch("提交");
    let letters = letters(&terminal);
    let sorts: Vec<LetterKind> = letters.iter().map(|letter| letter.kind).collect();
    assert_eq!(sorts, [LetterKind::Opinion, LetterKind::Mistake]);
    assert_eq!((letters[1].record.to_string().as_str(), letters[1].release), ("guide/elder-allowance", 3));
}

#[test]
fn one_touch_rates_a_printed_guide_and_a_low_one_may_say_why() {
    let mut terminal = at(PANEL, &[], &GUIDE);
    printed(&mut terminal);
    terminal.touch("非常满意");
    assert!(terminal.labelled("跳过").is_empty(), "one touch is all");
    assert_eq!(letters(&terminal)[0].entries[0].value, "5");
    terminal.touch("结束");
    assert_eq!(terminal.labelled("触摸开始").len(), 1, "who has said it is not asked again");

    let mut terminal = at(PANEL, &[], &GUIDE);
    printed(&mut terminal);
    terminal.touch("非常不满意");
    terminal.touch("看不懂");
    let letters: Vec<_> = letters(&terminal).iter().map(|letter| letter.entries[0].text.clone()).collect();
    assert_eq!(letters, ["非常不满意", "看不懂"]);
}

#[test]
fn a_second_touch_of_an_unsteady_hand_gives_no_reason() {
    let mut terminal = at(PANEL, &[], &GUIDE);
    printed(&mut terminal);
    terminal.touch("非常不满意");
    terminal.touch_at_once("其他原因");
    assert_eq!(letters(&terminal).len(), 1);
    terminal.touch("其他原因");
    assert_eq!(letters(&terminal).len(), 2);
}

#[test]
fn who_leaves_is_asked_and_the_next_one_begins_anew() {
    let mut terminal = at(PANEL, &["大字"], &GUIDE);
    terminal.touch("结束");
    assert!(terminal.labels().iter().any(|label| label == "今天在这里，您满意吗？"), "{:?}", terminal.labels());
    assert!(!terminal.labels().iter().any(|label| label.contains("高龄津贴")), "nothing of the visit is left");
    terminal.wait(40);
    assert_eq!(terminal.labelled("触摸开始").len(), 1);
    assert!(letters(&terminal).is_empty());
}

#[test]
fn the_card_is_large_labelled_and_within_reach_on_every_panel() {
    let panels = [
        ("upright-21", PANEL),
        ("lying-21", Panel { width_px: 1920, height_px: 1080, ..PANEL }),
        ("upright-15", Panel { diagonal_inch: 15.6, ..PANEL }),
    ];
    for (panel_name, panel) in panels {
        for (variant, tools) in VARIANTS {
            let mut terminal = at(panel, tools, &GUIDE);
            printed(&mut terminal);
            for step in ["levels", "reasons"] {
                let place = format!("{panel_name}/{variant}/{step}");
                let px_per_mm = panel.px_per_mm(panel.width_px, panel.height_px);
                let strip = terminal
                    .elements()
                    .into_iter()
                    .find(|e| e.accessible_label().is_some_and(|l| l.starts_with("人工帮助")));
                let strip_top = strip.unwrap().absolute_position().y;
                let words =
                    terminal.screen.model.stops().into_iter().filter(|stop| stop.deed.is_some()).map(|stop| stop.label);
                for word in words.take(6) {
                    let found =
                        terminal.labelled(&word).pop().unwrap_or_else(|| panic!("{place}: “{word}” is not there"));
                    let (corner, size) = (found.absolute_position(), found.size());
                    let smaller = f64::from(size.width.min(size.height)) / px_per_mm;
                    assert!(smaller >= TOUCH_MM_MIN, "{place}: “{word}” is {smaller:.1} mm");
                    assert!(
                        corner.y >= -0.5 && corner.y + size.height <= strip_top + 0.5,
                        "{place}: “{word}” at {}",
                        corner.y
                    );
                    if variant == "low" && panel_name == "upright-21" {
                        assert!(corner.y >= 1920.0 * 0.4 - 1.0, "{place}: “{word}” is above the low zone");
                    }
                }
                for element in touchable(&terminal) {
                    assert!(!element.accessible_label().unwrap_or_default().is_empty(), "{place}");
                }
                if panel_name == "upright-21" {
                    look(&format!("rating-{step}-{variant}"), &terminal);
                }
                if step == "levels" {
                    terminal.touch("不满意");
                }
            }
        }
    }
}

#[test]
fn in_english_and_extra_large_the_card_stays_above_the_strip_of_the_smallest_panel() {
    let mut terminal = at(Panel { diagonal_inch: 15.6, ..PANEL }, &["大字", "大字"], &GUIDE);
    printed(&mut terminal);
    terminal.send(Event::Strip(Strip::Language));
    for last in ["Not satisfied", "Another reason"] {
        let strip_top = terminal.labelled("Back").remove(0).absolute_position().y;
        let skip = terminal.labelled("Skip").remove(0);
        let below = skip.absolute_position().y + skip.size().height;
        assert!(below <= strip_top + 0.5, "“Skip” ends at {below}, strip at {strip_top}");
        terminal.touch(last);
    }
    assert_eq!(letters(&terminal).len(), 2);
}

#[test]
fn everything_on_the_card_is_a_stop_and_is_said() {
    let mut terminal = at(PANEL, &[], &GUIDE);
    terminal.touch("朗读");
    let generation = terminal.screen.model.generation;
    terminal.send(Event::Voice(VoiceEvent::Finished { generation }));
    let stops = terminal.screen.model.stops();
    for level in LEVELS {
        assert_eq!(terminal.labelled(level).len(), 1, "{level}");
        assert!(stops.iter().any(|stop| stop.label == level && stop.deed.is_some()), "{level}");
    }
    let card: Vec<String> =
        ["这份指南，您满意吗？", "点一下就好，不留姓名；不想评，点“跳过”。", "跳过"].map(String::from).into();
    for text in card {
        assert!(stops.iter().any(|stop| stop.label == text), "{text}");
        assert!(terminal.elements().iter().any(|e| {
            matches!(
                e.accessible_role(),
                Some(AccessibleRole::Text | AccessibleRole::Button | AccessibleRole::Groupbox)
            ) && e.accessible_label().is_some_and(|label| label == text.as_str())
        }));
    }
}

#[test]
fn the_pages_of_an_opinion_look_as_they_were_approved() {
    for (variant, tools) in VARIANTS {
        let mut terminal = at(PANEL, tools, &SURVEY);
        terminal.touch_row("在这里填写");
        terminal.touch("开始填写");
        look(&format!("opinion-question-{variant}"), &terminal);
        let mut terminal = at(PANEL, tools, &GUIDE);
        terminal.touch_row("内容有误？");
        look(&format!("opinion-mistake-{variant}"), &terminal);
        let terminal = at(PANEL, tools, &["我要问"]);
        look(&format!("opinion-ask-{variant}"), &terminal);
    }
}
