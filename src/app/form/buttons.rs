//! The buttons of each screen of a form: tools in the page, and the bar below it that leads on and back.
//! A button that can do nothing now is not there; why is said on the page.

use super::*;
use crate::content::form::FormWay;

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// 开始填写
    Begin,
    /// 请工作人员代填
    BeginHelped,
    /// 下一步
    Next,
    /// 上一步
    Back,
    /// 同意
    Agree,
    /// 不同意
    Decline,
    /// 不用代填
    Alone,
    /// 大声朗读
    Aloud,
    /// 重写, of a signature
    Rewrite,
    /// 再填一份
    AddCopy,
    /// 删掉第几份, from 0
    RemoveCopy(usize),
    /// 提交, before it was read to the applicant
    ReadFirst,
    /// 提交
    HandIn,
    /// 打印填好的凭单
    PrintSlip,
    /// 打印A4表格
    PrintSheet,
    /// 打印空白样表
    PrintBlank,
    /// 查询
    Inquire,
    /// 打印回执
    PrintReceipt,
    /// 扫码带走
    TakeAway,
    /// 不填了, 不查了, 完成
    Leave,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it does.
    pub act: Act,
    /// It is what most people want next.
    pub is_primary: bool,
}

/// The buttons of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Buttons {
    /// In the page, one below the other.
    pub tools: Vec<Button>,
    /// Below the page, side by side.
    pub bar: Vec<Button>,
}

impl Buttons {
    /// A button by its place.
    pub fn act(&self, is_of: Rank, place: usize) -> Option<Act> {
        let list = match is_of {
            Rank::Tool => &self.tools,
            Rank::Bar => &self.bar,
        };
        list.get(place).map(|button| button.act)
    }
}

/// Where a button stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// In the page.
    Tool,
    /// Below it.
    Bar,
}

fn button(label: impl Into<String>, act: Act) -> Button {
    Button { label: label.into(), act, is_primary: false }
}

fn primary(label: impl Into<String>, act: Act) -> Button {
    Button { is_primary: true, ..button(label, act) }
}

impl Filling {
    /// The buttons of the screen.
    pub fn buttons(&self, standing: &Standing<'_>) -> Buttons {
        let back = button("上一步", Act::Back);
        let leave = button("不填了", Act::Leave);
        let next = primary(if self.is_correcting { "改好了" } else { "下一步" }, Act::Next);
        let (tools, bar) = match self.screen {
            Screen::Intro if self.is_survey() => (Vec::new(), vec![primary("开始填写", Act::Begin)]),
            Screen::Intro => (vec![button("请工作人员代填", Act::BeginHelped)], vec![primary("开始填写", Act::Begin)]),
            Screen::Gate => (Vec::new(), vec![back, next]),
            Screen::Elsewhere => (Vec::new(), vec![back, leave]),
            Screen::Declined(_) => (self.blank_tool(standing).into_iter().collect(), vec![back, leave]),
            Screen::Helper => (vec![button("不用代填", Act::Alone)], vec![back, next]),
            Screen::Consent(_) => (Vec::new(), vec![back, button("不同意", Act::Decline), primary("同意", Act::Agree)]),
            Screen::Question(slot) if self.is_inquiry() => {
                let stop = button("不查了", Act::Leave);
                let bar = match inquiry::is_last(slot) {
                    true => vec![back, stop, primary("查询", Act::Inquire)],
                    false => vec![stop, next],
                };
                (self.question_tools(slot, standing), bar)
            }
            Screen::Question(slot) => (self.question_tools(slot, standing), vec![back, next]),
            Screen::Copies(group) => (self.copy_tools(group, standing), vec![back, next]),
            Screen::Review => (self.review_tools(standing), self.review_bar(back, standing)),
            Screen::Receipt => (Vec::new(), self.receipt_bar(standing)),
            Screen::Case => (Vec::new(), vec![back, primary("完成", Act::Leave)]),
        };
        Buttons { tools, bar }
    }

    /// Whether it is of those that nobody waits for an answer to: short, and nobody writes for anybody.
    fn is_survey(&self) -> bool {
        !self.about.kind.is_answered()
    }

    fn aloud_tool(&self, is_private: bool, is_aloud: bool, standing: &Standing<'_>) -> Option<Button> {
        use crate::speech::headphones::Hearing;
        let is_asked = is_private && standing.has_voice && standing.hearing == Hearing::Hall;
        let of_words = if self.about.kind == LetterKind::Application {
            "个人信息也大声朗读"
        } else {
            "我写的也大声朗读"
        };
        is_asked.then(|| button(if is_aloud { "不再大声朗读" } else { of_words }, Act::Aloud))
    }

    fn question_tools(&self, slot: Slot, standing: &Standing<'_>) -> Vec<Button> {
        let is_private = self.is_private(slot);
        let is_aloud = self.is_all_aloud || self.aloud.contains(&slot);
        // Where all of it is read aloud there is nothing to choose for one.
        let aloud = self.aloud_tool(is_private && !self.is_all_aloud, is_aloud, standing);
        let is_drawn = self.is_signed() && !self.signature().0.is_empty();
        aloud.into_iter().chain(is_drawn.then(|| button("重写签名", Act::Rewrite))).collect()
    }

    /// Who does not agree can still write by hand.
    fn blank_tool(&self, standing: &Standing<'_>) -> Option<Button> {
        offer::has_blank(self.sheet.form(), standing).then(|| button(offer::BLANK, Act::PrintBlank))
    }

    fn copy_tools(&self, group: usize, standing: &Standing<'_>) -> Vec<Button> {
        let Some(part) = self.sheet.group(group) else { return Vec::new() };
        let copies = self.sheet.copies_of(group);
        let mut tools: Vec<Button> = Vec::new();
        tools.extend((copies < part.times_max()).then(|| button("再填一份", Act::AddCopy)));
        if copies > 1 {
            tools.extend((0..copies).map(|copy| button(format!("删掉第{}份", copy + 1), Act::RemoveCopy(copy))));
        }
        let is_private = part.fields.iter().any(|field| field.is_personal);
        tools.extend(self.aloud_tool(is_private, self.is_all_aloud, standing));
        tools
    }

    fn review_tools(&self, standing: &Standing<'_>) -> Vec<Button> {
        let form = self.sheet.form();
        let is_ready = self.is_complete() && !self.is_busy();
        let mut tools = Vec::new();
        if is_ready && form.can(FormWay::Slip) && standing.has_printer {
            tools.push(button("打印填好的凭单", Act::PrintSlip));
        }
        if is_ready && form.can(FormWay::Sheet) && standing.has_a4 {
            tools.push(button("打印A4表格", Act::PrintSheet));
        }
        let is_private = self.sheet.lines().iter().any(|line| self.is_own(line.field));
        tools.extend(self.aloud_tool(is_private, self.is_all_aloud, standing));
        tools
    }

    fn review_bar(&self, back: Button, standing: &Standing<'_>) -> Vec<Button> {
        let can_submit =
            self.sheet.form().can(FormWay::Submit) && standing.mailbox.is_open() && !self.is_late(standing);
        let is_unread = self.helper.is_some() && !self.is_read_back;
        let submit = match (can_submit && !self.is_busy(), self.is_complete(), is_unread) {
            (true, true, _) => Some(primary("提交", Act::HandIn)),
            (true, false, true) if self.sheet.is_complete() => Some(primary("提交", Act::ReadFirst)),
            (true, false, true | false) | (false, _, _) => None,
        };
        std::iter::once(back).chain(submit).collect()
    }

    fn receipt_bar(&self, standing: &Standing<'_>) -> Vec<Button> {
        let done = primary("完成", Act::Leave);
        if self.receipt.as_ref().is_none_or(|receipt| receipt.handed.number.is_none()) {
            return vec![done];
        }
        let print = standing.has_printer.then(|| button("打印回执", Act::PrintReceipt));
        print.into_iter().chain([button("扫码带走", Act::TakeAway), done]).collect()
    }
}
