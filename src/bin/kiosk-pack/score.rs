//! What each office's content is worth: `kiosk-pack score`. It writes two tables and a page, and changes no content.

use std::path::PathBuf;

use civic_kiosk::author::score::{Colour, Indicators, Score, score};
use civic_kiosk::author::{Level, check_hall};
use civic_kiosk::base::durable;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::out::{self, Outcome};
use crate::today;

#[derive(clap::Args)]
pub struct Args {
    /// The hall's content files.
    #[arg(value_name = "CONTENT_DIR", help = "内容文件夹")]
    dir: PathBuf,
    /// The folder that gets score.csv, deductions.csv and score.html.
    #[arg(long, value_name = "DIR", help = "结果写到这个文件夹：score.csv、deductions.csv、score.html")]
    out: PathBuf,
    /// The day on which the content is looked at.
    #[arg(long, value_name = "DATE", value_parser = today::day, help = "按哪一天评分，例如 2026-11-21；不写则按今天")]
    today: Option<Date>,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let today = today::or_today(args.today);
    let reading = check_hall(&args.dir, today);
    if reading.records.is_empty() {
        // Nobody is given points for content that cannot be read.
        out::answer(json, &json!({ "offices": [] }), || "没有读到内容，没有评分。".to_owned());
        return Ok(Outcome::Refused);
    }
    let score = score(&reading, today);
    durable::create_dir(&args.out)?;
    durable::write(&args.out.join("score.csv"), &score.offices_csv())?;
    durable::write(&args.out.join("deductions.csv"), &score.deductions_csv())?;
    durable::write(&args.out.join("score.html"), score.html().as_bytes())?;
    out::answer(json, &document(&score), || lines(&score, &args.out));
    Ok(Outcome::Done)
}

fn document(score: &Score) -> Value {
    let offices = score.offices.iter().map(|office| {
        let deductions = office.deductions.iter().map(
            |d| json!({ "rule": d.rule, "level": d.level.name(), "problems": d.problems.len(), "points": d.points }),
        );
        let indicators = office.indicators.shares().map(|share| json!([share.part, share.whole]));
        json!({
            "office": office.id.name(), "name": office.name, "points": office.points,
            "colour": office.colour().term(), "records": office.records,
            "errors": office.count(Level::Error), "warnings": office.count(Level::Warning),
            "deductions": deductions.collect::<Value>(), "indicators": indicators,
        })
    });
    let offices: Value = offices.collect();
    json!({
        "today": score.today.to_string(), "offices": offices, "common": score.common.len(),
        "indicators": score.indicators.shares().map(|share| json!([share.part, share.whole])),
    })
}

fn lines(score: &Score, folder: &std::path::Path) -> String {
    let mut lines: Vec<String> = score
        .offices
        .iter()
        .map(|office| {
            format!("{}{} {}分 {}", office.colour().shape(), office.colour().term(), office.points, office.name)
        })
        .collect();
    let count = |colour| score.count(colour);
    let (green, yellow, red) = (count(Colour::Green), count(Colour::Yellow), count(Colour::Red));
    lines.push(format!("{}个单位：绿{green}、黄{yellow}、红{red}", score.offices.len()));
    let indicators =
        Indicators::NAMES.iter().zip(score.indicators.shares()).map(|(name, share)| format!("{name}{share}"));
    lines.push(indicators.collect::<Vec<_>>().join("，"));
    lines.push(format!("已写入 {}：score.csv、deductions.csv、score.html", folder.display()));
    lines.join("\n")
}
