//! One thread that reads the content for everybody, so that the screen never opens a database.
//! It answers each question once, in order; when too many wait it says so instead of letting the asker wait.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use crate::base::id::RecordId;
use crate::content::Record;

use super::catalog::{Listing, Opened, Shelf};
use super::content::{CONTENT, LiveRelease, Overview, Store, Title};
use super::error::StoreError;

/// How many questions may wait.
const QUESTIONS_MAX: usize = 64;

/// A question about the live content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Which release is live.
    Release,
    /// Everything that pages share, of one release.
    Overview,
    /// One record.
    Record(RecordId),
    /// One record with what its page needs, and this page of what stands in it.
    Opened(RecordId, usize),
    /// One page of a list.
    List(Shelf, usize),
    /// What can be searched.
    Titles,
}

/// The answer to the [`Query`] of the same name; before the first release there is nothing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The live release.
    Release(Option<LiveRelease>),
    /// Everything that pages share.
    Overview(Option<Box<Overview>>),
    /// The record.
    Record(Option<Record>),
    /// The record with what its page needs.
    Opened(Option<Box<Opened>>),
    /// The page of the list; none before the first release.
    List(Option<Listing>),
    /// The titles.
    Titles(Vec<Title>),
}

type Reply = Box<dyn FnOnce(Result<Answer, StoreError>) + Send>;

/// The way to the reading thread; clones share it, and it ends with the last of them.
#[derive(Clone)]
pub struct Reader {
    questions: SyncSender<(Query, Reply)>,
    state_dir: PathBuf,
}

impl Reader {
    /// Starts the thread over one publisher's content. A missing or damaged database is told with each answer, not here.
    pub fn spawn(state_dir: &Path) -> Self {
        Self::over(vec![state_dir.to_owned()])
    }

    /// The same over the content of several publishers, nearest first.
    pub fn over(state_dirs: Vec<PathBuf>) -> Self {
        let (questions, inbox) = sync_channel(QUESTIONS_MAX);
        let state_dir = state_dirs.first().cloned().unwrap_or_default();
        // When the thread cannot start, the inbox is dropped and every question is answered with `Closed`.
        let _ = thread::Builder::new().name("store-reader".to_owned()).spawn(move || serve(&state_dirs, &inbox));
        Self { questions, state_dir }
    }

    /// Asks without waiting. `answer` is called exactly once: on the reading thread, or at once when it cannot be
    /// reached.
    pub fn ask(&self, query: Query, answer: impl FnOnce(Result<Answer, StoreError>) + Send + 'static) {
        match self.questions.try_send((query, Box::new(answer))) {
            Ok(()) => {}
            Err(TrySendError::Full((_, answer))) => answer(Err(StoreError::Busy(self.state_dir.clone()))),
            Err(TrySendError::Disconnected((_, answer))) => answer(Err(StoreError::Closed)),
        }
    }
}

/// An open database and the files it is, to notice when another file takes the name of one.
struct Open {
    store: Store,
    files: Vec<Option<(u64, u64)>>,
}

fn serve(state_dirs: &[PathBuf], inbox: &Receiver<(Query, Reply)>) {
    let mut open: Option<Open> = None;
    while let Ok((query, reply)) = inbox.recv() {
        let answer = look(state_dirs, &mut open, &query);
        if answer.is_err() || open.as_ref().is_some_and(|open| open.store.is_frozen()) {
            // The next question finds out whether the trouble is over.
            open = None;
        }
        reply(answer);
    }
}

fn look(state_dirs: &[PathBuf], open: &mut Option<Open>, query: &Query) -> Result<Answer, StoreError> {
    let file = |dir: &PathBuf| std::fs::metadata(dir.join(CONTENT.file)).map(|m| (m.dev(), m.ino())).ok();
    let files: Vec<_> = state_dirs.iter().map(file).collect();
    if open.as_ref().is_some_and(|open| open.files != files) {
        *open = None;
    }
    if open.is_none() && files.iter().any(Option::is_some) {
        *open = match Store::open_together(state_dirs) {
            Ok(store) => Some(Open { store, files }),
            Err(StoreError::Missing(_)) => None,
            Err(error) => return Err(error),
        };
    }
    // Each statement sees the newest committed release: in WAL mode that needs no reopening.
    match open {
        Some(open) => ask(&open.store, query),
        None => Ok(nothing(query)),
    }
}

fn ask(store: &Store, query: &Query) -> Result<Answer, StoreError> {
    Ok(match query {
        Query::Release => Answer::Release(store.release()?),
        Query::Overview => Answer::Overview(store.overview()?.map(Box::new)),
        Query::Record(id) => Answer::Record(store.record(id)?),
        Query::Opened(id, page) => Answer::Opened(store.opened(id, *page)?.map(Box::new)),
        Query::List(shelf, page) => Answer::List(Some(store.listing(shelf, *page)?)),
        Query::Titles => Answer::Titles(store.titles()?),
    })
}

fn nothing(query: &Query) -> Answer {
    match query {
        Query::Release => Answer::Release(None),
        Query::Overview => Answer::Overview(None),
        Query::Record(_) => Answer::Record(None),
        Query::Opened(..) => Answer::Opened(None),
        Query::List(..) => Answer::List(None),
        Query::Titles => Answer::Titles(Vec::new()),
    }
}
