//! What belongs together: the themes of the hall, events of life that need several services, and services of
//! which only the name is known here.
//! They refer to guides, policies and answers, and repeat nothing of them.

use std::collections::BTreeSet;

use super::checklist::{Answers, ChecklistLine};
use super::guide::{Guide, Level, Material, MaterialForm, ServiceKind};
use super::imprint::Imprint;
use super::org::Org;
use super::policy::{Policy, Qa};
use super::schema::{
    AnyRef, Blank, Flat, Id, List, May, Name, Num, Part, Phone, Ref, RowNumber, Term, Text, Title, Url, fields, kind,
};

fields! {
    /// A theme (主题服务): `topics/<id>.toml`. Four sections: documents, answers, services, data.
    pub struct Topic {
        /// `topic/…`.
        id: Id<Topic> = "编号",
        /// Its name, two to six characters.
        title: Title = "主题名称",
        /// One line of what is in it.
        plain: Text = "一句话说明",
        /// The office that keeps it.
        org: Ref<Org> = "牵头单位",
        /// The icon, by name.
        icon: Blank<Name> = "图标",
        /// Place on the page of themes.
        order: Num<999> = "顺序",
        /// 政策文件
        policies: List<Ref<Policy>> = "政策文件",
        /// 答疑解惑
        answers: List<Ref<Qa>> = "答疑解惑",
        /// 业务办理
        guides: List<Ref<Guide>> = "业务办理",
        /// 数据查询: lists, tables, boards, maps.
        data: List<AnyRef> = "数据查询",
        /// 关联服务: events of life and other themes.
        linked: List<AnyRef> = "关联服务",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
}
kind!(Topic: "topic" = "主题服务", title, org);

fields! {
    /// Several services that one event of life needs (一件事): `bundles/<id>.toml`.
    pub struct Bundle {
        /// `bundle/…`.
        id: Id<Bundle> = "编号",
        /// Such as 我要开小餐馆.
        title: Title = "名称",
        /// One line of what one gets done.
        plain: Text = "一句话说明",
        /// The office that leads.
        org: Ref<Org> = "牵头单位",
        /// Levels at which it can be handled.
        levels: List<Term<Level>, 1> = "层级",
        /// The guides, in the order in which they are handled.
        guides: List<Ref<Guide>, 2, 20> = "包含事项",
        /// The way through all of them.
        steps as "step": List<Part<BundleStep>, 1, 40> = "办理流程",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
}
kind!(Bundle: "bundle" = "一件事", title, org);

fields! {
    /// One step of the way through several services.
    pub struct BundleStep {
        /// Short name.
        name: Title = "环节",
        /// Who acts.
        who: Title = "办理人",
        /// What is done.
        what: Text = "做什么",
        /// How long it takes, in words.
        time: Title = "时间",
        /// The service it belongs to.
        guide: May<Ref<Guide>> = "对应事项",
    }
}

/// What to bring for a bundle: one paper, or papers of which one is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPaper {
    /// What the papers prove, when one of several is enough.
    pub label: Option<String>,
    /// The paper, or those of which one is enough.
    pub papers: Vec<Material>,
    /// Titles of the guides that want it.
    pub wanted_by: Vec<String>,
}

/// The papers of several guides, each once, in the order of the guides. Two papers are the same when name and form
/// are; a paper asked for several times is brought once, in the largest number asked for.
pub fn merged_papers<'a>(guides: impl IntoIterator<Item = &'a Guide>) -> Vec<SharedPaper> {
    let mut merged: Vec<SharedPaper> = Vec::new();
    for guide in guides {
        for line in guide.checklist(&Answers::default()).lines {
            let (label, papers): (Option<String>, Vec<Material>) = match line {
                ChecklistLine::Paper(paper) => (None, vec![paper.clone()]),
                ChecklistLine::OneOf { label, papers } => {
                    (Some(label.to_owned()), papers.into_iter().cloned().collect())
                }
            };
            match merged.iter_mut().find(|known| names(&known.papers) == names(&papers)) {
                Some(known) => known.also(&papers, &guide.title),
                None => merged.push(SharedPaper { label, papers, wanted_by: vec![guide.title.clone()] }),
            }
        }
    }
    merged
}

fn names(papers: &[Material]) -> BTreeSet<(&str, MaterialForm)> {
    papers.iter().map(|m| (m.name.as_str(), m.form)).collect()
}

impl SharedPaper {
    fn also(&mut self, papers: &[Material], guide: &str) {
        self.wanted_by.push(guide.to_owned());
        for known in &mut self.papers {
            if let Some(other) = papers.iter().find(|m| (&m.name, m.form) == (&known.name, known.form)) {
                known.originals = known.originals.max(other.originals);
                known.copies = known.copies.max(other.copies);
            }
        }
    }
}

fields! {
    /// A service of which only the name, the office and the way to ask are known here: a row of `index.csv`.
    pub struct IndexItem {
        /// `item/…`.
        id: Id<IndexItem> = "编号",
        /// Official title.
        title: Title = "事项名称",
        /// The office that decides.
        org: Ref<Org> = "实施主体",
        /// Kind of service.
        kind: May<Term<ServiceKind>> = "事项类型",
        /// Code of the national list.
        code: Blank<Title> = "实施编码",
        /// Whom to ask; the office's phone where it is empty.
        phone: Blank<Phone> = "咨询电话",
        /// The official page.
        url: May<Url> = "官方网页",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(IndexItem: "item" = "事项目录", title, org);
