//! The document library: policies with numbered clauses, what they mean in plain words, and questions answered.
//! An interpretation cites clauses by id; it never stands for the document itself.

use std::fmt;

use jiff::civil::Date;

use super::guide::Picture;
use super::imprint::Imprint;
use super::org::Org;
use super::schema::{
    Blank, Day, Flag, Flat, Id, List, May, Name, Num, Part, Ref, RowNumber, Term, Text, Title, fields, kind, terms,
};

fields! {
    /// A document (政策文件): `policies/<id>/policy.md`.
    pub struct Policy {
        /// `policy/…`.
        id: Id<Policy> = "编号",
        /// Its title.
        title: Title = "标题",
        /// Who issued it, as it is signed.
        issuer: Title = "发文机关",
        /// The office of this hall that answers for it.
        org: Ref<Org> = "责任单位",
        /// Document number (文号), such as 云政办发〔2026〕3号.
        number: Blank<Title> = "文号",
        /// Index number (索引号).
        index_no: Blank<Title> = "索引号",
        /// Day on which it was signed (成文日期).
        signed: May<Day> = "成文日期",
        /// Whether it holds.
        status: Term<PolicyStatus> = "有效性",
        /// The document that changed or repealed it.
        repealed_by: Blank<Title> = "修改或废止依据",
        /// What it is about.
        topic: Blank<Title> = "主题分类",
        /// How it is open to the public.
        open: Term<Openness> = "公开属性",
        /// Only the articles that matter here are given.
        is_excerpt: Flag = "节选",
        /// It must be published together with an interpretation.
        needs_interpretation: Flag = "须配解读",
        /// Why there is none all the same.
        waiver: Blank<Text> = "不解读的理由",
        /// The text, paragraph by paragraph; taken from the Markdown below the front matter.
        clauses: List<Part<Clause>, 1, 2000> = "正文",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
}
kind!(Policy: "policy" = "政策文件", title, org);

terms! {
    /// Whether a document holds.
    pub enum PolicyStatus { InForce = "现行", Amended = "已修改", Repealed = "已废止", Lapsed = "失效" }
}

terms! {
    /// How a document is open to the public.
    pub enum Openness { Proactive = "主动公开", OnRequest = "依申请公开", Closed = "不予公开" }
}

fields! {
    /// A heading or a paragraph of a document.
    pub struct Clause {
        /// Unique in the document: `c1`, `c2` …, counted over everything that has a number of its own.
        id: Blank<Name> = "编号",
        /// 0 for a paragraph, 1 to 4 for a heading.
        level: Num<4> = "级别",
        /// Its words, the number included.
        text: Text = "文字",
    }
}

fields! {
    /// What a document means (政策解读): `policies/<id>/interp*.md`.
    pub struct Interpretation {
        /// `interpretation/<policy>`, with `-2` and so on for further ones.
        id: Id<Interpretation> = "编号",
        /// Its title.
        title: Title = "标题",
        /// The document it explains; taken from the folder's name.
        policy: Ref<Policy> = "解读的文件",
        /// The office that answers for it.
        org: Ref<Org> = "解读单位",
        /// How it explains.
        kind: Term<InterpretationKind> = "解读形式",
        /// Who explains.
        by: Blank<Title> = "解读人",
        /// Their office or post.
        post: Blank<Title> = "职务",
        /// Pictures, each with all it says in words.
        pictures as "picture": List<Part<Picture>, 0, 10> = "图片",
        /// Its sections; taken from the Markdown below the front matter.
        sections: List<Part<Section>, 1, 100> = "正文",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
}
kind!(Interpretation: "interpretation" = "政策解读", title, org);

terms! {
    /// How an interpretation explains.
    pub enum InterpretationKind {
        Text = "文字解读", Questions = "问答", Picture = "图解", Case = "案例", Leader = "负责人解读",
    }
}

fields! {
    /// A section of an interpretation: `## heading {c3, c5}`.
    pub struct Section {
        /// Its heading.
        heading: Title = "小标题",
        /// Its paragraphs.
        paragraphs: List<Text, 1, 60> = "段落",
        /// The clauses it explains.
        cites: List<Name, 0, 30> = "对应条款",
    }
}

fields! {
    /// A question people ask and its answer (政策问答): a row of `qa.csv` or `policies/<id>/qa.csv`.
    pub struct Qa {
        /// `qa/…`.
        id: Id<Qa> = "编号",
        /// The question.
        question: Title = "问题",
        /// The answer.
        answer: Text = "回答",
        /// The office that answers.
        org: Ref<Org> = "答复单位",
        /// The document it rests on.
        policy: May<Ref<Policy>> = "依据文件",
        /// The clauses it rests on.
        cites: List<Name, 0, 30> = "依据条款",
        /// Last day on which it was confirmed.
        updated: May<Day> = "更新日期",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Qa: "qa" = "政策问答", question, org);

impl Policy {
    /// The banner that says a document no longer holds as it stands; none while it does.
    pub fn banner(&self) -> Option<String> {
        let by = |what: &str| match self.repealed_by.as_str() {
            "" => what.to_owned(),
            by => format!("{what}：{by}"),
        };
        match self.status {
            PolicyStatus::InForce => None,
            PolicyStatus::Amended => Some(by("本文件已修改")),
            PolicyStatus::Repealed => Some(by("本文件已废止")),
            PolicyStatus::Lapsed => Some(by("本文件已失效")),
        }
    }

    /// A clause by its id.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|c| !c.id.is_empty() && c.id == id)
    }

    /// The day it holds from.
    pub fn in_force_from(&self) -> Date {
        self.imprint.effective.unwrap_or(self.imprint.published)
    }
}

impl fmt::Display for PolicyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.term())
    }
}
