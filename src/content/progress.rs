//! Work in progress: tasks the government set itself, and projects from plan to acceptance.
//! Whether something is late follows from its dates and the day one asks; nobody types it.

use jiff::civil::Date;

use super::org::Org;
use super::schema::{
    At, Blank, Checked, Checks, Day, Id, May, Money, Ref, RowNumber, Text, Title, WrittenAs, fields, kind,
};

fields! {
    /// A task (重点工作): a row of `progress.csv`.
    pub struct Task {
        /// `task/…`.
        id: Id<Task> = "编号",
        /// What is to be done.
        title: Title = "任务",
        /// The office that answers for it.
        org: Ref<Org> = "责任单位",
        /// Where it was set, such as 2026年政府工作报告.
        source: Title = "任务来源",
        /// By when.
        due: Day = "完成时限",
        /// When it was done.
        done: May<Day> = "完成日期",
        /// How it stands.
        progress: Blank<Text> = "进展",
        /// Last day on which that was confirmed.
        updated: Day = "更新日期",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Task: "task" = "重点工作", title, org);

/// How a task stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// Done, and in time.
    Done,
    /// Done, so many days late.
    DoneLate(u32),
    /// So many days left.
    Open(u32),
    /// So many days late.
    Overdue(u32),
}

impl Task {
    /// How it stands on this day.
    pub fn state(&self, today: Date) -> TaskState {
        let late = |day: Date| days_between(self.due, day);
        match self.done {
            Some(done) if done <= self.due => TaskState::Done,
            Some(done) => TaskState::DoneLate(late(done)),
            None if today <= self.due => TaskState::Open(days_between(today, self.due)),
            None => TaskState::Overdue(late(today)),
        }
    }
}

fn days_between(from: Date, to: Date) -> u32 {
    u32::try_from((to - from).get_days()).unwrap_or(0)
}

fields! {
    /// A public project (项目公示): a row of `projects.csv`. Its stages follow on each other.
    pub struct Project {
        /// `project/…`.
        id: Id<Project> = "编号",
        /// Its name.
        title: Title = "项目名称",
        /// The office that answers for it.
        org: Ref<Org> = "责任单位",
        /// The village or township it is in.
        place: May<Ref<Org>> = "实施地点",
        /// What is built or bought.
        content: Text = "建设内容",
        /// What it costs in yuan.
        amount: WrittenAs<Money> = "资金",
        /// Where the money comes from.
        source: Title = "资金来源",
        /// Planned and entered (规划立项).
        planned: May<Day> = "规划立项",
        /// Money released (下达资金).
        funded: May<Day> = "下达资金",
        /// Approved (批复实施).
        approved: May<Day> = "批复实施",
        /// Under way (实施进展).
        started: May<Day> = "实施进展",
        /// Accepted (竣工验收).
        accepted: May<Day> = "竣工验收",
        /// How it stands.
        progress: Blank<Text> = "进展说明",
        /// Last day on which that was confirmed.
        updated: Day = "更新日期",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
    keeps Project::is_in_order
}
kind!(Project: "project" = "项目公示", title, org);

impl Project {
    /// The five stages in order, each with its day.
    pub fn stages(&self) -> [(&'static str, &'static str, Option<Date>); 5] {
        [
            ("planned", "规划立项", self.planned),
            ("funded", "下达资金", self.funded),
            ("approved", "批复实施", self.approved),
            ("started", "实施进展", self.started),
            ("accepted", "竣工验收", self.accepted),
        ]
    }

    fn is_in_order(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut before: Option<(&str, Date)> = None;
        let mut missing = None;
        for (key, label, day) in self.stages() {
            let Some(day) = day else {
                missing.get_or_insert(label);
                continue;
            };
            if let Some(missing) = missing {
                return Err(c.refuse(&at.key(key), format!("有“{label}”的日期，却没有前面“{missing}”的日期")));
            }
            if let Some((earlier, _)) = before.filter(|(_, earlier)| *earlier > day) {
                return Err(c.refuse(&at.key(key), format!("“{label}”早于前面的“{earlier}”")));
            }
            before = Some((label, day));
        }
        Ok(())
    }
}
