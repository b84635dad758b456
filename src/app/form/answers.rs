//! Answers that are not typed: choices, consents, copies of a group, a signature; and what every button does.
//! Nothing is agreed to or handed in by itself.

use super::*;
use crate::form::entry::CHOICES_SEPARATOR;

/// What stands between two strokes of a signature, and between two points of a stroke.
const STROKE_END: char = ';';
const POINT_END: char = ' ';

impl Filling {
    /// Does what a button does that needs nobody else.
    pub(in crate::app) fn act(&mut self, act: Act, here: Here<'_>) {
        if self.is_busy() {
            return;
        }
        match (act, self.screen) {
            (Act::Begin, Screen::Intro) => {
                self.helper = None;
                self.next(here);
            }
            (Act::BeginHelped, Screen::Intro) => {
                self.helper.get_or_insert_default();
                self.next(here);
            }
            (Act::Next, Screen::Gate | Screen::Helper | Screen::Question(_) | Screen::Copies(_)) => self.next(here),
            (Act::Back, _) => {
                self.back(here);
            }
            (Act::Agree, Screen::Consent(consent)) => {
                self.sheet.agree(consent, Agrees::Yes);
                self.next(here);
            }
            (Act::Decline, Screen::Consent(consent)) => {
                self.sheet.agree(consent, Agrees::No);
                self.forget_unasked();
                self.is_correcting = false;
                self.screen = Screen::Declined(consent);
            }
            (Act::Alone, Screen::Helper) => {
                let next = self.screens().into_iter().skip_while(|screen| *screen != Screen::Helper).nth(1);
                self.helper = None;
                self.go_to(next.unwrap_or(Screen::Intro), here);
            }
            (Act::Aloud, Screen::Question(slot)) => {
                if !self.aloud.remove(&slot) {
                    self.aloud.insert(slot);
                }
            }
            (Act::Aloud, Screen::Review | Screen::Copies(_)) => self.is_all_aloud = !self.is_all_aloud,
            (Act::Rewrite, Screen::Question(slot)) => {
                // An empty answer is always taken.
                let _ = self.sheet.answer(slot, "", here.today);
                self.trouble = None;
            }
            (Act::AddCopy, Screen::Copies(group)) => {
                if self.sheet.add_copy(group) {
                    let copy = self.sheet.copies_of(group) - 1;
                    if let Some((slot, _)) = self.sheet.asked(group, copy).first() {
                        self.is_correcting = false;
                        self.go_to(Screen::Question(*slot), here);
                    }
                }
            }
            (Act::RemoveCopy(copy), Screen::Copies(group)) => {
                self.sheet.remove_copy(group, copy);
                // What was not right of any copy is typed again rather than put into another one.
                self.unfinished.retain(|slot, _| slot.group != group);
                self.aloud.retain(|slot| slot.group != group);
            }
            (Act::ReadFirst, Screen::Review) => self.trouble = Some(Trouble::Unread),
            // A button of another screen, pressed a moment too late.
            (
                Act::Begin
                | Act::BeginHelped
                | Act::Next
                | Act::Agree
                | Act::Decline
                | Act::Alone
                | Act::Aloud
                | Act::Rewrite
                | Act::AddCopy
                | Act::RemoveCopy(_)
                | Act::ReadFirst,
                _,
            ) => {}
            // The update does these.
            (
                Act::HandIn
                | Act::Inquire
                | Act::PrintSlip
                | Act::PrintSheet
                | Act::PrintBlank
                | Act::PrintReceipt
                | Act::TakeAway
                | Act::Leave,
                _,
            ) => {}
        }
    }

    /// Takes a choice of the screen.
    pub fn choose(&mut self, choice: usize, here: Here<'_>) {
        if self.is_busy() {
            return;
        }
        self.trouble = None;
        match self.screen {
            Screen::Gate => self.gate = [Gate::Yes, Gate::No].get(choice).copied().or(self.gate),
            Screen::Review if self.helper.is_some() && choice == 0 => self.is_read_back = !self.is_read_back,
            Screen::Question(slot) => {
                let Some(answer) = self.field(slot).and_then(|field| self.chosen_then(slot, field, choice)) else {
                    return;
                };
                // The options are the form's own, so they are taken.
                let _ = self.sheet.answer(slot, answer.reveal(), here.today);
            }
            Screen::Review
            | Screen::Intro
            | Screen::Elsewhere
            | Screen::Helper
            | Screen::Consent(_)
            | Screen::Declined(_)
            | Screen::Copies(_)
            | Screen::Receipt
            | Screen::Case => {}
        }
    }

    /// The answer with this option taken, or taken back.
    fn chosen_then(&self, slot: Slot, field: &FormField, choice: usize) -> Option<Private<String>> {
        let key = field.options.get(choice)?.key.as_str();
        let mut keys: Vec<&str> = self.chosen_keys(slot);
        let was_chosen = keys.contains(&key);
        if field.kind == FieldKind::Choices {
            keys.retain(|other| *other != key);
        } else {
            keys.clear();
        }
        if !was_chosen {
            keys.push(key);
        }
        Some(Private::new(keys.join(&CHOICES_SEPARATOR.to_string())))
    }

    /// The keys of the options taken.
    pub(super) fn chosen_keys(&self, slot: Slot) -> Vec<&str> {
        self.sheet.answered(slot).split(CHOICES_SEPARATOR).filter(|key| !key.is_empty()).collect()
    }

    /// Adds a stroke to the signature.
    pub fn sign(&mut self, strokes: Strokes, here: Here<'_>) {
        let (true, Some((slot, _))) = (self.is_signed() && !self.is_busy(), self.question()) else { return };
        let before = self.unfinished.get(&slot).map_or_else(|| self.sheet.answered(slot), |text| text.reveal());
        let added = written_of(&strokes);
        let all = if before.is_empty() { added } else { format!("{before}{STROKE_END}{added}") };
        let all = Private::new(all);
        self.trouble = None;
        match self.sheet.answer(slot, all.reveal(), here.today) {
            Ok(()) => self.unfinished.remove(&slot),
            // A dot may be the beginning of a name; a drawing beyond all measure is not.
            Err(Wrong::Signature) => self.unfinished.insert(slot, all),
            Err(_) => None,
        };
    }

    /// What was typed into questions that are not asked any more, or rests on a consent that was taken back, goes.
    fn forget_unasked(&mut self) {
        let form = self.sheet.form();
        let is_personal = |slot: &Slot| {
            form.groups.get(slot.group).and_then(|part| part.fields.get(slot.field)).is_none_or(|f| f.is_personal)
        };
        self.unfinished.retain(|slot, _| !is_personal(slot));
    }
}

/// Strokes as a form keeps them: whole thousandths of the box.
fn written_of(strokes: &Strokes) -> String {
    let thousandth = |n: f32| n.clamp(0.0, 1_000.0).round();
    let point = |(x, y): &(f32, f32)| format!("{},{}", thousandth(*x), thousandth(*y));
    let stroke = |points: &Vec<(f32, f32)>| points.iter().map(point).collect::<Vec<_>>().join(&POINT_END.to_string());
    strokes.0.iter().filter(|points| !points.is_empty()).map(stroke).collect::<Vec<_>>().join(&STROKE_END.to_string())
}

/// A kept signature as strokes.
pub(super) fn strokes_of(kept: &str) -> Strokes {
    let point = |text: &str| {
        let (x, y) = text.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let strokes = kept.split(STROKE_END).map(|stroke| stroke.split(POINT_END).filter_map(point).collect::<Vec<_>>());
    Strokes(strokes.filter(|points| !points.is_empty()).collect())
}
