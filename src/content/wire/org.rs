//! The shapes of offices and windows.
//! They know no other record; whether their references exist is checked where all records are known.

use serde::{Deserialize, Serialize};

use super::checks::{Checked, Checks, first};
use crate::content::org::{Org, Window};
use crate::content::record::FieldError;

/// The shape of [`Org`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OrgDoc {
    pub id: String,
    pub name: String,
    pub short: String,
    #[serde(default)]
    pub parent: String,
    pub phone: String,
    pub complain: String,
    pub address: String,
    pub about: String,
    #[serde(default)]
    pub order: u32,
}

/// The shape of [`Window`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct WindowDoc {
    pub id: String,
    pub number: String,
    pub name: String,
    pub org: String,
    pub place: String,
    #[serde(default)]
    pub phone: String,
    pub hours: String,
    #[serde(default)]
    pub has_low_counter: bool,
    #[serde(default)]
    pub order: u32,
}

impl OrgDoc {
    /// The checked office, or its first wrong field.
    pub fn check(self) -> Result<Org, FieldError> {
        self.check_all().map_err(first)
    }

    /// The checked office, or every wrong field.
    pub fn check_all(self) -> Result<Org, Vec<FieldError>> {
        Checks::run(|c| self.checked(c))
    }

    fn checked(self, c: &mut Checks) -> Checked<Org> {
        let id = c.id("id", "org", &self.id);
        let name = c.title("name", self.name);
        let short = c.title("short", self.short);
        let parent = if self.parent.is_empty() { Ok(None) } else { c.id("parent", "org", &self.parent).map(Some) };
        let phone = c.phone("phone", self.phone);
        let complain = c.phone("complain", self.complain);
        let address = c.title("address", self.address);
        let about = c.text("about", self.about);
        Ok(Org {
            id: id?,
            name: name?,
            short: short?,
            parent: parent?,
            phone: phone?,
            complain: complain?,
            address: address?,
            about: about?,
            order: self.order,
        })
    }
}

impl WindowDoc {
    /// The checked window, or its first wrong field.
    pub fn check(self) -> Result<Window, FieldError> {
        self.check_all().map_err(first)
    }

    /// The checked window, or every wrong field.
    pub fn check_all(self) -> Result<Window, Vec<FieldError>> {
        Checks::run(|c| self.checked(c))
    }

    fn checked(self, c: &mut Checks) -> Checked<Window> {
        let id = c.id("id", "window", &self.id);
        let number = c.title("number", self.number);
        let name = c.title("name", self.name);
        let org = c.id("org", "org", &self.org);
        let place = c.title("place", self.place);
        let phone = c.optional_phone("phone", self.phone);
        let hours = c.id("hours", "hours", &self.hours);
        Ok(Window {
            id: id?,
            number: number?,
            name: name?,
            org: org?,
            place: place?,
            phone: phone?,
            hours: hours?,
            has_low_counter: self.has_low_counter,
            order: self.order,
        })
    }
}

impl From<&Org> for OrgDoc {
    fn from(org: &Org) -> Self {
        Self {
            id: org.id.name().to_owned(),
            name: org.name.clone(),
            short: org.short.clone(),
            parent: org.parent.as_ref().map_or(String::new(), |p| p.name().to_owned()),
            phone: org.phone.clone(),
            complain: org.complain.clone(),
            address: org.address.clone(),
            about: org.about.clone(),
            order: org.order,
        }
    }
}

impl From<&Window> for WindowDoc {
    fn from(window: &Window) -> Self {
        Self {
            id: window.id.name().to_owned(),
            number: window.number.clone(),
            name: window.name.clone(),
            org: window.org.name().to_owned(),
            place: window.place.clone(),
            phone: window.phone.clone(),
            hours: window.hours.name().to_owned(),
            has_low_counter: window.has_low_counter,
            order: window.order,
        }
    }
}
