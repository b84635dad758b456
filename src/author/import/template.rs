//! Empty tables for the office to fill in: headings, choices, and a sheet that explains every column.
//! The same kind gives the same bytes on every machine and day.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::target::{CellKind, Target, TargetColumn, Term};

/// Rows below the heading that offer choices.
const ROWS: u32 = 1_000;
/// Longest list of choices that Excel takes, in characters with commas.
const CHOICES_CHARS_MAX: usize = 255;
const FONT: &str = "宋体";
/// The day that every template bears: a template is the same whenever it is made.
const MADE: (u16, u8, u8) = (2026, 1, 1);

/// Why a template could not be made.
#[derive(Debug, thiserror::Error)]
#[error("不能生成“{label}”的空表")]
pub struct TemplateError {
    /// What the table should be.
    pub label: &'static str,
    /// The reason.
    #[source]
    pub source: XlsxError,
}

/// The empty table of a kind as an .xlsx file.
pub fn template(target: &Target) -> Result<Vec<u8>, TemplateError> {
    build(target).map_err(|source| TemplateError { label: target.label, source })
}

fn build(target: &Target) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(MADE.0, MADE.1, MADE.2)?;
    book.set_properties(&DocProperties::new().set_title(target.label).set_creation_datetime(&made));
    let columns: Vec<&TargetColumn> = shown_columns(target);
    table_sheet(book.add_worksheet(), target, &columns)?;
    help_sheet(book.add_worksheet(), &columns)?;
    book.save_to_buffer()
}

/// The columns of the empty table: where the same can be ticked or written, it is ticked.
fn shown_columns(target: &Target) -> Vec<&TargetColumn> {
    let has_parts = |column: &&TargetColumn| {
        let group = format!("{}/", column.label);
        target.columns.iter().any(|other| other.label.starts_with(&group))
    };
    let is_joined = |column: &&TargetColumn| column.label.contains('、') && column.label.contains('/');
    target.columns.iter().filter(|column| !has_parts(column) && !is_joined(column)).collect()
}

fn table_sheet(sheet: &mut Worksheet, target: &Target, columns: &[&TargetColumn]) -> Result<(), XlsxError> {
    sheet.set_name(sheet_name(target.label))?;
    let height: u32 = if columns.iter().any(|column| column.label.contains('/')) { 2 } else { 1 };
    let head = head_format();
    let must = head_format().set_background_color(Color::RGB(0x00FF_E699));
    let body =
        Format::new().set_font_name(FONT).set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let text = body.clone().set_num_format("@");
    let mut from = 0;
    while from < columns.len() {
        let group = columns[from].label.split_once('/').map(|(group, _)| group);
        let same = |column: &&&TargetColumn| group.is_some() && column.label.split_once('/').map(|(g, _)| g) == group;
        let to = from + columns[from..].iter().take_while(same).count().max(1);
        for (at, column) in (from..).zip(&columns[from..to]) {
            let format = if column.is_required { &must } else { &head };
            let label = column.label.split_once('/').map_or(column.label.as_str(), |(_, leaf)| leaf);
            let label = if column.is_required { format!("{label}*") } else { label.to_owned() };
            match (group, height) {
                (None, 2) => {
                    sheet.merge_range(0, col(at), 1, col(at), &label, format)?;
                }
                (Some(_), _) => {
                    sheet.write_with_format(1, col(at), &label, format)?;
                }
                (None, _) => {
                    sheet.write_with_format(0, col(at), &label, format)?;
                }
            }
            sheet.set_column_width(col(at), width(column))?;
            // Codes and phones are text, or Excel drops their zeros and their last digits.
            let is_text = matches!(column.cell, CellKind::Code | CellKind::Phone);
            sheet.set_column_format(col(at), if is_text { &text } else { &body })?;
            if let Some(choices) = choices(&column.cell)? {
                sheet.add_data_validation(height, col(at), height + ROWS - 1, col(at), &choices)?;
            }
        }
        match group {
            Some(group) if to - from > 1 => {
                sheet.merge_range(0, col(from), 0, col(to - 1), group, &head)?;
            }
            Some(group) => {
                sheet.write_with_format(0, col(from), group, &head)?;
            }
            None => {}
        }
        from = to;
    }
    sheet.set_freeze_panes(height, 0)?;
    sheet.set_repeat_rows(0, height - 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}

fn help_sheet(sheet: &mut Worksheet, columns: &[&TargetColumn]) -> Result<(), XlsxError> {
    sheet.set_name("填写说明")?;
    let head = head_format();
    let body =
        Format::new().set_font_name(FONT).set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    for (at, (label, width)) in (0..).zip([("栏目", 24.0), ("必填", 6.0), ("怎么填", 48.0), ("例子", 36.0)]) {
        sheet.write_with_format(0, at, label, &head)?;
        sheet.set_column_width(at, width)?;
    }
    for (row, column) in (1..).zip(columns) {
        let mut how = column.cell.what_to_write();
        if !column.hint.is_empty() {
            how = format!("{}（{how}）", column.hint);
        }
        let must = if column.is_required { "必填" } else { "" };
        for (at, words) in (0..).zip([column.label.as_str(), must, &how, &column.example]) {
            sheet.write_with_format(row, at, words, &body)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn head_format() -> Format {
    Format::new()
        .set_font_name(FONT)
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00DD_EBF7))
}

/// The choices of a closed list, where one of them fills the cell and Excel can hold them.
fn choices(kind: &CellKind) -> Result<Option<DataValidation>, XlsxError> {
    let words: Vec<&str> = match kind {
        CellKind::Term(terms) => terms.iter().map(|term: &Term| term.word.as_str()).collect(),
        CellKind::Flag => vec!["是", "否"],
        CellKind::Tick => vec!["√"],
        _ => return Ok(None),
    };
    let chars = words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
    if chars > CHOICES_CHARS_MAX {
        return Ok(None);
    }
    let list = DataValidation::new().allow_list_strings(&words)?;
    Ok(Some(list.set_error_title("请从列表里选")?.set_error_message("请点右边的箭头，从列表里选一个")?))
}

fn width(column: &TargetColumn) -> f64 {
    match column.cell {
        CellKind::Tick | CellKind::Flag | CellKind::Whole => 8.0,
        CellKind::TickOrText | CellKind::Date | CellKind::Term(_) | CellKind::Money | CellKind::Decimal => 12.0,
        CellKind::Code if column.label.chars().count() <= 2 => 6.0,
        CellKind::Code | CellKind::Phone | CellKind::Terms(_) => 16.0,
        CellKind::Channels | CellKind::Lines | CellKind::Address => 30.0,
        CellKind::Text | CellKind::List => 22.0,
    }
}

/// A name that Excel takes for a sheet.
fn sheet_name(label: &str) -> String {
    label.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect()
}

fn col(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
