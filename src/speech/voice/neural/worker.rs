//! The worker process of the neural voice: makes pieces ahead, plays them, reports what can be heard.
//! It ends with its stdin, so that it never outlives the terminal.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::super::Rate;
use super::super::worker::WorkerError;
use super::super::worker::listen::{listen, say};
use super::super::worker::wire::{Order, Piece, Report, Say};
use super::clips::Clips;
use super::model::Part;
use super::sound::Sound;
use super::speaker::{Heard, Speaker, Tag};
use super::studio::{Studio, Want};

/// Sound that is kept in memory, in milliseconds: five megabytes.
const KEPT_MS_MAX: u32 = 110_000;
/// The device is given back after so long without a sound.
const DEVICE_IDLE: Duration = Duration::from_secs(4);

/// What the terminal tells its worker on the command line.
#[derive(Debug, Clone)]
pub struct NeuralWorkerSettings {
    /// Folder of the voice data.
    pub files: PathBuf,
    /// Name of the voice.
    pub voice: String,
    /// Folders of clips, the first one for new ones.
    pub clips: Vec<PathBuf>,
    /// Folders into which releases bring clips.
    pub carried: Vec<PathBuf>,
    /// Milliseconds of work a second of sound above which this machine is too slow to speak live.
    pub slow_above_ms: u32,
    /// What an earlier worker measured; `None` measures.
    pub real_time_ms: Option<u32>,
}

/// What reaches the worker's own thread.
pub(super) enum Input {
    Order(Order),
    Heard(Heard),
    /// The studio is ready, with the milliseconds of work a second of sound; or it is not, with the reason.
    Studio(Result<u32, String>),
    /// The next stretch of a piece was made.
    Made(String, Part),
    /// A piece was halted, or it cannot be made, with the reason.
    Unmade(String, Option<String>),
    Closed,
}

/// Speaks until stdin ends.
pub(super) fn run(settings: NeuralWorkerSettings) -> Result<(), WorkerError> {
    let (inputs, receiver) = channel();
    let orders = inputs.clone();
    listen(move |order| orders.send(order.map_or(Input::Closed, Input::Order)).is_ok())?;
    let heard = inputs.clone();
    let mut speaker = Speaker::new(move |event| drop(heard.send(Input::Heard(event))));
    // Without a sound device nothing else is worth the start.
    if let Err(reason) = speaker.open() {
        say(&Report::Unusable { reason: reason.clone() })?;
        return Err(WorkerError::Engine(reason));
    }
    let clips = Clips::new(settings.clips.clone()).with_carried(&settings.carried);
    let studio = Studio::start(settings.clone(), inputs).map_err(WorkerError::Pipe)?;
    let booth =
        Booth { settings, speaker, clips, studio, kept: Vec::new(), now: None, coming: Vec::new(), is_live: false };
    booth.attend(&receiver)
}

/// Where it is decided what is made and what is played.
struct Booth {
    settings: NeuralWorkerSettings,
    speaker: Speaker,
    clips: Clips,
    studio: Studio,
    /// Pieces by name, the one used last at the end.
    kept: Vec<Kept>,
    now: Option<Now>,
    coming: Vec<(Piece, Rate)>,
    /// Fast enough to speak live.
    is_live: bool,
}

/// A piece in memory, as far as it is made.
#[derive(Clone)]
struct Kept {
    key: String,
    stretches: Vec<Arc<Sound>>,
    /// How long all of it sounds.
    length_ms: u32,
    is_whole: bool,
}

/// The utterance that is being said.
struct Now {
    id: u64,
    rate: Rate,
    pieces: Vec<Piece>,
    /// How long each piece in the queue sounds, the one that is being made at the end.
    queued_ms: Vec<u32>,
    /// Pieces of which all stretches are in the queue.
    whole: usize,
    /// Stretches in the queue of the piece after these.
    stretches: usize,
}

impl Booth {
    fn attend(mut self, inputs: &Receiver<Input>) -> Result<(), WorkerError> {
        loop {
            let input = if self.speaker.is_open() && self.now.is_none() {
                inputs.recv_timeout(DEVICE_IDLE)
            } else {
                inputs.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match input {
                Ok(Input::Order(order)) => self.order(order)?,
                Ok(Input::Heard(heard)) => self.heard(heard)?,
                Ok(Input::Studio(result)) => self.studio_is(result)?,
                Ok(Input::Made(key, part)) => {
                    self.keep(key, part);
                    self.go_on()?;
                }
                Ok(Input::Unmade(key, reason)) => {
                    // Half a piece is none; made anew, its stretches are the same again.
                    self.kept.retain(|kept| kept.key != key);
                    let is_wanted = |now: &Now| now.pieces.iter().any(|piece| piece.key == key);
                    if let Some(reason) = reason.filter(|_| self.now.as_ref().is_some_and(is_wanted)) {
                        self.lack(reason)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.speaker.close(),
                Ok(Input::Closed) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn studio_is(&mut self, result: Result<u32, String>) -> Result<(), WorkerError> {
        let reason = match result {
            Ok(real_time_ms) => {
                self.is_live = real_time_ms <= self.settings.slow_above_ms;
                say(&Report::Speed { real_time_ms, is_live: self.is_live })?;
                return say(&Report::Ready);
            }
            Err(reason) => reason,
        };
        // Without a model the clips of a release still speak.
        if self.settings.clips.iter().any(|folder| folder.is_dir()) {
            return say(&Report::Ready);
        }
        say(&Report::Unusable { reason: reason.clone() })?;
        Err(WorkerError::Engine(reason))
    }

    fn order(&mut self, order: Order) -> Result<(), WorkerError> {
        match order {
            Order::Speak { id, text: _, rate_percent, volume_percent, pieces } => {
                self.speaker.set_volume(volume_percent);
                self.speaker.clear();
                if let Err(reason) = self.speaker.open() {
                    return say(&Report::Refused { id, reason });
                }
                let is_mute = pieces.is_empty() || pieces.iter().any(Piece::is_mute);
                let rate = Rate::nearest(rate_percent);
                self.now = Some(Now { id, rate, pieces, queued_ms: Vec::new(), whole: 0, stretches: 0 });
                if is_mute {
                    return self.lack("有读不出来的字".to_owned());
                }
                self.go_on()
            }
            Order::Prepare { rate_percent, pieces } => {
                let rate = Rate::nearest(rate_percent);
                self.clips.look_again();
                self.coming = pieces.into_iter().map(|piece| (piece, rate)).collect();
                // Somebody is here; a device that sleeps needs its time to wake. If it is gone, speaking will tell.
                let _ = self.speaker.open();
                self.go_on()
            }
            Order::Volume { percent } => {
                self.speaker.set_volume(percent);
                Ok(())
            }
            Order::Stop => {
                self.speaker.clear();
                self.now.take().map_or(Ok(()), |now| say(&Report::Stopped { id: now.id }))
            }
        }
    }

    /// Queues what is there, orders what is not.
    fn go_on(&mut self) -> Result<(), WorkerError> {
        let mut wants = Vec::new();
        if let Some(now) = self.now.take() {
            let mut now = now;
            while let Some(piece) = now.pieces.get(now.whole)
                && let Some(kept) = self.piece(piece)
            {
                if now.queued_ms.len() == now.whole {
                    now.queued_ms.push(kept.length_ms);
                }
                let tag = Tag { id: now.id, piece: now.whole };
                // Who listens faster also breathes faster.
                let pause_ms = piece.pause_ms * 100 / u32::from(now.rate.percent());
                let last = kept.stretches.len().checked_sub(1).filter(|_| kept.is_whole);
                for (at, sound) in kept.stretches.iter().enumerate().skip(now.stretches) {
                    self.speaker.queue(tag, Arc::clone(sound), (last == Some(at)).then_some(pause_ms));
                }
                if !kept.is_whole {
                    now.stretches = now.stretches.max(kept.stretches.len());
                    break;
                }
                (now.whole, now.stretches) = (now.whole + 1, 0);
            }
            let missing = now.pieces.iter().skip(now.whole);
            wants.extend(missing.filter(|piece| !self.has(piece)).map(|piece| self.want(piece, now.rate)));
            let is_lacking = !wants.is_empty() && !self.is_live;
            self.now = Some(now);
            if is_lacking {
                return self.lack("本机太慢，只能播放预先录好的内容".to_owned());
            }
        }
        let is_waited_for = self.now.as_ref().is_some_and(|now| now.queued_ms.is_empty());
        let coming = self.coming.iter().filter(|(piece, _)| !piece.is_mute() && !self.has(piece));
        wants.extend(coming.map(|(piece, rate)| self.want(piece, *rate)));
        self.studio.want(if self.is_live { wants } else { Vec::new() }, is_waited_for);
        Ok(())
    }

    fn heard(&mut self, heard: Heard) -> Result<(), WorkerError> {
        let current = |tag: Tag| self.now.as_ref().filter(|now| now.id == tag.id);
        match heard {
            Heard::Started(tag) => {
                let Some(now) = current(tag) else { return Ok(()) };
                let length_ms = now.queued_ms.get(tag.piece).copied().unwrap_or_default();
                if tag.piece == 0 {
                    say(&Report::Begin { id: tag.id })?;
                }
                say(&Report::Sounding { id: tag.id, piece: tag.piece, length_ms })
            }
            Heard::Finished(tag) => {
                if current(tag).is_none_or(|now| tag.piece + 1 < now.pieces.len()) {
                    return Ok(());
                }
                self.now = None;
                say(&Report::End { id: tag.id })
            }
            // The terminal starts a new worker, which looks for a device anew.
            Heard::Broken => Err(WorkerError::Engine("声音设备不见了".to_owned())),
        }
    }

    /// Somebody else has to say this sentence.
    fn lack(&mut self, reason: String) -> Result<(), WorkerError> {
        self.speaker.clear();
        self.now.take().map_or(Ok(()), |now| say(&Report::Lacking { id: now.id, reason }))
    }

    fn want(&self, piece: &Piece, rate: Rate) -> Want {
        Want { key: piece.key.clone(), say: piece.say.clone(), voice: piece.voice.clone(), rate }
    }

    fn has(&self, piece: &Piece) -> bool {
        let is_kept = || self.kept.iter().any(|kept| kept.is_whole && kept.key == piece.key);
        matches!(piece.say, Say::Chime(_)) || is_kept() || self.clips.has(&piece.key)
    }

    /// A piece as far as it is there; a clip is there as a whole.
    fn piece(&mut self, piece: &Piece) -> Option<Kept> {
        if let Some(at) = self.kept.iter().position(|kept| kept.key == piece.key) {
            let kept = self.kept.remove(at);
            self.kept.push(kept);
            return self.kept.last().cloned();
        }
        let sound = match piece.say {
            Say::Chime(chime) => Sound::chime(chime),
            Say::Symbols(_) | Say::English(_) => self.clips.get(&piece.key)?,
        };
        self.keep(piece.key.clone(), Part::whole(sound));
        self.kept.last().cloned()
    }

    /// Keeps the next stretch of a piece; what was not used for longest makes room.
    fn keep(&mut self, key: String, part: Part) {
        let at = self.kept.iter().position(|kept| kept.key == key && !kept.is_whole);
        let new = || Kept { key, stretches: Vec::new(), length_ms: part.piece_ms, is_whole: false };
        let mut kept = at.map_or_else(new, |at| self.kept.remove(at));
        // Without those before it a stretch is of no use.
        if kept.stretches.len() == part.index {
            kept.stretches.push(Arc::new(part.sound));
            kept.is_whole = part.is_last;
            self.kept.push(kept);
        }
        let mut total: u32 = self.kept.iter().map(|kept| kept.length_ms).sum();
        while total > KEPT_MS_MAX && self.kept.len() > 1 {
            total -= self.kept.remove(0).length_ms;
        }
    }
}

/// Where results of the studio go.
pub(super) type Inputs = Sender<Input>;
