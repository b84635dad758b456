//! Devices as the settings name them: checked here, where settings and devices meet, and named by file, line and key.
//! It opens none of them.

use civic_kiosk::base::chain::chain;
use civic_kiosk::config::{Config, ConfigError, Setting};
use civic_kiosk::print::{Address, PrinterStatus, Profile};

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

/// A printer's state for staff: they need not be sent to the QR code.
pub fn staff_text(status: PrinterStatus) -> &'static str {
    let text = status.resident_text();
    text.split_once("，请").map_or(text, |(state, _)| state)
}
