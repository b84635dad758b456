//! Titles found from the command line: `kiosk search`.

use std::collections::HashMap;
use std::io::BufRead;

use civic_kiosk::search::TitleIndex;
use civic_kiosk::store::Store;
use serde_json::{Value, json};

use crate::Common;
use crate::out::{self, Outcome};

/// Longest query; what is beyond it is not searched.
const QUERY_CHARS_MAX: usize = 200;

#[derive(clap::Args)]
pub struct Args {
    /// What to look for.
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    query: Option<String>,
    /// One query a line; one JSON array a line comes back.
    #[arg(long)]
    stdin: bool,
    /// How many hits at most.
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let store = Store::open_read_only(&common.settings()?.0.state_dir)?;
    let orgs: HashMap<_, _> = store.orgs()?.into_iter().map(|org| (org.id.clone(), org.name)).collect();
    let org_name = |id: &Option<_>| id.as_ref().and_then(|id| orgs.get(id)).map_or("", String::as_str);
    let titles = store.titles()?;
    let index = TitleIndex::new(titles.iter().map(|t| (t.id.clone(), t.title.as_str(), org_name(&t.org))));
    let find = |query: &str| -> Value {
        let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
        let hits = index.find(&query, args.limit);
        let rows = hits.iter().filter_map(|hit| {
            let title = titles.iter().find(|t| t.id == hit.id)?;
            let org = org_name(&title.org);
            Some(json!({ "id": hit.id.as_str(), "title": title.title, "org": org, "kind": hit.id.kind(), "score": hit.score }))
        });
        rows.collect()
    };
    let Some(query) = args.query else {
        for line in std::io::stdin().lock().lines() {
            out::answer(true, &find(&line?), String::new);
        }
        return Ok(Outcome::Done);
    };
    let found = find(&query);
    out::answer(common.json, &found, || {
        let row = |v: &Value| format!("{}  {}  {}", text(v, "id"), text(v, "title"), text(v, "org"));
        let rows: Vec<_> = found.as_array().into_iter().flatten().map(row).collect();
        if rows.is_empty() { "没有找到".to_owned() } else { rows.join("\n") }
    });
    Ok(Outcome::Done)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
