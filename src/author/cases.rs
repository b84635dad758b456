//! From the office's plain table of applications to `cases.csv`: number and digits become a slow hash, and neither is in
//! what is written. The plain table stays where it was; nothing here copies it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::thread;

use crate::author::import::{CellKind, Home, ImportError, Imported, Options, Target, TargetColumn, Term, import_table};
use crate::content::case::{CaseState, SALT_BYTES, case_id, last_four};
use crate::content::letter::Number;
use crate::content::schema::Terms;

/// The file in the content folder.
pub const FILE: &str = "cases.csv";
/// Its columns.
const COLUMNS: [&str; 6] = ["id", "salt", "state", "date", "outcome", "collect"];
/// Most applications of one table; hashing them is slow on purpose.
pub const CASES_MAX: usize = 20_000;

/// What was made of a table.
#[derive(Debug)]
pub struct Made {
    /// The new file.
    pub csv: Vec<u8>,
    /// Applications in it.
    pub cases: usize,
    /// Rows of it: one for the telephone and one for the identity number of each.
    pub rows: usize,
    /// Rows of the table that were refused: number as Excel shows it, and why.
    pub refused: Vec<(u32, String)>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// The table.
    #[error("表格读不出来")]
    Table(#[from] ImportError),
    /// More than is hashed at a time.
    #[error("一张表最多{CASES_MAX}件，这张有{0}件")]
    Many(usize),
    /// The file that is there.
    #[error("原来的 {FILE} 读不懂，请删掉后重新生成")]
    Old(#[source] csv::Error),
    /// The new file.
    #[error("{FILE} 写不出来")]
    New(#[source] csv::Error),
    /// The hash.
    #[error("算不出校验值")]
    Hash,
}

/// What an office keeps of its applications.
pub fn target() -> Target {
    let states = CaseState::TERMS.iter().map(|(term, _)| Term::plain(term)).collect();
    let column = TargetColumn::new;
    Target {
        kind: "cases",
        label: "申请办理进展",
        home: Home::File(FILE),
        columns: vec![
            column("number", "编号", CellKind::Code)
                .required()
                .also(&["申请编号", "回执编号"])
                .explained("回执上的编号", "261122-7K4P-9QXM"),
            column("phone", "电话", CellKind::Code).also(&["联系电话", "手机号"]),
            column("id_card", "证件号码", CellKind::Code).also(&["身份证号", "居民身份证号码", "统一社会信用代码"]),
            column("state", "进展", CellKind::Term(states)).required().also(&["办理进展", "状态", "办理状态"]),
            column("date", "日期", CellKind::Date).required().also(&["办理日期", "答复日期", "更新日期"]),
            column("outcome", "结果", CellKind::Text).also(&["办理结果", "答复结果"]),
            column("collect", "怎么领取", CellKind::Text).also(&["领取方式", "获取方式"]),
        ],
    }
}

/// The salt of a file that is there; none when it has none.
pub fn salt_of(old: &[u8]) -> Result<Option<String>, CasesError> {
    let mut reader = csv::Reader::from_reader(old);
    let at = reader.headers().map_err(CasesError::Old)?.iter().position(|head| head == "salt");
    let first = reader.records().next().transpose().map_err(CasesError::Old)?;
    Ok(at.and_then(|at| first.as_ref()?.get(at).map(str::to_owned)).filter(|salt| salt.len() == 2 * SALT_BYTES))
}

/// Makes the file. Who was in the old one keeps the place there, so that little changes from release to release.
pub fn make(table: &[u8], options: &Options, salt: &str, old: Option<&[u8]>) -> Result<Made, CasesError> {
    let Imported { rows, report, .. } = import_table(table, &target(), options)?;
    if rows.len() > CASES_MAX {
        return Err(CasesError::Many(rows.len()));
    }
    let mut refused: Vec<(u32, String)> = report
        .refused
        .iter()
        .map(|row| (row.row, row.notes.iter().map(|note| note.reason.clone()).collect::<Vec<_>>().join("；")))
        .collect();
    let mut cases = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let cell = |i: usize| row.cells.get(i).map(String::as_str).unwrap_or_default();
        let fours: BTreeSet<String> = [cell(1), cell(2)].into_iter().filter_map(last_four).collect();
        match Number::parse(cell(0)) {
            None => refused.push((row.number, "编号不对，应和回执上的一样".to_owned())),
            Some(_) if fours.is_empty() => refused.push((row.number, "电话和证件号码至少要有一个".to_owned())),
            Some(number) if !seen.insert(number.clone()) => refused.push((row.number, "编号重复".to_owned())),
            Some(number) => {
                let rest = [cell(3), cell(4), cell(5), cell(6)].map(str::to_owned);
                cases.extend(fours.into_iter().map(|four| (number.clone(), four, rest.clone())));
            }
        }
    }
    refused.sort();
    let hashed = hashed(&cases, salt).ok_or(CasesError::Hash)?;
    let written = written(hashed, salt, old)?;
    Ok(Made { csv: written, cases: seen.len(), rows: cases.len(), refused })
}

type Plain = (Number, String, [String; 4]);

/// The name of each row, on all processors.
fn hashed(cases: &[Plain], salt: &str) -> Option<BTreeMap<String, [String; 4]>> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let part = cases.len().div_ceil(threads).max(1);
    let hash =
        |(number, four, rest): &Plain| case_id(number, four, salt).map(|id| (id.name().to_owned(), rest.clone()));
    thread::scope(|scope| {
        let parts: Vec<_> =
            cases.chunks(part).map(|part| scope.spawn(move || part.iter().map(hash).collect::<Vec<_>>())).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|_| vec![None])).collect()
    })
}

fn written(mut rows: BTreeMap<String, [String; 4]>, salt: &str, old: Option<&[u8]>) -> Result<Vec<u8>, CasesError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(CasesError::New)?;
    let mut reader = csv::Reader::from_reader(old.unwrap_or_default());
    let mut order: Vec<String> = Vec::new();
    for record in reader.records() {
        order.extend(record.map_err(CasesError::Old)?.get(0).map(str::to_owned));
    }
    order.retain(|id| rows.contains_key(id));
    let known: BTreeSet<&String> = order.iter().collect();
    let new: Vec<String> = rows.keys().filter(|id| !known.contains(id)).cloned().collect();
    for id in order.into_iter().chain(new) {
        let Some([state, date, outcome, collect]) = rows.remove(&id) else { continue };
        writer.write_record([id.as_str(), salt, &state, &date, &outcome, &collect]).map_err(CasesError::New)?;
    }
    writer.into_inner().map_err(|error| CasesError::New(error.into_error().into()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SALT: &str = "00112233445566778899aabbccddeeff";

    fn number(n: u8) -> Number {
        Number::new(date(2026, 11, 22), [n; 7])
    }

    fn table(rows: &[String]) -> Vec<u8> {
        format!("编号,电话,证件号码,办理进展,日期,结果,领取方式\n{}\n", rows.join("\n")).into_bytes()
    }

    #[test]
    fn neither_number_nor_digits_are_in_the_file_and_both_digits_find_the_case() {
        let rows = [
            format!("{},13812345678,11010519491231002X,已答复,2026-12-01,予以公开,到1号窗口领取", number(1)),
            format!("{},13812345678,,办理中,2026-12-02,,", number(2)),
        ];
        let made = make(&table(&rows), &Options::default(), SALT, None).unwrap();
        assert_eq!((made.cases, made.rows, made.refused.len()), (2, 3, 0), "{made:?}");
        let text = String::from_utf8(made.csv.clone()).unwrap();
        for secret in [number(1).as_str(), "5678", "002X", "13812345678"] {
            assert!(!text.contains(secret), "{secret} is in\n{text}");
        }
        for four in ["5678", "002X"] {
            let id = case_id(&number(1), four, SALT).unwrap();
            assert!(text.contains(&format!("{},{SALT},已答复,2026-12-01,予以公开", id.name())), "{text}");
        }
        assert_eq!(salt_of(&made.csv).unwrap().as_deref(), Some(SALT));
        // What was there keeps its place.
        let again = make(&table(&rows[1..]), &Options::default(), SALT, Some(&made.csv)).unwrap();
        assert_eq!(again.rows, 1);
        let same = make(&table(&rows), &Options::default(), SALT, Some(&made.csv)).unwrap();
        assert_eq!(same.csv, made.csv);
    }

    #[test]
    fn a_row_that_cannot_be_asked_for_is_refused_with_its_reason() {
        let rows = [
            "261122-AAAA-AAAA,13812345678,,已答复,2026-12-01,,".to_owned(),
            format!("{},,,已答复,2026-12-01,,", number(1)),
            format!("{},13812345678,,已答复,2026-12-01,,", number(2)),
            format!("{},13812345678,,已答复,2026-12-01,,", number(2)),
            format!("{},13812345678,,不知道,2026-12-01,,", number(3)),
        ];
        let made = make(&table(&rows), &Options::default(), SALT, None).unwrap();
        assert_eq!((made.cases, made.refused.len()), (1, 4), "{made:?}");
        assert_eq!(made.refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3, 5, 6]);
    }
}
