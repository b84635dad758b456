//! Empty tables to fill in: `kiosk-pack template`. It replaces no file unless told to.

use std::path::PathBuf;

use civic_kiosk::author::import::{target, template};
use civic_kiosk::base::durable;
use serde_json::json;

use crate::import::known_kind;
use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {
    /// What the table is.
    #[arg(value_parser = known_kind, help = "表格的种类，同 import 的 --as")]
    kind: String,
    /// The file to write.
    #[arg(long, value_name = "FILE.xlsx", help = "空表写到这个文件")]
    out: PathBuf,
    /// Replace a file that is there.
    #[arg(long, help = "覆盖已有的文件")]
    force: bool,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let Some(target) = target(&args.kind) else {
        anyhow::bail!("不认识“{}”", args.kind);
    };
    if !args.force && args.out.symlink_metadata().is_ok() {
        anyhow::bail!("{} 已经有了；要覆盖请加 --force", args.out.display());
    }
    durable::write(&args.out, &template::template(&target)?)?;
    let document = json!({ "kind": target.kind, "file": args.out.to_string_lossy() });
    out::answer(json, &document, || format!("“{}”的空表：{}", target.label, args.out.display()));
    Ok(Outcome::Done)
}
