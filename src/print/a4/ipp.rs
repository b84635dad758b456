//! The queue of an office printer: just enough of the Internet Printing Protocol (RFC 8010, RFC 8011) to ask whether it
//! prints and to hand it a PDF. Over plain HTTP to a queue of this machine or of the hall's own network; no library
//! speaks for it, because an attribute is ten lines and a job is two questions.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// What queues listen on (RFC 8010).
const PORT: u16 = 631;
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// Silence of a printer that is waking up.
const SILENCE_TIME: Duration = Duration::from_secs(30);
/// Longest answer.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

const PRINT_JOB: u16 = 0x0002;
const GET_PRINTER_ATTRIBUTES: u16 = 0x000B;
const OPERATION_GROUP: u8 = 0x01;
const JOB_GROUP: u8 = 0x02;
const END: u8 = 0x03;
const BOOLEAN: u8 = 0x22;
const ENUM: u8 = 0x23;
const NAME: u8 = 0x42;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;
const MIME_TYPE: u8 = 0x49;
/// `printer-state`: it prints nothing until somebody comes.
const STATE_STOPPED: [u8; 4] = [0, 0, 0, 5];
/// Reasons for which a sheet would not come out now.
const STOPPING: [&str; 7] =
    ["media-empty", "media-needed", "media-jam", "door-open", "cover-open", "paused", "shutdown"];
/// What the job is called wherever the queue shows it: neither form nor person.
const JOB_NAME: &str = "form";

/// A queue.
#[derive(Clone, PartialEq, Eq)]
pub struct Queue {
    host: String,
    port: u16,
    path: String,
}

/// Why a queue does not print.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No address of a queue.
    #[error("打印队列的地址应是 http://主机:631/printers/名称，写的是“{0}”")]
    Address(String),
    /// Nobody answers.
    #[error("打印队列 {queue} 连不上")]
    Away {
        /// Which.
        queue: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something answers that is no queue.
    #[error("打印队列的回答读不懂：{0}")]
    Answer(String),
    /// It prints nothing now.
    #[error("打印机停着：{0}")]
    Stopped(String),
    /// It does not take the job.
    #[error("打印队列没有接收：{0}")]
    Refused(String),
}

impl Queue {
    /// Reads an address such as `http://localhost:631/printers/office`; `ipp://` is the same.
    pub fn parse(address: &str) -> Result<Self, QueueError> {
        let wrong = || QueueError::Address(address.to_owned());
        let url = url::Url::parse(address.trim()).map_err(|_| wrong())?;
        let is_plain = matches!(url.scheme(), "http" | "ipp") && url.username().is_empty() && url.query().is_none();
        let host = url.host_str().filter(|_| is_plain && url.path().len() > 1).ok_or_else(wrong)?;
        // `http` without a port means 631 here, not 80.
        let port = url.port().unwrap_or(PORT);
        Ok(Self { host: host.to_owned(), port, path: url.path().to_owned() })
    }

    /// Hands over a PDF, if the printer prints now.
    pub fn print(&self, pdf: &[u8]) -> Result<(), QueueError> {
        self.ask_whether_it_prints()?;
        let mut request = self.request(PRINT_JOB);
        attribute(&mut request, NAME, "job-name", JOB_NAME.as_bytes());
        attribute(&mut request, MIME_TYPE, "document-format", b"application/pdf");
        request.push(JOB_GROUP);
        attribute(&mut request, KEYWORD, "media", b"iso_a4_210x297mm");
        request.push(END);
        let answer = self.exchange(&request, pdf)?;
        match answer.status {
            0..0x0100 => Ok(()),
            status => Err(QueueError::Refused(format!("IPP {status:#06x}"))),
        }
    }

    /// Whether a sheet would come out.
    pub fn ask_whether_it_prints(&self) -> Result<(), QueueError> {
        let mut request = self.request(GET_PRINTER_ATTRIBUTES);
        attribute(&mut request, KEYWORD, "requested-attributes", b"printer-state");
        for more in ["printer-state-reasons", "printer-is-accepting-jobs"] {
            attribute(&mut request, KEYWORD, "", more.as_bytes());
        }
        request.push(END);
        let answer = self.exchange(&request, &[])?;
        if answer.status >= 0x0100 {
            return Err(QueueError::Refused(format!("IPP {:#06x}", answer.status)));
        }
        let values = |name: &'static str| answer.values.iter().filter(move |value| value.name == name);
        let reasons: Vec<String> = values("printer-state-reasons")
            .map(|value| String::from_utf8_lossy(&value.bytes).into_owned())
            .filter(|reason| reason != "none")
            .collect();
        let is_stopped = values("printer-state").any(|value| value.tag == ENUM && value.bytes == STATE_STOPPED);
        let is_closed = values("printer-is-accepting-jobs").any(|value| value.tag == BOOLEAN && value.bytes == [0]);
        let is_hindered =
            reasons.iter().any(|reason| !reason.ends_with("-report") && STOPPING.iter().any(|s| reason.starts_with(s)));
        match is_stopped || is_closed || is_hindered {
            true => Err(QueueError::Stopped(reasons.join("、"))),
            false => Ok(()),
        }
    }

    /// The beginning of every question.
    fn request(&self, operation: u16) -> Vec<u8> {
        let mut request = vec![2, 0];
        request.extend(operation.to_be_bytes());
        request.extend(1_u32.to_be_bytes());
        request.push(OPERATION_GROUP);
        attribute(&mut request, CHARSET, "attributes-charset", b"utf-8");
        attribute(&mut request, LANGUAGE, "attributes-natural-language", b"zh-cn");
        attribute(&mut request, URI, "printer-uri", self.to_string().as_bytes());
        attribute(&mut request, NAME, "requesting-user-name", b"kiosk");
        request
    }

    fn exchange(&self, request: &[u8], document: &[u8]) -> Result<Answer, QueueError> {
        let away = |source| QueueError::Away { queue: self.to_string(), source };
        let mut stream = self.connect().map_err(away)?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.path,
            self.host,
            self.port,
            request.len() + document.len()
        );
        let sent = [head.as_bytes(), request, document].into_iter().try_for_each(|part| stream.write_all(part));
        let mut bytes = Vec::new();
        let read = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
        // Who refuses may answer before everything is sent, and close.
        match answer(&bytes) {
            Some(body) => Answer::parse(&body?).ok_or_else(|| QueueError::Answer("不是 IPP".to_owned())),
            None => Err(sent.and(read.map(drop)).map_or_else(away, |()| QueueError::Answer("没有回答".to_owned()))),
        }
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let mut failed = std::io::Error::from(std::io::ErrorKind::NotFound);
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        for address in (host, self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT_TIME) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(SILENCE_TIME))?;
                    stream.set_write_timeout(Some(SILENCE_TIME))?;
                    return Ok(stream);
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ipp://{}:{}{}", self.host, self.port, self.path)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A value with its name's and its own length in front; without a name it is one more value of the one before.
fn attribute(request: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    request.push(tag);
    for part in [name.as_bytes(), value] {
        // Our own names and values are short; an address longer than this could not be one.
        let part = part.get(..part.len().min(usize::from(u16::MAX))).unwrap_or_default();
        request.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
        request.extend_from_slice(part);
    }
}

/// The body of an HTTP answer; none when there is no whole head.
fn answer(bytes: &[u8]) -> Option<Result<Vec<u8>, QueueError>> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let body = bytes.get(end + 4..)?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status == "100" {
        return answer(body);
    }
    if status != "200" {
        return Some(Err(QueueError::Refused(format!("HTTP {status}"))));
    }
    let is_chunked = head.lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("transfer-encoding") && value.trim().eq_ignore_ascii_case("chunked")
        })
    });
    Some(match is_chunked {
        false => Ok(body.to_vec()),
        true => joined(body).ok_or_else(|| QueueError::Answer("HTTP 分块不完整".to_owned())),
    })
}

/// The pieces of a chunked body.
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|part| part == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let from = end + 2;
        whole.extend_from_slice(body.get(from..from.checked_add(size)?)?);
        body = body.get(from + size + 2..)?;
    }
}

/// What a queue said.
struct Answer {
    status: u16,
    values: Vec<Value>,
}

struct Value {
    tag: u8,
    name: String,
    bytes: Vec<u8>,
}

impl Answer {
    /// Reads as far as it holds; groups are told apart by nobody here.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let status = number(2)?;
        let mut values: Vec<Value> = Vec::new();
        let mut at = 8;
        while let Some(tag) = bytes.get(at).copied() {
            at += 1;
            match tag {
                END => break,
                0..=0x0F => continue,
                _ => {}
            }
            let name_length = usize::from(number(at)?);
            let name = String::from_utf8_lossy(bytes.get(at + 2..at + 2 + name_length)?).into_owned();
            at += 2 + name_length;
            let length = usize::from(number(at)?);
            let value = bytes.get(at + 2..at + 2 + length)?.to_vec();
            at += 2 + length;
            let name = if name.is_empty() { values.last().map_or(name, |v| v.name.clone()) } else { name };
            values.push(Value { tag, name, bytes: value });
        }
        Some(Self { status, values })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_queues_are_read() {
        let queue = Queue::parse("http://localhost:631/printers/office").unwrap();
        assert_eq!(queue.to_string(), "ipp://localhost:631/printers/office");
        assert_eq!(Queue::parse(" ipp://192.0.2.7/ipp/print ").unwrap().port, 631);
        assert_eq!(Queue::parse("http://print.example/printers/a").unwrap().port, 631);
        for bad in [
            "",
            "office",
            "http://localhost:631/",
            "lpd://localhost/a",
            "http://user@localhost/printers/a",
            "http://h/p?x=1",
        ] {
            assert!(matches!(Queue::parse(bad), Err(QueueError::Address(_))), "{bad}");
        }
    }

    #[test]
    fn bodies_in_pieces_are_joined_and_refusals_are_told() {
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
        assert_eq!(answer(chunked).unwrap().unwrap(), b"abcde");
        let after = [b"HTTP/1.1 100 Continue\r\n\r\n".as_slice(), b"HTTP/1.1 200 OK\r\n\r\nx"].concat();
        assert_eq!(answer(&after).unwrap().unwrap(), b"x");
        assert!(
            matches!(answer(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap(), Err(QueueError::Refused(why)) if why.contains("403"))
        );
        assert!(answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab").unwrap().is_err());
        assert!(answer(b"HTTP/1.1 200").is_none());
    }

    #[test]
    fn a_printer_that_nobody_answers_for_is_away() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let queue = Queue::parse(&format!("http://{gone}/printers/office")).unwrap();
        assert!(matches!(queue.print(b"%PDF"), Err(QueueError::Away { .. })));
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Answer::parse(&bytes);
            let _ = answer(&bytes);
            let _ = joined(&bytes);
        }
    }
}
