//! Simulated devices: `kiosk simulate printer`.
//! They run until stopped and say where what they make appears.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::ensure;
use civic_kiosk::print::simulator::{Fault, FontMissing, Notice, Settings, Simulator};
use civic_kiosk::view::font;
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::values;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    device: Device,
}

#[derive(clap::Subcommand)]
enum Device {
    /// A virtual ESC/POS printer that draws each receipt as a PNG.
    #[command(about = "虚拟的 ESC/POS 打印机，每张凭条画成一张 PNG")]
    Printer(PrinterArgs),
}

#[derive(clap::Args)]
struct PrinterArgs {
    /// Loopback address and port.
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9100",
        value_parser = values::listen,
        help = "在本机哪个地址和端口等候"
    )]
    listen: SocketAddr,
    /// Folder for the receipts.
    #[arg(long, value_name = "DIR", help = "存放凭条图片的文件夹")]
    out: PathBuf,
    /// Width of the paper in dots: 576 for 80 mm, 384 for 58 mm.
    #[arg(
        long,
        value_name = "DOTS",
        default_value = "576",
        value_parser = values::paper_dots,
        help = "纸宽点数：80 毫米纸 576，58 毫米纸 384"
    )]
    width: u16,
    /// A scripted trouble, several allowed: silent, garbage, no-confirm, late[=MS], slow[=BYTES], close-after=BYTES,
    /// paper-out-after=BYTES, mend-after=MS, forgets, lies, bite=BYTES, ticket-waiting, paper-low, cover-open, cutter, overheated, offline.
    #[arg(
        long,
        value_name = "FAULT",
        value_parser = Fault::parse,
        help = "按剧本出的故障，可写多个：silent、garbage、no-confirm、late[=毫秒]、slow[=字节]、close-after=字节、\
                paper-out-after=字节、mend-after=毫秒、forgets、lies、bite=字节、paper-low、cover-open、cutter、\
                overheated、offline、ticket-waiting"
    )]
    fault: Vec<Fault>,
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    match args.device {
        Device::Printer(args) => printer(common, args),
    }
}

fn printer(common: &Common, args: PrinterArgs) -> anyhow::Result<Outcome> {
    ensure!(font::is_any_installed(), FontMissing);
    let is_json = common.json;
    let settings = Settings {
        listen: args.listen,
        out: args.out.clone(),
        width_dots: usize::from(args.width),
        faults: args.fault,
    };
    let simulator = Simulator::start(settings, move |notice| tell(is_json, &notice))?;
    // The whole path: who reads this looks from somewhere else.
    let out = args.out.canonicalize().unwrap_or(args.out);
    let (address, folder) = (simulator.address(), out.display());
    let ready = json!({ "event": "ready", "listen": address.to_string(), "out": folder.to_string() });
    out::answer(is_json, &ready, || format!("模拟打印机在 {address} 等候，凭条图片出现在 {folder}"));
    simulator.wait();
    Ok(Outcome::Done)
}

fn tell(is_json: bool, notice: &Notice) {
    match notice {
        Notice::Receipt { png, txt, is_cut, problems } => {
            let event = json!({
                "event": "receipt",
                "png": png.display().to_string(),
                "txt": txt.display().to_string(),
                "is_cut": is_cut,
                "problems": problems,
            });
            out::answer(is_json, &event, || {
                let ending = if *is_cut { "" } else { "（没有切纸）" };
                let wrong =
                    if problems.is_empty() { String::new() } else { format!("，{} 处问题", problems.len()) };
                format!("出票 {}{ending}{wrong}", png.display())
            });
        }
        Notice::Problem { offset, bytes, problem } => {
            let event = json!({ "event": "problem", "offset": offset, "bytes": bytes, "problem": problem });
            out::answer(is_json, &event, || format!("指令有误：第 {offset} 字节，{problem} {bytes}"));
        }
        Notice::Failed(reason) => {
            out::answer(is_json, &json!({ "event": "failed", "reason": reason }), || format!("凭条没有写成：{reason}"));
        }
    }
}
