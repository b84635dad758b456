//! What every page needs of the live release, read once and shared: site, offices, windows, hours, titles.
//! Guides themselves are read one by one.

use std::sync::Arc;

use jiff::civil::Date;

use crate::base::clock::china;
use crate::base::id::RecordId;
use crate::content::calendar::Calendar;
use crate::content::workdays::notices::built_in;
use crate::content::{Hours, Org, Site, Window, Workdays};
use crate::store::{Count, Overview};

/// The hall as the live release describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hall {
    /// The hall itself.
    pub site: Arc<Site>,
    /// Offices in the publisher's order.
    pub orgs: Vec<Arc<Org>>,
    /// Windows by number.
    pub windows: Vec<Arc<Window>>,
    /// Opening hours.
    pub hours: Vec<Arc<Hours>>,
    /// Titles of all guides.
    pub guides: Vec<GuideTitle>,
    /// How many records there are of each kind and office.
    pub counts: Vec<Count>,
    /// Which days are worked, by all notices that are known.
    pub days: Arc<Workdays>,
    /// Release number.
    pub release: u64,
    /// Day the release was issued.
    pub issued: Date,
}

/// A guide in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideTitle {
    /// Its id.
    pub id: RecordId,
    /// Its title.
    pub title: String,
    /// The office that decides.
    pub org: RecordId,
}

impl From<Overview> for Hall {
    fn from(overview: Overview) -> Self {
        let guides = overview.guides.into_iter();
        let (mut orgs, mut windows) = (overview.orgs, overview.windows);
        orgs.sort_by_key(|org| org.order);
        windows.sort_by_key(|window| window.order);
        Self {
            site: Arc::new(overview.site),
            orgs: orgs.into_iter().map(Arc::new).collect(),
            windows: windows.into_iter().map(Arc::new).collect(),
            hours: overview.hours.into_iter().map(Arc::new).collect(),
            guides: guides.filter_map(|t| Some(GuideTitle { id: t.id, title: t.title, org: t.org? })).collect(),
            counts: overview.counts,
            days: Arc::new(workdays(&overview.calendars)),
            release: overview.release.number,
            issued: overview.release.issued.to_zoned(china()).date(),
        }
    }
}

impl Hall {
    /// An office by id.
    pub fn org(&self, id: &RecordId) -> Option<&Arc<Org>> {
        self.orgs.iter().find(|o| o.id == *id)
    }

    /// Windows by id, in the order asked for; unknown ids are left out.
    pub fn windows(&self, ids: &[RecordId]) -> Vec<&Arc<Window>> {
        ids.iter().filter_map(|id| self.windows.iter().find(|w| w.id == *id)).collect()
    }

    /// Opening hours by id.
    pub fn hours(&self, id: &RecordId) -> Option<&Arc<Hours>> {
        self.hours.iter().find(|h| h.id == *id)
    }

    /// How many records of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        self.counts.iter().filter(|count| count.kind == kind).map(|count| count.n).sum()
    }

    /// How many records of a kind an office has.
    pub fn count_of(&self, kind: &str, org: &RecordId) -> usize {
        let is_its = |count: &&Count| count.kind == kind && count.org.as_ref() == Some(org);
        self.counts.iter().find(is_its).map_or(0, |count| count.n)
    }

    /// The guides of an office.
    pub fn guides_of<'a>(&'a self, org: &'a RecordId) -> impl Iterator<Item = &'a GuideTitle> {
        self.guides.iter().filter(move |g| g.org == *org)
    }

    /// The shelf of what is asked most, as far as it exists in this release.
    pub fn frequent(&self) -> impl Iterator<Item = &GuideTitle> {
        self.site.frequent.iter().filter_map(|id| self.guides.iter().find(|g| g.id == *id))
    }
}

/// The days by the notices that come with the program and those the office published since.
pub(super) fn workdays(calendars: &[Calendar]) -> Workdays {
    let mut notices = built_in();
    for calendar in calendars {
        let notice = calendar.notice();
        notices.retain(|known| known.year != notice.year);
        notices.push(notice);
    }
    Workdays::from_notices(&notices)
}
