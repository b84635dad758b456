//! The scores as one page: no script, nothing fetched, every text escaped, made for A4.
//! Colours never stand alone: each has its word and its shape.

use std::fmt::Write;

use super::{
    Colour, Deduction, ERROR_WEIGHT, GREEN_FROM, Indicators, OfficeScore, Score, Share, WARNING_WEIGHT, WEIGHTS,
    YELLOW_FROM,
};
use crate::author::lint::rule;
use crate::author::problem::{Level, Problem};

/// Most problems of one rule that are told for one office; the table of deductions has all of them.
const TOLD_MAX: usize = 8;
const STYLE: &str = include_str!("page.css");

/// The whole page.
pub fn html(score: &Score) -> String {
    let mut page = String::new();
    // Writing into a text does not fail.
    let _ = write_page(&mut page, score);
    page
}

fn write_page(page: &mut String, score: &Score) -> std::fmt::Result {
    let title = format!("{} · 内容评分", score.hall);
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(&title)
    )?;
    write_head(page, score)?;
    write_ranking(page, score)?;
    for office in score.offices.iter().filter(|office| !office.deductions.is_empty()) {
        write_office(page, office)?;
    }
    write_common(page, score)?;
    write_method(page, score)?;
    page.write_str("</main>\n</body>\n</html>\n")
}

fn write_head(page: &mut String, score: &Score) -> std::fmt::Result {
    let (year, month, day) = (score.today.year(), score.today.month(), score.today.day());
    let sample = if score.is_sample { "<span class=\"sample\">示例内容</span>" } else { "" };
    let count = score.offices.len();
    write!(
        page,
        "<header>\n<p class=\"hall\">{}{sample}</p>\n<h1>政务公开内容评分</h1>\n\
         <p class=\"day\">{year}年{month}月{day}日 · {count}个单位</p>\n</header>\n<section class=\"sums\">\n",
        escaped(&score.hall)
    )?;
    for colour in [Colour::Green, Colour::Yellow, Colour::Red] {
        let (class, mark) = (class(colour), mark(colour));
        let range = match colour {
            Colour::Green => format!("{GREEN_FROM}分及以上"),
            Colour::Yellow => format!("{YELLOW_FROM}至{}分", GREEN_FROM - 1),
            Colour::Red => format!("{YELLOW_FROM}分以下"),
        };
        let n = score.count(colour);
        writeln!(
            page,
            "<div class=\"sum {class}\"><p>{mark}</p><p class=\"n\">{n}<small>个</small></p><p>{range}</p></div>"
        )?;
    }
    page.write_str("</section>\n<section class=\"indicators\">\n")?;
    for (name, share) in Indicators::NAMES.iter().zip(score.indicators.shares()) {
        writeln!(
            page,
            "<div><p>{name}</p><p class=\"n\">{share}</p>{}<p class=\"of\">{}</p></div>",
            bar(share),
            of(share)
        )?;
    }
    page.write_str("</section>\n")
}

fn of(share: Share) -> String {
    if share.whole == 0 {
        "没有可以计算的事项".to_owned()
    } else {
        format!("{} / {}", share.part, share.whole)
    }
}

/// A bar as wide as the share; a drawing, not a text.
fn bar(share: Share) -> String {
    let width = share.per_mille().unwrap_or(0).min(1_000);
    format!("<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{}.{}%\"></i></span>", width / 10, width % 10)
}

fn write_ranking(page: &mut String, score: &Score) -> std::fmt::Result {
    page.write_str(
        "<section>\n<h2>各单位得分</h2>\n<table class=\"ranking\">\n<thead><tr><th>单位</th><th>等级</th>\
         <th class=\"num\">得分</th><th></th><th class=\"num\">内容</th><th class=\"num\">错误</th><th class=\"num\">提醒</th>",
    )?;
    for name in Indicators::NAMES {
        // A heading of two lines keeps the column narrow.
        let middle = ["完整", "压缩", "比例"].iter().find_map(|word| name.find(word)).unwrap_or(name.len());
        let (first, second) = name.split_at(middle);
        write!(page, "<th class=\"num\">{first}<br>{second}</th>")?;
    }
    page.write_str("</tr></thead>\n<tbody>\n")?;
    for office in &score.offices {
        let (class, name, points) = (class(office.colour()), escaped(&office.name), office.points);
        let (errors, warnings) = (office.count(Level::Error), office.count(Level::Warning));
        let name =
            if office.deductions.is_empty() { name } else { format!("<a href=\"#{}\">{name}</a>", anchor(office)) };
        let points_bar = bar(Share { part: points.into(), whole: super::FULL_POINTS.into() });
        write!(
            page,
            "<tr class=\"{class}\"><td>{name}</td><td>{}</td><td class=\"num points\">{points}</td><td>{points_bar}</td>\
             <td class=\"num\">{}</td><td class=\"num\">{errors}</td><td class=\"num\">{warnings}</td>",
            mark(office.colour()),
            office.records,
        )?;
        for share in office.indicators.shares() {
            write!(page, "<td class=\"num\">{share}</td>")?;
        }
        page.write_str("</tr>\n")?;
    }
    page.write_str("</tbody>\n</table>\n")?;
    if !score.silent.is_empty() {
        let names: Vec<_> = score.silent.iter().map(|name| escaped(name)).collect();
        writeln!(page, "<p class=\"note\">没有发布内容、不评分的单位：{}。</p>", names.join("、"))?;
    }
    page.write_str("</section>\n")
}

fn write_office(page: &mut String, office: &OfficeScore) -> std::fmt::Result {
    let (class, points) = (class(office.colour()), office.points);
    let lost: u32 = office.deductions.iter().map(|d| d.points).sum();
    writeln!(
        page,
        "<section class=\"office {class}\" id=\"{}\">\n<h2>{}<span class=\"score\">{} {points}分</span></h2>\n\
         <p class=\"note\">{}</p>",
        anchor(office),
        escaped(&office.name),
        mark(office.colour()),
        sum_line(lost, points),
    )?;
    for deduction in &office.deductions {
        write_deduction(page, deduction)?;
    }
    page.write_str("</section>\n")
}

fn sum_line(lost: u32, points: u32) -> String {
    let full = super::FULL_POINTS;
    match lost {
        lost if lost > full => format!("{full}分起，共扣{lost}分，扣完为止。"),
        lost => format!("{full} − {lost} = {points}分"),
    }
}

fn write_deduction(page: &mut String, deduction: &Deduction) -> std::fmt::Result {
    let (count, weight) = (deduction.problems.len(), deduction.weight);
    let is_capped =
        deduction.points == weight.cap && u64::from(weight.each).saturating_mul(len(count)) > u64::from(weight.cap);
    let capped = if is_capped { format!("，最多扣{}分", weight.cap) } else { String::new() };
    writeln!(
        page,
        "<div class=\"deduction\">\n<h3><b>{}</b> {}<span>{}处 × {}分{capped}<em>−{}</em></span></h3>\n<ul>",
        deduction.rule,
        escaped(deduction.asks()),
        count,
        weight.each,
        deduction.points,
    )?;
    for (problem, title) in deduction.problems.iter().take(TOLD_MAX) {
        write_problem(page, problem, title)?;
    }
    if count > TOLD_MAX {
        writeln!(page, "<li class=\"more\">另有{}处，见 deductions.csv</li>", count - TOLD_MAX)?;
    }
    page.write_str("</ul>\n</div>\n")
}

fn len(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn write_problem(page: &mut String, problem: &Problem, title: &str) -> std::fmt::Result {
    let mut place = problem.file.display().to_string();
    if let Some(row) = problem.row {
        let _ = write!(place, " 第{row}行");
    }
    let title = if title.is_empty() { String::new() } else { format!("<q>{}</q>", escaped(title)) };
    writeln!(page, "<li>{title}{} <code>{}</code></li>", escaped(&problem.message), escaped(&place))
}

fn write_common(page: &mut String, score: &Score) -> std::fmt::Result {
    if score.common.is_empty() {
        return Ok(());
    }
    page.write_str("<section class=\"office\">\n<h2>大厅公共内容</h2>\n<p class=\"note\">不属于某一个单位，不扣分。</p>\n<div class=\"deduction\"><ul>\n")?;
    for problem in score.common.iter().take(TOLD_MAX * 4) {
        write_problem(page, problem, "")?;
    }
    if score.common.len() > TOLD_MAX * 4 {
        writeln!(page, "<li class=\"more\">另有{}处，见 deductions.csv</li>", score.common.len() - TOLD_MAX * 4)?;
    }
    page.write_str("</ul></div>\n</section>\n")
}

fn write_method(page: &mut String, score: &Score) -> std::fmt::Result {
    let full = super::FULL_POINTS;
    writeln!(
        page,
        "<section class=\"method\">\n<h2>怎么算的</h2>\n<p>每个单位从{full}分算起。内容检查每发现一处问题扣一次分；同一条规则扣到上限为止，\
         各条规则相加，扣完为止。{GREEN_FROM}分及以上为绿，{YELLOW_FROM}至{}分为黄，{YELLOW_FROM}分以下为红。</p>\n\
         <table>\n<thead><tr><th>问题</th><th class=\"num\">每处扣</th><th class=\"num\">最多扣</th></tr></thead>\n<tbody>",
        GREEN_FROM - 1
    )?;
    let mut row = |name: &str, weight: super::Weight| {
        writeln!(
            page,
            "<tr><td>{name}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>",
            weight.each, weight.cap
        )
    };
    row("错误（不改好不能发布）", ERROR_WEIGHT)?;
    for (id, weight) in WEIGHTS {
        let asks = rule(id).map_or("", |rule| rule.asks);
        row(&format!("{id} {}", escaped(asks)), *weight)?;
    }
    row("其他提醒", WARNING_WEIGHT)?;
    writeln!(
        page,
        "</tbody>\n</table>\n<dl>\n<dt>事项入库完整率</dt><dd>有办事指南的事项 ÷ 全部事项（办事指南和事项目录，重名的只算一次）</dd>\n\
         <dt>办事指南完整度</dt><dd>写清的要素 ÷ 应写的要素（每份指南11项：名称、依据、条件、材料、地点、机构、收费、时间、时限、电话、流程）</dd>\n\
         <dt>时限压缩度</dt><dd>（法定时限 − 承诺时限）÷ 法定时限，各事项相加；没有法定时限或者两个时限单位不同的不算</dd>\n\
         <dt>即办件比例</dt><dd>即办件 ÷ 有办事指南的事项</dd>\n</dl>\n<p class=\"note\">按{}的内容文件计算，同样的文件、同样的日期，结果不变。</p>\n</section>",
        score.today
    )
}

/// The shape and the word of a colour.
fn mark(colour: Colour) -> String {
    format!("<span class=\"mark\"><i aria-hidden=\"true\">{}</i>{}</span>", colour.shape(), colour.term())
}

fn class(colour: Colour) -> &'static str {
    match colour {
        Colour::Green => "green",
        Colour::Yellow => "yellow",
        Colour::Red => "red",
    }
}

/// Ids hold letters, digits and hyphens only, but nothing goes into the page unescaped.
fn anchor(office: &OfficeScore) -> String {
    escaped(&format!("o-{}", office.id.name()))
}

/// A text as it may stand in HTML, in quotes or not.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_an_office_wrote_becomes_part_of_the_page() {
        assert_eq!(escaped("<script>\"a\" & 'b'"), "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;");
    }

    #[test]
    fn the_sum_says_when_nothing_is_left() {
        assert_eq!(sum_line(13, 87), "100 − 13 = 87分");
        assert_eq!(sum_line(100, 0), "100 − 100 = 0分");
        assert_eq!(sum_line(140, 0), "100分起，共扣140分，扣完为止。");
    }
}
