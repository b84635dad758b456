//! From the settings to the upkeep of the content: who is followed, from where, how often.
//! An address or a certificate that cannot be used is told with its place in the settings, before the screen opens.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::durable;
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::sync::{Followed, Line, Network, Patience, Source, UpkeepSettings};

use crate::sync::subscription;

const CA_BYTES_MAX: u64 = 1 << 20;
/// How often sticks and due times are looked at.
const TICK: Duration = Duration::from_secs(1);

/// What the upkeep is told to do.
pub fn settings(config: &Config, settings: &[Setting]) -> Result<UpkeepSettings, ConfigError> {
    let line = line(config, settings)?;
    let mut followed = Vec::new();
    for publisher in &config.publishers {
        let server = publisher.from.as_deref().map(|address| {
            let key = format!("{}.from", publisher.publisher.name());
            let network = Network::on(&line, address);
            network.map_err(|fault| ConfigError::value(settings, &key, chain(&fault)))
        });
        followed.push(Followed {
            publisher: publisher.publisher,
            state_dir: publisher.publisher.state_dir(&config.state_dir),
            server: server.transpose()?.map(|network| Arc::new(network) as Arc<dyn Source>),
            subscription: subscription(config, settings, publisher.publisher)?,
        });
    }
    Ok(UpkeepSettings {
        followed,
        every: Duration::from_secs(60 * u64::from(config.check_every_min)),
        scrub_hour: config.scrub_hour,
        factory: config.factory.clone().filter(|folder| folder.is_dir()),
        stick_folder: config.stick_folder.clone(),
        post: None,
        tick: TICK,
    })
}

/// The folders of all content, nearest publisher first.
pub fn folders(config: &Config) -> Vec<PathBuf> {
    config.publishers.iter().map(|publisher| publisher.publisher.state_dir(&config.state_dir)).collect()
}

/// The line that all servers are asked over, with the certificates of the settings.
pub fn line(config: &Config, settings: &[Setting]) -> Result<Line, ConfigError> {
    let wrong = |problem: String| ConfigError::value(settings, "sync.tls_ca", problem);
    let Some(path) = &config.tls_ca else { return Line::shared().map_err(|fault| wrong(chain(&fault))) };
    let pem = durable::read(path, CA_BYTES_MAX).map_err(|error| wrong(chain(&error)))?;
    Line::new(Some(&pem), Patience::default()).map_err(|fault| wrong(chain(&fault)))
}
