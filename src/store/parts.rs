//! Parts of a long list that one can go to at once: titles by the letter of their first sound, rows of a table by region.
//! It changes no order, and looks at no list that is short or too long to be gone through for a page.

use std::collections::BTreeSet;

use pinyin::ToPinyin;
use rusqlite::params_from_iter;

use crate::base::id::RecordId;
use crate::content::Record;
use crate::content::table::Sheet;

use super::catalog::{Of, PAGE_RECORDS, Shelf, filter, rank_sql};
use super::content::Store;
use super::error::StoreError;

/// From this many pages on a list has parts.
const PAGES_MIN: usize = 4;
/// Longer lists are searched instead.
const RECORDS_MAX: usize = 5_000;
/// More regions do not fit on a page beside the rows.
const REGIONS_MAX: usize = 24;
/// Words in the heads of columns that say where something is, nearest first.
const REGION_WORDS: [&str; 9] = ["村", "社区", "乡", "镇", "街道", "区划", "区域", "地区", "县"];
/// Where the others are told apart by no letter.
const NO_LETTER: char = '#';

/// What the records of a part have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Their titles begin with a sound that is written with this letter.
    Letter(char),
    /// This stands in a column of the table, counted from 0.
    Cell(usize, String),
}

impl By {
    /// What the part is called.
    pub fn label(&self) -> String {
        match self {
            Self::Letter(letter) => letter.to_string(),
            Self::Cell(_, region) => region.clone(),
        }
    }
}

impl Store {
    /// The parts of a shelf, in their order; none where it is short.
    pub(super) fn parts(&self, shelf: &Shelf, head: Option<&Record>) -> Result<Vec<By>, StoreError> {
        let whole = Shelf { of: shelf.of.whole().clone(), ..shelf.clone() };
        let total = self.count(&whole)?;
        if total <= (PAGES_MIN - 1) * PAGE_RECORDS || total > RECORDS_MAX || matches!(whole.of, Of::These(_)) {
            return Ok(Vec::new());
        }
        let region = head.and_then(sheet_of).and_then(region_column);
        if let Some(column) = region {
            let mut regions: Vec<String> = Vec::new();
            for (_, cell) in self.ids_with(&whole, &Looked::Cell(column))? {
                if !cell.is_empty() && !regions.contains(&cell) {
                    regions.push(cell);
                }
            }
            if (2..=REGIONS_MAX).contains(&regions.len()) {
                return Ok(regions.into_iter().map(|region| By::Cell(column, region)).collect());
            }
        }
        let titles = self.ids_with(&whole, &Looked::Title)?;
        let letters: BTreeSet<char> = titles.iter().map(|(_, title)| letter_of(title)).collect();
        Ok(if letters.len() > 1 { letters.into_iter().map(By::Letter).collect() } else { Vec::new() })
    }

    /// The records of a part, in the order of the list.
    pub(super) fn ids_of_part(&self, kind: &'static str, of: &Of, by: &By) -> Result<Vec<RecordId>, StoreError> {
        let shelf = Shelf { kind, of: of.clone() };
        let (looked, wanted) = match by {
            By::Letter(letter) => (Looked::Title, letter.to_string()),
            By::Cell(column, region) => (Looked::Cell(*column), region.clone()),
        };
        let is_in = |text: &str| match by {
            By::Letter(letter) => letter_of(text) == *letter,
            By::Cell(..) => text == wanted,
        };
        let all = self.ids_with(&shelf, &looked)?.into_iter().filter(|(_, text)| is_in(text));
        all.take(RECORDS_MAX).map(|(id, _)| self.id(&id)).collect()
    }

    fn ids_with(&self, shelf: &Shelf, looked: &Looked) -> Result<Vec<(String, String)>, StoreError> {
        let fail = self.database.fail("读取");
        let text = match looked {
            Looked::Title => "title".to_owned(),
            Looked::Cell(column) => {
                format!(
                    "CASE WHEN json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), '$.cells[{column}]') END"
                )
            }
        };
        let (filter, values) = filter(shelf);
        let query = format!(
            "SELECT id, coalesce({text}, '') FROM record WHERE kind = ?1 AND {filter} ORDER BY {}, id LIMIT {RECORDS_MAX}",
            rank_sql!()
        );
        let mut statement = self.database.connection.prepare(&query).map_err(&fail)?;
        let rows =
            statement.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?))).map_err(&fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }
}

/// What of a record tells its part.
enum Looked {
    Title,
    Cell(usize),
}

fn sheet_of(head: &Record) -> Option<&Sheet> {
    match head {
        Record::ListHead(list) => Some(&list.sheet),
        Record::Table(table) => Some(&table.sheet),
        _ => None,
    }
}

/// The column that says where something is, the nearest place of several.
fn region_column(sheet: &Sheet) -> Option<usize> {
    let has = |word: &str| sheet.columns.iter().position(|column| column.mask.is_none() && column.label.contains(word));
    REGION_WORDS.into_iter().find_map(has)
}

/// The letter of a title's first sound.
fn letter_of(title: &str) -> char {
    let first = title.chars().find(|c| c.is_alphanumeric()).unwrap_or(NO_LETTER);
    let sound = first.to_pinyin().and_then(|sound| sound.first_letter().chars().next());
    let letter = sound.unwrap_or(first).to_ascii_uppercase();
    if letter.is_ascii_uppercase() { letter } else { NO_LETTER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stands_under_the_letter_of_its_first_sound() {
        for (title, letter) in
            [("居民身份证补领", 'J'), ("“跑腿”清单", 'P'), ("A4纸", 'A'), ("2026年计划", '#'), ("", '#')]
        {
            assert_eq!(letter_of(title), letter, "{title}");
        }
    }
}
