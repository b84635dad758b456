//! Mandarin readout: from the text on a page to a voice in the hall, sentence by sentence.
//! It knows no page and no screen; silence is always explained, never taken for speech.

pub mod diction;
pub mod headphones;
pub mod pace;
pub mod phonemes;
pub mod player;
pub mod reading;
pub mod script;
pub mod voice;

pub use diction::{Chime, Diction, Language, Speaker};
pub use player::{Availability, Player, PlayerEvent};
pub use script::{Paragraph, Script, Sentence, Span};
pub use voice::{Rate, SilentVoice, SimVoice, Voice, VoiceEvent, Volume, WorkerVoice};
