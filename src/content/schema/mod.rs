//! One definition a record: its fields, their Chinese names and the rule each value keeps.
//! From it come the checks, the canonical bytes, the keys of the office's files, the columns of Excel tables and the
//! walk over every text and reference. No value gets in unchecked; everything wrong is named, not only the first.

mod at;
mod checks;
mod compound;
mod rules;
mod shape;
mod written;

use serde_json::Value as Json;

use crate::base::id::RecordId;

pub use at::At;
pub use checks::{Checked, Checks, FieldError, LIST_MAX, Noted, Source, TEXT_CHARS_MAX, TITLE_CHARS_MAX, host_of};
pub use compound::{Blank, Flat, List, May, Part};
pub use rules::{
    AnyRef, Cell, Count, Day, Flag, Host, Id, Name, Num, Only, Phone, Ref, RowNumber, Term, Terms, Text, Title, Url,
};
pub use shape::{Form, Key, Shape};
pub use written::{DateRange, Money, Month, Point, Written, WrittenAs};

/// The object a record or a part of one is read from and written to.
pub type Map = serde_json::Map<String, Json>;

/// What a walk over a record comes by.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// A line or paragraph that people read.
    Text(&'a str),
    /// A telephone number.
    Phone(&'a str),
    /// A web address.
    Url(&'a str),
    /// The id of another record.
    Reference(&'a RecordId),
}

/// Called with each place and what stands there.
pub type See<'s> = dyn FnMut(&At<'_>, Seen<'_>) + 's;

/// How one value is read, checked and written.
pub trait Rule {
    /// What it is once it is checked.
    type Value;

    /// What may stand in an office's file.
    fn shape() -> Shape;

    /// Reads and checks what stands there.
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Self::Value>;

    /// The value as it is written; none when it is what a missing key means.
    fn write(value: &Self::Value) -> Option<Json>;

    /// A right value, the `n`-th of a list; templates and property tests start from it.
    fn example(n: usize) -> Json;

    /// What a missing key means; none when it must be there.
    fn absent() -> Option<Self::Value> {
        None
    }

    /// Shows every text and reference in it.
    fn visit(_value: &Self::Value, _at: &At<'_>, _see: &mut See<'_>) {}

    /// Takes its key out of an object.
    fn take(map: &mut Map, key: &'static str, c: &mut Checks, at: &At<'_>) -> Checked<Self::Value> {
        let at = at.key(key);
        match (map.remove(key), Self::absent()) {
            (Some(raw), _) => Self::read(raw, c, &at),
            (None, Some(value)) => Ok(value),
            (None, None) => Err(c.refuse(&at, "不能为空")),
        }
    }

    /// Puts its key into an object.
    fn put(value: &Self::Value, key: &'static str, map: &mut Map) {
        if let Some(json) = Self::write(value) {
            map.insert(key.to_owned(), json);
        }
    }

    /// The keys it has in a file.
    fn keys(key: &'static str, label: &'static str) -> Vec<Key> {
        vec![Key { name: key, label, shape: Self::shape(), is_required: Self::absent().is_none() }]
    }

    /// Like [`Rule::visit`], from the object around it.
    fn look(value: &Self::Value, key: &'static str, at: &At<'_>, see: &mut See<'_>) {
        Self::visit(value, &at.key(key), see);
    }

    /// Puts its example into an object.
    fn show(key: &'static str, n: usize, map: &mut Map) {
        map.insert(key.to_owned(), Self::example(n));
    }
}

/// A record, or a part of one: what [`fields!`] makes of a definition.
pub trait Fields: Sized {
    /// Its keys, in the order of the definition.
    fn keys() -> Vec<Key>;
    /// Reads and checks it; keys that nobody knows are left alone.
    fn read(map: &mut Map, c: &mut Checks, at: &At<'_>) -> Checked<Self>;
    /// Writes every key that says something.
    fn write(&self, map: &mut Map);
    /// Shows every text and reference.
    fn visit(&self, at: &At<'_>, see: &mut See<'_>);
    /// An object that is read without a problem.
    fn example(n: usize) -> Map;
}

/// A kind of record.
pub trait Kind: Fields {
    /// The first half of its ids.
    const KIND: &'static str;
    /// What people call it.
    const LABEL: &'static str;
    /// Its id.
    fn id(&self) -> &RecordId;
    /// What a list or a search result calls it.
    fn title(&self) -> &str;
    /// The office it belongs to.
    fn org(&self) -> Option<&RecordId>;
}

/// Reads a record, or names everything that is wrong with it.
pub fn read<T: Fields>(mut map: Map, source: Source) -> Result<T, Vec<FieldError>> {
    Checks::run(source, |c| T::read(&mut map, c, &At::TOP))
}

/// Defines a record or a part of one: fields, rules, Chinese labels; `keeps` names a check of the whole, `shows` what
/// makes the examples of the fields fit together.
///
/// A key in the file is the field's name, or what stands after `as`.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$doc:meta])* $field:ident $(as $key:literal)? : $rule:ty = $label:literal ),* $(,)?
        }
        $(keeps $whole:path $(, shows $fitting:path)?)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $( $(#[$doc])* pub $field: <$rule as $crate::content::schema::Rule>::Value, )*
        }

        impl $crate::content::schema::Fields for $name {
            fn keys() -> Vec<$crate::content::schema::Key> {
                let mut keys = Vec::new();
                $( keys.extend(<$rule as $crate::content::schema::Rule>::keys(
                    $crate::content::schema::fields!(@key $field $($key)?), $label)); )*
                keys
            }

            fn read(
                map: &mut $crate::content::schema::Map,
                c: &mut $crate::content::schema::Checks,
                at: &$crate::content::schema::At<'_>,
            ) -> $crate::content::schema::Checked<Self> {
                // Every field is checked before the first wrong one ends the reading.
                $( let $field = <$rule as $crate::content::schema::Rule>::take(
                    map, $crate::content::schema::fields!(@key $field $($key)?), c, at); )*
                let whole = Self { $( $field: $field?, )* };
                $( $whole(&whole, c, at)?; )?
                Ok(whole)
            }

            fn write(&self, map: &mut $crate::content::schema::Map) {
                $( <$rule as $crate::content::schema::Rule>::put(
                    &self.$field, $crate::content::schema::fields!(@key $field $($key)?), map); )*
            }

            fn visit(&self, at: &$crate::content::schema::At<'_>, see: &mut $crate::content::schema::See<'_>) {
                $( <$rule as $crate::content::schema::Rule>::look(
                    &self.$field, $crate::content::schema::fields!(@key $field $($key)?), at, see); )*
            }

            fn example(n: usize) -> $crate::content::schema::Map {
                let mut map = $crate::content::schema::Map::new();
                $( <$rule as $crate::content::schema::Rule>::show(
                    $crate::content::schema::fields!(@key $field $($key)?), n, &mut map); )*
                $( $( $fitting(&mut map); )? )?
                map
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}

/// Says which kind of record a definition is: `kind!(Notice: "notice" = "公示公告", title, org)`.
macro_rules! kind {
    ($name:ident : $kind:literal = $label:literal) => {
        $crate::content::schema::kind!(@ $name $kind $label, |_| $label, |_| None);
    };
    ($name:ident : $kind:literal = $label:literal, $title:ident $(. $inner:ident)?, none) => {
        $crate::content::schema::kind!(@ $name $kind $label, |r| &r.$title $(. $inner)?, |_| None);
    };
    ($name:ident : $kind:literal = $label:literal, $title:ident $(. $inner:ident)?, may $org:ident $(. $in:ident)?) => {
        $crate::content::schema::kind!(@ $name $kind $label, |r| &r.$title $(. $inner)?, |r| r.$org $(. $in)?.as_ref());
    };
    ($name:ident : $kind:literal = $label:literal, $title:ident $(. $inner:ident)?, $org:ident $(. $in:ident)?) => {
        $crate::content::schema::kind!(@ $name $kind $label, |r| &r.$title $(. $inner)?, |r| Some(&r.$org $(. $in)?));
    };
    (@ $name:ident $kind:literal $label:literal, |$r:pat_param| $title:expr, |$o:pat_param| $org:expr) => {
        impl $crate::content::schema::Kind for $name {
            const KIND: &'static str = $kind;
            const LABEL: &'static str = $label;
            fn id(&self) -> &$crate::base::id::RecordId {
                &self.id
            }
            fn title(&self) -> &str {
                let $r = self;
                $title
            }
            fn org(&self) -> Option<&$crate::base::id::RecordId> {
                let $o = self;
                $org
            }
        }
    };
}

/// An enum whose values are fixed Chinese terms, those of the national standards where there are some.
macro_rules! terms {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$doc:meta])* $variant:ident = $term:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( #[doc = $term] $(#[$doc])* $variant, )+ }

        impl $crate::content::schema::Terms for $name {
            const TERMS: &'static [(&'static str, Self)] = &[$(($term, Self::$variant)),+];
        }

        impl $name {
            /// The official term.
            pub fn term(self) -> &'static str {
                match self { $(Self::$variant => $term),+ }
            }

            /// The value of an official term.
            pub fn from_term(term: &str) -> Option<Self> {
                <Self as $crate::content::schema::Terms>::TERMS.iter().find(|(t, _)| *t == term).map(|(_, value)| *value)
            }
        }
    };
}

pub(crate) use {fields, kind, terms};
