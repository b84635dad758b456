//! Lists (清单) and open-data tables (数据表): a head with columns, and rows.
//! Each row is a record of its own, so that a change of one row is a change of one record.

use super::imprint::Imprint;
use super::org::Org;
use super::schema::{
    AnyRef, At, Blank, Cell, Checked, Checks, Count, Day, Flag, Flat, Id, List, Map, May, Money, Name, Part, Ref,
    RowNumber, Term, Text, Title, WrittenAs, fields, kind, terms,
};

/// Most columns of a table.
pub const COLUMNS_MAX: usize = 30;

fields! {
    /// What lists and tables have in common.
    pub struct Sheet {
        /// Its title.
        title: Title = "标题",
        /// One line of what is in it.
        plain: Text = "一句话说明",
        /// The office that answers for it.
        org: Ref<Org> = "责任单位",
        /// Its columns, in order.
        columns as "column": List<Part<Column>, 1, COLUMNS_MAX> = "列",
        /// The column whose value names a row.
        row_title: Name = "行标题",
        /// The column that is different in each row; the row's number where it is empty.
        key: Blank<Name> = "主键",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps Sheet::has_its_columns
}

fields! {
    /// A column.
    pub struct Column {
        /// Its name in the CSV file.
        id: Name = "编号",
        /// Its heading.
        label: Title = "列名",
        /// What its cells are.
        kind: Term<ColumnKind> = "类型",
        /// Unit of its numbers, such as 元 or 亩.
        unit: Blank<Title> = "单位",
        /// How its cells were masked before they were published.
        mask: May<Term<Mask>> = "遮盖",
        /// Its sum is shown below the table.
        is_summed: Flag = "合计",
        /// Rows can be filtered by it.
        is_filter: Flag = "可筛选",
    }
    keeps Column::sums_numbers, shows Column::example_of_money
}

terms! {
    /// What the cells of a column are.
    pub enum ColumnKind { Text = "文字", Number = "数字", Money = "金额", Date = "日期", Phone = "电话", Percent = "百分比" }
}

terms! {
    /// How personal data was masked.
    pub enum Mask {
        /// 张*
        PersonName = "姓名",
        /// Last four digits.
        IdCard = "身份证",
        /// 138****1234
        Phone = "电话",
        /// Last four digits.
        Account = "账号",
    }
}

fields! {
    /// A list of powers, duties or promises (清单): `lists/<id>.toml` with `lists/<id>.csv`.
    pub struct ListHead {
        /// `list/…`.
        id: Id<ListHead> = "编号",
        /// Title, columns, imprint.
        sheet: Flat<Sheet> = "清单",
        /// Which list it is.
        kind: Term<ListKind> = "清单类型",
        /// Which of five, for 双随机一公开.
        part: May<Term<RandomPart>> = "双随机组成",
        /// Pairs of columns that show what a reform changed.
        changes as "change": List<Part<Change>, 0, 10> = "改革前后",
    }
    keeps ListHead::changes_have_columns, shows ListHead::example_of_a_part
}
kind!(ListHead: "list" = "清单", sheet.title, sheet.org);

terms! {
    /// Which list it is.
    pub enum ListKind {
        Powers = "权责清单", Negative = "负面清单", PublicServices = "公共服务事项清单", Visits = "跑动次数清单",
        Intermediaries = "中介服务事项清单", Reform = "清减降放清单", Random = "双随机一公开", Other = "其他清单",
    }
}

terms! {
    /// The five parts of 双随机一公开: 一单、两库、一细则、一计划.
    pub enum RandomPart {
        Items = "抽查事项清单", Subjects = "检查对象名录库", Inspectors = "执法检查人员名录库", Rules = "实施细则",
        Plan = "抽查计划",
    }
}

fields! {
    /// What a reform changed: two columns and what they count.
    pub struct Change {
        /// What is counted, such as 材料.
        label: Title = "内容",
        /// The column before.
        before: Name = "改革前",
        /// The column after.
        after: Name = "改革后",
        /// Unit of both.
        unit: Blank<Title> = "单位",
    }
}

fields! {
    /// An open-data table: `tables/<id>.toml` with `tables/<id>.csv`.
    pub struct Table {
        /// `table/…`.
        id: Id<Table> = "编号",
        /// Title, columns, imprint.
        sheet: Flat<Sheet> = "数据表",
        /// The day its numbers are of.
        as_of: Day = "数据截至",
        /// How much of a sum is used.
        progress: May<Part<Progress>> = "进度",
    }
    keeps Table::progress_has_its_column
}
kind!(Table: "table" = "数据表", sheet.title, sheet.org);

fields! {
    /// How much of a sum is used; what is used is the sum of a column.
    pub struct Progress {
        /// What the money is, such as 农机购置补贴资金.
        label: Title = "名称",
        /// The whole sum in yuan.
        total: WrittenAs<Money> = "总额",
        /// The column that is summed.
        used: Name = "使用列",
    }
}

fields! {
    /// A row of a list or table; made from a row of its CSV file.
    pub struct Row {
        /// `row/<list or table>.<key>`.
        id: Id<Row> = "编号",
        /// The list or table.
        sheet: AnyRef = "所属",
        /// What names it: the cell of the head's `row_title`.
        title: Title = "行标题",
        /// Its cells, in the order of the columns; may be empty.
        cells: List<Cell, 1, COLUMNS_MAX> = "各列",
        /// Its place in the table, from 1.
        n: Count<1_000_000> = "行号",
        /// The office of the head.
        org: Ref<Org> = "责任单位",
        /// The row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Row: "row" = "清单条目", title, org);

impl Sheet {
    /// A column's place by its id.
    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.id == id)
    }

    fn has_its_columns(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        for (i, column) in self.columns.iter().enumerate() {
            if self.column(&column.id) != Some(i) {
                result = Err(c.refuse(&at.key("column").entry(i).key("id"), format!("列“{}”写了两次", column.id)));
            }
        }
        for (key, name) in [("row_title", &self.row_title), ("key", &self.key)] {
            if !name.is_empty() && self.column(name).is_none() {
                result = Err(c.refuse(&at.key(key), format!("没有列“{name}”")));
            }
        }
        result
    }
}

impl Column {
    fn sums_numbers(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let is_number = matches!(self.kind, ColumnKind::Number | ColumnKind::Money);
        if self.is_summed && !is_number {
            Err(c.refuse(&at.key("is_summed"), "只有数字和金额可以合计"))
        } else {
            Ok(())
        }
    }

    fn example_of_money(map: &mut Map) {
        map.insert("kind".to_owned(), ColumnKind::Money.term().into());
    }
}

impl ListHead {
    fn example_of_a_part(map: &mut Map) {
        map.insert("kind".to_owned(), ListKind::Random.term().into());
    }

    fn changes_have_columns(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        for (i, change) in self.changes.iter().enumerate() {
            for (key, name) in [("before", &change.before), ("after", &change.after)] {
                if self.sheet.column(name).is_none() {
                    result = Err(c.refuse(&at.key("change").entry(i).key(key), format!("没有列“{name}”")));
                }
            }
        }
        if (self.kind == ListKind::Random) != self.part.is_some() {
            result = Err(c.refuse(&at.key("part"), "双随机一公开的清单要写 part，其他清单不写"));
        }
        result
    }
}

impl Table {
    fn progress_has_its_column(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let Some(progress) = &self.progress else { return Ok(()) };
        let used = self.sheet.column(&progress.used).map(|i| self.sheet.columns[i].kind);
        match used {
            Some(ColumnKind::Money) if progress.total.0 > 0 => Ok(()),
            Some(ColumnKind::Money) => Err(c.refuse(&at.key("progress").key("total"), "总额应大于 0")),
            Some(_) => Err(c.refuse(&at.key("progress").key("used"), "这一列应为金额")),
            None => Err(c.refuse(&at.key("progress").key("used"), format!("没有列“{}”", progress.used))),
        }
    }
}
