//! The shape of the hall itself.
//! It knows no other record; whether its references exist is checked where all records are known.

use serde::{Deserialize, Serialize};

use super::checks::{Checked, Checks, first, names};
use crate::content::org::Site;
use crate::content::record::FieldError;

/// The shape of [`Site`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SiteDoc {
    pub hall: String,
    pub region: String,
    pub publisher: String,
    pub hotline: String,
    pub help_desk: String,
    pub help_phone: String,
    pub hours: String,
    pub address: String,
    #[serde(default)]
    pub qr_hosts: Vec<String>,
    #[serde(default)]
    pub frequent: Vec<String>,
    #[serde(default)]
    pub attract: Vec<String>,
    #[serde(default)]
    pub is_sample: bool,
}

impl SiteDoc {
    /// The checked site, or its first wrong field.
    pub fn check(self) -> Result<Site, FieldError> {
        self.check_all().map_err(first)
    }

    /// The checked site, or every wrong field.
    pub fn check_all(self) -> Result<Site, Vec<FieldError>> {
        Checks::run(|c| self.checked(c))
    }

    fn checked(self, c: &mut Checks) -> Checked<Site> {
        let id = c.id("id", "site", "main");
        let hall = c.title("hall", self.hall);
        let region = c.title("region", self.region);
        let publisher = c.title("publisher", self.publisher);
        let hotline = c.phone("hotline", self.hotline);
        let help_desk = c.title("help_desk", self.help_desk);
        let help_phone = c.phone("help_phone", self.help_phone);
        let hours = c.id("hours", "hours", &self.hours);
        let address = c.title("address", self.address);
        let qr_hosts = c.each("qr_hosts", self.qr_hosts, Checks::host);
        let frequent = c.each("frequent", self.frequent, |c, f, name| c.id(f, "guide", &name));
        let attract = c.each("attract", self.attract, Checks::text);
        Ok(Site {
            id: id?,
            hall: hall?,
            region: region?,
            publisher: publisher?,
            hotline: hotline?,
            help_desk: help_desk?,
            help_phone: help_phone?,
            hours: hours?,
            address: address?,
            qr_hosts: qr_hosts?,
            frequent: frequent?,
            attract: attract?,
            is_sample: self.is_sample,
        })
    }
}

impl From<&Site> for SiteDoc {
    fn from(site: &Site) -> Self {
        Self {
            hall: site.hall.clone(),
            region: site.region.clone(),
            publisher: site.publisher.clone(),
            hotline: site.hotline.clone(),
            help_desk: site.help_desk.clone(),
            help_phone: site.help_phone.clone(),
            hours: site.hours.name().to_owned(),
            address: site.address.clone(),
            qr_hosts: site.qr_hosts.clone(),
            frequent: names(&site.frequent),
            attract: site.attract.clone(),
            is_sample: site.is_sample,
        }
    }
}
