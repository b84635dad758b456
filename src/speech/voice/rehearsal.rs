//! The making of clips by night, in a process of its own at the lowest priority.
//! It ends at once when it is told to, and with its terminal; what it was just making is not kept.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

/// Lowest of all: nothing on the machine waits for it.
const NICE: &str = "19";

/// The hand on the process.
pub struct Rehearsal {
    program: PathBuf,
    args: Vec<OsString>,
    running: Option<Child>,
}

impl Rehearsal {
    /// Run by `program` with `args`; nothing is started yet.
    pub fn new(program: PathBuf, args: Vec<OsString>) -> Self {
        Self { program, args, running: None }
    }

    /// Starts it, if it does not run already.
    pub fn begin(&mut self) {
        if self.is_running() {
            return;
        }
        let mut command = Command::new("nice");
        // nice becomes the program: its process is the one that is ended.
        command.args(["-n", NICE]).arg(&self.program).args(&self.args);
        // It watches its stdin, which closes with this terminal.
        match command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
            Ok(child) => self.running = Some(child),
            Err(error) => tracing::warn!(%error, "no clips are made tonight"),
        }
    }

    /// Ends it at once. A half written clip never counts as one.
    pub fn end(&mut self) {
        let Some(mut child) = self.running.take() else { return };
        // Killed is killed; without the wait it would stay as a zombie, and nobody waits for its memory to be freed.
        let _ = child.kill();
        let _ = thread::Builder::new().name("rehearsal".to_owned()).spawn(move || child.wait());
    }

    /// True while it works.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_once_and_ends_when_it_is_told() {
        let mut rehearsal = Rehearsal::new(PathBuf::from("sleep"), vec!["600".into()]);
        assert!(!rehearsal.is_running());
        rehearsal.begin();
        let first = rehearsal.running.as_ref().unwrap().id();
        rehearsal.begin();
        assert_eq!(rehearsal.running.as_ref().unwrap().id(), first, "one at a time");
        assert!(rehearsal.is_running());
        rehearsal.end();
        assert!(!rehearsal.is_running());
        let mut gone = Rehearsal::new(PathBuf::from("/nonexistent/kiosk"), Vec::new());
        gone.begin();
        // nice itself starts and says that there is no such program.
        gone.running.as_mut().unwrap().wait().unwrap();
        assert!(!gone.is_running());
    }
}
