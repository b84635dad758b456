//! The real printer against scripted lines: what it believes, what it sends, what it says.
//! No socket and no device is touched here.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::sync::Mutex;

use super::super::document::Style;
use super::super::profile::Drawing;
use super::*;
use crate::base::clock::SimClock;

/// A line that answers by a script and keeps what it was sent.
struct Script {
    clock: Arc<SimClock>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    opens: usize,
    sent: Vec<u8>,
    answers: VecDeque<u8>,
    /// Answers to `DLE EOT 1..4`; none is silence.
    status: Option<[u8; 4]>,
    /// Answer to `GS r 1`.
    confirmation: Option<u8>,
    /// Status once a job has been sent.
    status_after_job: Option<[u8; 4]>,
    /// Refuses to open so many times.
    refusals: usize,
    /// Everything that went over the line, questions too.
    line: Vec<u8>,
    /// Breaks after so many bytes of a job.
    breaks_after: Option<usize>,
}

impl Transport for Script {
    fn target(&self) -> String {
        "script".to_owned()
    }

    fn open(&mut self) -> Result<(), TransportError> {
        let mut shared = self.shared.lock().unwrap();
        shared.opens += 1;
        if shared.refusals > 0 {
            shared.refusals -= 1;
            return Err(TransportError::new("script".into(), 0, ErrorKind::ConnectionRefused.into()));
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], _limit: Duration) -> Result<(), TransportError> {
        let mut shared = self.shared.lock().unwrap();
        shared.line.extend_from_slice(bytes);
        if let (Some(status), [0x10, 0x04, n]) = (shared.status, bytes) {
            shared.answers.push_back(status[usize::from(*n) - 1]);
            return Ok(());
        }
        if let [0x10, 0x04, _] = bytes {
            return Ok(());
        }
        if let Some(n) = shared.breaks_after.take() {
            shared.sent.extend_from_slice(&bytes[..n]);
            return Err(TransportError::new("script".into(), n, ErrorKind::BrokenPipe.into()));
        }
        shared.sent.extend_from_slice(bytes);
        if bytes == ASK_CONFIRMATION {
            if let Some(status) = shared.status_after_job {
                shared.status = Some(status);
            }
            if let Some(byte) = shared.confirmation {
                shared.answers.push_back(byte);
            }
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, TransportError> {
        match self.shared.lock().unwrap().answers.pop_front() {
            Some(byte) => {
                buffer[0] = byte;
                Ok(1)
            }
            None => {
                self.clock.advance(limit);
                Ok(0)
            }
        }
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    fn abandon(&mut self) {}

    fn can_answer(&self) -> bool {
        true
    }
}

const FINE: [u8; 4] = [0x12; 4];

fn scripted(shared: Shared) -> (EscPosPrinter, Arc<Mutex<Shared>>) {
    let clock = Arc::new(SimClock::at(jiff::Timestamp::UNIX_EPOCH));
    let shared = Arc::new(Mutex::new(shared));
    let line = Script { clock: clock.clone(), shared: shared.clone() };
    (EscPosPrinter::over(Box::new(line), Profile::builtin("generic-80").unwrap(), clock), shared)
}

fn receipt() -> Document {
    let mut document = Document::new();
    document.text("带好身份证", Style::PLAIN).cut();
    document
}

#[test]
fn a_confirmed_receipt_is_confirmed() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), confirmation: Some(0), ..Shared::default() });
    assert_eq!(printer.print(&receipt()).unwrap(), Delivery::Confirmed);
    assert!(shared.lock().unwrap().sent.ends_with(&[0x1D, 0x56, 0x42, 0x00, 0x1D, 0x72, 0x01]));
}

#[test]
fn without_confirmation_the_receipt_is_only_sent() {
    let (mut printer, _) = scripted(Shared { status: Some(FINE), ..Shared::default() });
    let delivery = printer.print(&receipt()).unwrap();
    assert_eq!(delivery, Delivery::Sent);
    assert_eq!(delivery.resident_text(), "已发送，请取票；未出票请告诉工作人员");
}

#[test]
fn a_confirmation_without_paper_is_not_believed() {
    let (mut printer, _) = scripted(Shared { status: Some(FINE), confirmation: Some(0x0F), ..Shared::default() });
    assert_eq!(printer.print(&receipt()).unwrap(), Delivery::Sent);
}

#[test]
fn stale_and_alien_bytes_are_no_confirmation() {
    let answers = VecDeque::from([0x00, 0x12, 0x72]);
    let (mut printer, _) = scripted(Shared { status: Some(FINE), answers, ..Shared::default() });
    assert_eq!(printer.print(&receipt()).unwrap(), Delivery::Sent);
}

#[test]
fn a_confirmation_is_asked_for_once() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), ..Shared::default() });
    printer.print(&receipt()).unwrap();
    let sent = shared.lock().unwrap().sent.clone();
    assert_eq!(sent.windows(3).filter(|part| **part == ASK_CONFIRMATION).count(), 1);
}

#[test]
fn a_silent_printer_gets_no_receipt() {
    let (mut printer, shared) = scripted(Shared::default());
    assert_eq!(printer.status(), PrinterStatus::Silent);
    assert!(matches!(printer.print(&receipt()), Err(PrintFault::NotReady(PrinterStatus::Silent))));
    assert!(shared.lock().unwrap().sent.is_empty());
}

#[test]
fn a_printer_that_answers_nonsense_gets_no_receipt() {
    for byte in [0x00, 0xFF, 0x13, 0x10] {
        let (mut printer, shared) = scripted(Shared { status: Some([byte; 4]), ..Shared::default() });
        assert!(matches!(printer.print(&receipt()), Err(PrintFault::NotReady(PrinterStatus::Unclear))), "{byte:02X}");
        assert!(shared.lock().unwrap().sent.is_empty());
    }
}

#[test]
fn paper_that_ends_during_the_receipt_is_told() {
    let (mut printer, _) =
        scripted(Shared { status: Some(FINE), status_after_job: Some([0x1A, 0x32, 0x12, 0x7E]), ..Shared::default() });
    let fault = printer.print(&receipt()).unwrap_err();
    assert!(matches!(fault, PrintFault::Stopped(PrinterStatus::PaperOut)));
    assert!(fault.may_have_printed());
    assert!(fault.resident_text().contains("可能不全"));
}

#[test]
fn a_job_that_broke_halfway_is_never_sent_again_by_itself() {
    let (mut printer, shared) =
        scripted(Shared { status: Some(FINE), confirmation: Some(0), breaks_after: Some(7), ..Shared::default() });
    let fault = printer.print(&receipt()).unwrap_err();
    assert!(matches!(&fault, PrintFault::Broken(error) if error.written == 7), "{fault:?}");
    assert_eq!(shared.lock().unwrap().sent.len(), 7);
    // What it left open is closed before the next job.
    assert_eq!(printer.print(&receipt()).unwrap(), Delivery::Confirmed);
    let sent = shared.lock().unwrap().sent.split_off(7);
    assert!(sent[..FLUSH_NULS].iter().all(|b| *b == 0));
    assert_eq!(&sent[FLUSH_NULS..FLUSH_NULS + 4], [0x1B, 0x40, 0x1C, 0x26]);
}

#[test]
fn a_job_of_which_nothing_was_sent_is_tried_once_more() {
    let (mut printer, shared) =
        scripted(Shared { status: Some(FINE), confirmation: Some(0), breaks_after: Some(0), ..Shared::default() });
    assert_eq!(printer.print(&receipt()).unwrap(), Delivery::Confirmed);
    assert_eq!(shared.lock().unwrap().opens, 2);
}

#[test]
fn a_refusing_printer_is_tried_within_limits() {
    let (mut printer, shared) = scripted(Shared { refusals: 100, ..Shared::default() });
    assert!(matches!(printer.print(&receipt()), Err(PrintFault::Unreachable(_))));
    assert!(shared.lock().unwrap().opens <= TRIES_MAX * TRIES_MAX);
    assert_eq!(printer.status(), PrinterStatus::Unreachable);
}

#[test]
fn a_flickering_sensor_is_not_yet_a_low_roll() {
    let low = [0x12, 0x12, 0x12, 0x1E];
    let (mut printer, shared) = scripted(Shared { status: Some(low), ..Shared::default() });
    assert_eq!(printer.status(), PrinterStatus::Ready);
    assert_eq!(printer.status(), PrinterStatus::PaperLow);
    shared.lock().unwrap().status = Some(FINE);
    assert_eq!(printer.status(), PrinterStatus::Ready);
}

#[test]
fn a_question_is_three_bytes_and_nothing_more() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), ..Shared::default() });
    printer.status();
    assert_eq!(shared.lock().unwrap().line, [0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4]);
}

#[test]
fn a_strip_goes_out_as_it_is_behind_whatever_a_broken_job_left_open() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), breaks_after: Some(3), ..Shared::default() });
    printer.print(&receipt()).unwrap_err();
    shared.lock().unwrap().line.clear();
    printer.send_raw(&[1, 2, 3]).unwrap();
    printer.send_raw(&[4]).unwrap();
    let line = shared.lock().unwrap().line.clone();
    assert_eq!((line.len(), &line[FLUSH_NULS..]), (FLUSH_NULS + 4, &[1, 2, 3, 4][..]));
}

#[test]
fn a_printer_that_is_another_model_from_now_on_gets_its_bytes() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), confirmation: Some(0), ..Shared::default() });
    printer.set_profile(Profile::builtin("presenter-80").unwrap());
    printer.print(&receipt()).unwrap();
    let sent = shared.lock().unwrap().sent.clone();
    assert!(sent.ends_with(&[0x1D, 0x56, 0x41, 0x00, 0x1D, 0x65, 0x03, 0x0C, 0x1D, 0x72, 0x01]), "{sent:02X?}");
}

#[test]
fn a_character_that_cannot_be_printed_stops_the_job_before_the_line_is_opened() {
    let (mut printer, shared) = scripted(Shared { status: Some(FINE), ..Shared::default() });
    printer.profile.drawing = Drawing::Never;
    let mut document = Document::new();
    document.text("姓名：𠮷", Style::PLAIN);
    assert!(matches!(printer.print(&document), Err(PrintFault::NotPrintable(_))));
    assert_eq!(shared.lock().unwrap().opens, 0);
}

#[test]
fn no_sentence_for_residents_claims_success() {
    let faults = [
        PrintFault::NotReady(PrinterStatus::PaperOut),
        PrintFault::Unreachable(TransportError::new("x".into(), 0, io::ErrorKind::NotFound.into())),
        PrintFault::Broken(TransportError::new("x".into(), 9, io::ErrorKind::BrokenPipe.into())),
        PrintFault::Stopped(PrinterStatus::CoverOpen),
    ];
    for text in faults.iter().map(PrintFault::resident_text) {
        assert!(!text.contains("成功") && text.contains("请扫码带走"), "{text}");
    }
}
