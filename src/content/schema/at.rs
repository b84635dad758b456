//! Where in a record one is: `material[2].form`, counted from 1 as people count.
//! A chain of borrowed steps; it becomes a text only when something is wrong.

use std::fmt;

/// A place in a record.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    up: Option<&'a At<'a>>,
    step: Step,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Top,
    Key(&'static str),
    Entry(usize),
}

impl At<'static> {
    /// The record itself.
    pub const TOP: At<'static> = At { up: None, step: Step::Top };
}

impl<'a> At<'a> {
    /// A key of the object here.
    pub fn key(&'a self, name: &'static str) -> At<'a> {
        At { up: Some(self), step: Step::Key(name) }
    }

    /// An entry of the list here, the first being 0.
    pub fn entry(&'a self, index: usize) -> At<'a> {
        At { up: Some(self), step: Step::Entry(index) }
    }

    /// The last key on the way here; the field that an entry of a list belongs to.
    pub fn last_key(&self) -> &'static str {
        match self.step {
            Step::Key(name) => name,
            Step::Entry(_) => self.up.map_or("", At::last_key),
            Step::Top => "",
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(up) = self.up else { return Ok(()) };
        up.fmt(f)?;
        match self.step {
            Step::Top => Ok(()),
            Step::Key(name) if matches!(up.step, Step::Top) => f.write_str(name),
            Step::Key(name) => write!(f, ".{name}"),
            Step::Entry(index) => write!(f, "[{}]", index + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::At;

    #[test]
    fn a_place_reads_as_people_count() {
        let (list, second);
        let materials = At::TOP.key("material");
        list = materials.entry(1);
        second = list.key("form");
        assert_eq!(second.to_string(), "material[2].form");
        assert_eq!((list.to_string().as_str(), list.last_key()), ("material[2]", "material"));
        assert_eq!(At::TOP.to_string(), "");
    }
}
