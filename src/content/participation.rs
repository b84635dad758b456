//! What residents are asked and what they asked: surveys with their results, and the board of public answers.
//! No resident is named; counts below five are not shown.

use jiff::civil::Date;

use super::imprint::Imprint;
use super::org::Org;
use super::schema::{
    At, Blank, Checked, Checks, Count, Day, Flag, Flat, Id, List, Map, May, Name, Num, Part, Ref, RowNumber, Term,
    Text, Title, fields, kind, terms,
};

fields! {
    /// A survey (意见征集、问卷调查): `surveys/<id>.toml`.
    pub struct Survey {
        /// `survey/…`.
        id: Id<Survey> = "编号",
        /// Its title.
        title: Title = "标题",
        /// What it is about and what becomes of the answers.
        plain: Text = "说明",
        /// The office that asks.
        org: Ref<Org> = "征集单位",
        /// First day.
        opens as "open": Day = "开始日期",
        /// Last day.
        closes as "close": Day = "截止日期",
        /// Answers carry no name.
        is_anonymous: Flag = "匿名",
        /// The questions.
        questions as "question": List<Part<SurveyQuestion>, 1, 50> = "题目",
        /// What came of it; after the last day.
        result: May<Part<SurveyResult>> = "结果",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps Survey::makes_sense, shows Survey::example_that_is_over
}
kind!(Survey: "survey" = "调查征集", title, org);

fields! {
    /// A question of a survey.
    pub struct SurveyQuestion {
        /// Unique in the survey.
        id: Name = "编号",
        /// What is asked.
        text: Title = "题目",
        /// How it is answered.
        kind: Term<QuestionKind> = "题型",
        /// What one can choose.
        options: List<Title, 0, 20> = "选项",
        /// Left out when an earlier question was answered so: `q1=没有办过`.
        skip_if: Blank<Title> = "跳过条件",
    }
    keeps SurveyQuestion::has_its_options, shows SurveyQuestion::example_of_two_options
}

terms! {
    /// How a question is answered.
    pub enum QuestionKind {
        Single = "单选", Multiple = "多选",
        /// One to five.
        Scale = "打分",
        Text = "填空",
    }
}

fields! {
    /// What came of a survey (采纳情况).
    pub struct SurveyResult {
        /// When it was published.
        published: Day = "公布日期",
        /// How many took part.
        answers: Count<10_000_000> = "参与人数",
        /// What it says, in a few sentences.
        text: Text = "总体情况",
        /// Opinions that were taken up.
        adopted: Num<100_000> = "采纳条数",
        /// Opinions that were not.
        rejected: Num<100_000> = "未采纳条数",
        /// The main opinions and what became of them.
        points as "point": List<Part<ResultPoint>, 0, 100> = "主要意见",
        /// How often each option was chosen.
        counts as "count": List<Part<OptionCount>, 0, 500> = "各项人数",
    }
}

fields! {
    /// An opinion and what became of it.
    pub struct ResultPoint {
        /// The opinion.
        opinion: Text = "意见",
        /// What became of it.
        outcome: Term<Adoption> = "采纳情况",
        /// Why.
        reason: Text = "理由",
    }
}

terms! {
    /// What became of an opinion.
    pub enum Adoption { Adopted = "采纳", Partly = "部分采纳", Rejected = "未采纳" }
}

fields! {
    /// How often an option was chosen.
    pub struct OptionCount {
        /// The question's id.
        question: Name = "题目",
        /// The option, or the score from 1 to 5.
        option: Title = "选项",
        /// How often.
        n: Count<10_000_000> = "人数",
    }
}

/// Counts below this are not shown (small-cell rule).
pub const SMALL_CELL: u32 = 5;

impl OptionCount {
    /// The count as it may be shown.
    pub fn shown(&self) -> String {
        if self.n < SMALL_CELL { format!("少于{SMALL_CELL}") } else { self.n.to_string() }
    }
}

impl SurveyQuestion {
    fn has_its_options(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let wants_options = matches!(self.kind, QuestionKind::Single | QuestionKind::Multiple);
        match self.options.len() {
            0 | 1 if wants_options => Err(c.refuse(&at.key("options"), "至少要有两个选项")),
            1.. if !wants_options => Err(c.refuse(&at.key("options"), format!("{}题不写选项", self.kind.term()))),
            _ => Ok(()),
        }
    }

    fn example_of_two_options(map: &mut Map) {
        map.insert("options".to_owned(), ["示例1", "示例2"].into());
        map.remove("skip_if");
    }
}

/// Whether a survey can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyState {
    /// Not yet open.
    Coming,
    /// Open.
    Open,
    /// Over, and the result is not published yet.
    Waiting,
    /// Over, with its result.
    Published,
}

impl Survey {
    fn example_that_is_over(map: &mut Map) {
        if let Some(result) = map.get_mut("result") {
            result["published"] = "2026-03-02".into();
        }
    }

    /// Whether it can be answered on this day.
    pub fn state(&self, today: Date) -> SurveyState {
        match (&self.result, today) {
            (_, day) if day < self.opens => SurveyState::Coming,
            (_, day) if day <= self.closes => SurveyState::Open,
            (Some(_), _) => SurveyState::Published,
            (None, _) => SurveyState::Waiting,
        }
    }

    fn makes_sense(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        let list = at.key("question");
        if self.closes < self.opens {
            result = Err(c.refuse(&at.key("close"), "截止日期早于开始日期"));
        }
        for (i, question) in self.questions.iter().enumerate() {
            let at = list.entry(i);
            let earlier = &self.questions[..i];
            if earlier.iter().any(|q| q.id == question.id) {
                result = Err(c.refuse(&at.key("id"), format!("“{}”重复", question.id)));
            }
            let known = |(id, option): (&str, &str)| {
                earlier.iter().any(|q| q.id == id && q.options.iter().any(|o| o == option))
            };
            if !question.skip_if.is_empty() && !question.skip_if.split_once('=').is_some_and(known) {
                result = Err(c.refuse(&at.key("skip_if"), "应写成 q1=某个选项，q1 是前面的题目"));
            }
        }
        if let Some(found) = &self.result {
            result = result.and(self.result_fits(found, c, &at.key("result")));
        }
        result
    }

    fn result_fits(&self, found: &SurveyResult, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        if found.published <= self.closes {
            result = Err(c.refuse(&at.key("published"), "结果应在截止日期之后公布"));
        }
        let list = at.key("count");
        for (i, count) in found.counts.iter().enumerate() {
            let at = list.entry(i);
            let Some(question) = self.questions.iter().find(|q| q.id == count.question) else {
                result = Err(c.refuse(&at.key("question"), format!("没有题目“{}”", count.question)));
                continue;
            };
            let is_known = match question.kind {
                QuestionKind::Single | QuestionKind::Multiple => question.options.contains(&count.option),
                QuestionKind::Scale => matches!(count.option.as_str(), "1" | "2" | "3" | "4" | "5"),
                QuestionKind::Text => false,
            };
            if !is_known {
                result = Err(c.refuse(&at.key("option"), format!("这道题没有选项“{}”", count.option)));
            } else if count.n > found.answers {
                result = Err(c.refuse(&at.key("n"), "多于参与人数"));
            }
        }
        result
    }
}

fields! {
    /// A question of a resident and the office's public answer (留言回复): a row of `replies.csv`.
    pub struct Reply {
        /// `reply/…`.
        id: Id<Reply> = "编号",
        /// What it is about.
        title: Title = "主题",
        /// The office that must answer.
        org: Ref<Org> = "答复单位",
        /// What sort of matter it is.
        category: Blank<Title> = "类别",
        /// When it was asked.
        asked: Day = "提问日期",
        /// The question, without names.
        question: Text = "问题",
        /// When it was answered.
        replied: May<Day> = "答复日期",
        /// The answer.
        reply: Blank<Text> = "答复",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
    keeps Reply::is_answered_whole
}
kind!(Reply: "reply" = "留言回复", title, org);

impl Reply {
    /// Days from question to answer, or to this day.
    pub fn days(&self, today: Date) -> u32 {
        u32::try_from((self.replied.unwrap_or(today) - self.asked).get_days()).unwrap_or(0)
    }

    fn is_answered_whole(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        match (self.replied, self.reply.is_empty()) {
            (Some(replied), _) if replied < self.asked => Err(c.refuse(&at.key("replied"), "答复早于提问")),
            (Some(_), false) | (None, true) => Ok(()),
            (Some(_), true) => Err(c.refuse(&at.key("reply"), "写了答复日期，没有答复内容")),
            (None, false) => Err(c.refuse(&at.key("replied"), "写了答复内容，没有答复日期")),
        }
    }
}
