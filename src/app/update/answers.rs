//! What the content store, the voice and the printer answer.
//! An answer for a visit that is over, or for something nobody wants any more, changes nothing.

use jiff::Zoned;

use crate::content::Record;
use crate::print::printer::{Delivery, PrintFault};
use crate::print::status::PrinterStatus;
use crate::session::VisitId;

use super::super::effect::Effect;
use super::super::event::{ContentEvent, Found, PrinterEvent, VoiceEvent};
use super::super::model::{Model, Overlay, Page, RecordPage, Visit, Voice};
use super::super::signage::WALL;
use super::devices;
use super::opinion;
use super::pictures::came;
use super::visit::message;

pub(super) fn content(model: &mut Model, event: ContentEvent) -> Vec<Effect> {
    match event {
        ContentEvent::Picture { visit, name, picture } => came(model, visit, &name, picture),
        ContentEvent::Hall(hall) => {
            // The pages of a visit keep the release they were opened with.
            if model.visit.is_none() || model.takes_hall {
                model.takes_hall = false;
                let turns = hall.as_ref().map_or(0, |hall| hall.site.attract.len());
                model.attract_turn = model.attract_turn.min(turns.saturating_sub(1));
                model.hall = Some(hall);
                return wall(model, None);
            }
        }
        ContentEvent::Page { visit: WALL, found, .. } => {
            // What cannot be read is not on the wall.
            return found.ok().flatten().map_or(Vec::new(), |found| wall(model, Some(found)));
        }
        ContentEvent::Page { visit: id, want, found } => {
            // Who has gone elsewhere meanwhile is not pulled back.
            let asked = |visit: &&mut Visit| visit.id == id && visit.wanted.as_ref() == Some(&want);
            let Some(visit) = model.visit.as_mut().filter(asked) else {
                return Vec::new();
            };
            visit.wanted = None;
            match found {
                Ok(Some(found)) => {
                    visit.show(found, want);
                    if matches!(&visit.page, Page::Record(page) if matches!(page.opened.record, Record::Guide(_))) {
                        visit.opinions.served();
                    }
                    // What can be done with a form or a survey is known before it is begun.
                    let is_form = |page: &RecordPage| matches!(page.opened.record, Record::Form(_) | Record::Survey(_));
                    if matches!(&visit.page, Page::Record(page) if is_form(page)) {
                        return vec![Effect::AskMailbox];
                    }
                }
                Ok(None) => visit.say("这一页刚刚撤下", "内容已更新，请返回重新选择，或问工作人员。"),
                Err(_) => visit.say("这一页读不出来", "请看别的内容，或问工作人员。"),
            }
        }
    }
    Vec::new()
}

/// The wall screen takes what has come; without anything it asks for what the hall has.
fn wall(model: &mut Model, found: Option<Found>) -> Vec<Effect> {
    let wall = model.wall.as_ref().map(Zoned::date);
    let (Some(Ok(hall)), Some(signage)) = (&model.hall, &mut model.signage) else {
        return Vec::new();
    };
    let today = wall.unwrap_or(hall.issued);
    match found {
        Some(found) => signage.take(found, hall, today),
        None => signage.renew(hall, today),
    }
}

pub(super) fn voice(model: &mut Model, event: VoiceEvent) -> Vec<Effect> {
    let now = model.now;
    let reading = model.visit.as_ref().and_then(|visit| visit.reading.as_ref());
    let is_live = |generation: u64| reading.is_some_and(|reading| reading.generation == generation);
    match event {
        VoiceEvent::Available => model.voice = Voice::Ready,
        VoiceEvent::Sentence { generation, index } if is_live(generation) => {
            if let Some(reading) = model.visit.as_mut().and_then(|visit| visit.reading.as_mut()) {
                reading.current = Some(index);
                reading.at = None;
                reading.since = now;
            }
        }
        VoiceEvent::Mark { generation, index, at } if is_live(generation) => {
            let reading = model.visit.as_mut().and_then(|visit| visit.reading.as_mut());
            if let Some(reading) = reading.filter(|reading| reading.current == Some(index)) {
                reading.at = Some(at);
                reading.since = now;
            }
        }
        VoiceEvent::Finished { generation } if is_live(generation) => {
            let card = opinion::of_page_read(model);
            if let Some(visit) = &mut model.visit {
                visit.reading = None;
                visit.idle.touch(now);
                if let Some(card) = card {
                    visit.opinions.wants(card);
                }
            }
        }
        // A readout that was stopped.
        VoiceEvent::Sentence { .. } | VoiceEvent::Mark { .. } | VoiceEvent::Finished { .. } => {}
        VoiceEvent::Unavailable(reason) => {
            if let Some(visit) = model.visit.as_mut().filter(|visit| visit.reading.is_some()) {
                visit.reading = None;
                visit.idle.touch(now);
                visit.say("语音停了", &no_voice(&reason));
            }
            if let Some(visit) = &mut model.visit {
                visit.aside = None;
            }
            model.voice = Voice::Absent(reason);
        }
    }
    Vec::new()
}

/// What the voice button says where there is no voice.
pub(super) fn no_voice(reason: &str) -> String {
    format!("{reason}。可以点“大字”放大文字，或请工作人员读给您听。")
}

pub(super) fn printer(model: &mut Model, event: PrinterEvent) -> Vec<Effect> {
    let (id, result) = match event {
        PrinterEvent::Status(status) => {
            model.printer = status;
            return Vec::new();
        }
        PrinterEvent::Waiting { visit, status } => {
            model.printer = status;
            hold_up(model, visit, Some(status));
            return Vec::new();
        }
        PrinterEvent::Resumed { visit } => {
            hold_up(model, visit, None);
            return Vec::new();
        }
        PrinterEvent::Receipts(entries) => {
            devices::receipts(model, entries);
            return Vec::new();
        }
        PrinterEvent::Copied { desk, result } => return devices::copied(model, desk, result),
        PrinterEvent::Strip { desk, result } => return devices::strip_sent(model, desk, result),
        PrinterEvent::Profiled { desk, result } => return devices::profiled(model, desk, result),
        PrinterEvent::Done { visit, result } => (visit, result),
    };
    if let Err(PrintFault::NotReady(status)) = &result {
        model.printer = *status;
    }
    if model.desk.as_ref().is_some_and(|desk| desk.id == id) {
        return devices::done(model, id, result);
    }
    let Some(visit) = model.visit.as_mut().filter(|v| v.id == id) else {
        return Vec::new();
    };
    let Some(printing) = visit.printing.take() else {
        return Vec::new();
    };
    visit.idle.touch(model.now);
    // The code is offered only where it is the code of what was printed.
    let is_here = matches!(&visit.page, Page::Record(page) if *page.opened.record.id() == printing.record);
    if result.is_ok() {
        visit.opinions.served();
        if let (true, Some(Ok(hall))) = (is_here, &model.hall)
            && let Some(card) = opinion::of_page(visit, hall)
        {
            visit.opinions.wants(card);
        }
    }
    visit.tell(match result {
        Ok(Delivery::Confirmed) => message("打好了", "请取走小票。", false),
        Ok(Delivery::Continued) => message("打好了", "中间换过纸，小票有两段，请一起取走。", false),
        Ok(Delivery::Copied) => message("重新打好了", "请取走印有“补打”的一张；前一张没有打全，可以不要。", false),
        Ok(Delivery::Sent) => message("已发送，请取票", "没有出票，请告诉工作人员，或扫码带走。", is_here),
        Err(fault) => message("没有打出来", fault.resident_text(), is_here),
    });
    vec![Effect::AskPrinter]
}

/// A receipt waits for paper, or goes on; who is looking at something else is not disturbed.
fn hold_up(model: &mut Model, id: VisitId, waiting: Option<PrinterStatus>) {
    let now = model.now;
    let Some(visit) = model.visit.as_mut().filter(|visit| visit.id == id) else {
        devices::waits(model, id, waiting);
        return;
    };
    let Some(printing) = &mut visit.printing else {
        return;
    };
    let is_new = printing.waiting.is_some() != waiting.is_some();
    printing.waiting = waiting;
    if is_new {
        printing.since = now;
        if visit.overlay == Overlay::None {
            visit.overlay = Overlay::Printing;
        }
    }
}
