//! Ways to a printer: TCP 9100, a device, a serial line, a file. Each write has a deadline, each error counts the bytes sent.
//! It never waits without a limit and never repeats a byte by itself.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::termios::{ControlModes, InputModes, OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

use super::profile::BAUDS;
use crate::base::clock::Clock;
use crate::base::durable;

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
/// How long to listen before closing, so that unread answers do not reset the connection under unsent data.
const CLOSE_QUIET: Duration = Duration::from_millis(50);
/// Pause between two tries on a device that is busy.
const DEVICE_PAUSE: Duration = Duration::from_millis(5);
/// Largest job kept for a file.
const FILE_JOB_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The raw port of network printers.
const RAW_PORT: u16 = 9100;

/// A two-way line to one printer.
pub trait Transport: Send {
    /// Where it goes, for messages.
    fn target(&self) -> String;
    /// Opens the line anew.
    fn open(&mut self) -> Result<(), TransportError>;
    /// Sends all bytes within `limit`, or says how many were sent.
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), TransportError>;
    /// Reads what comes within `limit`; 0 when nothing came.
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, TransportError>;
    /// Ends a job properly; what was written takes effect.
    fn finish(&mut self) -> Result<(), TransportError>;
    /// Ends a job that failed.
    fn abandon(&mut self);
    /// Whether a printer at the other end could answer.
    fn can_answer(&self) -> bool;
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `tcp://HOST:PORT`
    Tcp(String, u16),
    /// `file:PATH`: each job replaces the file.
    File(PathBuf),
    /// `/dev/…`
    Device(PathBuf),
    /// `serial:/dev/…` with an optional `?baud=…`
    Serial(PathBuf, Option<u32>),
}

/// Why a text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("打印机地址“{0}”不认识，应写成 tcp://主机:9100、file:文件、/dev/usb/lp0 或 serial:/dev/ttyS0")]
pub struct AddressError(String);

/// Something went wrong on the way to a printer.
#[derive(Debug, thiserror::Error)]
#[error("{fault}：{target}（已发送 {written} 字节）")]
pub struct TransportError {
    /// What went wrong.
    pub fault: TransportFault,
    /// Where.
    pub target: String,
    /// Bytes of this call that had been taken.
    pub written: usize,
    /// What the system said.
    #[source]
    pub source: Option<io::Error>,
}

/// What can go wrong on the way to a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportFault {
    /// No such host, device or folder.
    #[error("找不到打印机")]
    NotFound,
    /// Not allowed.
    #[error("没有使用打印机的权限")]
    Permission,
    /// Nothing listens there.
    #[error("打印机拒绝连接")]
    Refused,
    /// Another program holds it.
    #[error("打印机正被别的程序使用")]
    Busy,
    /// Too slow.
    #[error("打印机在限定时间内没有接收")]
    Timeout,
    /// The line broke.
    #[error("与打印机的连接断了")]
    Disconnected,
    /// The file system cannot be written.
    #[error("只读，不能写入")]
    ReadOnly,
    /// No room.
    #[error("磁盘空间不足")]
    Full,
    /// Anything else.
    #[error("打印机读写出错")]
    Other,
}

impl Address {
    /// Parses `tcp://H:P`, `file:F`, `/dev/…` or `serial:/dev/…?baud=B`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let bad = || AddressError(text.to_owned());
        if let Some(rest) = text.strip_prefix("tcp://") {
            let (host, port) = match rest.rsplit_once(':') {
                Some((host, port)) if !rest.ends_with(']') => (host, port.parse().map_err(|_| bad())?),
                _ => (rest, RAW_PORT),
            };
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let is_plain = !host.is_empty() && !host.contains(['/', '@', ' ']);
            return if is_plain && port != 0 { Ok(Self::Tcp(host.to_owned(), port)) } else { Err(bad()) };
        }
        if let Some(rest) = text.strip_prefix("serial:") {
            let (path, speed) = match rest.split_once("?baud=") {
                Some((path, speed)) => {
                    let known = BAUDS.iter().find(|(name, _)| *name == speed);
                    (path, Some(known.map(|(_, baud)| *baud).ok_or_else(bad)?))
                }
                None => (rest, None),
            };
            return if path.starts_with("/dev/") { Ok(Self::Serial(path.into(), speed)) } else { Err(bad()) };
        }
        if let Some(path) = text.strip_prefix("file:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(bad()) } else { Ok(Self::File(path.into())) };
        }
        if text.starts_with("/dev/") && text.len() > "/dev/".len() { Ok(Self::Device(text.into())) } else { Err(bad()) }
    }

    /// The line to this printer, not yet open; `baud` is the speed of a serial one that does not say its own.
    pub fn transport(&self, baud: u32, clock: Arc<dyn Clock>) -> Box<dyn Transport> {
        match self {
            Self::Tcp(host, port) => Box::new(TcpTransport { host: host.clone(), port: *port, stream: None, clock }),
            Self::File(path) => Box::new(FileTransport { path: path.clone(), job: Vec::new() }),
            Self::Device(path) => Box::new(DeviceTransport { path: path.clone(), baud: None, device: None, clock }),
            Self::Serial(path, own) => {
                let baud = Some(own.unwrap_or(baud));
                Box::new(DeviceTransport { path: path.clone(), baud, device: None, clock })
            }
        }
    }
}

impl TransportFault {
    fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Self::NotFound,
            ErrorKind::AddrNotAvailable | ErrorKind::NotADirectory => Self::NotFound,
            ErrorKind::PermissionDenied => Self::Permission,
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::ResourceBusy => Self::Busy,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Timeout,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected
            | ErrorKind::UnexpectedEof
            | ErrorKind::WriteZero => Self::Disconnected,
            // ENODEV and ENXIO: the cable was pulled.
            _ if matches!(error.raw_os_error(), Some(19 | 6)) => Self::Disconnected,
            _ => Self::Other,
        }
    }
}

impl TransportError {
    /// An error of the system, with what had been sent by then.
    pub fn new(target: String, written: usize, source: io::Error) -> Self {
        Self { fault: TransportFault::of(&source), target, written, source: Some(source) }
    }
}

/// Writes all bytes within `limit`, in as many bites as the other side takes; a failure comes with what was taken.
fn push(
    bytes: &[u8],
    limit: Duration,
    clock: &dyn Clock,
    mut write: impl FnMut(&[u8], Duration) -> io::Result<usize>,
) -> Result<(), (usize, io::Error)> {
    let end = clock.elapsed() + limit;
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        let left = end.saturating_sub(clock.elapsed());
        if left.is_zero() {
            return Err((written, ErrorKind::TimedOut.into()));
        }
        match write(rest, left) {
            Ok(0) => return Err((written, ErrorKind::WriteZero.into())),
            Ok(n) => written += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}

struct TcpTransport {
    host: String,
    port: u16,
    stream: Option<TcpStream>,
    clock: Arc<dyn Clock>,
}

impl TcpTransport {
    fn fail(&self, written: usize, source: io::Error) -> TransportError {
        TransportError::new(self.target(), written, source)
    }

    fn stream(&self) -> Result<&TcpStream, TransportError> {
        self.stream.as_ref().ok_or_else(|| self.fail(0, ErrorKind::NotConnected.into()))
    }
}

impl Transport for TcpTransport {
    fn target(&self) -> String {
        format!("tcp://{}:{}", self.host, self.port)
    }

    fn open(&mut self) -> Result<(), TransportError> {
        self.stream = None;
        let resolved = (self.host.as_str(), self.port).to_socket_addrs();
        // A name that cannot be resolved comes as an uncategorised error.
        let addresses = resolved.map_err(|e| self.fail(0, io::Error::new(ErrorKind::NotFound, e)))?;
        let mut last = io::Error::from(ErrorKind::NotFound);
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(|e| self.fail(0, e))?;
                    self.stream = Some(stream);
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(self.fail(0, last))
    }

    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), TransportError> {
        let mut stream = self.stream()?;
        let sent = push(bytes, limit, self.clock.as_ref(), |rest, left| {
            stream.set_write_timeout(Some(left))?;
            stream.write(rest)
        });
        sent.map_err(|(written, error)| self.fail(written, error))
    }

    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, TransportError> {
        let mut stream = self.stream()?;
        stream.set_read_timeout(Some(limit.max(Duration::from_millis(1)))).map_err(|e| self.fail(0, e))?;
        match stream.read(buffer) {
            Ok(0) => Err(self.fail(0, ErrorKind::UnexpectedEof.into())),
            Ok(n) => Ok(n),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(0),
            Err(error) => Err(self.fail(0, error)),
        }
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        let Some(mut stream) = self.stream.take() else {
            return Ok(());
        };
        // Best effort: the job is out, and a printer that hangs up first has done nothing wrong.
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.set_read_timeout(Some(CLOSE_QUIET));
        let mut rest = [0; 256];
        let _ = stream.read(&mut rest);
        Ok(())
    }

    fn abandon(&mut self) {
        self.stream = None;
    }

    fn can_answer(&self) -> bool {
        true
    }
}

struct FileTransport {
    path: PathBuf,
    job: Vec<u8>,
}

impl Transport for FileTransport {
    fn target(&self) -> String {
        format!("file:{}", self.path.display())
    }

    fn open(&mut self) -> Result<(), TransportError> {
        self.job.clear();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], _limit: Duration) -> Result<(), TransportError> {
        if self.job.len() + bytes.len() > FILE_JOB_BYTES_MAX {
            return Err(TransportError::new(self.target(), 0, ErrorKind::FileTooLarge.into()));
        }
        self.job.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&mut self, _buffer: &mut [u8], _limit: Duration) -> Result<usize, TransportError> {
        Ok(0)
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        let job = std::mem::take(&mut self.job);
        // The file is either the old one or the whole new job, so a failure has sent nothing.
        durable::write(&self.path, &job).map_err(|e| TransportError::new(self.target(), 0, e.source))
    }

    fn abandon(&mut self) {
        self.job.clear();
    }

    fn can_answer(&self) -> bool {
        false
    }
}

struct DeviceTransport {
    path: PathBuf,
    /// Set on serial lines.
    baud: Option<u32>,
    device: Option<std::fs::File>,
    clock: Arc<dyn Clock>,
}

impl DeviceTransport {
    fn fail(&self, written: usize, source: io::Error) -> TransportError {
        TransportError::new(device_target(&self.path), written, source)
    }

    /// Tries `act` until it does something or the time is over; the device is open without blocking.
    fn within<T>(
        &self,
        limit: Duration,
        mut act: impl FnMut(&std::fs::File) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let device = self.device.as_ref().ok_or(ErrorKind::NotConnected)?;
        let end = self.clock.elapsed() + limit;
        loop {
            match act(device) {
                Ok(value) => return Ok(Some(value)),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(error) => return Err(error),
            }
            if self.clock.elapsed() >= end {
                return Ok(None);
            }
            std::thread::sleep(DEVICE_PAUSE);
        }
    }
}

/// Eight bits, no parity, one stop bit, XON/XOFF: a printer that is full says so on the line.
fn set_serial(device: &std::fs::File, baud: u32) -> io::Result<()> {
    let mut line = tcgetattr(device)?;
    line.make_raw();
    line.input_modes |= InputModes::IXON;
    line.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    line.control_modes -= ControlModes::CSTOPB | ControlModes::PARENB | ControlModes::CRTSCTS;
    line.set_speed(baud)?;
    tcsetattr(device, OptionalActions::Now, &line)?;
    // What an earlier program left in the line is nobody's job.
    tcflush(device, QueueSelector::IOFlush)?;
    Ok(())
}

fn device_target(path: &Path) -> String {
    path.display().to_string()
}

impl Transport for DeviceTransport {
    fn target(&self) -> String {
        device_target(&self.path)
    }

    fn open(&mut self) -> Result<(), TransportError> {
        self.device = None;
        let device = durable::open_device(&self.path).map_err(|e| self.fail(0, e.source))?;
        if let Some(baud) = self.baud {
            set_serial(&device, baud).map_err(|e| self.fail(0, e))?;
        }
        self.device = Some(device);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), TransportError> {
        let sent = push(bytes, limit, self.clock.as_ref(), |rest, left| {
            self.within(left, |mut device| device.write(rest))?.ok_or(ErrorKind::TimedOut.into())
        });
        sent.map_err(|(written, error)| self.fail(written, error))
    }

    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, TransportError> {
        let heard = self.within(limit, |mut device| match device.read(buffer) {
            // usblp answers 0 for "nothing yet"; without a pause this would spin.
            Ok(0) => Err(ErrorKind::WouldBlock.into()),
            other => other,
        });
        Ok(heard.map_err(|e| self.fail(0, e))?.unwrap_or(0))
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        self.device = None;
        Ok(())
    }

    fn abandon(&mut self) {
        self.device = None;
    }

    fn can_answer(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
