//! One task that does one thing at a time: a pass over the network, an import, a scrub.
//! A stick in somebody's hand goes before a slow line; what is already being applied is always finished.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};

use crate::base::chain::chain;
use crate::base::chance;
use crate::base::clock::Clock;
use crate::base::durable;
use crate::config::Publisher;

use super::super::{
    Errand, Outcome, Refused, Report, Scrub, Stage, Stick, Watch, follow, follow_texts, scrub as scrub_content,
};
use super::job::Job;
use super::postman::Round;
use super::sticks::{Plugged, Ports};
use super::{
    Followed, Offer, Order, Passed, Progress, Standing, StickSight, Told, UpkeepSettings, offer, schedule, standing,
};

const ROOT_BYTES_MAX: u64 = 1 << 20;
/// Jobs that may wait; each publisher has at most two.
const JOBS_MAX: usize = 16;
/// A terminal that was just switched on serves first and looks through its content later; so it does after a scrub.
const SCRUB_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Who looks when nobody asked.
const BY_SCHEDULE: &str = "定时";
/// Who brings the release that came with the program.
const BY_FACTORY: &str = "出厂";

type Tell = Arc<dyn Fn(Told) + Send + Sync>;

/// What came of it.
enum Ended {
    Pass(Box<Report>),
    Scrub(Result<Scrub, Refused>),
}

struct Running {
    job: Job,
    handle: JoinHandle<Ended>,
    /// From here on it must not be broken off.
    is_applying: Arc<AtomicBool>,
}

/// When a publisher's server is asked next.
struct Due {
    publisher: Publisher,
    at: Duration,
    failures: u32,
}

/// The task.
pub(super) struct Keeper {
    settings: UpkeepSettings,
    /// Where the postman is sent for; none where there are no letters.
    post: Option<mpsc::Sender<Round>>,
    clock: Arc<dyn Clock>,
    tell: Tell,
    due: Vec<Due>,
    jobs: VecDeque<Job>,
    running: Option<Running>,
    ports: Ports,
    stick: Option<Plugged>,
    offer: Option<Offer>,
    /// What was told of it last; the pass that copies tells it too.
    sight: Arc<Mutex<StickSight>>,
    standings: Vec<Standing>,
    /// What the scrub found and could not repair.
    damage: BTreeMap<Publisher, String>,
    /// No scrub by itself before this time.
    scrub_from: Duration,
}

impl Keeper {
    pub fn new(settings: UpkeepSettings, post: Option<mpsc::Sender<Round>>, clock: Arc<dyn Clock>, tell: Tell) -> Self {
        let now = clock.elapsed();
        let asked = settings.followed.iter().filter(|followed| followed.server.is_some());
        let due = asked.map(|followed| Due {
            publisher: followed.publisher,
            at: now + schedule::first(settings.every, chance::part()),
            failures: 0,
        });
        let due = due.collect();
        Self {
            settings,
            post,
            clock,
            tell,
            due,
            jobs: VecDeque::new(),
            running: None,
            ports: Ports::default(),
            stick: None,
            offer: None,
            sight: Arc::new(Mutex::new(StickSight::Absent)),
            standings: Vec::new(),
            damage: BTreeMap::new(),
            scrub_from: now + SCRUB_PAUSE,
        }
    }

    /// Works until nobody can order anything any more.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<Order>) {
        self.stand().await;
        if self.settings.factory.is_some() && self.standings.first().is_some_and(|first| first.release.is_none()) {
            self.want(Job::Factory);
        }
        // A server is asked at once by whoever has nothing to show.
        let empty: Vec<Publisher> =
            self.standings.iter().filter(|s| s.release.is_none()).map(|standing| standing.publisher).collect();
        for due in self.due.iter_mut().filter(|due| empty.contains(&due.publisher)) {
            due.at = Duration::ZERO;
        }
        let mut ticker = tokio::time::interval(self.settings.tick);
        ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                order = inbox.recv() => match order {
                    Some(order) => self.take(order).await,
                    None => return self.stop(),
                },
                ended = ended(&mut self.running) => self.finish(ended).await,
                _ = ticker.tick() => self.look().await,
            }
            self.begin();
        }
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.handle.abort();
        }
    }

    async fn take(&mut self, order: Order) {
        match order {
            Order::Check { who } => {
                for publisher in self.due.iter().map(|due| due.publisher).collect::<Vec<_>>() {
                    self.want(Job::Network { publisher, who: who.clone() });
                }
            }
            Order::Import { who } => {
                let (Some(stick), Some(offer)) = (&self.stick, &self.offer) else { return };
                let job = Job::Import { publisher: offer.publisher, dir: stick.dir.clone(), who };
                self.give_way().await;
                self.jobs.push_front(job);
            }
            Order::Scrub => {
                let with_content = self.standings.iter().filter(|standing| standing.release.is_some());
                for publisher in with_content.map(|standing| standing.publisher).collect::<Vec<_>>() {
                    self.want(Job::Scrub(publisher));
                }
            }
            Order::Tell => {
                (self.tell)(Told::Standing(self.standings.clone()));
                let sight = self.sight.lock().unwrap_or_else(PoisonError::into_inner).clone();
                (self.tell)(Told::Stick(sight));
                self.send_postman(Round::Tell);
            }
            Order::Deliver => self.send_postman(Round::Deliver),
            Order::RetryRefused => self.send_postman(Round::Retry),
        }
    }

    /// A full queue holds the same errand already.
    fn send_postman(&self, round: Round) {
        let _ = self.post.as_ref().map(|post| post.try_send(round));
    }

    /// Adds a job that does not wait already.
    fn want(&mut self, job: Job) {
        if self.jobs.len() < JOBS_MAX && !self.jobs.contains(&job) {
            self.jobs.push_back(job);
        }
    }

    /// Breaks off a pass over the network, unless its content is being switched; it is begun again afterwards and goes
    /// on where it was.
    async fn give_way(&mut self) {
        let is_line = |running: &mut Running| {
            matches!(running.job, Job::Network { .. }) && !running.is_applying.load(Ordering::Acquire)
        };
        if let Some(running) = self.running.take_if(is_line) {
            running.handle.abort();
            // Only when it is really gone its folder is free.
            let _ = running.handle.await;
            self.want(running.job);
        }
    }

    /// Once a tick: sticks, servers that are due, content that is to be looked through.
    async fn look(&mut self) {
        self.look_at_ports().await;
        let now = self.clock.elapsed();
        let every = self.settings.every;
        let due: Vec<_> = self.due.iter_mut().filter(|due| due.at <= now).collect();
        let mut jobs = Vec::new();
        for due in due {
            // Set anew when the pass is over; until then it must not be due a second time.
            due.at = now + every;
            jobs.push(Job::Network { publisher: due.publisher, who: BY_SCHEDULE.to_owned() });
        }
        let wall = self.clock.local();
        let is_idle = self.running.is_none() && self.jobs.is_empty() && now >= self.scrub_from;
        let late = self.standings.iter().filter(|s| {
            is_idle
                && s.release.is_some()
                && s.trouble.is_none()
                && schedule::is_scrub_due(&wall, s.scrubbed, self.settings.scrub_hour)
        });
        jobs.extend(late.map(|standing| Job::Scrub(standing.publisher)));
        jobs.into_iter().for_each(|job| self.want(job));
    }

    async fn look_at_ports(&mut self) {
        let Some(folder) = self.settings.stick_folder.clone() else { return };
        let now = self.ports.look(&folder).cloned();
        if now == self.stick {
            return;
        }
        self.stick = now;
        self.offer = None;
        let Some(stick) = self.stick.clone() else {
            self.see(StickSight::Absent);
            self.send_postman(Round::NoStick);
            return;
        };
        self.see(StickSight::Looking);
        self.send_postman(Round::Stick(stick.dir.clone()));
        let sight = offer::look_at(&stick.dir, &self.settings.followed, self.clock.now()).await;
        if let StickSight::Offers(offer) = &sight {
            self.offer = Some(offer.clone());
        }
        self.see(sight);
    }

    /// Tells what is known of the stick, and keeps it for a page that is opened later.
    fn see(&self, sight: StickSight) {
        *self.sight.lock().unwrap_or_else(PoisonError::into_inner) = sight.clone();
        (self.tell)(Told::Stick(sight));
    }

    /// Begins the next job when nothing is being done.
    fn begin(&mut self) {
        if self.running.is_some() {
            return;
        }
        let Some(job) = self.jobs.pop_front() else { return };
        let is_applying = Arc::new(AtomicBool::new(false));
        let handle = match &job {
            Job::Scrub(publisher) => self.followed(*publisher).map(|followed| {
                let (dir, now) = (followed.state_dir.clone(), self.clock.now());
                tokio::spawn(async move {
                    let looked = tokio::task::spawn_blocking(move || scrub_content(&dir, now)).await;
                    Ended::Scrub(looked.unwrap_or(Err(Refused::Interrupted)))
                })
            }),
            Job::Factory => self.settings.factory.clone().and_then(|factory| {
                let root = durable::read(&factory.join("root.json"), ROOT_BYTES_MAX).ok()?;
                let source = Stick::open(&factory).ok()?;
                let followed = self.followed(Publisher::First)?.clone();
                let errand = Errand { who: BY_FACTORY.to_owned(), watch: Some(self.watch(&job, &is_applying)) };
                Some(tokio::spawn(self.pass(followed, Arc::new(source), Some(root), errand)))
            }),
            Job::Import { publisher, dir, who } => self.followed(*publisher).cloned().and_then(|followed| {
                let source = Stick::open(dir).ok()?;
                let errand = Errand { who: who.clone(), watch: Some(self.watch(&job, &is_applying)) };
                Some(tokio::spawn(self.pass(followed, Arc::new(source), None, errand)))
            }),
            Job::Network { publisher, who } => self.followed(*publisher).cloned().and_then(|followed| {
                let source = followed.server.clone()?;
                let errand = Errand { who: who.clone(), watch: Some(self.watch(&job, &is_applying)) };
                Some(tokio::spawn(self.pass(followed, source, None, errand)))
            }),
        };
        self.running = handle.map(|handle| Running { job, handle, is_applying });
    }

    fn followed(&self, publisher: Publisher) -> Option<&Followed> {
        self.settings.followed.iter().find(|followed| followed.publisher == publisher)
    }

    fn pass(
        &self,
        followed: Followed,
        source: Arc<dyn super::Source>,
        root: Option<Vec<u8>>,
        errand: Errand,
    ) -> impl Future<Output = Ended> + Send + use<> {
        let clock = Arc::clone(&self.clock);
        async move {
            let Followed { state_dir, subscription, .. } = &followed;
            let report = follow(state_dir, source, root.as_deref(), subscription, &errand, &*clock).await;
            if matches!(report.outcome, Outcome::Applied) {
                follow_texts_beside(state_dir.clone());
            }
            Ended::Pass(Box::new(report))
        }
    }

    /// Tells how far a pass has come, and when its stick is no longer needed.
    fn watch(&self, job: &Job, is_applying: &Arc<AtomicBool>) -> Watch {
        let (tell, is_applying) = (Arc::clone(&self.tell), Arc::clone(is_applying));
        let known = Arc::clone(&self.sight);
        let (publisher, is_stick) = (job.publisher(), job.is_import());
        Arc::new(move |stage, done_bytes, total_bytes| {
            if stage == Stage::Applying && !is_applying.swap(true, Ordering::AcqRel) && is_stick {
                *known.lock().unwrap_or_else(PoisonError::into_inner) = StickSight::CanBePulled;
                tell(Told::Stick(StickSight::CanBePulled));
            }
            tell(Told::Progress(Progress { publisher, stage, done_bytes, total_bytes }));
        })
    }

    async fn finish(&mut self, ended: Result<Ended, JoinError>) {
        let Some(Running { job, .. }) = self.running.take() else { return };
        match (ended, job) {
            (Ok(Ended::Pass(report)), job) => self.finish_pass(&report, &job).await,
            (Ok(Ended::Scrub(found)), Job::Scrub(publisher)) => self.finish_scrub(publisher, found).await,
            (Ok(Ended::Scrub(_)), Job::Factory | Job::Import { .. } | Job::Network { .. }) => {}
            (Err(error), _) if error.is_cancelled() => {}
            (Err(error), job) => tracing::error!(%error, ?job, "the upkeep's job broke"),
        }
    }

    async fn finish_pass(&mut self, report: &Report, job: &Job) {
        let (publisher, is_stick) = (job.publisher(), job.is_import());
        let is_applied = matches!(report.outcome, Outcome::Applied);
        if is_applied {
            self.damage.remove(&publisher);
        }
        match report.refused() {
            None => tracing::info!(publisher = publisher.name(), outcome = report.outcome.word(), "sync"),
            Some(refused) => tracing::warn!(publisher = publisher.name(), error = %chain(refused), "sync"),
        }
        if matches!(job, Job::Network { .. }) {
            self.plan_next(publisher, report);
        }
        // Told before the hall is read anew, so that nothing of the old release is shown as the new one's.
        self.stand().await;
        if is_applied {
            (self.tell)(Told::Changed { withdrawn: report.withdrawn.clone() });
        }
        let sentence = report.sentence();
        if is_stick {
            self.offer = None;
            let is_in = self.stick.is_some();
            match report.refused() {
                // Nothing to copy is nothing to wait for either.
                None if is_in => self.see(StickSight::CanBePulled),
                Some(_) if is_in => self.see(StickSight::Refused { text: sentence.clone() }),
                None | Some(_) => {}
            }
        }
        (self.tell)(Told::Passed(Passed { publisher, is_applied, is_refused: report.refused().is_some(), sentence }));
    }

    fn plan_next(&mut self, publisher: Publisher, report: &Report) {
        let (now, every) = (self.clock.elapsed(), self.settings.every);
        let Some(due) = self.due.iter_mut().find(|due| due.publisher == publisher) else { return };
        due.failures = if report.refused().is_some() { due.failures.saturating_add(1) } else { 0 };
        let later = report.refused().and_then(Refused::asks_for_later);
        due.at = now + schedule::next(every, due.failures, later, chance::part());
    }

    async fn finish_scrub(&mut self, publisher: Publisher, found: Result<Scrub, Refused>) {
        self.scrub_from = self.clock.elapsed() + SCRUB_PAUSE;
        self.damage.remove(&publisher);
        let sentence = match &found {
            Ok(scrub) => scrub.sentence(),
            Err(refused) => format!("没有检查成：{}", chain(refused)),
        };
        let is_applied = found.as_ref().is_ok_and(|scrub| scrub.is_mended);
        let is_refused = found.as_ref().map_or(true, |scrub| scrub.trouble.is_some() && !scrub.is_mended);
        if let Ok(Scrub { trouble: Some(trouble), is_mended: false, .. }) = found {
            // The server may bring it now; a stick has to be brought by somebody.
            self.want(Job::Network { publisher, who: BY_SCHEDULE.to_owned() });
            self.damage.insert(publisher, trouble);
        }
        match is_refused || is_applied {
            true => tracing::warn!(publisher = publisher.name(), sentence, "scrub"),
            false => tracing::info!(publisher = publisher.name(), "scrub"),
        }
        self.stand().await;
        if is_applied {
            // What is repaired is the same release.
            (self.tell)(Told::Changed { withdrawn: Vec::new() });
        }
        (self.tell)(Told::Passed(Passed { publisher, is_applied, is_refused, sentence }));
    }

    /// Reads how everything stands and tells it when something of it is new.
    async fn stand(&mut self) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let folders: Vec<_> = self.settings.followed.iter().map(|f| (f.publisher, f.state_dir.clone())).collect();
        let read = move || folders.iter().map(|(who, dir)| standing(*who, dir, now)).collect::<Vec<_>>();
        // The task of a runtime that is going down reads nothing any more.
        let Ok(mut standings) = tokio::task::spawn_blocking(read).await else { return };
        for standing in &mut standings {
            let server = self.followed(standing.publisher).and_then(|followed| followed.server.as_ref());
            standing.trouble = standing.trouble.take().or_else(|| self.damage.get(&standing.publisher).cloned());
            standing.from = server.map_or_else(String::new, |server| server.place());
            let due = self.due.iter().find(|due| due.publisher == standing.publisher);
            let wait = due.map(|due| due.at.saturating_sub(elapsed));
            standing.next_check =
                wait.and_then(|wait| now.checked_add(jiff::SignedDuration::try_from(wait).ok()?).ok());
        }
        // Nobody follows a publisher that has neither content nor a server.
        standings.retain(|s| s.publisher == Publisher::First || s.release.is_some() || !s.from.is_empty());
        if standings != self.standings {
            self.standings = standings;
            (self.tell)(Told::Standing(self.standings.clone()));
        }
    }
}

/// The end of what is being done; never, when nothing is.
async fn ended(running: &mut Option<Running>) -> Result<Ended, JoinError> {
    match running {
        Some(running) => (&mut running.handle).await,
        None => std::future::pending().await,
    }
}

/// Whole texts are searched as of the release before until this is done; nobody waits for it.
fn follow_texts_beside(state_dir: PathBuf) {
    tokio::task::spawn_blocking(move || match follow_texts(&state_dir) {
        Ok(done) => tracing::info!(written = done.written, removed = done.removed, "texts can be searched"),
        Err(error) => tracing::warn!(error = %chain(&error), "texts cannot be searched"),
    });
}
