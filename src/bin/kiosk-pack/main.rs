//! `kiosk-pack`: the office's program — check, build, sign, publish. Argument parsing and wiring only.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod lint;
#[path = "../kiosk/out.rs"]
mod out;
mod release;

/// From the office's files to a signed release.
#[derive(Parser)]
#[command(name = "kiosk-pack", version, arg_required_else_help = true)]
struct Cli {
    /// One JSON document on stdout; messages for people go to stderr.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the content files.
    Lint(lint::Args),
    /// Signing keys.
    Keys(release::KeysArgs),
    /// Make and sign the next release.
    Build(release::BuildArgs),
    /// Check a release repository as a terminal would.
    Verify(release::VerifyArgs),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let result = match cli.command {
        Command::Lint(args) => lint::run(cli.json, args),
        Command::Keys(args) => release::keys(cli.json, args),
        Command::Build(args) => release::build(cli.json, args),
        Command::Verify(args) => release::verify(cli.json, args),
    };
    out::exit(result)
}
