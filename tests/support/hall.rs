//! A hall with records of every kind as a terminal has it after a sync: a real database in a folder of its own.

use std::collections::BTreeMap;
use std::path::Path;

use civic_kiosk::app::event::{ContentEvent, Found};
use civic_kiosk::app::hall::Hall;
use civic_kiosk::app::model::{Limits, Want, What};
use civic_kiosk::app::picture::Picture;
use civic_kiosk::app::{Event, Model};
use civic_kiosk::author::{Reading, read_hall};
use civic_kiosk::base::digest::{Sha256, state_root};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::{Guide, Record};
use civic_kiosk::session::VisitId;
use civic_kiosk::store::{NewRelease, Store, StoreError, Switch};
use jiff::Zoned;
use tempfile::TempDir;

/// The hall, its guides and the database behind it, in its folder.
pub struct Sample {
    pub hall: Hall,
    pub guides: Vec<Guide>,
    pub store: Store,
    #[allow(dead_code)] // Not every test looks at them.
    pub pictures: Vec<Vec<u8>>,
    #[allow(dead_code)] // Not every test looks into it.
    pub folder: TempDir,
}

/// The hall of `tests/data/hall`: small, and with something of everything.
pub fn sample() -> Sample {
    hall_in("tests/data/hall")
}

/// The hall of a folder of content files.
pub fn hall_in(folder: &str) -> Sample {
    sample_of(read(folder))
}

/// The same with so many rows in its first data table, whose id comes along.
#[allow(dead_code)] // Not every test needs a long table.
pub fn with_rows(folder: &str, rows: usize) -> (Sample, RecordId) {
    let mut reading = read(folder);
    let row = |record: &Record| if let Record::Row(row) = record { Some(row.clone()) } else { None };
    let is_table = |id: &RecordId| id.kind() == "table";
    let first = reading.records.iter().find_map(|a| row(&a.record).filter(|row| is_table(&row.sheet)));
    let table = first.expect("the hall has a data table").sheet;
    let is_its = |record: &Record| row(record).is_some_and(|row| row.sheet == table);
    let own: Vec<_> = reading.records.iter().filter(|authored| is_its(&authored.record)).cloned().collect();
    for (n, authored) in (1..=rows).zip(own.iter().cycle()) {
        let mut authored = authored.clone();
        if let Record::Row(row) = &mut authored.record {
            row.n = u32::try_from(10_000 + n).unwrap();
            row.id = RecordId::new("row", &format!("{}.long{n}", table.name())).unwrap();
        }
        reading.records.push(authored);
    }
    (sample_of(reading), table)
}

fn read(folder: &str) -> Reading {
    let reading = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let errors: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
    assert!(reading.has_no_error(), "{folder}: {errors:#?}");
    reading
}

fn sample_of(reading: Reading) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let store = synced(&reading, folder.path());
    let hall = Hall::from(store.overview().unwrap().expect("the hall has a site"));
    let pictures = reading.assets.iter().map(|asset| asset.bytes.clone()).collect();
    let guides =
        reading.records.into_iter().filter_map(|a| if let Record::Guide(g) = a.record { Some(*g) } else { None });
    Sample { hall, guides: guides.collect(), store, pictures, folder }
}

fn synced(reading: &Reading, dir: &Path) -> Store {
    let records: BTreeMap<_, _> =
        reading.records.iter().map(|a| (a.record.id().clone(), a.record.to_bytes())).collect();
    let hashes = records.iter().map(|(id, bytes)| (id.clone(), Sha256::of(bytes))).collect();
    let issued = jiff::civil::date(2026, 11, 1).at(9, 0, 0, 0).to_zoned(civic_kiosk::base::clock::china()).unwrap();
    let state_root = state_root(&hashes);
    let release = NewRelease {
        authority: "test".to_owned(),
        number: 3,
        issued: issued.timestamp(),
        segments: [("common".to_owned(), state_root)].into(),
        state_root: Some(state_root),
        subscription: String::new(),
        mailbox: civic_kiosk::content::Mailbox::default(),
    };
    let mut store = Store::open(dir).unwrap();
    let put = |switch: &Switch<'_>| records.iter().try_for_each(|(id, bytes)| switch.put("common", id, bytes));
    store.apply::<StoreError>(&release, put).unwrap();
    store
}

impl Sample {
    /// A guide by the name of its file.
    pub fn guide(&self, name: &str) -> &Guide {
        self.guides.iter().find(|g| g.id.name() == name).expect("a guide of the sample hall")
    }

    /// A picture that a record of the hall names.
    #[allow(dead_code)] // Not every test looks at it.
    pub fn picture(&self, name: &str) -> Option<Picture> {
        let sha256 = Sha256::parse(name.split('.').next()?).ok()?;
        let bytes = self.pictures.iter().find(|bytes| Sha256::of(bytes) == sha256)?;
        Some(Picture::decode(bytes).unwrap())
    }

    /// What the content answers when a page is asked for.
    pub fn answer(&self, visit: VisitId, want: Want) -> Event {
        let found = match &want.what {
            What::Record(id) => self.store.opened(id, want.page).unwrap().map(|o| Found::Record(Box::new(o))),
            What::List(shelf) => Some(Found::List(self.store.listing(shelf, want.page).unwrap())),
        };
        Event::Content(ContentEvent::Page { visit, want, found: Ok(found) })
    }

    /// A terminal with this hall, a printer and a voice, at half past nine.
    pub fn model(&self) -> Model {
        let mut model = Model::new(Limits {
            idle_s: 60,
            form_idle_s: 120,
            warning_s: 30,
            attract_turn_s: 12,
            has_printer: true,
            staff_idle_s: 120,
        });
        model.keypad = civic_kiosk::config::Config::from_text(None).unwrap().0.keypad;
        civic_kiosk::app::update(&mut model, Event::Content(ContentEvent::Hall(Ok(Box::new(self.hall.clone())))));
        civic_kiosk::app::update(&mut model, Event::Tick { now: std::time::Duration::ZERO, wall: morning() });
        model
    }
}

/// A Friday morning in the hall.
pub fn morning() -> Zoned {
    jiff::civil::date(2026, 11, 20).at(9, 30, 0, 0).to_zoned(civic_kiosk::base::clock::china()).unwrap()
}
