//! Sound out: pieces in a queue, stretch by stretch, one stream, loudness in our hands.
//! It keeps the device only while there is something to play, and never waits in the middle of a sound.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SizedSample, StreamConfig};

use super::sound::{SAMPLES_PER_S, Sound};

/// Sound that is handed to the device ahead, twice; a stop is heard after no more than that.
const PERIOD: Duration = Duration::from_millis(40);
/// How long the sound server may take to answer.
const OPEN_LIMIT: Duration = Duration::from_secs(3);
/// Samples over which a change of loudness is spread, so that it does not click.
const GLIDE: f32 = 480.0;

/// What the device does with the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// A piece begins.
    Started(Tag),
    /// A piece and the silence after it are over.
    Finished(Tag),
    /// The device is gone.
    Broken,
}

/// Names a piece of an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) id: u64,
    pub(super) piece: usize,
}

/// The device with its queue.
pub(super) struct Speaker {
    deck: Arc<Mutex<Deck>>,
    stream: Option<cpal::Stream>,
    heard: Arc<dyn Fn(Heard) + Send + Sync>,
}

struct Deck {
    queue: VecDeque<Item>,
    /// Where in the first item, in its samples.
    at: f64,
    /// The piece that sounds.
    current: Option<Tag>,
    gain: f32,
    wanted_gain: f32,
}

/// A stretch of a piece.
struct Item {
    tag: Tag,
    sound: Arc<Sound>,
    /// Silence after the last stretch of a piece; none after the others.
    pause: Option<usize>,
}

impl Speaker {
    /// A speaker that tells `heard`, which is called in the middle of the sound and must return at once.
    pub(super) fn new(heard: impl Fn(Heard) + Send + Sync + 'static) -> Self {
        let deck = Deck { queue: VecDeque::new(), at: 0.0, current: None, gain: 0.8, wanted_gain: 0.8 };
        Self { deck: Arc::new(Mutex::new(deck)), stream: None, heard: Arc::new(heard) }
    }

    /// Takes the device, if it is not ours already.
    pub(super) fn open(&mut self) -> Result<(), String> {
        if self.stream.is_some() {
            return Ok(());
        }
        let device = cpal::default_host().default_output_device().ok_or("没有可用的声音设备")?;
        let stream = self.stream_on(&device).map_err(|error| format!("声音设备打不开：{error}"))?;
        stream.play().map_err(|error| format!("声音设备不出声：{error}"))?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Gives the device back; what was queued is gone.
    pub(super) fn close(&mut self) {
        self.clear();
        self.stream = None;
    }

    pub(super) fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Plays a stretch after those in the queue; the last of a piece has a pause.
    pub(super) fn queue(&self, tag: Tag, sound: Arc<Sound>, pause_ms: Option<u32>) {
        let pause = pause_ms.map(|ms| (u64::from(ms) * u64::from(SAMPLES_PER_S) / 1000) as usize);
        lock(&self.deck).queue.push_back(Item { tag, sound, pause });
    }

    /// Silence, and an empty queue.
    pub(super) fn clear(&self) {
        let mut deck = lock(&self.deck);
        deck.queue.clear();
        (deck.at, deck.current) = (0.0, None);
    }

    /// Loudness in percent of the full one.
    pub(super) fn set_volume(&self, percent: u16) {
        // Ears hear in proportions: half the steps of a linear scale would all be loud.
        lock(&self.deck).wanted_gain = (f32::from(percent.min(100)) / 100.0).powi(2);
    }

    /// Our own rate in one channel where the device takes it, as sound servers do; otherwise the device's.
    fn stream_on(&self, device: &cpal::Device) -> Result<cpal::Stream, cpal::Error> {
        let own = self.build::<i16>(device, 1, SAMPLES_PER_S);
        if own.is_ok() {
            return own;
        }
        let default = device.default_output_config()?;
        let (channels, rate) = (default.channels(), default.sample_rate());
        self.build::<i16>(device, channels, rate).or_else(|_| self.build::<f32>(device, channels, rate))
    }

    fn build<T: SizedSample + FromSample<f32>>(
        &self,
        device: &cpal::Device,
        channels: u16,
        rate: u32,
    ) -> Result<cpal::Stream, cpal::Error> {
        let frames = (f64::from(rate) * PERIOD.as_secs_f64()) as u32;
        let config = StreamConfig { channels, sample_rate: rate, buffer_size: BufferSize::Fixed(frames) };
        let (deck, heard) = (Arc::clone(&self.deck), Arc::clone(&self.heard));
        let step = f64::from(SAMPLES_PER_S) / f64::from(rate);
        let fill = move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
            let mut deck = lock(&deck);
            for frame in data.chunks_mut(usize::from(channels.max(1))) {
                frame.fill(T::from_sample(deck.next(step, &*heard)));
            }
        };
        let heard = Arc::clone(&self.heard);
        let broken = move |error: cpal::Error| {
            // An underrun is heard as a gap and is over; a device that is gone is not.
            if matches!(
                error.kind(),
                ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated
            ) {
                heard(Heard::Broken);
            }
        };
        device.build_output_stream(config, fill, broken, Some(OPEN_LIMIT))
    }
}

impl Deck {
    /// The next sample, `step` further in the sound.
    fn next(&mut self, step: f64, heard: &dyn Fn(Heard)) -> f32 {
        self.gain += (self.wanted_gain - self.gain).clamp(-1.0 / GLIDE, 1.0 / GLIDE);
        loop {
            let Some(item) = self.queue.front() else { return 0.0 };
            if self.current.replace(item.tag) != Some(item.tag) {
                heard(Heard::Started(item.tag));
            }
            let samples = item.sound.samples();
            let index = self.at as usize;
            if index >= samples.len() + item.pause.unwrap_or_default() {
                if item.pause.is_some() {
                    heard(Heard::Finished(item.tag));
                    self.current = None;
                }
                self.queue.pop_front();
                self.at = 0.0;
                continue;
            }
            // After the last sample comes the first of the next stretch, if it is there.
            let next = || self.queue.get(1).filter(|_| item.pause.is_none())?.sound.samples().first();
            let is_beyond = |i: usize| i == samples.len();
            let sample = |i: usize| samples.get(i).or_else(|| next().filter(|_| is_beyond(i)));
            let sample = |i: usize| sample(i).map_or(0.0, |s| f32::from(*s) / 32768.0);
            let between = (self.at - index as f64) as f32;
            let value = sample(index) * (1.0 - between) + sample(index + 1) * between;
            self.at += step;
            return value * self.gain;
        }
    }
}

fn lock(deck: &Mutex<Deck>) -> MutexGuard<'_, Deck> {
    deck.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn sound(samples: usize) -> Arc<Sound> {
        Arc::new(Sound::of(&(0..samples).map(|i| (i as f32 * 0.3).sin() * 0.5).collect::<Vec<_>>()))
    }

    #[test]
    fn pieces_follow_each_other_without_a_gap_and_each_is_told() {
        let speaker = Speaker::new(|_| ());
        let tag = |piece| Tag { id: 7, piece };
        speaker.queue(tag(0), sound(1200), None);
        speaker.queue(tag(0), sound(1200), Some(10));
        speaker.queue(tag(1), sound(2400), Some(0));
        let told = RefCell::new(Vec::new());
        let mut deck = lock(&speaker.deck);
        let length = deck.queue.iter().map(|i| i.sound.samples().len() + i.pause.unwrap_or_default()).sum::<usize>();
        // A device of twice our rate takes twice as many samples.
        for _ in 0..length * 2 {
            deck.next(0.5, &|heard| told.borrow_mut().push(heard));
        }
        assert_eq!(deck.next(0.5, &|heard| told.borrow_mut().push(heard)), 0.0);
        let wanted = [Heard::Started(tag(0)), Heard::Finished(tag(0)), Heard::Started(tag(1)), Heard::Finished(tag(1))];
        assert_eq!(*told.borrow(), wanted);
    }

    #[test]
    fn a_stretch_that_comes_late_goes_on_where_the_piece_was() {
        let speaker = Speaker::new(|_| ());
        let tag = Tag { id: 7, piece: 0 };
        speaker.queue(tag, sound(100), None);
        let told = RefCell::new(Vec::new());
        let play = |samples| {
            (0..samples)
                .map(|_| lock(&speaker.deck).next(0.5, &|heard| told.borrow_mut().push(heard)))
                .collect::<Vec<_>>()
        };
        assert_eq!(play(240)[200..], [0.0; 40], "it is silent until then");
        speaker.queue(tag, sound(100), None);
        speaker.queue(tag, sound(100), Some(0));
        let heard = play(440);
        let jump = heard[1..399].windows(2).map(|two| (two[1] - two[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.3, "no click between two stretches: {jump}");
        assert_eq!(*told.borrow(), [Heard::Started(tag), Heard::Finished(tag)]);
    }

    #[test]
    fn cleared_is_silent_at_once() {
        let speaker = Speaker::new(|_| ());
        speaker.queue(Tag { id: 1, piece: 0 }, sound(24_000), Some(0));
        let mut heard = 0.0f32;
        for _ in 0..4800 {
            heard = heard.max(lock(&speaker.deck).next(1.0, &|_| ()).abs());
        }
        assert!(heard > 0.1);
        speaker.clear();
        assert_eq!(lock(&speaker.deck).next(1.0, &|_| ()), 0.0);
    }
}
