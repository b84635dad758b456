//! kiosk-config files to checked settings.
