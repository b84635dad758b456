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
use super::shelf::{Kept, Shelf};
use super::sound::Sound;
use super::speaker::{Heard, Speaker, Tag};
use super::studio::{Studio, Want};

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
    let booth = Booth {
        settings,
        speaker,
        clips,
        studio,
        shelf: Shelf::default(),
        now: None,
        coming: Vec::new(),
        is_live: false,
    };
    booth.attend(&receiver)
}

/// Where it is decided what is made and what is played.
struct Booth {
    settings: NeuralWorkerSettings,
    speaker: Speaker,
    clips: Clips,
    studio: Studio,
    shelf: Shelf,
    now: Option<Now>,
    coming: Vec<(Piece, Rate)>,
    /// Fast enough to speak live.
    is_live: bool,
}

/// The utterance that is being said.
struct Now {
    id: u64,
    rate: Rate,
    pieces: Vec<Piece>,
    /// Pieces that are in the queue as a whole.
    whole: usize,
    /// Stretches in the queue of the next piece, which is being made.
    stretches: usize,
    /// How long each piece sounds of which anything is in the queue.
    queued_ms: Vec<u32>,
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
                    self.shelf.put(key, part);
                    self.go_on()?;
                }
                Ok(Input::Unmade(key, reason)) => {
                    self.shelf.forget_half(&key);
                    let is_wanted = |now: &Now| now.pieces.iter().any(|piece| piece.key == key);
                    match reason {
                        Some(reason) if self.now.as_ref().is_some_and(is_wanted) => self.lack(reason)?,
                        Some(_) => (),
                        // It may be wanted after all.
                        None => self.go_on()?,
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
                self.now = Some(Now { id, rate, pieces, whole: 0, stretches: 0, queued_ms: Vec::new() });
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
        let mut is_waited_for = false;
        if let Some(mut now) = self.now.take() {
            while let Some(piece) = now.pieces.get(now.whole)
                && let Some(kept) = self.piece(piece, now.stretches > 0)
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
                    // Made anew, it may still have fewer than are in the queue.
                    now.stretches = now.stretches.max(kept.stretches.len());
                    break;
                }
                (now.whole, now.stretches) = (now.whole + 1, 0);
            }
            // What is next and not there is wanted in any case: its clip may be damaged.
            let missing = now.pieces.iter().skip(now.whole).enumerate();
            let missing = missing.filter(|(ahead, piece)| *ahead == 0 || !self.has(piece));
            wants.extend(missing.map(|(_, piece)| self.want(piece, now.rate)));
            is_waited_for = !wants.is_empty();
            let is_lacking = is_waited_for && !self.is_live;
            self.now = Some(now);
            if is_lacking {
                return self.lack("本机太慢，只能播放预先录好的内容".to_owned());
            }
        }
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
        let is_there = || self.shelf.is_whole(&piece.key).unwrap_or_else(|| self.clips.has(&piece.key));
        matches!(piece.say, Say::Chime(_)) || is_there()
    }

    /// A piece as far as it is there. A clip is there as a whole, but a piece that has begun is not ended by one.
    fn piece(&mut self, piece: &Piece, has_begun: bool) -> Option<Kept> {
        if let Some(kept) = self.shelf.take(&piece.key) {
            return Some(kept);
        }
        let sound = match piece.say {
            Say::Chime(chime) => Sound::chime(chime),
            Say::Symbols(_) | Say::English(_) if has_begun => return None,
            Say::Symbols(_) | Say::English(_) => self.clips.get(&piece.key)?,
        };
        self.shelf.put(piece.key.clone(), Part::whole(sound));
        self.shelf.take(&piece.key)
    }
}

/// Where results of the studio go.
pub(super) type Inputs = Sender<Input>;
