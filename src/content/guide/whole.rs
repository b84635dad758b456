//! What holds between the fields of one guide: unique keys, choices and materials that exist, amounts that agree.
//! Whether other records exist is checked where all of them are known.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Fee, Guide, Material, MaterialForm};
use crate::content::schema::{At, Blank, Checked, Checks, Map, Part, Rule, See, Shape, Text, fields};

impl Guide {
    pub(super) fn is_whole(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        let mut refuse = |at: &At<'_>, problem: String| result = Err(c.refuse(at, problem));
        let keys = self.choice_keys(at, &mut refuse);
        let ids = self.material_ids(at, &keys, &mut refuse);
        let mut grouped = BTreeSet::new();
        for (i, group) in self.any_of.iter().enumerate() {
            let (groups, entry);
            groups = at.key("any_of");
            entry = groups.entry(i);
            let at = entry.key("materials");
            if group.materials.len() < 2 {
                refuse(&at, "任选其一至少要有两份材料".to_owned());
            }
            for material in &group.materials {
                if !ids.contains(material.as_str()) {
                    refuse(&at, format!("材料里没有“{material}”"));
                } else if !grouped.insert(material.as_str()) {
                    refuse(&at, format!("“{material}”已在任选组里"));
                }
            }
        }
        result
    }

    /// A group needs two papers.
    pub(super) fn example_with_two_papers(map: &mut Map) {
        let mut papers = [Part::<Material>::example(0), Part::<Material>::example(0)];
        papers[1]["id"] = json!("k1");
        map.insert("material".to_owned(), json!(papers));
        map.insert("any_of".to_owned(), json!([{ "label": "示例", "materials": ["k0", "k1"] }]));
    }

    fn choice_keys(&self, at: &At<'_>, refuse: &mut dyn FnMut(&At<'_>, String)) -> BTreeSet<&str> {
        let mut keys = BTreeSet::new();
        for (s, situation) in self.situations.iter().enumerate() {
            for (i, choice) in situation.choices.iter().enumerate() {
                if !keys.insert(choice.key.as_str()) {
                    let at = at.key("situation");
                    let at = at.entry(s);
                    let at = at.key("choices");
                    refuse(&at.entry(i).key("key"), format!("“{}”重复", choice.key));
                }
            }
        }
        keys
    }

    fn material_ids(
        &self,
        at: &At<'_>,
        keys: &BTreeSet<&str>,
        refuse: &mut dyn FnMut(&At<'_>, String),
    ) -> BTreeSet<&str> {
        let mut ids = BTreeSet::new();
        let list = at.key("material");
        for (i, material) in self.materials.iter().enumerate() {
            let at = list.entry(i);
            if !ids.insert(material.id.as_str()) {
                refuse(&at.key("id"), format!("“{}”重复", material.id));
            }
            for key in material.only_for.iter().filter(|k| !keys.contains(k.as_str())) {
                refuse(&at.key("only_for"), format!("情形里没有选项“{key}”"));
            }
        }
        ids
    }
}

impl Material {
    pub(super) fn example_of_an_original(map: &mut Map) {
        map.insert("form".to_owned(), json!(MaterialForm::OriginalAndCopy.term()));
    }

    pub(super) fn amounts_agree(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let (wants_original, wants_copy) = match self.form {
            MaterialForm::Original => (true, false),
            MaterialForm::Copy => (false, true),
            MaterialForm::OriginalAndCopy => (true, true),
            MaterialForm::Electronic => (false, false),
        };
        let wrong = match ((self.originals > 0) == wants_original, (self.copies > 0) == wants_copy) {
            (true, true) => return Ok(()),
            (false, _) => "originals",
            (true, false) => "copies",
        };
        let form = self.form.term();
        let problem = format!("形式是“{form}”，份数写的是原件{}、复印件{}", self.originals, self.copies);
        Err(c.refuse(&at.key(wrong), problem))
    }
}

fields! {
    /// How a fee is written.
    pub struct FeeFields {
        /// Whether anything is charged.
        charged: Said = "是否收费",
        /// The tariff.
        standard: Blank<Text> = "收费标准",
        /// Its legal basis.
        basis: Blank<Text> = "收费依据",
    }
}

/// Yes or no that must be said.
pub enum Said {}

impl Rule for Said {
    type Value = bool;
    fn shape() -> Shape {
        Shape::Flag
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<bool> {
        crate::content::schema::Flag::read(raw, c, at)
    }
    fn write(value: &bool) -> Option<Json> {
        Some(Json::Bool(*value))
    }
    fn example(_n: usize) -> Json {
        Json::Bool(true)
    }
}

/// The rule of a [`Fee`]: what is charged has a tariff and a basis, what is free has neither.
pub enum FeeRule {}

impl Rule for FeeRule {
    type Value = Fee;
    fn shape() -> Shape {
        Part::<FeeFields>::shape()
    }
    fn read(raw: Json, c: &mut Checks, at: &At<'_>) -> Checked<Fee> {
        let FeeFields { charged, standard, basis } = Part::<FeeFields>::read(raw, c, at)?;
        match (charged, standard.is_empty(), basis.is_empty()) {
            (false, true, true) => Ok(Fee::Free),
            (false, _, _) => Err(c.refuse(&at.key("charged"), "写了收费标准或依据，却标为不收费")),
            (true, false, false) => Ok(Fee::Charged { standard, basis }),
            (true, true, _) => Err(c.refuse(&at.key("standard"), "收费事项要写收费标准")),
            (true, false, true) => Err(c.refuse(&at.key("basis"), "收费事项要写收费依据")),
        }
    }
    fn write(value: &Fee) -> Option<Json> {
        let (charged, standard, basis) = match value {
            Fee::Free => (false, String::new(), String::new()),
            Fee::Charged { standard, basis } => (true, standard.clone(), basis.clone()),
        };
        Part::<FeeFields>::write(&FeeFields { charged, standard, basis })
    }
    fn example(n: usize) -> Json {
        Part::<FeeFields>::example(n)
    }
    fn visit(value: &Fee, at: &At<'_>, see: &mut See<'_>) {
        if let Fee::Charged { standard, basis } = value {
            Text::visit(standard, &at.key("standard"), see);
            Text::visit(basis, &at.key("basis"), see);
        }
    }
}
