//! What every published text says about itself: when, by whom, for whom, and what belongs to it.
//! It holds what the office declared; whether that is still fresh depends on the day one asks.

use jiff::civil::Date;

use super::schema::{AnyRef, Blank, Day, List, May, Text, Title, Url, fields};

fields! {
    /// The lines below a published text (发布信息).
    pub struct Imprint {
        /// First day on which it was public.
        published: Day = "发布日期",
        /// Last day on which it was changed or confirmed.
        updated: May<Day> = "更新日期",
        /// First day on which it holds, where that is not the day of publication.
        effective: May<Day> = "生效日期",
        /// Last day on which it holds; afterwards it is said to be over.
        expires: May<Day> = "失效日期",
        /// Who checked it (审核).
        reviewed_by: Title = "审核",
        /// Who released it (签发).
        approved_by: Blank<Title> = "签发",
        /// The official page, for the QR code.
        url: May<Url> = "官方网页",
        /// Words to find it by.
        tags: List<Title, 0, 20> = "标签",
        /// For whom it is meant.
        audience: List<Title, 0, 20> = "面向人群",
        /// What should be one touch away.
        related: List<AnyRef, 0, 30> = "相关内容",
        /// What is read aloud instead of the text; it must say the same.
        speak: Blank<Text> = "朗读稿",
    }
}

impl Imprint {
    /// Of something that somebody answers for from a day on, with nothing else said of it.
    pub fn of(published: Date, reviewed_by: &str) -> Self {
        Self {
            published,
            updated: None,
            effective: None,
            expires: None,
            reviewed_by: reviewed_by.to_owned(),
            approved_by: String::new(),
            url: None,
            tags: Vec::new(),
            audience: Vec::new(),
            related: Vec::new(),
            speak: String::new(),
        }
    }

    /// The last day on which somebody vouched for it.
    pub fn vouched(&self) -> Date {
        self.updated.map_or(self.published, |updated| updated.max(self.published))
    }

    /// Whether it is over on this day.
    pub fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| expires < today)
    }
}
