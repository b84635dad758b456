//! A service guide: what a resident must know to get one thing done.
//! It holds what the office declared; what follows from it (badges, checklists) is computed.

mod whole;

use std::fmt;

use super::form::Form;
use super::imprint::Imprint;
use super::org::{Org, Window};
use super::policy::Policy;
use super::schema::{
    Blank, Count, Flag, Flat, Id, List, May, Name, Num, Part, Phone, Ref, Term, Text, Title, fields, kind, terms,
};
use whole::FeeRule;

fields! {
    /// One service guide (办事指南): `items/<id>.toml`.
    pub struct Guide {
        /// `guide/…`.
        id: Id<Guide> = "编号",
        /// Official title.
        title: Title = "事项名称",
        /// The one sentence that says it all, in plain words.
        plain: Text = "一句话说明",
        /// The office that decides.
        org: Ref<Org> = "实施主体",
        /// Codes of the national list, opaque.
        code: May<Part<Code>> = "编码",
        /// Kind of service (事项类型).
        kind: Term<ServiceKind> = "事项类型",
        /// Levels at which it can be handled (行使层级).
        levels: List<Term<Level>, 1> = "行使层级",
        /// Done on the spot or promised (办件类型).
        handling: Term<Handling> = "办件类型",
        /// Whom it serves (服务对象).
        for_whom: List<Title, 1> = "服务对象",
        /// The law's limit.
        legal_limit: Part<Limit> = "法定办结时限",
        /// The office's promise; never longer than the law's.
        promise_limit: Part<Limit> = "承诺办结时限",
        /// Times one must come in person.
        visits: Count<99> = "到现场次数",
        /// Ways to hand it in.
        channels: List<Term<Channel>, 1> = "办理方式",
        /// Somebody of the village or township can do it for the applicant (可代办).
        by_agent: Flag = "可代办",
        /// Where it can be handled (通办范围).
        scope: Title = "通办范围",
        /// Who may apply.
        conditions: List<Text, 1> = "受理条件",
        /// Questions that decide which papers are needed.
        situations as "situation": List<Part<Situation>> = "情形",
        /// Papers to bring.
        materials as "material": List<Part<Material>> = "申请材料",
        /// Groups of papers of which one is enough.
        any_of: List<Part<AnyOf>> = "任选其一",
        /// What happens, in order.
        steps as "step": List<Part<Step>, 1> = "办理流程",
        /// What it costs.
        fee: FeeRule = "收费",
        /// What one gets.
        outcome: Part<Outcome> = "办理结果",
        /// Whom to ask and where to complain.
        contact: Part<Contact> = "咨询投诉",
        /// The law it rests on.
        basis: List<Part<Basis>, 1> = "设定依据",
        /// Forms that can be filled in at the terminal.
        forms: List<Ref<Form>> = "可填表格",
        /// Questions people ask.
        faq: List<Part<Faq>> = "常见问题",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps Guide::is_whole, shows Guide::example_with_two_papers
}
kind!(Guide: "guide" = "办事指南", title, org);

fields! {
    /// Codes of an item (GB/T 39554.1); provinces write them in forms of their own, so they are not taken apart.
    pub struct Code {
        /// 基本编码
        basic: Blank<Title> = "基本编码",
        /// 实施编码
        implementing as "impl": Blank<Title> = "实施编码",
        /// 业务办理项编码
        business as "biz": Blank<Title> = "业务办理项编码",
    }
}

terms! {
    /// Kind of service by the national list (事项类型).
    pub enum ServiceKind {
        Permit = "行政许可", Payment = "行政给付", Confirmation = "行政确认", Award = "行政奖励", Ruling = "行政裁决",
        OtherPower = "其他行政权力", PublicService = "公共服务",
    }
}

terms! {
    /// Level of government (行使层级).
    pub enum Level {
        State = "国家级", Province = "省级", Prefecture = "市级", County = "县级", Township = "乡级", Village = "村级",
    }
}

terms! {
    /// Done on the spot, or within the promised time (办件类型).
    pub enum Handling { Immediate = "即办件", Promised = "承诺件" }
}

terms! {
    /// A way to hand in an application.
    pub enum Channel {
        Window = "窗口办理", Online = "网上办理", Post = "邮寄办理", Terminal = "自助终端办理", Agent = "代办",
    }
}

fields! {
    /// A time limit; zero means on the spot.
    #[derive(Copy)]
    pub struct Limit {
        /// How many.
        n: Count<9_999> = "数量",
        /// Of what.
        unit: Term<LimitUnit> = "单位",
    }
}

terms! {
    /// What a limit counts.
    pub enum LimitUnit {
        WorkingDay = "工作日",
        /// Calendar days.
        Day = "日",
    }
}

fields! {
    /// A question that decides which papers are needed (情形引导).
    pub struct Situation {
        /// The question.
        question: Title = "问题",
        /// The answers; the first is the usual one.
        choices: List<Part<Choice>, 2> = "选项",
    }
}

fields! {
    /// One answer to a situation's question.
    pub struct Choice {
        /// Unique in the guide; materials refer to it.
        key: Name = "编号",
        /// What the resident reads.
        label: Title = "文字",
    }
}

fields! {
    /// A paper to bring.
    pub struct Material {
        /// Unique in the guide.
        id: Name = "编号",
        /// Its name, exact.
        name: Title = "材料名称",
        /// Original, copy, both, or electronic.
        form: Term<MaterialForm> = "材料形式",
        /// How many originals.
        originals: Num<99> = "原件份数",
        /// How many copies.
        copies: Num<99> = "复印件份数",
        /// Where it comes from.
        source: Title = "来源渠道",
        /// Must it be there.
        need: Term<Necessity> = "必要性",
        /// What to mind; may be empty.
        note: Blank<Text> = "填报须知",
        /// Where a blank form is to be had; may be empty.
        blank: Blank<Title> = "空白表格",
        /// Needed only when one of these choices is taken; empty means always.
        only_for: List<Name> = "适用情形",
    }
    keeps Material::amounts_agree, shows Material::example_of_an_original
}

terms! {
    /// In what form a paper is wanted.
    pub enum MaterialForm {
        Original = "原件", Copy = "复印件", OriginalAndCopy = "原件和复印件", Electronic = "电子",
    }
}

terms! {
    /// Whether a paper can be missing.
    pub enum Necessity {
        Required = "必要",
        Optional = "非必要",
        /// May follow later.
        Later = "容缺",
    }
}

fields! {
    /// Papers of which one is enough (任选其一).
    pub struct AnyOf {
        /// What they prove.
        label: Title = "证明什么",
        /// Ids of the materials.
        materials: List<Name> = "材料",
    }
}

fields! {
    /// One step of the way.
    pub struct Step {
        /// Short name.
        name: Title = "环节",
        /// Who acts.
        who: Title = "办理人",
        /// What is done, in a sentence.
        what: Text = "做什么",
        /// How long it takes, in words.
        time: Title = "时间",
        /// Ways of doing it of which one is enough (任选其一).
        any_of: List<Title, 0, 10> = "任选其一",
        /// A picture of what to do.
        picture: May<Part<Picture>> = "图示",
    }
}

fields! {
    /// A picture and what it shows, in words.
    pub struct Picture {
        /// Its file, beside the text it belongs to.
        file: Title = "图片文件",
        /// What it shows, for those who do not see it.
        alt: Blank<Text> = "图片说明",
    }
}

/// What it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fee {
    /// 不收费
    Free,
    /// 收费, with the tariff and its legal basis.
    Charged {
        /// The tariff.
        standard: String,
        /// Its legal basis.
        basis: String,
    },
}

fields! {
    /// What one gets at the end.
    pub struct Outcome {
        /// Its name.
        name: Title = "结果名称",
        /// How to get it.
        delivery: List<Title, 1> = "领取方式",
    }
}

fields! {
    /// Whom to ask and where to complain.
    pub struct Contact {
        /// Enquiries.
        consult: Phone = "咨询电话",
        /// Complaints.
        complain: Phone = "投诉电话",
        /// Windows that take it, nearest first.
        windows: List<Ref<Window>> = "窗口",
    }
}

fields! {
    /// One legal basis.
    pub struct Basis {
        /// Title of the law or document.
        title: Title = "文件名称",
        /// Document number, may be empty.
        number: Blank<Text> = "文号",
        /// Article, may be empty.
        article: Blank<Text> = "条款",
        /// What it says, may be empty.
        text: Blank<Text> = "内容",
        /// The document in this hall's library.
        policy: May<Ref<Policy>> = "文件库",
    }
}

fields! {
    /// A question people ask, and its answer.
    pub struct Faq {
        /// The question.
        question: Text = "问",
        /// The answer.
        answer: Text = "答",
    }
}

impl Guide {
    /// 法定 → 承诺 in whole percent saved; none when the units differ or nothing was saved.
    pub fn time_saved_percent(&self) -> Option<u8> {
        let (legal, promise) = (self.legal_limit, self.promise_limit);
        if legal.n == 0 || legal.unit != promise.unit || promise.n >= legal.n {
            return None;
        }
        u8::try_from((legal.n - promise.n) * 100 / legal.n).ok()
    }

    /// The badges that follow from the fields: 马上办 就近办 网上办 一次办.
    pub fn badges(&self) -> Vec<&'static str> {
        let mut badges = Vec::new();
        if self.handling == Handling::Immediate {
            badges.push("马上办");
        }
        if self.levels.iter().any(|l| matches!(l, Level::Township | Level::Village)) {
            badges.push("就近办");
        }
        if self.channels.contains(&Channel::Online) {
            badges.push("网上办");
        }
        if self.visits <= 1 {
            badges.push("一次办");
        }
        badges
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.n, self.unit) {
            (0, _) => f.write_str("当场办结"),
            (n, LimitUnit::WorkingDay) => write!(f, "{n}个工作日"),
            (n, LimitUnit::Day) => write!(f, "{n}日"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::tests::guide;
    use crate::content::schema::Terms;

    fn limit(n: u32, unit: LimitUnit) -> Limit {
        Limit { n, unit }
    }

    #[test]
    fn saved_time_is_a_number_only_when_both_limits_count_the_same_days() {
        use LimitUnit::{Day, WorkingDay};
        for (legal, promise, saved) in [
            (limit(20, WorkingDay), limit(10, WorkingDay), Some(50)),
            (limit(45, WorkingDay), limit(20, WorkingDay), Some(55)),
            (limit(20, WorkingDay), limit(0, WorkingDay), Some(100)),
            (limit(9_999, Day), limit(1, Day), Some(99)),
            (limit(20, Day), limit(10, WorkingDay), None),
            (limit(0, Day), limit(0, Day), None),
            (limit(5, Day), limit(5, Day), None),
            (limit(5, Day), limit(6, Day), None),
        ] {
            let mut guide = guide();
            (guide.legal_limit, guide.promise_limit) = (legal, promise);
            assert_eq!(guide.time_saved_percent(), saved, "{legal} {promise}");
        }
    }

    #[test]
    fn badges_follow_from_the_fields() {
        let mut guide = guide();
        for mask in 0..16u8 {
            let has = |bit: u8| mask & (1 << bit) != 0;
            guide.handling = if has(0) { Handling::Immediate } else { Handling::Promised };
            guide.levels = vec![if has(1) { Level::Village } else { Level::County }];
            guide.channels = vec![if has(2) { Channel::Online } else { Channel::Window }];
            guide.visits = if has(3) { 1 } else { 2 };
            let all = ["马上办", "就近办", "网上办", "一次办"];
            let expected: Vec<_> =
                all.into_iter().zip(0..).filter(|(_, bit)| has(*bit)).map(|(name, _)| name).collect();
            assert_eq!(guide.badges(), expected);
        }
    }

    #[test]
    fn terms_are_read_back_as_written() {
        assert!(ServiceKind::TERMS.iter().all(|(term, kind)| kind.term() == *term));
        assert!(Level::TERMS.iter().all(|(term, level)| Level::from_term(term) == Some(*level)));
        assert_eq!(Handling::from_term("快办件"), None);
    }

    #[test]
    fn limits_read_as_people_say_them() {
        assert_eq!(limit(0, LimitUnit::Day).to_string(), "当场办结");
        assert_eq!(limit(7, LimitUnit::Day).to_string(), "7日");
        assert_eq!(limit(20, LimitUnit::WorkingDay).to_string(), "20个工作日");
    }

    /// The wrong fields of the guide after a change of what its file says.
    fn wrong(change: impl Fn(&mut serde_json::Value)) -> Vec<String> {
        let mut raw: serde_json::Value =
            serde_json::from_slice(&crate::content::Record::from(guide()).to_bytes()).unwrap();
        change(&mut raw);
        let serde_json::Value::Object(map) = raw else { unreachable!() };
        let read = crate::content::schema::read::<Guide>(map, crate::content::schema::Source::Values);
        read.err().into_iter().flatten().map(|problem| problem.field).collect()
    }

    #[test]
    fn references_inside_a_guide_must_lead_somewhere() {
        let fields = wrong(|raw| {
            raw["material"][0]["only_for"] = serde_json::json!(["nobody"]);
            raw["material"][2]["id"] = raw["material"][1]["id"].clone();
            raw["any_of"][0]["materials"] = serde_json::json!(["visit", "nothing"]);
            raw["situation"][1]["choices"][0]["key"] = raw["situation"][0]["choices"][0]["key"].clone();
        });
        for field in ["situation[2].choices[1].key", "material[1].only_for", "material[3].id", "any_of[1].materials"] {
            assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
        }
        assert_eq!(wrong(|raw| raw["step"] = serde_json::json!([])), ["step"]);
    }

    #[test]
    fn form_and_number_of_a_paper_must_agree() {
        for (form, originals, copies, field) in [
            ("原件", 0, 0, "material[1].originals"),
            ("原件", 1, 1, "material[1].copies"),
            ("复印件", 1, 1, "material[1].originals"),
            ("原件和复印件", 1, 0, "material[1].copies"),
            ("电子", 1, 0, "material[1].originals"),
            ("纸", 1, 0, "material[1].form"),
        ] {
            let fields = wrong(|raw| {
                raw["material"][0]["form"] = form.into();
                raw["material"][0]["originals"] = originals.into();
                raw["material"][0]["copies"] = copies.into();
            });
            assert_eq!(fields, [field], "{form} {originals} {copies}");
        }
    }

    #[test]
    fn what_is_charged_has_a_tariff_and_its_basis() {
        for (fee, field) in [
            (serde_json::json!({ "charged": true, "basis": "某规定" }), "fee.standard"),
            (serde_json::json!({ "charged": true, "standard": "10元" }), "fee.basis"),
            (serde_json::json!({ "charged": false, "standard": "10元" }), "fee.charged"),
            (serde_json::json!({ "standard": "10元" }), "fee.charged"),
            (serde_json::json!("不收费"), "fee"),
        ] {
            assert_eq!(wrong(|raw| raw["fee"] = fee.clone()), [field], "{fee}");
        }
    }
}
