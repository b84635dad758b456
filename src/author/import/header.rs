//! Where the heading of a table stands, and which of its columns is which.
//! It takes a heading only for what it says; a table whose required columns are not found is not read.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::grid::{Grid, GridRow};
use super::target::{Target, TargetColumn};

/// How many rows from the top a heading may begin in: above it stand titles, dates and notes.
const HEADER_SCAN_ROWS: usize = 12;
/// Most rows of a heading.
const HEADER_ROWS_MAX: usize = 3;
/// Fewest columns that make a heading, where the table has as many.
const MATCHES_MIN: usize = 2;

/// The heading of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Index of its first row in [`Grid::rows`].
    pub start: usize,
    /// Index of the first row below it in [`Grid::rows`].
    pub data_from: usize,
    /// Its last row, as Excel shows it.
    pub last_row: u32,
    /// For each column of the target, the columns of the sheet that have its heading.
    pub places: Vec<Vec<u32>>,
    /// Every column of the sheet that has a heading, and the heading: `公开对象/全社会`.
    pub headings: BTreeMap<u32, String>,
}

/// A sheet without a usable heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoHeader {
    /// Required columns that the likeliest heading lacks.
    pub missing: Vec<String>,
    /// The row of the likeliest heading.
    pub row: Option<u32>,
}

impl NoHeader {
    /// The reason as a clerk reads it.
    pub fn reason(&self) -> String {
        match self.row {
            Some(row) => format!("第{row}行像表头，但缺少：{}", self.missing.join("、")),
            None => format!("前{HEADER_SCAN_ROWS}行里没有表头"),
        }
    }
}

/// Finds the heading.
pub fn find(grid: &Grid, target: &Target) -> Result<Header, NoHeader> {
    let names = Names::of(target);
    let starts = 0..grid.rows.len().min(HEADER_SCAN_ROWS);
    let candidates: Vec<Candidate> = starts
        .flat_map(|start| (1..=HEADER_ROWS_MAX.min(grid.rows.len() - start)).map(move |rows| (start, rows)))
        .map(|(start, rows)| Candidate::of(&grid.rows[start..start + rows], start, &names, target.columns.len()))
        .collect();
    // A heading further down is the first one printed again; taking it would lose the rows between them.
    let first = candidates.iter().find(|candidate| candidate.is_whole(target)).map_or(usize::MAX, |c| c.start);
    let best = candidates
        .into_iter()
        .filter(|candidate| candidate.start < first.saturating_add(HEADER_ROWS_MAX))
        // The first of equals is the one nearest to the top.
        .reduce(|best, next| if next.rank() > best.rank() { next } else { best });
    let missing = |best: &Candidate| -> Vec<String> {
        let lacks = |(i, column): &(usize, &TargetColumn)| column.is_required && best.places[*i].is_empty();
        target.columns.iter().enumerate().filter(lacks).map(|(_, column)| column.label.clone()).collect()
    };
    match best {
        Some(best) if best.matched() >= matches_min(target) => {
            let missing = missing(&best);
            if missing.is_empty() { Ok(best.header()) } else { Err(NoHeader { missing, row: Some(best.last_row) }) }
        }
        Some(_) | None => Err(NoHeader { missing: Vec::new(), row: None }),
    }
}

/// A heading or word with everything that does not make a difference taken away: width, case, spaces, punctuation.
pub fn normal(text: &str) -> String {
    half_width(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Full-width letters, digits and signs as half-width ones.
pub fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        c => c,
    };
    text.chars().map(half).collect()
}

/// A heading without what stands in brackets: a unit, or a word of advice.
pub fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// From every name of a column to its place in the target.
struct Names(BTreeMap<String, usize>);

impl Names {
    fn of(target: &Target) -> Self {
        let mut names = BTreeMap::new();
        for (i, column) in target.columns.iter().enumerate() {
            for name in [&column.key, &column.label].into_iter().chain(&column.synonyms) {
                names.entry(normal(name)).or_insert(i);
            }
        }
        names.remove("");
        Self(names)
    }

    /// The column that a heading names: by all its rows, else by its last row, each also without brackets.
    fn find(&self, parts: &[&str]) -> Option<usize> {
        let last = parts.last()?;
        let full = parts.concat();
        let texts = [full.clone(), without_brackets(&full), (*last).to_owned(), without_brackets(last)];
        texts.iter().find_map(|text| self.0.get(&normal(text)).copied())
    }
}

fn matches_min(target: &Target) -> usize {
    MATCHES_MIN.min(target.columns.len())
}

struct Candidate {
    start: usize,
    rows: usize,
    last_row: u32,
    places: Vec<Vec<u32>>,
    headings: BTreeMap<u32, String>,
    upright: usize,
}

impl Candidate {
    fn of(rows: &[GridRow], start: usize, names: &Names, columns: usize) -> Self {
        let mut candidate = Self {
            start,
            rows: rows.len(),
            last_row: rows.last().map_or(0, |row| row.number),
            places: vec![Vec::new(); columns],
            headings: BTreeMap::new(),
            upright: 0,
        };
        let mut used: Vec<u32> = rows.iter().flat_map(GridRow::columns).collect();
        used.sort_unstable();
        used.dedup();
        for column in used {
            let mut parts: Vec<&str> =
                rows.iter().map(|row| row.text(column).trim()).filter(|t| !t.is_empty()).collect();
            let is_upright = parts.len() > 1
                && parts.iter().rev().take(2).all(|text| normal(text) == normal(parts[parts.len() - 1]));
            parts.dedup_by_key(|text| normal(text));
            if let Some(i) = names.find(&parts) {
                candidate.places[i].push(column);
                candidate.upright += usize::from(is_upright);
            }
            candidate.headings.insert(column, parts.join("/"));
        }
        candidate
    }

    /// Whether it has every required column.
    fn is_whole(&self, target: &Target) -> bool {
        let has = |(column, places): (&TargetColumn, &Vec<u32>)| !column.is_required || !places.is_empty();
        self.matched() >= matches_min(target) && target.columns.iter().zip(&self.places).all(has)
    }

    fn matched(&self) -> usize {
        self.places.iter().filter(|places| !places.is_empty()).count()
    }

    /// More columns are better; then more that are merged from the upper row into the lower one, which tells that the
    /// lower row is a heading too; then fewer rows, which leaves titles out.
    fn rank(&self) -> (usize, usize, Reverse<usize>) {
        (self.matched(), self.upright, Reverse(self.rows))
    }

    fn header(self) -> Header {
        Header {
            start: self.start,
            data_from: self.start + self.rows,
            last_row: self.last_row,
            places: self.places,
            headings: self.headings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::{Cell, GridBuilder, Region};
    use super::super::target::{CellKind, Home};
    use super::*;
    use proptest::prelude::*;

    fn target() -> Target {
        let column = |key, label, also: &[&str]| TargetColumn::new(key, label, CellKind::Text).also(also);
        let columns = vec![
            column("no", "序号", &[]),
            column("content", "公开内容", &["公开内容要素"]).required(),
            column("all", "公开对象/全社会", &["全社会"]),
            column("some", "公开对象/特定群体", &["特定群体", "特定群众"]),
        ];
        Target { kind: "test", label: "试", home: Home::File("test.csv"), columns }
    }

    fn grid(rows: &[&[&str]], regions: &[(u32, u32, u32, u32)]) -> Grid {
        let mut builder = GridBuilder::default();
        for (r, row) in (1..).zip(rows) {
            for (c, text) in (1..).zip(*row) {
                builder.put(r, c, Cell::Text((*text).to_owned())).unwrap();
            }
        }
        for (top, left, bottom, right) in regions.iter().copied() {
            builder.merge(Region { top, left, bottom, right }).unwrap();
        }
        builder.finish().unwrap()
    }

    fn places(header: &Header) -> Vec<u32> {
        header.places.iter().map(|p| p.first().copied().unwrap_or(0)).collect()
    }

    #[test]
    fn a_heading_of_two_rows_under_a_title_is_found() {
        let merged = [(1, 1, 1, 4), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4)];
        let rows: &[&[&str]] = &[
            &["养老服务领域公开目录"],
            &["序 号", "公开内容\n（要素）", "公开对象"],
            &["", "", "全社会", "特定群众"],
            &["1", "甲", "√", ""],
        ];
        let header = find(&grid(rows, &merged), &target()).unwrap();
        assert_eq!((header.data_from, header.last_row), (3, 3));
        assert_eq!(places(&header), [1, 2, 3, 4]);
        assert_eq!(header.headings[&4], "公开对象/特定群众");
        // The same table whose merged cells were lost on the way.
        let header = find(&grid(rows, &[]), &target()).unwrap();
        assert_eq!((header.data_from, places(&header)), (3, vec![1, 2, 3, 4]));
    }

    #[test]
    fn a_heading_of_one_row_does_not_swallow_the_first_row() {
        let rows: &[&[&str]] = &[&["no", "公开内容：", "公开对象/全社会"], &["1", "公开内容", "√"]];
        let header = find(&grid(rows, &[]), &target()).unwrap();
        assert_eq!((header.data_from, places(&header)), (1, vec![1, 2, 3, 0]));
    }

    #[test]
    fn the_first_heading_counts_when_it_is_printed_again() {
        let head: &[&str] = &["序号", "公开内容", "全社会"];
        let rows: &[&[&str]] =
            &[head, &["1", "甲", "√"], &["1", "甲", "√"], &["1", "甲", "√"], head, &["2", "乙", "√"]];
        assert_eq!(find(&grid(rows, &[]), &target()).unwrap().data_from, 1);
    }

    #[test]
    fn a_lower_heading_row_that_names_nothing_new_still_belongs_to_the_heading() {
        let mut target = target();
        target.columns.push(TargetColumn::new("level", "公开层级", CellKind::Text).also(&["乡级"]));
        let rows: &[&[&str]] = &[&["序号", "公开内容", "公开层级"], &["", "", "乡级"], &["1", "甲", "√"]];
        let header = find(&grid(rows, &[(1, 1, 2, 1), (1, 2, 2, 2)]), &target).unwrap();
        assert_eq!(header.data_from, 2);
    }

    #[test]
    fn a_heading_without_a_required_column_says_which() {
        let rows: &[&[&str]] = &[&["序号", "全社会"], &["1", "√"]];
        assert_eq!(find(&grid(rows, &[]), &target()).unwrap_err().reason(), "第1行像表头，但缺少：公开内容");
        assert_eq!(find(&Grid::default(), &target()).unwrap_err().reason(), "前12行里没有表头");
    }

    #[test]
    fn one_column_twice_is_seen_twice() {
        let rows: &[&[&str]] = &[&["序号", "公开内容", "公开内容"], &["1", "甲", "甲"]];
        assert_eq!(find(&grid(rows, &[]), &target()).unwrap().places[1], [2, 3]);
    }

    proptest! {
        #[test]
        fn merged_chaos_never_panics(
            cells in proptest::collection::vec((1_u32..8, 1_u32..8, "序号|公开内容|公开对象|全社会|甲|"), 0..40),
            regions in proptest::collection::vec((1_u32..9, 1_u32..9, 0_u32..5, 0_u32..5), 0..8),
        ) {
            let mut builder = GridBuilder::default();
            for (row, column, text) in cells {
                builder.put(row, column, Cell::Text(text)).unwrap();
            }
            for (top, left, down, right) in regions {
                builder.merge(Region { top, left, bottom: top + down, right: left + right }).unwrap();
            }
            let grid = builder.finish().unwrap();
            if let Ok(header) = find(&grid, &target()) {
                prop_assert!(header.data_from <= grid.rows.len());
                prop_assert!(!header.places[1].is_empty());
            }
        }
    }
}
