//! By when an answer to what somebody hands in must come, in the words of the receipt rule that the form declares.
//! It promises no day that rests on a clock nobody can trust.

use jiff::civil::Date;

use super::form::{FormAnswer, Received};
use super::workdays::{Deadline, Workdays};

/// By when an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The form promises no answer.
    Unpromised,
    /// On this day at the latest.
    By {
        /// From which day the limit counts.
        received: Received,
        /// Working days of the limit.
        days: u16,
        /// Its last day; where the office has to confirm first, as if it did so on the day of handing in.
        last: Deadline,
    },
    /// The day cannot be told: the terminal's clock is wrong, or the limit leaves the calendar.
    Unknown {
        /// From which day the limit counts.
        received: Received,
        /// Working days of the limit.
        days: u16,
    },
}

impl FormAnswer {
    /// By when what is handed in today is answered. Without a day that can be trusted none is told.
    pub fn due(&self, today: Option<Date>, calendar: &Workdays) -> Due {
        let received = self.received();
        let days = u16::try_from(self.days).unwrap_or(u16::MAX);
        let last = today.and_then(|today| calendar.add_working_days(today, days).ok());
        match last {
            Some(last) => Due::By { received, days, last },
            None => Due::Unknown { received, days },
        }
    }
}

impl Due {
    /// The last day, where one can be told.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::By { last, .. } => Some(last.due),
            Self::Unpromised | Self::Unknown { .. } => None,
        }
    }

    /// What stands over the day: what kind of day it is.
    pub fn heading(&self) -> &'static str {
        match self {
            Self::Unpromised => "",
            Self::By { received: Received::Handed, .. } => "最迟答复日期",
            Self::By { received: Received::Confirmed, .. } => "如今天确认，最迟答复日期",
            Self::Unknown { .. } => "答复期限",
        }
    }

    /// How it is counted, and what has to be said beside it; in the order in which it is read.
    pub fn notes(&self) -> Vec<String> {
        let (received, days) = match self {
            Self::Unpromised => return Vec::new(),
            Self::By { received, days, .. } | Self::Unknown { received, days } => (received, days),
        };
        let mut notes = vec![match received {
            Received::Handed => format!("以提交之日为收到日，自次日起{days}个工作日内答复。"),
            Received::Confirmed => {
                format!("以受理机关与您确认之日为收到日，自次日起{days}个工作日内答复；确认得晚，日期顺延。")
            }
        }];
        match self {
            Self::By { last, .. } => notes.extend(last.remark().map(|remark| format!("{remark}，可能有变。"))),
            Self::Unknown { .. } => notes.push("本机日期不准，推算不出具体日期，以受理机关告知的为准。".to_owned()),
            Self::Unpromised => {}
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::content::workdays::notices::built_in;

    fn answer(received: Option<Received>) -> FormAnswer {
        FormAnswer { days: 20, received }
    }

    #[test]
    fn both_readings_of_the_rule_say_from_which_day_they_count() {
        let days = Workdays::from_notices(&built_in());
        let today = Some(date(2026, 9, 10));
        let handed = answer(Some(Received::Handed)).due(today, &days);
        assert_eq!((handed.date(), handed.heading()), (Some(date(2026, 10, 14)), "最迟答复日期"));
        assert_eq!(handed.notes(), ["以提交之日为收到日，自次日起20个工作日内答复。"]);
        // A form that does not say promises less.
        let cautious = answer(None).due(today, &days);
        assert_eq!((cautious.date(), cautious.heading()), (handed.date(), "如今天确认，最迟答复日期"));
        assert!(cautious.notes()[0].contains("确认之日"), "{cautious:?}");
    }

    #[test]
    fn an_estimate_says_so_and_a_wrong_clock_promises_no_day() {
        let days = Workdays::from_notices(&built_in());
        let estimate = answer(None).due(Some(date(2031, 3, 3)), &days);
        assert!(estimate.date().is_some() && estimate.notes()[1].contains("推算"), "{estimate:?}");
        let unknown = answer(None).due(None, &days);
        assert_eq!((unknown.date(), unknown.heading()), (None, "答复期限"));
        assert!(unknown.notes()[1].contains("日期不准"), "{unknown:?}");
        assert_eq!(answer(None).due(Some(Date::MAX), &days).date(), None);
        assert_eq!((Due::Unpromised.date(), Due::Unpromised.notes().len()), (None, 0));
    }
}
