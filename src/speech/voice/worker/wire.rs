//! What the terminal and a voice worker say to each other: one JSON document a line.
//! Nothing of it is stored or logged, and no sound crosses it: the worker plays by itself.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::speech::diction::Chime;

/// Longest line that either side accepts; an utterance of a thousand characters stays far below.
pub(in super::super) const LINE_BYTES_MAX: u64 = 64 * 1024;

/// From the terminal to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in super::super) enum Order {
    /// Say this.
    Speak {
        /// Name of the utterance.
        id: u64,
        /// Text without control characters.
        text: String,
        /// Speed in percent of the normal one.
        rate_percent: u16,
        /// Loudness in percent of the full one.
        volume_percent: u16,
        /// The text cut for an engine that speaks symbols; empty for one that speaks text.
        pieces: Vec<Piece>,
    },
    /// These will probably come next; what was prepared for and is not among them may be dropped.
    Prepare {
        /// Speed in percent of the normal one.
        rate_percent: u16,
        /// What will be said.
        pieces: Vec<Piece>,
    },
    /// Another loudness, also for what sounds already where the engine can.
    Volume {
        /// In percent of the full one.
        percent: u16,
    },
    /// Silence.
    Stop,
}

/// A part of a text, as an engine that makes its own sound takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// Names its sound: the same words, voice, rate and model are the same sound.
    pub key: String,
    /// What is heard.
    pub say: Say,
    /// Whose voice; empty for a chime.
    pub voice: String,
    /// Silence after it, at normal rate.
    pub pause_ms: u32,
}

/// What is heard of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// The symbols of the model.
    Symbols(String),
    /// English words, which the worker turns into symbols.
    English(String),
    /// A chime, made without a model.
    Chime(Chime),
}

impl Piece {
    /// True when the model has nothing to say here.
    pub fn is_mute(&self) -> bool {
        matches!(&self.say, Say::Symbols(text) | Say::English(text) if text.is_empty())
    }
}

/// From the worker to the terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Report {
    /// The engine can speak.
    Ready,
    /// The engine cannot speak; the worker ends after this.
    Unusable {
        /// Why, for residents and staff.
        reason: String,
    },
    /// How long the engine needs for a second of sound, in milliseconds.
    Speed {
        /// Milliseconds of work a second of sound.
        real_time_ms: u32,
        /// Fast enough to speak live; otherwise it plays only what is there already.
        is_live: bool,
    },
    /// The first sound of the utterance.
    Begin {
        /// Name of the utterance.
        id: u64,
    },
    /// One of its pieces can be heard from now on.
    Sounding {
        /// Name of the utterance.
        id: u64,
        /// Index of the piece.
        piece: usize,
        /// How long it sounds.
        length_ms: u32,
    },
    /// It was said to its end.
    End {
        /// Name of the utterance.
        id: u64,
    },
    /// It was cut off.
    Stopped {
        /// Name of the utterance.
        id: u64,
    },
    /// The engine refused it.
    Refused {
        /// Name of the utterance.
        id: u64,
        /// Why, for staff.
        reason: String,
    },
    /// The engine is well but does not have this sentence; another one may.
    Lacking {
        /// Name of the utterance.
        id: u64,
        /// Why, for staff.
        reason: String,
    },
}

/// Writes one line.
pub(in super::super) fn write_line(pipe: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(document)?;
    line.push(b'\n');
    pipe.write_all(&line)?;
    pipe.flush()
}

/// Reads lines until the pipe ends, a line is none of ours, or `take` has had enough.
pub(in super::super) fn read_lines<T: DeserializeOwned>(pipe: impl Read, mut take: impl FnMut(T) -> bool) {
    let mut reader = io::BufReader::new(pipe);
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        // A line that is no document of ours ends it: whatever writes it is not the other side.
        let Ok(parsed) = serde_json::from_slice(&line) else { return };
        if !take(parsed) {
            return;
        }
    }
}
