//! A web server that serves a folder, and servers that misbehave, on a port of this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How the server answers.
#[derive(Clone)]
pub enum Manner {
    /// As a static file server does.
    Plain,
    /// Every answer is this, whatever was asked.
    Always(Vec<u8>),
    /// Files whose name contains the text are cut off after so many bytes, with the full length announced.
    CutOff(&'static str, usize),
    /// Files whose name contains the text are followed by bytes without end, with no length announced.
    Endless(&'static str),
    /// For files whose name contains the text, the head is sent and then nothing more.
    Hangs(&'static str),
}

/// A running server; it ends when dropped.
pub struct Server {
    pub address: String,
    pub requests: Arc<AtomicUsize>,
    /// Told when somebody waits in vain.
    pub hung: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(folder: &Path, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let hung = Arc::new(Notify::new());
        let (folder, count, told) = (folder.to_owned(), Arc::clone(&requests), Arc::clone(&hung));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, folder.clone(), manner.clone(), Arc::clone(&count), Arc::clone(&told)));
            }
        });
        Self { address, requests, hung, task }
    }

    pub fn count(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, folder: PathBuf, manner: Manner, count: Arc<AtomicUsize>, hung: Arc<Notify>) {
    while let Some(path) = request(&mut stream).await {
        count.fetch_add(1, Ordering::Relaxed);
        let body = std::fs::read(folder.join(path.trim_start_matches('/'))).ok();
        let goes_on = match (&manner, body) {
            (Manner::Always(answer), _) => {
                let _ = stream.write_all(answer).await;
                false
            }
            (Manner::Hangs(part), _) if path.contains(part) => {
                hung.notify_one();
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n").await;
                std::future::pending::<()>().await;
                false
            }
            (_, None) => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await.is_ok(),
            (Manner::CutOff(part, bytes), Some(body)) if path.contains(part) => {
                let _ = stream.write_all(head(body.len()).as_bytes()).await;
                let _ = stream.write_all(&body[..*bytes.min(&body.len())]).await;
                false
            }
            (Manner::Endless(part), Some(body)) if path.contains(part) => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await;
                let _ = stream.write_all(&body).await;
                while stream.write_all(&[b' '; 4096]).await.is_ok() {}
                false
            }
            (_, Some(body)) => {
                stream.write_all(head(body.len()).as_bytes()).await.is_ok() && stream.write_all(&body).await.is_ok()
            }
        };
        if !goes_on {
            return;
        }
    }
}

fn head(bytes: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes}\r\n\r\n")
}

/// The head of one request; none when the asker has gone.
pub async fn head_of(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        text.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// Reads one request and gives its path.
async fn request(stream: &mut TcpStream) -> Option<String> {
    head_of(stream).await?.split(' ').nth(1).map(str::to_owned)
}
