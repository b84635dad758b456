//! Devices as the settings name them: checked here, where settings and devices meet, and named by file, line and key.
//! It opens none of them but the book of receipts.

use std::path::PathBuf;
use std::sync::Arc;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::Clock;
use civic_kiosk::config::{Config, ConfigError, Origin, Setting};
use civic_kiosk::print::a4::{OfficePrinter, Queue};
use civic_kiosk::print::{Address, Desk, Printer, Profile, Spool};

/// What staff found out about the printer, in the state folder.
const PROFILE_FILE: &str = "printer.toml";

/// Where the fitted printer is and what it understands; none where there is no printer.
pub fn printer(config: &Config, settings: &[Setting]) -> Result<Option<(Address, Profile)>, ConfigError> {
    let Some(printer) = &config.printer else {
        return Ok(None);
    };
    let address = Address::parse(&printer.to).map_err(|e| ConfigError::value(settings, "printer.to", e.to_string()))?;
    let found = profile_file(config, settings).filter(|path| path.exists()).and_then(|path| {
        let profile = Profile::read(&path);
        // A damaged note about the printer keeps no terminal from starting.
        profile.inspect_err(|error| tracing::error!(error = %chain(error), "the profile is not used")).ok()
    });
    let profile = match found {
        Some(profile) => profile,
        None => {
            Profile::load(&printer.profile).map_err(|e| ConfigError::value(settings, "printer.profile", chain(&e)))?
        }
    };
    Ok(Some((address, profile)))
}

/// Where staff write what they found out about the printer at the terminal. It holds where the settings file names no
/// profile: what an administrator wrote is not overruled by a touch.
pub fn profile_file(config: &Config, settings: &[Setting]) -> Option<PathBuf> {
    let setting = settings.iter().find(|setting| setting.key == "printer.profile");
    let is_default = setting.is_none_or(|setting| setting.origin == Origin::Default);
    is_default.then(|| config.state_dir.join(PROFILE_FILE))
}

/// The printer with its book. A book that cannot be opened takes no checklist away; the log says so.
pub fn desk(config: &Config, printer: Box<dyn Printer>, clock: &Arc<dyn Clock>) -> Desk {
    match Spool::open(&config.state_dir, clock.now()) {
        Ok(spool) => Desk::with_spool(printer, spool, Arc::clone(clock)),
        Err(error) => {
            tracing::error!(error = %chain(&error), "receipts are printed without a book");
            Desk::new(printer, Arc::clone(clock))
        }
    }
}

/// The office printer for sheets of A4; none where no queue is set up.
pub fn office_printer(config: &Config, settings: &[Setting]) -> Result<Option<OfficePrinter>, ConfigError> {
    let queue = config.a4_queue.as_deref().map(Queue::parse).transpose();
    let queue = queue.map_err(|error| ConfigError::value(settings, "a4.queue", chain(&error)))?;
    Ok(queue.map(OfficePrinter::new))
}
