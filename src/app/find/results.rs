//! What was found as a page, and what to do where nothing was.
//! It ranks nothing; whoever answers has put it in its order.

use std::collections::BTreeSet;

use crate::app::hall::Hall;
use crate::app::leaflet::{Icon, Leaf, LeafKind, Leaflet, Offices, Row, Target};
use crate::base::id::RecordId;
use crate::content::record::label_of;
use crate::input::picker::personal_number;

use super::{FindPage, FoundTitle};

/// Heading of what is asked most.
const SHELF: &str = "大家常找的";

impl FindPage {
    /// What was found as a page.
    pub fn leaflet(&self, hall: &Hall) -> Leaflet {
        if self.is_empty() {
            let mut rows: Vec<Row> = hall.frequent().map(|g| row(Icon::Guide, &g.title, &g.id)).collect();
            if let Some(first) = rows.first_mut() {
                first.group = SHELF.to_owned();
            }
            return Leaflet::of_rows("查找", "点下面的字母或手写，比如：身份证、低保、sfz", rows);
        }
        let mut rows = Vec::new();
        let mut kinds: Vec<&str> = self.answer.titles.iter().map(|found| found.id.kind()).collect();
        let mut seen = BTreeSet::new();
        kinds.retain(|kind| seen.insert(*kind));
        for kind in kinds {
            let of_kind: Vec<&FoundTitle> = self.answer.titles.iter().filter(|found| found.id.kind() == kind).collect();
            rows.extend(grouped(&of_kind, label_of(kind)));
        }
        let near: Vec<&FoundTitle> = self.answer.near.iter().collect();
        rows.extend(grouped(&near, "没有找到。您找的是不是"));
        let is_known = |found: &&FoundTitle| self.answer.titles.iter().all(|title| title.id != found.id);
        let texts: Vec<&FoundTitle> = self.answer.texts.iter().flatten().filter(is_known).collect();
        rows.extend(grouped(&texts, "正文中提到"));
        let is_known_by_title = !self.answer.titles.is_empty();
        let lead = match (personal_number(self.text()), rows.is_empty()) {
            (Some(number), _) => format!("查资料用不着{number}，请点“清空”，不要把它留在屏幕上"),
            (None, true) => "没有找到".to_owned(),
            (None, false) => "点一下打开".to_owned(),
        };
        let is_over = !is_known_by_title && self.answer.texts.is_some();
        if is_over {
            let offices = Row::new(Icon::Office, "按部门找", Target::Offices(Offices::Serving));
            rows.push(offices.with_note("哪个部门办，就从哪里找").under("还可以这样找"));
        }
        let mut page = Leaflet::of_rows("查找", &lead, rows);
        if is_over {
            page.body.push(Leaf::new(LeafKind::Text, "换个说法试试，或者问工作人员。"));
            page.body.push(Leaf::fact("热线", &hall.site.hotline));
            page.body.push(Leaf::fact("人工窗口", &hall.site.help_desk));
        }
        page
    }
}

fn row(icon: Icon, title: &str, id: &RecordId) -> Row {
    Row::new(icon, title, Target::Record(id.clone()))
}

fn grouped(found: &[&FoundTitle], heading: &str) -> Vec<Row> {
    let shown =
        |found: &&FoundTitle| row(Icon::of_kind(found.id.kind()), &found.title, &found.id).with_note(&found.org);
    let mut rows: Vec<Row> = found.iter().map(shown).collect();
    if let Some(first) = rows.first_mut() {
        first.group = heading.to_owned();
    }
    rows
}
