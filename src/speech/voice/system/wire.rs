//! What the terminal and its voice worker say to each other: one JSON document a line.
//! Nothing of it is stored or logged.

use serde::{Deserialize, Serialize};

/// Longest line that either side accepts; an utterance of a thousand characters stays far below.
pub(super) const LINE_BYTES_MAX: u64 = 64 * 1024;

/// From the terminal to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Order {
    /// Say this.
    Speak {
        /// Name of the utterance.
        id: u64,
        /// Text without control characters.
        text: String,
        /// Speed on the engine's own scale, -100 to 100.
        engine_rate: f32,
    },
    /// Silence.
    Stop,
}

/// From the worker to the terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Report {
    /// The engine can speak.
    Ready,
    /// The engine cannot speak; the worker ends after this.
    Unusable {
        /// Why, for staff.
        reason: String,
    },
    /// The first sound of the utterance.
    Begin {
        /// Name of the utterance.
        id: u64,
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
}
