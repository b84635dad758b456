//! What is chosen instead of typed on the page: a date, a place, a phrase, and the other boards of keys.
//! What is chosen goes into the field as if it had been typed.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::app::hall::Hall;
use crate::base::private::Private;
use crate::input::keys::Board;
use crate::input::picker::{Cell, DatePicker, PhrasePicker, RegionPicker, Regions, Sheet, Tap};

use super::{FindPage, Keys, TEXT_CHARS_MAX};

/// Years before today, and after it, whose days can be chosen.
const YEARS: (i32, i32) = (20, 2);
/// What else there is, and how many of them stand in a row.
const MORE: &[(&str, Keys)] = &[
    ("字母", Keys::Letters),
    ("标点", Keys::Symbols),
    ("选日期", Keys::Dates),
    ("选地区", Keys::Regions),
    ("常用词", Keys::Phrases),
];
const MORE_COLUMNS: usize = 3;

/// What is being chosen.
pub(super) enum Picker {
    Date(DatePicker),
    Region(RegionPicker),
    Phrase(PhrasePicker),
}

impl Keys {
    /// The keys that stand there; none where there is something to write on or to choose from.
    pub fn board(self) -> Option<Board> {
        match self {
            Self::Pinyin => Some(Board::Pinyin),
            Self::Letters => Some(Board::Letters),
            Self::Digits => Some(Board::Digits),
            Self::Symbols => Some(Board::Symbols),
            Self::Pad | Self::More | Self::Dates | Self::Regions | Self::Phrases => None,
        }
    }

    /// The way by which one comes to them.
    pub fn way(self) -> Self {
        match self {
            Self::Pinyin | Self::Pad | Self::Digits => self,
            Self::More | Self::Letters | Self::Symbols | Self::Dates | Self::Regions | Self::Phrases => Self::More,
        }
    }
}

impl FindPage {
    /// Shows other keys.
    pub fn show_keys(&mut self, keys: Keys, hall: &Hall, today: Date) {
        self.picker = match keys {
            Keys::Dates => Some(Picker::Date(date_picker(today))),
            Keys::Regions => Some(Picker::Region(RegionPicker::new(own_villages(hall), Regions::of_build()))),
            Keys::Phrases => Some(Picker::Phrase(PhrasePicker::new(phrases(hall)))),
            Keys::Pinyin | Keys::Pad | Keys::Digits | Keys::More | Keys::Letters | Keys::Symbols => None,
        };
        self.keys = keys;
    }

    /// What can be chosen; none where there are keys or the pad.
    pub fn sheet(&self) -> Option<Sheet> {
        match &self.picker {
            Some(Picker::Date(picker)) => Some(picker.sheet()),
            Some(Picker::Region(picker)) => Some(picker.sheet()),
            Some(Picker::Phrase(picker)) => Some(picker.sheet()),
            None => (self.keys == Keys::More).then(more),
        }
    }

    /// Takes a touch on what can be chosen; says whether anything came into the field.
    pub fn tap(&mut self, tap: Tap, hall: &Hall, today: Date) -> bool {
        let chosen = match &mut self.picker {
            Some(Picker::Date(picker)) => picker.tap(tap).map(written),
            // In the hall's own texts a place goes by its last name.
            Some(Picker::Region(picker)) => picker.tap(tap).and_then(|parts| parts.into_iter().next_back()),
            Some(Picker::Phrase(picker)) => {
                let phrase = picker.tap(tap);
                if phrase.is_some() {
                    self.text = Private::new(String::new());
                }
                phrase
            }
            None => {
                if let (Keys::More, Tap::Cell(row, column)) = (self.keys, tap)
                    && let Some((_, keys)) = MORE.get(row.saturating_mul(MORE_COLUMNS).saturating_add(column))
                {
                    self.show_keys(*keys, hall, today);
                }
                None
            }
        };
        let Some(chosen) = chosen else { return false };
        let all = format!("{}{}{chosen}", self.text(), self.letters());
        self.text = Private::new(all.chars().take(TEXT_CHARS_MAX).collect());
        self.letters = Private::new(String::new());
        self.show_keys(Keys::Pinyin, hall, today);
        true
    }
}

/// A date as documents write it.
pub fn written(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The day that a text is, and nothing else.
pub fn day_of(text: &str) -> Option<Date> {
    let (year, rest) = text.trim().split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn date_picker(today: Date) -> DatePicker {
    let before = today.checked_sub(YEARS.0.years()).unwrap_or(today);
    DatePicker::new(today, before, today.checked_add(YEARS.1.years()).unwrap_or(today))
}

fn more() -> Sheet {
    let cells: Vec<Cell> = MORE.iter().map(|(label, _)| Cell::new(*label, true)).collect();
    let rows = cells.chunks(MORE_COLUMNS).map(|row| {
        let mut row = row.to_vec();
        row.resize(MORE_COLUMNS, Cell::default());
        row
    });
    Sheet { heading: "还可以这样输入".to_owned(), rows: rows.collect(), ..Sheet::default() }
}

/// The villages that publish here, by the names people use.
fn own_villages(hall: &Hall) -> Vec<String> {
    let villages = hall.orgs.iter().filter(|org| hall.count_of("village", &org.id) > 0);
    villages.map(|org| org.short.clone()).collect()
}

/// The hall's offices and villages by the names people use, then what it is asked for most.
fn phrases(hall: &Hall) -> Vec<String> {
    let offices = hall.orgs.iter().filter(|org| hall.guides_of(&org.id).next().is_some());
    let frequent = hall.frequent().map(|guide| guide.title.clone());
    offices.map(|org| org.short.clone()).chain(own_villages(hall)).chain(frequent).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_written_and_nothing_else_is_one() {
        assert_eq!(day_of(&written(date(2026, 11, 9))), Some(date(2026, 11, 9)));
        for text in
            ["", "2026年", "2026年2月30日", "2026年11月9日的通知", "年月日", "99999年1月1日", "云政发〔2026〕3号"]
        {
            assert_eq!(day_of(text), None, "{text}");
        }
    }

    #[test]
    fn every_board_is_reached_by_a_way() {
        for (_, keys) in MORE {
            assert_eq!(keys.way(), Keys::More);
        }
        assert_eq!(more().rows.concat().iter().filter(|cell| cell.is_open).count(), MORE.len());
    }
}
