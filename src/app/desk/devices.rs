//! The devices on the staff page in words: how they stand, what was printed, which printer this is.
//! It knows no device itself; what nobody has told it stays unknown.

use jiff::{Timestamp, Zoned};

use super::super::model::{Model, Voice};
use super::words::{StandingCard, moment, standing};
use super::{Identifying, Machine, letters};
use crate::print::document::Document;
use crate::print::identify;
use crate::print::outcome::fact_text;
use crate::print::profile::Profile;
use crate::print::receipt;
use crate::print::slips::{Check, self_check};
use crate::print::spool::{Entry, State};
use crate::print::status::PrinterStatus;

/// Receipts on one page of the list.
pub const JOBS_ROWS: usize = 4;
/// Receipts that staff can look through.
pub const JOBS_MAX: usize = 40;

/// What is asked about the strip, with the answers to choose from, in the strip's order.
pub const QUESTIONS: [(&str, &[&str]); 4] = [
    ("A　哪一条黑杠最长，而且两头完整？", &["384", "512", "576", "640"]),
    ("B　三行里有几行印出了汉字？", &["0行", "1行", "2行", "3行"]),
    ("C　两条黑杠相距多少？", &["约10毫米", "约5毫米"]),
    ("D　纸切断了吗？", &["切断了", "没有切"]),
];

/// The receipts of the book, a page of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jobs {
    /// Those that need somebody first, then newest first.
    pub rows: Vec<JobRow>,
    /// Which page, from 0.
    pub page: usize,
    /// How many there are.
    pub pages: usize,
}

/// One receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its number in the book.
    pub id: i64,
    /// When, what, and who of the staff asked for it.
    pub title: String,
    /// What became of it.
    pub result: String,
    /// Somebody has to look.
    pub needs_care: bool,
    /// It can be printed once more.
    pub can_copy: bool,
}

/// Printer, paper and voice, each with a verdict.
pub fn cards(model: &Model) -> Vec<StandingCard> {
    let voice = voice(&model.voice);
    match &model.machine.printer {
        Some(profile) => vec![printer(model.printer, profile), paper(model.printer), voice],
        None => vec![
            StandingCard {
                name: "打印机".to_owned(), verdict: "本机没有打印机", needs_care: false, lines: vec![]
            },
            voice,
        ],
    }
}

fn printer(status: PrinterStatus, profile: &Profile) -> StandingCard {
    let facts = format!("{}，纸宽{}点，一行{}列", profile.name, profile.paper_width_dots, profile.columns);
    StandingCard {
        name: "打印机".to_owned(),
        verdict: status.staff_text(),
        needs_care: !status.can_print() || status == PrinterStatus::PaperLow,
        lines: vec![facts],
    }
}

/// What the printer says of its roll; what it does not say is not known.
fn paper(status: PrinterStatus) -> StandingCard {
    let (verdict, needs_care) = match status {
        PrinterStatus::Ready => ("有纸", false),
        PrinterStatus::PaperLow => ("快用完了", true),
        PrinterStatus::PaperOut => ("没有纸了", true),
        PrinterStatus::CoverOpen => ("盖子开着，看不出", true),
        PrinterStatus::CutterFault
        | PrinterStatus::Overheated
        | PrinterStatus::Fault
        | PrinterStatus::TicketWaiting => ("有纸，等打印机恢复", true),
        PrinterStatus::Offline | PrinterStatus::Silent | PrinterStatus::Unclear | PrinterStatus::Unreachable => {
            ("不知道，打印机没有说", true)
        }
        PrinterStatus::NotAsked => ("不知道，请打开盖子看", false),
    };
    StandingCard { name: "纸".to_owned(), verdict, needs_care, lines: Vec::new() }
}

fn voice(voice: &Voice) -> StandingCard {
    let (verdict, needs_care, lines) = match voice {
        Voice::Starting => ("正在启动", false, Vec::new()),
        Voice::Ready => ("可以朗读", false, Vec::new()),
        Voice::Absent(reason) => ("没有语音", true, vec![reason.clone()]),
    };
    StandingCard { name: "语音".to_owned(), verdict, needs_care, lines }
}

/// The test page, when there is a printer.
pub fn test_page(machine: &Machine, printed: &Zoned) -> Option<Document> {
    machine.printer.as_ref().map(|profile| receipt::test_page(profile, printed))
}

/// What the terminal knows about itself, on paper.
pub fn check_record(model: &Model, printed: &Zoned) -> Option<Document> {
    model.machine.printer.as_ref()?;
    let contents = model.upkeep.standing.iter().map(|one| (true, standing(one, Some(printed))));
    let devices = cards(model).into_iter().chain(letters::card(&model.upkeep, Some(printed)));
    let checks: Vec<Check> = contents
        .chain(devices.map(|card| (false, card)))
        .map(|(is_content, card)| Check {
            name: if is_content { format!("内容：{}", card.name) } else { card.name },
            is_well: !card.needs_care,
            finding: std::iter::once(card.verdict.to_owned()).chain(card.lines).collect::<Vec<_>>().join("\n"),
        })
        .collect();
    Some(self_check(&model.machine.name, &checks, printed))
}

/// A page of the receipts.
pub fn jobs(entries: &[Entry], now: Option<&Zoned>, page: usize) -> Jobs {
    let mut all: Vec<&Entry> = entries.iter().take(JOBS_MAX).collect();
    all.sort_by_key(|entry| entry.state != State::NeedsOperator);
    let pages = all.len().div_ceil(JOBS_ROWS);
    let page = page.min(pages.saturating_sub(1));
    let rows = all.iter().skip(page * JOBS_ROWS).take(JOBS_ROWS).map(|entry| job(entry, now)).collect();
    Jobs { rows, page, pages }
}

fn job(entry: &Entry, now: Option<&Zoned>) -> JobRow {
    let at = entry.queued.parse::<Timestamp>().map_or(String::new(), |at| format!("{} · ", moment(at, now)));
    let who = if entry.who.is_empty() { String::new() } else { format!(" · {}", entry.who) };
    let needs_care = entry.state == State::NeedsOperator;
    let fact = fact_text(&entry.fact);
    let state = if needs_care && !entry.has_payload {
        "个人的小票不留底，请居民重新打印"
    } else if entry.state == State::Printed && !fact.is_empty() {
        // The fact says more than the state.
        ""
    } else {
        entry.state.text()
    };
    let parts: Vec<&str> = [fact, state].into_iter().filter(|part| !part.is_empty()).collect();
    JobRow {
        id: entry.id,
        title: format!("{at}{}{who}", entry.title),
        result: parts.join("；"),
        needs_care,
        can_copy: needs_care && entry.has_payload,
    }
}

/// What the answers come to; none before all are given.
pub fn identified(identifying: &Identifying) -> Option<StandingCard> {
    let seen = identifying.seen()?;
    let lines = identify::differences(seen);
    let name = Profile::builtin(identify::profile(seen)).map_or(String::new(), |profile| profile.name);
    let verdict = if lines.is_empty() { "照原样可以用" } else { "可以用，这几处会照看到的改好" };
    Some(StandingCard { name, verdict, needs_care: false, lines })
}

#[cfg(test)]
mod tests {
    use super::super::super::model::Limits;
    use super::*;
    use crate::base::clock::china;
    use crate::print::document::Block;

    fn now() -> Zoned {
        "2026-11-20T01:30:00Z".parse::<Timestamp>().unwrap().to_zoned(china())
    }

    fn model(printer: PrinterStatus) -> Model {
        let limits = Limits {
            idle_s: 60,
            form_idle_s: 120,
            warning_s: 20,
            attract_turn_s: 10,
            has_printer: true,
            staff_idle_s: 120,
        };
        let profile = Some(Profile::builtin("generic-80").unwrap());
        let machine = Machine { name: "一楼一号机".to_owned(), printer: profile };
        Model { machine, printer, ..Model::new(limits) }
    }

    fn entry(id: i64, state: State, fact: &str) -> Entry {
        Entry {
            id,
            title: "小票".to_owned(),
            state,
            fact: fact.to_owned(),
            who: String::new(),
            is_copy: false,
            has_payload: state == State::NeedsOperator,
            queued: format!("2026-11-20T01:{id:02}:00Z"),
            changed: String::new(),
        }
    }

    #[test]
    fn every_state_of_the_printer_is_told_without_claiming_paper_that_nobody_saw() {
        for status in PrinterStatus::ALL {
            let cards = cards(&model(*status));
            assert_eq!(cards[0].verdict, status.staff_text());
            assert!(status.can_print() || cards[0].needs_care, "{status:?}");
            let says_paper = cards[1].verdict.starts_with("有纸");
            let hides_it = matches!(
                status,
                PrinterStatus::Silent | PrinterStatus::Unclear | PrinterStatus::Unreachable | PrinterStatus::NotAsked
            );
            assert!(!(says_paper && hides_it), "{status:?}");
        }
        let mut without = model(PrinterStatus::NotAsked);
        without.machine.printer = None;
        assert_eq!(cards(&without)[0].verdict, "本机没有打印机");
    }

    #[test]
    fn receipts_that_need_somebody_come_first_and_say_what_can_be_done() {
        let personal = Entry { has_payload: false, ..entry(3, State::NeedsOperator, "interrupted-sending") };
        let copy =
            Entry { who: "李红".to_owned(), title: "补打".to_owned(), ..entry(4, State::Printed, "confirmed") };
        let entries =
            [copy, personal, entry(2, State::NeedsOperator, "stopped"), entry(1, State::Expired, "visit-over")];
        let page = jobs(&entries, Some(&now()), 0);
        let rows: Vec<_> =
            page.rows.iter().map(|row| (row.title.as_str(), row.result.as_str(), row.can_copy)).collect();
        assert_eq!(
            rows,
            [
                ("今天 09:03 · 小票", "打印时程序中断或断电；个人的小票不留底，请居民重新打印", false),
                ("今天 09:02 · 小票", "打到一半停下，没有打全；需要查看，可以补打", true),
                ("今天 09:04 · 补打 · 李红", "打印机确认已出票", false),
                ("今天 09:01 · 小票", "居民已离开；已过期，没有打印", false),
            ]
        );
        let many: Vec<Entry> = (0..100).map(|_| entry(1, State::Printed, "sent")).collect();
        assert_eq!(jobs(&many, None, 99).pages, JOBS_MAX / JOBS_ROWS);
        assert_eq!(jobs(&[], None, 3), Jobs::default());
    }

    #[test]
    fn every_fact_that_the_book_can_hold_has_words_for_staff() {
        let facts = ["confirmed", "continued", "copied", "copying", "sent", "not-printable", "withdrawn", "visit-over"];
        let more = ["broken", "stopped", "too-old", "interrupted-queued", "unreachable", "paper-out"];
        for fact in facts.iter().chain(&more) {
            assert!(!fact_text(fact).is_empty(), "{fact}");
        }
        assert_eq!(fact_text("something new"), "");
    }

    #[test]
    fn four_answers_lead_to_a_profile_and_three_do_not() {
        let mut identifying = Identifying { chosen: [Some(2), Some(2), Some(0), None] };
        assert_eq!(identified(&identifying), None);
        identifying.chosen[3] = Some(1);
        let card = identified(&identifying).unwrap();
        assert_eq!((card.name.as_str(), card.lines), ("通用 80 毫米热敏打印机", vec!["cutter = \"none\"".to_owned()]));
        for (_, choices) in QUESTIONS {
            assert!((2..=4).contains(&choices.len()));
        }
        assert_eq!(QUESTIONS[0].1, identify::WIDTHS_DOTS.map(|width| width.to_string()));
    }

    #[test]
    fn the_self_check_is_what_the_page_shows() {
        let document = check_record(&model(PrinterStatus::PaperLow), &now()).unwrap();
        let texts: Vec<_> = document
            .blocks()
            .iter()
            .filter_map(|block| if let Block::Text { text, .. } = block { Some(text.as_str()) } else { None })
            .collect();
        for part in ["× 打印机", "纸快用完了，请备好新纸卷", "× 纸", "√ 语音", "2 项需要处理", "检查人签字："]
        {
            assert!(texts.contains(&part), "{part} is not in {texts:?}");
        }
    }
}
