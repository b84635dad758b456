//! Importing a table of the office: `kiosk-pack import`. It writes files for review and publishes nothing.

use std::path::PathBuf;

use civic_kiosk::author::import::{
    CATALOGUE, Existing, FILE_BYTES_MAX, GUIDE, Imported, Options, Target, Written, drafts, import_table, is_in_parser,
    report::Note, target, targets, write_drafts, write_table,
};
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use serde_json::{Value, json};

use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {
    /// The table: .xlsx, .xls or .csv.
    #[arg(help = "表格文件：.xlsx、.xls 或 .csv")]
    file: PathBuf,
    /// What the table is.
    #[arg(long = "as", value_name = "KIND", value_parser = known_kind, help = kinds_help())]
    kind: String,
    /// The folder that gets the files.
    #[arg(long, value_name = "DIR", help = "结果写到这个文件夹")]
    out: PathBuf,
    /// The sheet; otherwise the first one with a usable heading.
    #[arg(long, value_name = "NAME", help = "读哪一张表；不写就读第一张有表头的")]
    sheet: Option<String>,
    /// The field of a catalogue, which names its file.
    #[arg(long, value_name = "NAME", value_parser = field_name, required_if_eq("kind", CATALOGUE),
        help = "目录属于哪个领域，用作文件名，如 yanglao")]
    field: Option<String>,
    /// Replace files that are there.
    #[arg(long, help = "覆盖已有的文件")]
    force: bool,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let Some(target) = target(&args.kind) else {
        anyhow::bail!("不认识“{}”", args.kind);
    };
    let bytes = durable::read(&args.file, FILE_BYTES_MAX)?;
    stay_quiet_in_parser();
    let imported = import_table(&bytes, &target, &Options { sheet: args.sheet.clone() })?;
    let written = write(&args, &target, &imported)?;
    out::answer(json, &document(&target, &imported, &written), || lines(&imported, &written));
    Ok(if imported.report.is_clean() { Outcome::Done } else { Outcome::Refused })
}

fn write(args: &Args, target: &Target, imported: &Imported) -> anyhow::Result<Written> {
    let existing = if args.force { Existing::IsReplaced } else { Existing::Stays };
    if target.kind == GUIDE {
        return Ok(write_drafts(&args.out.join("items"), &drafts(imported), &imported.report, existing)?);
    }
    let path = match &args.field {
        Some(field) => args.out.join(target.kind).join(format!("{field}.csv")),
        None => args.out.join(format!("{}.csv", target.kind)),
    };
    Ok(write_table(&path, imported, existing)?)
}

/// A panic inside the foreign parser is caught and told as a damaged file; its own message would only frighten.
fn stay_quiet_in_parser() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_in_parser() {
            usual(panic);
        }
    }));
}

fn document(target: &Target, imported: &Imported, written: &Written) -> Value {
    let report = &imported.report;
    let note = |note: &Note| json!({ "row": note.row, "column": note.column, "reason": note.reason });
    let refused: Vec<Value> = report
        .refused
        .iter()
        .map(|row| json!({ "row": row.row, "notes": row.notes.iter().map(note).collect::<Vec<_>>() }))
        .collect();
    json!({
        "kind": target.kind,
        "sheet": report.sheet,
        "header_row": report.header_row,
        "passed_over": report.passed_over.iter().map(|p| json!({ "sheet": p.sheet, "reason": p.reason })).collect::<Vec<_>>(),
        "rows_in": report.rows_in,
        "rows_out": report.rows_out,
        "refused": refused,
        "warnings": report.warnings.iter().map(note).collect::<Vec<_>>(),
        "warnings_left_out": report.warnings_left_out,
        "files": written.files.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "refused_file": written.refused.as_ref().map(|path| path.to_string_lossy()),
    })
}

fn lines(imported: &Imported, written: &Written) -> String {
    let mut lines = imported.report.lines();
    match written.files.as_slice() {
        [file] => lines.push(format!("结果：{}", file.display())),
        [first, ..] => {
            let folder = first.parent().unwrap_or(first);
            lines.push(format!("结果：{} 里的{}个文件", folder.display(), written.files.len()));
        }
        [] => {}
    }
    if let Some(refused) = &written.refused {
        lines.push(format!("退回的行：{}；改好后可以直接再导入", refused.display()));
    }
    lines.push("导入的内容供核对，检查用 kiosk-pack lint。".to_owned());
    lines.join("\n")
}

fn kinds_help() -> String {
    let kinds: Vec<String> = targets().iter().map(|t| format!("{}（{}）", t.kind, t.label)).collect();
    format!("表格的种类：{}", kinds.join("、"))
}

/// A kind of table.
pub fn known_kind(text: &str) -> Result<String, String> {
    match target(text) {
        Some(target) => Ok(target.kind.to_owned()),
        None => Err(kinds_help()),
    }
}

/// A name that is safe as a file name.
fn field_name(text: &str) -> Result<String, String> {
    let is_plain = RecordId::new("field", text).is_ok() && !text.contains(['.', '_']);
    let is_lower = !text.contains(|c: char| c.is_ascii_uppercase());
    if is_plain && is_lower { Ok(text.to_owned()) } else { Err("只能用小写字母、数字和横线".to_owned()) }
}
