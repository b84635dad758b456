//! Rows that lead somewhere, as the pages show them.

use crate::app::leaflet::{self, Icon, Place};

use super::ui::{ListRow, RowIcon};

/// The rows of a page, the one that is read aloud marked; `first` is the number of the first of them.
pub fn list_rows(rows: &[leaflet::Row], first: usize, read: Option<Place>) -> Vec<ListRow> {
    rows.iter().enumerate().map(|(i, row)| list_row(row, first + i, read)).collect()
}

fn list_row(row: &leaflet::Row, index: usize, read: Option<Place>) -> ListRow {
    ListRow {
        group: row.group.as_str().into(),
        title: row.title.as_str().into(),
        note: row.note.as_str().into(),
        icon: icon(row.icon),
        is_read: matches!(read, Some(Place::Row(read, _)) if read == index),
        is_group_read: read == Some(Place::Group(index)),
    }
}

/// The pictogram as the pages name it.
pub fn icon(icon: Icon) -> RowIcon {
    match icon {
        Icon::Look => RowIcon::Look,
        Icon::Do => RowIcon::Do,
        Icon::Find => RowIcon::Find,
        Icon::Ask => RowIcon::Ask,
        Icon::Office => RowIcon::Office,
        Icon::Guide => RowIcon::Guide,
        Icon::Document => RowIcon::Document,
        Icon::Catalogue => RowIcon::Catalogue,
        Icon::Village => RowIcon::Village,
        Icon::Notice => RowIcon::Notice,
        Icon::Chart => RowIcon::Chart,
        Icon::Event => RowIcon::Event,
        Icon::Topic => RowIcon::Topic,
        Icon::Bundle => RowIcon::Bundle,
        Icon::List => RowIcon::List,
        Icon::Table => RowIcon::Table,
        Icon::Window => RowIcon::Window,
        Icon::Map => RowIcon::Map,
        Icon::Device => RowIcon::Device,
        Icon::Person => RowIcon::Person,
        Icon::Question => RowIcon::Question,
        Icon::Reply => RowIcon::Reply,
        Icon::Survey => RowIcon::Survey,
        Icon::Form => RowIcon::Form,
        Icon::Month => RowIcon::Month,
    }
}
