//! Titles found from the command line: `kiosk search`.

use std::collections::HashMap;

use anyhow::Context;
use civic_kiosk::app::finder;
use civic_kiosk::content::record::label_of;
use civic_kiosk::search::Missed;
use serde_json::{Value, json};

use crate::Common;
use crate::out::{self, Outcome};
use crate::{record, typing};

/// Longest query; what is beyond it is not searched.
const QUERY_CHARS_MAX: usize = 200;

#[derive(clap::Args)]
pub struct Args {
    /// What to look for.
    #[arg(required_unless_present_any = ["stdin", "missed"], conflicts_with_all = ["stdin", "missed"])]
    query: Option<String>,
    /// One query a line; one JSON array a line comes back.
    #[arg(long)]
    stdin: bool,
    /// How often nothing was found, and which words of the hall or of the language were looked for.
    #[arg(long, conflicts_with = "stdin", help = "列出本机没有查到结果的次数和词语，供办公室补充内容")]
    missed: bool,
    /// How many hits at most.
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    if args.missed {
        return missed(common, args.limit);
    }
    let findables = record::store(common)?.findables()?.context(record::NOTHING)?;
    let orgs: HashMap<_, _> = findables
        .records
        .iter()
        .filter_map(|found| Some((found.title.id.clone(), findables.orgs.get(found.title.org.as_ref()?)?.clone())))
        .collect();
    let index = finder::title_index(findables);
    let find = |query: &str| -> Value {
        let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
        let hits = index.find(&query, args.limit).hits;
        let rows = hits.into_iter().map(|hit| {
            let org = orgs.get(&hit.id).map_or("", String::as_str);
            let marks: Vec<&str> = hit.marks.iter().filter_map(|range| hit.title.get(range.clone())).collect();
            json!({ "id": hit.id.as_str(), "title": hit.title, "org": org, "kind": hit.id.kind(),
                    "label": label_of(hit.id.kind()), "score": hit.score, "marks": marks })
        });
        rows.collect()
    };
    let Some(query) = args.query else { return typing::each_line(|query| Ok(find(query))) };
    let found = find(&query);
    out::answer(common.json, &found, || {
        let row =
            |v: &Value| format!("{}  {}  {}  {}", text(v, "id"), text(v, "title"), text(v, "label"), text(v, "org"));
        let rows: Vec<_> = found.as_array().into_iter().flatten().map(row).collect();
        if rows.is_empty() { "没有找到".to_owned() } else { rows.join("\n") }
    });
    Ok(Outcome::Done)
}

fn missed(common: &Common, limit: usize) -> anyhow::Result<Outcome> {
    let missed = Missed::read(&common.settings()?.0.state_dir);
    let terms: Vec<_> = missed.most().into_iter().take(limit).collect();
    let rows = terms.iter().map(|(word, n)| json!({ "word": word, "searches": n }));
    let document = json!({ "since": missed.since.map(|day| day.to_string()), "searches": missed.searches,
                           "words": rows.collect::<Vec<_>>() });
    out::answer(common.json, &document, || {
        let Some(since) = missed.since else { return "还没有查不到的记录".to_owned() };
        let words: String = terms.iter().map(|(word, n)| format!("\n{word}  {n}次")).collect();
        format!("从{since}起，有{}次没有查到结果{words}", missed.searches)
    });
    Ok(Outcome::Done)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
