//! Is this terminal well? `kiosk status`.
//! It asks the printer and starts nothing else, unless the voice shall be tested too.

use std::sync::Arc;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock, china};
use civic_kiosk::config::{Config, Publisher, Setting};
use civic_kiosk::health;
use civic_kiosk::outbox::Book;
use civic_kiosk::print::{EscPosPrinter, Printer, PrinterStatus};
use civic_kiosk::store::{LiveRelease, Store, StoreError};
use civic_kiosk::sync::{Freshness, Standing, standing};
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{devices, outbox, voice};

#[derive(clap::Args)]
pub struct Args {
    /// Test the voice: data, speed, process, sound device.
    #[arg(long, help = "同时自检语音：数据、快慢、进程、声音设备（几秒钟，不出声）")]
    voice: bool,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (config, settings) = common.settings()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let release = match Store::open_read_only(&config.state_dir).and_then(|store| {
        // Every record is compared with what was signed: a damaged one is said here, not found by a resident.
        store.verify()?;
        store.release()
    }) {
        Ok(release) => Ok(release),
        Err(StoreError::Missing(_)) => Ok(None),
        Err(error) => Err(chain(&error)),
    };
    let now = clock.now();
    let standings = config.publishers.iter().map(|p| p.publisher);
    let standings: Vec<Standing> =
        standings.map(|publisher| standing(publisher, &publisher.state_dir(&config.state_dir), now)).collect();
    let standings = standings.into_iter().filter(|s| s.publisher == Publisher::First || s.release.is_some());
    let standings: Vec<Standing> = standings.collect();
    let age_days = release.as_ref().ok().and_then(Option::as_ref).map(|r| health::age_days(r.issued, clock.now()));
    let printer = printer(&config, &settings, &clock);
    let (voice, voice_text) = voice::standing(&config);
    let test = args.voice.then(|| voice::self_test(&config, &clock)).transpose()?;
    let voice_text = test.as_ref().map_or(voice_text, voice_line);
    let disk = health::disk(&config.state_dir);
    let letters = Book::look(&config.state_dir).map(Option::unwrap_or_default).map_err(|error| chain(&error));
    let printer_is_well = printer.as_ref().is_none_or(|p| p.as_ref().is_ok_and(|status| status.can_print()));
    let voice_is_well = test.as_ref().is_none_or(|test| test.speaks.is_ok());
    let is_well =
        matches!(release, Ok(Some(_))) && printer_is_well && voice_is_well && disk.is_some_and(|d| !d.is_tight());
    let document = json!({
        "ok": is_well,
        "release": release.as_ref().ok().and_then(Option::as_ref).map(release_json),
        "content_error": release.as_ref().err(),
        "publishers": standings.iter().map(standing_json).collect::<Vec<_>>(),
        "content_age_days": age_days,
        "printer": printer.as_ref().map(|p| match p {
            Ok(status) => json!({ "status": status.fact(), "can_print": status.can_print() }),
            Err(error) => json!({ "status": "misconfigured", "can_print": false, "error": error }),
        }),
        "voice": voice,
        "voice_test": test.as_ref().map(|test| json!({
            "speaks": test.speaks.is_ok(), "error": test.speaks.as_ref().err(),
            "data_error": test.data_error, "real_time_ms": test.real_time_ms,
        })),
        "letters": letters.as_ref().ok().map(outbox::document),
        "disk": disk.map(|d| json!({ "free_bytes": d.free_bytes, "total_bytes": d.total_bytes })),
    });
    out::answer(common.json, &document, || {
        let content = match &release {
            Ok(Some(r)) => format!("第{}版，{}条，{}天前发布", r.number, r.records, age_days.unwrap_or(0)),
            Ok(None) => "还没有内容，请更新一次".to_owned(),
            Err(error) => error.clone(),
        };
        let content = content + &standings.iter().map(validity).collect::<String>();
        let printer = match &printer {
            None => "没有安装".to_owned(),
            Some(Ok(status)) => status.staff_text().to_owned(),
            Some(Err(error)) => error.clone(),
        };
        let letters = letters.as_ref().map_or_else(Clone::clone, outbox::sentence);
        let disk = disk.map_or("读不出来".to_owned(), |d| format!("剩余{} MB", d.free_bytes / 1_000_000));
        let verdict = if is_well { "正常" } else { "需要处理" };
        format!(
            "内容：{content}\n打印机：{printer}\n语音：{voice_text}\n信件：{letters}\n磁盘：{disk}\n结论：{verdict}"
        )
    });
    Ok(if is_well { Outcome::Done } else { Outcome::Refused })
}

fn voice_line(test: &voice::SelfTest) -> String {
    let neural = match (&test.real_time_ms, &test.data_error) {
        (Some(ms), _) => format!("神经语音正常，1秒声音用{}.{:02}秒", ms / 1000, ms % 1000 / 10),
        (None, Some(error)) => format!("神经语音不能用（{error}）"),
        (None, None) => "没有神经语音".to_owned(),
    };
    let speaks = test.speaks.as_ref().map_or_else(|reason| format!("出不了声：{reason}"), |()| "能出声".to_owned());
    format!("{neural}；{speaks}")
}

/// How a publisher's content stands, beside what the live release says of itself.
fn standing_json(standing: &Standing) -> serde_json::Value {
    json!({
        "publisher": standing.publisher.name(),
        "name": standing.name,
        "release": standing.release,
        "expires": standing.expires.map(|at| at.to_string()),
        "freshness": standing.freshness,
        "whole_since": standing.scrubbed.map(|at| at.to_string()),
        "last": standing.history.first().map(|visit| json!({
            "at": visit.at.to_string(), "who": visit.who, "from": visit.place, "outcome": visit.outcome,
            "reason": visit.reason, "text": visit.text,
        })),
    })
}

fn validity(standing: &Standing) -> String {
    let day = |at: jiff::Timestamp| at.to_zoned(china()).date();
    let name = if standing.name.is_empty() { standing.publisher.label() } else { &standing.name };
    match (standing.release, standing.expires, standing.freshness) {
        (Some(release), Some(expires), Some(freshness)) => {
            let note = match freshness {
                Freshness::Fresh => "",
                Freshness::Stale => "，将满",
                Freshness::Expired => "，已过",
            };
            format!("\n　　{name}：第{release}版，有效期到 {}{note}", day(expires))
        }
        _ => String::new(),
    }
}

fn release_json(release: &LiveRelease) -> serde_json::Value {
    json!({
        "authority": release.authority,
        "number": release.number,
        "issued": release.issued.to_string(),
        "records": release.records,
        "state_root": release.state_root.to_string(),
    })
}

fn printer(config: &Config, settings: &[Setting], clock: &Arc<dyn Clock>) -> Option<Result<PrinterStatus, String>> {
    let fitted = devices::printer(config, settings).map_err(|e| chain(&e)).transpose()?;
    Some(fitted.map(|(address, profile)| EscPosPrinter::new(&address, profile, Arc::clone(clock)).status()))
}
