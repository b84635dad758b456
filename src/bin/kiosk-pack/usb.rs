//! Copying the newest release to a stick: `kiosk-pack to-usb`.

use std::path::PathBuf;

use civic_kiosk::base::chain::chain;
use civic_kiosk::release::{Progress, carry};
use serde_json::json;

use crate::out::{self, Outcome};
use crate::release::runtime;

/// How wide the bar is.
const BAR_CELLS: u64 = 30;
const KIB: u64 = 1 << 10;

#[derive(clap::Args)]
pub struct Args {
    /// The repository.
    #[arg(help = "发布库")]
    repo: PathBuf,
    /// The folder where the stick is mounted; the release goes into its folder ZWGK.
    #[arg(help = "U 盘挂载的文件夹；内容放在其中的 ZWGK 文件夹里")]
    dir: PathBuf,
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let mut shown = None;
    let told = |progress: Progress| {
        let cells = progress.done * BAR_CELLS / progress.total.max(1);
        if shown != Some(cells) {
            shown = Some(cells);
            out::progress(&bar(progress, cells));
        }
    };
    let carried = runtime()?.block_on(carry(&args.repo, &args.dir, told));
    out::progress_end();
    match carried {
        Ok(done) => {
            let document = json!({
                "authority": done.manifest.authority, "release": done.manifest.release,
                "files": done.files, "bytes": done.bytes, "found": done.found, "removed": done.removed, "refused": [],
            });
            out::answer(json, &document, || {
                let (release, files, bytes) = (done.manifest.release, done.files, done.bytes);
                format!("第{release}次发布已写到 {}：{files}个文件，{bytes}字节。可以拔出", args.dir.display())
            });
            Ok(Outcome::Done)
        }
        Err(error) => {
            let refused = json!({ "reason": error.reason(), "text": chain(&error), "missing": error.missing() });
            out::answer(json, &json!({ "refused": [refused] }), || format!("没有写完：{}", chain(&error)));
            Ok(Outcome::Refused)
        }
    }
}

fn bar(progress: Progress, cells: u64) -> String {
    let cell = |n| if n < cells { '█' } else { '░' };
    let bar: String = (0..BAR_CELLS).map(cell).collect();
    format!("{bar} {}/{} KiB", progress.done.div_ceil(KIB), progress.total.div_ceil(KIB))
}
