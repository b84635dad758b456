//! Slips of the staff: the self-check, and the page that shows what a printer can do.
//! Nothing of a resident stands on them.

use jiff::Zoned;

use super::document::{Align, Document, Rule, Size, Style};
use super::profile::Profile;
use super::qr::Payload;
use super::receipt::{section, time_text};
use super::repertoire::Repertoire;

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

fn digit(n: usize) -> char {
    char::from(b'0' + (n % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::document::Block;
    use super::*;

    fn printed() -> Zoned {
        jiff::civil::date(2026, 9, 10).at(9, 5, 0, 0).to_zoned(crate::base::clock::china()).unwrap()
    }

    fn words(document: &Document) -> String {
        let parts = document.blocks().iter().map(|block| match block {
            Block::Text { text, .. } => text.clone(),
            Block::Pair { label, value } => format!("{label} {value}"),
            _ => String::new(),
        });
        parts.collect::<Vec<_>>().join("\n")
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
}
