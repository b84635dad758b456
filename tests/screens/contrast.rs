//! Contrast as the tokens give it: text at least 10:1, in the two high-contrast themes 15:1; what only marks, 3:1.

use civic_kiosk::view::ui::Tokens;
use slint::{Color, ComponentHandle};

use crate::terminal::Terminal;

/// Relative luminance (WCAG 2).
fn luminance(color: Color) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.red()) + 0.7152 * linear(color.green()) + 0.0722 * linear(color.blue())
}

fn ratio(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_stands_out_from_its_ground_in_every_theme() {
    for (theme, tools, text_min) in
        [("standard", &[][..], 10.0), ("black on white", &["对比"], 15.0), ("yellow on black", &["对比", "对比"], 15.0)]
    {
        let mut terminal = Terminal::new();
        terminal.touch("触摸开始");
        for tool in tools {
            terminal.touch(tool);
        }
        let t = terminal.window().global::<Tokens>();
        let (ground, card, reading, soft) = (t.get_ground(), t.get_card(), t.get_reading(), t.get_accent_soft());
        let texts = [
            ("ink on ground", t.get_ink(), ground),
            ("ink on card", t.get_ink(), card),
            ("ink on the sentence being read", t.get_ink(), reading),
            ("soft ink on ground", t.get_ink_soft(), ground),
            ("soft ink on card", t.get_ink_soft(), card),
            ("soft ink on the sentence being read", t.get_ink_soft(), reading),
            ("accent on ground", t.get_accent(), ground),
            ("accent on card", t.get_accent(), card),
            ("accent on its soft ground", t.get_accent(), soft),
            ("ink on an area of the plan", t.get_ink(), soft),
            ("on accent", t.get_on_accent(), t.get_accent()),
            ("warning on ground", t.get_warning(), ground),
            ("warning on card", t.get_warning(), card),
            ("on warning", t.get_on_accent(), t.get_warning()),
        ];
        for (name, text, below) in texts {
            let ratio = ratio(text, below);
            assert!(ratio >= text_min, "{theme}: {name} is {ratio:.1}:1");
        }
        let marks = [
            ("edge on ground", t.get_edge(), ground),
            ("edge on card", t.get_edge(), card),
            ("ring on ground", t.get_focus(), ground),
            ("ring on card", t.get_focus(), card),
            ("ring beside a filled button", t.get_focus(), ground),
        ];
        for (name, mark, below) in marks {
            let ratio = ratio(mark, below);
            assert!(ratio >= 3.0, "{theme}: {name} is {ratio:.1}:1");
        }
    }
}
