//! The scores as tables that Excel opens with a double click: UTF-8 with its mark, one line an office or a problem.
//! No cell is taken for a formula, whatever an office wrote.

use super::{Indicators, OfficeScore, Score};
use crate::author::problem::{Level, Problem};

/// Without it Excel takes UTF-8 for the code page of the machine.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// One line an office.
pub fn offices(score: &Score) -> Vec<u8> {
    let mut heading = vec!["机构编号", "机构", "得分", "等级", "标记", "内容条数", "错误", "提醒"];
    heading.extend(Indicators::NAMES);
    let rows = score.offices.iter().map(|office| {
        let colour = office.colour();
        let mut row = vec![
            office.id.name().to_owned(),
            office.name.clone(),
            office.points.to_string(),
            colour.term().to_owned(),
            colour.shape().to_owned(),
            office.records.to_string(),
            office.count(Level::Error).to_string(),
            office.count(Level::Warning).to_string(),
        ];
        row.extend(office.indicators.shares().map(|share| share.to_string()));
        row
    });
    table(&heading, rows)
}

/// One line a problem.
pub fn deductions(score: &Score) -> Vec<u8> {
    let heading = [
        "机构编号",
        "机构",
        "规则",
        "要求",
        "级别",
        "每处扣分",
        "本规则最多扣",
        "本处扣分",
        "内容编号",
        "标题",
        "文件",
        "行",
        "字段",
        "问题",
    ];
    let of_offices = score.offices.iter().flat_map(office_rows);
    let of_all = score.common.iter().map(|problem| {
        let asks = crate::author::lint::rule(problem.rule).map_or("", |rule| rule.asks);
        let mut row = [String::new(), "大厅公共内容".to_owned(), problem.rule.to_owned(), asks.to_owned()].to_vec();
        row.extend([problem.level.term().to_owned(), String::new(), String::new(), "0".to_owned()]);
        row.extend(place(problem, ""));
        row
    });
    table(&heading, of_offices.chain(of_all))
}

fn office_rows(office: &OfficeScore) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for deduction in &office.deductions {
        for ((problem, title), share) in deduction.problems.iter().zip(deduction.shares()) {
            let mut row = vec![office.id.name().to_owned(), office.name.clone(), deduction.rule.to_owned()];
            row.extend([deduction.asks().to_owned(), deduction.level.term().to_owned()]);
            row.extend([deduction.weight.each, deduction.weight.cap, share].map(|n| n.to_string()));
            row.extend(place(problem, title));
            rows.push(row);
        }
    }
    rows
}

fn place(problem: &Problem, title: &str) -> [String; 6] {
    [
        problem.record.as_ref().map_or_else(String::new, |id| id.to_string()),
        title.to_owned(),
        problem.file.display().to_string(),
        problem.row.map_or_else(String::new, |row| row.to_string()),
        problem.field.clone().unwrap_or_default(),
        problem.message.clone(),
    ]
}

fn table(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    // Writing into memory does not fail.
    let _ = writer.write_record(heading);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| as_text(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Excel would run a cell that begins like a formula.
fn as_text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_excel_knows_the_encoding() {
        let bytes = table(&["甲", "乙"], [vec!["=1+1".to_owned(), "一,二".to_owned()]].into_iter());
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}甲,乙\r\n'=1+1,\"一,二\"\r\n");
    }
}
