//! The virtual printer on its line: one connection at a time, as printers have it.
//! It refuses to listen anywhere but on loopback, and writes each receipt whole or not at all.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::fault::Fault;
use super::font::FontMissing;
use super::machine::{Event, Machine, Output, Receipt};
use crate::base::chain::chain;
use crate::base::clock::{Clock, SystemClock};
use crate::base::durable::{self, FileError};

/// How often a waiting printer looks whether it shall stop.
const PATIENCE: Duration = Duration::from_millis(20);
/// Highest number of a receipt in one folder.
const RECEIPTS_MAX: u32 = 99_999;
/// Bytes taken from the line at once.
const PACKET_BYTES: usize = 4_096;

/// How the virtual printer is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens; loopback only.
    pub listen: SocketAddr,
    /// Where receipts appear.
    pub out: PathBuf,
    /// Width of its paper.
    pub width_dots: usize,
    /// Its troubles.
    pub faults: Vec<Fault>,
}

/// What the virtual printer tells while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A receipt was written.
    Receipt {
        /// Its picture.
        png: PathBuf,
        /// Its text.
        txt: PathBuf,
        /// Ended by a cut.
        is_cut: bool,
        /// Complaints about it.
        problems: Vec<String>,
    },
    /// The host sent something wrong.
    Problem {
        /// Position in everything received.
        offset: u64,
        /// The first bytes, in hexadecimal.
        bytes: String,
        /// What is wrong.
        problem: String,
    },
    /// Something failed on this side.
    Failed(String),
}

/// Why the virtual printer cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// Anybody on the network could print and read receipts.
    #[error("模拟打印机只能在本机监听（127.0.0.1），不能用 {0}")]
    NotLoopback(IpAddr),
    /// Somebody listens there already.
    #[error("{0} 已被占用，换一个端口或关掉占用它的程序")]
    Busy(SocketAddr),
    /// The system does not let it listen.
    #[error("不能在 {address} 监听")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Receipts cannot be written there.
    #[error("凭条文件夹不能用")]
    Folder(#[from] FileError),
    /// Receipts cannot be drawn.
    #[error("不能画凭条")]
    Font(#[from] FontMissing),
}

/// A running virtual printer; dropping it stops it.
pub struct Simulator {
    address: SocketAddr,
    is_stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts listening; `tell` hears of receipts and problems.
    pub fn start(settings: Settings, tell: impl FnMut(Notice) + Send + 'static) -> Result<Self, SimulatorError> {
        if !settings.listen.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback(settings.listen.ip()));
        }
        let listen = settings.listen;
        let failed = |source: io::Error| match source.kind() {
            ErrorKind::AddrInUse => SimulatorError::Busy(listen),
            _ => SimulatorError::Listen { address: listen, source },
        };
        let listener = TcpListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        durable::create_dir(&settings.out)?;
        let machine = Machine::new(settings.width_dots, settings.faults.clone())?;
        let is_stopping = Arc::new(AtomicBool::new(false));
        let next = next_number(&settings.out);
        let mut device = Device {
            settings,
            machine,
            tell: Box::new(tell),
            is_stopping: is_stopping.clone(),
            next,
            received: 0,
            clock: SystemClock::new(),
        };
        let thread = std::thread::spawn(move || device.listen(&listener));
        Ok(Self { address, is_stopping, thread: Some(thread) })
    }

    /// Where it listens; tells the port when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits as long as it runs.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Device {
    settings: Settings,
    machine: Machine,
    tell: Box<dyn FnMut(Notice) + Send>,
    is_stopping: Arc<AtomicBool>,
    next: u32,
    received: u64,
    clock: SystemClock,
}

impl Device {
    fn listen(&mut self, listener: &TcpListener) {
        while !self.is_stopping.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => {
                    // A host that breaks the line is nothing to fail at.
                    let _ = self.serve(stream);
                    let output = self.machine.hang_up();
                    self.tell_all(output.events);
                }
                Err(_) => {
                    std::thread::sleep(PATIENCE);
                    let output = self.machine.pass(self.clock.elapsed());
                    self.tell_all(output.events);
                }
            }
        }
    }

    fn serve(&mut self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        let mut packet = [0; PACKET_BYTES];
        while !self.is_stopping.load(Ordering::Relaxed) {
            let passed = self.machine.pass(self.clock.elapsed());
            self.answer(&mut stream, &passed)?;
            self.tell_all(passed.events);
            if self.machine.is_full() {
                std::thread::sleep(PATIENCE);
                continue;
            }
            let room = self.packet_room();
            let size = match stream.read(&mut packet[..room]) {
                Ok(0) => return Ok(()),
                Ok(size) => size,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
                Err(error) => return Err(error),
            };
            self.received += size as u64;
            let output = self.machine.feed(&packet[..size]);
            self.answer(&mut stream, &output)?;
            self.tell_all(output.events);
            if self.shall_close() {
                // Gone for good, also for the next connection: the counter stays.
                return Ok(());
            }
            self.pace(size);
        }
        Ok(())
    }

    /// How many bytes to take next: a slow printer takes few, one that will hang up takes no more than that.
    fn packet_room(&self) -> usize {
        let mut room = PACKET_BYTES as u64;
        for fault in &self.settings.faults {
            match fault {
                Fault::Bite(bytes) => room = room.min(*bytes),
                Fault::Slow(per_second) => room = room.min((per_second / 20).max(1)),
                Fault::CloseAfter(n) => room = room.min(n.saturating_sub(self.received).max(1)),
                _ => {}
            }
        }
        room as usize
    }

    fn shall_close(&self) -> bool {
        self.settings.faults.iter().any(|fault| matches!(fault, Fault::CloseAfter(n) if self.received >= *n))
    }

    fn pace(&self, size: usize) {
        for fault in &self.settings.faults {
            if let Fault::Slow(per_second) = fault {
                std::thread::sleep(Duration::from_millis(size as u64 * 1_000 / per_second));
            }
        }
    }

    fn answer(&self, stream: &mut TcpStream, output: &Output) -> io::Result<()> {
        if output.replies.is_empty() {
            return Ok(());
        }
        let mut replies = output.replies.clone();
        for fault in &self.settings.faults {
            match fault {
                Fault::Silent => return Ok(()),
                Fault::Garbage => replies.iter_mut().for_each(|byte| *byte = 0xA5),
                Fault::Late(by) => std::thread::sleep(*by),
                _ => {}
            }
        }
        stream.write_all(&replies)
    }

    fn tell_all(&mut self, events: Vec<Event>) {
        for event in events {
            let notice = match event {
                Event::Problem { offset, bytes, problem } => Notice::Problem { offset, bytes, problem },
                Event::Receipt(receipt) => match self.write(&receipt) {
                    Ok(notice) => notice,
                    Err(error) => Notice::Failed(chain(&error)),
                },
            };
            (self.tell)(notice);
        }
    }

    fn write(&mut self, receipt: &Receipt) -> Result<Notice, FileError> {
        let number = self.next;
        self.next = (self.next + 1).min(RECEIPTS_MAX);
        let png = self.settings.out.join(format!("receipt-{number:05}.png"));
        let txt = png.with_extension("txt");
        // The text first: who waits for the picture finds both.
        durable::write(&txt, receipt.text.as_bytes())?;
        durable::write(&png, &receipt.png)?;
        Ok(Notice::Receipt { png, txt, is_cut: receipt.is_cut, problems: receipt.problems.clone() })
    }
}

/// The number after the highest one in the folder.
fn next_number(folder: &Path) -> u32 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 1;
    };
    let numbers = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix("receipt-")?.split('.').next()?.parse::<u32>().ok()
    });
    numbers.max().map_or(1, |n| n.saturating_add(1).min(RECEIPTS_MAX))
}
