//! What is found: the indexes of the live release, and the thread that answers each keystroke.
//! It keeps nothing of what was asked, and answers only the newest question.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use jiff::civil::Date;

use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::id::RecordId;
use crate::input::ink::Ink;
use crate::input::{Candidate, Decoder, Lexicon, OwnWord};
use crate::search::{Doc, Hit, Segmenter, TitleIndex, Words, weight_of};
use crate::session::VisitId;
use crate::store::{Findable, Findables, FullText, Store, StoreError};
use crate::sync::follow_texts;

use super::find::{FindAnswer, FindAsk, FoundTitle};
use super::typing::day_of;
use lost::Lost;

mod lost;

/// Questions that may wait; only the newest of them is answered.
const ORDERS_MAX: usize = 64;
/// Titles on one page of results.
const TITLES_MAX: usize = 20;
/// Titles of the days around one that has none.
const NEAR_DAYS_TITLES_MAX: usize = 6;
/// Texts below them.
const TEXTS_MAX: usize = 10;
/// Candidates of letters or strokes: some pages of the bar, and enough to pick a rare name.
const CANDIDATES_MAX: usize = 400;
/// Candidates of strokes.
const WRITTEN_MAX: usize = 8;
/// Texts are looked through when the fingers rest so long.
const TEXTS_AFTER: Duration = Duration::from_millis(150);

/// The index of everything that can be found.
pub fn title_index(findables: Findables) -> TitleIndex {
    let Findables { records, orgs, synonyms, frequent, .. } = findables;
    let frequent: BTreeSet<_> = frequent.into_iter().collect();
    let words = Words::new(synonyms.iter().map(|(word, means)| (word.as_str(), means.as_str())));
    let docs = records.into_iter().map(|Findable { title, also, .. }| {
        let org_name = title.org.as_ref().and_then(|org| orgs.get(org)).cloned().unwrap_or_default();
        let weight = weight_of(title.id.kind(), frequent.contains(&title.id));
        let also = if also.is_empty() { Vec::new() } else { vec![also] };
        Doc { id: title.id, title: title.title, org_name, also, weight }
    });
    TitleIndex::new(docs, words)
}

/// The words of the hall that people come to type: those of its titles, offices and lexicons.
pub fn own_words(findables: &Findables) -> Vec<OwnWord> {
    let said = findables.pronounced.iter().map(|(word, pinyin)| (word.clone(), Some(pinyin.clone())));
    let of_lexicons = findables.synonyms.iter().flat_map(|(word, means)| [word.clone(), means.clone()]);
    let of_offices = findables.records.iter().filter(|r| r.title.id.kind() == "org");
    let of_offices = of_offices.flat_map(|r| [r.title.title.clone(), r.also.clone()]);
    // Rows of lists say again what the guides say.
    let titles = findables.records.iter().filter(|r| r.title.id.kind() != "row").map(|r| r.title.title.as_str());
    let of_titles = titles.flat_map(|title| Segmenter.query_words(title));
    let mut seen = BTreeSet::new();
    let spelt = of_lexicons.chain(of_offices).chain(of_titles).map(|word| (word, None));
    said.chain(spelt)
        .filter(|(word, _)| word.chars().count() > 1 && seen.insert(word.clone()))
        .map(|(word, pinyin)| OwnWord { word, pinyin })
        .collect()
}

enum Order {
    /// Something was typed or written.
    Ask(VisitId, FindAsk),
    /// Another release may be live.
    Reload,
    /// A visit is over.
    Forget(VisitId),
}

/// The way to the finding thread.
pub struct Finder {
    orders: SyncSender<Order>,
}

impl Finder {
    /// Starts the thread. `answer` is called on it, up to twice a question: at once, and with texts a little later.
    pub fn spawn(
        state_dirs: Vec<PathBuf>,
        clock: Arc<dyn Clock>,
        answer: impl Fn(VisitId, u64, FindAnswer) + Send + 'static,
    ) -> Self {
        let (orders, inbox) = sync_channel(ORDERS_MAX);
        // Without the thread every question stays unanswered, and the doors still lead everywhere.
        let serve = move || serve(&state_dirs, &*clock, &inbox, &answer);
        let _ = thread::Builder::new().name("finder".to_owned()).spawn(serve);
        Self { orders }
    }

    /// Asks without waiting; a full queue holds newer questions than anybody could have typed.
    pub fn ask(&self, visit: VisitId, ask: FindAsk) {
        let _ = self.orders.try_send(Order::Ask(visit, ask));
    }

    /// Another release may be live; nobody is here, or the old one serves till the end of the visit.
    pub fn reload(&self) {
        let _ = self.orders.try_send(Order::Reload);
    }

    /// A visit is over: what it asked is forgotten.
    pub fn forget(&self, visit: VisitId) {
        let _ = self.orders.try_send(Order::Forget(visit));
    }
}

/// Everything that answers, of one release of each publisher.
pub struct Indexes {
    releases: Vec<u64>,
    titles: TitleIndex,
    orgs: HashMap<RecordId, String>,
    names: HashMap<RecordId, String>,
    /// What is looked for by its day.
    by_day: BTreeMap<Date, Vec<RecordId>>,
    decoder: Decoder,
}

fn serve(dirs: &[PathBuf], clock: &dyn Clock, inbox: &Receiver<Order>, answer: &dyn Fn(VisitId, u64, FindAnswer)) {
    // The pad is made when somebody asks and may write next, and gone with the visit: few write.
    let mut ink: Option<Ink> = None;
    let mut lost = Lost::default();
    let today = || clock.local().date();
    let mut indexes: Option<Indexes> = None;
    // A question whose texts are still to be looked through, with what was said of it at once.
    let mut waiting: Option<(VisitId, FindAsk, FindAnswer)> = None;
    loop {
        let order = match waiting.is_some() {
            true => inbox.recv_timeout(TEXTS_AFTER),
            false => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let mut newest = None;
        let mut is_reload = indexes.is_none();
        match order {
            Ok(order) => {
                for order in std::iter::once(order).chain(inbox.try_iter()) {
                    match order {
                        Order::Ask(visit, ask) => newest = Some((visit, ask)),
                        Order::Reload => is_reload = true,
                        Order::Forget(visit) => {
                            newest = newest.take_if(|(asker, _)| *asker != visit);
                            waiting = waiting.take_if(|(asker, ..)| *asker != visit);
                            lost.end(dirs, indexes.as_ref(), today());
                            ink = None;
                        }
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                if let (Some((visit, ask, mut said)), Some(indexes)) = (waiting.take(), &indexes) {
                    let texts = indexes.in_texts(dirs, &ask);
                    if said.titles.is_empty() && texts.is_empty() {
                        lost.note(visit, ask.query.reveal());
                    }
                    said.texts = Some(texts);
                    answer(visit, ask.serial, said);
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if is_reload && reload(dirs, &mut indexes) {
            // What was said of the release before is not said again.
            newest = newest.or_else(|| waiting.take().map(|(visit, ask, _)| (visit, ask)));
        }
        if let (Some((visit, ask)), Some(indexes)) = (newest, &indexes) {
            if !ask.strokes.0.is_empty() {
                ink = ink.or_else(Ink::new);
            }
            let said = indexes.at_once(ink.as_ref(), &ask);
            lost.asked(visit, ask.query.reveal(), dirs, indexes, today());
            answer(visit, ask.serial, said.clone());
            waiting = Some((visit, ask, said));
            ink = ink.or_else(Ink::new);
        }
    }
}

/// Makes the indexes anew when another release is live, and says whether it did; the old ones stay when it cannot be
/// read.
fn reload(dirs: &[PathBuf], indexes: &mut Option<Indexes>) -> bool {
    let known = indexes.as_ref().map(|indexes| indexes.releases.as_slice());
    match live(dirs, known) {
        Ok(None) => false,
        Ok(Some((releases, findables))) => {
            *indexes = Some(Indexes::of(releases, findables));
            for dir in dirs {
                follow(dir.clone());
            }
            true
        }
        Err(error) => {
            tracing::error!(error = %chain(&error), "the content cannot be searched");
            false
        }
    }
}

/// What all publishers have, and the numbers of their releases; none when these are known.
fn live(dirs: &[PathBuf], known: Option<&[u64]>) -> Result<Option<(Vec<u64>, Findables)>, StoreError> {
    let mut stores = Vec::new();
    let mut releases = Vec::new();
    for dir in dirs {
        let store = match Store::open_read_only(dir) {
            Err(StoreError::Missing(_)) => continue,
            store => store?,
        };
        releases.extend(store.release()?.map(|live| live.number));
        stores.push(store);
    }
    if releases.is_empty() || known == Some(&releases) {
        return Ok(None);
    }
    let mut all: Option<Findables> = None;
    for store in stores {
        let Some(theirs) = store.findables()? else { continue };
        match &mut all {
            Some(all) => all.add(theirs),
            None => all = Some(theirs),
        }
    }
    Ok(all.map(|all| (releases, all)))
}

impl Indexes {
    /// The indexes of what can be found.
    pub fn of(releases: Vec<u64>, findables: Findables) -> Self {
        let decoder = Decoder::new(Lexicon::new(&own_words(&findables)));
        let org = |found: &Findable| {
            let org = findables.orgs.get(found.title.org.as_ref()?)?;
            Some((found.title.id.clone(), org.clone()))
        };
        let orgs = findables.records.iter().filter_map(org).collect();
        let names = findables.records.iter().map(|r| (r.title.id.clone(), r.title.title.clone())).collect();
        let mut by_day: BTreeMap<Date, Vec<RecordId>> = BTreeMap::new();
        for found in &findables.records {
            if let Some(day) = found.day {
                by_day.entry(day).or_default().push(found.title.id.clone());
            }
        }
        Self { releases, orgs, names, by_day, decoder, titles: title_index(findables) }
    }

    fn org_of(&self, id: &RecordId) -> String {
        self.orgs.get(id).cloned().unwrap_or_default()
    }

    /// What can be said at once; texts are looked through later.
    pub fn at_once(&self, ink: Option<&Ink>, ask: &FindAsk) -> FindAnswer {
        let mut candidates = self.decoder.candidates(ask.letters.reveal(), CANDIDATES_MAX);
        let syllables = self.decoder.syllable_starts(ask.letters.reveal());
        if let (Some(ink), false) = (ink, ask.strokes.0.is_empty()) {
            let written = ink.recognise(&ask.strokes.0, WRITTEN_MAX).into_iter();
            candidates = written.map(|c| Candidate { text: c.to_string(), consumed: 0 }).collect();
        }
        let (titles, near) = match day_of(ask.query.reveal()) {
            Some(day) => self.of_day(day),
            None => {
                let found = self.titles.find(ask.query.reveal(), TITLES_MAX);
                let list = |hits: Vec<Hit>| hits.into_iter().map(|hit| self.found(hit)).collect();
                (list(found.hits), list(found.near))
            }
        };
        FindAnswer { candidates, syllables, titles, near, texts: None, has_pad: Ink::is_built() }
    }

    /// Records in whose text the words stand; empty as long as there is no index of texts.
    pub fn in_texts(&self, dirs: &[PathBuf], ask: &FindAsk) -> Vec<FoundTitle> {
        let words = Segmenter.query_words(ask.query.reveal());
        let of = |dir: &PathBuf| FullText::open_read_only(dir).and_then(|index| index.find(&words, TEXTS_MAX));
        let found = dirs.iter().flat_map(|dir| of(dir).unwrap_or_default()).take(TEXTS_MAX);
        // What the index still has and the release has no more is not shown.
        let known = found.filter_map(|id| Some((self.names.get(&id)?.clone(), id)));
        known.map(|(title, id)| FoundTitle { org: self.org_of(&id), id, title, marks: Vec::new() }).collect()
    }

    /// Whether this is a word of the language or of the hall, and no part of a person's name.
    fn knows(&self, word: &str) -> bool {
        self.decoder.has_common(word)
    }

    /// What there is of a day; where there is nothing, what comes nearest before and after it.
    fn of_day(&self, day: Date) -> (Vec<FoundTitle>, Vec<FoundTitle>) {
        let of = |(day, ids): (&Date, &Vec<RecordId>)| -> Vec<FoundTitle> {
            let found = ids.iter().filter_map(|id| Some((id, self.names.get(id)?)));
            let note = |id| match self.org_of(id).as_str() {
                "" => day.to_string(),
                org => format!("{org}，{day}"),
            };
            let titles = found.map(|(id, title)| FoundTitle {
                org: note(id),
                id: id.clone(),
                title: title.clone(),
                marks: Vec::new(),
            });
            titles.take(TITLES_MAX).collect()
        };
        match self.by_day.get_key_value(&day) {
            Some(entry) => (of(entry), Vec::new()),
            None => {
                let before = self.by_day.range(..day).next_back();
                let after = self.by_day.range(day..).next();
                let mut near: Vec<FoundTitle> = before.into_iter().chain(after).flat_map(of).collect();
                near.truncate(NEAR_DAYS_TITLES_MAX);
                (Vec::new(), near)
            }
        }
    }

    fn found(&self, hit: Hit) -> FoundTitle {
        FoundTitle { org: self.org_of(&hit.id), id: hit.id, title: hit.title, marks: hit.marks }
    }
}

/// Brings the index of texts to the live release, in its own time.
fn follow(dir: PathBuf) {
    let work = move || match follow_texts(&dir) {
        Ok(done) => tracing::info!(written = done.written, removed = done.removed, "texts can be searched"),
        Err(error) => tracing::warn!(error = %chain(&error), "texts cannot be searched"),
    };
    let _ = thread::Builder::new().name("texts".to_owned()).spawn(work);
}
