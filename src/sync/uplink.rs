//! Sealed letters to the office's machine: `PUT in/TERMINAL/UUID`, answered 201 (new), 200 (the same again) or 409
//! (another letter of this name). It believes no answer that does not name the SHA-256 of what arrived: a login page
//! answers 200 too.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use reqwest::{Response, StatusCode};
use url::Url;

use super::Fault;
use super::network::{Line, folder, retry_after};
use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::digest::Sha256;
use crate::outbox::{Book, BookError, Waiting};

/// Letters taken from the book at a time.
const PART: usize = 64;
/// Letters on their way at once: enough to hide the line's delay, too few to be a burden.
const AT_ONCE: usize = 8;
/// Longest answer that is read: a SHA-256 in hex and a line's end.
const ANSWER_BYTES_MAX: usize = 128;
/// How long one letter may take.
const LETTER_TIME: Duration = Duration::from_secs(60);

/// Where letters go.
#[derive(Debug, Clone)]
pub struct Uplink {
    line: Line,
    folder: Url,
}

/// What one delivery did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Letters that the office confirmed.
    pub delivered: usize,
    /// Letters that its machine will not take.
    pub refused: usize,
    /// Letters that wait for another try.
    pub waiting: usize,
    /// Why, of the first of them.
    pub trouble: Option<String>,
}

/// What became of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Confirmed,
    Refused(String),
    Later { asked: Duration, why: String },
}

impl Uplink {
    /// A machine at `address`, for the letters of `terminal`; nothing is sent yet.
    pub fn on(line: &Line, address: &str, terminal: &str) -> Result<Self, Fault> {
        let mut folder = folder(address)?;
        let path = format!("{}in/{terminal}/", folder.path());
        folder.set_path(&path);
        Ok(Self { line: line.clone(), folder })
    }

    /// Delivers what is due, in parts, until nothing is or a whole part got nowhere.
    pub async fn deliver(&self, book: &Arc<Mutex<Book>>, clock: &dyn Clock) -> Result<Delivery, BookError> {
        let mut done = Delivery::default();
        loop {
            let letters = locked(book).next(PART, clock.now())?;
            if letters.is_empty() {
                return Ok(done);
            }
            let count = letters.len();
            let send = |letter: Waiting| async move { (self.send(&letter).await, letter.uuid, letter.sha256) };
            let fates: Vec<_> = stream::iter(letters).map(send).buffer_unordered(AT_ONCE).collect().await;
            let later = note(&mut locked(book), fates, clock.now(), &mut done)?;
            if later == count {
                return Ok(done);
            }
        }
    }

    async fn send(&self, letter: &Waiting) -> Fate {
        match tokio::time::timeout(LETTER_TIME, self.put(letter)).await {
            Ok(fate) => fate,
            Err(_) => Fate::Later { asked: Duration::ZERO, why: "发送超时".to_owned() },
        }
    }

    async fn put(&self, letter: &Waiting) -> Fate {
        let later = |why: String| Fate::Later { asked: Duration::ZERO, why };
        let Ok(url) = self.folder.join(&letter.uuid) else { return Fate::Refused("信件编号不能用".to_owned()) };
        let request = self.line.client.put(url).header("Content-Type", "application/octet-stream");
        match request.body(letter.sealed.clone()).send().await {
            Ok(response) => judge(response, &letter.sha256).await,
            Err(error) => later(format!("连不上收件服务器：{}", chain(&error.without_url()))),
        }
    }
}

/// What an answer means for a letter.
async fn judge(response: Response, sha256: &Sha256) -> Fate {
    let status = response.status();
    let code = format!("收件服务器回答 HTTP {}", status.as_u16());
    let asked = retry_after(response.headers());
    match status {
        StatusCode::OK | StatusCode::CREATED => match names(response, sha256).await {
            true => Fate::Confirmed,
            false => Fate::Later {
                asked: Duration::ZERO,
                why: "回答里没有信件的校验值，可能不是收件服务器".to_owned(),
            },
        },
        StatusCode::CONFLICT => Fate::Refused("收件服务器上已有另一封同名的信件（HTTP 409）".to_owned()),
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => Fate::Refused(code),
        _ => Fate::Later { asked, why: code },
    }
}

/// Whether the answer names what was sent.
async fn names(mut response: Response, sha256: &Sha256) -> bool {
    let mut answer = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        answer.extend_from_slice(&piece);
        if answer.len() > ANSWER_BYTES_MAX {
            return false;
        }
    }
    std::str::from_utf8(&answer).is_ok_and(|text| Sha256::parse(text.trim()).is_ok_and(|named| named == *sha256))
}

/// Writes down what became of a part, and says how many letters of it must wait.
fn note(
    book: &mut Book,
    fates: Vec<(Fate, String, Sha256)>,
    now: Timestamp,
    done: &mut Delivery,
) -> Result<usize, BookError> {
    let mut confirmed = Vec::new();
    let mut later = 0;
    for (fate, uuid, sha256) in fates {
        match fate {
            Fate::Confirmed => confirmed.push((uuid, sha256)),
            Fate::Refused(why) => {
                book.refused(&uuid, &why)?;
                done.refused += 1;
                done.trouble.get_or_insert(why);
            }
            Fate::Later { asked, why } => {
                book.later(&uuid, asked, now)?;
                later += 1;
                done.trouble.get_or_insert(why);
            }
        }
    }
    book.confirmed(&confirmed, now)?;
    done.delivered += confirmed.len();
    done.waiting += later;
    Ok(later)
}

fn locked(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
