//! Going through a form: one question after the other, back, and from the review to one question and back.
//! No personal question is come to before its consent, whatever is pressed.

use super::*;

impl Filling {
    /// What is shown one after the other as the answers so far make it.
    pub fn screens(&self) -> Vec<Screen> {
        if self.is_inquiry() {
            return inquiry::SCREENS.to_vec();
        }
        let form = self.sheet.form();
        let mut screens = vec![Screen::Intro];
        screens.extend(form.gate.is_some().then_some(Screen::Gate));
        screens.extend(self.helper.is_some().then_some(Screen::Helper));
        for step in self.sheet.steps() {
            match step {
                Step::Consent(consent) => screens.push(Screen::Consent(consent)),
                Step::Group { group, copy } => {
                    screens.extend(self.sheet.asked(group, copy).into_iter().map(|(slot, _)| Screen::Question(slot)));
                    let repeats = self.sheet.group(group).is_some_and(|part| part.times_max() > 1);
                    let is_last = copy + 1 == self.sheet.copies_of(group);
                    screens.extend((repeats && is_last).then_some(Screen::Copies(group)));
                }
                Step::Review => screens.push(Screen::Review),
            }
        }
        screens
    }

    /// Which step this is, from 1, and how many there are; none before the first and after the last.
    pub fn progress(&self) -> Option<(usize, usize)> {
        if self.is_inquiry() {
            return None;
        }
        let screens = self.screens();
        let place = screens.iter().position(|screen| *screen == self.on_the_way())?;
        (place > 0).then(|| (place, screens.len() - 1))
    }

    /// The screen of the way that one is on: what is told aside belongs to the question before.
    fn on_the_way(&self) -> Screen {
        match self.screen {
            Screen::Elsewhere => Screen::Gate,
            Screen::Declined(consent) => Screen::Consent(consent),
            screen @ (Screen::Intro
            | Screen::Gate
            | Screen::Helper
            | Screen::Consent(_)
            | Screen::Question(_)
            | Screen::Copies(_)
            | Screen::Review
            | Screen::Receipt
            | Screen::Case) => screen,
        }
    }

    /// Goes on to what comes next; what is not right stays, with what is wrong.
    pub(super) fn next(&mut self, here: Here<'_>) {
        self.trouble = self.settle(here).err();
        if self.trouble.is_some() {
            return;
        }
        if self.screen == Screen::Gate && self.gate == Some(Gate::Yes) {
            self.screen = Screen::Elsewhere;
            return;
        }
        let screens = self.screens();
        if std::mem::take(&mut self.is_correcting) {
            return self.go_to(Screen::Review, here);
        }
        let place = screens.iter().position(|screen| *screen == self.screen);
        if let Some(next) = place.and_then(|place| screens.get(place + 1)).copied() {
            self.go_to(next, here);
        }
    }

    /// Goes back one screen and keeps what is typed; says whether there was one.
    pub fn back(&mut self, here: Here<'_>) -> bool {
        let is_first_of_inquiry = self.is_inquiry() && self.screens().first() == Some(&self.screen);
        if self.is_busy() || is_first_of_inquiry || matches!(self.screen, Screen::Intro | Screen::Receipt) {
            return false;
        }
        let way = self.on_the_way();
        if way != self.screen {
            self.go_to(way, here);
            return true;
        }
        self.lay_aside(here);
        if std::mem::take(&mut self.is_correcting) {
            self.go_to(Screen::Review, here);
            return true;
        }
        let screens = self.screens();
        let place = screens.iter().position(|screen| *screen == way).unwrap_or(0);
        let before = place.checked_sub(1).and_then(|place| screens.get(place)).copied();
        self.go_to(before.unwrap_or(Screen::Intro), here);
        true
    }

    /// From the review to one question, and back to the review from there.
    pub fn correct(&mut self, slot: Slot, here: Here<'_>) {
        if self.screen == Screen::Review && !self.is_busy() && self.sheet.is_asked(slot) {
            self.is_correcting = true;
            self.go_to(Screen::Question(slot), here);
        }
    }

    /// Shows a screen, unless something before it is still open: a gate, a helper without a name, a consent.
    pub(super) fn go_to(&mut self, target: Screen, here: Here<'_>) {
        let screens = self.screens();
        let is_open = |screen: &Screen| match screen {
            Screen::Gate => !self.gate_is_passed(),
            Screen::Helper => self.helper.as_ref().is_some_and(|name| name.reveal().is_empty()),
            Screen::Consent(consent) => !self.sheet.is_agreed(*consent),
            Screen::Intro
            | Screen::Elsewhere
            | Screen::Declined(_)
            | Screen::Question(_)
            | Screen::Copies(_)
            | Screen::Review
            | Screen::Receipt
            | Screen::Case => false,
        };
        let before = screens.iter().take_while(|screen| **screen != target);
        let target = before.copied().find(is_open).unwrap_or(target);
        self.screen = target;
        self.trouble = None;
        if target != Screen::Review {
            self.is_read_back = false;
        }
        if target != Screen::Case {
            self.forget_case();
        }
        self.begin_typing(here);
    }

    /// The field of the screen holds what was written into it before.
    fn begin_typing(&mut self, here: Here<'_>) {
        let (sort, most, text) = match (self.screen, self.question()) {
            (Screen::Helper, _) => {
                let name = self.helper.as_ref().map_or("", |name| name.reveal());
                (Sort::Name, HELPER_CHARS_MAX, Private::new(name.to_owned()))
            }
            (_, Some((slot, field))) => {
                let unfinished = self.unfinished.get(&slot).map(|text| text.reveal().as_str());
                let text = unfinished.unwrap_or_else(|| self.sheet.answered(slot));
                match self.sort(slot, field) {
                    Some(sort) => (sort, chars_max(field), Private::new(text.to_owned())),
                    None => return self.typing.begin(Sort::Wish, 0, "", here),
                }
            }
            (_, None) => return self.typing.begin(Sort::Wish, 0, "", here),
        };
        self.typing.begin(sort, most, text.reveal(), here);
    }

    /// What stands on the screen is right and kept, or why not.
    pub(super) fn settle(&mut self, here: Here<'_>) -> Result<(), Trouble> {
        match self.screen {
            Screen::Gate if self.gate.is_none() => Err(Trouble::Unchosen),
            Screen::Helper => {
                if !self.typing.letters().is_empty() {
                    return Err(Trouble::Letters);
                }
                let name = self.typing.text().trim().to_owned();
                let is_there = !name.is_empty();
                self.helper = Some(Private::new(name));
                if is_there { Ok(()) } else { Err(Trouble::Nameless) }
            }
            Screen::Question(slot) => self.settle_question(slot, here),
            Screen::Gate
            | Screen::Intro
            | Screen::Elsewhere
            | Screen::Consent(_)
            | Screen::Declined(_)
            | Screen::Copies(_)
            | Screen::Review
            | Screen::Receipt
            | Screen::Case => Ok(()),
        }
    }

    fn settle_question(&mut self, slot: Slot, here: Here<'_>) -> Result<(), Trouble> {
        if self.is_typed() {
            if !self.typing.letters().is_empty() {
                return Err(Trouble::Letters);
            }
            let text = Private::new(self.typing.text().to_owned());
            if let Err(trouble) = self.keep(slot, text.reveal(), here) {
                self.unfinished.insert(slot, text);
                return Err(trouble);
            }
            self.unfinished.remove(&slot);
        }
        let step = Step::Group { group: slot.group, copy: slot.copy };
        let missing = self.sheet.missing(step);
        if missing.contains(&(slot, Wrong::Empty)) {
            return Err(Trouble::Wrong(Wrong::Empty));
        }
        // Of several questions of which one is enough, the last one asks for it.
        let word = self.field(slot).map(|field| field.one_of.clone()).unwrap_or_default();
        let is_last = !word.is_empty()
            && self
                .sheet
                .asked(slot.group, slot.copy)
                .iter()
                .rev()
                .find(|(_, field)| field.one_of == word)
                .map(|(s, _)| *s)
                == Some(slot);
        let lacks = |wanted: &str| {
            let of = |slot: &Slot| self.field(*slot).is_some_and(|field| field.one_of == wanted);
            missing.iter().any(|(slot, wrong)| *wrong == Wrong::NoneOf && of(slot))
        };
        if is_last && lacks(&word) { Err(Trouble::Wrong(Wrong::NoneOf)) } else { Ok(()) }
    }

    /// Answers a question with what was typed; what is not right is not taken.
    fn keep(&mut self, slot: Slot, text: &str, here: Here<'_>) -> Result<(), Trouble> {
        match self.case_fault(slot, text) {
            Some(fault) => Err(Trouble::Case(fault)),
            None => self.sheet.answer(slot, text, here.today).map_err(Trouble::Wrong),
        }
    }

    /// What is typed is kept, right or not, and nothing is said against it.
    fn lay_aside(&mut self, here: Here<'_>) {
        if self.screen == Screen::Helper {
            self.helper = Some(Private::new(self.typing.text().trim().to_owned()));
        }
        let Screen::Question(slot) = self.screen else { return };
        if !self.is_typed() {
            return;
        }
        let text = Private::new(self.typing.text().to_owned());
        let is_right = self.typing.letters().is_empty() && self.keep(slot, text.reveal(), here).is_ok();
        match is_right {
            true => self.unfinished.remove(&slot),
            false => self.unfinished.insert(slot, text),
        };
    }
}
