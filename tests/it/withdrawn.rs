//! Promises of withdrawal: within one sync a withdrawn record is on no screen, in no list, in no code and in no search.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use civic_kiosk::app::event::{ContentEvent, Found, Strip, VoiceEvent};
use civic_kiosk::app::find::{FindAnswer, FindEvent, FoundTitle};
use civic_kiosk::app::hall::Hall;
use civic_kiosk::app::leaflet::Target;
use civic_kiosk::app::model::{Overlay, Page, What};
use civic_kiosk::app::stops::Role;
use civic_kiosk::app::{Effect, Event, Model, update};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::config::Publisher;
use civic_kiosk::speech::Script;
use civic_kiosk::store::Store;
use civic_kiosk::sync::{Freshness, Standing, Told};

use crate::hall::{Sample, sample};
use crate::support::office::{Office, hall, today};
use crate::support::terminal::Terminal;

/// A visit that has gone from the office's guides to one of them.
fn at(sample: &Sample, titles: &[&str]) -> Model {
    let mut model = sample.model();
    update(&mut model, Event::Voice(VoiceEvent::Available));
    update(&mut model, Event::Start);
    for title in titles {
        loop {
            let page = model.leaflet().unwrap();
            let found = page.rows.iter().chain(&page.links).position(|row| row.title == *title);
            let effects = match found {
                Some(index) => update(&mut model, Event::Open(index)),
                None => update(&mut model, Event::Turn(civic_kiosk::app::event::Turn::On)),
            };
            answer(&mut model, sample, effects);
            if found.is_some() {
                break;
            }
        }
    }
    model
}

fn answer(model: &mut Model, sample: &Sample, effects: Vec<Effect>) {
    for effect in effects {
        if let Effect::Load { visit, want } = effect {
            update(model, sample.answer(visit, want));
        }
    }
}

fn withdraw(model: &mut Model, ids: &[&RecordId]) -> Vec<Effect> {
    update(model, Event::Upkeep(Told::Changed { withdrawn: ids.iter().map(|id| (*id).clone()).collect() }))
}

fn guide_and_office(sample: &Sample) -> (RecordId, String, String) {
    let guide = &sample.hall.guides[0];
    (guide.id.clone(), guide.title.clone(), sample.hall.org(&guide.org).unwrap().name.clone())
}

#[test]
fn the_page_of_a_withdrawn_guide_goes_with_its_code_and_its_voice() {
    let sample = sample();
    let (id, title, office) = guide_and_office(&sample);
    let mut model = at(&sample, &["我要办", "部门", &office, &title]);
    assert!(matches!(&model.visit.as_ref().unwrap().page, Page::Record(page) if *page.opened.record.id() == id));
    assert!(update(&mut model, Event::Strip(Strip::Read)).iter().any(|e| matches!(e, Effect::Speak { .. })));
    update(&mut model, Event::TakeAway);
    update(&mut model, Event::Strip(Strip::Read));
    let effects = withdraw(&mut model, &[&id]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::LoadHall)), "{effects:?}");
    let visit = model.visit.as_ref().unwrap();
    assert!(matches!(&visit.overlay, Overlay::Message(message) if message.title.contains("撤下")), "{visit:?}");
    assert!(visit.reading.is_none(), "nobody hears on what is withdrawn");
    let names = |page: &Page| page.names(&[id.clone()].into());
    assert!(!names(&visit.page) && !visit.history.iter().any(names), "no page behind it names the guide");
    // The hall without it is taken over at once, though somebody is here.
    let fewer = Hall { guides: Vec::new(), ..sample.hall.clone() };
    update(&mut model, Event::Content(ContentEvent::Hall(Ok(Box::new(fewer)))));
    assert!(model.ready_hall().unwrap().guides.is_empty());
    // The next release without a withdrawal waits again for the end of the visit.
    let effects = withdraw(&mut model, &[]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::LoadHall)), "{effects:?}");
    update(&mut model, Event::Content(ContentEvent::Hall(Ok(Box::new(sample.hall.clone())))));
    assert!(model.ready_hall().unwrap().guides.is_empty());
}

#[test]
fn a_page_that_only_names_a_withdrawn_record_is_read_anew() {
    let sample = sample();
    let (id, title, office) = guide_and_office(&sample);
    let mut model = at(&sample, &["我要办", "部门", &office]);
    assert!(model.leaflet().unwrap().rows.iter().any(|row| row.title == title));
    let effects = withdraw(&mut model, &[&id]);
    let want = effects.into_iter().find_map(|effect| match effect {
        Effect::Load { want, .. } => Some(want),
        _ => None,
    });
    let want = want.expect("the office's page is not asked for again");
    assert!(matches!(&want.what, What::Record(office) if office.kind() == "org"), "{want:?}");
    let Event::Content(ContentEvent::Page { visit, want, found: Ok(Some(Found::Record(mut opened))) }) =
        sample.answer(model.last_visit, want)
    else {
        panic!("no answer")
    };
    opened.inside.as_mut().unwrap().records.retain(|record| *record.id() != id);
    let found = Ok(Some(Found::Record(opened)));
    update(&mut model, Event::Content(ContentEvent::Page { visit, want, found }));
    assert!(!model.leaflet().unwrap().rows.iter().any(|row| row.title == title));
    assert_eq!(model.visit.as_ref().unwrap().history.len(), 3, "one can still go back");
}

#[tokio::test]
async fn a_sync_tells_what_it_withdrew_and_search_does_not_know_it_any_more() {
    let office = Office::open().await;
    office.publish(hall("一")).await;
    let terminal = Terminal::with(&office).await;
    let fewer = hall("二").into_iter().filter(|(id, _)| id.as_str() != "guide/id-card").collect();
    office.publish(fewer).await;
    let (delta, full) = (terminal, Terminal::with(&office).await);
    assert!(full.follow(&office.repository(), None).await.withdrawn.is_empty());
    let report = delta.follow(&office.repository(), None).await;
    assert_eq!(report.by_delta, 1, "{report:?}");
    assert_eq!(report.withdrawn.iter().map(RecordId::as_str).collect::<Vec<_>>(), ["guide/id-card"]);
    // By full pack it is the same.
    office.publish(hall("三")).await;
    assert!(delta.follow(&office.repository(), None).await.withdrawn.is_empty(), "what comes back is not withdrawn");
    let fewer = hall("四").into_iter().filter(|(id, _)| id.as_str() != "guide/id-card").collect();
    office.publish(fewer).await;
    office.lose_deltas();
    let report = delta.follow(&office.repository(), None).await;
    assert_eq!((report.by_full, report.withdrawn.len()), (1, 1), "{report:?}");
    let titles = Store::open_read_only(delta.state()).unwrap().titles().unwrap();
    assert!(!titles.iter().any(|title| title.id.as_str() == "guide/id-card"));
}

#[test]
fn old_content_is_said_on_every_page_and_more_strongly_when_it_is_out_of_date() {
    let sample = sample();
    let mut model = sample.model();
    let standing = |freshness| Standing {
        publisher: Publisher::First,
        name: String::new(),
        release: Some(3),
        issued: Some(today()),
        expires: Some(today()),
        freshness: Some(freshness),
        records: 9,
        from: String::new(),
        next_check: None,
        trouble: None,
        scrubbed: None,
        history: Vec::new(),
    };
    assert_eq!(model.content_notice(), None);
    for (freshness, is_strong) in
        [(Freshness::Stale, Some(false)), (Freshness::Expired, Some(true)), (Freshness::Fresh, None)]
    {
        update(&mut model, Event::Upkeep(Told::Standing(vec![standing(freshness)])));
        assert_eq!(model.content_notice().map(|notice| notice.is_strong()), is_strong);
    }
    let damaged = Standing { trouble: Some("坏了".to_owned()), ..standing(Freshness::Fresh) };
    update(&mut model, Event::Upkeep(Told::Standing(vec![damaged])));
    assert!(model.content_notice().unwrap().text().contains("读不出来"));
    // Who does not see it hears it before the page, or comes to it before anything that can be opened.
    update(&mut model, Event::Voice(VoiceEvent::Available));
    update(&mut model, Event::Start);
    let effects = update(&mut model, Event::Strip(Strip::Read));
    let Some(Effect::Speak { script, .. }) = effects.last() else { panic!("{effects:?}") };
    let text = model.content_notice().unwrap().text();
    assert_eq!(script.sentences[0], Script::of_lines(&[text]).sentences[0]);
    let stops = model.stops();
    let warning = stops.iter().position(|stop| stop.role == Role::Warning && stop.label == text).unwrap();
    assert!(stops[..warning].iter().all(|stop| stop.deed.is_none()));
}

#[test]
fn what_was_found_does_not_name_a_withdrawn_record_any_longer() {
    let sample = sample();
    let (id, title, _) = guide_and_office(&sample);
    let mut model = at(&sample, &["我要查"]);
    let row = model.leaflet().unwrap().rows.iter().position(|row| matches!(row.to, Target::Find)).unwrap();
    let asked = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Find { visit, ask } => Some((visit, ask.serial)),
            _ => None,
        })
    };
    let (visit, serial) = asked(update(&mut model, Event::Open(row))).expect("nothing is asked");
    let found = FoundTitle { id: id.clone(), title: title.clone(), org: String::new(), marks: Vec::new() };
    let answer = FindAnswer { titles: vec![found.clone()], texts: Some(vec![found]), ..FindAnswer::default() };
    update(&mut model, Event::Find(FindEvent::Answered { visit, serial, answer: Box::new(answer) }));
    let is_named = |model: &Model| model.visit.as_ref().unwrap().page.names(&[id.clone()].into());
    assert!(is_named(&model));
    let effects = withdraw(&mut model, &[&id]);
    assert!(!is_named(&model));
    assert!(asked(effects).is_some(), "the question is asked again");
}
