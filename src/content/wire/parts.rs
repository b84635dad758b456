//! The shapes of a guide's parts: limits, questions, papers, steps, fee, outcome, contacts, basis.
//! Each checks itself; what holds between parts is checked by the guide.

use serde::{Deserialize, Serialize};

use super::checks::{Checked, Checks};
use crate::content::guide::{
    AnyOf, Basis, Choice, Contact, Fee, Limit, LimitUnit, Material, MaterialForm, Necessity, Outcome, Situation, Step,
};

/// The shape of [`Limit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LimitDoc {
    pub n: u16,
    pub unit: String,
}

/// The shape of [`Situation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SituationDoc {
    pub question: String,
    pub choices: Vec<ChoiceDoc>,
}

/// The shape of [`Choice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ChoiceDoc {
    pub key: String,
    pub label: String,
}

/// The shape of [`Material`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MaterialDoc {
    pub id: String,
    pub name: String,
    pub form: String,
    #[serde(default)]
    pub originals: u8,
    #[serde(default)]
    pub copies: u8,
    pub source: String,
    pub need: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub only_for: Vec<String>,
}

/// The shape of [`AnyOf`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AnyOfDoc {
    pub label: String,
    pub materials: Vec<String>,
}

/// The shape of [`Step`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct StepDoc {
    pub name: String,
    pub who: String,
    pub what: String,
    pub time: String,
}

/// The shape of [`Fee`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FeeDoc {
    pub charged: bool,
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub basis: String,
}

/// The shape of [`Outcome`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OutcomeDoc {
    pub name: String,
    pub delivery: Vec<String>,
}

/// The shape of [`Contact`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ContactDoc {
    pub consult: String,
    pub complain: String,
    pub windows: Vec<String>,
}

/// The shape of [`Basis`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct BasisDoc {
    pub title: String,
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub article: String,
    #[serde(default)]
    pub text: String,
}

/// A question people ask, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FaqDoc {
    pub question: String,
    pub answer: String,
}
impl LimitDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Limit> {
        Ok(Limit { n: self.n, unit: c.term(&format!("{field}.unit"), &self.unit, LimitUnit::TERMS)? })
    }
}

impl SituationDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Situation> {
        let question = c.title(&format!("{field}.question"), self.question);
        let list = format!("{field}.choices");
        let choices = match self.choices.len() {
            0 | 1 => Err(c.refuse(&list, "至少要有两个选项")),
            _ => c.each(&list, self.choices, |c, f, choice| choice.checked(c, f)),
        };
        Ok(Situation { question: question?, choices: choices? })
    }
}

impl ChoiceDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Choice> {
        let key = c.key(&format!("{field}.key"), self.key);
        let label = c.title(&format!("{field}.label"), self.label);
        Ok(Choice { key: key?, label: label? })
    }
}

impl MaterialDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Material> {
        let form = c.term(&format!("{field}.form"), &self.form, MaterialForm::TERMS).and_then(|form| {
            let (wants_original, wants_copy) = match form {
                MaterialForm::Original => (true, false),
                MaterialForm::Copy => (false, true),
                MaterialForm::OriginalAndCopy => (true, true),
                MaterialForm::Electronic => (false, false),
            };
            let wrong = match ((self.originals > 0) == wants_original, (self.copies > 0) == wants_copy) {
                (true, true) => return Ok(form),
                (false, _) => "originals",
                (true, false) => "copies",
            };
            let problem = format!("形式是“{}”，份数写的是原件{}、复印件{}", form.term(), self.originals, self.copies);
            Err(c.refuse(format!("{field}.{wrong}"), problem))
        });
        let id = c.key(&format!("{field}.id"), self.id);
        let name = c.title(&format!("{field}.name"), self.name);
        let source = c.title(&format!("{field}.source"), self.source);
        let need = c.term(&format!("{field}.need"), &self.need, Necessity::TERMS);
        let note = c.optional_text(&format!("{field}.note"), self.note);
        let only_for = c.each(&format!("{field}.only_for"), self.only_for, Checks::key);
        Ok(Material {
            id: id?,
            name: name?,
            form: form?,
            originals: self.originals,
            copies: self.copies,
            source: source?,
            need: need?,
            note: note?,
            only_for: only_for?,
        })
    }
}

impl AnyOfDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<AnyOf> {
        let label = c.title(&format!("{field}.label"), self.label);
        let materials = c.each(&format!("{field}.materials"), self.materials, Checks::key);
        Ok(AnyOf { label: label?, materials: materials? })
    }
}

impl StepDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Step> {
        let name = c.title(&format!("{field}.name"), self.name);
        let who = c.title(&format!("{field}.who"), self.who);
        let what = c.text(&format!("{field}.what"), self.what);
        let time = c.title(&format!("{field}.time"), self.time);
        Ok(Step { name: name?, who: who?, what: what?, time: time? })
    }
}

impl FeeDoc {
    pub(super) fn checked(self, c: &mut Checks) -> Checked<Fee> {
        if !self.charged {
            return match (self.standard.is_empty(), self.basis.is_empty()) {
                (true, true) => Ok(Fee::Free),
                (true, false) | (false, _) => Err(c.refuse("fee.charged", "写了收费标准或依据，却标为不收费")),
            };
        }
        let standard = match self.standard.is_empty() {
            true => Err(c.refuse("fee.standard", "收费事项要写收费标准")),
            false => c.text("fee.standard", self.standard),
        };
        let basis = match self.basis.is_empty() {
            true => Err(c.refuse("fee.basis", "收费事项要写收费依据")),
            false => c.text("fee.basis", self.basis),
        };
        Ok(Fee::Charged { standard: standard?, basis: basis? })
    }
}

impl OutcomeDoc {
    pub(super) fn checked(self, c: &mut Checks) -> Checked<Outcome> {
        let name = c.title("outcome.name", self.name);
        let delivery = c.each("outcome.delivery", self.delivery, Checks::title);
        Ok(Outcome { name: name?, delivery: delivery? })
    }
}

impl ContactDoc {
    pub(super) fn checked(self, c: &mut Checks) -> Checked<Contact> {
        let consult = c.phone("contact.consult", self.consult);
        let complain = c.phone("contact.complain", self.complain);
        let windows = c.each("contact.windows", self.windows, |c, f, name| c.id(f, "window", &name));
        Ok(Contact { consult: consult?, complain: complain?, windows: windows? })
    }
}

impl BasisDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<Basis> {
        let title = c.title(&format!("{field}.title"), self.title);
        let number = c.optional_text(&format!("{field}.number"), self.number);
        let article = c.optional_text(&format!("{field}.article"), self.article);
        let text = c.optional_text(&format!("{field}.text"), self.text);
        Ok(Basis { title: title?, number: number?, article: article?, text: text? })
    }
}

impl FaqDoc {
    pub(super) fn checked(self, c: &mut Checks, field: &str) -> Checked<(String, String)> {
        let question = c.text(&format!("{field}.question"), self.question);
        let answer = c.text(&format!("{field}.answer"), self.answer);
        Ok((question?, answer?))
    }
}

impl From<&Situation> for SituationDoc {
    fn from(situation: &Situation) -> Self {
        let choice = |c: &Choice| ChoiceDoc { key: c.key.clone(), label: c.label.clone() };
        Self { question: situation.question.clone(), choices: situation.choices.iter().map(choice).collect() }
    }
}

impl From<&Material> for MaterialDoc {
    fn from(material: &Material) -> Self {
        Self {
            id: material.id.clone(),
            name: material.name.clone(),
            form: material.form.term().to_owned(),
            originals: material.originals,
            copies: material.copies,
            source: material.source.clone(),
            need: material.need.term().to_owned(),
            note: material.note.clone(),
            only_for: material.only_for.clone(),
        }
    }
}

impl From<&Step> for StepDoc {
    fn from(step: &Step) -> Self {
        Self { name: step.name.clone(), who: step.who.clone(), what: step.what.clone(), time: step.time.clone() }
    }
}

impl From<&Basis> for BasisDoc {
    fn from(basis: &Basis) -> Self {
        Self {
            title: basis.title.clone(),
            number: basis.number.clone(),
            article: basis.article.clone(),
            text: basis.text.clone(),
        }
    }
}
