//! Slips of what residents write: the receipt of a letter, a filled-in form for the counter, a blank one.
//! Whoever finds one learns no more of its owner than the masks of the form let through; only the codes of a filled slip
//! carry the answers whole, because the counter reads them. A personal slip never reaches a disk.

use jiff::Zoned;

use super::barcode::Barcode;
use super::document::{Align, Document, Rule, Size, Style};
use super::qr::Payload;
use super::receipt::{date_text, time_text};
use crate::content::form::{FieldKind, Form, FormField, condition};
use crate::content::letter::{LetterEntry, LetterKind, Number};
use crate::content::{Due, Site};

/// Longest title in large letters.
const LARGE_TITLE_CHARS_MAX: usize = 24;
/// Characters of an answer on a receipt; the whole of it is with the office.
const SHOWN_CHARS_MAX: usize = 60;
/// Bytes of one code of a filled slip: what narrow paper holds without cutting.
const CODE_BYTES_MAX: usize = 560;
/// Most codes of one slip: half a metre of paper.
const CODES_MAX: usize = 8;
/// Room to write on, in lines.
const TEXT_LINES: u8 = 4;

/// What was handed in.
#[derive(Clone, Copy)]
pub struct Receipted<'a> {
    /// What it is.
    pub kind: LetterKind,
    /// Its number.
    pub number: Option<&'a Number>,
    /// The form's or the page's title.
    pub title: &'a str,
    /// The office that answers.
    pub office: &'a str,
    /// When.
    pub at: &'a Zoned,
    /// By when it is answered.
    pub due: &'a Due,
    /// The form, where it is one.
    pub form: Option<&'a Form>,
    /// What was entered.
    pub entries: &'a [LetterEntry],
    /// Who wrote for somebody.
    pub helper: Option<&'a str>,
    /// How to ask about it.
    pub ask: &'a str,
}

/// What somebody keeps who handed something in.
pub fn letter_receipt(it: &Receipted<'_>, site: &Site) -> Document {
    let mut page = head(site, label(it.kind));
    page.text(it.title, large(it.title)).rule(Rule::Light);
    if let Some(number) = it.number {
        page.text("编号", Style::CENTER);
        page.text(number.as_str(), Style { size: Size::Tall, is_bold: true, align: Align::Center, indent: 0 });
        if let Ok(barcode) = Barcode::new(&number.as_str().replace('-', "")) {
            page.feed(1).barcode(barcode);
        }
        page.rule(Rule::Light);
    }
    page.pair("收件", it.office).pair("时间", &time_text(it.at)).pair("代填", it.helper.unwrap_or_default());
    for entry in it.entries {
        page.pair(&entry.label, &shown(it.form, entry));
    }
    due(&mut page, it.due);
    if let Some(form) = it.form {
        page.text(&form.fee, Style::BOLD);
    }
    page.text("内容已加密暂存在本机，送到收件单位后生效。", Style::PLAIN);
    page.pair("查询", it.ask);
    foot(page, site, it.at).personal()
}

/// A filled-in form for the counter; none when it is longer than the codes of a slip can carry.
pub fn filled_slip(
    form: &Form,
    entries: &[LetterEntry],
    office: &str,
    site: &Site,
    printed: &Zoned,
) -> Option<Document> {
    let codes = codes(&form.title, entries)?;
    let mut page = head(site, "填好的表格");
    page.text(&form.title, large(&form.title)).rule(Rule::Light).pair("交到", office);
    for entry in entries {
        page.pair(&entry.label, &shown(Some(form), entry));
    }
    page.rule(Rule::Light);
    page.text("二维码里是您填写的全部内容，请窗口工作人员扫码录入。", Style::BOLD);
    page.text("纸上隐藏了一部分个人信息。用完请收好或撕毁。", Style::PLAIN);
    for code in codes {
        page.feed(1).qr(Payload::Text(code));
    }
    Some(foot(page, site, printed).personal())
}

/// The questions alone, with room to write.
pub fn blank_slip(form: &Form, office: &str, site: &Site, printed: &Zoned) -> Document {
    let mut page = head(site, "空白样表");
    page.text(&form.title, large(&form.title)).rule(Rule::Light).pair("交到", office).pair("领空表", &form.blank_at);
    for group in &form.groups {
        let only = condition(&group.when).and_then(|(id, key)| {
            let field = form.field(id)?;
            Some(format!("（{}为“{}”的填写）", field.label, option(field, key)))
        });
        page.feed(1).text(&format!("{}{}", group.title, only.unwrap_or_default()), Style::BOLD);
        for field in &group.fields {
            question(&mut page, field);
        }
    }
    page.feed(1).text("带*的必须填写", Style::PLAIN).text(&form.fee, Style::BOLD);
    foot(page, site, printed)
}

fn question(page: &mut Document, field: &FormField) {
    let star = if field.is_required { "*" } else { "" };
    page.text(&format!("{}{star}", field.label), Style::PLAIN);
    if field.options.is_empty() {
        let lines = if field.kind == FieldKind::LongText { TEXT_LINES } else { 1 };
        for _ in 0..lines {
            page.feed(1).rule(Rule::Light);
        }
    } else {
        let options: Vec<String> = field.options.iter().map(|option| format!("□{}", option.label)).collect();
        page.text(&options.join("　"), Style::PLAIN.indented(3));
    }
    page.text(&field.hint, Style::PLAIN.indented(3));
}

fn option<'a>(field: &'a FormField, key: &str) -> &'a str {
    field.options.iter().find(|option| option.key == key).map_or("", |option| &option.label)
}

/// An answer as it may stand on paper that can be lost: masked as the form says, and nothing of what is personal and has
/// no mask.
fn shown(form: Option<&Form>, entry: &LetterEntry) -> String {
    let field = form.and_then(|form| form.field(&entry.id));
    match field {
        Some(FormField { mask: Some(mask), .. }) => mask.cover(&entry.text),
        Some(FormField { is_personal: true, .. }) => "（已填，此处不显示）".to_owned(),
        Some(_) | None => {
            let mut text: String = entry.text.chars().take(SHOWN_CHARS_MAX).collect();
            if text.len() < entry.text.len() {
                text.push('…');
            }
            text
        }
    }
}

/// What the codes of a filled slip say: title and part, then one line an answer. None when it is too much.
fn codes(title: &str, entries: &[LetterEntry]) -> Option<Vec<String>> {
    let lines = entries.iter().map(|entry| {
        let copy = if entry.copy > 0 { format!("（第{}份）", entry.copy + 1) } else { String::new() };
        format!("{}{copy}：{}", entry.label, entry.text.replace('\n', " "))
    });
    let whole = lines.collect::<Vec<_>>().join("\n");
    let room = CODE_BYTES_MAX.checked_sub(title.len() + " 8/8\n".len()).filter(|room| *room > 0)?;
    let mut parts = vec![String::new()];
    for c in whole.chars() {
        if parts.last().is_some_and(|part| part.len() + c.len_utf8() > room) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    let all = parts.len();
    let named = |(i, part): (usize, String)| format!("{title} {}/{all}\n{part}", i + 1);
    (all <= CODES_MAX).then(|| parts.into_iter().enumerate().map(named).collect())
}

fn due(page: &mut Document, due: &Due) {
    if *due == Due::Unpromised {
        return;
    }
    page.rule(Rule::Heavy).text(due.heading(), Style::CENTER);
    if let Some(day) = due.date() {
        page.text(&date_text(day), Style { size: Size::Double, is_bold: true, align: Align::Center, indent: 0 });
    }
    for note in due.notes() {
        page.text(&note, Style::PLAIN);
    }
    page.rule(Rule::Heavy);
}

fn label(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Application => "申请回执",
        LetterKind::Opinion => "意见建议回执",
        LetterKind::Mistake => "内容有误反馈回执",
        LetterKind::Survey => "问卷回执",
        LetterKind::Rating => "评价回执",
        LetterKind::Counts => "计数回执",
    }
}

fn large(title: &str) -> Style {
    let size = if title.chars().count() <= LARGE_TITLE_CHARS_MAX { Size::Double } else { Size::Normal };
    Style { size, is_bold: true, align: Align::Center, indent: 0 }
}

fn head(site: &Site, label: &str) -> Document {
    let mut page = Document::new();
    if site.is_sample {
        page.text("【样例】内容为演示而编，不作办事依据", Style::CENTER);
    }
    page.text(&site.hall, Style::CENTER).text(label, Style::CENTER).rule(Rule::Heavy);
    page
}

fn foot(mut page: Document, site: &Site, printed: &Zoned) -> Document {
    page.rule(Rule::Light).pair("热线", &site.hotline);
    page.text(&format!("{}打印", time_text(printed)), Style::CENTER).feed(1).cut();
    page
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::document::Block;
    use super::super::{Profile, text};
    use super::*;
    use crate::base::clock::china;
    use crate::base::id::RecordId;
    use crate::content::Record;
    use crate::content::form::Received;
    use crate::content::workdays::Deadline;
    use crate::content::workdays::Footing;

    const SECRETS: [&str; 4] = ["张三丰", "11010519491231002X", "13812345678", "柳林村12号"];

    fn read(id: &str, json: &str) -> Record {
        Record::from_bytes(&RecordId::parse(id).unwrap(), json.as_bytes()).unwrap()
    }

    fn site() -> Site {
        match read("site/main", include_str!("../../tests/data/print/site.json")) {
            Record::Site(site) => *site,
            _ => panic!("no site"),
        }
    }

    fn form() -> Form {
        match read("form/ysqgk", include_str!("../../tests/data/print/form.json")) {
            Record::Form(form) => *form,
            _ => panic!("no form"),
        }
    }

    fn at() -> Zoned {
        date(2026, 9, 10).at(9, 5, 0, 0).to_zoned(china()).unwrap()
    }

    fn entry(id: &str, label: &str, text: &str) -> LetterEntry {
        LetterEntry { id: id.into(), label: label.into(), copy: 0, text: text.into(), value: String::new() }
    }

    fn entries() -> Vec<LetterEntry> {
        vec![
            entry("desc", "信息名称或者内容描述", "2025年征地补偿标准"),
            entry("name", "姓名", SECRETS[0]),
            entry("idno", "居民身份证号码", SECRETS[1]),
            entry("tel", "联系电话", SECRETS[2]),
            entry("addr", "通信地址", SECRETS[3]),
        ]
    }

    fn by(received: Received) -> Due {
        let last = Deadline { due: date(2026, 10, 14), footing: Footing::Notices };
        Due::By { received, days: 20, last }
    }

    fn receipt_of(form: &Form, due: &Due) -> Document {
        let number = Number::new(date(2026, 9, 10), [1, 2, 3, 4, 5, 6, 7]);
        let it = Receipted {
            kind: LetterKind::Application,
            number: Some(&number),
            title: &form.title,
            office: "云川市人民政府办公室",
            at: &at(),
            due,
            form: Some(form),
            entries: &entries(),
            helper: Some("李红"),
            ask: "0999-5550000",
        };
        letter_receipt(&it, &site())
    }

    fn words(document: &Document) -> String {
        let parts = document.blocks().iter().map(|block| match block {
            Block::Text { text, .. } => text.clone(),
            Block::Pair { label, value } => format!("{label} {value}"),
            Block::Barcode(barcode) => format!("|{}|", barcode.text()),
            _ => String::new(),
        });
        parts.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_receipt_has_what_the_law_wants_and_tells_a_finder_nothing() {
        let form = form();
        let receipt = receipt_of(&form, &by(Received::Handed));
        let words = words(&receipt);
        assert!(receipt.is_personal(), "it never reaches the disk");
        for part in ["260910-3456-789", "|2609103456789", "张**", "002X", "138****5678", "2025年征地补偿标准", "李红"]
        {
            assert!(words.contains(part), "{part} is not in\n{words}");
        }
        for part in ["最迟答复日期\n2026年10月14日", "以提交之日为收到日", "不收", "送到收件单位后生效", "0999-5550000"]
        {
            assert!(words.contains(part), "{part} is not in\n{words}");
        }
        for secret in SECRETS {
            assert!(!words.contains(secret), "{secret}");
        }
    }

    #[test]
    fn the_receipt_says_from_which_day_the_limit_counts_and_nothing_where_none_is_promised() {
        let form = form();
        let confirmed = words(&receipt_of(&form, &by(Received::Confirmed)));
        assert!(confirmed.contains("如今天确认，最迟答复日期\n2026年10月14日"), "{confirmed}");
        let unknown = words(&receipt_of(&form, &Due::Unknown { received: Received::Handed, days: 20 }));
        assert!(unknown.contains("本机日期不准") && !unknown.contains("2026年10月"), "{unknown}");
        let nothing = words(&receipt_of(&form, &Due::Unpromised));
        assert!(!nothing.contains("答复"), "{nothing}");
    }

    #[test]
    fn the_codes_of_a_filled_slip_carry_every_answer_whole() {
        let mut entries = entries();
        entries[0].text = "征".repeat(900);
        let slip = filled_slip(&form(), &entries, "办公室", &site(), &at()).unwrap();
        assert!(slip.is_personal());
        let codes: Vec<String> = slip
            .blocks()
            .iter()
            .filter_map(|block| match block {
                Block::Qr(payload) => Some(payload.as_str().to_owned()),
                _ => None,
            })
            .collect();
        assert!(codes.len() > 1 && codes.iter().all(|code| code.len() <= CODE_BYTES_MAX), "{}", codes.len());
        let whole: String = codes.iter().map(|code| code.split_once('\n').unwrap().1).collect();
        let lines: Vec<String> = entries.iter().map(|entry| format!("{}：{}", entry.label, entry.text)).collect();
        assert_eq!(whole, lines.join("\n"));
        let words = words(&slip);
        assert!(SECRETS.iter().all(|secret| !words.contains(secret)), "{words}");
        entries[0].text = "征".repeat(2_000);
        assert!(filled_slip(&form(), &entries, "办公室", &site(), &at()).is_none(), "nothing is cut off");
    }

    #[test]
    fn a_blank_slip_asks_everything_and_is_nobody_s() {
        let form = form();
        let slip = blank_slip(&form, "办公室", &site(), &at());
        let words = words(&slip);
        assert!(!slip.is_personal());
        for field in form.groups.iter().flat_map(|group| &group.fields) {
            assert!(words.contains(&field.label), "{} is not in\n{words}", field.label);
        }
        assert!(words.contains("□公民　□法人或者其他组织") && words.contains("申请人是为“公民”的填写"), "{words}");
    }

    #[test]
    fn every_slip_is_set_for_every_paper() {
        let form = form();
        let filled = filled_slip(&form, &entries(), "办公室", &site(), &at()).unwrap();
        let blank = blank_slip(&form, "办公室", &site(), &at());
        for profile in ["generic-80", "generic-58", "epson-tm-t88"] {
            let profile = Profile::builtin(profile).unwrap();
            for slip in [&receipt_of(&form, &by(Received::Handed)), &filled, &blank] {
                text::encode(slip, &profile).unwrap();
            }
        }
    }
}
