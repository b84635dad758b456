//! Every record and every file compared with what was signed: `kiosk scrub`.
//! It repairs from what is kept on this machine and fetches nothing.

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::sync::scrub;
use serde_json::{Value, json};

use crate::Common;
use crate::out::{self, Outcome};

#[derive(clap::Args)]
pub struct Args {}

pub fn run(common: &Common, _args: Args) -> anyhow::Result<Outcome> {
    let (config, _) = common.settings()?;
    let now = SystemClock::new().now();
    let (mut documents, mut lines, mut is_well) = (Vec::new(), Vec::new(), true);
    for publisher in config.publishers.iter().map(|publisher| publisher.publisher) {
        let folder = publisher.state_dir(&config.state_dir);
        if !folder.is_dir() {
            continue;
        }
        let (line, outcome) = match scrub(&folder, now) {
            Ok(found) => {
                let outcome = match (&found.trouble, found.is_mended) {
                    (None, _) => "whole",
                    (Some(_), true) => "mended",
                    (Some(_), false) => "damaged",
                };
                is_well &= outcome != "damaged";
                (found.sentence(), outcome)
            }
            Err(refused) => {
                is_well = false;
                (format!("没有检查成：{}", chain(&refused)), refused.reason())
            }
        };
        documents.push(json!({ "publisher": publisher.name(), "outcome": outcome, "text": line }));
        lines.push(format!("{}：{line}", publisher.label()));
    }
    out::answer(common.json, &Value::from(documents), || lines.join("\n"));
    Ok(if is_well { Outcome::Done } else { Outcome::Refused })
}
