//! A form that somebody fills in at the screen: where they are in it, what they type, what is to be put right. Pure.
//! What is written lives here alone, shows in no debug output, and is handed over only on request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::content::Form;
use crate::content::form::{FieldKind, FormAnswer, FormField};
use crate::content::letter::LetterKind;
use crate::form::entry::chars_max;
use crate::form::{Agrees, Consent, HandIn, Sheet, Slot, Step, Wrong};

use super::leaflet::Leaflet;
use super::typing::{Here, Sort, Strokes, Typing};

mod answers;
mod buttons;
mod inquiry;
mod leaves;
mod notes;
pub mod offer;
mod papers;
mod receipt;
mod standing;
mod walk;

pub use buttons::{Act, Button, Buttons, Rank};
pub use inquiry::TITLE as INQUIRY_TITLE;
pub use receipt::Receipt;
pub use standing::Standing;

/// Most characters of the name of whoever writes for somebody.
const HELPER_CHARS_MAX: usize = 20;

/// What the filled-in form becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What sort of letter.
    pub kind: LetterKind,
    /// What it belongs to.
    pub record: RecordId,
    /// That record's title.
    pub title: String,
    /// The office it is for; none for the publisher.
    pub org: Option<RecordId>,
    /// By when it is answered.
    pub answer: Option<FormAnswer>,
    /// The release that was shown when it was begun.
    pub release: u64,
    /// The last day on which it is taken; none where it is taken always.
    pub last_day: Option<Date>,
}

impl About {
    /// Whether it is the same thing to fill in: a page can be answered and can be found fault with.
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.record == other.record
    }
}

/// What is shown of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// What must be clear before the first question.
    Intro,
    /// The question that turns away whoever needs something else.
    Gate,
    /// The better way for them.
    Elsewhere,
    /// Who writes for somebody.
    Helper,
    /// A consent.
    Consent(Consent),
    /// What else there is for who does not agree.
    Declined(Consent),
    /// One question.
    Question(Slot),
    /// A group that can be filled in several times is filled in: once more?
    Copies(usize),
    /// Everything once more.
    Review,
    /// It is handed in.
    Receipt,
    /// How far something is that was handed in.
    Case,
}

/// The answer to the question before the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// They need something else.
    Yes,
    /// They are right here.
    No,
}

/// What keeps somebody from going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// What is written is not taken.
    Wrong(Wrong),
    /// Letters wait to become characters.
    Letters,
    /// Nothing is chosen.
    Unchosen,
    /// The helper has no name.
    Nameless,
    /// Nobody has read it to the applicant.
    Unread,
    /// What was typed cannot be asked with.
    Case(&'static str),
}

impl Trouble {
    fn words(self) -> String {
        match self {
            Self::Wrong(wrong) => wrong.to_string(),
            Self::Letters => "还有拼音没有选字：请点上面的字，或者点“删除”".to_owned(),
            Self::Unchosen => "请先选一个".to_owned(),
            Self::Nameless => "请写下代填人的姓名".to_owned(),
            Self::Unread => "代填的内容要先念给申请人听".to_owned(),
            Self::Case(fault) => fault.to_owned(),
        }
    }
}

/// A form being filled in.
pub struct Filling {
    about: About,
    sheet: Sheet,
    screen: Screen,
    /// The field on the screen.
    pub typing: Typing,
    /// What was typed and is not right yet.
    unfinished: BTreeMap<Slot, Private<String>>,
    trouble: Option<Trouble>,
    gate: Option<Gate>,
    /// Who writes for somebody; an empty name is still to be typed.
    helper: Option<Private<String>>,
    is_read_back: bool,
    /// One question is put right, and then comes the review again.
    is_correcting: bool,
    /// What may be read aloud in the hall.
    aloud: BTreeSet<Slot>,
    is_all_aloud: bool,
    /// The letter that is on its way.
    tap: Option<u64>,
    receipt: Option<Receipt>,
    /// It asks about something that was handed in, and becomes no letter.
    inquiry: Option<inquiry::Inquiry>,
}

impl fmt::Debug for Filling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filling({})", self.about.record)
    }
}

impl Filling {
    /// A form of an office, from its first page.
    pub fn of_form(form: &Form, release: u64) -> Self {
        let about = About {
            kind: LetterKind::Application,
            record: form.id.clone(),
            title: form.title.clone(),
            org: Some(form.org.clone()),
            answer: form.answer.clone(),
            release,
            last_day: None,
        };
        Self::new(about, Arc::new(form.clone()))
    }

    /// Any questions that become a letter.
    pub fn new(about: About, form: Arc<Form>) -> Self {
        Self {
            about,
            sheet: Sheet::new(form),
            screen: Screen::Intro,
            typing: Typing::default(),
            unfinished: BTreeMap::new(),
            trouble: None,
            gate: None,
            helper: None,
            is_read_back: false,
            is_correcting: false,
            aloud: BTreeSet::new(),
            is_all_aloud: false,
            tap: None,
            receipt: None,
            inquiry: None,
        }
    }

    /// What it becomes.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What is shown.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// The answers so far.
    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// What is kept of it after it was handed in.
    pub fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// The question on the screen.
    pub fn question(&self) -> Option<(Slot, &FormField)> {
        let Screen::Question(slot) = self.screen else { return None };
        Some((slot, self.field(slot)?))
    }

    /// Whether something is typed on this screen.
    pub fn is_typed(&self) -> bool {
        self.screen == Screen::Helper || self.question().is_some_and(|(slot, field)| self.sort(slot, field).is_some())
    }

    /// Whether something is drawn on this screen.
    pub fn is_signed(&self) -> bool {
        self.question().is_some_and(|(_, field)| field.kind == FieldKind::Signature)
    }

    /// What the field is called.
    pub fn field_name(&self) -> &str {
        match self.question() {
            Some((_, field)) => &field.label,
            None => "代填人姓名",
        }
    }

    /// What stands in the field, as people read it.
    pub fn entry(&self) -> String {
        match self.question() {
            Some((slot, field)) if field.kind == FieldKind::Signature => {
                if self.sheet.answered(slot).is_empty() { "" } else { "（已签名）" }.to_owned()
            }
            Some(_) | None if !self.is_typed() => String::new(),
            Some(_) | None => self.typing.sort().shown(self.typing.text()),
        }
    }

    /// What was drawn as the signature.
    pub fn signature(&self) -> Strokes {
        let drawn = |slot| self.unfinished.get(&slot).map_or_else(|| self.sheet.answered(slot), |text| text.reveal());
        self.question().map_or_else(Strokes::default, |(slot, _)| answers::strokes_of(drawn(slot)))
    }

    /// Something of the field changed: what was said against it is over.
    pub fn typed(&mut self) {
        self.trouble = None;
    }

    /// The question to whoever turns letters and strokes into characters; nothing of the form is looked for.
    pub fn ask(&mut self) -> super::find::FindAsk {
        self.typing.ask(Private::new(String::new()))
    }

    /// What is handed in.
    pub fn hand_in(&self) -> Private<HandIn> {
        let about = &self.about;
        Private::new(HandIn {
            kind: about.kind,
            record: about.record.clone(),
            title: about.title.clone(),
            org: about.org.clone(),
            release: about.release,
            answer: about.answer.clone(),
            helper: self.helper.as_ref().map(|name| name.reveal().clone()),
            entries: if about.kind.is_answered() { self.sheet.entries() } else { self.sheet.votes() },
        })
    }

    /// Whether nothing was done with it yet.
    pub fn is_blank(&self) -> bool {
        self.screen == Screen::Intro && self.sheet.lines().is_empty() && self.unfinished.is_empty()
    }

    /// Whether its last day is over.
    pub fn is_late(&self, standing: &Standing<'_>) -> bool {
        self.about.last_day.is_some_and(|last| last < standing.today)
    }

    /// A letter is on its way with this tap.
    pub fn sends(&mut self, tap: u64) {
        self.tap = Some(tap);
    }

    /// Whether this tap's letter is on its way.
    pub fn is_sending(&self, tap: u64) -> bool {
        self.tap == Some(tap)
    }

    /// Whether a letter is on its way.
    pub fn is_busy(&self) -> bool {
        self.tap.is_some()
    }

    /// The letter was not kept.
    pub fn failed(&mut self) {
        self.tap = None;
    }

    /// Whether everything is there that must be: only then it is handed in.
    pub fn is_complete(&self) -> bool {
        self.sheet.is_complete() && self.gate_is_passed() && (self.helper.is_none() || self.is_read_back)
    }

    fn gate_is_passed(&self) -> bool {
        self.sheet.form().gate.is_none() || self.gate == Some(Gate::No)
    }

    fn field(&self, slot: Slot) -> Option<&FormField> {
        self.sheet.group(slot.group)?.fields.get(slot.field)
    }

    /// Whether the resident chose to have this read aloud in the hall.
    fn choice(&self, slot: Slot) -> crate::speech::headphones::Choice {
        use crate::speech::headphones::Choice;
        if self.is_all_aloud || self.aloud.contains(&slot) { Choice::Aloud } else { Choice::None }
    }

    /// Whether an answer is nobody else's business: what tells who somebody is, and what they say of an office in their
    /// own words.
    fn is_own(&self, field: &FormField) -> bool {
        let is_words = matches!(field.kind, FieldKind::Line | FieldKind::LongText);
        field.is_personal || (is_words && self.about.kind != LetterKind::Application)
    }

    /// Whether the answer to a question may be said now.
    fn may_say(&self, slot: Slot, standing: &Standing<'_>) -> bool {
        use crate::speech::headphones::Whose;
        let whose = if self.is_private(slot) { Whose::Resident } else { Whose::Public };
        standing.hearing.may_hear(whose, self.choice(slot))
    }

    /// Whether the answer to a question is a resident's own; with the number of a receipt one could ask about them.
    fn is_private(&self, slot: Slot) -> bool {
        self.is_inquiry() || self.field(slot).is_some_and(|field| self.is_own(field))
    }

    /// What is typed for a question; none where something is chosen or drawn.
    fn sort(&self, slot: Slot, field: &FormField) -> Option<Sort> {
        if self.is_inquiry() { Some(inquiry::sort_of(slot)) } else { sort_of(field) }
    }

    /// Whether what is typed may be said now.
    pub fn may_say_entry(&self, standing: &Standing<'_>) -> bool {
        self.question().is_none_or(|(slot, _)| self.may_say(slot, standing))
    }

    /// The page.
    pub fn leaflet(&self, standing: &Standing<'_>) -> Leaflet {
        leaves::leaflet(self, standing)
    }
}

/// What is typed for a question; none where something is chosen or drawn.
fn sort_of(field: &FormField) -> Option<Sort> {
    Some(match field.kind {
        FieldKind::Name => Sort::Name,
        FieldKind::IdCard => Sort::IdCard,
        FieldKind::Uscc => Sort::Code,
        FieldKind::Mobile => Sort::Mobile,
        FieldKind::Phone => Sort::Phone,
        FieldKind::Postcode => Sort::Digits(POSTCODE_DIGITS),
        FieldKind::Number => Sort::Digits(NUMBER_DIGITS_MAX),
        FieldKind::Plate => Sort::Plate,
        FieldKind::Date => Sort::Day,
        FieldKind::Money => Sort::Money,
        FieldKind::Email => Sort::Mail,
        FieldKind::Address => Sort::Address,
        FieldKind::Line | FieldKind::LongText => Sort::Text,
        FieldKind::Choice | FieldKind::Choices | FieldKind::Signature => return None,
    })
}

const POSTCODE_DIGITS: usize = 6;
const NUMBER_DIGITS_MAX: usize = 18;
