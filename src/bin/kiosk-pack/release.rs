//! Making, prolonging and checking a release: `kiosk-pack build | refresh | verify`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use civic_kiosk::author::check_hall;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::base::durable;
use civic_kiosk::content::{Mailbox, Record};
use civic_kiosk::release::{self, Alarm, Delta, Edition, Expiries, Item, NewBlob, PackRef, Segment, recipient};
use civic_kiosk::sync::{Freshness, Inspection, Refused, Stick, inspect};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::out::{self, Outcome};
use crate::{lint, today, voice};

const ROOT_BYTES_MAX: u64 = 1 << 20;
const RECIPIENTS_BYTES_MAX: u64 = 64 << 10;

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
    /// The office's public keys, one a line (`kiosk-pack keys desk` makes them); without it those of the last release
    /// stay.
    #[arg(long, value_name = "FILE", help = "收件公钥文件（kiosk-pack keys desk 生成）；不给就沿用上次发布的")]
    recipients: Option<PathBuf>,
    /// A folder of clips that `kiosk-pack voice` made; terminals take them along unless their settings say no.
    #[arg(long, value_name = "DIR", help = "把这个文件夹里的录音片段（kiosk-pack voice 做的）一起发布")]
    voice: Option<PathBuf>,
    /// Most megabytes of clips.
    #[arg(long, value_name = "MB", default_value_t = 300, help = "录音片段最多占多少 MB")]
    voice_mb: u64,
    /// Oldest terminal program that may take this release.
    #[arg(long, value_name = "X.Y.Z", help = "终端程序的最低版本")]
    min_program: Option<String>,
}

#[derive(clap::Args)]
pub struct RefreshArgs {
    /// The repository.
    #[arg(help = "发布库")]
    repo: PathBuf,
    /// The publisher's key folder; the keys of snapshot and timestamp are enough.
    #[arg(long, value_name = "DIR", help = "密钥文件夹，有 snapshot 和 timestamp 两把就够")]
    keys: PathBuf,
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

pub fn build(json: bool, args: BuildArgs) -> anyhow::Result<Outcome> {
    let mailbox = args.recipients.as_deref().map(mailbox).transpose()?;
    let Some((items, mut blobs)) = items(&args.content_dir)? else {
        return Ok(Outcome::Refused);
    };
    if let Some(folder) = &args.voice {
        let (clips, without_room) = voice::carried(folder, args.voice_mb * 1_000_000)?;
        if without_room > 0 {
            out::message(&format!("录音超过 {} MB，有{without_room}条内容的没有带上", args.voice_mb));
        }
        blobs.extend(clips);
    }
    let now = SystemClock::new().now();
    let edition = Edition { items, blobs, mailbox, min_program: args.min_program };
    let made = runtime()?.block_on(release::publish(edition, &args.keys, &args.out, now))?;
    let segments: Map<String, Value> =
        made.manifest.segments.iter().map(|(name, segment)| (name.clone(), segment_document(segment))).collect();
    let document = json!({
        "authority": made.manifest.authority, "release": made.manifest.release,
        "issued": made.manifest.issued.to_string(), "expires": made.expires.to_string(),
        "records": made.records, "state_root": made.state_root.to_string(),
        "packed": made.packed_bytes, "segments": segments, "pruned": made.pruned,
    });
    out::answer(json, &document, || {
        let (release, records, size) = (made.manifest.release, made.records, made.packed_bytes);
        let (repo, expires) = (args.out.display(), day(made.expires));
        let deltas: Vec<u64> =
            made.manifest.segments.values().flat_map(|s| s.deltas.iter().map(|d| d.pack.size)).collect();
        let deltas = match (deltas.len(), deltas.iter().max()) {
            (n, Some(largest)) => format!("，另有{n}个增量包，最大{largest}字节"),
            (_, None) => String::new(),
        };
        format!("已发布第{release}次：{records}条记录，{size}字节{deltas}，有效期到 {expires}\n发布库：{repo}")
    });
    Ok(Outcome::Done)
}

fn segment_document(segment: &Segment) -> Value {
    let pack =
        |pack: &PackRef| json!({ "sha256": pack.sha256.to_string(), "size": pack.size, "unpacked": pack.unpacked });
    let delta =
        |d: &Delta| json!({ "from_root": d.from_root.to_string(), "records": d.records, "pack": pack(&d.pack) });
    json!({
        "records": segment.records, "state_root": segment.state_root.to_string(),
        "full": pack(&segment.full), "deltas": segment.deltas.iter().map(delta).collect::<Vec<_>>(),
    })
}

pub fn refresh(json: bool, args: RefreshArgs) -> anyhow::Result<Outcome> {
    let now = SystemClock::new().now();
    let done = runtime()?.block_on(release::refresh(&args.repo, &args.keys, now))?;
    warn(&done.alarms);
    let document = json!({
        "authority": done.manifest.authority, "release": done.manifest.release,
        "expires": expires_document(&done.expires), "alarms": alarms_document(&done.alarms),
    });
    out::answer(json, &document, || {
        let mut lines = vec![format!("已续签第{}次发布，内容没有变", done.manifest.release)];
        lines.extend(expires_lines(&done.expires));
        lines.join("\n")
    });
    Ok(Outcome::Done)
}

/// The alarm about what expires soon goes to people, whatever form the answer has.
fn warn(alarms: &[Alarm]) {
    for alarm in alarms {
        let when = match alarm.days_left {
            left if left < 0 => format!("已于 {} 过期", day(alarm.expires)),
            left => format!("还有{left}天到期（{}）", day(alarm.expires)),
        };
        out::message(&format!("注意：{} {when}，{}", alarm.role, alarm.remedy()));
    }
}

fn expires_document(expires: &Expiries) -> Map<String, Value> {
    expires.iter().map(|(role, at)| ((*role).to_owned(), at.to_string().into())).collect()
}

fn alarms_document(alarms: &[Alarm]) -> Vec<Value> {
    let alarm = |a: &Alarm| json!({ "role": a.role, "expires": a.expires.to_string(), "days_left": a.days_left });
    alarms.iter().map(alarm).collect()
}

fn expires_lines(expires: &Expiries) -> impl Iterator<Item = String> {
    expires.iter().map(|(role, at)| format!("{role} 有效期到 {}", day(*at)))
}

pub fn verify(json: bool, args: VerifyArgs) -> anyhow::Result<Outcome> {
    let root = durable::read(&args.root, ROOT_BYTES_MAX)?;
    match examine(&args.repo, &root)? {
        Ok(seen) => {
            warn(&seen.alarms);
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
    json!({
        "authority": seen.manifest.authority, "release": seen.manifest.release,
        "issued": seen.manifest.issued.to_string(), "records": seen.records,
        "packed": seen.packed_bytes, "unpacked": seen.unpacked_bytes, "deltas": seen.delta_bytes,
        "blobs": seen.blob_bytes,
        "segments": seen.manifest.segments.keys().collect::<Vec<_>>(),
        "expires": expires_document(&seen.expires), "alarms": alarms_document(&seen.alarms),
        "freshness": seen.freshness, "refused": [],
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
    if seen.delta_bytes > 0 {
        lines.push(format!("增量包共{}字节", seen.delta_bytes));
    }
    if seen.blob_bytes > 0 {
        lines.push(format!("图片、录音等文件{}个，共{}字节", seen.manifest.blobs.len(), seen.blob_bytes));
    }
    lines.extend(expires_lines(&seen.expires));
    lines.join("\n")
}

/// The records and pictures of a content folder, or nothing when one of them is wrong: a release is never half right.
fn items(content_dir: &Path) -> anyhow::Result<Option<(Vec<Item>, Vec<NewBlob>)>> {
    let reading = check_hall(content_dir, today::or_today(None));
    for line in lint::listed(&reading.problems) {
        out::message(&line);
    }
    if !reading.has_no_error() {
        out::message("内容有错误，没有发布。改好后再试。");
        return Ok(None);
    }
    let item = |record: &Record| Item::new(record.id().clone(), record.org(), record.to_bytes());
    let items = reading.records.iter().map(|a| item(&a.record)).collect();
    let blobs = reading.assets.into_iter().map(|a| NewBlob { media: a.media.to_owned(), bytes: a.bytes });
    Ok(Some((items, blobs.collect())))
}

/// The public keys of a file. What is no key is refused before anything is made.
fn mailbox(file: &Path) -> anyhow::Result<Mailbox> {
    let bytes = durable::read(file, RECIPIENTS_BYTES_MAX)?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{} 不是 UTF-8 文字", file.display()))?;
    recipient::read(&text).with_context(|| format!("{} 里的公钥不能用", file.display()))
}

pub fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(china()).date()
}

pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("不能启动")
}
