//! A readout that is on: paused, moved, faster, louder; and what is made ready before anybody asks.
//! It reads nothing by itself, and has nothing prepared that a resident typed.

use crate::speech::script::{Paragraph, Script};

use super::super::effect::{Effect, ReadoutOrder};
use super::super::event::{Event, Manage};
use super::super::leaflet::Place;
use super::super::model::{Model, Page, Read, Reading, SentencePlace, Visit, Voice};
use super::acted;
use super::answers::no_voice;

/// Paragraphs from which the beginning of a page is prepared: a title alone is over before the next is ready.
const PREPARED_PARAGRAPHS: usize = 3;

/// 朗读 or 停止: the whole page, from its beginning.
pub(super) fn read(model: &mut Model) -> Vec<Effect> {
    let reading = model.visit.as_ref().and_then(|visit| visit.reading.as_ref());
    let was_reading = reading.is_some_and(|reading| reading.of == Read::Page);
    let mut effects = acted(model, |_, _| Vec::new());
    if was_reading {
        return effects;
    }
    let Some(leaflet) = model.leaflet() else {
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
    model.generation += 1;
    let sentences =
        script.sentences.iter().map(|s| SentencePlace { paragraph: s.paragraph, start: s.start, end: s.end });
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
    effects.push(Effect::Speak { generation: model.generation, script });
    effects
}

/// A button of the readout; unlike every other action it does not end it.
pub(super) fn readout(model: &mut Model, manage: Manage) -> Vec<Effect> {
    let now = model.now;
    let Some(visit) = model.visit.as_mut().filter(|visit| visit.reading.is_some()) else {
        return Vec::new();
    };
    let mut effects = visit.touch(now);
    effects.extend(order(visit, manage).map(Effect::Readout));
    effects
}

fn order(visit: &mut Visit, manage: Manage) -> Option<ReadoutOrder> {
    let reading = visit.reading.as_mut()?;
    let manner = &mut visit.manner;
    let was_paused = reading.is_paused;
    // Whoever moves or changes it wants to hear it.
    reading.is_paused = manage == Manage::Pause && !was_paused;
    Some(match manage {
        Manage::Pause if was_paused => ReadoutOrder::Resume,
        Manage::Pause => ReadoutOrder::Pause,
        Manage::Earlier => ReadoutOrder::Previous,
        Manage::Later => ReadoutOrder::Next,
        Manage::Slower | Manage::Faster => {
            manner.rate = if manage == Manage::Slower { manner.rate.slower() } else { manner.rate.faster() };
            ReadoutOrder::Rate(manner.rate)
        }
        Manage::Softer | Manage::Louder => {
            manner.volume = if manage == Manage::Softer { manner.volume.softer() } else { manner.volume.louder() };
            reading.is_paused = was_paused;
            ReadoutOrder::Volume(manner.volume)
        }
    })
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

/// The beginning of the page, so that the voice has it ready; nothing while it reads or where words were typed.
pub(super) fn prepared(model: &Model) -> Vec<Effect> {
    let is_public = |visit: &Visit| !matches!(visit.page, Page::Find(_) | Page::Form(_)) && visit.reading.is_none();
    if model.voice != Voice::Ready || !model.visit.as_ref().is_some_and(is_public) {
        return Vec::new();
    }
    let Some(leaflet) = model.leaflet() else { return Vec::new() };
    let paragraphs = leaflet.paragraphs().into_iter().take(PREPARED_PARAGRAPHS);
    let paragraphs: Vec<_> = paragraphs.map(|(_, text)| Paragraph::of(text)).collect();
    vec![Effect::Prepare { script: Script::of(&paragraphs) }]
}
