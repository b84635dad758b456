//! Who publishes and where people go: the site, its offices and its windows.
//! Phones and addresses live here only; guides refer to them.

use crate::base::id::RecordId;

/// The hall this content is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Always `site/main`.
    pub id: RecordId,
    /// The hall's name, shown on every page.
    pub hall: String,
    /// The administrative division it serves.
    pub region: String,
    /// The publishing office.
    pub publisher: String,
    /// The citizens' hotline, 12345 nearly everywhere.
    pub hotline: String,
    /// Where a person helps: which counter.
    pub help_desk: String,
    /// The counter's phone.
    pub help_phone: String,
    /// Opening hours of the help desk.
    pub hours: RecordId,
    /// The hall's address.
    pub address: String,
    /// Hosts that QR codes may point to.
    pub qr_hosts: Vec<String>,
    /// Guides on the home shelf, most asked first.
    pub frequent: Vec<RecordId>,
    /// What the attract screen shows in turn.
    pub attract: Vec<String>,
    /// Content made up to show the program; said on screen and on receipts.
    pub is_sample: bool,
}

/// An office: department, township or village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// `org/…`.
    pub id: RecordId,
    /// Full official name.
    pub name: String,
    /// The name people use.
    pub short: String,
    /// The office above, if any.
    pub parent: Option<RecordId>,
    /// Enquiries.
    pub phone: String,
    /// Complaints.
    pub complain: String,
    /// Street address.
    pub address: String,
    /// One line of what it is for.
    pub about: String,
    /// Place in the publisher's list: the row of its file.
    pub order: u32,
}

/// A counter in the hall or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// `window/…`.
    pub id: RecordId,
    /// The number on the sign above it.
    pub number: String,
    /// The sign's text.
    pub name: String,
    /// The office that staffs it.
    pub org: RecordId,
    /// Where: building, floor, zone.
    pub place: String,
    /// The counter's own phone, may be empty.
    pub phone: String,
    /// When it is open.
    pub hours: RecordId,
    /// Has a lowered counter for wheelchairs.
    pub has_low_counter: bool,
    /// Place in the publisher's list: the row of its file.
    pub order: u32,
}
