//! Residents' sealed letters: `kiosk outbox [deliver | export DIR | retry]`.
//! It can show how many there are, never what is in them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::outbox::stick::exchange;
use civic_kiosk::outbox::{Book, Standing};
use civic_kiosk::store::{Store, StoreError};
use civic_kiosk::sync::Uplink;
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::upkeep;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Deliver what is due to the office's machine.
    #[command(about = "现在就发送")]
    Deliver,
    /// Copy every letter onto a stick that has a permit, and take in what the office confirmed.
    #[command(about = "拷到有取信许可的U盘，并读取回执")]
    Export {
        /// The folder where the stick is mounted.
        #[arg(help = "U盘挂载的文件夹")]
        dir: PathBuf,
    },
    /// Try refused letters again.
    #[command(about = "重新发送被拒的信件")]
    Retry,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (config, settings) = common.settings()?;
    let Some(command) = args.command else {
        // Also while the terminal runs and has the book.
        let standing = Book::look(&config.state_dir)?.unwrap_or_default();
        out::answer(common.json, &document(&standing), || sentence(&standing));
        return Ok(Outcome::Done);
    };
    let mut book = Book::open(&config.state_dir)?;
    match command {
        Command::Retry => {
            let letters = book.try_refused_again()?;
            out::answer(common.json, &json!({ "retried": letters }), || format!("{letters}封被拒的信件会重新发送"));
            Ok(Outcome::Done)
        }
        Command::Deliver => deliver(common, &config, &settings, book),
        Command::Export { dir } => export(common, &config, book, &dir),
    }
}

/// The office's machine of the settings; none where only sticks carry letters.
pub fn uplink(config: &Config, settings: &[Setting]) -> Result<Option<Uplink>, ConfigError> {
    let Some(address) = &config.outbox_to else { return Ok(None) };
    let uplink = Uplink::on(&upkeep::line(config, settings)?, address, &config.terminal_id);
    uplink.map(Some).map_err(|fault| ConfigError::value(settings, "outbox.to", chain(&fault)))
}

fn deliver(common: &Common, config: &Config, settings: &[Setting], book: Book) -> anyhow::Result<Outcome> {
    let Some(uplink) = uplink(config, settings)? else {
        anyhow::bail!("设置里没有收件服务器（outbox.to），信件只能用U盘取走");
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("不能启动")?;
    let book = Arc::new(Mutex::new(book));
    let done = runtime.block_on(uplink.deliver(&book, &SystemClock::new()))?;
    let document = json!({
        "delivered": done.delivered, "refused": done.refused, "waiting": done.waiting, "trouble": done.trouble,
    });
    out::answer(common.json, &document, || {
        let trouble = done.trouble.as_ref().map_or_else(String::new, |why| format!("（{why}）"));
        format!("送达{}封，被拒{}封，留待下次{}封{trouble}", done.delivered, done.refused, done.waiting)
    });
    Ok(if done.trouble.is_none() { Outcome::Done } else { Outcome::Refused })
}

fn export(common: &Common, config: &Config, mut book: Book, dir: &std::path::Path) -> anyhow::Result<Outcome> {
    let desks = match Store::open_read_only(&config.state_dir).and_then(|store| store.release()) {
        Ok(release) => release.map(|release| release.mailbox.desks).unwrap_or_default(),
        Err(StoreError::Missing(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let now = SystemClock::new().now();
    let told = |done| out::progress(&format!("已拷 {done} 封"));
    let exchanged = exchange(&mut book, dir, &config.terminal_id, &desks, now, told);
    out::progress_end();
    let done = match exchanged {
        Ok(done) => done,
        Err(error) => {
            out::answer(common.json, &json!({ "refused": chain(&error) }), || chain(&error));
            return Ok(Outcome::Refused);
        }
    };
    let document = json!({
        "confirmed": done.confirmed, "written": done.written, "already": done.already,
        "ack_refused": done.ack_refused.map(|why| why.to_string()),
    });
    out::answer(common.json, &document, || {
        let ack = match done.ack_refused {
            Some(why) => format!("；盘上的回执不能用：{why}"),
            None => String::new(),
        };
        format!(
            "拷出{}封，盘上已有{}封，办公室已确认收到{}封{ack}。可以拔出",
            done.written, done.already, done.confirmed
        )
    });
    Ok(Outcome::Done)
}

/// What lies in the book, for programs.
pub fn document(standing: &Standing) -> serde_json::Value {
    json!({
        "answered": standing.answered, "unanswered": standing.unanswered, "refused": standing.refused,
        "oldest": standing.oldest.map(|at| at.to_string()), "last_refusal": standing.last_refusal,
    })
}

/// What lies in the book, for people.
pub fn sentence(standing: &Standing) -> String {
    let Some(oldest) = standing.oldest else { return "没有待送的信件".to_owned() };
    let oldest = oldest.to_zoned(china()).strftime("%Y年%-m月%-d日 %H:%M").to_string();
    let refused = match (&standing.last_refusal, standing.refused) {
        (Some(why), n @ 1..) => format!("；被拒{n}封：{why}"),
        _ => String::new(),
    };
    format!("等答复的{}封，其他{}封，最早一封写于{oldest}{refused}", standing.answered, standing.unanswered)
}
