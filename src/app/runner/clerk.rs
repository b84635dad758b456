//! Attends to the receipt printer on a thread of its own: receipts, copies, strips, and how it is.
//! It prints nothing for a visit that is over.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use tokio::sync::mpsc::Sender;

use crate::base::chain::chain;
use crate::print::desk::{Desk, Order as Receipt, Progress};
use crate::print::document::Document;
use crate::print::identify::{self, Seen};
use crate::print::printer::Delivery;
use crate::print::profile::Profile;
use crate::session::VisitId;

use super::super::desk::devices::JOBS_MAX;
use super::super::event::{Event, PrinterEvent};
use super::send;

/// What staff are told who would change what the settings say.
const PROFILE_IS_SET: &str = "设置文件里写明了打印机配置，请改那里的 printer.profile";

/// What can be asked of the printer.
pub(super) enum PrinterOrder {
    Ask,
    Print { visit: VisitId, tap: u64, title: &'static str, who: String, document: Box<Document> },
    Receipts,
    Copy { desk: VisitId, id: i64, who: String },
    Strip { desk: VisitId },
    Use { desk: VisitId, seen: Seen },
}

/// Attends to the printer on a thread of its own.
pub(super) struct Clerk {
    pub desk: Desk,
    pub profile_file: Option<PathBuf>,
    pub over: Arc<AtomicU64>,
    pub is_asked: Arc<AtomicBool>,
    pub events: Sender<Event>,
}

impl Clerk {
    pub fn attend(mut self, inbox: &Receiver<PrinterOrder>) {
        while let Ok(order) = inbox.recv() {
            let event = match order {
                PrinterOrder::Ask => {
                    let status = self.desk.status();
                    self.is_asked.store(false, Ordering::Release);
                    PrinterEvent::Status(status)
                }
                // The next resident does not get the paper of the one before.
                PrinterOrder::Print { visit, .. } if self.is_over(visit) => continue,
                PrinterOrder::Print { visit, tap, title, who, document } => {
                    let key = format!("{}-{tap}", visit.number());
                    let owner = visit.number();
                    self.print(visit, &Receipt { key: &key, owner, title, who: &who, document: &document })
                }
                PrinterOrder::Receipts => {
                    let mut entries = self.desk.entries();
                    entries.truncate(JOBS_MAX);
                    PrinterEvent::Receipts(entries)
                }
                PrinterOrder::Copy { desk, id, who } => self.copy(desk, id, &who),
                PrinterOrder::Strip { desk } => PrinterEvent::Strip { desk, result: self.desk.identify() },
                PrinterOrder::Use { desk, seen } => PrinterEvent::Profiled { desk, result: self.use_profile(seen) },
            };
            send(&self.events, Event::Printer(event));
        }
    }

    fn print(&mut self, visit: VisitId, receipt: &Receipt<'_>) -> PrinterEvent {
        let (over, mut tell) = self.watch(visit);
        let result = self.desk.print(receipt, &over, &mut tell);
        note(result.as_ref());
        PrinterEvent::Done { visit, result }
    }

    fn copy(&mut self, desk: VisitId, id: i64, who: &str) -> PrinterEvent {
        let (over, mut tell) = self.watch(desk);
        let result = self.desk.copy(id, who, &over, &mut tell);
        note(result.as_ref());
        PrinterEvent::Copied { desk, result }
    }

    /// Whether a visit is over, and how to tell it of its receipt; the same again is no news.
    fn watch(&self, visit: VisitId) -> (impl Fn() -> bool + use<>, impl FnMut(Progress) + use<>) {
        let (over, events) = (Arc::clone(&self.over), self.events.clone());
        let mut last = None;
        let tell = move |progress| {
            if last.replace(progress) != Some(progress) {
                send(&events, Event::Printer(told(visit, progress)));
            }
        };
        (move || visit.number() <= over.load(Ordering::Acquire), tell)
    }

    fn use_profile(&mut self, seen: Seen) -> Result<Box<Profile>, String> {
        let path = self.profile_file.as_deref().ok_or_else(|| PROFILE_IS_SET.to_owned())?;
        let profile = identify::write(path, seen).map_err(|error| chain(&error))?;
        self.desk.set_profile(profile.clone());
        Ok(Box::new(profile))
    }

    fn is_over(&self, visit: VisitId) -> bool {
        visit.number() <= self.over.load(Ordering::Acquire)
    }
}

fn note(result: Result<&Delivery, &(impl std::error::Error + 'static)>) {
    match result {
        Ok(delivery) => tracing::info!(outcome = delivery.fact(), "receipt"),
        Err(fault) => tracing::warn!(error = %chain(fault), "receipt"),
    }
}

fn told(visit: VisitId, progress: Progress) -> PrinterEvent {
    match progress {
        Progress::Waiting(status) => PrinterEvent::Waiting { visit, status },
        Progress::Resumed => PrinterEvent::Resumed { visit },
    }
}
