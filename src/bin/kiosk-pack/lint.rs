//! Checking the content files: `kiosk-pack lint`. It reports and changes nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use civic_kiosk::author::lint::{Check, RULES, rule};
use civic_kiosk::author::{self, Level, Problem, Reading};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::out::{self, Outcome};
use crate::today;

/// Most warnings of one rule that are listed; the rest is counted, and all of it is in the JSON.
const LISTED_PER_RULE_MAX: usize = 20;

#[derive(clap::Args)]
pub struct Args {
    /// The folder with site.toml, orgs.csv, windows.csv, hours.toml and items/.
    #[arg(
        value_name = "CONTENT_DIR",
        required_unless_present = "rules",
        help = "内容文件夹，里面有 site.toml、orgs.csv、windows.csv、hours.toml 和 items/"
    )]
    dir: Option<PathBuf>,
    /// The day on which the content is looked at.
    #[arg(long, value_name = "DATE", value_parser = today::day, help = "按哪一天检查，例如 2026-11-21；不写则按今天")]
    today: Option<Date>,
    /// Print the rules instead of checking anything.
    #[arg(long, help = "列出全部规则")]
    rules: bool,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let Some(dir) = args.dir.filter(|_| !args.rules) else {
        out::answer(json, &rules_document(), rules_table);
        return Ok(Outcome::Done);
    };
    let reading = author::check_hall(&dir, today::or_today(args.today));
    let document = reading.problems.iter().map(document).collect();
    out::answer(json, &Value::Array(document), || report(&reading));
    Ok(if reading.has_no_error() { Outcome::Done } else { Outcome::Refused })
}

fn document(problem: &Problem) -> Value {
    json!({
        "rule": problem.rule,
        "level": problem.level.name(),
        "message": problem.message,
        "file": problem.file.to_string_lossy(),
        "row": problem.row,
        "field": problem.field,
        "record": problem.record.as_ref().map(|id| id.as_str()),
    })
}

/// One line a problem, a line for each rule with more warnings than are listed, and a last line that sums up.
fn report(reading: &Reading) -> String {
    let count = |level| reading.problems.iter().filter(|p| p.level == level).count();
    let guides = reading.records.iter().filter(|a| a.record.id().kind() == "guide").count();
    let mut lines = listed(&reading.problems);
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    lines.push(format!("读到{guides}份办事指南：{errors}个错误，{warnings}个提醒。"));
    lines.join("\n")
}

/// The lines of all errors and of the first warnings of each rule; the other warnings are counted by rule.
pub fn listed(problems: &[Problem]) -> Vec<String> {
    let mut warnings: BTreeMap<&str, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for problem in problems {
        if problem.level == Level::Warning {
            let n = warnings.entry(problem.rule).or_default();
            *n += 1;
            if *n > LISTED_PER_RULE_MAX {
                continue;
            }
        }
        lines.push(format!("{} {} {problem}", problem.level.term(), problem.rule));
    }
    for (id, n) in warnings.into_iter().filter(|(_, n)| *n > LISTED_PER_RULE_MAX) {
        let asks = rule(id).map_or("", |rule| rule.asks);
        lines.push(format!("提醒 {id} {asks}：共{n}处，列出前{LISTED_PER_RULE_MAX}处，全部见 --json"));
    }
    lines
}

fn rules_document() -> Value {
    let while_reading = |check| matches!(check, Check::Reading);
    let rules = RULES.iter().map(|rule| {
        json!({ "rule": rule.id, "level": rule.level.name(), "asks": rule.asks, "while_reading": while_reading(rule.check) })
    });
    rules.collect()
}

fn rules_table() -> String {
    RULES.iter().map(|rule| format!("{} {} {}", rule.id, rule.level.term(), rule.asks)).collect::<Vec<_>>().join("\n")
}
