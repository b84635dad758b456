//! A service guide: what a resident must know to get one thing done.
//! It holds what the office declared; what follows from it (badges, checklists) is computed.

use std::fmt;

use jiff::civil::Date;

use crate::base::id::RecordId;

/// One service guide (办事指南).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// `guide/…`.
    pub id: RecordId,
    /// Official title.
    pub title: String,
    /// The one sentence that says it all, in plain words.
    pub plain: String,
    /// The office that decides.
    pub org: RecordId,
    /// Kind of service (事项类型).
    pub kind: ServiceKind,
    /// Levels at which it can be handled (行使层级).
    pub levels: Vec<Level>,
    /// Done on the spot or promised (办件类型).
    pub handling: Handling,
    /// Whom it serves (服务对象).
    pub for_whom: Vec<String>,
    /// The law's limit.
    pub legal_limit: Limit,
    /// The office's promise; never longer than the law's.
    pub promise_limit: Limit,
    /// Times one must come in person.
    pub visits: u8,
    /// Ways to hand it in.
    pub channels: Vec<Channel>,
    /// Where it can be handled (通办范围).
    pub scope: String,
    /// Who may apply.
    pub conditions: Vec<String>,
    /// Questions that decide which papers are needed.
    pub situations: Vec<Situation>,
    /// Papers to bring.
    pub materials: Vec<Material>,
    /// Groups of papers of which one is enough.
    pub any_of: Vec<AnyOf>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What it costs.
    pub fee: Fee,
    /// What one gets.
    pub outcome: Outcome,
    /// Whom to ask and where to complain.
    pub contact: Contact,
    /// The law it rests on.
    pub basis: Vec<Basis>,
    /// Questions people ask: (question, answer).
    pub faq: Vec<(String, String)>,
    /// The official page, for the QR code.
    pub url: Option<String>,
    /// When it was published.
    pub published: Date,
    /// Who checked it before publishing.
    pub reviewed_by: String,
}

/// Kind of service by the national list (事项类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceKind {
    /// 行政许可
    Permit,
    /// 行政给付
    Payment,
    /// 行政确认
    Confirmation,
    /// 行政奖励
    Award,
    /// 行政裁决
    Ruling,
    /// 其他行政权力
    OtherPower,
    /// 公共服务
    PublicService,
}

/// Level of government (行使层级).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 国家级
    State,
    /// 省级
    Province,
    /// 市级
    Prefecture,
    /// 县级
    County,
    /// 乡级
    Township,
    /// 村级
    Village,
}

/// Done on the spot, or within the promised time (办件类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// 即办件
    Immediate,
    /// 承诺件
    Promised,
}

/// A way to hand in an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// 窗口办理
    Window,
    /// 网上办理
    Online,
    /// 邮寄办理
    Post,
    /// 自助终端办理
    Terminal,
    /// 代办
    Agent,
}

/// A time limit; zero means on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub n: u16,
    /// Of what.
    pub unit: LimitUnit,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitUnit {
    /// 工作日
    WorkingDay,
    /// 日 (calendar days)
    Day,
}

/// A question that decides which papers are needed (情形引导).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The question.
    pub question: String,
    /// The answers; the first is the usual one.
    pub choices: Vec<Choice>,
}

/// One answer to a situation's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Unique in the guide; materials refer to it.
    pub key: String,
    /// What the resident reads.
    pub label: String,
}

/// A paper to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Unique in the guide.
    pub id: String,
    /// Its name, exact.
    pub name: String,
    /// Original, copy, both, or electronic.
    pub form: MaterialForm,
    /// How many originals.
    pub originals: u8,
    /// How many copies.
    pub copies: u8,
    /// Where it comes from.
    pub source: String,
    /// Must it be there.
    pub need: Necessity,
    /// What to mind; may be empty.
    pub note: String,
    /// Needed only when one of these choices is taken; empty means always.
    pub only_for: Vec<String>,
}

/// In what form a paper is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialForm {
    /// 原件
    Original,
    /// 复印件
    Copy,
    /// 原件和复印件
    OriginalAndCopy,
    /// 电子
    Electronic,
}

/// Whether a paper can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Necessity {
    /// 必要
    Required,
    /// 非必要
    Optional,
    /// 容缺: may follow later
    Later,
}

/// Papers of which one is enough (任选其一).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf {
    /// What they prove.
    pub label: String,
    /// Ids of the materials.
    pub materials: Vec<String>,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Short name.
    pub name: String,
    /// Who acts.
    pub who: String,
    /// What is done, in a sentence.
    pub what: String,
    /// How long it takes, in words.
    pub time: String,
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

/// What one gets at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How to get it.
    pub delivery: Vec<String>,
}

/// Whom to ask and where to complain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Enquiries.
    pub consult: String,
    /// Complaints.
    pub complain: String,
    /// Windows that take it, nearest first.
    pub windows: Vec<RecordId>,
}

/// One legal basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Title of the law or document.
    pub title: String,
    /// Document number, may be empty.
    pub number: String,
    /// Article, may be empty.
    pub article: String,
    /// What it says, may be empty.
    pub text: String,
}

impl Guide {
    /// 法定 → 承诺 in whole percent saved; none when the units differ or nothing was saved.
    pub fn time_saved_percent(&self) -> Option<u8> {
        let (legal, promise) = (self.legal_limit, self.promise_limit);
        if legal.n == 0 || legal.unit != promise.unit || promise.n >= legal.n {
            return None;
        }
        u8::try_from(u32::from(legal.n - promise.n) * 100 / u32::from(legal.n)).ok()
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

/// An enum whose values are fixed Chinese terms of the national standard.
macro_rules! terms {
    ($kind:ty { $($variant:ident = $term:literal),+ $(,)? }) => {
        impl $kind {
            /// Every term, in the order of the standard.
            pub const TERMS: &[(&str, Self)] = &[$(($term, Self::$variant)),+];

            /// The official term.
            pub fn term(self) -> &'static str {
                match self { $(Self::$variant => $term),+ }
            }

            /// The value of an official term.
            pub fn from_term(term: &str) -> Option<Self> {
                Self::TERMS.iter().find(|(t, _)| *t == term).map(|(_, value)| *value)
            }
        }
    };
}

terms!(ServiceKind {
    Permit = "行政许可", Payment = "行政给付", Confirmation = "行政确认", Award = "行政奖励",
    Ruling = "行政裁决", OtherPower = "其他行政权力", PublicService = "公共服务",
});
terms!(Level {
    State = "国家级", Province = "省级", Prefecture = "市级", County = "县级", Township = "乡级", Village = "村级",
});
terms!(Handling { Immediate = "即办件", Promised = "承诺件" });
terms!(Channel {
    Window = "窗口办理", Online = "网上办理", Post = "邮寄办理", Terminal = "自助终端办理", Agent = "代办",
});
terms!(LimitUnit { WorkingDay = "工作日", Day = "日" });
terms!(MaterialForm {
    Original = "原件", Copy = "复印件", OriginalAndCopy = "原件和复印件", Electronic = "电子",
});
terms!(Necessity { Required = "必要", Optional = "非必要", Later = "容缺" });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::checklist::tests::guide;

    fn limit(n: u16, unit: LimitUnit) -> Limit {
        Limit { n, unit }
    }

    #[test]
    fn saved_time_is_a_number_only_when_both_limits_count_the_same_days() {
        use LimitUnit::{Day, WorkingDay};
        for (legal, promise, saved) in [
            (limit(20, WorkingDay), limit(10, WorkingDay), Some(50)),
            (limit(45, WorkingDay), limit(20, WorkingDay), Some(55)),
            (limit(20, WorkingDay), limit(0, WorkingDay), Some(100)),
            (limit(u16::MAX, Day), limit(1, Day), Some(99)),
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
}
