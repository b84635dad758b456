//! The interface in other languages: nothing that the program says itself stays untranslated, and what the office wrote
//! is never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use civic_kiosk::access::Language;
use civic_kiosk::app::event::{ContentEvent, Event, Strip, VoiceEvent};
use civic_kiosk::app::leaflet::{Leaflet, Target};
use civic_kiosk::app::mailroom::MailOffer;
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::store::{Of, Shelf};

use crate::hall::{Sample, morning, sample};

fn is_hanzi(c: char) -> bool {
    ('\u{4E00}'..='\u{9FA5}').contains(&c)
}

fn send(sample: &Sample, model: &mut Model, event: Event) -> Vec<Effect> {
    let mut said = Vec::new();
    let mut effects = update(model, event);
    while !effects.is_empty() {
        let mut answers = Vec::new();
        for effect in effects {
            match effect {
                Effect::Load { visit, want } => answers.push(sample.answer(visit, want)),
                Effect::LoadHall => {
                    answers.push(Event::Content(ContentEvent::Hall(Ok(Box::new(sample.hall.clone())))));
                }
                other => said.push(other),
            }
        }
        effects = answers.into_iter().flat_map(|event| update(model, event)).collect();
    }
    said
}

fn begun() -> (Sample, Model) {
    let sample = sample();
    let mut model = sample.model();
    send(&sample, &mut model, Event::Voice(VoiceEvent::Available));
    send(&sample, &mut model, Event::Mailbox(MailOffer::Open));
    send(&sample, &mut model, Event::Tick { now: std::time::Duration::from_secs(1), wall: morning() });
    send(&sample, &mut model, Event::Start);
    (sample, model)
}

/// Every page that can be come to from the home page, by the rows that lead there.
fn every_page(sample: &Sample, model: &mut Model, mut look: impl FnMut(&Model)) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(way) = ways.pop() {
        send(sample, model, Event::Strip(Strip::Home));
        for row in &way {
            send(sample, model, Event::Open(*row));
        }
        look(model);
        let leaflet = model.source_leaflet().unwrap();
        for (row, to) in leaflet.rows.iter().chain(&leaflet.links).map(|row| row.to.clone()).enumerate() {
            if to != Target::Find && known.insert(format!("{to:?}")) {
                ways.push([way.clone(), vec![row]].concat());
            }
        }
    }
}

fn texts(leaflet: &Leaflet) -> Vec<String> {
    leaflet.paragraphs().into_iter().map(|(_, text)| text.to_owned()).collect()
}

/// Everything that the office wrote.
fn content(sample: &Sample) -> String {
    let mut all = String::new();
    for kind in civic_kiosk::content::record::kinds() {
        for page in 0.. {
            let listing = sample.store.listing(&Shelf { kind: kind.kind, of: Of::All }, page).unwrap();
            if listing.page < page {
                break;
            }
            for record in &listing.records {
                all.push_str(&String::from_utf8(record.to_bytes()).unwrap());
            }
            if listing.page + 1 >= listing.pages() {
                break;
            }
        }
    }
    all.replace("\\\"", "\"").replace("\\n", "\n")
}

#[test]
fn no_word_of_ours_stays_untranslated_on_any_page_of_the_hall() {
    let (sample, mut model) = begun();
    let office = content(&sample);
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let mut pages = 0;
    every_page(&sample, &mut model, |model| {
        pages += 1;
        let source = model.source_leaflet().unwrap();
        let english = source.clone().in_language(Language::English);
        for (ours, said) in texts(&source).into_iter().zip(texts(&english)) {
            let is_office = || {
                let mut parts =
                    said.split([' ', '，', '、', '；', '：', '。', '（', '）', '《', '》', '〔', '〕', '–']);
                parts.all(|part| {
                    // A number of something that the office counts.
                    let part = part.trim_matches(|c: char| c.is_ascii());
                    !part.contains(is_hanzi) || office.contains(part)
                })
            };
            if ours == said && ours.contains(is_hanzi) && !is_office() {
                missing.insert(ours, source.title().to_owned());
            }
        }
        for stop in model.stops() {
            let is_office = || stop.label.split(['，', '。']).all(|part| office.contains(part));
            let said = Language::English.say(&stop.label);
            if stop.deed.is_some() && said == stop.label.as_str() && !is_office() {
                // A row says title and note, each translated by itself.
                let is_row = texts(&source).iter().any(|text| stop.label.contains(text.as_str()));
                if !is_row && stop.label.contains(is_hanzi) {
                    missing.insert(stop.label.clone(), source.title().to_owned());
                }
            }
        }
    });
    assert!(pages > 60, "{pages} pages are not the hall");
    assert!(missing.is_empty(), "not in ui/lang/en: {missing:#?}");
}

#[test]
fn every_word_of_the_pages_is_in_every_language() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")];
    let mut words = BTreeSet::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "slint") && !is_of_staff(&path) {
            let text = std::fs::read_to_string(&path).unwrap();
            words.extend(text.split("@tr(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    assert!(words.len() > 50);
    for language in [Language::English, Language::Traditional] {
        let missing: Vec<_> = words.iter().filter(|word| !has(language, word)).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
}

/// The staff's side is in the language in which everything is written.
fn is_of_staff(path: &Path) -> bool {
    ["staff.slint", "pinpad.slint", "kiosk.slint"].iter().any(|name| path.ends_with(name))
}

fn has(language: Language, word: &str) -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/lang").join(language.folder());
    let file = std::fs::read_to_string(folder.join("LC_MESSAGES/civic-kiosk.po")).unwrap();
    file.contains(&format!("msgid \"{word}\"\nmsgstr \"")) && !file.contains(&format!("msgid \"{word}\"\nmsgstr \"\""))
}

#[test]
fn a_language_is_chosen_at_once_and_ends_with_the_visit() {
    let (sample, mut model) = begun();
    send(&sample, &mut model, Event::Strip(Strip::Language));
    assert_eq!(model.access().language, Language::English);
    assert_eq!(model.leaflet().unwrap().rows[1].title, "Do");
    assert_eq!(model.source_leaflet().unwrap().rows[1].title, "我要办");
    send(&sample, &mut model, Event::Strip(Strip::Language));
    assert_eq!(model.access().language, Language::Traditional);
    assert_eq!(model.leaflet().unwrap().rows[1].title, "我要辦");
    send(&sample, &mut model, Event::Strip(Strip::End));
    send(&sample, &mut model, Event::Start);
    assert_eq!(model.access().language, Language::Chinese);
}

#[test]
fn content_says_in_the_chosen_language_that_it_is_chinese_and_is_read_as_it_was_written() {
    let (sample, mut model) = begun();
    for title in ["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"] {
        let row = model.source_leaflet().unwrap();
        let row = row.rows.iter().chain(&row.links).position(|row| row.title == title).unwrap();
        send(&sample, &mut model, Event::Open(row));
    }
    let plain = model.leaflet().unwrap();
    send(&sample, &mut model, Event::Strip(Strip::Language));
    let (source, shown) = (model.source_leaflet().unwrap(), model.leaflet().unwrap());
    assert_eq!(shown.title(), plain.title(), "the office's words stay");
    assert!(texts(&shown).iter().any(|text| text.contains("Simplified Chinese only")));
    assert!(texts(&shown).contains(&"What to bring".to_owned()));
    // What is said is the source, and each sentence is marked where its line stands.
    let effects = send(&sample, &mut model, Event::Strip(Strip::Read));
    let Some(Effect::Speak { script, .. }) = effects.last() else { panic!("{effects:?}") };
    let reading = model.visit.as_ref().unwrap().reading.as_ref().unwrap();
    let (source, shown) = (source.paragraphs(), shown.paragraphs());
    assert_eq!(source.len(), shown.len());
    for (sentence, place) in script.sentences.iter().zip(&reading.sentences) {
        let (known, text) = source[sentence.paragraph];
        assert_eq!(known, reading.places[place.paragraph]);
        let seen = shown[sentence.paragraph].1.chars().count();
        assert!(place.end <= seen, "“{text}” is marked beyond its end");
        assert_eq!(place.is_other_words, text.chars().count() != seen);
    }
    // Traditional characters stand one for one: the very character can be marked.
    send(&sample, &mut model, Event::Strip(Strip::Language));
    send(&sample, &mut model, Event::Strip(Strip::Read));
    let reading = model.visit.as_ref().unwrap().reading.as_ref().unwrap();
    assert!(reading.sentences.iter().all(|sentence| !sentence.is_other_words));
}
