//! The tables that become rows of the content as they are: one column for each field of the record.
//! They are made from the records' own definitions, so that a new field is at once a column that can be imported.

use std::path::Path;

use crate::author::file::Notes;
use crate::author::problem::Problem;
use crate::author::tree::read_tree;
use crate::content::record::{Record, keys_of, label_of};
use crate::content::schema::{Fields, Form, Key, Shape, Source};
use crate::content::table::{ColumnKind, ListHead, Table};
use crate::content::village::{Asset, BoardEntry};
use crate::content::words::{Pronunciation, Synonym};

use super::target::{CellKind, Home, Target, TargetColumn, Term};

/// Kinds of which a row of a table is a record, with the file that holds them.
const ROWS: &[(&str, Home)] = &[
    ("org", Home::File("orgs.csv")),
    ("window", Home::File("windows.csv")),
    ("agent", Home::File("agents.csv")),
    ("device", Home::File("devices.csv")),
    ("item", Home::File("index.csv")),
    ("field", Home::File("catalogue/fields.csv")),
    ("qa", Home::File("qa.csv")),
    ("task", Home::File("progress.csv")),
    ("project", Home::File("projects.csv")),
    ("event", Home::File("events.csv")),
    ("reply", Home::File("replies.csv")),
];

/// What offices call the same heading.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("机构名称", &["单位名称", "部门名称", "单位", "部门"]),
    ("电话", &["联系电话", "办公电话", "咨询电话", "电话号码"]),
    ("投诉电话", &["监督电话", "监督投诉电话"]),
    ("咨询电话", &["联系电话", "电话"]),
    ("地址", &["办公地址", "单位地址", "通信地址"]),
    ("职责", &["主要职责", "职能", "单位职责"]),
    ("窗口号", &["窗口编号", "窗口序号"]),
    ("窗口名称", &["窗口"]),
    ("机构", &["所属部门", "进驻部门", "单位编号", "机构编号"]),
    ("位置", &["所在位置", "地点"]),
    ("事项名称", &["事项", "名称", "业务名称"]),
    ("实施主体", &["实施机关", "实施单位", "责任单位"]),
    ("实施编码", &["事项编码", "编码"]),
    ("任务", &["重点工作", "工作任务", "目标任务"]),
    ("责任单位", &["牵头单位", "承办单位", "责任部门"]),
    ("完成时限", &["时限", "完成时间"]),
    ("项目名称", &["项目"]),
    ("资金", &["项目资金", "总投资", "投资金额"]),
    ("活动", &["活动名称"]),
    ("日期", &["时间", "发生日期"]),
    ("内容", &["摘要", "活动内容", "公开内容"]),
    ("收入", &["收入金额", "收入（元）"]),
    ("支出", &["支出金额", "支出（元）"]),
    ("余额", &["结余", "结余金额"]),
    ("凭证号", &["凭证", "票据号"]),
    ("账面价值", &["原值", "价值", "金额"]),
    ("群众说法", &["俗称", "口语"]),
    ("规范用语", &["规范名称", "标准用语"]),
];

/// Every such table.
pub fn targets() -> Vec<Target> {
    let of_kind = |(kind, home): &(&'static str, Home)| Target {
        kind,
        label: label_of(kind),
        home: *home,
        columns: columns(&keys_of(kind).unwrap_or_default()),
    };
    let part = |kind, label, home, keys: Vec<Key>| Target { kind, label, home, columns: columns(&keys) };
    let mut month = part("month", "村务公开栏", Home::Named("village"), BoardEntry::keys());
    month.columns.push(column("balance", "余额", CellKind::Money, false));
    let mut all: Vec<Target> = ROWS.iter().map(of_kind).collect();
    all.push(month);
    all.push(part("assets", "集体资产", Home::Named("village"), Asset::keys()));
    all.push(part("synonyms", "同义词", Home::File("synonyms.csv"), Synonym::keys()));
    all.push(part("lexicon", "读音词表", Home::File("lexicon.csv"), Pronunciation::keys()));
    all
}

/// The rows of a list or table, whose columns its head declares; everything that is wrong with the head.
pub fn of_head(text: &str, file: &Path) -> Result<Target, Vec<Problem>> {
    // A list and a table have heads of their own; the folder says which this is.
    let kind = if file.parent().is_some_and(|folder| folder.ends_with("tables")) { "table" } else { "list" };
    let mut notes = Notes::on(file);
    let keys = keys_of(kind).unwrap_or_default();
    let found =
        read_tree(text, &keys, &mut notes).and_then(|tree| match Record::read(kind, tree.map, Source::Values) {
            Ok(record) => Some(record),
            Err(errors) => {
                notes.values(errors, "", None, &tree.lines);
                None
            }
        });
    let Some(record) = found else { return Err(notes.end()) };
    let sheet = record.get::<ListHead>().map(|l| &l.sheet).or_else(|| record.get::<Table>().map(|t| &t.sheet));
    let home = Home::Named(if kind == "list" { "lists" } else { "tables" });
    let columns = sheet.map_or(&[][..], |sheet| &sheet.columns).iter();
    let columns = columns.map(|c| column(&c.id, &c.label, cell_of(c.kind), false)).collect();
    Ok(Target { kind: "row", label: "清单条目", home, columns })
}

/// How the cells of a declared column are read.
fn cell_of(kind: ColumnKind) -> CellKind {
    match kind {
        // Personal data is masked in these; a masked phone is no phone.
        ColumnKind::Text | ColumnKind::Phone | ColumnKind::Percent => CellKind::Text,
        ColumnKind::Number => CellKind::Decimal,
        ColumnKind::Money => CellKind::Money,
        ColumnKind::Date => CellKind::Date,
    }
}

fn columns(keys: &[Key]) -> Vec<TargetColumn> {
    let flat = keys.iter().filter_map(|key| Some((key, cell(&key.shape)?)));
    flat.map(|(key, cell)| column(key.name, key.label, cell, key.is_required)).collect()
}

fn column(key: &str, label: &str, cell: CellKind, is_required: bool) -> TargetColumn {
    let synonyms = SYNONYMS.iter().find(|(known, _)| *known == label).map_or(&[][..], |(_, words)| words);
    let column = TargetColumn::new(key, label, cell).also(synonyms);
    if is_required { column.required() } else { column }
}

/// How the cells of a column are read; none for what no cell can hold.
fn cell(shape: &Shape) -> Option<CellKind> {
    let words = |terms: &[&str]| terms.iter().map(|term| Term::plain(term)).collect();
    Some(match shape {
        Shape::Text(Form::Words | Form::Like(_)) => CellKind::Text,
        Shape::Text(Form::Name) => CellKind::Code,
        Shape::Text(Form::Day) => CellKind::Date,
        Shape::Text(Form::Money) => CellKind::Money,
        Shape::Text(Form::Phone) => CellKind::Phone,
        Shape::Text(Form::Link) => CellKind::Address,
        Shape::Term(terms) => CellKind::Term(words(terms)),
        Shape::Number(_) => CellKind::Whole,
        Shape::Flag => CellKind::Flag,
        Shape::List(inner) => match &**inner {
            Shape::Term(terms) => CellKind::Terms(words(terms)),
            Shape::Text(_) => CellKind::Text,
            Shape::Number(_) | Shape::Flag | Shape::List(_) | Shape::Table(_) => return None,
        },
        Shape::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_shaped_kind_can_be_imported_with_all_its_columns() {
        for target in targets() {
            assert!(!target.label.is_empty() && target.columns.len() >= 2, "{}", target.kind);
            let labels: Vec<_> = target.columns.iter().map(|c| c.label.as_str()).collect();
            let twice = labels.iter().enumerate().find(|(i, label)| labels[..*i].contains(label));
            assert_eq!(twice, None, "{}: one heading, one column", target.kind);
        }
        let window = targets().into_iter().find(|t| t.kind == "window").unwrap();
        let cells: Vec<_> = window.columns.iter().map(|c| (c.key.as_str(), c.cell.clone())).collect();
        assert!(cells.contains(&("phone", CellKind::Phone)) && cells.contains(&("has_low_counter", CellKind::Flag)));
        assert!(!cells.iter().any(|(key, _)| *key == "order"), "the program counts rows itself");
    }
}
