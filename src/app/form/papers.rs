//! What is printed of a form: the slip for the counter, the sheet of A4, the receipt; and the code of the receipt.
//! It prints only when asked, and what it prints is the visit's own and goes with it.

use jiff::Zoned;

use super::*;
use crate::app::takeaway::letter_slip;
use crate::print::a4;
use crate::print::document::Document;
use crate::print::letters::filled_slip;
use crate::print::qr::{self, Payload};

impl Filling {
    /// The filled-in slip; none when it is longer than a slip can be.
    pub fn slip(&self, standing: &Standing<'_>, printed: &Zoned) -> Option<Document> {
        let entries = Private::new(self.sheet.entries());
        let office = standing.office(self.about.org.as_ref());
        filled_slip(self.sheet.form(), entries.reveal(), office, &standing.hall.site, printed)
    }

    /// The sheet of A4.
    pub fn sheet_of_a4(&self, standing: &Standing<'_>, printed: &Zoned) -> Private<a4::FormPage> {
        Private::new(a4::FormPage {
            form: Arc::new(self.sheet.form().clone()),
            office: standing.office(self.about.org.as_ref()).to_owned(),
            hall: standing.hall.site.hall.clone(),
            at: printed.clone(),
            entries: self.sheet.entries(),
        })
    }

    /// The receipt of what was handed in.
    pub fn receipt_slip(&self, standing: &Standing<'_>) -> Option<Document> {
        let receipt = self.receipt.as_ref()?;
        Some(letter_slip(standing.hall, receipt.letter.reveal(), &receipt.handed, Some(self.sheet.form())))
    }

    /// The code of the receipt: what stands on it, to be read without a network.
    pub fn receipt_code(&self, standing: &Standing<'_>) -> Option<Payload> {
        self.receipt.as_ref()?.handed.number.as_ref()?;
        let leaflet = self.leaflet(standing);
        let leaves = leaflet.head.iter().chain(&leaflet.body);
        let lines = leaves.map(|leaf| leaf.parts().map(|(_, text)| text).collect::<Vec<_>>().join("："));
        Some(qr::page_payload(None, &lines.collect::<Vec<_>>().join("\n"), &standing.hall.site))
    }
}
