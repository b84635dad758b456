//! Checking the content files: `kiosk-pack lint`.

use crate::out::Outcome;

#[derive(clap::Args)]
pub struct Args {}

pub fn run(_json: bool, _args: Args) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
