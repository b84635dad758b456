//! What may stand in an office's file: the keys of an object, their kinds and names.
//! It judges no value; rules do.

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A quoted text.
    Text(Form),
    /// One of these texts.
    Term(Vec<&'static str>),
    /// A whole number from 0 to this.
    Number(u64),
    /// `true` or `false`; 是 or 否 in a table.
    Flag,
    /// A list of values of one kind.
    List(Box<Shape>),
    /// Keys and values.
    Table(Vec<Key>),
}

/// One key of an object, or one column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name in files.
    pub name: &'static str,
    /// What an office calls it: the heading of its column.
    pub label: &'static str,
    /// The kind of its value.
    pub shape: Shape,
    /// Whether it must be there.
    pub is_required: bool,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Words.
    Words,
    /// The id of a record, or a name inside one.
    Name,
    /// `2026-03-01`
    Day,
    /// Yuan, `1234.50`.
    Money,
    /// A telephone number.
    Phone,
    /// An https address.
    Link,
    /// A text like this one.
    Like(&'static str),
}

impl Form {
    /// What to write, said to a clerk.
    pub fn wanted(self) -> String {
        match self {
            Self::Words => "文字".to_owned(),
            Self::Name => "编号".to_owned(),
            Self::Day => "日期，如 2026-03-01".to_owned(),
            Self::Money => "金额（元），如 1234.50".to_owned(),
            Self::Phone => "电话，如 0600-5550100".to_owned(),
            Self::Link => "网址，以 https:// 开头".to_owned(),
            Self::Like(example) => format!("文字，如 {example}"),
        }
    }
}
