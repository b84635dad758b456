//! Checking the content files: `kiosk-pack lint`. It reports and changes nothing.

use std::path::PathBuf;

use civic_kiosk::author::{self, Level, Problem, Reading};
use serde_json::{Value, json};

use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {
    /// The folder with site.toml, orgs.csv, windows.csv, hours.toml and items/.
    #[arg(
        value_name = "CONTENT_DIR",
        help = "内容文件夹，里面有 site.toml、orgs.csv、windows.csv、hours.toml 和 items/"
    )]
    dir: PathBuf,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let reading = author::check_hall(&args.dir);
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

/// One line a problem, and a last line that sums up.
fn report(reading: &Reading) -> String {
    let count = |level| reading.problems.iter().filter(|p| p.level == level).count();
    let guides = reading.records.iter().filter(|a| a.record.id().kind() == "guide").count();
    let mut lines: Vec<String> =
        reading.problems.iter().map(|p| format!("{} {} {p}", p.level.term(), p.rule)).collect();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    lines.push(format!("读到{guides}份办事指南：{errors}个错误，{warnings}个提醒。"));
    lines.join("\n")
}
