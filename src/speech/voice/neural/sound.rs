//! A spoken piece as samples: written as WAV, kept as Ogg Vorbis.
//! It plays nothing.

use std::io::Cursor;
use std::num::{NonZeroU8, NonZeroU32};

use crate::speech::diction::Chime;
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisDecoder, VorbisEncoderBuilder};

/// Samples of a second, in one channel.
pub const SAMPLES_PER_S: u32 = 24_000;
/// Longest piece; a clip that claims more is none of ours.
const SAMPLES_MAX: usize = SAMPLES_PER_S as usize * 60;
/// Above this share of full loudness a sound is pressed.
const SOFT: f32 = 0.85;
/// Samples over which a note of a chime comes, and over which its end goes.
const ATTACK: usize = 240;
/// From one note of a chime to the next, and how long each rings.
const NOTE_MS: u32 = 220;
const RING_MS: u32 = 700;
const CLIP_QUALITY: f32 = 0.3;
/// Samples that are encoded at a time.
const BLOCK: usize = 2048;

/// A clip that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("录音片段的格式不对")]
pub struct ClipError(#[source] Option<vorbis_rs::VorbisError>);

/// The sound of one piece.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sound(Vec<i16>);

impl Sound {
    /// Of samples between -1 and 1; what is louder is pressed below it, as a hard edge would be heard.
    pub fn of(samples: &[f32]) -> Self {
        let pressed = |loud: f32| SOFT + (1.0 - SOFT) * ((loud - SOFT) / (1.0 - SOFT)).tanh();
        let loudness = |s: f32| if s.abs() > SOFT { pressed(s.abs()) } else { s.abs() };
        Self(samples.iter().map(|s| (loudness(*s) * f32::from(i16::MAX)).copysign(*s) as i16).collect())
    }

    /// Puts another after it.
    pub fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// A chime: notes that ring out one after the other.
    pub fn chime(chime: Chime) -> Self {
        let notes: &[f32] = match chime {
            // C5 E5 G5, and the warning G5 E5.
            Chime::StaffCall => &[523.25, 659.26, 783.99],
            Chime::Warning => &[783.99, 659.26],
        };
        let step = (SAMPLES_PER_S * NOTE_MS / 1000) as usize;
        let ring = (SAMPLES_PER_S * RING_MS / 1000) as usize;
        let mut samples = vec![0.0f32; step * (notes.len() - 1) + ring];
        for (index, note) in notes.iter().enumerate() {
            for (at, sample) in samples.iter_mut().skip(index * step).take(ring).enumerate() {
                let t = at as f32 / SAMPLES_PER_S as f32;
                let attack = (at.min(ring - at) as f32 / ATTACK as f32).min(1.0);
                let tone = |times: f32| (t * note * times * std::f32::consts::TAU).sin();
                // A bell has more than its note; the higher ones are gone first.
                let bell = tone(1.0) * (-t * 6.0).exp() + 0.3 * tone(2.0) * (-t * 12.0).exp();
                *sample += 0.3 * attack * bell;
            }
        }
        Self::of(&samples)
    }

    /// Its samples, signed 16 bit.
    pub fn samples(&self) -> &[i16] {
        &self.0
    }

    /// How long it sounds.
    pub fn length_ms(&self) -> u32 {
        Self::length_of(self.0.len())
    }

    /// How long so many samples sound.
    pub fn length_of(samples: usize) -> u32 {
        u32::try_from(samples as u64 * 1000 / u64::from(SAMPLES_PER_S)).unwrap_or(u32::MAX)
    }

    /// As Ogg Vorbis.
    pub fn to_clip(&self) -> Result<Vec<u8>, ClipError> {
        let fail = |error| ClipError(Some(error));
        let (Some(rate), Some(channels)) = (NonZeroU32::new(SAMPLES_PER_S), NonZeroU8::new(1)) else {
            return Err(ClipError(None));
        };
        // The serial is the same for all: the same sound is the same file.
        let mut builder = VorbisEncoderBuilder::new_with_serial(rate, channels, Vec::new(), 0);
        builder
            .bitrate_management_strategy(VorbisBitrateManagementStrategy::QualityVbr { target_quality: CLIP_QUALITY });
        let mut encoder = builder.build().map_err(fail)?;
        for block in self.0.chunks(BLOCK) {
            let block: Vec<f32> = block.iter().map(|s| f32::from(*s) / 32768.0).collect();
            encoder.encode_audio_block([block]).map_err(fail)?;
        }
        encoder.finish().map_err(fail)
    }

    /// From Ogg Vorbis as we write it.
    pub fn from_clip(bytes: &[u8]) -> Result<Self, ClipError> {
        let fail = |error| ClipError(Some(error));
        let mut decoder = VorbisDecoder::new(Cursor::new(bytes)).map_err(fail)?;
        if decoder.sampling_frequency().get() != SAMPLES_PER_S || decoder.channels().get() != 1 {
            return Err(ClipError(None));
        }
        let mut samples: Vec<i16> = Vec::new();
        while let Some(block) = decoder.decode_audio_block().map_err(fail)? {
            let channel = block.samples().first().copied().unwrap_or_default();
            samples.extend(channel.iter().map(|s| (s * 32767.0) as i16));
            if samples.len() > SAMPLES_MAX {
                return Err(ClipError(None));
            }
        }
        Ok(Self(samples))
    }
}

/// A WAV file of sounds, one after the other, each with the silence after it in milliseconds.
pub fn wav(parts: &[(Sound, u32)]) -> Vec<u8> {
    let silence = |ms: u32| vec![0i16; (u64::from(ms) * u64::from(SAMPLES_PER_S) / 1000) as usize];
    let samples: Vec<i16> =
        parts.iter().flat_map(|(sound, pause_ms)| sound.0.iter().copied().chain(silence(*pause_ms))).collect();
    let data_bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(samples.len() * 2 + 44);
    file.extend(b"RIFF");
    file.extend(data_bytes.saturating_add(36).to_le_bytes());
    // One channel of plain 16-bit samples.
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(SAMPLES_PER_S.to_le_bytes());
    file.extend((SAMPLES_PER_S * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(data_bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(samples: usize) -> Sound {
        Sound::of(&(0..samples).map(|i| (i as f32 * 0.05).sin() * 0.5).collect::<Vec<_>>())
    }

    #[test]
    fn a_clip_is_the_same_sound_and_much_smaller() {
        let sound = tone(48_000);
        let clip = sound.to_clip().unwrap();
        assert!(clip.len() < 20_000, "{} bytes", clip.len());
        assert_eq!(clip, sound.to_clip().unwrap());
        let again = Sound::from_clip(&clip).unwrap();
        assert_eq!(again.length_ms(), sound.length_ms());
        let loud = |s: &Sound| s.samples().iter().map(|s| f64::from(*s).abs()).sum::<f64>();
        assert!((0.9..1.1).contains(&(loud(&again) / loud(&sound))));
    }

    #[test]
    fn a_chime_is_short_and_neither_clips_nor_clicks() {
        for chime in [Chime::StaffCall, Chime::Warning] {
            let sound = Sound::chime(chime);
            assert!((600..1300).contains(&sound.length_ms()), "{}", sound.length_ms());
            let loudest = sound.samples().iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((6_000..30_000).contains(&loudest), "{loudest}");
            let jump = sound.samples().windows(2).map(|two| two[0].abs_diff(two[1])).max().unwrap();
            assert!(jump < 6_000, "{jump}");
        }
        assert_ne!(Sound::chime(Chime::StaffCall), Sound::chime(Chime::Warning));
    }

    #[test]
    fn what_is_too_loud_is_pressed_and_not_cut() {
        let sound = Sound::of(&[0.5, 0.95, 1.05, 1.3, -1.3, f32::NAN]);
        let loud = sound.samples();
        assert!(loud[0] == 16_383 && loud[1] < loud[2] && loud[2] < loud[3], "{loud:?}");
        assert_eq!((loud[4], loud[5]), (-loud[3], 0));
    }

    #[test]
    fn damaged_clips_are_refused() {
        let clip = tone(48_000).to_clip().unwrap();
        assert!(Sound::from_clip(b"").is_err());
        assert!(Sound::from_clip(b"RIFF....WAVE").is_err());
        for cut in [10, 100, clip.len() / 2] {
            // Half a clip is an error or a shorter sound; never a panic.
            let _ = Sound::from_clip(&clip[..cut]);
        }
    }

    #[test]
    fn a_wav_file_has_the_length_that_it_says() {
        let file = wav(&[(Sound(vec![1; 240]), 10), (Sound(vec![2; 240]), 0)]);
        assert_eq!(file.len(), 44 + 2 * 720);
        assert_eq!(&file[40..44], 1440u32.to_le_bytes());
        assert_eq!(&file[..4], b"RIFF");
    }
}
