//! The State Council's yearly notice on public holidays: which days are off, which weekends are worked.
//! A notice may name days of the year before; days are counted with all notices merged.

use super::schema::{Blank, DateRange, Day, Id, List, May, Num, Title, Url, WrittenAs, fields, kind};
use super::workdays::Notice;

fields! {
    /// One year's notice: `calendar/<year>.toml`.
    pub struct Calendar {
        /// `calendar/<year>`; taken from the file's name.
        id: Id<Calendar> = "编号",
        /// The year the notice is for.
        year: Num<2199> = "年份",
        /// Title of the notice.
        title: Title = "通知名称",
        /// Its document number.
        number: Blank<Title> = "文号",
        /// When it was published.
        published: May<Day> = "发布日期",
        /// Its official page.
        url: May<Url> = "官方网页",
        /// Days off, weekends among them included where the notice names them.
        off: List<WrittenAs<DateRange>, 1, 40> = "放假",
        /// Saturdays and Sundays that are worked.
        work: List<Day, 0, 40> = "调休上班",
    }
}
kind!(Calendar: "calendar" = "放假安排", title, none);

impl Calendar {
    /// The notice as days are counted with it.
    pub fn notice(&self) -> Notice {
        let off = self.off.iter().map(|range| (range.from, range.to)).collect();
        Notice { year: i16::try_from(self.year).unwrap_or(i16::MAX), off, work: self.work.clone() }
    }
}
