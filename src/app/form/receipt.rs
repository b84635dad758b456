//! What stays of a form after it was handed in: its number, who by the little that may be seen, by when, how to ask.
//! The answers themselves are gone by then.

use jiff::Zoned;
use jiff::civil::Date;

use super::*;
use crate::app::leaflet::{Leaf, LeafKind};
use crate::app::mailroom::HandedIn;
use crate::content::Due;
use crate::content::form::FieldMask;
use crate::content::letter::Number;

/// What was handed in, as far as it is kept.
pub struct Receipt {
    /// Its number; none where nobody waits for an answer.
    pub number: Option<Number>,
    /// When.
    pub at: Zoned,
    /// By when it is answered.
    pub due: Due,
    /// Name, identity number, telephone: what stands above them, and what of them may be seen.
    pub who: Vec<(String, FieldKind, Private<String>)>,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

impl Receipt {
    /// The first covered answer of this kind; empty when there is none.
    pub fn covered(&self, kinds: &[FieldKind]) -> &str {
        let found = self.who.iter().find(|(_, kind, _)| kinds.contains(kind));
        found.map_or("", |(_, _, text)| text.reveal())
    }
}

impl Filling {
    /// It is kept: the answers go, and the receipt is shown.
    pub(in crate::app) fn received(&mut self, handed: HandedIn) {
        let mut who: Vec<(String, FieldKind, Private<String>)> = Vec::new();
        for line in self.sheet.lines() {
            let is_known = who.iter().any(|(_, kind, _)| *kind == line.field.kind);
            if let (Some(mask), false) = (mask_of(line.field), is_known) {
                who.push((line.field.label.clone(), line.field.kind, Private::new(mask.cover(line.text.reveal()))));
            }
        }
        let form = Arc::new(self.sheet.form().clone());
        self.sheet = Sheet::new(form);
        self.unfinished.clear();
        self.typing = Typing::default();
        self.helper = None;
        self.tap = None;
        self.is_correcting = false;
        self.trouble = None;
        self.screen = Screen::Receipt;
        self.receipt = Some(Receipt { number: handed.number, at: handed.at, due: handed.due, who });
    }
}

/// How what tells who somebody is may be seen; none where an answer tells nothing of the sort.
fn mask_of(field: &FormField) -> Option<FieldMask> {
    match field.kind {
        FieldKind::Name => Some(FieldMask::Name),
        FieldKind::IdCard => Some(FieldMask::LastFour),
        FieldKind::Mobile | FieldKind::Phone => Some(FieldMask::Phone),
        FieldKind::Uscc
        | FieldKind::Postcode
        | FieldKind::Plate
        | FieldKind::Date
        | FieldKind::Money
        | FieldKind::Email
        | FieldKind::Address
        | FieldKind::Choice
        | FieldKind::Choices
        | FieldKind::Line
        | FieldKind::LongText
        | FieldKind::Number
        | FieldKind::Signature => None,
    }
}

pub(super) fn leaflet(filling: &Filling, standing: &Standing<'_>) -> Leaflet {
    let Some(receipt) = &filling.receipt else { return Leaflet::default() };
    let Some(number) = &receipt.number else {
        return notes::page("谢谢您", "您的意见已经加密保存，会送到收件单位。不留姓名，也不用取回执。");
    };
    let mut page = notes::page("已经提交", &filling.about.title);
    page.body.push(Leaf::fact("编号", number.as_str()));
    page.body.extend(receipt.who.iter().map(|(label, _, text)| Leaf::field(label, text.reveal())));
    page.body.push(Leaf::fact("时间", time_text(&receipt.at)));
    page.body.push(Leaf::fact("受理", standing.office(filling.about.org.as_ref())));
    if !receipt.due.heading().is_empty() {
        page.body.push(Leaf::new(LeafKind::Heading, receipt.due.heading()));
        page.body.extend(receipt.due.date().map(|day| Leaf::new(LeafKind::Subheading, day_text(day))));
        page.body.extend(receipt.due.notes().into_iter().map(|note| Leaf::new(LeafKind::Text, note)));
    }
    page.body.push(Leaf::new(LeafKind::Heading, "怎么查"));
    page.body.push(Leaf::new(LeafKind::Text, ask(filling, standing)));
    page.body.push(Leaf::new(LeafKind::Note, "请记下编号，或者打印回执、扫码带走。填写的内容已经从屏幕上清除。"));
    page
}

/// How one asks what became of it.
pub(super) fn ask(filling: &Filling, standing: &Standing<'_>) -> String {
    let org = filling.about.org.as_ref().and_then(|org| standing.hall.org(org));
    let phone = org.map_or("", |org| org.phone.as_str());
    let desk = &standing.hall.site.help_desk;
    match phone {
        "" => format!("凭编号到{desk}查询。"),
        phone => format!("凭编号打电话{phone}，或者到{desk}查询。"),
    }
}

/// `2026年3月1日`
pub(super) fn day_text(day: Date) -> String {
    crate::app::typing::written(day)
}

/// `2026年3月1日 09:30`
fn time_text(at: &Zoned) -> String {
    format!("{} {:02}:{:02}", day_text(at.date()), at.hour(), at.minute())
}
