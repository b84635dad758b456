//! What may stand in an office's file: the keys of an object, their kinds and names.
//! It judges no value; rules do.

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A quoted text.
    Text,
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
