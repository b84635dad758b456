//! The pages of the standard catalogues: a field with its entries, an entry with all its elements.
//! What is withheld shows the ground, never a body.

use crate::content::catalogue::{Audience, DisclosureMode, Ground};
use crate::content::{CatalogueField, Entry};

use super::lists::inside_rows;
use super::parts::{group, heading, link, office_row, page, reference, short_footer, text};
use super::{Around, Icon, Leaf, LeafKind, Leaflet};

/// A field: who answers for it, and its entries.
pub fn field(field: &CatalogueField, around: &Around<'_>) -> Leaflet {
    let mut page = page(&field.name, &field.about);
    let rows = inside_rows(&mut page, around, "公开事项");
    if rows == 0 {
        page.body.push(text("本领域暂无目录。"));
    }
    page.links = field.orgs.iter().filter_map(|id| office_row(around, id)).collect();
    group(&mut page.links, "责任单位");
    page.body.push(short_footer(around, field.orgs.first(), None));
    page
}

/// An entry: the five questions in sentences, then every element.
pub fn entry(entry: &Entry, around: &Around<'_>) -> Leaflet {
    let title = if entry.item2.is_empty() { &entry.item1 } else { &entry.item2 };
    let mut page = page(title, "");
    page.head.truncate(1);
    let field = around.opened.title_of(&entry.field).unwrap_or_default();
    page.head.push(Leaf::new(LeafKind::Note, format!("{field} · 第{}项 · {}公开", entry.no, entry.mode.term())));
    if let Some(ground) = entry.ground {
        page.head.insert(0, Leaf::new(LeafKind::Banner, format!("不予公开：{}", ground_text(ground))));
    }
    page.body.push(heading("五问"));
    page.body.extend(five_questions(entry).map(text));
    page.body.push(heading("公开要素"));
    page.body.extend(elements(entry, field));
    page.body.push(short_footer(around, entry.office.as_ref(), entry.updated));
    // The body of what is withheld is never one touch away.
    let shown = entry.doc_ref.as_ref().filter(|_| entry.mode != DisclosureMode::Closed);
    page.links = shown.and_then(|id| reference(around, id)).into_iter().map(|row| row.under("内容在这里")).collect();
    let mut more = vec![link(Icon::Catalogue, field, &entry.field)];
    more.retain(|row| !row.title.is_empty());
    more.extend(entry.office.as_ref().and_then(|id| office_row(around, id)));
    group(&mut more, "相关");
    page.links.extend(more);
    page
}

/// 公开什么、谁来公开、向谁公开、怎么公开、何时公开, one sentence each.
fn five_questions(entry: &Entry) -> impl Iterator<Item = String> {
    let end = |text: &str| text.trim_end_matches(['。', '；', ';']).to_owned();
    let what = match entry.mode {
        DisclosureMode::Closed => "这一项不予公开".to_owned(),
        DisclosureMode::Proactive | DisclosureMode::OnRequest => end(&entry.content),
    };
    let is_closed = entry.mode == DisclosureMode::Closed;
    let to_whom = match &entry.public {
        _ if is_closed => "不对外公开".to_owned(),
        Audience::Everyone => "全社会".to_owned(),
        Audience::Group(group) => group.clone(),
    };
    let when = if is_closed { "不公开".to_owned() } else { end(&entry.time_limit.to_string()) };
    let how = match (entry.mode, channels(entry)) {
        (DisclosureMode::Closed, _) => "依法不公开".to_owned(),
        (DisclosureMode::OnRequest, _) => "有人申请时，依申请公开".to_owned(),
        (DisclosureMode::Proactive, channels) if channels.is_empty() => "主动公开".to_owned(),
        (DisclosureMode::Proactive, channels) => format!("主动公开，在{channels}能看到"),
    };
    [
        format!("公开什么：{what}。"),
        format!("谁来公开：{}。", end(&entry.org)),
        format!("向谁公开：{to_whom}。"),
        format!("怎么公开：{how}。"),
        format!("何时公开：{when}。"),
    ]
    .into_iter()
}

fn channels(entry: &Entry) -> String {
    let mut names: Vec<&str> = entry.channels.iter().map(|c| c.term()).collect();
    if !entry.channels_other.is_empty() {
        names.push(&entry.channels_other);
    }
    names.join("、")
}

/// Every element of the national template as a labelled row.
fn elements(entry: &Entry, field: &str) -> Vec<Leaf> {
    let terms = |terms: Vec<&str>| terms.join("、");
    let content = if entry.mode == DisclosureMode::Closed { "" } else { entry.content.as_str() };
    let rows = [
        ("公开领域", field.to_owned()),
        ("序号", entry.no.clone()),
        ("一级事项", entry.item1.clone()),
        ("二级事项", entry.item2.clone()),
        ("事项类别", entry.category.clone()),
        ("公开内容", content.to_owned()),
        ("公开依据", entry.basis.clone()),
        ("公开时限", entry.time_limit.to_string()),
        ("公开主体", entry.org.clone()),
        ("公开渠道和载体", channels(entry)),
        ("公开对象", entry.public.to_string()),
        ("公开方式", format!("{}公开", entry.mode.term())),
        ("不予公开的理由", entry.ground.map(ground_text).unwrap_or_default().to_owned()),
        ("公开层级", terms(entry.level.iter().map(|l| l.term()).collect())),
        ("五公开", terms(entry.wugongkai.iter().map(|w| w.term()).collect())),
        ("公开环节", entry.stage.map(|s| s.term()).unwrap_or_default().to_owned()),
        ("监督投诉", entry.complain.clone()),
    ];
    rows.into_iter().map(|(name, value)| Leaf::field(name, value)).collect()
}

/// The article that allows withholding, in words.
fn ground_text(ground: Ground) -> &'static str {
    match ground {
        Ground::Secret => {
            "涉及国家秘密，或公开后可能危及国家安全、公共安全、经济安全、社会稳定\
             （《政府信息公开条例》第十四条）"
        }
        Ground::Private => "涉及商业秘密、个人隐私，公开会损害第三方合法权益（《政府信息公开条例》第十五条）",
        Ground::Internal => "属于行政机关内部事务信息（《政府信息公开条例》第十六条第一款）",
        Ground::Process => "属于过程性信息或行政执法案卷信息（《政府信息公开条例》第十六条第二款）",
    }
}
