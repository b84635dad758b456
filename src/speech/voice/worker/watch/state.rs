//! What a watched worker is doing, and the sentence that it is doing it with.
//! It decides nothing.

use std::time::Duration;

use super::super::super::{Utterance, UtteranceId};
use super::super::Cut;

/// Where a worker is between its start and its rest.
pub(super) enum State {
    /// Given up until then.
    Down {
        again_at: Duration,
        reason: String,
    },
    /// The worker is starting; the sentence waits for it.
    Starting {
        since: Duration,
        waiting: Option<Waiting>,
    },
    Idle {
        since: Duration,
    },
    /// Well, but not needed for so long that its worker was let go.
    Resting,
    Speaking(Speaking),
    Stopping {
        id: UtteranceId,
        since: Duration,
    },
}

pub(super) struct Waiting {
    pub(super) utterance: Utterance,
    pub(super) cuts: Vec<Cut>,
    /// The engine has failed this sentence once.
    pub(super) is_second_try: bool,
    /// The page has heard of its beginning.
    pub(super) has_begun: bool,
}

pub(super) struct Speaking {
    pub(super) sentence: Waiting,
    pub(super) asked_at: Duration,
    pub(super) sounds_since: Option<Duration>,
    /// The piece that sounds, since when and how long, where the engine knows.
    pub(super) piece: Option<(usize, Duration, Duration)>,
    pub(super) said_chars: usize,
    pub(super) told_at: Duration,
}
