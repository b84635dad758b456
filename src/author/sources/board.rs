//! Village boards: `village/<org>/` with profile, assets and one table a month.
//! It refuses a month whose money does not balance; how months follow on each other is checked later.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Written, folder_names, inside, is_passed_over, keep, keys_without, names_in, text_of};
use crate::author::file::{Lines, Notes};
use crate::author::reading::Reading;
use crate::author::table::{Column, columns_of, read_table};
use crate::author::tree::{Tree, read_tree};
use crate::base::id::RecordId;
use crate::content::Org;
use crate::content::schema::{Fields, Map, Money, Month, Written as _};
use crate::content::village::{Asset, BoardEntry};

/// The folder of the boards.
const FOLDER: &str = "village";
/// The first and the last row of a month's money.
const OPENING: &str = "上月结余";
const CLOSING: &str = "本月结余";

/// Reads every village.
pub fn read(dir: &Path, reading: &mut Reading) {
    for name in folder_names(dir, FOLDER) {
        read_profile(dir, &name, reading);
        for file in names_in(&dir.join(FOLDER).join(&name)) {
            let is_month = |stem: &&str| stem.starts_with(|c: char| c.is_ascii_digit()) && !is_passed_over(&file);
            let Some(month) = file.strip_suffix(".csv").filter(is_month) else {
                continue;
            };
            read_month(dir, &name, month, reading);
        }
    }
}

fn read_profile(dir: &Path, name: &str, reading: &mut Reading) {
    let file = inside(FOLDER, name).join("profile.toml");
    let id = RecordId::new("village", name).ok();
    let Some(text) = text_of(dir, &file, "village", reading) else { return };
    let mut notes = Notes::on(&file);
    match read_tree(&text, &keys_without("village", &["assets"]), &mut notes) {
        Some(Tree { mut map, lines }) => {
            super::name_agrees(&map, name, &lines, &mut notes);
            if let Some(assets) = read_assets(dir, name, reading) {
                map.insert("assets".to_owned(), assets);
            }
            keep("village", map, Written::Values, id.as_ref(), &file, None, "", lines.into(), &mut notes, reading);
        }
        None => reading.broken.extend(id),
    }
    reading.problems.extend(notes.end());
}

fn read_assets(dir: &Path, name: &str, reading: &mut Reading) -> Option<Json> {
    let file = inside(FOLDER, name).join("assets.csv");
    if !dir.join(&file).exists() {
        return None;
    }
    let text = text_of(dir, &file, "village", reading)?;
    let mut notes = Notes::on(&file);
    let keys = Asset::keys();
    let assets = read_table(&text, &columns_of(&keys, &[]), &mut notes)
        .map(|table| table.rows.iter().map(|row| Json::Object(table.map(row))).collect());
    reading.problems.extend(notes.end());
    assets
}

fn read_month(dir: &Path, village: &str, month: &str, reading: &mut Reading) {
    let file = inside(FOLDER, village).join(format!("{month}.csv"));
    let Some(text) = text_of(dir, &file, "month", reading) else { return };
    let mut notes = Notes::on(&file);
    let keys = BoardEntry::keys();
    let mut columns = columns_of(&keys, &[]);
    columns.push(Column { name: "balance", is_required: false });
    let name = format!("{village}.{month}");
    let id = RecordId::new("month", &name).ok();
    let Some(table) = read_table(&text, &columns, &mut notes) else {
        reading.broken.extend(id);
        reading.problems.extend(notes.end());
        return;
    };
    let mut map = Map::from_iter([
        ("id".to_owned(), json!(name)),
        ("title".to_owned(), json!(title(village, month, reading))),
        ("org".to_owned(), json!(village)),
        ("month".to_owned(), json!(month)),
    ]);
    let mut lines = std::collections::BTreeMap::new();
    let mut entries = Vec::new();
    let mut running: Option<Money> = None;
    for row in &table.rows {
        let mut cells = table.map(row);
        let balance = cells.remove("balance").and_then(|b| b.as_str().and_then(Money::of));
        let text = |key: &str| cells.get(key).and_then(Json::as_str).unwrap_or_default();
        let edge = match text("item") {
            OPENING => Some("opening"),
            CLOSING => Some("closing"),
            _ => None,
        };
        if let Some(key) = edge {
            match balance {
                Some(balance) => drop(map.insert(key.to_owned(), json!(balance.to_string()))),
                None => notes.error("F06", Some(row.line), "balance", "这一行要写余额，如 1234.50"),
            }
            lines.insert(key.to_owned(), row.line);
            running = balance;
            continue;
        }
        let money = |key: &str| Money::of(text(key)).unwrap_or_default().0;
        running = running.map(|sum| Money(sum.0.saturating_add(money("income")).saturating_sub(money("expense"))));
        if let (Some(written), Some(sum)) = (balance, running)
            && written != sum
        {
            notes.error("F06", Some(row.line), "balance", format!("余额应为{sum}元，写的是{written}元"));
        }
        entries.push(Json::Object(cells));
        lines.insert(format!("entries[{}]", entries.len()), row.line);
    }
    map.insert("entries".to_owned(), Json::Array(entries));
    let lines = Arc::new(Lines::Fields(lines));
    keep("month", map, Written::Cells, id.as_ref(), &file, None, "", lines, &mut notes, reading);
    reading.problems.extend(notes.end());
}

/// Such as 柳林村2026年10月.
fn title(village: &str, month: &str, reading: &Reading) -> String {
    let org = reading.records.iter().filter_map(|a| a.record.get::<Org>()).find(|org| org.id.name() == village);
    let name = org.map_or(village, |org| org.short.as_str());
    match Month::of(month) {
        Some(month) => format!("{name}{}年{}月", month.year, month.month),
        None => format!("{name}{month}"),
    }
}
