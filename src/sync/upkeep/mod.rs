//! The upkeep of the content while the terminal runs: when the network is asked, what a stick brings, the nightly scrub.
//! It decides when; how is one pass of [`follow`](super::follow). It never waits for the screen and shows nothing.

mod job;
mod keeper;
mod offer;
mod postman;
mod schedule;
mod standing;
mod sticks;
mod told;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::base::clock::Clock;
use crate::config::Publisher;

use super::{Source, Subscription};
use keeper::Keeper;
pub use postman::Post;
use postman::Postman;
pub use standing::standing;
pub use told::{Letters, Offer, Order, Passed, Progress, Standing, StickMail, StickSight, Told};

/// Orders that may wait.
const ORDERS_MAX: usize = 16;

/// A publisher that is followed.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Which.
    pub publisher: Publisher,
    /// Where its content and trust are.
    pub state_dir: PathBuf,
    /// Its server; none where only sticks come.
    pub server: Option<Arc<dyn Source>>,
    /// What is taken of its releases.
    pub subscription: Subscription,
}

/// What the upkeep needs of the settings.
#[derive(Debug, Clone)]
pub struct UpkeepSettings {
    /// Who is followed, nearest first.
    pub followed: Vec<Followed>,
    /// Time between two looks at a server.
    pub every: Duration,
    /// The hour of the nightly scrub.
    pub scrub_hour: u32,
    /// A release that came with the program, for the first publisher while there is nothing.
    pub factory: Option<PathBuf>,
    /// Where sticks are mounted.
    pub stick_folder: Option<PathBuf>,
    /// How residents' letters are delivered; none where nothing can be handed in.
    pub post: Option<Post>,
    /// How often sticks and due times are looked at.
    pub tick: Duration,
}

/// The way to the upkeep; it ends when this is dropped.
pub struct Upkeep {
    orders: mpsc::Sender<Order>,
}

impl Upkeep {
    /// Starts it on the current runtime. `tell` is called from there and must not wait.
    pub fn start(settings: UpkeepSettings, clock: Arc<dyn Clock>, tell: impl Fn(Told) + Send + Sync + 'static) -> Self {
        let (orders, inbox) = mpsc::channel(ORDERS_MAX);
        let tell: Arc<dyn Fn(Told) + Send + Sync> = Arc::new(tell);
        let post = settings.post.clone().map(|post| {
            let (rounds, rounds_inbox) = mpsc::channel(postman::ROUNDS_MAX);
            let postman = Postman::new(post, settings.tick, Arc::clone(&clock), Arc::clone(&tell));
            tokio::spawn(postman.run(rounds_inbox));
            rounds
        });
        tokio::spawn(Keeper::new(settings, post, clock, tell).run(inbox));
        Self { orders }
    }

    /// Orders something without waiting. When too much is ordered at once, the rest is dropped: staff see that nothing
    /// happens and touch again.
    pub fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}
