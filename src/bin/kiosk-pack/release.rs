//! Keys, building and verifying: `kiosk-pack keys | build | verify`.

use crate::out::Outcome;

#[derive(clap::Args)]
pub struct KeysArgs {}
#[derive(clap::Args)]
pub struct BuildArgs {}
#[derive(clap::Args)]
pub struct VerifyArgs {}

pub fn keys(_json: bool, _args: KeysArgs) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
pub fn build(_json: bool, _args: BuildArgs) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
pub fn verify(_json: bool, _args: VerifyArgs) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
