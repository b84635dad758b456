//! On what day a limit ends, holidays and swapped working days counted: `kiosk deadline`.
//! It asks no clock and needs no content; what no notice settles it calls an estimate.

use civic_kiosk::content::limit::LimitBase;
use civic_kiosk::content::workdays::OutOfReach;
use civic_kiosk::content::workdays::notices::built_in;
use civic_kiosk::content::workdays::{Deadline, Notice, REQUEST_WORKING_DAYS, Workdays};
use civic_kiosk::content::{Calendar, Limit, LimitUnit, PublishLimit};
use civic_kiosk::store::Store;
use jiff::civil::{Date, Weekday};
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::values;

#[derive(clap::Args)]
pub struct Args {
    /// The day on which the limit starts; it is not counted.
    #[arg(long, value_name = "DATE", value_parser = values::day, help = "收到的日子，例如 2026-09-10；当天不计入期限")]
    received: Date,
    /// The limit, as offices write it.
    #[arg(long, value_name = "LIMIT", value_parser = values::limit,
        help = "期限，例如 20工作日、7日；不写则按依申请公开的 20 个工作日，并给出延长后的日子")]
    limit: Option<PublishLimit>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let days = Workdays::from_notices(&notices(common)?);
    let request = Limit { n: REQUEST_WORKING_DAYS.into(), unit: LimitUnit::WorkingDay };
    let request = PublishLimit::Within { base: LimitBase::Unstated, limit: request };
    let limit = args.limit.unwrap_or_else(|| request.clone());
    let answer = Answer {
        received: args.received,
        due: limit.due(args.received, &days).ok_or(OutOfReach)?,
        // Only the answer to a request may be put off by law.
        extended: (limit == request).then(|| days.request_deadline(args.received)).transpose()?.map(|r| r.extended),
        limit,
    };
    out::answer(common.json, &answer.document(), || answer.lines());
    Ok(Outcome::Done)
}

/// The notices to count with: those that the program was made with, and those of the live release, which may be newer.
fn notices(common: &Common) -> anyhow::Result<Vec<Notice>> {
    let (config, _) = common.settings()?;
    // Without a release, or with one that cannot be read, the built-in notices still hold.
    let live = Store::open_read_only(&config.state_dir).and_then(|store| store.calendars()).unwrap_or_default();
    let mut notices: Vec<Notice> = live.iter().map(Calendar::notice).collect();
    // A release may correct a year that the program was made with.
    let older = built_in().into_iter().filter(|old| notices.iter().all(|new| new.year != old.year));
    notices.extend(older.collect::<Vec<_>>());
    Ok(notices)
}

struct Answer {
    received: Date,
    limit: PublishLimit,
    due: Deadline,
    extended: Option<Deadline>,
}

impl Answer {
    fn document(&self) -> serde_json::Value {
        json!({
            "received": self.received.to_string(),
            "limit": self.limit.to_string(),
            "due": self.due.due.to_string(),
            "is_estimate": self.due.is_estimate(),
            "extended": self.extended.map(|e| e.due.to_string()),
            "extended_is_estimate": self.extended.map(|e| e.is_estimate()),
            "remark": self.remark(),
        })
    }

    fn lines(&self) -> String {
        let mut lines = vec![
            format!("收到：{}", day_text(self.received)),
            format!("期限：{}", self.limit),
            format!("最后一天：{}{}", day_text(self.due.due), mark(&self.due)),
        ];
        lines.extend(self.extended.map(|e| format!("依申请公开经批准延长后：{}{}", day_text(e.due), mark(&e))));
        lines.extend(self.remark().map(|remark| format!("注意：{remark}")));
        lines.join("\n")
    }

    /// What must be said of the estimates among the days.
    fn remark(&self) -> Option<String> {
        self.due.remark().or_else(|| self.extended.and_then(|e| e.remark()))
    }
}

fn mark(deadline: &Deadline) -> &'static str {
    if deadline.is_estimate() { "（推算）" } else { "" }
}

fn day_text(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    };
    format!("{day}（{weekday}）")
}
