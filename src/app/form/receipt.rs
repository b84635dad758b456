//! What stays of a form after it was handed in: its number, who by the little that may be seen, by when, how to ask.
//! The answers themselves are gone by then.

use jiff::Zoned;
use jiff::civil::Date;

use super::*;
use crate::app::leaflet::{Leaf, LeafKind, Part, Place};
use crate::app::mailroom::HandedIn;
use crate::base::private::Wipe;
use crate::content::form::FieldMask;

/// What was handed in, as far as it is kept.
pub struct Receipt {
    /// Its number, when, and by when it is answered.
    pub handed: HandedIn,
    /// Name, identity number, telephone: what stands above them, and what of them may be seen.
    pub who: Vec<(String, Private<String>)>,
    /// What was handed in, as far as it may be seen.
    pub letter: Private<HandIn>,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

impl Filling {
    /// It is kept: the answers go, and the receipt is shown.
    pub(in crate::app) fn received(&mut self, handed: HandedIn) {
        let mut who: Vec<(String, Private<String>)> = Vec::new();
        let mut kinds = Vec::new();
        for line in self.sheet.lines() {
            if let (Some(mask), false) = (mask_of(line.field), kinds.contains(&line.field.kind)) {
                kinds.push(line.field.kind);
                who.push((line.field.label.clone(), Private::new(mask.cover(line.text.reveal()))));
            }
        }
        let mut letter = self.hand_in();
        for entry in &mut letter.reveal_mut().entries {
            let field = self.sheet.form().field(&entry.id);
            let covered = field.and_then(|field| field.mask.or(mask_of(field))).map(|mask| mask.cover(&entry.text));
            let is_hidden = covered.is_none() && field.is_none_or(|field| self.is_own(field));
            entry.value.wipe();
            if let Some(shown) = covered.or_else(|| is_hidden.then(|| HIDDEN.to_owned())) {
                std::mem::replace(&mut entry.text, shown).wipe();
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
        self.receipt = Some(Receipt { handed, who, letter });
    }
}

/// In the place of what is personal and has no mask.
const HIDDEN: &str = "（已填）";

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
    let Some(number) = &receipt.handed.number else {
        return notes::page("谢谢您", "您的意见已经加密保存，会送到收件单位。不留姓名，也不用取回执。");
    };
    let mut page = notes::page("已经提交", &filling.about.title);
    page.body.push(Leaf::fact("编号", number.as_str()));
    for (label, text) in &receipt.who {
        page.own.push(Place::Body(page.body.len(), Part::Value));
        page.body.push(Leaf::field(label, text.reveal()));
    }
    page.body.push(Leaf::fact("提交时间", time_text(&receipt.handed.at)));
    page.body.push(Leaf::fact("受理单位", standing.office(filling.about.org.as_ref())));
    if !receipt.handed.due.heading().is_empty() {
        page.body.push(Leaf::new(LeafKind::Heading, receipt.handed.due.heading()));
        page.body.extend(receipt.handed.due.date().map(|day| Leaf::new(LeafKind::Subheading, day_text(day))));
        page.body.extend(receipt.handed.due.notes().into_iter().map(|note| Leaf::new(LeafKind::Text, note)));
    }
    page.body.push(Leaf::new(LeafKind::Heading, "怎么查"));
    page.body.push(Leaf::new(LeafKind::Text, ask(filling, standing)));
    if filling.about.kind != LetterKind::Application {
        page.body.push(Leaf::fact("热线", &standing.hall.site.hotline).with_note("咨询、求助、投诉、建议都可以打。"));
    }
    page.body.push(Leaf::new(LeafKind::Note, "请记下编号，或者打印回执、扫码带走。填写的内容已经从屏幕上清除。"));
    page
}

/// How one asks what became of it.
pub(super) fn ask(filling: &Filling, standing: &Standing<'_>) -> String {
    let site = &standing.hall.site;
    let org = filling.about.org.as_ref().and_then(|org| standing.hall.org(org));
    // What is no office's own is asked for at the hotline.
    let phone = match filling.about.kind {
        LetterKind::Application => org.map_or("", |org| org.phone.as_str()),
        LetterKind::Opinion | LetterKind::Mistake | LetterKind::Survey | LetterKind::Rating | LetterKind::Counts => {
            org.map_or(site.hotline.as_str(), |org| org.phone.as_str())
        }
    };
    let desk = &site.help_desk;
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
