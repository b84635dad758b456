//! One pass of following the publisher: `kiosk sync`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use civic_kiosk::base::clock::SystemClock;
use civic_kiosk::base::durable;
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::sync::{
    Outcome as SyncOutcome, PlaceError, Report, ReportDoc, Subscription, SubscriptionError, check_place, follow_once,
    source_of,
};

use crate::Common;
use crate::out::{self, Outcome};

const ROOT_BYTES_MAX: u64 = 1 << 20;

#[derive(clap::Args)]
pub struct Args {
    /// `usb:DIR`, `http://…` or `https://…`.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    from: String,
    /// The root.json that a new terminal shall trust.
    #[arg(long, value_name = "ROOT.json")]
    root: Option<PathBuf>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (config, settings) = common.settings()?;
    let subscription = subscription(&config, &settings)?;
    let state_dir = config.state_dir.as_path();
    let root = args.root.as_deref().map(|path| durable::read(path, ROOT_BYTES_MAX)).transpose()?;
    let report = match source_of(&args.from) {
        Ok(source) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("不能启动")?;
            let clock = SystemClock::new();
            runtime.block_on(follow_once(state_dir, Arc::clone(&source), root.as_deref(), &subscription, &clock))
        }
        Err(PlaceError::Fault(fault)) => Report::not_started(state_dir, fault.into()),
        Err(error @ PlaceError::Shape(_)) => return Err(error.into()),
    };
    for aside in &report.set_aside {
        out::message(&format!("原来的数据库已损坏，已移到 {}，并重新建立", aside.display()));
    }
    for segment in &report.missing {
        out::message(&format!("这次发布里没有分区 {segment}"));
    }
    let document = serde_json::to_value(ReportDoc::from(&report))?;
    out::answer(common.json, &document, || report.sentence());
    Ok(match report.outcome {
        SyncOutcome::Applied | SyncOutcome::Current => Outcome::Done,
        SyncOutcome::Refused(_) => Outcome::Refused,
    })
}

/// What the settings subscribe to.
pub fn subscription(config: &Config, settings: &[Setting]) -> Result<Subscription, ConfigError> {
    let wrong = |error: SubscriptionError| ConfigError::value(settings, "sync.segments", error.to_string());
    Subscription::of(&config.segments).map_err(wrong)
}

fn place(text: &str) -> Result<String, PlaceError> {
    check_place(text).map(|()| text.to_owned())
}
