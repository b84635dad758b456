use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::content::workdays::notices::built_in;

fn days() -> Workdays {
    Workdays::from_notices(&built_in())
}

fn within(base: LimitBase, n: u32, unit: LimitUnit) -> PublishLimit {
    PublishLimit::Within { base, limit: Limit { n, unit } }
}

#[test]
fn every_way_of_writing_a_length_is_read() {
    use LimitBase::{DrawnUpOrObtained, FormedOrChanged, MadeOrObtained, Other, Unstated};
    use LimitUnit::{Day, WorkingDay};
    let other = |text: &str| Other(text.to_owned());
    for (text, expected) in [
        ("20个工作日内", within(Unstated, 20, WorkingDay)),
        ("3个工作日内", within(Unstated, 3, WorkingDay)),
        ("10个工作日", within(Unstated, 10, WorkingDay)),
        ("20工作日", within(Unstated, 20, WorkingDay)),
        ("２０ 个工作日以内。", within(Unstated, 20, WorkingDay)),
        ("二十个工作日内", within(Unstated, 20, WorkingDay)),
        ("十五日内", within(Unstated, 15, Day)),
        ("在7日内公开", within(Unstated, 7, Day)),
        ("30天", within(Unstated, 30, Day)),
        ("一百二十个自然日", within(Unstated, 120, Day)),
        ("20个工作日内及时公开", within(Unstated, 20, WorkingDay)),
        ("信息形成或者变更之日起20个工作日内", within(FormedOrChanged, 20, WorkingDay)),
        ("自该政府信息形成或者变更之日起20个工作日内予以公开", within(FormedOrChanged, 20, WorkingDay)),
        (
            "自信息形成或变更之日起20个工作日内。法律、法规对政府信息公开的期限另有规定的，从其规定。",
            within(FormedOrChanged, 20, WorkingDay),
        ),
        ("形成或变更20个工作日内（法律法规另有规定的，从其规定）", within(FormedOrChanged, 20, WorkingDay)),
        ("自制定或获取之日起10个工作日内", within(DrawnUpOrObtained, 10, WorkingDay)),
        ("制作或者获取该信息之日起20个工作日内", within(MadeOrObtained, 20, WorkingDay)),
        ("自制作或获取之日起，2日内公布", within(MadeOrObtained, 2, Day)),
        ("作出行政决定后七个工作日内公开", within(other("作出行政决定"), 7, WorkingDay)),
        ("自批准之日起20个工作日内", within(other("批准"), 20, WorkingDay)),
        ("当日公开", within(Unstated, 0, Day)),
        ("会议结束当天发布", within(other("会议结束"), 0, Day)),
    ] {
        assert_eq!(PublishLimit::parse(text), expected, "{text}");
    }
}

#[test]
fn every_way_of_naming_no_length_is_read() {
    for (text, expected) in [
        ("实时公开", PublishLimit::Realtime),
        ("实 时 更新", PublishLimit::Realtime),
        ("及时公开", PublishLimit::Prompt(Promptness::Soon)),
        ("及时", PublishLimit::Prompt(Promptness::Soon)),
        ("随时公布", PublishLimit::Prompt(Promptness::AnyTime)),
        ("按进度及时", PublishLimit::Prompt(Promptness::ByProgress)),
        ("按进展及时公开；", PublishLimit::Prompt(Promptness::ByProgress)),
        ("永久公开", PublishLimit::Permanent(Term::Forever)),
        ("长期公开", PublishLimit::Permanent(Term::LongTerm)),
        ("每季度的首个月20日", PublishLimit::Periodic { every: Period::Quarter, day: 20 }),
        ("每季度首月20日前公布", PublishLimit::Periodic { every: Period::Quarter, day: 20 }),
        ("每月１０日前", PublishLimit::Periodic { every: Period::Month, day: 10 }),
        ("每个月的十号之前", PublishLimit::Periodic { every: Period::Month, day: 10 }),
        ("每月底前更新", PublishLimit::Periodic { every: Period::Month, day: 31 }),
        ("每年1月31日前", PublishLimit::Periodic { every: Period::Year { month: 1 }, day: 31 }),
        ("每年十二月二十五日前", PublishLimit::Periodic { every: Period::Year { month: 12 }, day: 25 }),
    ] {
        assert_eq!(PublishLimit::parse(text), expected, "{text}");
    }
}

#[test]
fn what_is_outside_the_grammar_stays_word_for_word() {
    for text in [
        "",
        "同上",
        "t",
        "1个月内",
        "24小时内",
        "0个工作日内",
        "零日内",
        "70000个工作日内",
        "99999999999999999999日",
        "二〇日内",
        "百日内",
        "第20日内",
        "公示期不少于7个工作日",
        "即日起20个工作日内",
        "20个工作日内（其中应急信息实时公开）",
        "每月32日前",
        "每年2月30日前",
        "每年13月1日前",
        "每季度第二个月20日前",
        "每年1月31日前公布上一年度报告",
        "实时公开，20个工作日内",
        "法律、法规另有规定的，从其规定",
    ] {
        let limit = PublishLimit::parse(&format!("  {text}\n"));
        assert_eq!(limit, PublishLimit::Unparsed(text.to_owned()));
        assert_eq!((limit.to_string().as_str(), limit.due(date(2026, 9, 1), &days())), (text, None));
    }
    let long = "20个工作日内".repeat(40);
    assert_eq!(PublishLimit::parse(&long), PublishLimit::Unparsed(long));
}

#[test]
fn limits_are_said_in_one_way() {
    for (text, said) in [
        ("二十个工作日内公开", "20个工作日内"),
        ("信息形成或者变更后20工作日", "自形成或变更之日起20个工作日内"),
        ("作出决定后七天内", "自作出决定之日起7日内"),
        ("当天", "当日公开"),
        ("即时更新", "实时公开"),
        ("随时公布", "随时公开"),
        ("按进度", "按进度及时公开"),
        ("每季的第一个月二十号", "每季度首月20日前"),
        ("每月末", "每月底前"),
        ("每年度一月三十一日以前", "每年1月31日前"),
        ("永久性公开", "永久公开"),
    ] {
        assert_eq!(PublishLimit::parse(text).to_string(), said);
    }
}

#[test]
fn a_limit_with_a_length_or_a_period_has_a_due_date() {
    let days = days();
    let due = |text: &str, from| PublishLimit::parse(text).due(from, &days).map(|d| d.due);
    let from = date(2026, 9, 10);
    assert_eq!(due("自形成或变更之日起20个工作日内", from), Some(date(2026, 10, 14)));
    assert_eq!(due("7日内", date(2026, 9, 24)), Some(date(2026, 10, 8)), "the seventh day is off");
    assert_eq!(due("当日公开", from), Some(from));
    assert_eq!(due("每月10日前", from), Some(date(2026, 10, 10)), "the next after the day itself");
    assert_eq!(due("每月底前", date(2026, 1, 31)), Some(date(2026, 2, 28)));
    assert_eq!(due("每季度首月20日", from), Some(date(2026, 10, 20)));
    assert_eq!(due("每季度首月31日", date(2026, 2, 1)), Some(date(2026, 4, 30)));
    assert_eq!(due("每年1月31日前", from), Some(date(2027, 1, 31)));
    assert_eq!(due("每年2月29日前", date(2026, 2, 28)), Some(date(2027, 2, 28)));
    for text in ["实时公开", "及时公开", "随时公布", "永久公开", "长期公开", "同上"] {
        assert_eq!(due(text, from), None, "{text}");
    }
    assert!(PublishLimit::parse("20个工作日内").due(date(2026, 12, 20), &days).unwrap().is_estimate());
    assert_eq!(due("20个工作日内", Date::MAX), None);
    assert_eq!(due("每月10日前", Date::MAX), None);
    assert_eq!(due("每月10日前", Date::MIN), Some(Date::MIN.with().day(10).build().unwrap()));
}

#[test]
fn a_period_that_was_never_checked_still_ends_within_its_month() {
    for day in [0, 31, u8::MAX] {
        for month in [0, 2, 13, u8::MAX] {
            let limit = PublishLimit::Periodic { every: Period::Year { month }, day };
            assert_eq!(limit.due(date(2026, 3, 1), &days()).is_some(), month == 2);
        }
    }
}

#[test]
fn a_same_day_said_twice_is_no_event() {
    for text in ["当日之日当日", "当天后当日公开", "自当日之日起20日内"] {
        let limit = PublishLimit::parse(text);
        assert_eq!(limit, PublishLimit::Unparsed(text.to_owned()));
        assert_eq!(PublishLimit::parse(&limit.to_string()), limit);
    }
}

/// Pieces from which offices build their limits, in any order.
const PIECES: &str = "(自|从|在|该|政府信息|信息|形成|变更|或者?|制定|制作|获取|批准|会议|结束|之日起?|起|以?后|当日|当天\
    |[0-9]{1,3}|[零〇一二两三四五六七八九十百千]{1,3}|个|工作日|自然日|日|天|以?内|每|年|月|季度?|首个?月|底|的|前|号\
    |实时|及时|随时|永久|长期|按进度|公开|公布|更新|予以|法律、法规|从其规定|。|，|（|）| |２){0,9}";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_is_read_back_as_the_same_limit(text in PIECES) {
        let limit = PublishLimit::parse(&text);
        prop_assert_eq!(PublishLimit::parse(&limit.to_string()), limit);
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,60}", from in 0..10_000_i32) {
        let limit = PublishLimit::parse(&text);
        let start = date(2000, 1, 1).checked_add(jiff::Span::new().days(from)).unwrap();
        prop_assert!(limit.due(start, &days()).is_none_or(|d| d.due >= start));
        prop_assert_eq!(PublishLimit::parse(&limit.to_string()), limit);
    }

    #[test]
    fn every_length_is_said_and_read(n in 1..u16::MAX, base in 0..5_usize, is_working_days: bool) {
        let base = ["", "形成或变更", "制定或获取", "制作或获取", "公示期满"][base];
        let base = LimitBase::known(base).unwrap_or(LimitBase::Other(base.to_owned()));
        let limit = within(base, n.into(), if is_working_days { LimitUnit::WorkingDay } else { LimitUnit::Day });
        prop_assert_eq!(PublishLimit::parse(&limit.to_string()), limit);
    }

    #[test]
    fn numbers_are_read_in_chinese_as_in_digits(n in 1..9999_u16) {
        prop_assert_eq!(number(&in_chinese(n)), Some(n), "{}", in_chinese(n));
    }
}

/// The way a number is said: 二百零五, 十二, 一千零二十.
fn in_chinese(n: u16) -> String {
    let digit = |d: u16| "零一二三四五六七八九".chars().nth(usize::from(d)).unwrap();
    let mut text = String::new();
    let mut is_gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        match n / unit % 10 {
            0 => is_gap = !text.is_empty(),
            1 if unit == 10 && text.is_empty() => text.push('十'),
            d => {
                if is_gap {
                    text.push('零');
                }
                is_gap = false;
                text.push(digit(d));
                text.push_str(name);
            }
        }
    }
    text
}
