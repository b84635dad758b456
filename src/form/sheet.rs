//! A form while it is being filled in: what is asked now, what was answered, what is still missing, what was agreed to.
//! It is one value of one visit; dropped, every answer in it is overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::entry::{self, CHOICES_SEPARATOR, Wrong};
use crate::base::private::Private;
use crate::content::form::{FieldKind, Form, FormField, FormGroup, condition, exception};

/// One answer: which group, which copy of it, which question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// Group, from 0.
    pub group: usize,
    /// Copy of a group that can be filled in several times, from 0.
    pub copy: usize,
    /// Question in the group, from 0.
    pub field: usize,
}

/// What a resident agrees to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consent {
    /// That personal data is used for what the form says (PIPL 13, 17).
    Personal,
    /// That this group's sensitive data is used (PIPL 29).
    Sensitive(usize),
}

/// One screen of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A consent, asked before anything that needs it.
    Consent(Consent),
    /// A group of questions, or one copy of it.
    Group {
        /// Group, from 0.
        group: usize,
        /// Copy, from 0.
        copy: usize,
    },
    /// Everything once more.
    Review,
}

/// An answer as it is looked through, printed and handed over.
pub struct Line<'a> {
    /// Where it is.
    pub slot: Slot,
    /// The question.
    pub field: &'a FormField,
    /// The answer as people read it: the options' words, not their keys.
    pub text: Private<String>,
}

/// A form with the answers of one person.
pub struct Sheet {
    form: Arc<Form>,
    answers: BTreeMap<Slot, Private<String>>,
    /// How many copies of a group there are; one where nothing is noted.
    copies: BTreeMap<usize, usize>,
    agreed: BTreeSet<Consent>,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even which questions were answered: it may say who somebody is.
        write!(f, "Sheet({})", self.form.id)
    }
}

impl Sheet {
    /// An empty one.
    pub fn new(form: Arc<Form>) -> Self {
        Self { form, answers: BTreeMap::new(), copies: BTreeMap::new(), agreed: BTreeSet::new() }
    }

    /// The form.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The screens as the answers so far make them, in order; the review is last.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut asked_personal = false;
        for (group, part) in self.form.groups.iter().enumerate() {
            if !self.holds(&part.when) {
                continue;
            }
            if self.form.asks_consent && !asked_personal && part.fields.iter().any(|f| f.is_personal) {
                asked_personal = true;
                steps.push(Step::Consent(Consent::Personal));
            }
            if part.fields.iter().any(|f| f.is_sensitive) {
                steps.push(Step::Consent(Consent::Sensitive(group)));
            }
            steps.extend((0..self.copies_of(group)).map(|copy| Step::Group { group, copy }));
        }
        steps.push(Step::Review);
        steps
    }

    /// A group of the form.
    pub fn group(&self, group: usize) -> Option<&FormGroup> {
        self.form.groups.get(group)
    }

    /// The questions of a group that are asked now.
    pub fn asked(&self, group: usize, copy: usize) -> Vec<(Slot, &FormField)> {
        let fields = self.form.groups.get(group).map(|part| part.fields.as_slice()).unwrap_or_default();
        let slots = fields.iter().enumerate().map(|(field, it)| (Slot { group, copy, field }, it));
        slots.filter(|(slot, _)| self.is_asked(*slot)).collect()
    }

    /// Whether a question is asked as things stand.
    pub fn is_asked(&self, slot: Slot) -> bool {
        let Some((part, field)) = self.at(slot) else { return false };
        slot.copy < self.copies_of(slot.group) && self.holds(&part.when) && self.holds(&field.when)
    }

    /// Answers a question; an empty text takes the answer back. What is wrong is not kept, and what was there stays.
    pub fn answer(&mut self, slot: Slot, text: &str, today: Date) -> Result<(), Wrong> {
        let Some((_, field)) = self.at(slot).filter(|_| slot.copy < self.copies_of(slot.group)) else {
            return Err(Wrong::Choice);
        };
        let kept = entry::check(field, text, today)?;
        match kept.is_empty() {
            true => self.answers.remove(&slot),
            false => self.answers.insert(slot, Private::new(kept)),
        };
        Ok(())
    }

    /// The answer as it was kept; empty when there is none.
    pub fn answered(&self, slot: Slot) -> &str {
        self.answers.get(&slot).map_or("", |answer| answer.reveal())
    }

    /// How many copies of a group there are.
    pub fn copies_of(&self, group: usize) -> usize {
        self.copies.get(&group).copied().unwrap_or(1)
    }

    /// Adds a copy of a group; says whether there was room.
    pub fn add_copy(&mut self, group: usize) -> bool {
        let room = self.form.groups.get(group).map_or(0, FormGroup::times_max);
        let copies = self.copies_of(group);
        if copies < room {
            self.copies.insert(group, copies + 1);
        }
        copies < room
    }

    /// Takes a copy away with its answers; the later ones move up. The last one stays.
    pub fn remove_copy(&mut self, group: usize, copy: usize) {
        let copies = self.copies_of(group);
        if copies < 2 || copy >= copies {
            return;
        }
        let moved = std::mem::take(&mut self.answers).into_iter().filter_map(|(slot, answer)| match slot {
            Slot { group: g, copy: c, .. } if g == group && c == copy => None,
            Slot { group: g, copy: c, field } if g == group && c > copy => {
                Some((Slot { group, copy: c - 1, field }, answer))
            }
            slot => Some((slot, answer)),
        });
        self.answers = moved.collect();
        self.copies.insert(group, copies - 1);
    }

    /// Agrees, or takes the agreement back with every answer that rests on it.
    pub fn agree(&mut self, consent: Consent, does: Agrees) {
        match does {
            Agrees::Yes => {
                self.agreed.insert(consent);
            }
            Agrees::No => {
                self.agreed.remove(&consent);
                let form = Arc::clone(&self.form);
                let rests = |slot: &Slot| {
                    let field = form.groups.get(slot.group).and_then(|part| part.fields.get(slot.field));
                    field.is_some_and(|field| match consent {
                        Consent::Personal => field.is_personal,
                        Consent::Sensitive(group) => field.is_sensitive && slot.group == group,
                    })
                };
                self.answers.retain(|slot, _| !rests(slot));
            }
        }
    }

    /// Whether this was agreed to.
    pub fn is_agreed(&self, consent: Consent) -> bool {
        self.agreed.contains(&consent)
    }

    /// What is missing on a screen: wrong answers are never kept, so only missing ones are left.
    pub fn missing(&self, step: Step) -> Vec<(Slot, Wrong)> {
        match step {
            Step::Group { group, copy } => self.missing_in(group, copy),
            Step::Review => {
                self.steps().into_iter().filter(|s| *s != Step::Review).flat_map(|s| self.missing(s)).collect()
            }
            Step::Consent(_) => Vec::new(),
        }
    }

    /// Whether everything that must be there is, consents included: only then can it be handed over.
    pub fn is_complete(&self) -> bool {
        let has_consents = self.steps().into_iter().all(|step| match step {
            Step::Consent(consent) => self.is_agreed(consent),
            Step::Group { .. } | Step::Review => true,
        });
        has_consents && self.missing(Step::Review).is_empty()
    }

    /// The answers to what is asked, in the form's order. An answer to a question that is not asked any more stays on
    /// the sheet, should it be asked again, and is in none of these.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let answered = self.answers.iter().filter(|(slot, _)| self.is_asked(**slot));
        let line = |(slot, answer): (&Slot, &Private<String>)| {
            let (_, field) = self.at(*slot)?;
            Some(Line { slot: *slot, field, text: Private::new(words(field, answer.reveal())) })
        };
        answered.filter_map(line).collect()
    }

    fn missing_in(&self, group: usize, copy: usize) -> Vec<(Slot, Wrong)> {
        let asked = self.asked(group, copy);
        let is_empty = |slot: &Slot| self.answered(*slot).is_empty();
        let mut missing: Vec<_> = asked
            .iter()
            .filter(|(slot, field)| field.is_required && is_empty(slot))
            .map(|(slot, _)| (*slot, Wrong::Empty))
            .collect();
        let mut words: Vec<&str> = asked.iter().map(|(_, f)| f.one_of.as_str()).filter(|w| !w.is_empty()).collect();
        words.dedup();
        for word in words {
            let mut of = asked.iter().filter(|(_, field)| field.one_of == word);
            if of.clone().all(|(slot, _)| is_empty(slot))
                && let Some((slot, _)) = of.next()
                && !missing.iter().any(|(other, _)| other == slot)
            {
                missing.push((*slot, Wrong::NoneOf));
            }
        }
        missing
    }

    fn at(&self, slot: Slot) -> Option<(&FormGroup, &FormField)> {
        let part = self.form.groups.get(slot.group)?;
        Some((part, part.fields.get(slot.field)?))
    }

    /// Whether a condition such as `who==person` holds. It holds only while its question is asked itself; what is not
    /// asked makes no exception.
    fn holds(&self, when: &str) -> bool {
        match (condition(when), exception(when)) {
            (Some((id, option)), _) => self.is_answered_so(id, option),
            (None, Some((id, option))) => !self.is_answered_so(id, option),
            (None, None) => true,
        }
    }

    fn is_answered_so(&self, id: &str, option: &str) -> bool {
        let mut slots = self.form.groups.iter().enumerate().flat_map(|(group, part)| {
            part.fields.iter().enumerate().map(move |(field, it)| (Slot { group, copy: 0, field }, it))
        });
        let Some((slot, _)) = slots.find(|(_, field)| field.id == id) else { return false };
        // Conditions refer to earlier questions only, so this ends.
        self.is_asked(slot) && self.answered(slot).split(CHOICES_SEPARATOR).any(|key| key == option)
    }
}

/// Whether somebody agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agrees {
    /// They do.
    Yes,
    /// They do not, or not any more.
    No,
}

impl Line<'_> {
    /// The answer as strangers may see it: on a receipt, in a readout.
    pub fn covered(&self) -> String {
        match self.field.mask {
            Some(mask) => mask.cover(self.text.reveal()),
            None => self.text.reveal().clone(),
        }
    }
}

/// An answer as people read it.
fn words(field: &FormField, answer: &str) -> String {
    match field.kind {
        FieldKind::Choice | FieldKind::Choices => {
            let label =
                |key: &str| field.options.iter().find(|o| o.key == key).map_or("", |o| o.label.as_str()).to_owned();
            answer.split(CHOICES_SEPARATOR).map(label).collect::<Vec<_>>().join("、")
        }
        FieldKind::Signature => "（手写签名）".to_owned(),
        FieldKind::Money => format!("{answer}元"),
        FieldKind::Name
        | FieldKind::IdCard
        | FieldKind::Uscc
        | FieldKind::Mobile
        | FieldKind::Phone
        | FieldKind::Postcode
        | FieldKind::Plate
        | FieldKind::Date
        | FieldKind::Email
        | FieldKind::Address
        | FieldKind::Line
        | FieldKind::LongText
        | FieldKind::Number => answer.to_owned(),
    }
}

#[cfg(test)]
#[path = "sheet/tests.rs"]
mod tests;
