//! What is printed of a form: the slip for the counter, the sheet of A4, the receipt; and the code of the receipt.
//! It prints only when asked, and what it prints is the visit's own and goes with it.

use jiff::Zoned;

use super::*;
use crate::content::form::FieldMask;
use crate::print::a4;
use crate::print::document::Document;
use crate::print::qr::{self, Payload};
use crate::print::slips::{Application, Filled, Sort as Shown, application_receipt, form_summary};

impl Filling {
    /// The filled-in slip.
    pub fn slip(&self, standing: &Standing<'_>, printed: &Zoned) -> Document {
        let lines = self.sheet.lines();
        let fields: Vec<Filled<'_>> = lines
            .iter()
            .map(|line| Filled { label: &line.field.label, value: line.text.reveal(), sort: shown(line.field) })
            .collect();
        let url = self.sheet.form().imprint.url.as_deref();
        form_summary(&self.about.title, &fields, url, &standing.hall.site, printed)
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
    pub fn receipt_slip(&self, standing: &Standing<'_>, printed: &Zoned) -> Option<Document> {
        let receipt = self.receipt.as_ref()?;
        let number = receipt.number.as_ref()?;
        let application = Application {
            number: number.as_str(),
            what: &self.about.title,
            office: standing.office(self.about.org.as_ref()),
            name: receipt.covered(&[FieldKind::Name]),
            id_card: receipt.covered(&[FieldKind::IdCard]),
            phone: receipt.covered(&[FieldKind::Mobile, FieldKind::Phone]),
            due: receipt.due.date().unwrap_or(receipt.at.date()),
            is_estimate: false,
            ask: &receipt::ask(self, standing),
        };
        Some(application_receipt(&application, &standing.hall.site, printed))
    }

    /// The code of the receipt: what stands on it, to be read without a network.
    pub fn receipt_code(&self, standing: &Standing<'_>) -> Option<Payload> {
        self.receipt.as_ref()?.number.as_ref()?;
        let leaflet = self.leaflet(standing);
        let leaves = leaflet.head.iter().chain(&leaflet.body);
        let lines = leaves.map(|leaf| leaf.parts().map(|(_, text)| text).collect::<Vec<_>>().join("："));
        Some(qr::page_payload(None, &lines.collect::<Vec<_>>().join("\n"), &standing.hall.site))
    }
}

/// How much of an answer stands on a slip.
fn shown(field: &FormField) -> Shown {
    match (field.mask, field.kind) {
        (Some(FieldMask::Name), _) | (None, FieldKind::Name) => Shown::Name,
        (Some(FieldMask::LastFour), _) | (None, FieldKind::IdCard) => Shown::IdCard,
        (Some(FieldMask::Phone), _) | (None, FieldKind::Mobile | FieldKind::Phone) => Shown::Phone,
        (None, FieldKind::Address) => Shown::Address,
        (
            None,
            FieldKind::Uscc
            | FieldKind::Postcode
            | FieldKind::Plate
            | FieldKind::Date
            | FieldKind::Money
            | FieldKind::Email
            | FieldKind::Choice
            | FieldKind::Choices
            | FieldKind::Line
            | FieldKind::LongText
            | FieldKind::Number
            | FieldKind::Signature,
        ) => Shown::Open,
    }
}
