//! Slips besides notices and digests: forms, applications and suggestions, the staff's self-check, tests.
//! Personal data comes in unmasked and leaves masked; nothing here promises more than it is given.

use jiff::Zoned;
use jiff::civil::Date;

use super::barcode::Barcode;
use super::document::{Align, Document, Rule, Size, Style};
use super::profile::Profile;
use super::qr::{self, Payload};
use super::receipt::{date_text, section, time_text};
use super::repertoire::Repertoire;
use crate::content::Site;
use crate::content::form::{FieldMask, covered};

/// Characters of an address that may be seen: about province and county.
const ADDRESS_CHARS_SHOWN: usize = 6;
/// Characters of which the test page shows one each, of the standards that printers have.
const SAMPLE_GB2312: &str = "啊阿埃挨哎唉哀皑癌蔼矮艾碍爱隘鞍氨安俺按";
const SAMPLE_GBK: &str = "镕堃喆禤煊赟昇珺曌龘";
const SAMPLE_GB18030: &str = "㼆𠮷𬭊䶮㛃𫖯";

/// One line of a self-check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// It is well.
    pub is_well: bool,
    /// What was found.
    pub finding: String,
}

/// One answer of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled<'a> {
    /// The question, short.
    pub label: &'a str,
    /// The answer, whole.
    pub value: &'a str,
    /// What of it may be shown.
    pub sort: Sort,
}

/// How much of an answer may stand on paper that can be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// All of it.
    Open,
    /// The first character.
    Name,
    /// The last four characters.
    IdCard,
    /// The first three and the last four.
    Phone,
    /// The county: the first six characters.
    Address,
}

impl Sort {
    /// The answer as it may be shown.
    pub fn masked(self, value: &str) -> String {
        match self {
            Self::Open => value.trim().to_owned(),
            Self::Name => masked_name(value),
            Self::IdCard => masked_id(value),
            Self::Phone => masked_phone(value),
            Self::Address => covered(value.trim(), ADDRESS_CHARS_SHOWN, 0),
        }
    }
}

/// What a resident handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application<'a> {
    /// Its number: letters and digits.
    pub number: &'a str,
    /// What it is, such as 政府信息公开申请.
    pub what: &'a str,
    /// The office that answers.
    pub office: &'a str,
    /// The applicant's name, whole.
    pub name: &'a str,
    /// Identity number, whole; may be empty.
    pub id_card: &'a str,
    /// Telephone, whole; may be empty.
    pub phone: &'a str,
    /// Last day of the answer.
    pub due: Date,
    /// The holidays of that year are not published yet.
    pub is_estimate: bool,
    /// How to ask about it.
    pub ask: &'a str,
}

/// What somebody filled in, to take home: masked on the paper and in the code, which carries the same lines.
pub fn form_summary(title: &str, fields: &[Filled<'_>], url: Option<&str>, site: &Site, printed: &Zoned) -> Document {
    let mut page = head(site, "填表摘要");
    page.text(title, large(title)).feed(1).rule(Rule::Light);
    let mut lines = vec![title.to_owned()];
    for field in fields {
        let value = field.sort.masked(field.value);
        if !value.is_empty() {
            lines.push(format!("{}：{value}", field.label));
            page.pair(field.label, &value);
        }
    }
    page.text("个人信息已部分隐藏。", Style::PLAIN);
    foot(page, Some(qr::page_payload(url, &lines.join("\n"), site)), site, printed).personal()
}

/// What the terminal found out about itself, for the folder of the staff.
pub fn self_check(terminal: &str, checks: &[Check], printed: &Zoned) -> Document {
    let mut page = Document::new();
    page.title("自检记录").feed(1).pair("终端", terminal).pair("时间", &time_text(printed)).rule(Rule::Heavy);
    for check in checks {
        let mark = if check.is_well { "√" } else { "×" };
        page.text(&format!("{mark} {}", check.name), if check.is_well { Style::PLAIN } else { Style::BOLD });
        if !check.finding.is_empty() {
            page.text(&check.finding, Style::PLAIN.indented(3));
        }
    }
    let troubles = checks.iter().filter(|check| !check.is_well).count();
    page.rule(Rule::Heavy);
    let verdict = if troubles == 0 { "全部正常".to_owned() } else { format!("{troubles} 项需要处理") };
    page.text(&verdict, Style::BOLD).feed(1).text("检查人签字：", Style::PLAIN).feed(2).cut();
    page
}

/// What the applicant keeps: number, limit, and that it costs nothing. Personal data is masked.
pub fn application_receipt(it: &Application<'_>, site: &Site, printed: &Zoned) -> Document {
    let mut page = head(site, "受理回执");
    page.text(it.what, large(it.what)).feed(1).rule(Rule::Light);
    page.pair("编号", it.number).pair("申请人", &masked_name(it.name)).pair("证件号", &masked_id(it.id_card));
    page.pair("电话", &masked_phone(it.phone)).pair("受理", it.office).pair("时间", &time_text(printed));
    page.rule(Rule::Heavy);
    page.text("最迟答复日期", Style::CENTER);
    page.text(&date_text(it.due), Style { size: Size::Double, is_bold: true, align: Align::Center, indent: 0 });
    if it.is_estimate {
        page.feed(1).text("次年放假安排未公布，按周末推算，可能顺延", Style::CENTER);
    }
    page.rule(Rule::Heavy).text("不收取费用", Style::BOLD).pair("查询", it.ask);
    numbered(page, it.number, site, printed).personal()
}

/// What somebody keeps who made a suggestion; it names nobody.
pub fn suggestion_slip(number: &str, office: &str, ask: &str, site: &Site, printed: &Zoned) -> Document {
    let mut page = head(site, "意见建议回执");
    page.pair("编号", number).pair("收件", office).pair("时间", &time_text(printed)).pair("查询", ask);
    page.text("感谢您的意见，处理结果可凭编号查询。", Style::PLAIN);
    numbered(page, number, site, printed).personal()
}

/// Ruler, grey bar, samples of the font, sizes, a code and the cut: what it takes to judge a printer and its profile.
pub fn test_page(profile: &Profile, printed: &Zoned) -> Document {
    let mut page = Document::new();
    page.title("打印测试页").feed(1);
    page.pair("打印机", &profile.name);
    page.pair("纸宽", &format!("{} 点，一行 {} 列", profile.paper_width_dots, profile.columns));
    page.pair("时间", &time_text(printed));
    section(&mut page, "列标尺（两端应正好到边）");
    let tens: String = (1..=profile.columns).map(|n| if n % 10 == 0 { digit(n / 10) } else { ' ' }).collect();
    let ones: String = (1..=profile.columns).map(digit).collect();
    page.text(&tens, Style::PLAIN).text(&ones, Style::PLAIN);
    section(&mut page, "灰度条（应均匀，没有白线）");
    let half = profile.columns / 4;
    // The shaded block is a GBK sign; GB 2312 has only the square.
    let bar = match profile.repertoire {
        Repertoire::Gb2312 => "■".repeat(2 * half),
        Repertoire::Gbk | Repertoire::Gb18030 => format!("{}{}", "▓".repeat(half), "█".repeat(half)),
    };
    page.text(&bar, Style::PLAIN);
    section(&mut page, "字样（应与屏幕一致）");
    page.text("政务公开　老年人优待证　身份证复印件", Style::PLAIN);
    page.text("，。、；：？！“”‘’（）《》【】…—·￥％℃№", Style::PLAIN);
    page.text("ABCDEFG abcdefg 0123456789 +-*/=@#%&", Style::PLAIN);
    page.pair("国标一级", SAMPLE_GB2312);
    match profile.repertoire {
        Repertoire::Gb2312 => {}
        Repertoire::Gbk => {
            page.pair("GBK", SAMPLE_GBK);
        }
        Repertoire::Gb18030 => {
            page.pair("GBK", SAMPLE_GBK).pair("GB18030", SAMPLE_GB18030);
        }
    }
    page.text("常规　", Style::PLAIN).text("加粗", Style::BOLD);
    page.text("加高", Style { size: Size::Tall, ..Style::PLAIN });
    page.text("放大", Style { size: Size::Double, ..Style::PLAIN });
    section(&mut page, "对齐");
    page.text("左", Style::PLAIN).text("中", Style::CENTER).text("右", Style { align: Align::Right, ..Style::PLAIN });
    section(&mut page, "二维码（应能扫出“打印测试页”）");
    page.feed(1).qr(Payload::Text("打印测试页".to_owned()));
    page.text("测试完", Style::CENTER).feed(1).cut();
    page
}

/// `张三` → `张*`, `欧阳小明` → `欧***`: the first character stays.
pub fn masked_name(name: &str) -> String {
    FieldMask::Name.cover(name)
}

/// The last four of an identity number stay.
pub fn masked_id(number: &str) -> String {
    FieldMask::LastFour.cover(number)
}

/// `13812345678` → `138****5678`.
pub fn masked_phone(number: &str) -> String {
    FieldMask::Phone.cover(number)
}

fn digit(n: usize) -> char {
    char::from(b'0' + (n % 10) as u8)
}

fn large(title: &str) -> Style {
    let size = if title.chars().count() <= 24 { Size::Double } else { Size::Normal };
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

fn foot(mut page: Document, code: Option<Payload>, site: &Site, printed: &Zoned) -> Document {
    page.rule(Rule::Light).pair("热线", &site.hotline);
    if let Some(code) = code {
        page.feed(1).qr(code);
    }
    page.text(&format!("{}打印", time_text(printed)), Style::CENTER).feed(1).cut();
    page
}

/// The number as a barcode, for the window.
fn numbered(mut page: Document, number: &str, site: &Site, printed: &Zoned) -> Document {
    if let Ok(barcode) = Barcode::new(number) {
        page.feed(1).barcode(barcode);
    }
    foot(page, None, site, printed)
}

#[cfg(test)]
mod tests {
    use super::super::document::Block;
    use super::*;

    fn site() -> Site {
        let json = include_str!("../../tests/data/print/site.json");
        let id = crate::base::id::RecordId::parse("site/main").unwrap();
        match crate::content::Record::from_bytes(&id, json.as_bytes()).unwrap() {
            crate::content::Record::Site(site) => *site,
            _ => panic!("no site"),
        }
    }

    fn printed() -> Zoned {
        jiff::civil::date(2026, 9, 10).at(9, 5, 0, 0).to_zoned(crate::base::clock::china()).unwrap()
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
    fn personal_data_is_masked() {
        assert_eq!(masked_name("张三"), "张*");
        assert_eq!(masked_name("欧阳小明"), "欧***");
        assert_eq!(masked_id("11010519491231002X"), "**************002X");
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone(" 0999-5550000 "), "099*****0000");
        assert_eq!(masked_id("110105491231002"), "***********1002");
        assert_eq!(masked_name(" 买买提·艾合买提 "), "买*******");
        assert_eq!(Sort::Address.masked("云川市老岭县柳林村12号"), "云川市老岭县******");
        assert_eq!((Sort::Address.masked("柳林村"), Sort::Open.masked(" 甲 ")), ("***".into(), "甲".into()));
        assert_eq!(
            (masked_phone("12345"), masked_id("123"), masked_name("")),
            ("*****".into(), "***".into(), String::new())
        );
    }

    #[test]
    fn an_application_receipt_has_what_the_law_wants_and_no_more() {
        let receipt = application_receipt(
            &Application {
                number: "YSQ202609001",
                what: "政府信息公开申请",
                office: "云川市民政局",
                name: "张三丰",
                id_card: "11010519491231002X",
                phone: "13812345678",
                due: jiff::civil::date(2026, 10, 14),
                is_estimate: false,
                ask: "0999-5550000",
            },
            &site(),
            &printed(),
        );
        let words = words(&receipt);
        for part in ["YSQ202609001", "张**", "002X", "138****5678", "2026年10月14日", "不收取费用", "|YSQ202609001|"]
        {
            assert!(words.contains(part), "{part} is not in\n{words}");
        }
        for secret in ["张三丰", "11010519491231002X", "13812345678"] {
            assert!(!words.contains(secret), "{secret}");
        }
    }

    #[test]
    fn the_test_page_is_set_in_the_printers_own_font_whichever_it_has() {
        for repertoire in [Repertoire::Gb2312, Repertoire::Gbk, Repertoire::Gb18030] {
            let profile = Profile { repertoire, ..Profile::builtin("generic-80").unwrap() };
            super::super::text::encode(&test_page(&profile, &printed()), &profile).unwrap();
        }
    }

    #[test]
    fn a_self_check_counts_its_troubles_and_leaves_room_to_sign() {
        let check = |is_well| Check { name: "打印机".to_owned(), is_well, finding: "缺纸".to_owned() };
        let words = words(&self_check("一楼", &[check(true), check(false)], &printed()));
        assert!(words.contains("× 打印机") && words.contains("1 项需要处理") && words.contains("签字"), "{words}");
    }

    #[test]
    fn a_form_summary_shows_who_it_is_to_nobody_neither_on_paper_nor_in_the_code() {
        let field = |label, value, sort| Filled { label, value, sort };
        let fields = [
            field("姓名", "张三丰", Sort::Name),
            field("证件号", "11010519491231002X", Sort::IdCard),
            field("电话", "13812345678", Sort::Phone),
            field("住址", "云川市老岭县柳林村12号", Sort::Address),
            field("申请内容", "2025年征地补偿标准", Sort::Open),
            field("邮箱", "", Sort::Open),
        ];
        let document = form_summary("政府信息公开申请表", &fields, None, &site(), &printed());
        assert!(document.is_personal(), "it never reaches the disk");
        let code = document.blocks().iter().find_map(|block| match block {
            Block::Qr(payload) => Some(payload.as_str().to_owned()),
            _ => None,
        });
        for text in [words(&document), code.unwrap()] {
            for part in ["张**", "002X", "138****5678", "云川市老岭县", "2025年征地补偿标准"] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
            for secret in ["张三丰", "11010519491231002X", "13812345678", "柳林村", "邮箱"] {
                assert!(!text.contains(secret), "{secret} is in\n{text}");
            }
        }
    }

    #[test]
    fn a_suggestion_slip_names_nobody_and_is_not_written_down() {
        let slip = suggestion_slip("JY001", "咨询台", "12345", &site(), &printed());
        assert!(words(&slip).contains("编号 JY001") && slip.is_personal());
    }
}
