//! The five levels of satisfaction (GB/T 39735) for a guide or for the visit: one touch, and it can always be skipped.
//! Who is not satisfied may name a reason of ours. Nothing is typed, and nothing tells who it was.

use crate::app::mailroom::HandIn;
use crate::base::id::RecordId;
use crate::base::private::Private;
use crate::content::LetterKind;
use crate::content::letter::LetterEntry;

/// The levels, best first, each with the score that the office counts.
const LEVELS: [(&str, &str); 5] =
    [("非常满意", "5"), ("满意", "4"), ("基本满意", "3"), ("不满意", "2"), ("非常不满意", "1")];
/// From this place on a level asks for a reason.
const LOW_FROM: usize = 3;
/// Why somebody is not satisfied with a guide.
const PAGE_REASONS: [&str; 5] = ["看不懂", "没说清要带什么", "和窗口说的不一样", "没有我这种情况", "其他原因"];
/// Why somebody is not satisfied with the visit.
const VISIT_REASONS: [&str; 5] = ["没找到要找的", "看不懂", "机器不好用", "没有人帮忙", "其他原因"];

/// On the button that says nothing.
pub const SKIP: &str = "跳过";

/// What is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rated {
    /// A guide.
    Page,
    /// The whole visit, which is over.
    Visit,
}

/// What was touched on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// A level or a reason, by its place.
    Choose(usize),
    /// 跳过
    Skip,
}

/// Where somebody is on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Level,
    Reason,
    Done,
}

/// The card that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    rated: Rated,
    record: RecordId,
    title: String,
    release: u64,
    step: Step,
}

impl Card {
    /// A card for a page or for the visit, which the hall stands for.
    pub fn new(rated: Rated, record: RecordId, title: &str, release: u64) -> Self {
        Self { rated, record, title: title.to_owned(), release, step: Step::Level }
    }

    /// What it belongs to.
    pub fn record(&self) -> &RecordId {
        &self.record
    }

    /// Whether the visit is over with it.
    pub fn is_farewell(&self) -> bool {
        self.rated == Rated::Visit
    }

    /// Whether a level is asked, which has a face.
    pub fn asks_level(&self) -> bool {
        self.step == Step::Level
    }

    /// Whether nothing is asked any more.
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// What is asked.
    pub fn question(&self) -> &'static str {
        match (self.step, self.rated) {
            (Step::Level, Rated::Page) => "这份指南，您满意吗？",
            (Step::Level, Rated::Visit) => "今天在这里，您满意吗？",
            (Step::Reason | Step::Done, _) => "哪里不满意？",
        }
    }

    /// What stands under it.
    pub fn lead(&self) -> &'static str {
        match self.step {
            Step::Level => "点一下就好，不留姓名；不想评，点“跳过”。",
            Step::Reason | Step::Done => "评价已经收到。愿意的话，再点一个原因。",
        }
    }

    /// What can be touched.
    pub fn choices(&self) -> [&'static str; 5] {
        match (self.step, self.rated) {
            (Step::Level, _) => LEVELS.map(|(words, _)| words),
            (Step::Reason | Step::Done, Rated::Page) => PAGE_REASONS,
            (Step::Reason | Step::Done, Rated::Visit) => VISIT_REASONS,
        }
    }

    /// Takes a choice: what is handed in for it. A level counts at once, so that nobody has to come to an end.
    pub fn take(&mut self, choice: usize) -> Option<Private<HandIn>> {
        let (entry, next) = match self.step {
            Step::Level => {
                let (words, score) = LEVELS.get(choice)?;
                let next = if choice >= LOW_FROM { Step::Reason } else { Step::Done };
                (entry("level", "满意度", words, score), next)
            }
            Step::Reason => {
                let words = self.choices().get(choice).copied()?;
                (entry("reason", "不满意的原因", words, &(choice + 1).to_string()), Step::Done)
            }
            Step::Done => return None,
        };
        self.step = next;
        Some(Private::new(HandIn {
            kind: LetterKind::Rating,
            record: self.record.clone(),
            title: self.title.clone(),
            org: None,
            release: self.release,
            answer: None,
            helper: None,
            entries: vec![entry],
        }))
    }
}

fn entry(id: &str, label: &str, text: &str, value: &str) -> LetterEntry {
    LetterEntry { id: id.to_owned(), label: label.to_owned(), copy: 0, text: text.to_owned(), value: value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(rated: Rated) -> Card {
        Card::new(rated, RecordId::parse("guide/a").unwrap(), "老年人优待证", 7)
    }

    #[test]
    fn one_touch_is_a_whole_rating_and_only_the_two_lowest_ask_why() {
        for rated in [Rated::Page, Rated::Visit] {
            for (place, (words, score)) in LEVELS.iter().enumerate() {
                let mut card = card(rated);
                let letter = card.take(place).unwrap();
                let letter = letter.reveal();
                assert_eq!(
                    (letter.kind, letter.release, letter.record.to_string()),
                    (LetterKind::Rating, 7, "guide/a".into())
                );
                let [entry] = &letter.entries[..] else { panic!() };
                assert_eq!((entry.text.as_str(), entry.value.as_str()), (*words, *score));
                assert_eq!(card.is_done(), place < 3, "{words}");
            }
        }
    }

    #[test]
    fn a_reason_is_a_letter_of_its_own_and_then_nothing_is_taken_any_more() {
        let mut card = card(Rated::Page);
        assert!(card.take(5).is_none() && card.asks_level(), "there is no such level");
        card.take(4).unwrap();
        assert!(card.take(5).is_none() && !card.is_done(), "there is no such reason");
        let reason = card.take(1).unwrap();
        assert_eq!(
            (reason.reveal().entries[0].id.as_str(), reason.reveal().entries[0].text.as_str()),
            ("reason", "没说清要带什么")
        );
        assert!(card.is_done() && card.take(0).is_none());
    }
}
