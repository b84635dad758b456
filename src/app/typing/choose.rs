//! What is chosen instead of typed: a date, a place, a phrase, and the other boards of keys.
//! What is chosen goes into the field as if it had been typed.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::app::hall::Hall;
use crate::base::private::Private;
use crate::input::picker::{Cell, DatePicker, PhrasePicker, RegionPicker, Regions, Sheet, Tap};

use super::{Here, Keys, Sort, Typing};

/// Years before today, and after it, whose days can be chosen: where something is looked for, and in a form.
const YEARS_LOOKED_FOR: (i32, i32) = (20, 2);
const YEARS_OF_LIVES: (i32, i32) = (120, 10);
/// How many of the other boards stand in a row.
const MORE_COLUMNS: usize = 3;

/// What is being chosen.
pub(super) enum Picker {
    Date(DatePicker),
    Region(RegionPicker),
    Phrase(PhrasePicker),
}

impl Typing {
    /// Shows other keys.
    pub(super) fn show_keys(&mut self, keys: Keys, here: Here<'_>) {
        self.picker = match keys {
            Keys::Dates => Some(Picker::Date(date_picker(self.sort, here.today))),
            Keys::Regions => Some(Picker::Region(RegionPicker::new(own_villages(here.hall), Regions::of_build()))),
            Keys::Phrases => Some(Picker::Phrase(PhrasePicker::new(phrases(here.hall)))),
            Keys::Pinyin | Keys::Pad | Keys::Digits | Keys::More | Keys::Letters | Keys::Symbols | Keys::Only(_) => {
                None
            }
        };
        self.keys = keys;
    }

    /// What can be chosen; none where there are keys or the pad.
    pub fn sheet(&self) -> Option<Sheet> {
        match &self.picker {
            Some(Picker::Date(picker)) => Some(picker.sheet()),
            Some(Picker::Region(picker)) => Some(picker.sheet()),
            Some(Picker::Phrase(picker)) => Some(picker.sheet()),
            None => (self.keys == Keys::More).then(|| more(self.sort)),
        }
    }

    /// Takes a touch on what can be chosen; says whether anything came into the field.
    pub(super) fn tap(&mut self, tap: Tap, here: Here<'_>) -> bool {
        let is_wish = self.sort == Sort::Wish;
        let mut is_whole = self.sort == Sort::Day;
        let chosen = match &mut self.picker {
            Some(Picker::Date(picker)) => picker.tap(tap).map(written),
            // In the hall's own texts a place goes by its last name; on a letter it needs all of them.
            Some(Picker::Region(picker)) => picker
                .tap(tap)
                .and_then(|parts| if is_wish { parts.into_iter().next_back() } else { Some(parts.concat()) }),
            Some(Picker::Phrase(picker)) => {
                is_whole = is_wish;
                picker.tap(tap)
            }
            None => {
                if let (Keys::More, Tap::Cell(row, column)) = (self.keys, tap)
                    && let Some((_, keys)) =
                        self.sort.more().get(row.saturating_mul(MORE_COLUMNS).saturating_add(column))
                {
                    self.show_keys(*keys, here);
                }
                None
            }
        };
        let Some(chosen) = chosen else { return false };
        let before = if is_whole { String::new() } else { format!("{}{}", self.text(), self.letters()) };
        self.text = Private::new(format!("{before}{chosen}").chars().take(self.chars_max).collect());
        self.let_go();
        self.show_keys(self.sort.first_keys(), here);
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

fn date_picker(sort: Sort, today: Date) -> DatePicker {
    let (before, after) = if sort == Sort::Wish { YEARS_LOOKED_FOR } else { YEARS_OF_LIVES };
    let first = today.checked_sub(before.years()).unwrap_or(today);
    DatePicker::new(today, first, today.checked_add(after.years()).unwrap_or(today))
}

fn more(sort: Sort) -> Sheet {
    let cells: Vec<Cell> = sort.more().iter().map(|(label, _)| Cell::new(*label, true)).collect();
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
    fn every_other_board_is_behind_its_cell() {
        for sort in [Sort::Wish, Sort::Text, Sort::Name, Sort::Address] {
            assert_eq!(more(sort).rows.concat().iter().filter(|cell| cell.is_open).count(), sort.more().len());
        }
    }
}
