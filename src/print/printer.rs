//! A printer as the program sees it: ask, print, and say honestly what is known afterwards.
//! It never sends a job twice once a byte of it has left, and never calls "sent" printed.

use std::sync::Arc;
use std::time::Duration;

use super::document::Document;
use super::profile::{Confirmation, Profile, StatusDialect};
use super::status::{self, PrinterStatus, Round};
use super::press::Press;
use super::text::EncodeError;
use super::transport::{Address, Transport, TransportError};
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
/// After so long without a confirmation, ask what is the matter.
const CONFIRM_PATIENCE: Duration = Duration::from_secs(2);
/// `GS r 1`: answered once everything before it has been printed.
const ASK_CONFIRMATION: [u8; 3] = [0x1D, 0x72, 0x01];
/// Ends whatever command an aborted job left open.
const FLUSH_NULS: usize = 8_192;

/// A receipt printer.
pub trait Printer: Send {
    /// Its state now.
    fn status(&mut self) -> PrinterStatus;
    /// Prints a receipt; returns when it is confirmed, sent, or known to have failed.
    fn print(&mut self, document: &Document) -> Result<Delivery, PrintFault>;
}

/// What is known of a receipt that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The printer says that it has printed everything.
    Confirmed,
    /// Everything was sent; the printer cannot say more.
    Sent,
}

/// Why a receipt was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum PrintFault {
    /// The printer is in no state to print; nothing was sent.
    #[error("打印机未就绪：{}", .0.fact())]
    NotReady(PrinterStatus),
    /// The document cannot be printed as text; nothing was sent.
    #[error("凭条不能打印")]
    NotPrintable(#[from] EncodeError),
    /// The printer cannot be reached; nothing was sent.
    #[error("打印机连接不上")]
    Unreachable(#[source] TransportError),
    /// The line failed after some of the job was sent.
    #[error("打印中断")]
    Broken(#[source] TransportError),
    /// Everything was sent, then the printer stopped.
    #[error("打印机中途停下：{}", .0.fact())]
    Stopped(PrinterStatus),
}

impl Delivery {
    /// What the resident reads.
    pub fn resident_text(self) -> &'static str {
        match self {
            Self::Confirmed => "已出票，请取票",
            Self::Sent => "已发送，请取票；未出票请告诉工作人员",
        }
    }

    /// What the log says.
    pub fn fact(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Sent => "sent",
        }
    }
}

impl PrintFault {
    /// Whether some of the receipt may be on paper already, so that a second try could print it twice.
    pub fn may_have_printed(&self) -> bool {
        match self {
            Self::NotReady(_) | Self::NotPrintable(_) | Self::Unreachable(_) => false,
            Self::Broken(_) | Self::Stopped(_) => true,
        }
    }

    /// What the resident reads.
    pub fn resident_text(&self) -> &'static str {
        match self {
            Self::NotReady(status) => status.resident_text(),
            Self::NotPrintable(_) => "这份内容有打印机印不出的字，请扫码带走或告诉工作人员",
            Self::Unreachable(_) => PrinterStatus::Unreachable.resident_text(),
            Self::Broken(_) => "打印中断，凭条可能不全，请扫码带走或告诉工作人员",
            Self::Stopped(PrinterStatus::PaperOut) => "打印中途缺纸，凭条可能不全，请扫码带走或告诉工作人员",
            Self::Stopped(_) => "打印中途停下，凭条可能不全，请扫码带走或告诉工作人员",
        }
    }

    /// What the log says.
    pub fn fact(&self) -> &'static str {
        match self {
            Self::NotReady(status) => status.fact(),
            Self::NotPrintable(_) => "not-printable",
            Self::Unreachable(_) => "unreachable",
            Self::Broken(_) => "broken",
            Self::Stopped(_) => "stopped",
        }
    }
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

impl EscPosPrinter {
    /// The printer at `address`.
    pub fn new(address: &Address, profile: Profile, clock: Arc<dyn Clock>) -> Self {
        Self::over(address.transport(clock.clone()), profile, clock)
    }

    /// A printer at the other end of any line.
    pub fn over(transport: Box<dyn Transport>, profile: Profile, clock: Arc<dyn Clock>) -> Self {
        Self { transport, profile, press: Press::new(), clock, was_low: false, has_open_command: false }
    }

    fn can_answer(&self) -> bool {
        self.transport.can_answer()
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
        if !self.can_answer() || self.profile.status == StatusDialect::None {
            return PrinterStatus::NotAsked;
        }
        let status = match status::ask(self.transport.as_mut()) {
            Ok(Round::Answered(answers)) => answers.status(),
            Ok(Round::Silent) => PrinterStatus::Silent,
            Ok(Round::Unclear) => PrinterStatus::Unclear,
            Err(_) => PrinterStatus::Unreachable,
        };
        let is_low = status == PrinterStatus::PaperLow;
        let was_low = std::mem::replace(&mut self.was_low, is_low);
        if is_low && !was_low { PrinterStatus::Ready } else { status }
    }

    /// Ready to take a job, with nothing of an earlier one in its way.
    fn prepare(&mut self) -> Result<(), PrintFault> {
        let ready = |status: PrinterStatus| if status.can_print() { Ok(()) } else { Err(PrintFault::NotReady(status)) };
        ready(self.ask())?;
        if self.has_open_command {
            let nuls = vec![0; FLUSH_NULS];
            self.transport.write(&nuls, send_limit(nuls.len())).map_err(PrintFault::Unreachable)?;
            ready(self.ask())?;
            self.has_open_command = false;
        }
        if self.can_answer() {
            status::drain(self.transport.as_mut()).map_err(PrintFault::Unreachable)?;
        }
        Ok(())
    }

    fn send(&mut self, job: &[u8]) -> Result<Delivery, PrintFault> {
        self.open().map_err(PrintFault::Unreachable)?;
        self.prepare()?;
        self.transport.write(job, send_limit(job.len())).map_err(|error| {
            if error.written == 0 { PrintFault::Unreachable(error) } else { PrintFault::Broken(error) }
        })?;
        let delivery = self.confirm()?;
        // For a file this is where it is written; until then nothing is.
        self.transport.finish().map_err(|error| {
            if self.transport.can_answer() { PrintFault::Broken(error) } else { PrintFault::Unreachable(error) }
        })?;
        Ok(delivery)
    }

    /// Waits for the printer to say that everything is on paper. All bytes have been sent by now.
    fn confirm(&mut self) -> Result<Delivery, PrintFault> {
        if !self.can_answer() || self.profile.confirmation == Confirmation::None {
            return Ok(Delivery::Sent);
        }
        let end = self.clock.elapsed() + CONFIRM_LIMIT;
        while self.clock.elapsed() < end {
            // The answer keeps its place behind the job, so asking again does not change what it means.
            let asked = self.transport.write(&ASK_CONFIRMATION, SEND_LIMIT);
            let heard = asked.and_then(|()| self.confirmation_byte());
            match heard {
                // A printer that prints on without paper would confirm as well; it may not be believed.
                Ok(Some(byte)) if status::confirms_paper_end(byte) => return Ok(Delivery::Sent),
                Ok(Some(_)) => return Ok(Delivery::Confirmed),
                Ok(None) => {}
                Err(error) => return Err(PrintFault::Broken(error)),
            }
            let status = self.ask();
            match status {
                PrinterStatus::Unreachable => return Err(PrintFault::Stopped(status)),
                // It may still be printing, or not know this question.
                PrinterStatus::Silent | PrinterStatus::Unclear => {}
                trouble if !trouble.can_print() => return Err(PrintFault::Stopped(trouble)),
                _ => {}
            }
        }
        Ok(Delivery::Sent)
    }

    fn confirmation_byte(&mut self) -> Result<Option<u8>, TransportError> {
        let end = self.clock.elapsed() + CONFIRM_PATIENCE;
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

    fn print(&mut self, document: &Document) -> Result<Delivery, PrintFault> {
        let job = self.press.job(document, &self.profile)?.bytes;
        let mut tries = 1;
        loop {
            let fault = match self.send(&job) {
                Ok(delivery) => return Ok(delivery),
                Err(fault) => fault,
            };
            self.transport.abandon();
            self.has_open_command |= fault.may_have_printed();
            let is_worth_a_try = matches!(&fault, PrintFault::Unreachable(_)) && self.can_answer();
            if !is_worth_a_try || tries == TRIES_MAX {
                return Err(fault);
            }
            tries += 1;
        }
    }
}

fn send_limit(bytes: usize) -> Duration {
    SEND_LIMIT + Duration::from_secs(bytes as u64 / BYTES_PER_SECOND_MIN)
}

#[cfg(test)]
mod tests;
