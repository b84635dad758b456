//! Whether headphones are plugged in, as the kernel's input events tell; and what may be said to whom.
//! It reads one device and decides nothing about sound cards: those switch by themselves.

use std::io::{self, Read};
use std::path::Path;
use std::thread;

use crate::base::durable::{self, FileError};

/// Bytes of `struct input_event` on 64-bit machines: a time of two words, then type, code and value.
const EVENT_BYTES: usize = 24;
const TYPE_AT: usize = 16;
/// A switch of the kernel's list.
const EV_SW: u16 = 5;
/// `SW_HEADPHONE_INSERT`.
const HEADPHONE_INSERT: u16 = 2;

/// Who can hear the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hearing {
    /// Everybody in the hall.
    #[default]
    Hall,
    /// Whoever wears the headphones.
    Headphones,
}

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Published by an office.
    Public,
    /// A resident's own: typed, scanned, or about them.
    Resident,
}

/// Whether the resident has chosen to hear their own words aloud in the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Nothing was chosen.
    #[default]
    None,
    /// 在大厅里读出来, touched by the resident for this visit.
    Aloud,
}

impl Hearing {
    /// May these words be said now.
    pub fn may_hear(self, whose: Whose, choice: Choice) -> bool {
        match (whose, self, choice) {
            (Whose::Public, _, _) | (Whose::Resident, Self::Headphones, _) => true,
            (Whose::Resident, Self::Hall, choice) => choice == Choice::Aloud,
        }
    }
}

/// Watches the device on a thread of its own until it is unplugged; a device that is not there is an error at once.
pub fn watch(device: &Path, told: impl Fn(Hearing) + Send + 'static) -> Result<(), FileError> {
    let file = durable::open_input(device)?;
    let spawned = thread::Builder::new().name("headphones".to_owned()).spawn(move || {
        if let Err(error) = follow(file, &told) {
            tracing::warn!("headphones: {error}");
        }
        // Whatever comes next, the hall may be listening.
        told(Hearing::Hall);
    });
    spawned.map(drop).map_err(|source| FileError::new("打开设备", device, source))
}

/// Tells each change until the stream ends.
fn follow(mut events: impl Read, told: &impl Fn(Hearing)) -> io::Result<()> {
    let mut event = [0; EVENT_BYTES];
    let mut last = None;
    loop {
        match events.read_exact(&mut event) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let Some(hearing) = hearing(&event) else { continue };
        if last.replace(hearing) != Some(hearing) {
            told(hearing);
        }
    }
}

fn hearing(event: &[u8; EVENT_BYTES]) -> Option<Hearing> {
    let short = |at: usize| Some(u16::from_ne_bytes(event.get(at..at + 2)?.try_into().ok()?));
    if short(TYPE_AT)? != EV_SW || short(TYPE_AT + 2)? != HEADPHONE_INSERT {
        return None;
    }
    let value = i32::from_ne_bytes(event.get(TYPE_AT + 4..)?.try_into().ok()?);
    Some(if value != 0 { Hearing::Headphones } else { Hearing::Hall })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn event(kind: u16, code: u16, value: i32) -> Vec<u8> {
        let mut bytes = vec![7; TYPE_AT];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(code.to_ne_bytes());
        bytes.extend(value.to_ne_bytes());
        bytes
    }

    #[test]
    fn a_plug_that_goes_in_and_out_is_told_once_each() {
        let plugged = event(EV_SW, HEADPHONE_INSERT, 1);
        let stream = [
            plugged.clone(),
            event(0, 0, 0),
            plugged,
            event(1, HEADPHONE_INSERT, 0),
            event(EV_SW, 4, 0),
            event(EV_SW, HEADPHONE_INSERT, 0),
            vec![0; 5],
        ];
        let told = RefCell::new(Vec::new());
        follow(stream.concat().as_slice(), &|hearing| told.borrow_mut().push(hearing)).unwrap();
        assert_eq!(*told.borrow(), [Hearing::Headphones, Hearing::Hall]);
    }

    #[test]
    fn a_residents_words_are_for_headphones_or_for_who_chose_it() {
        assert!(Hearing::Hall.may_hear(Whose::Public, Choice::None));
        assert!(!Hearing::Hall.may_hear(Whose::Resident, Choice::None));
        assert!(Hearing::Hall.may_hear(Whose::Resident, Choice::Aloud));
        assert!(Hearing::Headphones.may_hear(Whose::Resident, Choice::None));
    }

    #[test]
    fn a_device_that_is_not_there_is_named() {
        let error = watch(Path::new("/nonexistent/event9"), |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "不能打开设备 /nonexistent/event9");
    }
}
