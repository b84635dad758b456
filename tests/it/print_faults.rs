//! Promises of `print` when something goes wrong on the way: paper that ends, lids, liars, small bites, pulled plugs.
//! Every printer here is the virtual one, over a real socket or a pseudo-terminal.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::print::simulator::Notice;
use civic_kiosk::print::{
    Delivery, Desk, Document, Go, Order, PrintFault, Printer, PrinterStatus, Progress, Spool, State, Step,
};

use crate::print::{Hall, checklist, hall, note};

/// Texts of all receipts until none comes for a while; what ended without a cut is marked.
pub fn all_receipts(hall: &Hall) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(notice) = hall.notices.recv_timeout(Duration::from_millis(600)) {
        match notice {
            Notice::Receipt { txt, is_cut, .. } => {
                let text = std::fs::read_to_string(txt).unwrap();
                texts.push(if is_cut { text } else { format!("{text}(torn)") });
            }
            Notice::Problem { problem, .. } => panic!("{problem}"),
            Notice::Failed(reason) => panic!("{reason}"),
        }
    }
    texts
}

fn lines(n: usize) -> Document {
    note(&(1..=n).map(|n| format!("第{n}行，内容")).collect::<Vec<_>>().join("\n"))
}

/// Prints and waits for whatever it takes; the steps that were told.
fn patient(printer: &mut dyn Printer, document: &Document) -> (Result<Delivery, PrintFault>, Vec<Step>) {
    let mut steps = Vec::new();
    let result = printer.print_watched(document, &mut |step| {
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        Go::On
    });
    (result, steps)
}

#[test]
fn paper_that_ends_halfway_is_put_in_and_the_receipt_goes_on_without_a_second_copy() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=1200"]);
    let (result, steps) = patient(&mut hall.printer("epson-tm-t82"), &lines(40));
    assert_eq!(result.unwrap(), Delivery::Continued);
    let out = PrinterStatus::PaperOut;
    assert_eq!(steps, [Step::Sending, Step::Sent, Step::Waiting(out), Step::Resuming]);
    let receipts = all_receipts(&hall);
    assert_eq!(receipts.len(), 2, "{receipts:?}");
    let whole = receipts.concat().replace("(torn)", "");
    assert!((1..=40).all(|n| whole.matches(&format!("第{n}行，")).count() == 1), "{whole}");
    assert!(!whole.contains("补打"));
}

#[test]
fn a_printer_that_forgets_gets_the_whole_receipt_again_labelled() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=1200", "forgets"]);
    let (result, steps) = patient(&mut hall.printer("generic-80"), &lines(40));
    assert_eq!(result.unwrap(), Delivery::Copied);
    assert!(steps.contains(&Step::Copying), "{steps:?}");
    let receipts = all_receipts(&hall);
    assert_eq!(receipts.len(), 2, "{receipts:?}");
    assert!(receipts[0].ends_with("(torn)") && !receipts[0].contains("第40行"));
    assert!(receipts[1].contains("【补打】") && receipts[1].contains("第1行") && receipts[1].contains("第40行"));
}

#[test]
fn a_printer_that_remembers_although_nobody_knew_prints_no_second_unlabelled_copy() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=1200"]);
    let (result, _) = patient(&mut hall.printer("generic-80"), &lines(40));
    assert_eq!(result.unwrap(), Delivery::Copied);
    let unlabelled: String = all_receipts(&hall).into_iter().filter(|text| !text.contains("【补打】")).collect();
    assert!((1..=40).all(|n| unlabelled.matches(&format!("第{n}行，")).count() <= 1), "{unlabelled}");
}

#[test]
fn paper_may_end_at_any_byte_of_a_receipt() {
    let document = checklist(|_, _, _| {});
    for at in [1, 3, 5, 40, 333, 900, 2_000] {
        for profile in ["epson-tm-t82", "generic-80"] {
            let hall = hall(576, &[&format!("paper-out-after={at}"), "mend-after=700"]);
            let (result, _) = patient(&mut hall.printer(profile), &document);
            let delivery = result.unwrap_or_else(|fault| panic!("{profile} at {at}: {fault:?}"));
            let receipts = all_receipts(&hall);
            let unlabelled =
                receipts.iter().filter(|text| !text.contains("【补打】")).fold(String::new(), |a, b| a + b);
            assert!(unlabelled.matches("内容第7期").count() <= 1, "{profile} at {at}: {delivery:?}");
            assert!(receipts.concat().contains("内容第7期"), "{profile} at {at}: the ticket is lost");
        }
    }
}

#[test]
fn a_drawn_receipt_survives_an_empty_roll_too() {
    let hall = hall(576, &["paper-out-after=20000", "mend-after=1200", "forgets"]);
    let document = note(&format!("{}\n𠮷", (1..=40).map(|n| format!("第{n}行")).collect::<Vec<_>>().join("\n")));
    let (result, _) = patient(&mut hall.printer("generic-80"), &document);
    assert_eq!(result.unwrap(), Delivery::Copied);
}

#[test]
fn an_open_lid_before_the_first_byte_is_waited_for_and_nothing_is_labelled() {
    let hall = hall(576, &["cover-open", "mend-after=1200"]);
    let (result, steps) = patient(&mut hall.printer("generic-80"), &lines(3));
    assert_eq!(result.unwrap(), Delivery::Confirmed);
    let open = PrinterStatus::CoverOpen;
    assert_eq!(steps, [Step::Waiting(open), Step::Resuming, Step::Sending, Step::Sent]);
    assert_eq!(all_receipts(&hall).len(), 1);
}

#[test]
fn a_ticket_in_the_presenter_is_taken_first() {
    let hall = hall(576, &["ticket-waiting", "mend-after=1000"]);
    assert_eq!(hall.printer("generic-80").status(), PrinterStatus::Ready, "bit 7 means nothing to others");
    let (result, steps) = patient(&mut hall.printer("presenter-80"), &lines(3));
    assert_eq!(result.unwrap(), Delivery::Confirmed);
    // Nothing of the virtual printer stops: only the model that knows the bit waits.
    assert!(steps.contains(&Step::Waiting(PrinterStatus::TicketWaiting)), "{steps:?}");
}

#[test]
fn a_liar_is_never_believed_to_have_printed() {
    let hall = hall(576, &["paper-out-after=0", "lies"]);
    assert_eq!(hall.printer("generic-80").print(&lines(3)).unwrap(), Delivery::Sent);
    assert!(all_receipts(&hall).is_empty());
}

#[test]
fn a_printer_that_takes_a_few_bytes_at_a_time_gets_them_all() {
    for bite in [1, 2, 7, 64] {
        let hall = hall(576, &[&format!("bite={bite}")]);
        assert_eq!(hall.printer("generic-80").print(&lines(20)).unwrap(), Delivery::Confirmed, "{bite}");
        let receipts = all_receipts(&hall);
        assert!(receipts.len() == 1 && receipts[0].contains("第20行"), "{bite}: {receipts:?}");
    }
}

#[test]
fn an_answer_that_comes_late_but_in_time_still_counts() {
    let hall = hall(576, &["late=300"]);
    let mut printer = hall.printer("generic-80");
    assert_eq!(printer.status(), PrinterStatus::Ready);
    assert_eq!(printer.print(&lines(3)).unwrap(), Delivery::Confirmed);
    assert_eq!(all_receipts(&hall).len(), 1);
}

#[test]
fn a_printer_that_hangs_up_at_any_byte_never_leaves_two_unlabelled_receipts() {
    for at in [1, 16, 40, 120, 300] {
        let hall = hall(576, &[&format!("close-after={at}")]);
        let result = hall.printer("generic-80").print(&lines(40));
        assert!(!matches!(result, Ok(Delivery::Confirmed)), "{at}: {result:?}");
        let whole = all_receipts(&hall).concat().matches("第40行，").count();
        assert!(whole <= 1, "{at}: {whole}");
    }
}

#[test]
fn a_printer_that_only_knows_automatic_status_is_understood() {
    let dialect = include_str!("../../kiosk-config/printers/generic-80.toml").replace("\"dle-eot\"", "\"gs-a\"");
    let profile = civic_kiosk::print::Profile::parse(&dialect, std::path::Path::new("gs-a.toml")).unwrap();
    for (fault, expected) in [
        ("paper-low", PrinterStatus::PaperLow),
        ("no-confirm", PrinterStatus::Ready),
        ("silent", PrinterStatus::Silent),
    ] {
        let hall = hall(576, &[fault]);
        let address = civic_kiosk::print::Address::Tcp("127.0.0.1".to_owned(), hall.simulator.address().port());
        let mut printer =
            civic_kiosk::print::EscPosPrinter::new(&address, profile.clone(), Arc::new(SystemClock::new()));
        printer.status();
        assert_eq!(printer.status(), expected, "{fault}");
    }
}

struct Counter {
    desk: Desk,
    _folder: tempfile::TempDir,
}

fn counter(hall: &Hall, profile: &str) -> Counter {
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let spool = Spool::open(folder.path(), clock.now()).unwrap();
    Counter { desk: Desk::with_spool(Box::new(hall.printer(profile)), spool, clock), _folder: folder }
}

impl Counter {
    fn states(&self) -> Vec<State> {
        self.desk.spool().unwrap().entries().unwrap().into_iter().rev().map(|entry| entry.state).collect()
    }
}

#[test]
fn two_residents_in_a_row_around_a_paper_out_each_get_their_own_or_nothing() {
    let hall = hall(576, &["paper-out-after=200", "mend-after=2500", "forgets"]);
    let mut counter = counter(&hall, "generic-80");
    let (first, second) = (lines(40), note("第二位的小票"));
    // The first one sees the help, and leaves.
    let has_left = Cell::new(false);
    let order = Order { key: "1-1", owner: 1, title: "小票", who: "", document: &first };
    let fault = counter.desk.print(&order, &|| has_left.get(), &mut |progress| {
        assert_eq!(progress, Progress::Waiting(PrinterStatus::PaperOut));
        has_left.set(true);
    });
    assert!(matches!(fault, Err(PrintFault::Stopped(PrinterStatus::PaperOut))), "{fault:?}");
    assert_eq!(counter.states(), [State::NeedsOperator]);
    // The second one comes while the roll is still empty.
    let order = Order { key: "2-2", owner: 2, title: "小票", who: "", document: &second };
    assert_eq!(counter.desk.print(&order, &|| false, &mut |_| ()).unwrap(), Delivery::Confirmed);
    assert_eq!(counter.states(), [State::NeedsOperator, State::Printed]);
    let receipts = all_receipts(&hall);
    assert!(receipts.iter().all(|text| !text.contains("补打")));
    let last = receipts.last().unwrap();
    assert!(last.contains("第二位的小票") && !last.contains("第1行"), "{receipts:?}");
    assert_eq!(receipts.concat().matches("第1行，").count(), 1);
    // Staff print what the first one did not get.
    assert_eq!(counter.desk.copy(1, "李红", &|| false, &mut |_| ()).unwrap(), Delivery::Confirmed);
    let receipts = all_receipts(&hall);
    assert!(receipts.len() == 1 && receipts[0].contains("【补打】") && receipts[0].contains("第40行"));
}

#[test]
fn a_resident_who_leaves_before_the_first_byte_takes_the_receipt_along() {
    let hall = hall(576, &["cover-open", "mend-after=1500"]);
    let mut counter = counter(&hall, "generic-80");
    let (first, second) = (note("第一位"), note("第二位"));
    let has_left = Cell::new(false);
    let order = Order { key: "1-1", owner: 1, title: "小票", who: "", document: &first };
    counter.desk.print(&order, &|| has_left.get(), &mut |_| has_left.set(true)).unwrap_err();
    let order = Order { key: "2-2", owner: 2, title: "小票", who: "", document: &second };
    counter.desk.print(&order, &|| false, &mut |_| ()).unwrap();
    assert_eq!(counter.states(), [State::Expired, State::Printed]);
    assert_eq!(all_receipts(&hall), ["第二位\n"]);
}
