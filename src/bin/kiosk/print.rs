//! Receipts from the command line: `kiosk print`.

use crate::Common;
use crate::out::Outcome;

#[derive(clap::Args)]
pub struct Args {}

pub fn run(_common: &Common, _args: Args) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
