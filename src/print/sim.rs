//! A printer in memory with scripted faults, for tests and the demo.
//! It draws nothing; the virtual printer of `kiosk simulate printer` does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use super::document::Document;
use super::printer::{Delivery, Go, PrintFault, Printer, Step};
use super::profile::Profile;
use super::status::PrinterStatus;
use super::transport::TransportError;

/// How long it waits for its script to mend it, again and again.
const WAIT_PAUSE: std::time::Duration = std::time::Duration::from_millis(5);
/// Most receipts that it remembers.
const PRINTED_MAX: usize = 100;

/// A simulated printer; clones share their state, so that a test keeps one and gives one away.
#[derive(Clone)]
pub struct SimPrinter {
    state: Arc<Mutex<State>>,
}

struct State {
    status: PrinterStatus,
    delivery: Delivery,
    faults: VecDeque<PrintFault>,
    printed: VecDeque<Document>,
    raw: Vec<u8>,
    profile: Option<Profile>,
}

impl SimPrinter {
    /// A printer with paper that confirms.
    pub fn new() -> Self {
        let state = State {
            status: PrinterStatus::Ready,
            delivery: Delivery::Confirmed,
            faults: VecDeque::new(),
            printed: VecDeque::new(),
            raw: Vec::new(),
            profile: None,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// From now on it is in this state.
    pub fn set_status(&self, status: PrinterStatus) {
        self.state().status = status;
    }

    /// From now on it confirms, or merely takes, what it prints.
    pub fn set_delivery(&self, delivery: Delivery) {
        self.state().delivery = delivery;
    }

    /// The next receipt fails this way; several calls queue up.
    pub fn fail_next(&self, fault: PrintFault) {
        self.state().faults.push_back(fault);
    }

    /// Receipts printed so far, oldest first.
    pub fn printed(&self) -> Vec<Document> {
        self.state().printed.iter().cloned().collect()
    }

    /// What it was sent last as mere bytes.
    pub fn raw(&self) -> Vec<u8> {
        self.state().raw.clone()
    }

    /// The model that it was told to be; none before.
    pub fn profile(&self) -> Option<Profile> {
        self.state().profile.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Default for SimPrinter {
    fn default() -> Self {
        Self::new()
    }
}

impl Printer for SimPrinter {
    fn status(&mut self) -> PrinterStatus {
        self.state().status
    }

    fn print_watched(
        &mut self,
        document: &Document,
        watch: &mut dyn FnMut(Step) -> Go,
    ) -> Result<Delivery, PrintFault> {
        loop {
            let status = self.status();
            if !status.can_be_mended() || !self.state().faults.is_empty() {
                break;
            }
            if watch(Step::Waiting(status)) == Go::Stop {
                return Err(PrintFault::NotReady(status));
            }
            std::thread::sleep(WAIT_PAUSE);
        }
        if watch(Step::Sending) == Go::Stop {
            return Err(PrintFault::Withdrawn);
        }
        let delivery = self.deliver(document)?;
        let _ = watch(Step::Sent);
        Ok(delivery)
    }

    fn send_raw(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.state().raw = bytes.to_vec();
        Ok(())
    }

    fn set_profile(&mut self, profile: Profile) {
        self.state().profile = Some(profile);
    }
}

impl SimPrinter {
    fn deliver(&self, document: &Document) -> Result<Delivery, PrintFault> {
        let mut state = self.state();
        if let Some(fault) = state.faults.pop_front() {
            return Err(fault);
        }
        if !state.status.can_print() {
            return Err(PrintFault::NotReady(state.status));
        }
        if state.printed.len() == PRINTED_MAX {
            state.printed.pop_front();
        }
        state.printed.push_back(document.clone());
        Ok(state.delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_the_order_they_were_scripted() {
        let script = SimPrinter::new();
        let mut printer = script.clone();
        script.fail_next(PrintFault::Stopped(PrinterStatus::PaperOut));
        script.set_status(PrinterStatus::CoverOpen);
        let document = Document::new();
        assert!(matches!(printer.print(&document), Err(PrintFault::Stopped(PrinterStatus::PaperOut))));
        assert!(matches!(printer.print(&document), Err(PrintFault::NotReady(PrinterStatus::CoverOpen))));
        script.set_status(PrinterStatus::Ready);
        assert_eq!(printer.print(&document).unwrap(), Delivery::Confirmed);
        assert_eq!(script.printed().len(), 1);
    }
}
