//! What a form's page depends on beside the form: the hall, the day, who listens, what the terminal can do now.
//! It is looked at and never kept.

use jiff::civil::Date;

use crate::app::hall::Hall;
use crate::app::mailroom::MailOffer;
use crate::app::model::{Model, Voice};
use crate::app::typing::Here;
use crate::speech::headphones::Hearing;

/// How the terminal stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// The day in it.
    pub today: Date,
    /// Who can hear what is read aloud.
    pub hearing: Hearing,
    /// Something is read aloud at all.
    pub has_voice: bool,
    /// A receipt printer is fitted.
    pub has_printer: bool,
    /// Why it does not print now; empty when it does.
    pub printer_note: &'static str,
    /// An office printer is set up.
    pub has_a4: bool,
    /// Whether something can be handed in.
    pub mailbox: MailOffer,
}

impl<'a> Standing<'a> {
    /// What can be chosen instead of typed.
    pub fn here(&self) -> Here<'a> {
        Here { hall: self.hall, today: self.today }
    }

    /// The name of an office.
    pub fn office(&self, id: Option<&crate::base::id::RecordId>) -> &'a str {
        let named = id.and_then(|id| self.hall.org(id)).map(|org| org.name.as_str());
        named.unwrap_or(&self.hall.site.publisher)
    }
}

impl Model {
    /// How the terminal stands for who fills in a form.
    pub fn standing<'a>(&self, hall: &'a Hall) -> Standing<'a> {
        Standing {
            hall,
            today: self.today(hall),
            hearing: self.hearing,
            has_voice: matches!(self.voice, Voice::Ready),
            has_printer: self.limits.has_printer,
            printer_note: self.printer_note(),
            has_a4: self.has_a4,
            mailbox: self.mailbox,
        }
    }
}
