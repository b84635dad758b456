//! `kiosk`: the terminal and its maintenance commands. Argument parsing and wiring only.

use std::path::PathBuf;
use std::process::ExitCode;

use civic_kiosk::config::{Config, ConfigError, Origin, Setting};
use clap::{Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

mod check_config;
mod deadline;
mod devices;
mod out;
mod outbox;
mod print;
mod read;
mod record;
mod run;
mod say;
mod scrub;
mod search;
mod simulate;
mod staff;
mod status;
mod sync;
mod typing;
mod upkeep;
mod usage;
mod values;
mod voice;
mod voice_worker;

/// The self-service terminal of a government service hall.
#[derive(Parser)]
#[command(name = "kiosk", version, arg_required_else_help = true, about = "政务服务大厅的自助终端")]
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
    #[arg(long, global = true, value_name = "FILE", help = "设置文件；不写则用内置的默认设置")]
    config: Option<PathBuf>,
    /// The folder that holds all state; overrides the settings.
    #[arg(long, global = true, value_name = "DIR", help = "存放全部数据的文件夹，优先于设置")]
    state: Option<PathBuf>,
    /// One JSON document on stdout; messages for people go to stderr.
    #[arg(long, global = true, help = "结果以一份 JSON 写到标准输出，给人看的话写到标准错误")]
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
    #[command(about = "运行终端")]
    Run(run::Args),
    /// Effective settings and where each came from.
    #[command(about = "列出生效的设置和来源")]
    CheckConfig(check_config::Args),
    /// Release, age of the content, devices, disk.
    #[command(about = "本机状态：内容、打印机、语音、磁盘")]
    Status(status::Args),
    /// The last day of a limit.
    #[command(about = "算期限的最后一天")]
    Deadline(deadline::Args),
    /// Find records by title.
    #[command(about = "按标题查找内容")]
    Search(search::Args),
    /// Candidates of the pinyin keyboard.
    #[command(name = "type", about = "列出拼音键盘的候选")]
    Type(typing::TypeArgs),
    /// Candidates of the handwriting pad.
    #[command(about = "列出手写笔画的候选")]
    Ink(typing::InkArgs),
    /// One pass of following the publisher.
    #[command(about = "更新一次内容")]
    Sync(sync::Args),
    /// Residents' sealed letters: what waits, delivery, export to a stick.
    #[command(about = "居民提交的密封信件：待送情况、发送、拷到U盘")]
    Outbox(outbox::Args),
    /// Every record and file compared with what was signed.
    #[command(about = "检查内容有没有损坏")]
    Scrub(scrub::Args),
    /// What would be spoken.
    #[command(about = "列出会朗读的文字")]
    Read(read::Args),
    /// Say a text or a record, or write it as a file.
    #[command(about = "朗读文字或内容，或写成 WAV 文件")]
    Say(say::Args),
    /// Print a record, a text or the test page.
    #[command(about = "打印办事材料清单、文字或测试页")]
    Print(Box<print::Args>),
    /// Who may open the staff page.
    #[command(about = "工作人员名单和 PIN")]
    Staff(staff::Args),
    /// Simulated devices.
    #[command(about = "模拟设备")]
    Simulate(simulate::Args),
    /// The process of a voice; started by the terminal itself.
    #[command(hide = true)]
    VoiceWorker(voice_worker::Args),
}

fn main() -> ExitCode {
    let cli: Cli = match usage::parse(shared_help) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    log();
    // What a resident writes is in memory; a crash must not put it on the disk.
    if let Err(error) = civic_kiosk::base::cores::forbid() {
        tracing::warn!(%error, "a crash could leave a core");
    }
    let result = match cli.command {
        Command::Run(args) => run::run(&cli.common, args),
        Command::CheckConfig(args) => check_config::run(&cli.common, args),
        Command::Status(args) => status::run(&cli.common, args),
        Command::Deadline(args) => deadline::run(&cli.common, args),
        Command::Search(args) => search::run(&cli.common, args),
        Command::Type(args) => typing::pinyin(&cli.common, args),
        Command::Ink(args) => typing::ink(&args),
        Command::Sync(args) => sync::run(&cli.common, args),
        Command::Outbox(args) => outbox::run(&cli.common, args),
        Command::Scrub(args) => scrub::run(&cli.common, args),
        Command::Read(args) => read::run(&cli.common, args),
        Command::Say(args) => say::run(&cli.common, args),
        Command::Print(args) => print::run(&cli.common, *args),
        Command::Staff(args) => staff::run(&cli.common, args),
        Command::Simulate(args) => simulate::run(&cli.common, args),
        Command::VoiceWorker(args) => voice_worker::run(&cli.common, args),
    };
    out::exit(result)
}

/// What the arguments of `search` and `sync` are for.
fn shared_help(command: clap::Command) -> clap::Command {
    const HELP: &[(&str, &str, &str)] = &[
        ("search", "query", "要找的字词"),
        ("search", "stdin", "从标准输入读，每行一次查找，每行回一个 JSON 数组"),
        ("search", "limit", "最多列出几条"),
        ("sync", "from", "内容来源：usb:文件夹、http://… 或 https://…"),
        ("sync", "root", "新终端要信任的 root.json"),
    ];
    HELP.iter().fold(command, |command, (name, id, help)| {
        command.mut_subcommand(*name, |sub| sub.mut_args(|arg| if arg.get_id() == *id { arg.help(*help) } else { arg }))
    })
}

/// Log lines go to stderr, warnings and worse; they name kinds of events, never what a resident reads or types.
/// What the window library says of each X server is left out: staff can do nothing about it.
pub fn log() {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        // Its own complaint about a closed stderr would be a panic.
        .log_internal_errors(false);
    let kept = Targets::new().with_default(LevelFilter::WARN).with_target("winit", LevelFilter::OFF);
    let _ = tracing_subscriber::registry().with(kept).with(lines).try_init();
}
