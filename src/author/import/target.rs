//! What a table is imported as: the columns of a record kind, what their headings are called, what their cells hold.
//! Plain data; it reads nothing and knows no file.

/// A kind of table that can be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name on the command line, such as `catalogue`.
    pub kind: &'static str,
    /// Its name as staff know it.
    pub label: &'static str,
    /// Where the result belongs in the content folder.
    pub home: Home,
    /// Its columns, in the order in which they are written.
    pub columns: Vec<TargetColumn>,
}

/// Where imported rows belong in the content folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In this file.
    File(&'static str),
    /// In a file of this folder that somebody must name.
    Named(&'static str),
    /// Each row in a file of its own in this folder.
    Folder(&'static str),
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetColumn {
    /// The key in the written file.
    pub key: String,
    /// The heading as staff know it; `公开对象/全社会` stands under a heading of its own.
    pub label: String,
    /// Other headings that mean the same.
    pub synonyms: Vec<String>,
    /// Whether a table without this column, or a row without this cell, is refused.
    pub is_required: bool,
    /// What its cells hold.
    pub cell: CellKind,
    /// What the clerk should know when filling it in; may be empty.
    pub hint: String,
    /// A cell as it should look; may be empty.
    pub example: String,
}

/// What the cells of a column hold, and so how they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellKind {
    /// Words in one line; line breaks of the cell are closed up.
    Text,
    /// Words whose line breaks matter to the reader of the cell, and are kept.
    Lines,
    /// A number, code or name without any space inside.
    Code,
    /// A whole number, not negative.
    Whole,
    /// A number with or without decimals.
    Decimal,
    /// An amount, written in 元 with two decimals.
    Money,
    /// A day, written 2026-03-01.
    Date,
    /// Yes or no, written 是 or 否.
    Flag,
    /// A tick mark, written 是 or nothing.
    Tick,
    /// A tick mark, or the words that stand in its place.
    TickOrText,
    /// One of these words.
    Term(Vec<Term>),
    /// Some of these words, joined by 、.
    Terms(Vec<Term>),
    /// Free words, joined by 、.
    List,
    /// The ways of publication with ■ or □ before them, joined by 、.
    Channels,
    /// One phone number.
    Phone,
    /// A web address that begins with https:// or http://.
    Address,
}

/// A word of a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word as it is written.
    pub word: String,
    /// Other words that mean the same.
    pub synonyms: Vec<String>,
}

impl Term {
    /// A word without other words for it.
    pub fn plain(word: &str) -> Self {
        Self { word: word.to_owned(), synonyms: Vec::new() }
    }

    /// A word and other words that mean the same.
    pub fn with(word: &str, synonyms: &[&str]) -> Self {
        Self { word: word.to_owned(), synonyms: owned(synonyms) }
    }
}

impl TargetColumn {
    /// An optional column.
    pub fn new(key: &str, label: &str, cell: CellKind) -> Self {
        Self {
            key: key.to_owned(),
            label: label.to_owned(),
            synonyms: Vec::new(),
            is_required: false,
            cell,
            hint: String::new(),
            example: String::new(),
        }
    }

    /// The same column, which must be there and filled in.
    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The same column with other headings that mean the same.
    pub fn also(mut self, synonyms: &[&str]) -> Self {
        self.synonyms = owned(synonyms);
        self
    }

    /// The same column with what the clerk should know and how a cell looks.
    pub fn explained(mut self, hint: &str, example: &str) -> Self {
        self.hint = hint.to_owned();
        self.example = example.to_owned();
        self
    }
}

impl CellKind {
    /// What to write into such a cell, said to a clerk.
    pub fn what_to_write(&self) -> String {
        let words = |terms: &[Term]| terms.iter().map(|t| t.word.as_str()).collect::<Vec<_>>().join("、");
        match self {
            Self::Text => "一行文字".into(),
            Self::Lines => "文字，可以换行".into(),
            Self::Code => "编号，设成文本格式".into(),
            Self::Whole => "整数".into(),
            Self::Decimal => "数字".into(),
            Self::Money => "金额，单位元；以万元计的写明“万元”".into(),
            Self::Date => "日期，如 2026-03-01".into(),
            Self::Flag => "是 或 否".into(),
            Self::Tick => "是就打√，不是就空着".into(),
            Self::TickOrText => "打√，或写明是谁".into(),
            Self::Term(terms) => format!("选一个：{}", words(terms)),
            Self::Terms(terms) => format!("可多选，用顿号隔开：{}", words(terms)),
            Self::List => "几个词，用顿号隔开".into(),
            Self::Channels => "一项一行，选中的前面用■，不选的用□".into(),
            Self::Phone => "一个电话，如 0600-5550100".into(),
            Self::Address => "网址，以 https:// 开头".into(),
        }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}
