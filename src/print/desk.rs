//! The printer with its book: every receipt is written down before its first byte leaves, and after its last.
//! A receipt whose visit is over is not printed; a copy is always labelled.

use std::sync::Arc;

use super::document::Document;
use super::identify;
use super::outcome::{Delivery, Go, PrintFault, Step};
use super::printer::Printer;
use super::profile::Profile;
pub use super::spool::Order;
use super::spool::{Entry, Queued, Spool, SpoolError, State};
use super::status::PrinterStatus;
use crate::base::chain::chain;
use crate::base::clock::Clock;

/// What the resident can be told while a receipt is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits until somebody helps the printer.
    Waiting(PrinterStatus),
    /// It goes on.
    Resumed,
}

/// Why a copy cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// No such receipt, or its content is gone already.
    #[error("没有可以补打的小票 {0}")]
    Gone(i64),
    /// The book.
    #[error("打印队列出错")]
    Spool(#[from] SpoolError),
    /// The printer.
    #[error("补打没有打出来")]
    Print(#[from] PrintFault),
}

/// A printer and the book of its receipts.
pub struct Desk {
    printer: Box<dyn Printer>,
    spool: Option<Spool>,
    clock: Arc<dyn Clock>,
}

impl Desk {
    /// A printer without a book: what a crash interrupts is forgotten.
    pub fn new(printer: Box<dyn Printer>, clock: Arc<dyn Clock>) -> Self {
        Self { printer, spool: None, clock }
    }

    /// A printer with its book.
    pub fn with_spool(printer: Box<dyn Printer>, spool: Spool, clock: Arc<dyn Clock>) -> Self {
        Self { printer, spool: Some(spool), clock }
    }

    /// The printer's state now.
    pub fn status(&mut self) -> PrinterStatus {
        self.printer.status()
    }

    /// Prints a receipt once. Waits for paper as long as `is_over` says that the visit goes on.
    pub fn print(
        &mut self,
        order: &Order<'_>,
        is_over: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Delivery, PrintFault> {
        let id = match self.queue(order) {
            Some(Queued::Known(_, State::Printed)) => return Ok(Delivery::Sent),
            Some(Queued::Known(..)) => return Err(PrintFault::Withdrawn),
            Some(Queued::New(id)) => Some(id),
            None => None,
        };
        if is_over() {
            self.note(id, State::Expired, "visit-over");
            return Err(PrintFault::Withdrawn);
        }
        let result = self.run(id, order.document, is_over, tell);
        let (state, fact) = match &result {
            Ok(delivery) => (State::Printed, delivery.fact()),
            Err(fault) if fault.may_have_printed() => (State::NeedsOperator, fault.fact()),
            Err(PrintFault::Withdrawn) => (State::Expired, "visit-over"),
            Err(_) if is_over() => (State::Expired, "visit-over"),
            Err(fault) => (State::Cancelled, fault.fact()),
        };
        self.note(id, state, fact);
        result
    }

    /// Prints a receipt that staff looked after, labelled as a copy; the first one is done with then. `who` asked.
    pub fn copy(
        &mut self,
        id: i64,
        who: &str,
        is_over: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Delivery, CopyFault> {
        let spool = self.spool.as_ref().ok_or(CopyFault::Gone(id))?;
        let document = spool.document(id)?.ok_or(CopyFault::Gone(id))?;
        let copy = if document.is_copy() { document } else { document.copy() };
        let tries = spool.entries()?.len();
        let key = format!("copy-{id}-{tries}");
        let order = Order { key: &key, owner: 0, title: "补打", who, document: &copy };
        let delivery = self.print(&order, is_over, tell)?;
        let now = self.clock.now();
        if let Some(spool) = &mut self.spool {
            spool.step(id, State::Cancelled, "copied", now)?;
        }
        Ok(delivery)
    }

    /// Prints the strip of a printer that is not known yet; its state is not asked.
    pub fn identify(&mut self) -> Result<(), PrintFault> {
        self.printer.send_raw(&identify::strip()).map_err(PrintFault::Unreachable)
    }

    /// From now on the printer is taken for this model.
    pub fn set_profile(&mut self, profile: Profile) {
        self.printer.set_profile(profile);
    }

    /// The receipts of the book, newest first; none without a book.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.spool.as_ref().map_or(Ok(Vec::new()), Spool::entries);
        entries.unwrap_or_else(|error| {
            tracing::error!(error = %chain(&error), "the book of receipts cannot be read");
            Vec::new()
        })
    }

    /// The book, for staff.
    pub fn spool(&self) -> Option<&Spool> {
        self.spool.as_ref()
    }

    fn queue(&mut self, order: &Order<'_>) -> Option<Queued> {
        let now = self.clock.now();
        match self.spool.as_mut()?.queue(order, now) {
            Ok(queued) => Some(queued),
            Err(error) => {
                // A full disk must not take the checklist away.
                tracing::error!(error = %chain(&error), "a receipt is printed without being written down");
                None
            }
        }
    }

    fn run(
        &mut self,
        id: Option<i64>,
        document: &Document,
        is_over: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Delivery, PrintFault> {
        let Self { printer, spool, clock } = self;
        let mut note = |state, fact: &str| write_down(spool.as_mut(), id, state, fact, clock.as_ref());
        printer.print_watched(document, &mut |step| {
            if is_over() && !matches!(step, Step::Sent) {
                return Go::Stop;
            }
            match step {
                Step::Sending => note(State::Sending, ""),
                Step::Sent => note(State::AwaitConfirm, ""),
                Step::Waiting(status) => tell(Progress::Waiting(status)),
                Step::Resuming => tell(Progress::Resumed),
                Step::Copying => note(State::Sending, "copying"),
            }
            Go::On
        })
    }

    fn note(&mut self, id: Option<i64>, state: State, fact: &str) {
        write_down(self.spool.as_mut(), id, state, fact, self.clock.as_ref());
    }
}

fn write_down(spool: Option<&mut Spool>, id: Option<i64>, state: State, fact: &str, clock: &dyn Clock) {
    let (Some(spool), Some(id)) = (spool, id) else {
        return;
    };
    let written = match spool.step(id, state, fact, clock.now()) {
        // All bytes were taken and then given back, as by a file on a full disk: a person decides.
        Err(SpoolError::Step { .. }) if matches!(state, State::Cancelled | State::Expired) => {
            spool.step(id, State::NeedsOperator, fact, clock.now())
        }
        written => written,
    };
    if let Err(error) = written {
        tracing::error!(error = %chain(&error), "a receipt's state cannot be written down");
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Style;
    use super::super::sim::SimPrinter;
    use super::*;
    use crate::base::clock::SystemClock;

    struct Counter {
        desk: Desk,
        printer: SimPrinter,
        _folder: tempfile::TempDir,
    }

    fn counter() -> Counter {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let printer = SimPrinter::new();
        let spool = Spool::open(folder.path(), clock.now()).unwrap();
        let desk = Desk::with_spool(Box::new(printer.clone()), spool, clock);
        Counter { desk, printer, _folder: folder }
    }

    fn receipt(text: &str) -> Document {
        let mut document = Document::new();
        document.text(text, Style::PLAIN).cut();
        document
    }

    impl Counter {
        fn print(&mut self, key: &str) -> Result<Delivery, PrintFault> {
            let document = receipt("甲");
            let order = Order { key, owner: 1, title: "小票", who: "", document: &document };
            self.desk.print(&order, &|| false, &mut |_| ())
        }

        fn copy(&mut self, id: i64) -> Result<Delivery, CopyFault> {
            self.desk.copy(id, "李红", &|| false, &mut |_| ())
        }

        fn states(&self) -> Vec<(State, String)> {
            let entries = self.desk.spool().unwrap().entries().unwrap();
            entries.into_iter().rev().map(|entry| (entry.state, entry.fact)).collect()
        }
    }

    #[test]
    fn a_tap_twice_prints_once() {
        let mut counter = counter();
        assert_eq!(counter.print("1").unwrap(), Delivery::Confirmed);
        counter.print("1").unwrap();
        assert_eq!(counter.printer.printed().len(), 1);
        assert_eq!(counter.states(), [(State::Printed, "confirmed".to_owned())]);
    }

    #[test]
    fn a_receipt_waits_for_paper_and_is_printed_once() {
        let mut counter = counter();
        counter.printer.set_status(PrinterStatus::PaperOut);
        let (document, printer) = (receipt("甲"), counter.printer.clone());
        let order = Order { key: "1", owner: 1, title: "小票", who: "", document: &document };
        let mut told = 0;
        let delivery = counter.desk.print(&order, &|| false, &mut |progress| {
            assert_eq!(progress, Progress::Waiting(PrinterStatus::PaperOut));
            told += 1;
            if told == 3 {
                printer.set_status(PrinterStatus::Ready);
            }
        });
        assert_eq!(delivery.unwrap(), Delivery::Confirmed);
        assert_eq!(counter.printer.printed(), [document]);
    }

    #[test]
    fn the_next_resident_never_gets_the_paper_of_the_one_before() {
        let mut counter = counter();
        counter.printer.set_status(PrinterStatus::PaperOut);
        let (first, second) = (receipt("甲的"), receipt("乙的"));
        let order = Order { key: "1", owner: 1, title: "小票", who: "", document: &first };
        let left = std::cell::Cell::new(false);
        let fault = counter.desk.print(&order, &|| left.get(), &mut |_| left.set(true)).unwrap_err();
        assert!(!fault.may_have_printed());
        counter.printer.set_status(PrinterStatus::Ready);
        let order = Order { key: "2", owner: 2, title: "小票", who: "", document: &second };
        counter.desk.print(&order, &|| false, &mut |_| ()).unwrap();
        assert_eq!(counter.printer.printed(), [second]);
    }

    #[test]
    fn what_may_be_on_paper_goes_to_staff_who_print_a_labelled_copy() {
        let mut counter = counter();
        counter.printer.fail_next(PrintFault::Stopped(PrinterStatus::PaperOut));
        counter.print("1").unwrap_err();
        assert_eq!(counter.states(), [(State::NeedsOperator, "stopped".to_owned())]);
        assert_eq!(counter.copy(1).unwrap(), Delivery::Confirmed);
        assert!(counter.printer.printed()[0].is_copy());
        assert_eq!(
            counter.states(),
            [(State::Cancelled, "copied".to_owned()), (State::Printed, "confirmed".to_owned())]
        );
        let who: Vec<_> = counter.desk.entries().into_iter().map(|entry| entry.who).collect();
        assert_eq!(who, ["李红", ""], "the copy bears a name, the resident's receipt none");
        assert!(matches!(counter.copy(1), Err(CopyFault::Gone(1))));
    }

    #[test]
    fn what_was_refused_at_once_is_not_kept() {
        let mut counter = counter();
        counter.printer.set_status(PrinterStatus::Silent);
        counter.print("1").unwrap_err();
        assert_eq!(counter.states(), [(State::Cancelled, "silent".to_owned())]);
        assert!(matches!(counter.copy(1), Err(CopyFault::Gone(1))));
    }
}
