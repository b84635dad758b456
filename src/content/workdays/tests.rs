use proptest::prelude::*;

use super::notices::built_in;
use super::*;

fn built_in_days() -> Workdays {
    Workdays::from_notices(&built_in())
}

/// The notices up to a year, as they were known then.
fn known_in(year: i16) -> Workdays {
    Workdays::from_notices(built_in().iter().filter(|notice| notice.year <= year))
}

/// Both written by `tests/data/workdays/oracle.py`.
const ORACLE: &str = include_str!("../../../tests/data/workdays/oracle.txt");
const DEADLINES: &str = include_str!("../../../tests/data/workdays/deadlines.csv");

/// Every day of 2007–2026 with the oracle's word on it.
fn oracle() -> Vec<(Date, bool)> {
    let years = ORACLE.lines().zip(2007..).flat_map(|(line, year)| {
        assert_eq!(line.len(), if date(year, 1, 1).in_leap_year() { 366 } else { 365 });
        date(year, 1, 1).series(1.day()).zip(line.bytes().map(|day| day == b'1'))
    });
    years.collect()
}

#[test]
fn every_day_of_twenty_years_agrees_with_the_oracle() {
    let (days, oracle) = (built_in_days(), oracle());
    assert_eq!((oracle.len(), oracle[7304].0), (7305, date(2026, 12, 31)));
    let wrong: Vec<_> = oracle.into_iter().filter(|(day, is_working)| days.is_working(*day) != *is_working).collect();
    assert_eq!(wrong, []);
}

#[test]
fn one_notice_alone_is_wrong_on_the_last_days_of_its_year() {
    let of_year = |year| Workdays::from_notices(built_in().iter().filter(|notice| notice.year == year));
    let wrong = oracle().into_iter().filter(|(day, is_working)| of_year(day.year()).is_working(*day) != *is_working);
    let expected = [date(2007, 12, 29), date(2007, 12, 31), date(2011, 12, 31), date(2018, 12, 29), date(2018, 12, 31)];
    assert_eq!(wrong.map(|(day, _)| day).collect::<Vec<_>>(), expected);
}

#[test]
fn deadlines_agree_with_days_counted_one_by_one() {
    let days = built_in_days();
    let mut rows = 0;
    for row in DEADLINES.lines().skip(1) {
        let [start, after_20, after_40]: [Date; 3] =
            row.split(',').map(|day| day.parse().unwrap()).collect::<Vec<_>>().try_into().unwrap();
        let request = days.request_deadline(start).unwrap();
        assert_eq!((request.due.due, request.extended.due), (after_20, after_40), "{row}");
        assert_eq!(days.count_between(start, after_40), 40, "{row}");
        rows += 1;
    }
    assert_eq!(rows, 200);
}

#[test]
fn a_request_is_answered_in_twenty_working_days_or_forty() {
    for (received, due, extended) in [
        (date(2026, 9, 10), date(2026, 10, 14), date(2026, 11, 11)),
        (date(2026, 1, 30), date(2026, 3, 5), date(2026, 4, 2)),
        (date(2025, 12, 31), date(2026, 1, 29), date(2026, 3, 4)),
    ] {
        let request = built_in_days().request_deadline(received).unwrap();
        assert_eq!((request.due.due, request.extended.due), (due, extended));
        assert!(!request.due.is_estimate() && !request.extended.is_estimate());
    }
}

#[test]
fn a_limit_that_runs_into_a_year_without_a_notice_is_an_estimate_and_says_so() {
    let days = built_in_days();
    assert_eq!(days.known_until(), Some(date(2026, 12, 31)));
    let request = days.request_deadline(date(2026, 11, 27)).unwrap();
    assert_eq!(request.due, Deadline { due: date(2026, 12, 25), footing: Footing::Notices });
    assert_eq!(request.due.remark(), None);
    assert_eq!(request.extended.footing, Footing::NextYearUnpublished);
    assert_eq!(request.extended.remark().unwrap(), "次年放假安排未公布，按周末推算");
    let later = days.add_working_days(date(2028, 3, 1), 5).unwrap();
    assert_eq!(later, Deadline { due: date(2028, 3, 8), footing: Footing::NoNotice { year: 2028 } });
    assert_eq!(later.remark().unwrap(), "2028年放假安排没有收录，按周末推算");
    assert!(days.add_working_days(date(2005, 3, 1), 5).unwrap().is_estimate());
    let nothing = Workdays::default();
    assert_eq!(nothing.known_until(), None);
    assert!(nothing.next_working_day(date(2026, 1, 1)).unwrap().is_estimate());
}

#[test]
fn the_end_of_december_waits_for_the_next_notice() {
    // What was said before the notice for 2019 came, and after: 31 December 2018 had become a day off.
    let (start, before, after) = (date(2018, 12, 21), known_in(2018), known_in(2019));
    let said = before.add_working_days(start, 6).unwrap();
    assert_eq!(said, Deadline { due: date(2018, 12, 31), footing: Footing::NextYearUnpublished });
    let said = after.add_working_days(start, 6).unwrap();
    assert_eq!(said, Deadline { due: date(2018, 12, 29), footing: Footing::Notices });
    assert!(before.is_settled(date(2018, 12, 28)) && !before.is_settled(date(2018, 12, 29)));
    // A year left out in the middle is no different.
    let gap = Workdays::from_notices(built_in().iter().filter(|notice| notice.year != 2019));
    assert!(
        !gap.is_settled(date(2018, 12, 29)) && !gap.is_settled(date(2019, 6, 3)) && gap.is_settled(date(2020, 6, 3))
    );
}

#[test]
fn a_limit_of_calendar_days_ends_on_a_working_day() {
    let days = built_in_days();
    let due = |start, n| days.add_days(start, n).unwrap().due;
    assert_eq!(due(date(2026, 9, 21), 3), date(2026, 9, 24));
    assert_eq!(due(date(2026, 9, 24), 7), date(2026, 10, 8), "1–7 October are off");
    assert_eq!(due(date(2026, 10, 9), 1), date(2026, 10, 10), "a Saturday worked");
    assert_eq!(due(date(2026, 10, 1), 0), date(2026, 10, 1), "the same day, whatever it is");
    assert_eq!(days.next_working_day(date(2026, 9, 30)).unwrap().due, date(2026, 10, 8));
}

#[test]
fn what_cannot_be_reached_is_refused() {
    let days = built_in_days();
    assert_eq!(days.add_working_days(date(9999, 12, 30), 2), Err(OutOfReach));
    assert_eq!(days.add_days(date(9999, 12, 30), 2), Err(OutOfReach));
    assert_eq!(days.next_working_day(Date::MAX), Err(OutOfReach));
    assert_eq!(days.request_deadline(Date::MAX), Err(OutOfReach));
    assert_eq!(days.count_between(Date::MAX, Date::MIN), 0);
    assert_eq!(days.count_between(Date::MIN, Date::MIN), 0);
    assert_eq!(days.add_working_days(date(2026, 1, 1), u16::MAX).unwrap().due.year(), 2277);
    assert_eq!(days.add_working_days(Date::MIN, u16::MAX).unwrap().due.year(), -9748);
    let never = Notice { year: 2026, off: vec![(Date::MIN, Date::MAX)], work: Vec::new() };
    let never = Workdays::from_notices([&never]);
    assert_eq!(never.add_working_days(date(2026, 1, 1), 1), Err(OutOfReach));
    assert_eq!(never.add_days(date(2026, 1, 1), 1), Err(OutOfReach));
    assert_eq!(never.count_between(Date::MIN, Date::MAX), 0);
}

#[test]
fn a_stretch_written_backwards_names_no_day_and_overlapping_ones_are_one() {
    let off = vec![
        (date(2026, 5, 3), date(2026, 5, 8)),
        (date(2026, 5, 1), date(2026, 5, 5)),
        (date(2026, 5, 4), date(2026, 5, 4)),
        (date(2026, 6, 9), date(2026, 6, 2)),
    ];
    let days = Workdays::from_notices([&Notice { year: 2026, off, work: vec![date(2026, 5, 6)] }]);
    assert_eq!(days.named(date(2026, 5, 7)), Some(Named::Off));
    assert_eq!(days.named(date(2026, 5, 6)), Some(Named::Work), "named both ways");
    assert_eq!(days.named(date(2026, 6, 4)), None);
    assert_eq!(days.count_between(date(2026, 4, 30), date(2026, 5, 9)), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counting_back_gives_the_limit_and_the_end_is_a_working_day(from in 0..9000_i32, n in 1..400_u16) {
        let days = built_in_days();
        let start = date(2006, 1, 1).checked_add(from.days()).unwrap();
        let due = days.add_working_days(start, n).unwrap().due;
        prop_assert!(days.is_working(due));
        prop_assert_eq!(days.count_between(start, due), u32::from(n));
        prop_assert_eq!(days.count_between(start, due.yesterday().unwrap()), u32::from(n) - 1);
    }

    #[test]
    fn the_order_of_the_notices_does_not_matter(mut notices in Just(built_in()).prop_shuffle(), from in 0..7000_i32) {
        notices.extend(built_in().into_iter().skip(5).take(3));
        let day = date(2007, 1, 1).checked_add(from.days()).unwrap();
        prop_assert_eq!(Workdays::from_notices(&notices).is_working(day), built_in_days().is_working(day));
    }
}
