//! Keys, building and verifying: `kiosk-pack keys | build | verify`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use civic_kiosk::author::check_hall;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::release::{self, keys};
use civic_kiosk::sync::{Freshness, Inspection, Refused, Stick, inspect};
use jiff::Timestamp;
use serde_json::json;

use crate::out::{self, Outcome};
use crate::{lint, today};

const ROOT_BYTES_MAX: u64 = 1 << 20;

/// What a release is made of: each record's id and bytes.
type Records = Vec<(RecordId, Vec<u8>)>;

#[derive(clap::Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(clap::Subcommand)]
enum KeysCommand {
    /// Make the keys of a new publisher: root (2 of 3), targets, snapshot, timestamp, and DIR/root.json.
    #[command(about = "生成一个发布单位的全部密钥和 root.json")]
    Init {
        /// A new or empty folder.
        #[arg(help = "新的或空的文件夹")]
        dir: PathBuf,
    },
}

#[derive(clap::Args)]
pub struct BuildArgs {
    /// The hall's content files.
    #[arg(help = "内容文件夹")]
    content_dir: PathBuf,
    /// The publisher's key folder.
    #[arg(long, value_name = "DIR", help = "密钥文件夹")]
    keys: PathBuf,
    /// The repository that gets the next release.
    #[arg(long, value_name = "REPO", help = "发布库，下一次发布写到这里")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The repository, or a stick that holds it.
    #[arg(help = "发布库，或装有发布库的 U 盘")]
    repo: PathBuf,
    /// The root that terminals trust.
    #[arg(long, value_name = "ROOT.json", help = "终端信任的 root.json")]
    root: PathBuf,
}

pub fn keys(json: bool, args: KeysArgs) -> anyhow::Result<Outcome> {
    let KeysCommand::Init { dir } = args.command;
    let made = runtime()?.block_on(keys::init(&dir, SystemClock::new().now()))?;
    let document = json!({
        "dir": made.folder, "root": made.root, "private": made.private,
        "expires": made.expires.to_string(), "authority": made.authority,
    });
    out::answer(json, &document, || {
        format!(
            "密钥已生成：{}\n{} 交给每台终端；三把 root 私钥请分三处离线保管，两把即可签署新的根证书。\n根证书有效期到 {}",
            made.folder.display(),
            made.root.display(),
            day(made.expires)
        )
    });
    Ok(Outcome::Done)
}

pub fn build(json: bool, args: BuildArgs) -> anyhow::Result<Outcome> {
    let Some(records) = records(&args.content_dir)? else {
        return Ok(Outcome::Refused);
    };
    let now = SystemClock::new().now();
    let made = runtime()?.block_on(release::publish(records, &args.keys, &args.out, now))?;
    let document = json!({
        "authority": made.manifest.authority, "release": made.manifest.release,
        "issued": made.manifest.issued.to_string(), "expires": made.expires.to_string(),
        "records": made.records, "state_root": made.state_root.to_string(),
        "pack": { "sha256": made.pack.sha256.to_string(), "size": made.pack.size, "unpacked": made.pack.unpacked },
    });
    out::answer(json, &document, || {
        let (release, records, size) = (made.manifest.release, made.records, made.pack.size);
        let (repo, expires) = (args.out.display(), day(made.expires));
        format!("已发布第{release}次：{records}条记录，{size}字节，有效期到 {expires}\n发布库：{repo}")
    });
    Ok(Outcome::Done)
}

pub fn verify(json: bool, args: VerifyArgs) -> anyhow::Result<Outcome> {
    let root = durable::read(&args.root, ROOT_BYTES_MAX)?;
    match examine(&args.repo, &root)? {
        Ok(seen) => {
            out::answer(json, &seen_document(&seen), || seen_lines(&seen));
            Ok(Outcome::Done)
        }
        Err(refused) => {
            let document = json!({ "refused": [{ "reason": refused.reason(), "text": chain(&refused) }] });
            out::answer(json, &document, || format!("核对不通过：{}", chain(&refused)));
            Ok(Outcome::Refused)
        }
    }
}

fn examine(repo: &Path, root: &[u8]) -> anyhow::Result<Result<Inspection, Refused>> {
    let stick = match Stick::open(repo) {
        Ok(stick) => Arc::new(stick),
        Err(fault) => return Ok(Err(fault.into())),
    };
    let now = SystemClock::new().now();
    Ok(runtime()?.block_on(inspect(stick, root, &std::env::temp_dir(), now)))
}

fn seen_document(seen: &Inspection) -> serde_json::Value {
    let expires: serde_json::Map<_, _> =
        seen.expires.iter().map(|(role, at)| ((*role).to_owned(), at.to_string().into())).collect();
    json!({
        "authority": seen.manifest.authority, "release": seen.manifest.release,
        "issued": seen.manifest.issued.to_string(), "records": seen.records,
        "packed": seen.packed_bytes, "unpacked": seen.unpacked_bytes,
        "expires": expires, "freshness": seen.freshness, "refused": [],
    })
}

fn seen_lines(seen: &Inspection) -> String {
    let verdict = match seen.freshness {
        Freshness::Fresh => "在有效期内",
        Freshness::Stale => "有效期将满，请尽快更新",
        Freshness::Expired => "有效期已过，终端不会从网络接受",
    };
    let mut lines = vec![
        format!("核对通过：第{}次发布，{}", seen.manifest.release, verdict),
        format!("发布机构 {}，签发 {}", seen.manifest.authority, day(seen.manifest.issued)),
        format!("{}条记录，内容包{}字节，解开后{}字节", seen.records, seen.packed_bytes, seen.unpacked_bytes),
    ];
    lines.extend(seen.expires.iter().map(|(role, at)| format!("{role} 有效期到 {}", day(*at))));
    lines.join("\n")
}

/// The records of a content folder, or nothing when one of them is wrong: a release is never half right.
fn records(content_dir: &Path) -> anyhow::Result<Option<Records>> {
    let reading = check_hall(content_dir, today::or_today(None));
    for line in lint::listed(&reading.problems) {
        out::message(&line);
    }
    if !reading.has_no_error() {
        out::message("内容有错误，没有发布。改好后再试。");
        return Ok(None);
    }
    Ok(Some(reading.records.iter().map(|a| (a.record.id().clone(), a.record.to_bytes())).collect()))
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(china()).date()
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("不能启动")
}
