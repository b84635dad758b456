//! A form on a sheet of A4: its questions in groups, with the answers or with room to write them, as a PDF that goes to
//! the queue of an office printer. The PDF exists in memory alone; nothing of it is ever written to a disk here.

mod ipp;
mod pdf;
mod setter;
mod sheet;

use std::fmt;
use std::sync::Arc;

use jiff::Zoned;

use crate::base::private::{Private, Wipe};
use crate::content::Form;
use crate::content::letter::LetterEntry;

pub use ipp::{Queue, QueueError};
pub use setter::SetError;
use setter::Setter;

/// A form to be printed on A4.
#[derive(Clone, PartialEq, Eq)]
pub struct FormPage {
    /// The form.
    pub form: Arc<Form>,
    /// The office that receives it.
    pub office: String,
    /// The hall.
    pub hall: String,
    /// When it is printed.
    pub at: Zoned,
    /// The answers, as `form::Sheet::entries` gives them; none prints a blank form with every question.
    pub entries: Vec<LetterEntry>,
}

/// Why a sheet was not printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum A4Trouble {
    /// The printer cannot be reached.
    Away,
    /// It takes no jobs now, or stands still.
    Stopped,
    /// It refused the sheet.
    Refused,
    /// A character has no glyph in the font, or there is no font.
    Font,
    /// Something else is being printed.
    Busy,
}

impl A4Trouble {
    /// A short line, and what helps.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Away => ("A4打印机连不上", "请打印凭单，或者问工作人员。"),
            Self::Stopped => ("A4打印机现在不打印", "可能缺纸或者卡纸，请告诉工作人员。也可以打印凭单。"),
            Self::Refused => ("A4打印机没有接收", "请打印凭单，或者问工作人员。"),
            Self::Font => ("这一页排不出来", "有的字本机没有，请打印凭单，或者问工作人员。"),
            Self::Busy => ("A4打印机正忙", "请过一会儿再点一次。"),
        }
    }
}

impl Wipe for FormPage {
    fn wipe(&mut self) {
        self.entries.wipe();
    }
}

impl fmt::Debug for FormPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormPage({})", self.form.id)
    }
}

/// An office printer: the queue that takes its sheets, and the fonts that they are set with.
pub struct OfficePrinter {
    queue: Queue,
    /// Loaded with the first sheet.
    setter: Option<Setter>,
}

/// Why a sheet did not get to the printer.
#[derive(Debug, thiserror::Error)]
pub enum SheetFault {
    /// It cannot be set.
    #[error("A4页面排不出来")]
    Set(#[from] SetError),
    /// The queue.
    #[error("A4页面没有送到打印机")]
    Queue(#[from] QueueError),
}

impl SheetFault {
    /// What residents are told of it.
    pub fn trouble(&self) -> A4Trouble {
        match self {
            Self::Set(_) => A4Trouble::Font,
            Self::Queue(error) => match error {
                QueueError::Address(_) | QueueError::Away { .. } | QueueError::Answer(_) => A4Trouble::Away,
                QueueError::Stopped(_) => A4Trouble::Stopped,
                QueueError::Refused(_) => A4Trouble::Refused,
            },
        }
    }
}

impl OfficePrinter {
    /// A printer behind this queue; nothing is asked of it yet.
    pub fn new(queue: Queue) -> Self {
        Self { queue, setter: None }
    }

    /// Sends a form. When this returns the queue has it; what it does with it, the queue alone knows.
    pub fn print(&mut self, page: &FormPage) -> Result<(), SheetFault> {
        let setter = match self.setter.take() {
            Some(setter) => setter,
            None => Setter::new().ok_or(SetError::NoFont)?,
        };
        let pdf = pdf_with(self.setter.insert(setter), page)?;
        Ok(self.queue.print(pdf.reveal())?)
    }
}

/// A form as a PDF.
pub fn pdf(page: &FormPage) -> Result<Private<Vec<u8>>, SetError> {
    pdf_with(&mut Setter::new().ok_or(SetError::NoFont)?, page)
}

fn pdf_with(setter: &mut Setter, page: &FormPage) -> Result<Private<Vec<u8>>, SetError> {
    let sheets = sheet::set(page, setter)?;
    pdf::write(&sheets, setter).map(Private::new)
}

#[cfg(test)]
mod tests;
