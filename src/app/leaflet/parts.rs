//! What the pages of all kinds have in common: facts about windows and offices, the footer, money and dates in words.
//! It knows no kind of record of its own.

use jiff::civil::Date;

use crate::base::id::RecordId;
use crate::content::record::label_of;
use crate::content::schema::Money;
use crate::content::{Imprint, Org, Site, Window};

use super::{Around, Icon, Leaf, LeafKind, Leaflet, Row, Target};
use crate::app::hall::Hall;

/// Most related records on one page.
const RELATED_MAX: usize = 6;
/// From this many fen on a sum is also said in 万元.
const IN_WORDS_FEN_MIN: i64 = 10_000_000;

/// A page that begins with a title and the one sentence.
pub fn page(title: &str, lead: &str) -> Leaflet {
    Leaflet { head: vec![Leaf::new(LeafKind::Title, title), Leaf::new(LeafKind::Lead, lead)], ..Leaflet::default() }
}

/// A block's heading.
pub fn heading(text: &str) -> Leaf {
    Leaf::new(LeafKind::Heading, text)
}

/// A paragraph.
pub fn text(text: impl Into<String>) -> Leaf {
    Leaf::new(LeafKind::Text, text)
}

/// A row that opens a record.
pub fn link(icon: Icon, title: impl Into<String>, id: &RecordId) -> Row {
    Row::new(icon, title, Target::Record(id.clone()))
}

/// A row to a record that the page refers to; none when this release does not have it.
pub fn reference(around: &Around<'_>, id: &RecordId) -> Option<Row> {
    let title = around.opened.title_of(id)?;
    Some(link(Icon::of_kind(id.kind()), title, id).with_note(label_of(id.kind())))
}

/// The office's name.
pub fn office(around: &Around<'_>, id: &RecordId) -> String {
    around.hall.org(id).map_or(String::new(), |org| org.name.clone())
}

/// Who answers for it and how to reach them.
pub fn office_facts(around: &Around<'_>, id: &RecordId, role: &str) -> Vec<Leaf> {
    let Some(org) = around.hall.org(id) else { return Vec::new() };
    vec![Leaf::fact(role, &org.name), Leaf::fact("电话", &org.phone), Leaf::fact("投诉", &org.complain)]
}

/// The links at the end: what the office named, then the office itself.
pub fn belongings(around: &Around<'_>, imprint: &Imprint, org: &RecordId) -> Vec<Row> {
    let mut links: Vec<Row> = imprint.related.iter().filter_map(|id| reference(around, id)).take(RELATED_MAX).collect();
    links.extend(office_row(around, org));
    group(&mut links, "相关");
    links
}

/// A row to an office.
pub fn office_row(around: &Around<'_>, id: &RecordId) -> Option<Row> {
    let org = around.hall.org(id)?;
    Some(link(Icon::Office, &org.name, &org.id).with_note(&org.phone))
}

/// Puts a heading above the first of these rows.
pub fn group(rows: &mut [Row], heading: &str) {
    if let Some(first) = rows.first_mut() {
        first.group = heading.to_owned();
    }
}

/// 发布机构 · 发布日期 · 审核 · 版本.
pub fn footer(around: &Around<'_>, org: &RecordId, imprint: &Imprint) -> Leaf {
    let updated = imprint.updated.filter(|day| *day != imprint.published);
    let updated = updated.map_or(String::new(), |day| format!(" · {day}更新"));
    let org = office(around, org);
    let (published, by, release) = (imprint.published, &imprint.reviewed_by, release_text(around));
    Leaf::new(LeafKind::Note, format!("发布：{org} · {published}{updated} · 审核：{by} · {release}"))
}

/// The footer of a record without an imprint of its own.
pub fn short_footer(around: &Around<'_>, org: Option<&RecordId>, updated: Option<Date>) -> Leaf {
    let org = org.map_or(around.hall.site.publisher.clone(), |org| office(around, org));
    let updated = updated.map_or(String::new(), |day| format!(" · {day}更新"));
    Leaf::new(LeafKind::Note, format!("发布：{org}{updated} · {}", release_text(around)))
}

/// The footer of what no single office publishes.
pub fn footer_of_site(around: &Around<'_>, imprint: &Imprint) -> Leaf {
    let (org, published, by) = (&around.hall.site.publisher, imprint.published, &imprint.reviewed_by);
    let release = release_text(around);
    Leaf::new(LeafKind::Note, format!("发布：{org} · {published} · 审核：{by} · {release}"))
}

/// `第3版 · 内容截至2026年11月1日`; of another publisher's release, whose it is.
fn release_text(around: &Around<'_>) -> String {
    let (number, issued) = around.release();
    let publisher = around.opened.source.as_ref().map_or("", |source| source.publisher.as_str());
    format!("{publisher}第{number}版 · 内容截至{}", day_text(issued))
}

/// Said first where a text no longer holds on this day.
pub fn over_banner(around: &Around<'_>, imprint: &Imprint) -> Option<Leaf> {
    let expires = imprint.expires.filter(|_| imprint.is_over(around.today))?;
    Some(Leaf::new(LeafKind::Banner, format!("这条内容已于{}到期", day_text(expires))))
}

/// Where a person helps, as facts.
pub fn help_facts(site: &Site, hall: &Hall) -> Vec<Leaf> {
    let mut facts = vec![Leaf::fact("窗口", &site.help_desk), Leaf::fact("电话", &site.help_phone)];
    if let Some(hours) = hall.hours(&site.hours) {
        facts.push(Leaf::fact("时间", hours.lines().join("；")).with_note(&hours.note));
    }
    facts.push(Leaf::fact("地址", &site.address));
    facts
}

/// A window: sign, place, hours.
pub fn window_leaf(window: &Window, hall: &Hall) -> Leaf {
    let mut note = hall.hours(&window.hours).map_or(String::new(), |h| h.lines().join("；"));
    for (has, what) in [(window.has_low_counter, "有低位柜台"), (window.has_sign_language, "有手语服务")] {
        if has {
            note.push('。');
            note.push_str(what);
        }
    }
    Leaf::fact(window_sign(window), format!("{}，{}", window.name, window.place)).with_note(note)
}

/// `3号窗口`.
pub fn window_sign(window: &Window) -> String {
    format!("{}号窗口", window.number)
}

/// How to reach an office.
pub fn reach(org: &Org) -> Vec<Leaf> {
    vec![Leaf::fact("电话", &org.phone), Leaf::fact("投诉", &org.complain), Leaf::fact("地址", &org.address)]
}

/// `2026年3月1日`
pub fn day_text(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `1,234,500元（123.45万元）`
pub fn money_text(money: Money) -> String {
    let plain = format!("{}元", grouped(&money.to_string()));
    if money.0.abs() < IN_WORDS_FEN_MIN {
        return plain;
    }
    // In ten-thousands of yuan with two places, rounded to the nearest.
    let hundredths = (money.0.abs() + 5_000) / 10_000;
    let sign = if money.0 < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let places = if rest == 0 { String::new() } else { format!(".{rest:02}").trim_end_matches('0').to_owned() };
    format!("{plain}（{sign}{whole}{places}万元）")
}

/// Digits in threes.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, places) = rest.split_once('.').map_or((rest, String::new()), |(w, p)| (w, format!(".{p}")));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{places}")
}

/// A part of a whole in whole percent; never 100 before all of it is there.
pub fn percent_of(part: i64, whole: i64) -> u8 {
    if whole <= 0 || part <= 0 {
        return 0;
    }
    if part >= whole {
        return 100;
    }
    u8::try_from((i128::from(part) * 100 + i128::from(whole) / 2) / i128::from(whole)).unwrap_or(99).min(99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_sums_are_also_said_in_ten_thousands() {
        for (fen, text) in [
            (0, "0元"),
            (123_456, "1,234.56元"),
            (9_999_999, "99,999.99元"),
            (10_000_000, "100,000元（10万元）"),
            (123_450_000, "1,234,500元（123.45万元）"),
            (-20_000_000, "-200,000元（-20万元）"),
        ] {
            assert_eq!(money_text(Money(fen)), text);
        }
    }

    #[test]
    fn a_bar_is_full_only_when_everything_is_there() {
        assert_eq!(percent_of(0, 100), 0);
        assert_eq!(percent_of(315, 1000), 32);
        assert_eq!(percent_of(9_999, 10_000), 99);
        assert_eq!(percent_of(10_000, 10_000), 100);
        assert_eq!(percent_of(20_000, 10_000), 100);
        assert_eq!(percent_of(1, 0), 0);
    }
}
