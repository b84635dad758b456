//! Who may open the staff page: `kiosk staff set|remove|list`.
//! A PIN comes on stdin only, never as an argument that other users could see; it is never shown or logged.

use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::process::{Command as Process, Stdio};

use anyhow::bail;
use civic_kiosk::base::durable;
use civic_kiosk::base::private::Private;
use civic_kiosk::staff::{PIN_DIGITS_MAX, PIN_DIGITS_MIN, People, Pin};
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};

/// Longest line on stdin: a PIN with what editors and terminals add.
const LINE_BYTES_MAX: u64 = 64;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Give somebody a PIN.
    #[command(about = "给工作人员设置 PIN：从标准输入读一行数字")]
    Set {
        #[arg(value_name = "NAME", help = "姓名，更新记录里会写上")]
        name: String,
    },
    /// Take somebody off the list.
    #[command(about = "把工作人员从名单里去掉")]
    Remove {
        #[arg(value_name = "NAME", help = "姓名")]
        name: String,
    },
    /// Who is on it.
    #[command(about = "列出名单")]
    List,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    let (config, _) = common.settings()?;
    let file = config.staff_file();
    let mut people = People::load(&file)?;
    match args.action {
        Action::Set { name } => {
            let pin = ask_pin()?;
            people.set(&name, &pin)?;
            if let Some(folder) = file.parent() {
                durable::create_dir(folder)?;
            }
            people.save(&file)?;
            answer(common, "set", &name, &file, || format!("已设置：{name}（{}）", file.display()));
        }
        Action::Remove { name } => {
            people.remove(&name)?;
            people.save(&file)?;
            answer(common, "removed", &name, &file, || format!("已去掉：{name}"));
        }
        Action::List => {
            let names: Vec<&str> = people.names().collect();
            let document = json!({ "people": names, "file": file.display().to_string() });
            out::answer(common.json, &document, || {
                if names.is_empty() {
                    "还没有工作人员，用 kiosk staff set 姓名 设置".to_owned()
                } else {
                    names.join("\n")
                }
            });
        }
    }
    Ok(Outcome::Done)
}

fn answer(common: &Common, outcome: &str, name: &str, file: &Path, line: impl FnOnce() -> String) {
    let document = json!({ "outcome": outcome, "name": name, "file": file.display().to_string() });
    out::answer(common.json, &document, line);
}

/// The PIN from stdin; a person types it twice and does not see it.
fn ask_pin() -> anyhow::Result<Pin> {
    if !io::stdin().is_terminal() {
        return Ok(Pin::parse(line()?.reveal().trim())?);
    }
    let _quiet = Quiet::start();
    out::message(&format!("请输入 PIN（{PIN_DIGITS_MIN} 至 {PIN_DIGITS_MAX} 位数字，输入时不显示）："));
    let first = line()?;
    let pin = Pin::parse(first.reveal().trim())?;
    pin.check()?;
    out::message("请再输入一次：");
    if line()?.reveal().trim() != first.reveal().trim() {
        bail!("两次输入的 PIN 不一样，没有设置");
    }
    Ok(pin)
}

fn line() -> anyhow::Result<Private<String>> {
    let mut bytes = Vec::with_capacity(LINE_BYTES_MAX as usize);
    for byte in io::stdin().lock().take(LINE_BYTES_MAX).bytes() {
        match byte? {
            b'\n' => break,
            byte => bytes.push(byte),
        }
    }
    let text = String::from_utf8(bytes).unwrap_or_default();
    if text.trim().is_empty() {
        bail!("标准输入里没有 PIN：在提示后输入，或写成 printf '%s\\n' … | kiosk staff set 姓名");
    }
    Ok(Private::new(text))
}

/// The console does not show what is typed, as long as this lives.
struct Quiet;

impl Quiet {
    fn start() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        stty("echo");
    }
}

/// Where there is no stty, what is typed is seen; the PIN is as good.
fn stty(argument: &str) {
    let _ = Process::new("stty").arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
}
