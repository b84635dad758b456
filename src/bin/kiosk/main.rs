//! `kiosk`: the terminal and its maintenance commands. Argument parsing and wiring only.

use std::path::PathBuf;
use std::process::ExitCode;

use civic_kiosk::config::{Config, ConfigError, Origin, Setting};
use clap::{Parser, Subcommand};

mod check_config;
mod out;
mod print;
mod read;
mod record;
mod run;
mod search;
mod simulate;
mod status;
mod sync;
mod voice_worker;

/// The self-service terminal of a government service hall.
#[derive(Parser)]
#[command(name = "kiosk", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(clap::Args)]
pub struct Common {
    /// Settings file; without it the built-in defaults serve.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder that holds all state; overrides the settings.
    #[arg(long, global = true, value_name = "DIR")]
    state: Option<PathBuf>,
    /// One JSON document on stdout; messages for people go to stderr.
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    /// The settings in force, with the command line over the file over the defaults.
    fn settings(&self) -> Result<(Config, Vec<Setting>), ConfigError> {
        let (mut config, mut settings) = Config::load(self.config.as_deref())?;
        if let Some(state) = &self.state {
            config.state_dir.clone_from(state);
            if let Some(setting) = settings.iter_mut().find(|s| s.key == "terminal.state_dir") {
                setting.value = format!("{:?}", state.display().to_string());
                setting.origin = Origin::CommandLine;
            }
        }
        Ok((config, settings))
    }
}

#[derive(Subcommand)]
enum Command {
    /// The terminal.
    Run(run::Args),
    /// Effective settings and where each came from.
    CheckConfig(check_config::Args),
    /// Release, age of the content, devices, disk.
    Status(status::Args),
    /// Find records by title.
    Search(search::Args),
    /// One pass of following the publisher.
    Sync(sync::Args),
    /// What would be spoken.
    Read(read::Args),
    /// Print a record, a text or the test page.
    Print(print::Args),
    /// Simulated devices.
    Simulate(simulate::Args),
    /// The process of the system's voice; started by the terminal itself.
    #[command(hide = true)]
    VoiceWorker,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            // 0 for --help and --version, 2 for wrong usage.
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    log();
    let result = match cli.command {
        Command::Run(args) => run::run(&cli.common, args),
        Command::CheckConfig(args) => check_config::run(&cli.common, args),
        Command::Status(args) => status::run(&cli.common, args),
        Command::Search(args) => search::run(&cli.common, args),
        Command::Sync(args) => sync::run(&cli.common, args),
        Command::Read(args) => read::run(&cli.common, args),
        Command::Print(args) => print::run(&cli.common, args),
        Command::Simulate(args) => simulate::run(&cli.common, args),
        Command::VoiceWorker => voice_worker::run(),
    };
    out::exit(result)
}

/// Log lines go to stderr, warnings and worse; they name kinds of events, never what a resident reads or types.
pub fn log() {
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .try_init();
}
