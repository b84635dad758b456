//! One pass of following the publisher: `kiosk sync`.

use std::path::PathBuf;

use anyhow::Context;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::SystemClock;
use civic_kiosk::base::durable;
use civic_kiosk::config::{Config, ConfigError, Publisher, Setting};
use civic_kiosk::sync::{
    Errand, Outcome as SyncOutcome, PlaceError, Report, ReportDoc, Subscription, SubscriptionError, check_place,
    follow, follow_texts, source_on,
};

use crate::Common;
use crate::out::{self, Outcome};
use crate::upkeep;

const ROOT_BYTES_MAX: u64 = 1 << 20;

#[derive(clap::Args)]
pub struct Args {
    /// `usb:DIR`, `http://…` or `https://…`.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    from: String,
    /// The root.json that a new terminal shall trust.
    #[arg(long, value_name = "ROOT.json")]
    root: Option<PathBuf>,
    /// Which publisher of the settings it is.
    #[arg(long, value_name = "NAME", default_value = "first", value_parser = publisher, help = "哪个发布机构：first、second、third 或 fourth")]
    publisher: Publisher,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (config, settings) = common.settings()?;
    let subscription = subscription(&config, &settings, args.publisher)?;
    let state_dir = &args.publisher.state_dir(&config.state_dir);
    let root = args.root.as_deref().map(|path| durable::read(path, ROOT_BYTES_MAX)).transpose()?;
    let line = upkeep::line(&config, &settings)?;
    let report = match source_on(&line, &args.from) {
        Ok(source) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("不能启动")?;
            let clock = SystemClock::new();
            let errand = Errand::of("命令");
            runtime.block_on(follow(state_dir, source, root.as_deref(), &subscription, &errand, &clock))
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
    if matches!(report.outcome, SyncOutcome::Applied)
        && let Err(error) = follow_texts(state_dir)
    {
        // The content is live all the same, and the terminal follows it when it is started.
        out::message(&format!("正文暂时查不到：{}", chain(&error)));
    }
    let document = serde_json::to_value(ReportDoc::from(&report))?;
    out::answer(common.json, &document, || report.sentence());
    Ok(match report.outcome {
        SyncOutcome::Applied | SyncOutcome::Current => Outcome::Done,
        SyncOutcome::Refused(_) => Outcome::Refused,
    })
}

/// What the settings subscribe to of a publisher.
pub fn subscription(config: &Config, settings: &[Setting], publisher: Publisher) -> Result<Subscription, ConfigError> {
    let key = format!("{}.segments", publisher.name());
    let wrong = |error: SubscriptionError| ConfigError::value(settings, &key, error.to_string());
    let segments = config.publishers.iter().find(|p| p.publisher == publisher).map(|p| p.segments.as_slice());
    let wanted = Subscription::of(segments.unwrap_or_default()).map_err(wrong)?;
    Ok(if config.takes_clips { wanted } else { wanted.unheard() })
}

fn publisher(text: &str) -> Result<Publisher, String> {
    let found = Publisher::ALL.into_iter().find(|publisher| publisher.name() == text);
    found.ok_or_else(|| format!("没有“{text}”，只有 first、second、third、fourth"))
}

fn place(text: &str) -> Result<String, PlaceError> {
    check_place(text).map(|()| text.to_owned())
}
