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
use civic_kiosk::print::transport::AddressError;
use civic_kiosk::print::{Address, Document, EscPosPrinter, PrintFault, Printer, Profile, receipt};
use jiff::Zoned;
use serde_json::json;

use crate::Common;
use crate::out::{self, Outcome};
use crate::{devices, record, values};

/// Largest text file; far more than one receipt holds.
const TEXT_BYTES_MAX: u64 = 256 * 1024;

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["record", "text", "test"])))]
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
    /// tcp://HOST:9100, file:PATH or /dev/usb/lp0.
    #[arg(long, value_name = "ADDRESS", value_parser = target, help = "打印机：tcp://主机:9100、file:文件 或 /dev/usb/lp0")]
    to: Target,
    /// Printer profile: generic-80, generic-58 or a .toml file.
    #[arg(
        long,
        value_name = "PROFILE",
        default_value = "generic-80",
        value_parser = values::profile,
        help = "打印机型号：generic-80、generic-58 或 .toml 文件"
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
    let Target { text: to, address } = args.to;
    let profile = args.profile;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
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
        PrintFault::NotReady(status) => format!("打印机未就绪：{}", devices::staff_text(*status)),
        PrintFault::Stopped(status) => format!("打印中途停下，凭条可能不全：{}", devices::staff_text(*status)),
        fault => chain(fault),
    }
}
