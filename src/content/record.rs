//! One record of any kind, and the bytes it travels as.
//! The bytes are canonical: the same record always gives the same ones, so hashes can be compared.

use serde_json::Value as Json;

use super::schema::{At, FieldError, Fields, Key, Kind, Map, See, Source, read};
use super::{
    Agent, BoardMonth, Bundle, Calendar, Case, CatalogueField, Device, Entry, Event, FloorMap, Form, Guide, Hours,
    Imprint, IndexItem, Interpretation, Lexicon, ListHead, Notice, Org, Policy, Project, Qa, Reply, Row, Site, Style,
    Survey, Synonyms, Table, Task, Topic, Village, VillageRules, Window,
};
use crate::base::id::RecordId;

/// Writes the enum of all kinds and what holds for each of them alike.
macro_rules! records {
    ($($kind:ident),+ $(,)?) => {
        /// A checked record.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs)] // Each variant is named after the type that describes it.
        pub enum Record { $($kind(Box<$kind>),)+ }

        $(
            impl From<$kind> for Record {
                fn from(record: $kind) -> Self {
                    Self::$kind(Box::new(record))
                }
            }

            impl<'a> TryFrom<&'a Record> for &'a $kind {
                type Error = ();
                fn try_from(record: &'a Record) -> Result<Self, ()> {
                    if let Record::$kind(found) = record { Ok(found) } else { Err(()) }
                }
            }
        )+

        impl Record {
            /// The record's id.
            pub fn id(&self) -> &RecordId {
                match self { $(Self::$kind(record) => record.id(),)+ }
            }

            /// What a list or a search result calls it.
            pub fn title(&self) -> &str {
                match self { $(Self::$kind(record) => record.title(),)+ }
            }

            /// The office it belongs to.
            pub fn org(&self) -> Option<&RecordId> {
                match self { $(Self::$kind(record) => record.org(),)+ }
            }

            /// What people call its kind.
            pub fn label(&self) -> &'static str {
                match self { $(Self::$kind(_) => $kind::LABEL,)+ }
            }

            /// Shows every text and reference in it.
            pub fn visit(&self, see: &mut See<'_>) {
                match self { $(Self::$kind(record) => record.visit(&At::TOP, see),)+ }
            }

            /// Reads what an office wrote: everything that is wrong with it, or the record.
            pub fn read(kind: &str, map: Map, source: Source) -> Result<Self, Vec<FieldError>> {
                match kind {
                    $($kind::KIND => read::<$kind>(map, source).map(Self::from),)+
                    other => Err(vec![FieldError::new("id", format!("不认识的类别“{other}”"))]),
                }
            }

            fn write(&self, map: &mut Map) {
                match self { $(Self::$kind(record) => record.write(map),)+ }
            }
        }

        /// The keys of a kind; none when nobody knows it.
        pub fn keys_of(kind: &str) -> Option<Vec<Key>> {
            match kind {
                $($kind::KIND => Some($kind::keys()),)+
                _ => None,
            }
        }

        /// What people call a kind; nothing when nobody knows it.
        pub fn label_of(kind: &str) -> &'static str {
            match kind {
                $($kind::KIND => $kind::LABEL,)+
                _ => "",
            }
        }

        /// Every kind: the first half of its ids, what people call it, and its keys.
        pub fn kinds() -> Vec<KindInfo> {
            vec![$(KindInfo { kind: $kind::KIND, label: $kind::LABEL, keys: $kind::keys(), example: $kind::example },)+]
        }
    };
}

records!(
    Site,
    Org,
    Window,
    Hours,
    Calendar,
    Agent,
    Device,
    FloorMap,
    Guide,
    IndexItem,
    Topic,
    Bundle,
    Policy,
    Interpretation,
    Qa,
    CatalogueField,
    Entry,
    ListHead,
    Table,
    Row,
    Village,
    VillageRules,
    BoardMonth,
    Task,
    Project,
    Notice,
    Event,
    Survey,
    Reply,
    Form,
    Case,
    Synonyms,
    Lexicon,
    Style,
);

/// What is known of a kind without a record of it.
#[derive(Debug, Clone)]
pub struct KindInfo {
    /// The first half of its ids.
    pub kind: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Makes an object that is read without a problem.
    pub example: fn(usize) -> Map,
}

impl Record {
    /// The record as one kind; none when it is another.
    pub fn get<'a, K>(&'a self) -> Option<&'a K>
    where
        &'a K: TryFrom<&'a Record>,
    {
        self.try_into().ok()
    }

    /// When and by whom it was published, for the kinds that say so.
    pub fn imprint(&self) -> Option<&Imprint> {
        match self {
            Self::FloorMap(r) => Some(&r.imprint),
            Self::Guide(r) => Some(&r.imprint),
            Self::Topic(r) => Some(&r.imprint),
            Self::Bundle(r) => Some(&r.imprint),
            Self::Policy(r) => Some(&r.imprint),
            Self::Interpretation(r) => Some(&r.imprint),
            Self::ListHead(r) => Some(&r.sheet.imprint),
            Self::Table(r) => Some(&r.sheet.imprint),
            Self::Notice(r) => Some(&r.imprint),
            Self::Survey(r) => Some(&r.imprint),
            Self::Form(r) => Some(&r.imprint),
            Self::Site(_)
            | Self::Org(_)
            | Self::Window(_)
            | Self::Hours(_)
            | Self::Calendar(_)
            | Self::Agent(_)
            | Self::Device(_)
            | Self::IndexItem(_)
            | Self::Qa(_)
            | Self::CatalogueField(_)
            | Self::Entry(_)
            | Self::Row(_)
            | Self::Village(_)
            | Self::VillageRules(_)
            | Self::BoardMonth(_)
            | Self::Task(_)
            | Self::Project(_)
            | Self::Event(_)
            | Self::Reply(_)
            | Self::Case(_)
            | Self::Synonyms(_)
            | Self::Lexicon(_)
            | Self::Style(_) => None,
        }
    }

    /// The canonical bytes: JSON with sorted keys and no blanks, keys that say nothing left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut map = Map::new();
        self.write(&mut map);
        Json::Object(map).to_string().into_bytes()
    }

    /// Reads the bytes of a record whose id is known from the pack or the database.
    pub fn from_bytes(id: &RecordId, bytes: &[u8]) -> Result<Self, FieldError> {
        let map: Map = serde_json::from_slice(bytes).map_err(|e| FieldError::new("json", e.to_string()))?;
        let first = |problems: Vec<FieldError>| {
            problems.into_iter().next().unwrap_or_else(|| FieldError::new("", "内容不完整"))
        };
        let record = Self::read(id.kind(), map, Source::Values).map_err(first)?;
        if record.id() == id {
            Ok(record)
        } else {
            Err(FieldError::new("id", format!("应为 {id}，实为 {}", record.id())))
        }
    }
}

#[cfg(test)]
mod tests;
