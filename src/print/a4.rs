//! A form on a sheet of A4: its questions in groups, with the answers or with room to write them.
//! Nothing of it is ever written to a disk here.

use std::fmt;
use std::sync::Arc;

use jiff::Zoned;

use crate::base::private::Wipe;
use crate::content::Form;
use crate::content::letter::LetterEntry;

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
