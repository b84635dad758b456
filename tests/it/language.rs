//! The interface in other languages: nothing that the program says itself stays untranslated, and what the office wrote
//! is never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use civic_kiosk::access::Language;
use civic_kiosk::app::event::{ContentEvent, ContentTrouble, Event, Strip, VoiceEvent};
use civic_kiosk::app::form::{Act, Screen};
use civic_kiosk::app::leaflet::{Leaflet, Target};
use civic_kiosk::app::mailroom::{HandInTrouble, MailOffer, Progress};
use civic_kiosk::app::model::Overlay;
use civic_kiosk::app::stops::Deed;
use civic_kiosk::app::typing::{Does, Key, Keys, Sort, TypingEvent};
use civic_kiosk::app::{Effect, Model, update};
use civic_kiosk::content::case::CaseState;
use civic_kiosk::content::form::Received;
use civic_kiosk::content::workdays::{Deadline, Footing};
use civic_kiosk::content::{Due, Record};
use civic_kiosk::form::Wrong;
use civic_kiosk::input::keys::spoken;
use civic_kiosk::input::picker::Tap;
use civic_kiosk::outbox::LetterState;
use civic_kiosk::print::a4::A4Trouble;
use civic_kiosk::store::{Of, Shelf};

use crate::forms::every_kind;
use crate::hall::{Sample, morning, sample};
use crate::{cases, form};

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
            if ![Target::Find, Target::Blank].contains(&to) && known.insert(format!("{to:?}")) {
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

/// Adds the words of ours on what is shown that have no English, with the page they stand on.
fn look_for_missing(model: &Model, office: &str, missing: &mut BTreeMap<String, String>) {
    let source = model.source_leaflet().unwrap();
    let english = source.clone().in_language(Language::English);
    for ((place, ours), (_, said)) in source.paragraphs().into_iter().zip(english.paragraphs()) {
        let is_office = || {
            let mut parts = said.split([' ', '，', '、', '；', '：', '。', '（', '）', '《', '》', '〔', '〕', '–']);
            parts.all(|part| {
                // A number of something that the office counts.
                let part = part.trim_matches(|c: char| c.is_ascii());
                !part.contains(is_hanzi) || office.contains(part)
            })
        };
        let is_own = source.own.contains(&place);
        assert!(!is_own || ours == said, "what a resident wrote stays: {ours} {said}");
        if !is_own && ours == said && ours.contains(is_hanzi) && !is_office() {
            missing.insert(ours.to_owned(), source.title().to_owned());
        }
    }
    for stop in model.stops() {
        let is_office = || stop.label.split(['，', '。']).all(|part| office.contains(part));
        let said = Language::English.say(&stop.label);
        if stop.deed.is_some_and(is_named_by_us) && said == stop.label.as_str() && !is_office() {
            // A row says title and note, each translated by itself.
            let is_row = texts(&source).iter().any(|text| stop.label.contains(text.as_str()));
            if !is_row && stop.label.contains(is_hanzi) {
                missing.insert(stop.label.clone(), source.title().to_owned());
            }
        }
    }
    if let Overlay::Message(message) = &model.visit.as_ref().unwrap().overlay {
        for ours in [&message.title, &message.text] {
            if Language::English.say(ours) == ours.as_str() {
                missing.insert(ours.clone(), "a message".to_owned());
            }
        }
    }
}

/// Not a character that can be typed, a candidate, or a place to choose.
fn is_named_by_us(deed: Deed) -> bool {
    match deed {
        Deed::Press(Does::Key(Key::Char(c))) => spoken(&c.to_string()) != c.to_string(),
        Deed::Press(Does::Pick(_) | Does::Tap(Tap::Cell(..))) => false,
        _ => true,
    }
}

#[test]
fn no_word_of_ours_stays_untranslated_on_any_page_of_the_hall() {
    let (sample, mut model) = begun();
    let office = content(&sample);
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let mut pages = 0;
    every_page(&sample, &mut model, |model| {
        pages += 1;
        look_for_missing(model, &office, &mut missing);
    });
    assert!(pages > 60, "{pages} pages are not the hall");
    assert!(missing.is_empty(), "not in ui/lang/en: {missing:#?}");
}

/// What can be chosen instead of typed: its heading, its tools, and the days.
fn look_at_the_keys(model: &mut Model, office: &str, missing: &mut BTreeMap<String, String>) {
    for way in 0..WAYS_MAX {
        update(model, Event::Typing(TypingEvent::Way(way)));
        look_for_missing(model, office, missing);
        let typing = model.visit.as_ref().unwrap().typing();
        let Some((sheet, keys)) = typing.and_then(|typing| Some((typing.sheet()?, typing.keys()))) else { continue };
        let mut ours = vec![sheet.heading.clone()];
        ours.extend(sheet.heads.iter().map(|head| (*head).to_owned()));
        if matches!(keys, Keys::Dates | Keys::More) {
            ours.extend(sheet.rows.concat().into_iter().map(|cell| cell.spoken));
        }
        ours.retain(|ours| ours.contains(is_hanzi) && Language::English.say(ours) == ours.as_str());
        missing.extend(ours.into_iter().map(|ours| (ours, format!("{keys:?}"))));
    }
    update(model, Event::Typing(TypingEvent::Way(0)));
}

const WAYS_MAX: usize = 6;

#[test]
fn no_word_of_ours_stays_untranslated_on_any_page_of_a_form() {
    let sample = sample();
    let form = String::from_utf8(Record::from(every_kind()).to_bytes()).unwrap();
    let office = content(&sample) + &form;
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let mut look = |model: &Model| look_for_missing(model, &office, &mut missing);
    // Who needs something else, and who is helped.
    let mut model = form::at_form(&sample);
    look(&model);
    form::open(&mut model, &sample, "在这里填写");
    for act in [Act::BeginHelped, Act::Next] {
        form::press(&mut model, act);
        look(&model);
    }
    form::choose(&mut model, 0);
    form::press(&mut model, Act::Next);
    look(&model);
    form::press(&mut model, Act::Back);
    form::choose(&mut model, 1);
    for act in [Act::Next, Act::Next] {
        form::press(&mut model, act);
        look(&model);
    }
    // Every screen after that: with nothing, and with what must be there.
    for _ in 0..60 {
        look_for_missing(&model, &office, &mut missing);
        let screen = form::filling(&model).screen();
        if screen == Screen::Review {
            break;
        }
        if let Screen::Consent(_) = screen {
            form::press(&mut model, Act::Decline);
            look_for_missing(&model, &office, &mut missing);
            form::press(&mut model, Act::Back);
        }
        if let Screen::Question(_) = screen {
            form::press(&mut model, Act::Next);
            look_for_missing(&model, &office, &mut missing);
            if form::filling(&model).screen() != screen {
                form::press(&mut model, Act::Back);
            }
            form::press(&mut model, Act::Aloud);
            look_at_the_keys(&mut model, &office, &mut missing);
        }
        form::on(&mut model);
    }
    assert_eq!(form::filling(&model).screen(), Screen::Review);
    form::press(&mut model, Act::ReadFirst);
    for offer in [MailOffer::Starting, MailOffer::NoRecipients, MailOffer::Full, MailOffer::Broken, MailOffer::Open] {
        update(&mut model, Event::Mailbox(offer));
        look_for_missing(&model, &office, &mut missing);
    }
    form::choose(&mut model, 0);
    look_at_its_end(&mut model, &office, &mut missing);
    assert!(missing.is_empty(), "not in ui/lang/en: {missing:#?}");
}

/// From the review to the receipt, with everything that can go wrong on the way.
fn look_at_its_end(model: &mut Model, office: &str, missing: &mut BTreeMap<String, String>) {
    use HandInTrouble::{Broken, Busy, Full, Long, NoRecipients, NoRoom};
    let visit = model.last_visit;
    for trouble in [NoRecipients, Full, NoRoom, Long, Busy, Broken] {
        form::press(model, Act::HandIn);
        look_for_missing(model, office, missing);
        let tap = model.taps;
        update(model, Event::HandedIn { visit, tap, result: Err(trouble) });
        look_for_missing(model, office, missing);
        update(model, Event::Close);
    }
    use A4Trouble::{Away, Font, Refused, Stopped};
    for result in [Ok(()), Err(Away), Err(Stopped), Err(Refused), Err(Font), Err(A4Trouble::Busy)] {
        form::press(model, Act::PrintSheet);
        look_for_missing(model, office, missing);
        let tap = model.taps;
        update(model, Event::FormPrinted { visit, tap, result });
        look_for_missing(model, office, missing);
        update(model, Event::Close);
    }
    form::press(model, Act::HandIn);
    let (tap, result) = (model.taps, form::handed(model));
    update(model, Event::HandedIn { visit, tap, result });
    assert_eq!(form::filling(model).screen(), Screen::Receipt);
    look_for_missing(model, office, missing);
}

#[test]
fn no_word_of_ours_stays_untranslated_where_one_asks_how_far_it_is() {
    let (sample, mut model) = begun();
    let office = content(&sample);
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for title in ["我要问", "我的申请办到哪一步了"] {
        form::open(&mut model, &sample, title);
    }
    let whole = cases::typed();
    let slip: String = whole.char_indices().map(|(at, c)| if at == 7 { 'Z' } else { c }).collect();
    for number in ["2611", "261320", slip.as_str(), whole.as_str()] {
        update(&mut model, Event::Typing(TypingEvent::Key(Key::Clear)));
        form::type_text(&mut model, number);
        look_for_missing(&model, &office, &mut missing);
        form::press(&mut model, Act::Next);
        look_for_missing(&model, &office, &mut missing);
    }
    for four in ["0", "02X"] {
        form::type_text(&mut model, four);
        form::press(&mut model, Act::Inquire);
        look_for_missing(&model, &office, &mut missing);
    }
    assert_eq!(form::filling(&model).screen(), Screen::Case);
    let (visit, tap) = (model.last_visit, model.taps);
    let found = Ok(cases::progress(&cases::number(), cases::FOUR));
    update(&mut model, Event::Case { visit, tap, found });
    look_for_missing(&model, &office, &mut missing);
    form::press(&mut model, Act::Back);
    form::press(&mut model, Act::Inquire);
    let (tap, found) = (model.taps, Err(ContentTrouble::Damaged));
    update(&mut model, Event::Case { visit, tap, found });
    look_for_missing(&model, &office, &mut missing);
    assert!(missing.is_empty(), "not in ui/lang/en: {missing:#?}");
}

#[test]
fn what_is_said_of_letters_days_and_mistakes_is_in_every_language() {
    let mut ours: Vec<String> = Vec::new();
    let here = [LetterState::Stored, LetterState::Delivered, LetterState::Refused].map(Some);
    for here in here.into_iter().chain([None]) {
        let (title, lines) = Progress { case: None, here }.words();
        ours.extend(lines.into_iter().chain([title]));
    }
    use CaseState::{Answered, Extended, Handling, Received as Registered, Supplement};
    ours.extend([Registered, Supplement, Handling, Extended, Answered].map(|state| state.term().to_owned()));
    for received in [Received::Handed, Received::Confirmed] {
        for footing in [Footing::Notices, Footing::NextYearUnpublished, Footing::NoNotice { year: 2031 }] {
            let last = Deadline { due: morning().date(), footing };
            let due = Due::By { received, days: 20, last };
            ours.extend(due.notes().into_iter().chain([due.heading().to_owned()]));
        }
        let due = Due::Unknown { received, days: 20 };
        ours.extend(due.notes().into_iter().chain([due.heading().to_owned()]));
    }
    ours.extend(WRONG.iter().map(ToString::to_string));
    let early = [
        (Sort::IdCard, &["99", "11010519491331", "110105194912310021"][..]),
        (Sort::Mobile, &["12", "138123456789", "61234567890123"]),
    ];
    for (sort, typed) in early {
        ours.extend(typed.iter().filter_map(|typed| sort.early_fault(typed)).map(str::to_owned));
    }
    assert!(ours.len() > 50, "{ours:#?}");
    for language in [Language::English, Language::Traditional] {
        let is_missing = |ours: &&String| matches!(language.say(ours), std::borrow::Cow::Borrowed(_));
        let missing: Vec<&String> = ours.iter().filter(is_missing).collect();
        assert!(missing.is_empty(), "{language:?}: {missing:#?}");
    }
}

/// Everything that can be wrong with an answer.
const WRONG: [Wrong; 22] = [
    Wrong::Empty,
    Wrong::NoneOf,
    Wrong::Long { max: 500 },
    Wrong::Unseen,
    Wrong::Name,
    Wrong::IdCardOld,
    Wrong::IdCardShape,
    Wrong::IdCardBirth,
    Wrong::IdCardCheck,
    Wrong::UsccShape,
    Wrong::UsccCheck,
    Wrong::Mobile,
    Wrong::Phone,
    Wrong::Postcode,
    Wrong::Plate,
    Wrong::Date,
    Wrong::Money,
    Wrong::Email,
    Wrong::Address,
    Wrong::Number,
    Wrong::Choice,
    Wrong::Signature,
];

#[test]
fn both_files_have_the_same_words() {
    let [english, traditional] = [Language::English, Language::Traditional].map(|language| {
        let file = words_file(language);
        file.lines().filter(|line| line.starts_with("msgid ")).map(str::to_owned).collect::<BTreeSet<_>>()
    });
    let only: Vec<_> = english.symmetric_difference(&traditional).collect();
    assert!(only.is_empty() && english.len() > 700, "{} words, only in one: {only:#?}", english.len());
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

fn words_file(language: Language) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/lang").join(language.folder());
    std::fs::read_to_string(folder.join("LC_MESSAGES/civic-kiosk.po")).unwrap()
}

fn has(language: Language, word: &str) -> bool {
    let file = words_file(language);
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
