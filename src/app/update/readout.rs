//! The readout of a page: begun, paused, moved, faster, louder; and what is made ready before anybody asks.
//! It reads nothing by itself, and has nothing prepared that a resident typed.

use crate::speech::script::{Paragraph, Script, Sentence};
use crate::speech::voice::Manner;

use super::super::effect::{Effect, ReadoutOrder};
use super::super::event::{Event, Manage};
use super::super::leaflet::{Place, Row, Target};
use super::super::model::{Model, Overlay, Page, Read, Reading, SentencePlace, Visit, Voice};
use super::answers::no_voice;
use super::{acted, touched};

/// Paragraphs from which the beginning of a page is prepared: a title alone is over before the next is ready.
const PREPARED_PARAGRAPHS: usize = 3;
/// Sentences of them.
const PREPARED_SENTENCES: usize = 2;
/// Pages that may come next and whose titles are prepared; a screen shows about as many.
const PREPARED_TITLES: usize = 8;

/// Where a readout of the page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// With what must be known first, then the title.
    Top,
    /// With this sentence.
    Sentence(usize),
    /// With the last one before this sentence that can be heard.
    Before(usize),
    /// With what stands here.
    Place(Place),
}

/// 朗读 or 停止.
pub(super) fn read(model: &mut Model) -> Vec<Effect> {
    let is_on = model.visit.as_ref().is_some_and(|visit| visit.readout_at().is_some());
    if is_on { acted(model, |_, _| Vec::new()) } else { read_from(model, Start::Top) }
}

/// A line of the page was touched: what is being read goes on there, otherwise it begins there.
pub(super) fn read_at(model: &mut Model, place: Place) -> Vec<Effect> {
    let is_page = model.visit.as_ref().is_some_and(|visit| visit.overlay == Overlay::None);
    // Where nothing can be heard it is a touch that says that somebody is here.
    if model.voice != Voice::Ready || !is_page {
        return touched(model);
    }
    let now = model.now;
    let live = model.visit.as_mut().and_then(|visit| {
        let reading = visit.reading.as_mut().filter(|reading| reading.of == Read::Page)?;
        let paragraph = reading.places.iter().position(|known| *known == place)?;
        let sentence = reading.sentences.iter().position(|sentence| sentence.paragraph == paragraph)?;
        reading.is_paused = false;
        let mut effects = visit.touch(now);
        effects.push(Effect::Readout(ReadoutOrder::Go(sentence)));
        Some(effects)
    });
    live.unwrap_or_else(|| read_from(model, Start::Place(place)))
}

fn read_from(model: &mut Model, start: Start) -> Vec<Effect> {
    let mut effects = acted(model, |_, _| Vec::new());
    let (Some(leaflet), Some(shown)) = (model.source_leaflet(), model.leaflet()) else {
        return effects;
    };
    let notice = model.content_notice();
    let Some(visit) = &mut model.visit else {
        return effects;
    };
    match &model.voice {
        Voice::Ready => {}
        Voice::Starting => {
            visit.say("请稍候", "语音正在启动，过几秒再点“朗读”。");
            return effects;
        }
        Voice::Absent(reason) => {
            visit.say("没有语音", &no_voice(reason));
            return effects;
        }
    }
    // What must be known of the content's age is known before the page.
    let notice = notice.map(|notice| (Place::Notice, notice.text()));
    let (places, paragraphs): (Vec<_>, Vec<_>) =
        notice.into_iter().chain(leaflet.said()).map(|(place, text)| (place, Paragraph::of(text))).unzip();
    let script = Script::of(&paragraphs);
    let from = first_sentence(start, &script, &places);
    model.generation += 1;
    // What is heard is what the office wrote; a word of ours may be shown in another language.
    let shown: Vec<usize> = shown.said().iter().map(|(_, text)| text.chars().count()).collect();
    let skipped = paragraphs.len() - shown.len();
    let sentences = script.sentences.iter().map(|s| {
        let said = paragraphs.get(s.paragraph).map_or(0, |paragraph| paragraph.text.chars().count());
        let seen = s.paragraph.checked_sub(skipped).and_then(|at| shown.get(at)).copied().unwrap_or(said);
        let is_other_words = seen != said;
        let (start, end) = if is_other_words { (0, seen) } else { (s.start, s.end) };
        SentencePlace { paragraph: s.paragraph, start, end, is_other_words }
    });
    visit.reading = Some(Reading {
        of: Read::Page,
        generation: model.generation,
        sentences: sentences.collect(),
        places,
        current: None,
        at: None,
        is_paused: false,
        since: model.now,
    });
    effects.push(Effect::Speak { generation: model.generation, script, from });
    effects
}

fn first_sentence(start: Start, script: &Script, places: &[Place]) -> usize {
    match start {
        Start::Top => 0,
        Start::Sentence(at) => at,
        Start::Before(at) => {
            let before = script.sentences.iter().take(at).rposition(|sentence| !sentence.spoken.is_empty());
            before.unwrap_or(0)
        }
        Start::Place(place) => {
            let paragraph = places.iter().position(|known| *known == place);
            let first = |paragraph| script.sentences.iter().position(|sentence| sentence.paragraph == paragraph);
            paragraph.and_then(first).unwrap_or(0)
        }
    }
}

/// A button of the readout; unlike every other action it does not end it.
pub(super) fn readout(model: &mut Model, manage: Manage) -> Vec<Effect> {
    let now = model.now;
    let Some(visit) = model.visit.as_mut().filter(|visit| visit.readout_at().is_some()) else {
        return Vec::new();
    };
    let mut effects = visit.touch(now);
    if let Some(at) = visit.aside {
        effects.extend(taken_up(model, manage, at));
    } else if manage == Manage::Pause && visit.access.is_eyes_free {
        // What is said of the button takes the voice; the readout waits beside it.
        let at = visit.readout_at();
        effects.extend(visit.silence());
        visit.aside = at;
    } else {
        effects.extend(order(visit, manage).map(Effect::Readout));
    }
    effects
}

/// A button of a readout that who goes by keypad put aside at a sentence.
fn taken_up(model: &mut Model, manage: Manage, at: usize) -> Vec<Effect> {
    let start = match manage {
        Manage::Pause | Manage::Repeat => Start::Sentence(at),
        Manage::Earlier => Start::Before(at),
        Manage::Later => Start::Sentence(at + 1),
        Manage::Slower | Manage::Faster | Manage::Softer | Manage::Louder => {
            let changed = model.visit.as_mut().map(|visit| adjusted(&mut visit.manner, manage));
            return changed.flatten().map(Effect::Readout).into_iter().collect();
        }
    };
    read_from(model, start)
}

/// Another speed or loudness; nothing for what is neither.
fn adjusted(manner: &mut Manner, manage: Manage) -> Option<ReadoutOrder> {
    match manage {
        Manage::Slower => manner.rate = manner.rate.slower(),
        Manage::Faster => manner.rate = manner.rate.faster(),
        Manage::Softer => manner.volume = manner.volume.softer(),
        Manage::Louder => manner.volume = manner.volume.louder(),
        Manage::Pause | Manage::Earlier | Manage::Later | Manage::Repeat => return None,
    }
    Some(match manage {
        Manage::Softer | Manage::Louder => ReadoutOrder::Volume(manner.volume),
        _ => ReadoutOrder::Rate(manner.rate),
    })
}

fn order(visit: &mut Visit, manage: Manage) -> Option<ReadoutOrder> {
    let reading = visit.reading.as_mut()?;
    let was_paused = reading.is_paused;
    // Whoever moves or changes it wants to hear it; only its loudness can be set in silence.
    reading.is_paused = match manage {
        Manage::Pause => !was_paused,
        Manage::Softer | Manage::Louder => was_paused,
        Manage::Earlier | Manage::Later | Manage::Repeat | Manage::Slower | Manage::Faster => false,
    };
    match manage {
        Manage::Pause if was_paused => Some(ReadoutOrder::Resume),
        Manage::Pause => Some(ReadoutOrder::Pause),
        Manage::Earlier => Some(ReadoutOrder::Previous),
        Manage::Later => Some(ReadoutOrder::Next),
        Manage::Repeat => Some(ReadoutOrder::Repeat),
        Manage::Slower | Manage::Faster | Manage::Softer | Manage::Louder => adjusted(&mut visit.manner, manage),
    }
}

/// Events after which another page may be shown.
pub(super) fn may_turn(event: &Event) -> bool {
    matches!(
        event,
        Event::Start
            | Event::Open(_)
            | Event::Turn(_)
            | Event::Jump(_)
            | Event::Choose { .. }
            | Event::Content(_)
            | Event::Strip(_)
    )
}

/// The beginning of the page, so that the voice has it ready, and then the titles of the pages that it leads to: what is
/// read first there is heard at once, however soon somebody asks. Nothing while it reads or where words were typed.
pub(super) fn prepared(model: &Model) -> Vec<Effect> {
    let is_public = |visit: &Visit| !matches!(visit.page, Page::Find(_) | Page::Form(_)) && visit.reading.is_none();
    if model.voice != Voice::Ready || !model.visit.as_ref().is_some_and(is_public) {
        return Vec::new();
    }
    let Some(leaflet) = model.source_leaflet() else { return Vec::new() };
    let paragraphs = leaflet.paragraphs().into_iter().take(PREPARED_PARAGRAPHS);
    let mut script = Script::of(&paragraphs.map(|(_, text)| Paragraph::of(text)).collect::<Vec<_>>());
    script.sentences.retain(Sentence::is_heard);
    script.sentences.truncate(PREPARED_SENTENCES);
    let opens =
        |row: &&Row| matches!(row.to, Target::Record(_) | Target::Door(_) | Target::List(_) | Target::Offices(_));
    let titles = leaflet.rows.iter().chain(&leaflet.links).filter(opens).take(PREPARED_TITLES);
    let titles: Vec<_> = titles.map(|row| Paragraph::of(&row.title)).collect();
    script.sentences.extend(Script::of(&titles).sentences);
    vec![Effect::Prepare { script }]
}
