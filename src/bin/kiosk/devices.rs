//! Devices as the settings name them: checked here, where settings and devices meet, and named by file, line and key.
//! It opens none of them but the book of receipts.

use std::sync::Arc;

use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::Clock;
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::print::{Address, Desk, Printer, Profile, Spool};

/// Where the fitted printer is and what it understands; none where there is no printer.
pub fn printer(config: &Config, settings: &[Setting]) -> Result<Option<(Address, Profile)>, ConfigError> {
    let Some(printer) = &config.printer else {
        return Ok(None);
    };
    let address = Address::parse(&printer.to).map_err(|e| ConfigError::value(settings, "printer.to", e.to_string()))?;
    let profile =
        Profile::load(&printer.profile).map_err(|e| ConfigError::value(settings, "printer.profile", chain(&e)))?;
    Ok(Some((address, profile)))
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
