//! Receipts from the command line: `kiosk print`.
//! It says "sent" when it knows no more, and ends with 1 when nothing was printed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use civic_kiosk::app::takeaway;
use civic_kiosk::base::chain::chain;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::durable;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Answers;
use civic_kiosk::print::identify::{self, Seen};
use civic_kiosk::print::outcome::fact_text;
use civic_kiosk::print::transport::AddressError;
use civic_kiosk::print::{Address, Desk, Document, EscPosPrinter, PrintFault, Printer, Profile, Spool, receipt};
use jiff::Zoned;
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{record, values};

/// Whose name a copy bears that was asked for on the command line.
const STAFF: &str = "命令行";
/// Largest text file; far more than one receipt holds.
const TEXT_BYTES_MAX: u64 = 256 * 1024;

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["record", "text", "test", "identify", "jobs", "copy"])))]
pub struct Args {
    /// Print this record; of a guide its checklist.
    #[arg(long, value_name = "ID", value_parser = values::guide, help = "打印这条内容的小票，例如 guide/elder-card（材料清单）")]
    record: Option<RecordId>,
    /// Print a UTF-8 text file.
    #[arg(long, value_name = "FILE", help = "打印一个 UTF-8 文字文件")]
    text: Option<PathBuf>,
    /// Print the test page.
    #[arg(long, help = "打印测试页")]
    test: bool,
    /// Print the strip that tells which printer it is, and say how to read it.
    #[arg(long, help = "打印识别条：看一眼就知道该用哪份打印机配置")]
    identify: bool,
    /// What staff have seen on the strip: WIDTH,LINES,FEED,CUT such as 576,2,10,yes.
    #[arg(
        long,
        value_name = "SEEN",
        requires = "identify",
        value_parser = values::seen,
        help = "识别条上看到的：A 的数字,B 有几行汉字,C 的毫米数,D 切了没有，如 576,2,10,yes"
    )]
    seen: Option<Seen>,
    /// Write the profile that fits to this file.
    #[arg(long, value_name = "FILE", requires = "seen", help = "把合适的打印机配置写进这个文件")]
    write: Option<PathBuf>,
    /// List the receipts of this terminal.
    #[arg(long, help = "列出本机打印过的小票和它们的状态")]
    jobs: bool,
    /// Print a receipt that needs a person once more, labelled as a copy; the terminal must not be running.
    #[arg(long, value_name = "N", help = "补打第 N 张小票（印上“补打”）；终端程序要先停下")]
    copy: Option<i64>,
    /// tcp://HOST:9100, file:PATH, /dev/usb/lp0 or serial:/dev/ttyS0?baud=9600.
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = target,
        required_unless_present_any = ["jobs", "seen"],
        help = "打印机：tcp://主机:9100、file:文件、/dev/usb/lp0 或 serial:/dev/ttyS0?baud=9600"
    )]
    to: Option<Target>,
    /// Printer profile: a built-in name or a .toml file.
    #[arg(
        long,
        value_name = "PROFILE",
        default_value = "generic-80",
        value_parser = values::profile,
        help = "打印机型号：generic-80、generic-58 等内置名称，或 .toml 文件"
    )]
    profile: Profile,
}

/// A printer's address, and how it was written.
#[derive(Clone)]
struct Target {
    text: String,
    address: Address,
}

fn target(text: &str) -> Result<Target, AddressError> {
    Address::parse(text).map(|address| Target { text: text.to_owned(), address })
}

pub fn run(common: &Common, args: Args) -> anyhow::Result<Outcome> {
    if args.jobs {
        return jobs(common);
    }
    if let Some(seen) = args.seen {
        return identified(common, seen, args.write.as_deref());
    }
    let Some(Target { text: to, address }) = args.to else { bail!("请用 --to 写明打印机") };
    let profile = args.profile;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    if args.identify {
        return strip(common, &to, EscPosPrinter::new(&address, profile, clock));
    }
    if let Some(id) = args.copy {
        let (config, _) = common.settings()?;
        let spool = Spool::open(&config.state_dir, clock.now())?;
        let printer = EscPosPrinter::new(&address, profile, Arc::clone(&clock));
        let delivery = Desk::with_spool(Box::new(printer), spool, clock).copy(id, STAFF, &|| false, &mut |_| ())?;
        let answer = json!({ "outcome": delivery.fact(), "to": to, "copy_of": id });
        out::answer(common.json, &answer, || delivery.resident_text().to_owned());
        return Ok(Outcome::Done);
    }
    let document = match (&args.record, &args.text) {
        (Some(id), _) => record_document(common, id, clock.local())?,
        (None, Some(path)) => file_document(path)?,
        (None, None) => receipt::test_page(&profile, &clock.local()),
    };
    let mut printer = EscPosPrinter::new(&address, profile, clock);
    match printer.print(&document) {
        Ok(delivery) => {
            let answer = json!({ "outcome": delivery.fact(), "to": to });
            out::answer(common.json, &answer, || delivery.resident_text().to_owned());
            Ok(Outcome::Done)
        }
        Err(fault) => refuse(common, &to, &fault),
    }
}

/// The receipts of this terminal, newest first.
fn jobs(common: &Common) -> anyhow::Result<Outcome> {
    let (config, _) = common.settings()?;
    let entries = Spool::read(&config.state_dir)?;
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id, "title": entry.title, "state": entry.state.name(), "fact": entry.fact,
                "who": entry.who, "is_copy": entry.is_copy, "can_copy": entry.has_payload, "queued": entry.queued, "changed": entry.changed,
            })
        })
        .collect();
    out::answer(common.json, &json!(rows), || {
        let lines: Vec<_> = entries
            .iter()
            .map(|entry| {
                let who = if entry.who.is_empty() { String::new() } else { format!("（{}）", entry.who) };
                let fact = fact_text(&entry.fact);
                format!("{}  {}  {}{who}  {}  {fact}", entry.id, entry.changed, entry.title, entry.state.text())
            })
            .collect();
        if lines.is_empty() { "没有小票".to_owned() } else { lines.join("\n") }
    });
    Ok(Outcome::Done)
}

/// Prints the strip and says how to read it.
fn strip(common: &Common, to: &str, mut printer: EscPosPrinter) -> anyhow::Result<Outcome> {
    printer.send_raw(&identify::strip())?;
    out::answer(common.json, &json!({ "outcome": "sent", "to": to }), || HOW_TO_READ.to_owned());
    Ok(Outcome::Done)
}

const HOW_TO_READ: &str = "识别条已发送。请看纸上：
A 哪一条黑杠最长而且两头完整？记下它上面的数字（384、512、576、640）。
B 三行里有几行印出了汉字（0 到 3）？
C 两条黑杠相距约 10 毫米还是 5 毫米？
D 纸切断了吗（yes 或 no）？
然后运行：kiosk print --identify --seen A,B,C,D，例如 --seen 576,2,10,yes";

/// Which profile to set, and what to change in it; written where staff want it.
fn identified(common: &Common, seen: Seen, path: Option<&Path>) -> anyhow::Result<Outcome> {
    let (profile, differences) = (identify::profile(seen), identify::differences(seen));
    if let Some(path) = path {
        identify::write(path, seen)?;
    }
    let written = path.map(|path| path.display().to_string());
    let answer = json!({ "profile": profile, "differences": differences, "written": written });
    out::answer(common.json, &answer, || match written {
        Some(path) => format!("已写好。设置里写：profile = \"{path}\"，再打印测试页核对"),
        None if differences.is_empty() => format!("用这份配置：profile = \"{profile}\""),
        None => format!("以 {profile} 为底本，改这几处（加上 --write 文件 就自动写好）：\n{}", differences.join("\n")),
    });
    Ok(Outcome::Done)
}

/// The receipt of a record in the terminal's store; a guide's for the usual situation.
fn record_document(common: &Common, id: &RecordId, printed: Zoned) -> anyhow::Result<Document> {
    let (hall, opened) = record::opened(common, id)?;
    takeaway::receipt(&hall, &opened, &Answers::default(), printed).with_context(|| format!("{id} 的部门不在内容里"))
}

fn file_document(path: &Path) -> anyhow::Result<Document> {
    let bytes = durable::read(path, TEXT_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("{} 不是 UTF-8 文字", path.display()))?;
    if text.trim().is_empty() {
        bail!("{} 没有内容", path.display());
    }
    Ok(receipt::text_document(text.trim_start_matches('\u{feff}')))
}

fn refuse(common: &Common, to: &str, fault: &PrintFault) -> anyhow::Result<Outcome> {
    let (fact, may_have_printed) = (fault.fact(), fault.may_have_printed());
    let reason = reason(fault);
    if common.json {
        let answer = json!({
            "outcome": "refused",
            "fault": fact,
            "may_have_printed": may_have_printed,
            "reason": reason,
            "to": to,
        });
        out::answer(true, &answer, String::new);
    }
    out::message(&reason);
    Ok(Outcome::Refused)
}

/// What staff need to know; what residents read of it sends them to the QR code and to the staff.
fn reason(fault: &PrintFault) -> String {
    match fault {
        PrintFault::NotReady(status) => format!("打印机未就绪：{}", status.staff_text()),
        PrintFault::Stopped(status) => format!("打印中途停下，凭条可能不全：{}", status.staff_text()),
        fault => chain(fault),
    }
}
