//! `kiosk-pack`: the office's program — check, build, sign, publish. Argument parsing and wiring only.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod cases;
mod fields;
mod import;
mod keys;
mod letters;
mod lint;
#[path = "../kiosk/out.rs"]
mod out;
mod preview;
mod release;
mod score;
mod template;
mod today;
#[path = "../kiosk/usage.rs"]
mod usage;
mod usb;
mod voice;
mod voice_norms;

/// From the office's files to a signed release.
#[derive(Parser)]
#[command(
    name = "kiosk-pack",
    version,
    arg_required_else_help = true,
    about = "单位用的程序：检查、制作、签名、发布内容"
)]
struct Cli {
    /// One JSON document on stdout; messages for people go to stderr.
    #[arg(long, global = true, help = "结果以一份 JSON 写到标准输出，给人看的话写到标准错误")]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the content files.
    #[command(about = "检查内容文件")]
    Lint(lint::Args),
    /// What can be written in a content file.
    #[command(about = "每类内容可以写哪些项")]
    Fields(fields::Args),
    /// Import a table of the office.
    #[command(about = "导入单位的表格（.xlsx、.xls、.csv）")]
    Import(import::Args),
    /// Make an empty table to fill in.
    #[command(about = "生成供填写的空表（.xlsx）")]
    Template(template::Args),
    /// Points, colours and indicators of each office.
    #[command(about = "给各单位的内容评分")]
    Score(score::Args),
    /// What the terminal will show, say and print for one record.
    #[command(about = "看一条内容在终端上怎么显示、怎么读、怎么打印")]
    Preview(preview::Args),
    /// The sentences as sound.
    #[command(about = "把内容录成语音片段，只做新增和改动的")]
    Voice(voice::Args),
    /// What lets a voice be heard sooner.
    #[command(about = "量出一个声音的基准值，装上以后朗读开始得更快")]
    VoiceNorms(voice_norms::Args),
    /// Signing keys.
    #[command(about = "签名密钥")]
    Keys(keys::Args),
    /// Make and sign the next release.
    #[command(about = "制作并签署下一次发布")]
    Build(release::BuildArgs),
    /// Sign the short-lived metadata again.
    #[command(about = "续签发布库的有效期，内容不变")]
    Refresh(release::RefreshArgs),
    /// Copy the newest release to a stick.
    #[command(about = "把最新一次发布写到 U 盘")]
    ToUsb(usb::Args),
    /// How far applications are, for residents who ask.
    #[command(about = "把申请台账变成居民凭编号能查的进展，不含编号和号码")]
    Cases(cases::Args),
    /// Open residents' letters.
    #[command(about = "打开居民提交的密封信件")]
    Open(letters::OpenArgs),
    /// Confirm the letters of a stick, so that terminals may forget them.
    #[command(about = "给U盘上的信件写回执，终端见到回执才删除")]
    Ack(letters::AckArgs),
    /// Let a stick take letters along.
    #[command(about = "给U盘写取信许可")]
    Permit(letters::PermitArgs),
    /// Check a release repository as a terminal would.
    #[command(about = "像终端那样核对发布库")]
    Verify(release::VerifyArgs),
}

fn main() -> ExitCode {
    let cli: Cli = match usage::parse(|command| command) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let result = match cli.command {
        Command::Lint(args) => lint::run(cli.json, args),
        Command::Fields(args) => fields::run(cli.json, args),
        Command::Import(args) => import::run(cli.json, args),
        Command::Template(args) => template::run(cli.json, args),
        Command::Voice(args) => voice::run(cli.json, args),
        Command::VoiceNorms(args) => voice_norms::run(cli.json, args),
        Command::Keys(args) => keys::run(cli.json, args),
        Command::Score(args) => score::run(cli.json, args),
        Command::Preview(args) => preview::run(cli.json, args),
        Command::Build(args) => release::build(cli.json, args),
        Command::Refresh(args) => release::refresh(cli.json, args),
        Command::ToUsb(args) => usb::run(cli.json, args),
        Command::Cases(args) => cases::run(cli.json, args),
        Command::Open(args) => letters::open(cli.json, args),
        Command::Ack(args) => letters::ack(cli.json, args),
        Command::Permit(args) => letters::permit(cli.json, args),
        Command::Verify(args) => release::verify(cli.json, args),
    };
    out::exit(result)
}
