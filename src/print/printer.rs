//! A printer as the program sees it: ask, print, wait for paper, and say honestly what is known afterwards.
//! It never sends a job twice unlabelled once a byte of it has left, and never calls "sent" printed.

use std::sync::Arc;
use std::time::Duration;

use super::document::Document;
pub use super::outcome::{Delivery, Go, PrintFault, Step};
use super::press::Press;
use super::profile::{AfterPaper, Confirmation, Profile, StatusDialect};
use super::status::{self, PrinterStatus, Round};
use super::transport::{Address, Transport, TransportError, TransportFault};
use crate::base::clock::Clock;

/// Tries to reach the printer, as long as no byte of the job was sent.
const TRIES_MAX: usize = 2;
/// Pause before the second try.
const RETRY_PAUSE: Duration = Duration::from_millis(300);
/// Time that any job may take to be accepted.
const SEND_LIMIT: Duration = Duration::from_secs(15);
/// Slowest line that we wait for: 9600 baud.
const BYTES_PER_SECOND_MIN: u64 = 960;
/// How long the printer may take to confirm.
const CONFIRM_LIMIT: Duration = Duration::from_secs(12);
/// After so long without a confirmation, ask what is the matter: nobody changes a roll faster than this is asked.
const CONFIRM_PATIENCE: Duration = Duration::from_millis(500);
/// `GS r 1`: answered once everything before it has been printed.
const ASK_CONFIRMATION: [u8; 3] = [0x1D, 0x72, 0x01];
/// Ends whatever command an aborted job left open.
const FLUSH_NULS: usize = 8_192;
/// Bytes given to the line at once: a stop is noticed between two bites.
const BITE_BYTES: usize = 4_096;
/// How long a bite may take before the printer is asked what is the matter.
const BITE_LIMIT: Duration = Duration::from_secs(5);
/// How long a printer that waits for paper is left alone between two questions.
const WAIT_PAUSE: Duration = Duration::from_millis(500);
/// Questions to a printer that waits: ten minutes.
const WAIT_ROUNDS_MAX: usize = 1_200;

/// A receipt printer.
pub trait Printer: Send {
    /// Its state now.
    fn status(&mut self) -> PrinterStatus;

    /// Prints a receipt; returns when it is confirmed, sent, or known to have failed. It does not wait for paper.
    fn print(&mut self, document: &Document) -> Result<Delivery, PrintFault> {
        self.print_watched(document, &mut |step| match step {
            Step::Waiting(_) => Go::Stop,
            Step::Sending | Step::Sent | Step::Resuming | Step::Copying => Go::On,
        })
    }

    /// Prints a receipt and tells `watch` of every step; what `watch` says decides whether it goes on.
    fn print_watched(&mut self, document: &Document, watch: &mut dyn FnMut(Step) -> Go)
    -> Result<Delivery, PrintFault>;

    /// Sends bytes as they are, for the strip of a printer that is not known yet; its state is not asked.
    fn send_raw(&mut self, bytes: &[u8]) -> Result<(), TransportError>;

    /// From now on it is taken for this model.
    fn set_profile(&mut self, profile: Profile);
}

/// A real printer that speaks ESC/POS.
pub struct EscPosPrinter {
    transport: Box<dyn Transport>,
    profile: Profile,
    press: Press,
    clock: Arc<dyn Clock>,
    /// The last poll saw the near-end sensor; only two in a row count, a loose roll flickers.
    was_low: bool,
    /// The last job ended badly and may have left a command open.
    has_open_command: bool,
}

/// How a stop on the way ended.
enum Mended {
    /// On the same line: the printer still has what it was sent.
    OnTheLine,
    /// The line had to be opened anew, as after a printer was switched off.
    Anew,
}

/// How the sending of a job ended, or that it has to be begun anew.
enum Sending {
    Done(Delivery),
    Lost,
}

/// Where a job is, for the watch and for what may be claimed of it.
struct Progress<'a> {
    watch: &'a mut dyn FnMut(Step) -> Go,
    /// The roll was changed on the way.
    was_stopped: bool,
    /// A confirmation that crossed a question.
    crossed: Option<u8>,
}

impl EscPosPrinter {
    /// The printer at `address`.
    pub fn new(address: &Address, profile: Profile, clock: Arc<dyn Clock>) -> Self {
        Self::over(address.transport(profile.baud, clock.clone()), profile, clock)
    }

    /// A printer at the other end of any line.
    pub fn over(transport: Box<dyn Transport>, profile: Profile, clock: Arc<dyn Clock>) -> Self {
        Self { transport, profile, press: Press::new(), clock, was_low: false, has_open_command: false }
    }

    fn can_answer(&self) -> bool {
        self.transport.can_answer() && self.profile.status != StatusDialect::None
    }

    /// Opens the line; nothing of a job has been sent yet, so trying again is harmless.
    fn open(&mut self) -> Result<(), TransportError> {
        for _ in 1..TRIES_MAX {
            if self.transport.open().is_ok() {
                return Ok(());
            }
            std::thread::sleep(RETRY_PAUSE);
        }
        self.transport.open()
    }

    /// Asks over the open line.
    fn ask(&mut self) -> PrinterStatus {
        self.ask_line().unwrap_or(PrinterStatus::Unreachable)
    }

    fn ask_line(&mut self) -> Result<PrinterStatus, TransportError> {
        self.ask_noting(&mut Vec::new())
    }

    fn ask_noting(&mut self, others: &mut Vec<u8>) -> Result<PrinterStatus, TransportError> {
        let dialect = self.profile.status;
        if !self.can_answer() {
            return Ok(PrinterStatus::NotAsked);
        }
        let line = self.transport.as_mut();
        let status = if dialect == StatusDialect::GsA {
            status::ask_automatic(line)?
        } else {
            match status::ask_noting(line, others)? {
                Round::Answered(answers) => match answers.status() {
                    PrinterStatus::Ready | PrinterStatus::PaperLow
                        if dialect == StatusDialect::DleEotTicket && answers.has_ticket() =>
                    {
                        PrinterStatus::TicketWaiting
                    }
                    status => status,
                },
                Round::Silent => PrinterStatus::Silent,
                Round::Unclear => PrinterStatus::Unclear,
            }
        };
        let is_low = status == PrinterStatus::PaperLow;
        let was_low = std::mem::replace(&mut self.was_low, is_low);
        Ok(if is_low && !was_low { PrinterStatus::Ready } else { status })
    }

    /// Ready to take a job, with nothing of an earlier one in its way; waits for paper if the watch wants it.
    fn prepare(&mut self, progress: &mut Progress<'_>) -> Result<(), PrintFault> {
        let status = self.ask();
        if status.can_be_mended() {
            self.wait(status, progress).ok_or(PrintFault::NotReady(status))?;
        } else if !status.can_print() {
            return Err(PrintFault::NotReady(status));
        }
        if self.has_open_command {
            self.close_open_command().map_err(PrintFault::Unreachable)?;
            let status = self.ask();
            if !status.can_print() {
                return Err(PrintFault::NotReady(status));
            }
            self.has_open_command = false;
        }
        if self.can_answer() {
            status::drain(self.transport.as_mut()).map_err(PrintFault::Unreachable)?;
        }
        Ok(())
    }

    fn close_open_command(&mut self) -> Result<(), TransportError> {
        self.transport.write(&[0; FLUSH_NULS], send_limit(FLUSH_NULS))
    }

    /// Waits until somebody has helped; none when the watch or the limit ended it.
    fn wait(&mut self, trouble: PrinterStatus, progress: &mut Progress<'_>) -> Option<Mended> {
        let mut trouble = trouble;
        let mut mended = Mended::OnTheLine;
        for _ in 0..WAIT_ROUNDS_MAX {
            if (progress.watch)(Step::Waiting(trouble)) == Go::Stop {
                return None;
            }
            std::thread::sleep(WAIT_PAUSE);
            let mut others = Vec::new();
            let asked = self.ask_noting(&mut others);
            progress.crossed = others.into_iter().find(|byte| status::is_confirmation(*byte)).or(progress.crossed);
            trouble = match asked {
                Ok(status) => status,
                Err(_) => {
                    // Switched off and on again, perhaps: what it held is gone.
                    mended = Mended::Anew;
                    self.transport.abandon();
                    match self.transport.open() {
                        Ok(()) => self.ask(),
                        Err(_) => PrinterStatus::Unreachable,
                    }
                }
            };
            if trouble.can_print() {
                progress.was_stopped = true;
                return ((progress.watch)(Step::Resuming) == Go::On).then_some(mended);
            }
        }
        None
    }

    /// Sends a job that begins at a ready printer. Until the first byte every failure is harmless.
    fn send(&mut self, job: &[u8], progress: &mut Progress<'_>) -> Result<Sending, PrintFault> {
        self.prepare(progress)?;
        progress.was_stopped = false;
        progress.crossed = None;
        if (progress.watch)(Step::Sending) == Go::Stop {
            return Err(PrintFault::Withdrawn);
        }
        let end = self.clock.elapsed() + send_limit(job.len());
        let mut written = 0;
        while let Some(rest) = job.get(written..).filter(|rest| !rest.is_empty()) {
            let bite = &rest[..rest.len().min(BITE_BYTES)];
            let left = end.saturating_sub(self.clock.elapsed()).max(Duration::from_millis(1));
            match self.transport.write(bite, left.min(BITE_LIMIT)) {
                Ok(()) => written += bite.len(),
                Err(error) => {
                    written += error.written;
                    if !self.can_go_on(&error, written, end, progress)? {
                        return Ok(Sending::Lost);
                    }
                }
            }
        }
        if (progress.watch)(Step::Sent) == Go::Stop {
            // The bytes are out; only the claim is given up.
            return Ok(Sending::Done(Delivery::Sent));
        }
        self.confirm(progress)
    }

    /// The line took no more: is it worth going on where it stopped, beginning anew, or is it over.
    fn can_go_on(
        &mut self,
        error: &TransportError,
        written: usize,
        end: Duration,
        progress: &mut Progress<'_>,
    ) -> Result<bool, PrintFault> {
        let failed = || {
            let error = TransportError { fault: error.fault, target: error.target.clone(), written, source: None };
            if written == 0 { PrintFault::Unreachable(error) } else { PrintFault::Broken(error) }
        };
        if error.fault != TransportFault::Timeout || !self.can_answer() {
            return Err(failed());
        }
        match self.ask_line() {
            Ok(trouble) if trouble.can_be_mended() => {
                let mended = self.wait(trouble, progress).ok_or(PrintFault::Stopped(trouble))?;
                Ok(self.still_holds(&mended))
            }
            // It is merely slow.
            _ if self.clock.elapsed() < end => Ok(true),
            _ => Err(failed()),
        }
    }

    /// Whether a printer that was mended still has what it was sent.
    fn still_holds(&self, mended: &Mended) -> bool {
        matches!(mended, Mended::OnTheLine) && self.profile.after_paper == AfterPaper::Continues
    }

    /// Waits for the printer to say that everything is on paper. All bytes have been sent by now.
    fn confirm(&mut self, progress: &mut Progress<'_>) -> Result<Sending, PrintFault> {
        if !self.can_answer() {
            return Ok(Sending::Done(Delivery::Sent));
        }
        if self.profile.confirmation == Confirmation::None {
            // It cannot confirm, but it can say that it stopped.
            return match self.ask() {
                trouble if trouble.can_be_mended() => self.mend_sent(trouble, progress),
                _ => Ok(Sending::Done(Delivery::Sent)),
            };
        }
        // Asked once: it keeps its place behind the job. Asked again, a printer that has lost the job would say yes.
        self.transport.write(&ASK_CONFIRMATION, SEND_LIMIT).map_err(PrintFault::Broken)?;
        let end = self.clock.elapsed() + CONFIRM_LIMIT;
        while self.clock.elapsed() < end {
            let (heard, status) = self.confirmation_or_status().map_err(PrintFault::Broken)?;
            match heard {
                // A printer that prints on without paper would confirm as well; it may not be believed.
                Some(byte) if status::confirms_paper_end(byte) => {
                    return match self.ask() {
                        trouble if trouble.can_be_mended() => self.mend_sent(trouble, progress),
                        _ => Ok(Sending::Done(Delivery::Sent)),
                    };
                }
                Some(_) if progress.was_stopped => return Ok(Sending::Done(Delivery::Continued)),
                Some(_) => return Ok(Sending::Done(Delivery::Confirmed)),
                None => {}
            }
            match status {
                // It may still be printing, or not know this question.
                PrinterStatus::Silent | PrinterStatus::Unclear => {}
                trouble if trouble.can_be_mended() => {
                    let mended = self.wait(trouble, progress).ok_or(PrintFault::Stopped(trouble))?;
                    if !self.still_holds(&mended) {
                        return Ok(Sending::Lost);
                    }
                    // It answers behind what it still has to print.
                    return self.confirm_rest(trouble, progress);
                }
                trouble if !trouble.can_print() => return Err(PrintFault::Stopped(trouble)),
                _ => {}
            }
        }
        Ok(Sending::Done(Delivery::Sent))
    }

    /// The confirmation if it comes soon; otherwise what the printer says of itself, and the confirmation if it
    /// crossed that question.
    fn confirmation_or_status(&mut self) -> Result<(Option<u8>, PrinterStatus), TransportError> {
        if self.profile.status == StatusDialect::GsA {
            // Its status bytes look like confirmations, so there is one question at a time.
            let heard = self.confirmation_byte(CONFIRM_LIMIT)?;
            let status = if heard.is_some() { PrinterStatus::Ready } else { self.ask_line()? };
            return Ok((heard, status));
        }
        let heard = self.confirmation_byte(CONFIRM_PATIENCE)?;
        if heard.is_some() {
            return Ok((heard, PrinterStatus::Ready));
        }
        let mut others = Vec::new();
        let status = self.ask_noting(&mut others)?;
        Ok((others.into_iter().find(|byte| status::is_confirmation(*byte)), status))
    }

    /// The answer to the question that lies behind a job that was held up.
    fn confirm_rest(&mut self, trouble: PrinterStatus, progress: &Progress<'_>) -> Result<Sending, PrintFault> {
        let end = self.clock.elapsed() + CONFIRM_LIMIT;
        if progress.crossed.is_some_and(|byte| !status::confirms_paper_end(byte)) {
            return Ok(Sending::Done(Delivery::Continued));
        }
        while self.clock.elapsed() < end {
            match self.confirmation_byte(CONFIRM_LIMIT).map_err(PrintFault::Broken)? {
                Some(byte) if !status::confirms_paper_end(byte) => return Ok(Sending::Done(Delivery::Continued)),
                Some(_) | None => {}
            }
        }
        // It went on, but never said so: somebody has to look.
        Err(PrintFault::Stopped(trouble))
    }

    /// Everything was sent, then the printer stopped, and no confirmation is on its way.
    fn mend_sent(&mut self, trouble: PrinterStatus, progress: &mut Progress<'_>) -> Result<Sending, PrintFault> {
        let mended = self.wait(trouble, progress).ok_or(PrintFault::Stopped(trouble))?;
        Ok(if self.still_holds(&mended) { Sending::Done(Delivery::Sent) } else { Sending::Lost })
    }

    fn confirmation_byte(&mut self, patience: Duration) -> Result<Option<u8>, TransportError> {
        let end = self.clock.elapsed() + patience;
        let mut byte = [0];
        loop {
            let left = end.saturating_sub(self.clock.elapsed());
            if left.is_zero() || self.transport.read(&mut byte, left)? == 0 {
                return Ok(None);
            }
            if status::is_confirmation(byte[0]) {
                return Ok(Some(byte[0]));
            }
        }
    }

    /// The whole receipt once more, labelled: what the printer held may be lost.
    fn copy(&mut self, document: &Document, progress: &mut Progress<'_>) -> Result<Delivery, PrintFault> {
        let stopped = || PrintFault::Stopped(PrinterStatus::PaperOut);
        if (progress.watch)(Step::Copying) == Go::Stop {
            return Err(stopped());
        }
        self.has_open_command = true;
        let job = self.press.job(&document.copy(), &self.profile)?.bytes;
        match self.send(&job, progress) {
            Ok(Sending::Done(Delivery::Sent)) => Ok(Delivery::Sent),
            Ok(Sending::Done(_)) => Ok(Delivery::Copied),
            // Out of paper once more: enough is enough, staff look after it.
            Ok(Sending::Lost) => Err(stopped()),
            Err(PrintFault::NotReady(status)) => Err(PrintFault::Stopped(status)),
            Err(PrintFault::Unreachable(error)) => Err(PrintFault::Broken(error)),
            Err(PrintFault::Withdrawn) => Err(stopped()),
            Err(fault) => Err(fault),
        }
    }

    /// One try: the line is opened, used and closed properly.
    fn attempt(
        &mut self,
        document: &Document,
        job: &[u8],
        watch: &mut dyn FnMut(Step) -> Go,
    ) -> Result<Delivery, PrintFault> {
        self.open().map_err(PrintFault::Unreachable)?;
        let mut progress = Progress { watch, was_stopped: false, crossed: None };
        let delivery = match self.send(job, &mut progress)? {
            Sending::Done(delivery) => delivery,
            Sending::Lost => self.copy(document, &mut progress)?,
        };
        // For a file this is where it is written; until then nothing is.
        self.transport.finish().map_err(|error| {
            if self.transport.can_answer() { PrintFault::Broken(error) } else { PrintFault::Unreachable(error) }
        })?;
        Ok(delivery)
    }
}

impl Printer for EscPosPrinter {
    fn status(&mut self) -> PrinterStatus {
        if !self.can_answer() {
            return PrinterStatus::NotAsked;
        }
        if self.transport.open().is_err() {
            return PrinterStatus::Unreachable;
        }
        let status = self.ask();
        // Nothing was sent that could be lost.
        let _ = self.transport.finish();
        status
    }

    fn print_watched(
        &mut self,
        document: &Document,
        watch: &mut dyn FnMut(Step) -> Go,
    ) -> Result<Delivery, PrintFault> {
        let job = self.press.job(document, &self.profile)?.bytes;
        let mut tries = 1;
        loop {
            let fault = match self.attempt(document, &job, watch) {
                Ok(delivery) => return Ok(delivery),
                Err(fault) => fault,
            };
            self.transport.abandon();
            self.has_open_command |= fault.may_have_printed();
            let is_worth_a_try = matches!(&fault, PrintFault::Unreachable(_)) && self.transport.can_answer();
            if !is_worth_a_try || tries == TRIES_MAX {
                return Err(fault);
            }
            tries += 1;
        }
    }

    fn send_raw(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.open()?;
        let sent = if self.has_open_command { self.close_open_command() } else { Ok(()) };
        let sent = sent.and_then(|()| self.transport.write(bytes, send_limit(bytes.len())));
        self.has_open_command = sent.is_err();
        if let Err(error) = sent {
            self.transport.abandon();
            return Err(error);
        }
        self.transport.finish()
    }

    fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
        self.was_low = false;
    }
}

fn send_limit(bytes: usize) -> Duration {
    SEND_LIMIT + Duration::from_secs(bytes as u64 / BYTES_PER_SECOND_MIN)
}

#[cfg(test)]
mod tests;
