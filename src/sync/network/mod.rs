//! A repository on a web server. Any static file server will do; none is believed.
//! Every wait has a deadline and every answer a size; a login page, a proxy's error page or a redirect to somewhere
//! else is told as what it is and never stored.

mod answer;
mod line;

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH, RANGE};
use reqwest::{RequestBuilder, Response};
use tokio::time::{Sleep, sleep};
use url::Url;

use crate::release::source::Skipped;

use super::stick::wrong_size;
use super::{Body, Fault, Newer, Size, Source, Validators, Way};

pub(in crate::sync) use answer::retry_after;
use answer::{Answer, Asked};
pub use line::{Line, Patience};

/// The slowest line that a file is still fetched over.
const SLOWEST_BYTES_PER_S: u64 = 8 << 10;

/// A web server.
#[derive(Debug)]
pub struct Network {
    line: Line,
    base: Url,
}

impl Network {
    /// A server at `address` on the line that all share; nothing is sent yet.
    pub fn new(address: &str) -> Result<Self, Fault> {
        Self::on(&Line::shared()?, address)
    }

    /// A server that is waited for differently.
    pub fn with_patience(address: &str, patience: Patience) -> Result<Self, Fault> {
        Self::on(&Line::new(None, patience)?, address)
    }

    /// A server on a line that was made before.
    pub fn on(line: &Line, address: &str) -> Result<Self, Fault> {
        Ok(Self { line: line.clone(), base: folder(address)? })
    }

    /// Asks for a file and judges the head of the answer, within a deadline that goes on for the body.
    async fn ask(
        &self,
        name: &str,
        size: Size,
        asked: Asked,
        add: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<(Answer, Pin<Box<Sleep>>), Fault> {
        let allowance = Duration::from_secs(size.max() / SLOWEST_BYTES_PER_S);
        let mut deadline = Box::pin(sleep(self.line.patience.file + allowance));
        let url = self.base.join(name).map_err(|_| Fault::NotFound { name: name.to_owned() })?;
        let request = add(self.line.client.get(url).header(ACCEPT_ENCODING, "identity"));
        let response = tokio::select! {
            response = request.send() => response.map_err(|e| self.broken(name, e))?,
            () = &mut deadline => return Err(Fault::Timeout { name: name.to_owned() }),
        };
        Ok((answer::judge(response, name, asked, size)?, deadline))
    }

    fn body(&self, response: Response, name: &str, size: Size, deadline: Pin<Box<Sleep>>) -> NetworkBody {
        NetworkBody { response, place: self.base.to_string(), name: name.to_owned(), size, read: 0, deadline }
    }

    fn broken(&self, name: &str, source: reqwest::Error) -> Fault {
        if source.is_timeout() {
            return Fault::Timeout { name: name.to_owned() };
        }
        if source.is_redirect() {
            return Fault::NotARelease { name: name.to_owned(), answer: "转到了别的地址".to_owned() };
        }
        Fault::Unreachable { place: self.base.to_string(), cause: source.without_url().into() }
    }
}

/// The address of a folder on a web server: scheme, host and path, nothing else.
pub(in crate::sync) fn folder(address: &str) -> Result<Url, Fault> {
    let fault = |problem: &str| Fault::Address { address: address.to_owned(), problem: problem.to_owned() };
    let mut base = Url::parse(address).map_err(|_| fault("应写成 https://主机/路径"))?;
    if !base.has_host() || !base.username().is_empty() || base.password().is_some() {
        return Err(fault("应只有主机和路径"));
    }
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

#[async_trait]
impl Source for Network {
    fn way(&self) -> Way {
        Way::Network
    }

    fn place(&self) -> String {
        self.base.to_string()
    }

    async fn open(&self, name: &str, size: Size) -> Result<Box<dyn Body>, Fault> {
        match self.ask(name, size, Asked::Whole, |request| request).await? {
            (Answer::Whole(response), deadline) => Ok(Box::new(self.body(response, name, size, deadline))),
            (Answer::Rest(_) | Answer::Same, _) => Err(unasked(name)),
        }
    }

    async fn small_if_new(&self, name: &str, max_bytes: u64, seen: Option<&Validators>) -> Result<Newer, Fault> {
        let asked = if seen.is_some() { Asked::IfNew } else { Asked::Whole };
        let add = |mut request: RequestBuilder| {
            for (header, value) in [
                (IF_NONE_MATCH, seen.and_then(Validators::etag)),
                (IF_MODIFIED_SINCE, seen.and_then(Validators::last_modified)),
            ] {
                if let Some(value) = value {
                    request = request.header(header, value);
                }
            }
            request
        };
        let size = Size::AtMost(max_bytes);
        let (response, deadline) = match self.ask(name, size, asked, add).await? {
            (Answer::Same, _) => return Ok(Newer::Same),
            (Answer::Whole(response), deadline) => (response, deadline),
            (Answer::Rest(_), _) => return Err(unasked(name)),
        };
        let validators = answer::validators(response.headers());
        let mut body = self.body(response, name, size, deadline);
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(Newer::Changed { bytes, validators })
    }

    async fn open_from(&self, name: &str, size: u64, from: u64) -> Result<Box<dyn Body>, Fault> {
        let whole = Size::Exactly(size);
        let add = |request: RequestBuilder| request.header(RANGE, format!("bytes={from}-"));
        match self.ask(name, whole, Asked::From(from), add).await? {
            (Answer::Rest(response), deadline) => {
                let rest = Size::Exactly(size.saturating_sub(from));
                Ok(Box::new(self.body(response, name, rest, deadline)))
            }
            // The server knows no ranges; what is here already need not be written again.
            (Answer::Whole(response), deadline) => {
                let body = Box::new(self.body(response, name, whole, deadline));
                Ok(Box::new(Skipped { body, left: from }))
            }
            (Answer::Same, _) => Err(unasked(name)),
        }
    }
}

fn unasked(name: &str) -> Fault {
    Fault::NotARelease { name: name.to_owned(), answer: "答非所问".to_owned() }
}

struct NetworkBody {
    response: Response,
    place: String,
    name: String,
    size: Size,
    read: u64,
    deadline: Pin<Box<Sleep>>,
}

#[async_trait]
impl Body for NetworkBody {
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        let timeout = || Fault::Timeout { name: self.name.clone() };
        let piece = tokio::select! {
            piece = self.response.chunk() => piece,
            () = &mut self.deadline => return Err(timeout()),
        };
        let piece = match piece {
            Ok(piece) => piece,
            Err(source) if source.is_timeout() => return Err(timeout()),
            Err(source) => {
                return Err(Fault::Unreachable { place: self.place.clone(), cause: source.without_url().into() });
            }
        };
        self.read += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        match wrong_size(&self.name, self.size, self.read, piece.is_none()) {
            Some(fault) => Err(fault),
            None => Ok(piece),
        }
    }
}
