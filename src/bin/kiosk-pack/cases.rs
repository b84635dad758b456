//! How far applications are, for residents who ask the terminal: `kiosk-pack cases TABLE --out CONTENT`.
//! Neither number nor digits of the office's table are in what it writes.

use std::path::PathBuf;

use civic_kiosk::author::cases::{FILE, make, salt_of};
use civic_kiosk::author::import::{FILE_BYTES_MAX, Options};
use civic_kiosk::base::durable;
use civic_kiosk::content::case::SALT_BYTES;
use civic_kiosk::outbox::naming::chosen;
use serde_json::json;

use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {
    /// The office's own table: .xlsx, .xls or .csv.
    #[arg(help = "单位自己的申请台账：.xlsx、.xls 或 .csv，要有编号、电话或证件号码、进展、日期")]
    file: PathBuf,
    /// The content folder.
    #[arg(long, value_name = "CONTENT", help = "内容文件夹，结果写成里面的 cases.csv")]
    out: PathBuf,
    /// The sheet; otherwise the first one with a usable heading.
    #[arg(long, value_name = "NAME", help = "读哪一张表；不写就读第一张有表头的")]
    sheet: Option<String>,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let table = durable::read(&args.file, FILE_BYTES_MAX)?;
    let path = args.out.join(FILE);
    let old = path.exists().then(|| durable::read(&path, FILE_BYTES_MAX)).transpose()?;
    let salt = match old.as_deref().map(salt_of).transpose()?.flatten() {
        Some(salt) => salt,
        None => hex::encode(chosen::<SALT_BYTES>()?),
    };
    let made = make(&table, &Options { sheet: args.sheet }, &salt, old.as_deref())?;
    durable::write(&path, &made.csv)?;
    let refused: Vec<_> = made.refused.iter().map(|(row, why)| json!({ "row": row, "reason": why })).collect();
    let document = json!({ "cases": made.cases, "rows": made.rows, "refused": refused, "file": path });
    out::answer(json, &document, || {
        let mut lines = vec![format!("{}件写进 {}，{}行没有写", made.cases, path.display(), made.refused.len())];
        lines.extend(made.refused.iter().map(|(row, why)| format!("第{row}行：{why}")));
        lines.push("里面没有编号和证件、电话号码。单位自己的台账请另外保管，不要放进内容文件夹。".to_owned());
        lines.join("\n")
    });
    Ok(if made.refused.is_empty() { Outcome::Done } else { Outcome::Refused })
}
