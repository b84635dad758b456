//! Effective settings and where each came from: `kiosk check-config`.
//! It refuses what `kiosk run` would refuse, and opens no device.

use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{devices, outbox, upkeep, voice};

#[derive(clap::Args)]
pub struct Args {}

pub fn run(common: &Common, _args: Args) -> anyhow::Result<Outcome> {
    let (config, settings) = common.settings()?;
    devices::printer(&config, &settings)?;
    devices::office_printer(&config, &settings)?;
    upkeep::settings(&config, &settings)?;
    outbox::uplink(&config, &settings)?;
    if let Some(roll) = voice::roll(&config) {
        out::message(&roll);
    }
    let document = settings
        .iter()
        .map(|s| json!({ "key": s.key, "value": s.value, "origin": s.origin.to_string() }))
        .collect::<Vec<_>>();
    out::answer(common.json, &json!(document), || {
        settings.iter().map(|s| format!("{} = {}    # {}", s.key, s.value, s.origin)).collect::<Vec<_>>().join("\n")
    });
    Ok(Outcome::Done)
}
