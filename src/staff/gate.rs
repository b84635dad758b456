//! The gate: compares a PIN with the staff file, counts tries and keeps the count on disk.
//! It lets nobody in without the file, without the count being written first, or while it is locked. It is slow on
//! purpose and never called by the thread that draws.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lockout::{Lockout, Moment, Noted, TRIES_MAX};
use super::people::People;
use super::pin::Pin;
use crate::base::chain::chain;
use crate::base::clock::Clock;
use crate::base::durable;

/// The count of tries, in the state folder.
const TRIES_FILE: &str = "staff-tries.json";
const TRIES_BYTES_MAX: u64 = 4096;

/// Whether somebody can try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateState {
    /// A PIN can be typed.
    Open {
        /// Wrong ones until it locks.
        tries_left: u32,
    },
    /// Too many wrong ones.
    Locked {
        /// For so long.
        left: Duration,
    },
    /// Nobody was ever given a PIN.
    Nobody,
    /// The staff file or the count cannot be used.
    Trouble {
        /// Why, for staff.
        text: String,
    },
}

/// What became of a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is this person's.
    Welcome {
        /// Their name.
        who: String,
    },
    /// Not let in, and how the gate stands now.
    Refused(GateState),
}

/// The gate of one terminal.
pub struct Gate {
    staff_file: PathBuf,
    tries_file: PathBuf,
    clock: Arc<dyn Clock>,
    lockout: Lockout,
}

#[derive(Serialize, Deserialize)]
struct TriesDoc {
    failures: u32,
    at: Option<String>,
}

impl Gate {
    /// A gate that goes on counting where the last run stopped.
    pub fn new(staff_file: PathBuf, state_dir: &Path, clock: Arc<dyn Clock>) -> Self {
        let tries_file = state_dir.join(TRIES_FILE);
        let now = Moment { elapsed: clock.elapsed(), wall: clock.now() };
        // A count that cannot be read is taken for the worst first count.
        let noted = noted(&tries_file).unwrap_or(Noted { failures: TRIES_MAX, at: Some(now.wall) });
        Self { staff_file, tries_file, clock, lockout: Lockout::resume(noted, now) }
    }

    /// Whether somebody can try.
    pub fn state(&self) -> GateState {
        if let Some(left) = self.lockout.left(self.clock.elapsed()) {
            return GateState::Locked { left };
        }
        match People::load(&self.staff_file) {
            Ok(people) if people.is_empty() => GateState::Nobody,
            Ok(_) => GateState::Open { tries_left: self.lockout.tries_left() },
            Err(error) => GateState::Trouble { text: chain(&error) },
        }
    }

    /// Judges a PIN. The staff file is read each time, so that what `kiosk staff` changes holds at once.
    pub fn judge(&mut self, pin: &Pin) -> Verdict {
        let people = match (self.state(), People::load(&self.staff_file)) {
            (GateState::Open { .. }, Ok(people)) => people,
            (GateState::Open { .. }, Err(error)) => {
                return Verdict::Refused(GateState::Trouble { text: chain(&error) });
            }
            (state @ (GateState::Locked { .. } | GateState::Nobody | GateState::Trouble { .. }), _) => {
                return Verdict::Refused(state);
            }
        };
        let before = self.lockout;
        self.lockout.count(Moment { elapsed: self.clock.elapsed(), wall: self.clock.now() });
        if let Err(error) = self.keep() {
            // A try that cannot be counted is not judged, and so is no try.
            self.lockout = before;
            return Verdict::Refused(GateState::Trouble { text: chain(&error) });
        }
        let Some(who) = people.who(pin) else {
            tracing::warn!("a wrong staff PIN");
            return Verdict::Refused(self.state());
        };
        let who = who.to_owned();
        self.lockout.forget();
        if let Err(error) = self.keep() {
            tracing::warn!(error = %chain(&error), "the count of staff PINs could not be cleared");
        }
        Verdict::Welcome { who }
    }

    fn keep(&self) -> Result<(), durable::FileError> {
        let noted = self.lockout.noted();
        let doc = TriesDoc { failures: noted.failures, at: noted.at.map(|at| at.to_string()) };
        let bytes = serde_json::to_vec(&doc).unwrap_or_default();
        durable::replace_private(&self.tries_file, &bytes)
    }
}

/// The count on disk; an error when there is a file that says nothing.
fn noted(path: &Path) -> Result<Noted, ()> {
    let bytes = match durable::read(path, TRIES_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => return Ok(Noted::default()),
        Err(_) => return Err(()),
    };
    let doc: TriesDoc = serde_json::from_slice(&bytes).map_err(|_| ())?;
    let at = doc.at.map(|at| at.parse::<Timestamp>()).transpose().map_err(|_| ())?;
    Ok(Noted { failures: doc.failures, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::SimClock;

    struct Terminal {
        folder: tempfile::TempDir,
        clock: Arc<SimClock>,
    }

    impl Terminal {
        fn new() -> Self {
            let clock = Arc::new(SimClock::at("2026-11-20T01:30:00Z".parse().unwrap()));
            Self { folder: tempfile::tempdir().unwrap(), clock }
        }

        fn with_staff() -> Self {
            let terminal = Self::new();
            let mut people = People::default();
            people.set("李红", &pin("407196")).unwrap();
            people.save(&terminal.staff_file()).unwrap();
            terminal
        }

        fn staff_file(&self) -> PathBuf {
            self.folder.path().join("staff.toml")
        }

        /// The gate after a start of the program.
        fn gate(&self) -> Gate {
            Gate::new(self.staff_file(), self.folder.path(), Arc::clone(&self.clock) as Arc<dyn Clock>)
        }
    }

    fn pin(text: &str) -> Pin {
        Pin::parse(text).unwrap()
    }

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(60 * n)
    }

    #[test]
    fn without_a_staff_file_no_pin_opens() {
        let terminal = Terminal::new();
        let mut gate = terminal.gate();
        assert_eq!(gate.state(), GateState::Nobody);
        for text in ["000000", "123456", "407196"] {
            assert_eq!(gate.judge(&pin(text)), Verdict::Refused(GateState::Nobody));
        }
    }

    #[test]
    fn five_wrong_pins_lock_out_even_the_right_one_over_a_restart_and_a_clock_set_back() {
        let terminal = Terminal::with_staff();
        let mut gate = terminal.gate();
        for tries_left in (1..TRIES_MAX).rev() {
            assert_eq!(gate.judge(&pin("831527")), Verdict::Refused(GateState::Open { tries_left }));
        }
        let locked = Verdict::Refused(GateState::Locked { left: minutes(10) });
        assert_eq!(gate.judge(&pin("831527")), locked);
        assert_eq!(gate.judge(&pin("407196")), locked);
        terminal.clock.advance(minutes(4));
        let mut gate = terminal.gate();
        assert_eq!(gate.judge(&pin("407196")), Verdict::Refused(GateState::Locked { left: minutes(6) }));
        terminal.clock.set_wall("2020-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(terminal.gate().judge(&pin("407196")), locked);
        terminal.clock.advance(minutes(6));
        assert_eq!(gate.judge(&pin("407196")), Verdict::Welcome { who: "李红".to_owned() });
        assert_eq!(gate.state(), GateState::Open { tries_left: TRIES_MAX });
    }

    #[test]
    fn a_plug_pulled_after_a_try_does_not_give_it_back() {
        let terminal = Terminal::with_staff();
        for tries_left in (1..TRIES_MAX).rev() {
            // Each try with a program of its own.
            assert_eq!(terminal.gate().judge(&pin("831527")), Verdict::Refused(GateState::Open { tries_left }));
        }
        assert!(matches!(terminal.gate().judge(&pin("831527")), Verdict::Refused(GateState::Locked { .. })));
    }

    #[test]
    fn what_is_damaged_locks_or_is_named_and_never_opens() {
        let terminal = Terminal::with_staff();
        std::fs::write(terminal.folder.path().join(TRIES_FILE), b"{\"fail").unwrap();
        assert_eq!(terminal.gate().judge(&pin("407196")), Verdict::Refused(GateState::Locked { left: minutes(10) }));
        let terminal = Terminal::with_staff();
        std::fs::write(terminal.staff_file(), b"[[person]").unwrap();
        assert!(matches!(terminal.gate().judge(&pin("407196")), Verdict::Refused(GateState::Trouble { .. })));
        // The count cannot be written: a folder stands in its place.
        let terminal = Terminal::with_staff();
        let mut gate = terminal.gate();
        std::fs::create_dir(terminal.folder.path().join(TRIES_FILE)).unwrap();
        assert!(matches!(gate.judge(&pin("407196")), Verdict::Refused(GateState::Trouble { .. })));
    }

    #[test]
    fn nothing_on_disk_tells_a_pin_that_was_typed() {
        let terminal = Terminal::with_staff();
        let mut gate = terminal.gate();
        gate.judge(&pin("831527"));
        gate.judge(&pin("407196"));
        for file in std::fs::read_dir(terminal.folder.path()).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("831527") && !text.contains("407196"), "{text}");
        }
    }
}
