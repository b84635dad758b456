//! How the commands speak: one JSON document or plain lines on stdout, messages on stderr, three exit codes.
//! It never panics because nobody reads on: a closed pipe ends the command quietly.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

/// How a command ended, short of an error.
pub enum Outcome {
    /// Done: exit code 0.
    Done,
    /// Refused, or problems were found and already reported: exit code 1.
    Refused,
}

/// Turns a command's result into its exit code; an error is printed once, here, with its causes.
pub fn exit(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(error) => {
            message(&civic_kiosk::base::chain::chain(error.as_ref()));
            ExitCode::from(1)
        }
    }
}

/// Prints a JSON document with `--json`, otherwise the lines for people.
pub fn answer(json: bool, document: &serde_json::Value, lines: impl FnOnce() -> String) {
    if json { text(&document.to_string()) } else { text(&lines()) }
}

/// Prints lines on stdout. Who closed the pipe has read enough, so the command ends there and then, without a word;
/// an answer that cannot be written for another reason is no answer.
pub fn text(lines: &str) {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{lines}").and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            message(&format!("结果写不出来：{error}"));
            std::process::exit(1)
        }
    }
}

/// A message for people. Where nobody listens it is lost, and the command goes on.
pub fn message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows how far something is: one line that is written over on a terminal, a line each elsewhere, as in a log.
#[allow(dead_code)] // Shared by both programs; not every one has something that takes long.
pub fn progress(line: &str) {
    let mut stderr = io::stderr();
    let _ = if stderr.is_terminal() { write!(stderr, "\r{line}") } else { writeln!(stderr, "{line}") };
    let _ = stderr.flush();
}

/// Ends the line of [`progress`].
#[allow(dead_code)] // See above.
pub fn progress_end() {
    let mut stderr = io::stderr();
    if stderr.is_terminal() {
        let _ = writeln!(stderr);
    }
}
