//! The office's side of residents' letters: `kiosk-pack open | ack | permit`, and the keys for it.
//! What was opened is written for the office alone (mode 0600); nothing is sent anywhere.

use std::path::{Path, PathBuf};

use anyhow::Context;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::base::durable;
use civic_kiosk::outbox::Opener;
use civic_kiosk::outbox::desk::{Collected, collect, facts, page, tallies};
use civic_kiosk::outbox::signed::{DeskKey, Permit};
use civic_kiosk::outbox::stick::{ACK, MAIL, PERMIT};
use civic_kiosk::release::recipient::DESK;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::out::{self, Outcome};

/// The private key that opens letters.
const IDENTITY: &str = "identity.txt";
/// The private key that signs permits and confirmations.
const DESK_KEY: &str = "desk.key";
/// The public keys, for `kiosk-pack build --recipients`.
const RECIPIENTS: &str = "recipients.txt";
const KEY_BYTES_MAX: u64 = 16 << 10;

#[derive(clap::Args)]
pub struct OpenArgs {
    /// A stick with letters, or a folder of them.
    #[arg(help = "装有信件的U盘或文件夹")]
    dir: PathBuf,
    /// The office's private key.
    #[arg(long, value_name = "FILE", help = "解密私钥文件（identity.txt）")]
    identity: PathBuf,
    /// An empty or new folder for what was opened.
    #[arg(long, value_name = "DIR", help = "放打开的信件的文件夹")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub struct AckArgs {
    /// The stick whose letters were taken over.
    #[arg(help = "已收取信件的U盘")]
    dir: PathBuf,
    /// The office's private key: only what can be opened is confirmed.
    #[arg(long, value_name = "FILE", help = "解密私钥文件（identity.txt）")]
    identity: PathBuf,
    /// The desk's signing key.
    #[arg(long, value_name = "FILE", help = "收件台签名私钥文件（desk.key）")]
    key: PathBuf,
}

#[derive(clap::Args)]
pub struct PermitArgs {
    /// The stick that may take letters along.
    #[arg(help = "要用来取信的U盘")]
    dir: PathBuf,
    /// The desk's signing key.
    #[arg(long, value_name = "FILE", help = "收件台签名私钥文件（desk.key）")]
    key: PathBuf,
    /// Last day of the permit.
    #[arg(long, value_name = "DATE", help = "许可的最后一天，如 2026-12-31")]
    until: Date,
    /// Terminals it is for; all without it.
    #[arg(long = "terminal", value_name = "ID", help = "只给这些终端；不给就是全部")]
    terminals: Vec<String>,
}

/// Makes the keys of a desk in a new or empty folder.
pub fn make_keys(dir: &Path) -> anyhow::Result<Value> {
    durable::create_dir(dir)?;
    let (identity, public) = Opener::generate();
    let key = DeskKey::generate()?;
    let desk = DeskKey::read(key.reveal())?.public();
    durable::write_private(&dir.join(IDENTITY), format!("# 公钥：{public}\n{}\n", identity.reveal()).as_bytes())?;
    durable::write_private(&dir.join(DESK_KEY), format!("{}\n", key.reveal()).as_bytes())?;
    durable::write(&dir.join(RECIPIENTS), format!("# 居民信件的收件公钥\n{public}\n{DESK}{desk}\n").as_bytes())?;
    Ok(json!({ "dir": dir, "recipient": public, "desk": desk, "recipients": dir.join(RECIPIENTS) }))
}

pub fn open(json: bool, args: OpenArgs) -> anyhow::Result<Outcome> {
    let collected = collect(&args.dir, &opener(&args.identity)?)?;
    durable::create_dir(&args.out)?;
    for (uuid, opened) in &collected.letters {
        let letter = opened.letter.reveal();
        durable::replace_private(&args.out.join(format!("{uuid}.json")), &serde_json::to_vec_pretty(letter)?)?;
        durable::replace_private(&args.out.join(format!("{uuid}.html")), page(letter).as_bytes())?;
    }
    durable::replace_private(&args.out.join("letters.csv"), &table(&collected)?)?;
    durable::replace_private(&args.out.join("results.csv"), &results(&collected)?)?;
    let failed: Vec<Value> =
        collected.failed.iter().map(|(path, error)| json!({ "file": path, "reason": chain(error) })).collect();
    let document = json!({ "opened": collected.letters.len(), "repeated": collected.repeated, "failed": failed });
    out::answer(json, &document, || {
        let mut lines =
            vec![format!("打开{}封，重复{}封，打不开{}封", collected.letters.len(), collected.repeated, failed.len())];
        lines.extend(collected.failed.iter().map(|(path, error)| format!("{}：{}", path.display(), chain(error))));
        lines.push(format!(
            "在 {}：每封一份 JSON 和一页可打印的 HTML，汇总在 letters.csv，问卷和评价的合计在 results.csv",
            args.out.display()
        ));
        lines.join("\n")
    });
    Ok(if collected.failed.is_empty() { Outcome::Done } else { Outcome::Refused })
}

pub fn ack(json: bool, args: AckArgs) -> anyhow::Result<Outcome> {
    let key = desk_key(&args.key)?;
    let collected = collect(&args.dir, &opener(&args.identity)?)?;
    let acks = collected.acks();
    let folder = args.dir.join(MAIL).join(ACK);
    durable::create_dir(&folder)?;
    for ack in &acks {
        durable::write(&folder.join(format!("{}.json", ack.terminal)), &key.sign(ack)?)?;
    }
    let letters: usize = acks.iter().map(|ack| ack.letters.len()).sum();
    out::answer(json, &json!({ "terminals": acks.len(), "letters": letters }), || {
        format!("已为{}台终端的{letters}封信写好回执，把U盘插回终端，信件才会从终端删除", acks.len())
    });
    Ok(Outcome::Done)
}

pub fn permit(json: bool, args: PermitArgs) -> anyhow::Result<Outcome> {
    let key = desk_key(&args.key)?;
    let until = args.until.tomorrow()?.to_zoned(china())?.timestamp();
    if until < SystemClock::new().now() {
        anyhow::bail!("许可的最后一天 {} 已经过了", args.until);
    }
    let terminals = if args.terminals.is_empty() { vec!["*".to_owned()] } else { args.terminals };
    let folder = args.dir.join(MAIL);
    durable::create_dir(&folder)?;
    durable::write(&folder.join(PERMIT), &key.sign(&Permit { terminals: terminals.clone(), until })?)?;
    out::answer(json, &json!({ "terminals": terminals, "until": args.until.to_string() }), || {
        format!("这个U盘可以取信到 {}", args.until)
    });
    Ok(Outcome::Done)
}

/// One row a letter: what is known of it, then its entries as one cell.
fn table(collected: &Collected) -> anyhow::Result<Vec<u8>> {
    // Excel takes a file for UTF-8 by this mark alone.
    let mut bytes = "\u{FEFF}".as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    let heads = [
        "编号",
        "种类",
        "提交时间",
        "最迟答复日",
        "受理单位",
        "标题",
        "对应内容",
        "内容版本",
        "终端",
        "填写内容",
        "文件",
    ];
    writer.write_record(heads)?;
    for (uuid, opened) in &collected.letters {
        let letter = opened.letter.reveal();
        let fact =
            |label: &str| facts(letter).into_iter().find(|(l, _)| *l == label).map_or_else(String::new, |(_, t)| t);
        let entries = letter.entries.iter().map(|entry| format!("{}：{}", entry.label, entry.text)).collect::<Vec<_>>();
        writer.write_record(
            [
                fact("编号"),
                fact("种类"),
                fact("提交时间"),
                fact("最迟答复日"),
                fact("受理单位"),
                letter.title.clone(),
                fact("对应内容"),
                fact("内容版本"),
                fact("终端"),
                entries.join("\n"),
                format!("{uuid}.html"),
            ]
            .map(plain_cell),
        )?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// Surveys, ratings and counts, added up; cells of few people are not told.
fn results(collected: &Collected) -> anyhow::Result<Vec<u8>> {
    let mut bytes = "\u{FEFF}".as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(["种类", "对应内容", "标题", "问题", "选项", "次数"])?;
    for tally in tallies(collected) {
        let n = tally.shown();
        let cells = [tally.kind.term().to_owned(), tally.record, tally.title, tally.question, tally.option, n];
        writer.write_record(cells.map(plain_cell))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// A cell that no spreadsheet takes for a formula.
fn plain_cell(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn opener(path: &Path) -> anyhow::Result<Opener> {
    Opener::read(&text(path)?).with_context(|| format!("{} 不能用", path.display()))
}

fn desk_key(path: &Path) -> anyhow::Result<DeskKey> {
    DeskKey::read(&text(path)?).with_context(|| format!("{} 不能用", path.display()))
}

fn text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(durable::read(path, KEY_BYTES_MAX)?).map_err(|_| anyhow::anyhow!("{} 不是文字", path.display()))
}
