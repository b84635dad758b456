//! Civic Kiosk: free software for the self-service terminals in Chinese government service halls.
//! The modules are listed in reading order; each uses only the ones of lower layers (`tests/tidy.rs`).

// L0 — no word of the domain
/// Clock, durable files, ids, private values, error chains.
pub mod base;

// L1 — the vocabulary, pure
/// Accessibility choices and millimetre geometry.
pub mod access;
/// The checked settings of one terminal.
pub mod config;
/// The hall's own words: guides, offices, windows, hours.
pub mod content;

// L2 — one skill each; they do not see each other
/// From the office's files to checked records.
pub mod author;
/// A form being filled in: checks, conditions, consents, and the letter that is made of it.
pub mod form;
/// Probes of devices, disk and content, and the one verdict made of them.
pub mod health;
/// Typing and writing without a keyboard: pinyin and handwriting.
pub mod input;
/// Sealed letters to the office: seal, journal, sticks, and the office's side of it.
pub mod outbox;
/// Receipts: document, layout, encoder, transport, status, virtual printer.
pub mod print;
/// The signed release: packs, manifest, keys, verification.
pub mod release;
/// Titles found as one types, and the words of whole texts.
pub mod search;
/// One resident's visit: idle time, warning, wipe; pure.
pub mod session;
/// Mandarin readout: script, reading, voice engines, player.
pub mod speech;
/// SQLite on this machine: records and trust.
pub mod store;

// L3 — release + store, and who may enter
/// Who may open the staff page: people, PINs, lock-out.
pub mod staff;
/// Following a publisher by network or stick.
pub mod sync;

// L4 — the program's behaviour
/// Events in, effects out.
pub mod app;

// L5 — the only Rust that names slint
/// Pages on the screen.
pub mod view;
