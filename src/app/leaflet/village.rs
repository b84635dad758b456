//! The village board: what a village is and owns, and its three boards month by month.
//! What must be public and is not is said, in words, before anything else of its board.

use crate::content::org::OrgKind;
use crate::content::schema::{Money, Month};
use crate::content::village::{AppliesTo, BoardEntry, BoardKind, Cycle, MandatoryItem};
use crate::content::{BoardMonth, Village, VillageRules};

use super::lists::inside_rows;
use super::parts::{
    day_text, group, heading, link, money_text, office_row, page, percent_of, reach, short_footer, text,
};
use super::{Around, Icon, Leaf, LeafKind, Leaflet, Row, Target};
use crate::store::{Of, Shelf};

/// Largest expenses that are shown on their own.
const TOP_EXPENSES: usize = 5;

/// A village: months, facts, assets, committee.
pub fn village(village: &Village, around: &Around<'_>) -> Leaflet {
    let mut page = page(&village.title, &village.about);
    inside_rows(&mut page, around, "公开栏");
    if page.pages.take().is_some() {
        let shelf = Shelf { kind: "month", of: Of::Inside(village.id.clone()) };
        page.rows.push(Row::new(Icon::Month, "全部月份", Target::List(shelf)));
    }
    if !village.facts.is_empty() {
        page.body.push(heading("基本情况"));
        page.body.extend(village.facts.iter().map(|fact| Leaf::field(&fact.name, &fact.value)));
    }
    if !village.assets.is_empty() {
        page.body.push(heading("集体资产"));
        if let Some(day) = village.assets_as_of {
            page.body.push(Leaf::new(LeafKind::Note, format!("截至{}，共{}项", day_text(day), village.assets.len())));
        }
        for asset in &village.assets {
            let value = asset.value.map_or(String::new(), |v| format!("，账面价值{}", money_text(v)));
            let note = [asset.place.as_str(), asset.status.as_str()].into_iter().filter(|t| !t.is_empty());
            let leaf = Leaf::field(&asset.name, format!("{}{}{value}", asset.qty, asset.unit));
            page.body.push(leaf.with_note(note.collect::<Vec<_>>().join(" · ")));
        }
        let total = Money(village.assets.iter().filter_map(|a| a.value).map(|m| m.0).sum());
        if total.0 > 0 {
            page.body.push(Leaf::field("账面价值合计", money_text(total)));
        }
    }
    if let Some(org) = around.hall.org(&village.org) {
        page.body.push(heading("怎么联系"));
        page.body.extend(reach(org));
    }
    page.body.push(short_footer(around, Some(&village.org), village.updated));
    page.links = office_row(around, &village.org).into_iter().collect();
    group(&mut page.links, "相关");
    page
}

/// One month: what is missing, the money, then party, village and money entries.
pub fn month(month: &BoardMonth, around: &Around<'_>) -> Leaflet {
    let mut page = page(&month.title, "党务、村务、财务公开");
    let rules = around.opened.near::<VillageRules>().next();
    let missing = rules.map_or(Vec::new(), |rules| missing(month, rules, around));
    for item in &missing {
        page.head.push(Leaf::new(LeafKind::Banner, format!("应公开未公开：{}", item.name)));
    }
    for board in [BoardKind::Party, BoardKind::Affairs, BoardKind::Finance] {
        page.body.push(heading(board.term()));
        if board == BoardKind::Finance {
            finance(month, &mut page.body);
        }
        let mut entries: Vec<&BoardEntry> = month.entries.iter().filter(|e| e.kind == board).collect();
        // What must be public stands first; within that, the office's order.
        entries.sort_by_key(|entry| entry.mandatory_id.is_empty());
        if entries.is_empty() {
            page.body.push(text("本月没有内容。"));
        }
        page.body.extend(entries.into_iter().map(|entry| entry_leaf(entry, rules)));
    }
    page.body.push(short_footer(around, Some(&month.org), None));
    let village = around.opened.near::<Village>().next();
    page.links =
        village.map(|v| link(Icon::Village, &v.title, &v.id).with_note("其他月份、集体资产")).into_iter().collect();
    page.links.extend(office_row(around, &month.org));
    group(&mut page.links, "相关");
    page
}

/// 期初 + 收入 − 支出 = 期末, as bars, and where most of the money went.
fn finance(month: &BoardMonth, body: &mut Vec<Leaf>) {
    let (Some(opening), Some(closing)) = (month.opening, month.closing) else { return };
    let (income, expense) = (month.income(), month.expense());
    let whole = [opening, income, expense, closing].map(|m| m.0).into_iter().max().unwrap_or(0);
    for (name, money) in [("期初结余", opening), ("本月收入", income), ("本月支出", expense), ("期末结余", closing)]
    {
        let percent = percent_of(money.0, whole);
        body.push(Leaf { value: money_text(money), percent, ..Leaf::new(LeafKind::Bar, name) });
    }
    let sum = format!("期初结余{}元，加收入{}元，减支出{}元，等于期末结余{}元。", opening, income, expense, closing);
    body.push(Leaf::new(LeafKind::Note, sum));
    let mut spent: Vec<(&BoardEntry, Money)> = month.entries.iter().filter_map(|e| Some((e, e.expense?))).collect();
    spent.sort_by_key(|(_, money)| -money.0);
    if spent.len() > 1 {
        body.push(Leaf::new(LeafKind::Subheading, "支出最多的几项"));
        for (entry, money) in spent.into_iter().take(TOP_EXPENSES) {
            let percent = percent_of(money.0, expense.0);
            let value = format!("{}，占支出的{percent}%", money_text(money));
            body.push(Leaf { value, percent, ..Leaf::new(LeafKind::Bar, &entry.item) });
        }
        body.push(Leaf::new(LeafKind::Subheading, "全部收支"));
    }
}

fn entry_leaf(entry: &BoardEntry, rules: Option<&VillageRules>) -> Leaf {
    let is_mandatory = rules.is_some_and(|r| r.items.iter().any(|item| item.id == entry.mandatory_id));
    let mut value: Vec<String> = Vec::new();
    value.extend(entry.income.map(|m| format!("收入{}", money_text(m))));
    value.extend(entry.expense.map(|m| format!("支出{}", money_text(m))));
    value.extend((!entry.text.is_empty()).then(|| entry.text.clone()));
    let said = |name: &str, text: &str| (!text.is_empty()).then(|| format!("{name}{text}"));
    let focus: Vec<_> = entry.focus.iter().map(|f| f.term()).collect();
    let note: Vec<String> = [
        is_mandatory.then(|| "必公开".to_owned()),
        Some(day_text(entry.date)),
        said("凭证", &entry.voucher),
        said("经手人", &entry.handler),
        said("审批人", &entry.approved_by),
        said("重点：", &focus.join("、")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let value = if value.is_empty() { "已公开".to_owned() } else { value.join("，") };
    Leaf::field(&entry.item, value).with_note(note.join(" · "))
}

/// The items that had to be public by the end of this month and are on no board of their period.
fn missing<'r>(month: &BoardMonth, rules: &'r VillageRules, around: &Around<'_>) -> Vec<&'r MandatoryItem> {
    let is_community = around.hall.org(&month.org).and_then(|org| org.kind) == Some(OrgKind::Community);
    let binds = |item: &&MandatoryItem| match item.applies_to {
        AppliesTo::Village => !is_community,
        AppliesTo::Community => is_community,
        AppliesTo::Both => true,
    };
    let has = |board: &BoardMonth, id: &str| board.entries.iter().any(|entry| entry.mandatory_id == id);
    let earlier: Vec<&BoardMonth> = around.opened.near::<BoardMonth>().collect();
    let is_missing = |item: &&MandatoryItem| {
        let Some(from) = period_ending(item.cycle, month.month) else { return false };
        let in_period = earlier.iter().filter(|m| m.month >= from && m.month < month.month);
        !has(month, &item.id) && !in_period.into_iter().any(|m| has(m, &item.id))
    };
    rules.items.iter().filter(binds).filter(is_missing).collect()
}

/// The first month of the period that ends with this month; none while the period still runs.
fn period_ending(cycle: Cycle, month: Month) -> Option<Month> {
    let months = match cycle {
        Cycle::Monthly => 1,
        Cycle::Quarterly => 3,
        Cycle::HalfYearly => 6,
        Cycle::Yearly => 12,
        // What is due when it happens cannot be called missing from the calendar alone.
        Cycle::Prompt => return None,
    };
    (month.month % months == 0).then(|| Month { month: month.month - months + 1, ..month })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_missing_only_when_its_period_is_over() {
        let month = |month| Month { year: 2026, month };
        assert_eq!(period_ending(Cycle::Monthly, month(5)), Some(month(5)));
        assert_eq!(period_ending(Cycle::Quarterly, month(5)), None);
        assert_eq!(period_ending(Cycle::Quarterly, month(6)), Some(month(4)));
        assert_eq!(period_ending(Cycle::HalfYearly, month(12)), Some(month(7)));
        assert_eq!(period_ending(Cycle::Yearly, month(12)), Some(month(1)));
        assert_eq!(period_ending(Cycle::Prompt, month(12)), None);
    }
}
