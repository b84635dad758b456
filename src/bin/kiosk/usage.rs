//! Help and wrong usage in the language of the hall's staff; the argument parser itself speaks English only.
//! It parses nothing: what is accepted is said beside each command's arguments.

use std::error::Error as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, Parser};

use crate::out;

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}";
/// Words that the parser writes by itself.
const WORDS: &[(&str, &str)] = &[
    ("[OPTIONS]", "[选项]"),
    ("[default: ", "[默认 "),
    ("命令:\n", "命令：\n"),
    ("选项:\n", "选项：\n"),
    ("参数:\n", "参数：\n"),
];

/// The arguments of the program, or the exit code when help was asked for or the usage is wrong; `adjust` may still
/// change how a command shows itself.
pub fn parse<P: Parser>(adjust: impl FnOnce(Command) -> Command) -> Result<P, ExitCode> {
    let command = in_chinese(adjust(P::command()));
    let name = command.get_name().to_owned();
    let parsed = command.try_get_matches().and_then(|matches| P::from_arg_matches(&matches));
    parsed.map_err(|error| tell(&name, &error))
}

fn in_chinese(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本");
    let version = command.get_version().is_some().then_some(version);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示用法");
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .arg(help)
        .args(version)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            arg.help_heading(heading)
        })
        .mut_subcommands(in_chinese)
}

/// Shows help on stdout with 0; a complaint, and where to find help, on stderr with 2.
fn tell(name: &str, error: &clap::Error) -> ExitCode {
    let english = error.render().to_string();
    let text = WORDS.iter().fold(english, |text, (english, chinese)| text.replace(english, chinese));
    if !error.use_stderr() {
        out::text(text.trim_end());
        return ExitCode::SUCCESS;
    }
    out::message(&complaint(error).unwrap_or_else(|| text.trim_end().to_owned()));
    out::message(&format!("用法有误，{name} --help 查看用法"));
    ExitCode::from(2)
}

fn complaint(error: &clap::Error) -> Option<String> {
    let said = |kind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let argument = said(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", said(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => format!("不认识“{}”", argument?),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", argument?.replace("<--", "--")),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => match (argument?, said(ContextKind::PriorArg)) {
            (one, Some(other)) if one == other => format!("“{one}”只能写一次"),
            (one, Some(other)) => format!("“{one}”不能与“{other}”同时使用"),
            (one, None) => format!("“{one}”不能与其他选项同时使用"),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match said(ContextKind::InvalidValue) {
            Some(value) => format!("“{}”的值“{value}”不对{}", argument?, reason(error)),
            None => format!("“{}”后面缺少值", argument?),
        },
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            format!("“{}”的值太多或太少", argument?)
        }
        _ => return None,
    })
}

/// Why a value is not accepted, where our own parser said it; those of the standard library speak English.
fn reason(error: &clap::Error) -> String {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    if text.is_ascii() { String::new() } else { format!("：{text}") }
}
