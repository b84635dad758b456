//! Importing a table of the office: `kiosk-pack import`. It writes files for review and publishes nothing.

use std::path::PathBuf;

use civic_kiosk::author::import::{
    Existing, FILE_BYTES_MAX, Home, Imported, Options, Target, Written, drafts, import_table, is_in_parser, of_head,
    report::Note, target, targets, write_drafts, write_table,
};
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use serde_json::{Value, json};

use crate::out::{self, Outcome};

/// Rows of a list or table.
const ROW: &str = "row";
/// Largest head of a list.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

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
    /// What names the file, where the kind does not: a catalogue's field, a village and month.
    #[arg(long, visible_alias = "field", value_name = "NAME", value_parser = file_name,
        help = "结果的文件名：目录写领域（如 yanglao），村务公开栏写 村/年月（如 liulin/2026-10）")]
    name: Option<String>,
    /// The head of the list or table that the rows belong to.
    #[arg(long, value_name = "FILE.toml", help = "清单或数据表的表头文件，如 lists/quanze.toml；--as row 时必须写")]
    head: Option<PathBuf>,
    /// Replace files that are there.
    #[arg(long, help = "覆盖已有的文件")]
    force: bool,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let target = target_of(&args)?;
    let bytes = durable::read(&args.file, FILE_BYTES_MAX)?;
    stay_quiet_in_parser();
    let imported = import_table(&bytes, &target, &Options { sheet: args.sheet.clone() })?;
    let written = write(&args, &target, &imported)?;
    out::answer(json, &document(&target, &imported, &written), || lines(&imported, &written));
    Ok(if imported.report.is_clean() { Outcome::Done } else { Outcome::Refused })
}

fn write(args: &Args, target: &Target, imported: &Imported) -> anyhow::Result<Written> {
    let existing = if args.force { Existing::IsReplaced } else { Existing::Stays };
    let path = match (target.home, &args.name, &args.head) {
        (Home::Folder(folder), _, _) => {
            return Ok(write_drafts(&args.out.join(folder), &drafts(imported), &imported.report, existing)?);
        }
        (Home::File(file), _, _) => args.out.join(file),
        (Home::Named(folder), Some(name), _) => args.out.join(folder).join(format!("{name}.csv")),
        (Home::Named(folder), None, Some(head)) => {
            args.out.join(folder).join(head.with_extension("csv").file_name().unwrap_or_default())
        }
        (Home::Named(_), None, None) => anyhow::bail!("请用 --name 写明结果的文件名（{}）", target.label),
    };
    Ok(write_table(&path, imported, existing)?)
}

/// The columns of the table: those of its kind, or those that the head of its list declares.
fn target_of(args: &Args) -> anyhow::Result<Target> {
    if args.kind != ROW {
        return target(&args.kind).ok_or_else(|| anyhow::anyhow!("不认识“{}”", args.kind));
    }
    let Some(head) = &args.head else {
        anyhow::bail!("请用 --head 写明表头文件，如 lists/quanze.toml");
    };
    let text = String::from_utf8(durable::read(head, TEXT_BYTES_MAX)?)?;
    of_head(&text, head).map_err(|problems| {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(told.join("\n"))
    })
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
    format!("表格的种类：{}、row（清单或数据表的条目，要写 --head）", kinds.join("、"))
}

/// A kind of table.
pub fn known_kind(text: &str) -> Result<String, String> {
    match target(text) {
        Some(target) => Ok(target.kind.to_owned()),
        None if text == ROW => Ok(ROW.to_owned()),
        None => Err(kinds_help()),
    }
}

/// A name that is safe as a file name, in a folder at most.
fn file_name(text: &str) -> Result<String, String> {
    let is_plain = |part: &str| {
        let is_lower = !part.contains(|c: char| c.is_ascii_uppercase() || matches!(c, '.' | '_'));
        is_lower && RecordId::new("name", part).is_ok()
    };
    let is_fine = text.split('/').count() <= 2 && text.split('/').all(is_plain);
    if is_fine {
        Ok(text.to_owned())
    } else {
        Err("只能用小写字母、数字和横线，最多一层文件夹".to_owned())
    }
}
