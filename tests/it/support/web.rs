//! A web server that does what a test tells it, and remembers what it was asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic_kiosk::base::digest::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::server::head_of;

/// A question, as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
    head: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(key, _): &(&str, &str)| key.eq_ignore_ascii_case(name);
        self.head.lines().filter_map(|line| line.split_once(": ")).find(is_it).map(|(_, value)| value)
    }
}

/// What goes back.
pub struct Reply {
    pub bytes: Vec<u8>,
    pub then: Then,
}

/// What the server does afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Waits for the next question on this connection.
    Stay,
    /// Breaks the connection.
    Break,
    /// Says nothing more and keeps the connection.
    Hang,
    /// Goes on with a byte now and then.
    Drip,
    /// Goes on for ever.
    Flood,
}

impl Reply {
    /// A whole answer.
    pub fn new(status: &str, headers: &str, body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        Self { bytes, then: Then::Stay }
    }

    /// The same, with only so many bytes of the body.
    pub fn cut(mut self, body_bytes: usize, then: Then) -> Self {
        let head = self.bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        self.bytes.truncate(head + body_bytes);
        Self { then, ..self }
    }
}

/// A running server; it ends when dropped.
pub struct Web {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicU64>,
    /// Told when somebody waits in vain.
    pub hung: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Web {
    pub async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (asked, hung) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let (log, told, answer) = (Arc::clone(&asked), Arc::clone(&hung), Arc::new(answer));
        let connections = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&log), Arc::clone(&told)));
            }
        });
        Self { address, asked, connections, hung, task }
    }

    /// A good server of a folder.
    pub async fn of(folder: &Path) -> Self {
        Self::start(good(folder)).await
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// What was asked since the last call.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// The ranges of files whose path contains `part` that were asked for since the last call; empty for the whole.
    pub fn take_ranges(&self, part: &str) -> Vec<String> {
        let asked = self.take_asked().into_iter().filter(|asked| asked.path.contains(part));
        asked.map(|asked| asked.header("range").unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers as a good static file server does: validators, 304, ranges.
pub fn good(folder: &Path) -> impl Fn(&Asked) -> Reply + Send + Sync + use<> {
    let folder = folder.to_owned();
    move |asked| {
        let Ok(body) = std::fs::read(folder.join(asked.path.trim_start_matches('/'))) else {
            return Reply::new("404 Not Found", "", b"");
        };
        let tag = format!("\"{}\"", &Sha256::of(&body).to_string()[..16]);
        if asked.header("if-none-match") == Some(tag.as_str()) {
            return Reply { bytes: b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(), then: Then::Stay };
        }
        let tag = format!("ETag: {tag}\r\n");
        let Some(from) = range_from(asked) else { return Reply::new("200 OK", &tag, &body) };
        let total = body.len();
        match body.get(from..) {
            None | Some([]) => {
                Reply::new("416 Range Not Satisfiable", &format!("Content-Range: bytes */{total}\r\n"), b"")
            }
            Some(rest) => {
                let headers = format!("{tag}Content-Range: bytes {from}-{}/{total}\r\n", total - 1);
                Reply::new("206 Partial Content", &headers, rest)
            }
        }
    }
}

pub fn range_from(asked: &Asked) -> Option<usize> {
    asked.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

async fn serve<A: Fn(&Asked) -> Reply>(
    mut stream: TcpStream,
    answer: Arc<A>,
    log: Arc<Mutex<Vec<Asked>>>,
    hung: Arc<Notify>,
) {
    while let Some(asked) = question(&mut stream).await {
        log.lock().unwrap().push(asked.clone());
        let reply = answer(&asked);
        if stream.write_all(&reply.bytes).await.is_err() {
            return;
        }
        match reply.then {
            Then::Stay => {}
            Then::Break => return,
            Then::Hang => {
                hung.notify_one();
                return std::future::pending().await;
            }
            Then::Drip => {
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return;
            }
            Then::Flood => {
                while stream.write_all(&[b' '; 4096]).await.is_ok() {}
                return;
            }
        }
    }
}

async fn question(stream: &mut TcpStream) -> Option<Asked> {
    let head = head_of(stream).await?;
    let mut words = head.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut asked = Asked { method, path, body: Vec::new(), head };
    asked.body = vec![0; asked.header("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut asked.body).await.ok()?;
    Some(asked)
}
