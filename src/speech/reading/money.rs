//! Amounts of money: 40元, 1,234.50元, ¥100.
//! It rounds nothing; more than two places are read as a decimal number.

use super::Said;
use super::number::Number;
use super::text::Shown;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    let Some((sign_end, sign)) = currency(shown, at) else { return amount(shown, at) };
    let start = shown.skip_blanks(sign_end);
    let number = Number::at(shown, start)?;
    let unit = shown.first_of(number.end, &["万", "亿"]).unwrap_or_default();
    let end = number.end + unit.chars().count();
    let end = if shown.has(end, "元") { end + 1 } else { end };
    if unit.is_empty() && sign == "元" {
        return Said::word(end, yuan(&number));
    }
    let said = if number.is_two() { "两".to_owned() } else { number.said() };
    Said::word(end, format!("{said}{unit}{sign}"))
}

/// The sign of a currency before its amount: its end and its name.
fn currency(shown: &Shown, at: usize) -> Option<(usize, &'static str)> {
    const SIGNS: [(&str, &str); 10] = [
        ("¥", "元"),
        ("RMB", "元"),
        ("CNY", "元"),
        ("HK$", "港元"),
        ("US$", "美元"),
        ("USD", "美元"),
        ("$", "美元"),
        ("€", "欧元"),
        ("£", "英镑"),
        ("₩", "韩元"),
    ];
    if shown.before(at).is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    SIGNS.into_iter().find(|(sign, _)| shown.has(at, sign)).map(|(sign, said)| (at + sign.chars().count(), said))
}

/// A number right before 元.
fn amount(shown: &Shown, at: usize) -> Option<Said> {
    let number = Number::at(shown, at)?;
    shown.has(number.end, "元").then(|| Said::word(number.end + 1, yuan(&number)))?
}

fn yuan(number: &Number) -> String {
    let mut places = number.places.chars().map(super::hanzi::digit);
    let (jiao, fen) = match number.places.len() {
        1 | 2 => (places.next().unwrap_or('零'), places.next().unwrap_or('零')),
        _ => ('零', '零'),
    };
    if number.places.len() > 2 {
        return format!("{}元", number.said());
    }
    let none = number.whole_said() == "零" && (jiao, fen) != ('零', '零');
    let mut said = match (none, number.whole == "2") {
        (true, _) => String::new(),
        (false, true) => "两元".to_owned(),
        (false, false) => format!("{}元", number.whole_said()),
    };
    match (jiao, fen) {
        ('零', '零') => {}
        (jiao, '零') => said.push_str(&format!("{jiao}角")),
        ('零', fen) if none => said.push_str(&format!("{fen}分")),
        ('零', fen) => said.push_str(&format!("零{fen}分")),
        (jiao, fen) => said.push_str(&format!("{jiao}角{fen}分")),
    }
    said
}
