//! Letters on their way while the terminal runs: over the network as they come and with the book's own waits, and onto a
//! stick with a permit as soon as one is in. It can read none of them, and forgets none that is not confirmed.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::outbox::stick::{MAIL, PERMIT, exchange};
use crate::outbox::{Book, BookError};
use crate::store::{Store, StoreError};

use super::super::Uplink;
use super::super::uplink::Delivery;
use super::{Letters, StickMail, Told};

/// Ticks between two looks into the book; a letter that is handed in is sent at once.
const LOOK_TICKS: u32 = 15;
/// Rounds that may wait.
pub(super) const ROUNDS_MAX: usize = 16;

/// What the upkeep needs to deliver letters.
#[derive(Clone)]
pub struct Post {
    /// The book, shared with the mailroom.
    pub book: Arc<Mutex<Book>>,
    /// The office's machine; none where only sticks carry letters.
    pub uplink: Option<Uplink>,
    /// What that machine calls this terminal.
    pub terminal: String,
    /// Where the release is that names the desks.
    pub state_dir: PathBuf,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Post({})", self.terminal)
    }
}

/// What the postman is sent for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// Something was handed in.
    Deliver,
    /// Staff have put right why letters were refused.
    Retry,
    /// Say how everything stands.
    Tell,
    /// This stick is in.
    Stick(PathBuf),
    /// No stick is in any more.
    NoStick,
}

type Tell = Arc<dyn Fn(Told) + Send + Sync>;

/// The task.
pub(super) struct Postman {
    post: Post,
    clock: Arc<dyn Clock>,
    tell: Tell,
    look_every: Duration,
    /// What was told last.
    told: Option<Letters>,
    stick: Option<StickMail>,
    /// Why the last delivery got nowhere.
    trouble: Option<String>,
    /// Letters that the office confirmed since the start.
    delivered: usize,
}

/// Whether a stick comes for letters: there is a permit on it, true or not.
pub(super) fn comes_for_letters(stick: &std::path::Path) -> bool {
    stick.join(MAIL).join(PERMIT).symlink_metadata().is_ok_and(|found| found.is_file())
}

impl Postman {
    pub fn new(post: Post, tick: Duration, clock: Arc<dyn Clock>, tell: Tell) -> Self {
        let look_every = tick * LOOK_TICKS;
        Self { post, clock, tell, look_every, told: None, stick: None, trouble: None, delivered: 0 }
    }

    /// Works until nobody can send for it any more.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<Round>) {
        let mut looks = tokio::time::interval(self.look_every);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let mut round = tokio::select! {
                round = inbox.recv() => match round {
                    Some(round) => round,
                    None => return,
                },
                _ = looks.tick() => Round::Deliver,
            };
            // A stick in somebody's hand breaks off a slow line, and is the next round then.
            while let Some(next) = self.go(round, &mut inbox).await {
                round = next;
            }
        }
    }

    /// Does an round; says which one broke it off.
    async fn go(&mut self, round: Round, inbox: &mut mpsc::Receiver<Round>) -> Option<Round> {
        match round {
            Round::Deliver => {
                let next = self.deliver(inbox).await;
                self.say(Again::No);
                return next;
            }
            Round::Retry => {
                let retried = self.book().try_refused_again();
                self.note(retried.map(|letters| tracing::info!(letters, "refused letters are sent again")));
                self.say(Again::No);
                return Some(Round::Deliver);
            }
            Round::Tell => self.say(Again::Yes),
            Round::Stick(dir) => self.meet(dir).await,
            Round::NoStick => {
                self.stick = None;
                self.say(Again::No);
            }
        }
        None
    }

    async fn deliver(&mut self, inbox: &mut mpsc::Receiver<Round>) -> Option<Round> {
        let uplink = self.post.uplink.clone()?;
        let (book, clock) = (Arc::clone(&self.post.book), Arc::clone(&self.clock));
        // Who comes meanwhile sees what waits.
        self.say(Again::No);
        let mut wanted_again = false;
        let delivery = uplink.deliver(&book, &*clock);
        tokio::pin!(delivery);
        let done = loop {
            tokio::select! {
                done = &mut delivery => break done,
                round = inbox.recv() => match round {
                    // What is on its way is not confirmed, and is sent again another time.
                    None => return None,
                    Some(Round::Deliver) => wanted_again = true,
                    Some(Round::Tell) => self.say(Again::Yes),
                    Some(next @ (Round::Retry | Round::Stick(_) | Round::NoStick)) => return Some(next),
                },
            }
        };
        if let Some(done) = self.note(done) {
            self.count(done);
        }
        wanted_again.then_some(Round::Deliver)
    }

    fn count(&mut self, done: Delivery) {
        self.delivered += done.delivered;
        if done.delivered > 0 || done.refused > 0 {
            tracing::info!(delivered = done.delivered, refused = done.refused, "letters");
        }
        let was_nothing = done == Delivery::default();
        if !was_nothing {
            if let Some(why) = &done.trouble
                && self.trouble.as_ref() != Some(why)
            {
                tracing::warn!(why, waiting = done.waiting, "letters wait");
            }
            self.trouble = done.trouble;
        }
    }

    /// Takes in what the office confirmed and hands out what it has not, when the stick has a permit.
    async fn meet(&mut self, dir: PathBuf) {
        if !comes_for_letters(&dir) {
            return;
        }
        self.stick = Some(StickMail::Copying);
        self.say(Again::No);
        let (post, now) = (self.post.clone(), self.clock.now());
        let met = tokio::task::spawn_blocking(move || {
            let desks = desks(&post)?;
            let mut book = post.book.lock().unwrap_or_else(PoisonError::into_inner);
            exchange(&mut book, &dir, &post.terminal, &desks, now, |_| {}).map_err(|error| chain(&error))
        })
        .await;
        self.stick = Some(match met {
            Ok(Ok(done)) => {
                tracing::info!(written = done.written, confirmed = done.confirmed, "letters on a stick");
                self.delivered += done.confirmed;
                StickMail::Done {
                    written: done.written,
                    already: done.already,
                    confirmed: done.confirmed,
                    ack_refused: done.ack_refused.map(|why| why.to_string()),
                }
            }
            Ok(Err(text)) => {
                tracing::warn!(text, "letters on a stick");
                StickMail::Refused { text }
            }
            // The runtime is going down.
            Err(_) => return,
        });
        self.say(Again::No);
    }

    /// Tells how letters stand, when that is new or somebody wants to hear it again.
    fn say(&mut self, again: Again) {
        let standing = self.book().standing();
        let Some(standing) = self.note(standing) else { return };
        let letters = Letters {
            standing,
            delivered: self.delivered,
            has_server: self.post.uplink.is_some(),
            trouble: self.trouble.clone(),
            stick: self.stick.clone(),
        };
        if again == Again::Yes || self.told.as_ref() != Some(&letters) {
            self.told = Some(letters.clone());
            (self.tell)(Told::Letters(letters));
        }
    }

    /// A book that cannot be used is the trouble that staff see.
    fn note<T>(&mut self, result: Result<T, BookError>) -> Option<T> {
        match result {
            Ok(it) => Some(it),
            Err(error) => {
                tracing::error!(error = %chain(&error), "the book of letters");
                self.trouble = Some(chain(&error));
                None
            }
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.post.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Yes,
    No,
}

/// Whose permits and confirmations count, by the live release.
fn desks(post: &Post) -> Result<Vec<String>, String> {
    match Store::open_read_only(&post.state_dir).and_then(|store| store.release()) {
        Ok(release) => Ok(release.map(|release| release.mailbox.desks).unwrap_or_default()),
        Err(StoreError::Missing(_)) => Ok(Vec::new()),
        Err(error) => Err(chain(&error)),
    }
}
