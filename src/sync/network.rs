//! A repository on a web server. Any static file server will do; none is believed.
//! Every wait has a deadline and every answer a size; a login page, a proxy's error page or a redirect to somewhere
//! else is told as what it is and never stored.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Client, Response, StatusCode, redirect};
use tokio::time::{Sleep, sleep};
use url::Url;

use super::stick::wrong_size;
use super::{Body, Fault, Size, Source, Way};

/// How long a terminal waits before it gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to stand.
    pub connect: Duration,
    /// For the next byte to come.
    pub read: Duration,
    /// For a file of any size, on top of what its size allows.
    pub file: Duration,
}

/// What is used unless a test says otherwise.
const PATIENCE: Patience =
    Patience { connect: Duration::from_secs(10), read: Duration::from_secs(20), file: Duration::from_secs(30) };
/// The slowest line that a file is still fetched over.
const SLOWEST_BYTES_PER_S: u64 = 8 << 10;
const REDIRECTS_MAX: usize = 3;

/// A web server.
#[derive(Debug)]
pub struct Network {
    client: Client,
    base: Url,
    patience: Patience,
}

impl Network {
    /// A server at `address`; nothing is sent yet.
    pub fn new(address: &str) -> Result<Self, Fault> {
        Self::with_patience(address, PATIENCE)
    }

    /// A server that is waited for differently.
    pub fn with_patience(address: &str, patience: Patience) -> Result<Self, Fault> {
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
        let client = Client::builder()
            .connect_timeout(patience.connect)
            .read_timeout(patience.read)
            .redirect(same_place())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("civic-kiosk/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Fault::Unreachable { place: address.to_owned(), cause: e.into() })?;
        Ok(Self { client, base, patience })
    }

    async fn answer(&self, name: &str, size: Size) -> Result<Response, Fault> {
        let url = self.base.join(name).map_err(|_| Fault::NotFound { name: name.to_owned() })?;
        let request = self.client.get(url).header(ACCEPT_ENCODING, "identity");
        let response = request.send().await.map_err(|e| self.broken(name, e))?;
        let not_ours = |answer: String| Err(Fault::NotARelease { name: name.to_owned(), answer });
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Fault::NotFound { name: name.to_owned() }),
            status => return not_ours(format!("HTTP {}", status.as_u16())),
        }
        let header = |key| response.headers().get(key).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let (encoding, kind) = (header(CONTENT_ENCODING), header(CONTENT_TYPE));
        if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
            return not_ours(format!("被压缩为 {encoding}"));
        }
        if kind.starts_with("text/html") {
            return not_ours("网页，可能要先登录网络".to_owned());
        }
        match (size, response.content_length()) {
            (Size::Exactly(expected), Some(actual)) if actual != expected => {
                Err(Fault::WrongSize { name: name.to_owned(), expected, actual })
            }
            (Size::AtMost(bytes_max), Some(actual)) if actual > bytes_max => {
                Err(Fault::TooBig { name: name.to_owned(), bytes_max })
            }
            _ => Ok(response),
        }
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

/// A login page is reached by a redirect to another host; within the server redirects are fine.
fn same_place() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let origin = attempt.previous().first().map(Url::origin);
        if attempt.previous().len() > REDIRECTS_MAX || origin != Some(attempt.url().origin()) {
            attempt.error("redirected elsewhere")
        } else {
            attempt.follow()
        }
    })
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
        let allowance = Duration::from_secs(size.max() / SLOWEST_BYTES_PER_S);
        let mut deadline = Box::pin(sleep(self.patience.file + allowance));
        let response = tokio::select! {
            response = self.answer(name, size) => response?,
            () = &mut deadline => return Err(Fault::Timeout { name: name.to_owned() }),
        };
        let place = self.base.to_string();
        Ok(Box::new(NetworkBody { response, place, name: name.to_owned(), size, read: 0, deadline }))
    }
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
