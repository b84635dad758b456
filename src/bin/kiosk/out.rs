//! How the commands speak: one JSON document or plain lines on stdout, messages on stderr, three exit codes.
#![allow(clippy::print_stdout, clippy::print_stderr)]

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
    if json { println!("{document}") } else { println!("{}", lines()) }
}

/// A message for people.
pub fn message(text: &str) {
    eprintln!("{text}");
}
