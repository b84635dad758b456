//! The sample hall as a terminal sees it after a sync, without a database.

use std::path::Path;
use std::sync::Arc;

use civic_kiosk::app::event::ContentEvent;
use civic_kiosk::app::hall::{GuideTitle, Hall};
use civic_kiosk::app::model::Limits;
use civic_kiosk::app::{Event, Model};
use civic_kiosk::author::read_hall;
use civic_kiosk::content::{Guide, Record};
use jiff::Zoned;

/// The sample hall and all its guides.
pub struct Sample {
    pub hall: Hall,
    pub guides: Vec<Guide>,
}

/// Reads `content/`.
pub fn sample() -> Sample {
    let reading = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let (mut site, mut orgs, mut windows, mut hours, mut guides) =
        (None, Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for authored in reading.records {
        match authored.record {
            Record::Site(record) => site = Some(*record),
            Record::Org(record) => orgs.push(Arc::from(record)),
            Record::Window(record) => windows.push(Arc::from(record)),
            Record::Hours(record) => hours.push(Arc::from(record)),
            Record::Guide(record) => guides.push(*record),
            _ => {}
        }
    }
    let title = |g: &Guide| GuideTitle { id: g.id.clone(), title: g.title.clone(), org: g.org.clone() };
    let hall = Hall {
        site: Arc::new(site.expect("the sample hall has a site")),
        orgs,
        windows,
        hours,
        guides: guides.iter().map(title).collect(),
        release: 3,
        issued: jiff::civil::date(2026, 11, 1),
    };
    Sample { hall, guides }
}

impl Sample {
    /// A guide by the name of its file.
    pub fn guide(&self, name: &str) -> &Guide {
        self.guides.iter().find(|g| g.id.name() == name).expect("a guide of the sample hall")
    }

    /// A terminal with this hall, a printer and a voice, at half past nine.
    pub fn model(&self) -> Model {
        let mut model = Model::new(Limits { idle_s: 60, warning_s: 30, attract_turn_s: 12, has_printer: true });
        civic_kiosk::app::update(&mut model, Event::Content(ContentEvent::Hall(Ok(Box::new(self.hall.clone())))));
        civic_kiosk::app::update(&mut model, Event::Tick { now: std::time::Duration::ZERO, wall: morning() });
        model
    }
}

/// A Friday morning in the hall.
pub fn morning() -> Zoned {
    jiff::civil::date(2026, 11, 20).at(9, 30, 0, 0).to_zoned(civic_kiosk::base::clock::china()).unwrap()
}
