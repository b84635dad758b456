//! The publisher's keys: `kiosk-pack keys init | rotate`, and those of the desk that opens letters: `keys desk`.

use std::path::PathBuf;

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::release::keys::{self, NewKeys};
use civic_kiosk::release::rotate::{Replace, rotate};
use serde_json::json;

use crate::letters;
use crate::out::{self, Outcome};
use crate::release::{day, runtime};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make the keys of a new publisher: root (2 of 3), targets, snapshot, timestamp, and DIR/root.json.
    #[command(about = "生成一个发布单位的全部密钥和 root.json")]
    Init {
        /// A new or empty folder.
        #[arg(help = "新的或空的文件夹")]
        dir: PathBuf,
    },
    /// Make the keys of the desk that opens residents' letters.
    #[command(about = "生成收信的密钥：解密私钥、签名私钥和收件公钥文件")]
    Desk {
        /// A new or empty folder.
        #[arg(help = "新的或空的文件夹")]
        dir: PathBuf,
    },
    /// Make the next root, signed by two of the old root keys and two of the new ones.
    #[command(about = "换发根证书和密钥：由两把旧根密钥和两把新根密钥共同签署")]
    Rotate {
        /// The key folder of now, with at least two of the root keys.
        #[arg(help = "现在的密钥文件夹，至少放回两把根密钥")]
        old: PathBuf,
        /// A new or empty folder for the keys from now on.
        #[arg(help = "新的或空的文件夹，今后用它")]
        new: PathBuf,
        /// Which keys are replaced; all of them without this.
        #[arg(
            long,
            value_name = "NAME",
            value_delimiter = ',',
            help = "只更换这些密钥，用逗号隔开：root-1、targets、timestamp……；写 none 只延长根证书有效期；不给就全部更换"
        )]
        replace: Option<Vec<String>>,
    },
}

pub fn run(json: bool, args: Args) -> anyhow::Result<Outcome> {
    let now = SystemClock::new().now();
    let (made, advice) = match args.command {
        Command::Desk { dir } => {
            let document = letters::make_keys(&dir)?;
            out::answer(json, &document, || {
                let dir = dir.display();
                format!(
                    "收信密钥已生成：{dir}\nidentity.txt 和 desk.key 由收件台保管，不要交给别人，也不要放到终端上；丢了就再也打不开已提交的信件，请另存一份。\n发布时用 --recipients {dir}/recipients.txt"
                )
            });
            return Ok(Outcome::Done);
        }
        Command::Init { dir } => (
            runtime()?.block_on(keys::init(&dir, now))?,
            "交给每台终端；三把 root 私钥请分三处离线保管，两把即可签署新的根证书。",
        ),
        Command::Rotate { old, new, replace } => {
            let replace = match replace {
                None => Replace::All,
                Some(names) if names == ["none"] => Replace::Only(Vec::new()),
                Some(names) => Replace::Only(names),
            };
            (
                runtime()?.block_on(rotate(&old, &new, &replace, now))?,
                "交给新装的终端；已有的终端随下一次 build 或 refresh 自动换用。旧文件夹请封存，不再用来发布。",
            )
        }
    };
    let NewKeys { folder, root, private, expires, authority } = &made;
    let document = json!({
        "dir": folder, "root": root, "private": private, "expires": expires.to_string(), "authority": authority,
    });
    out::answer(json, &document, || {
        format!("密钥已生成：{}\n{} {advice}\n根证书有效期到 {}", folder.display(), root.display(), day(*expires))
    });
    Ok(Outcome::Done)
}
