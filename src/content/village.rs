//! The village board (三务公开栏): what a village is and owns, what it must publish, and each month's entries.
//! A month's money must balance; whether months follow on each other is checked where all of them are known.

use super::org::Org;
use super::schema::{
    At, Blank, Checked, Checks, Day, Id, List, Map, May, Money, Month, Name, Only, Part, Ref, Term, Text, Title,
    WrittenAs, fields, kind, terms,
};

fields! {
    /// A village or neighbourhood: `village/<org>/profile.toml` and `assets.csv`.
    pub struct Village {
        /// `village/<org>`; taken from the folder's name.
        id: Id<Village> = "编号",
        /// Its name.
        title: Title = "名称",
        /// The committee; the same name as the folder.
        org: Ref<Org> = "村（居）委会",
        /// A few sentences.
        about: Text = "简介",
        /// Figures people ask for, such as 户数.
        facts as "fact": List<Part<Fact>, 0, 30> = "基本情况",
        /// Day of the list of assets.
        assets_as_of: May<Day> = "资产清单日期",
        /// Collective assets; taken from `assets.csv`.
        assets: List<Part<Asset>, 0, 500> = "集体资产",
        /// Last day on which it was confirmed.
        updated: May<Day> = "更新日期",
    }
}
kind!(Village: "village" = "村（社区）", title, org);

fields! {
    /// A name and a value.
    pub struct Fact {
        /// Such as 户数.
        name: Title = "名称",
        /// Such as 412户.
        value: Title = "数值",
    }
}

fields! {
    /// Something the village owns together.
    pub struct Asset {
        /// What it is.
        name: Title = "资产名称",
        /// How many.
        qty: Title = "数量",
        /// Of what.
        unit: Title = "单位",
        /// Book value in yuan.
        value: May<WrittenAs<Money>> = "账面价值",
        /// Where it is.
        place as "where": Blank<Title> = "位置",
        /// In use, let, idle.
        status: Title = "使用情况",
    }
}

fields! {
    /// What a village must publish: `village/rules.toml`.
    pub struct VillageRules {
        /// Always `village-rules/main`.
        id: Only<VillageRules> = "编号",
        /// The document it rests on.
        title: Title = "依据",
        /// The items.
        items as "item": List<Part<MandatoryItem>, 1, 100> = "必公开事项",
    }
}
kind!(VillageRules: "village-rules" = "村务公开目录", title, none);

fields! {
    /// An item that must be published.
    pub struct MandatoryItem {
        /// Unique; entries refer to it.
        id: Name = "编号",
        /// Its name.
        name: Title = "事项",
        /// On which of the three boards.
        kind: Term<BoardKind> = "类别",
        /// How often.
        cycle: Term<Cycle> = "周期",
        /// Villages, neighbourhoods or both.
        applies_to as "for": Term<AppliesTo> = "适用",
    }
}

terms! {
    /// The three boards.
    pub enum BoardKind { Party = "党务", Affairs = "村务", Finance = "财务" }
}

terms! {
    /// How often an item must be published.
    pub enum Cycle { Monthly = "每月", Quarterly = "每季度", HalfYearly = "每半年", Yearly = "每年", Prompt = "及时" }
}

terms! {
    /// Whom a rule binds.
    pub enum AppliesTo { Village = "村", Community = "社区", Both = "村和社区" }
}

fields! {
    /// One month of a village's board: `village/<org>/2026-10.csv`.
    pub struct BoardMonth {
        /// `month/<org>.2026-10`; made from folder and file name.
        id: Id<BoardMonth> = "编号",
        /// Such as 柳林村2026年10月; made from both.
        title: Title = "标题",
        /// The committee.
        org: Ref<Org> = "村（居）委会",
        /// The month.
        month: WrittenAs<Month> = "月份",
        /// Money at the beginning; the row 上月结余.
        opening: May<WrittenAs<Money>> = "上月结余",
        /// Money at the end; the row 本月结余.
        closing: May<WrittenAs<Money>> = "本月结余",
        /// Everything published, in the order of the file.
        entries: List<Part<BoardEntry>, 0, 1000> = "公开事项",
    }
    keeps BoardMonth::balances
}
kind!(BoardMonth: "month" = "村务公开栏", title, org);

fields! {
    /// One entry of the board.
    pub struct BoardEntry {
        /// On which of the three boards.
        kind: Term<BoardKind> = "类别",
        /// The mandatory item it answers, where it answers one.
        mandatory_id: Blank<Name> = "必公开事项编号",
        /// What it is.
        item: Title = "事项",
        /// When.
        date: Day = "日期",
        /// What there is to say.
        text: Blank<Text> = "内容",
        /// Money that came in.
        income: May<WrittenAs<Money>> = "收入",
        /// Money that went out.
        expense: May<WrittenAs<Money>> = "支出",
        /// Voucher number.
        voucher: Blank<Title> = "凭证号",
        /// Who handled it.
        handler: Blank<Title> = "经手人",
        /// Who approved it.
        approved_by: Blank<Title> = "审批人",
        /// What it is about.
        focus: List<Term<Focus>, 0, 5> = "重点",
    }
    keeps BoardEntry::is_plain, shows BoardEntry::example_of_money
}

terms! {
    /// What residents look for (村务重点).
    pub enum Focus {
        Poverty = "脱贫攻坚", Revival = "乡村振兴", Money = "村级财务", Subsidy = "惠农政策", Land = "失地保障",
        Elderly = "养老", Relief = "救助",
    }
}

impl BoardEntry {
    fn is_plain(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let has_money = self.income.is_some() || self.expense.is_some();
        let mut result = Ok(());
        if has_money && self.kind != BoardKind::Finance {
            result = Err(c.refuse(&at.key("kind"), "有收支的应为“财务”"));
        }
        for (key, money) in [("income", self.income), ("expense", self.expense)] {
            if money.is_some_and(|m| m.0 < 0) {
                result = Err(c.refuse(&at.key(key), "金额不能是负数，退款写在另一边"));
            }
        }
        result
    }

    fn example_of_money(map: &mut Map) {
        map.insert("kind".to_owned(), BoardKind::Finance.term().into());
    }
}

impl BoardMonth {
    /// What came in.
    pub fn income(&self) -> Money {
        Money(self.entries.iter().filter_map(|e| e.income).map(|m| m.0).sum())
    }

    /// What went out.
    pub fn expense(&self) -> Money {
        Money(self.entries.iter().filter_map(|e| e.expense).map(|m| m.0).sum())
    }

    fn balances(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        match (self.opening, self.closing) {
            (Some(opening), Some(closing)) => {
                let (income, expense) = (self.income(), self.expense());
                let expected = Money(opening.0 + income.0 - expense.0);
                if expected != closing {
                    let problem = format!(
                        "收支不平：上月结余{opening}元＋收入{income}元－支出{expense}元＝{expected}元，写的是{closing}元"
                    );
                    result = Err(c.refuse(&at.key("closing"), problem));
                }
            }
            (None, None) if self.income() == Money(0) && self.expense() == Money(0) => {}
            (None, _) => result = Err(c.refuse(&at.key("opening"), "缺少“上月结余”一行")),
            (Some(_), None) => result = Err(c.refuse(&at.key("closing"), "缺少“本月结余”一行")),
        }
        result
    }
}
