//! The shape of a service guide; an author's file has the same keys.
//! It checks what one guide can tell about itself and knows no other record.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::checks::{Checked, Checks, first, names};
use super::parts::{
    AnyOfDoc, BasisDoc, ContactDoc, FaqDoc, FeeDoc, LimitDoc, MaterialDoc, OutcomeDoc, SituationDoc, StepDoc,
};
use crate::content::guide::{Channel, Fee, Guide, Handling, Level, Limit, ServiceKind};
use crate::content::record::FieldError;

/// The shape of [`Guide`]; an author's file has the same keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct GuideDoc {
    pub id: String,
    pub title: String,
    pub plain: String,
    pub org: String,
    pub kind: String,
    pub levels: Vec<String>,
    pub handling: String,
    pub for_whom: Vec<String>,
    pub legal_limit: LimitDoc,
    pub promise_limit: LimitDoc,
    pub visits: u8,
    pub channels: Vec<String>,
    pub scope: String,
    pub conditions: Vec<String>,
    #[serde(default)]
    pub url: String,
    pub published: String,
    pub reviewed_by: String,
    #[serde(default, rename = "situation")]
    pub situations: Vec<SituationDoc>,
    #[serde(default, rename = "material")]
    pub materials: Vec<MaterialDoc>,
    #[serde(default)]
    pub any_of: Vec<AnyOfDoc>,
    #[serde(default, rename = "step")]
    pub steps: Vec<StepDoc>,
    pub fee: FeeDoc,
    pub outcome: OutcomeDoc,
    pub contact: ContactDoc,
    #[serde(default)]
    pub basis: Vec<BasisDoc>,
    #[serde(default)]
    pub faq: Vec<FaqDoc>,
}

impl GuideDoc {
    /// The checked guide, or its first wrong field.
    pub fn check(self) -> Result<Guide, FieldError> {
        self.check_all().map_err(first)
    }

    /// The checked guide, or every wrong field. References to other records are checked where all are known.
    pub fn check_all(self) -> Result<Guide, Vec<FieldError>> {
        Checks::run(|c| self.checked(c))
    }

    fn checked(self, c: &mut Checks) -> Checked<Guide> {
        self.note_inside(c);
        let id = c.id("id", "guide", &self.id);
        let title = c.title("title", self.title);
        let plain = c.text("plain", self.plain);
        let org = c.id("org", "org", &self.org);
        let kind = c.term("kind", &self.kind, ServiceKind::TERMS);
        let levels = c.each("levels", self.levels, |c, f, t| c.term(f, &t, Level::TERMS));
        let handling = c.term("handling", &self.handling, Handling::TERMS);
        let for_whom = c.each("for_whom", self.for_whom, Checks::title);
        let legal_limit = self.legal_limit.checked(c, "legal_limit");
        let promise_limit = self.promise_limit.checked(c, "promise_limit");
        let channels = c.each("channels", self.channels, |c, f, t| c.term(f, &t, Channel::TERMS));
        let scope = c.title("scope", self.scope);
        let conditions = c.each("conditions", self.conditions, Checks::text);
        let situations = c.each("situation", self.situations, |c, f, s| s.checked(c, f));
        let materials = c.each("material", self.materials, |c, f, m| m.checked(c, f));
        let any_of = c.each("any_of", self.any_of, |c, f, g| g.checked(c, f));
        let steps = c.each("step", self.steps, |c, f, s| s.checked(c, f));
        let fee = self.fee.checked(c);
        let outcome = self.outcome.checked(c);
        let contact = self.contact.checked(c);
        let basis = c.each("basis", self.basis, |c, f, b| b.checked(c, f));
        let faq = c.each("faq", self.faq, |c, f, q| q.checked(c, f));
        let url = if self.url.is_empty() { Ok(None) } else { c.web_address("url", self.url).map(Some) };
        let published =
            self.published.parse::<Date>().map_err(|_| c.refuse("published", "日期应写成 2026-09-01，并加上引号"));
        let reviewed_by = c.title("reviewed_by", self.reviewed_by);
        Ok(Guide {
            id: id?,
            title: title?,
            plain: plain?,
            org: org?,
            kind: kind?,
            levels: levels?,
            handling: handling?,
            for_whom: for_whom?,
            legal_limit: legal_limit?,
            promise_limit: promise_limit?,
            visits: self.visits,
            channels: channels?,
            scope: scope?,
            conditions: conditions?,
            situations: situations?,
            materials: materials?,
            any_of: any_of?,
            steps: steps?,
            fee: fee?,
            outcome: outcome?,
            contact: contact?,
            basis: basis?,
            faq: faq?,
            url: url?,
            published: published?,
            reviewed_by: reviewed_by?,
        })
    }

    /// What holds between the fields of one guide: lists that must not be empty, unique keys, choices and
    /// materials that exist, groups of two or more.
    fn note_inside(&self, c: &mut Checks) {
        let required = [
            ("levels", self.levels.is_empty()),
            ("for_whom", self.for_whom.is_empty()),
            ("channels", self.channels.is_empty()),
            ("conditions", self.conditions.is_empty()),
            ("step", self.steps.is_empty()),
            ("basis", self.basis.is_empty()),
        ];
        for (field, _) in required.iter().filter(|(_, is_empty)| *is_empty) {
            c.refuse(*field, "不能为空");
        }
        let keys = self.choice_keys(c);
        let ids = self.material_ids(c, &keys);
        let mut grouped = BTreeSet::new();
        for (i, group) in self.any_of.iter().enumerate() {
            let field = format!("any_of[{}].materials", i + 1);
            if group.materials.len() < 2 {
                c.refuse(&field, "任选其一至少要有两份材料");
            }
            for material in &group.materials {
                if !ids.contains(material.as_str()) {
                    c.refuse(&field, format!("材料里没有“{material}”"));
                } else if !grouped.insert(material.as_str()) {
                    c.refuse(&field, format!("“{material}”已在任选组里"));
                }
            }
        }
    }

    fn choice_keys(&self, c: &mut Checks) -> BTreeSet<&str> {
        let mut keys = BTreeSet::new();
        for (s, situation) in self.situations.iter().enumerate() {
            for (i, choice) in situation.choices.iter().enumerate() {
                if !keys.insert(choice.key.as_str()) {
                    c.refuse(format!("situation[{}].choices[{}].key", s + 1, i + 1), format!("“{}”重复", choice.key));
                }
            }
        }
        keys
    }

    fn material_ids(&self, c: &mut Checks, keys: &BTreeSet<&str>) -> BTreeSet<&str> {
        let mut ids = BTreeSet::new();
        for (i, material) in self.materials.iter().enumerate() {
            if !ids.insert(material.id.as_str()) {
                c.refuse(format!("material[{}].id", i + 1), format!("“{}”重复", material.id));
            }
            for key in material.only_for.iter().filter(|k| !keys.contains(k.as_str())) {
                c.refuse(format!("material[{}].only_for", i + 1), format!("情形里没有选项“{key}”"));
            }
        }
        ids
    }
}

impl From<&Guide> for GuideDoc {
    fn from(guide: &Guide) -> Self {
        let limit = |l: Limit| LimitDoc { n: l.n, unit: l.unit.term().to_owned() };
        let (charged, standard, fee_basis) = match &guide.fee {
            Fee::Free => (false, String::new(), String::new()),
            Fee::Charged { standard, basis } => (true, standard.clone(), basis.clone()),
        };
        Self {
            id: guide.id.name().to_owned(),
            title: guide.title.clone(),
            plain: guide.plain.clone(),
            org: guide.org.name().to_owned(),
            kind: guide.kind.term().to_owned(),
            levels: guide.levels.iter().map(|l| l.term().to_owned()).collect(),
            handling: guide.handling.term().to_owned(),
            for_whom: guide.for_whom.clone(),
            legal_limit: limit(guide.legal_limit),
            promise_limit: limit(guide.promise_limit),
            visits: guide.visits,
            channels: guide.channels.iter().map(|c| c.term().to_owned()).collect(),
            scope: guide.scope.clone(),
            conditions: guide.conditions.clone(),
            url: guide.url.clone().unwrap_or_default(),
            published: guide.published.to_string(),
            reviewed_by: guide.reviewed_by.clone(),
            situations: guide.situations.iter().map(SituationDoc::from).collect(),
            materials: guide.materials.iter().map(MaterialDoc::from).collect(),
            any_of: guide
                .any_of
                .iter()
                .map(|g| AnyOfDoc { label: g.label.clone(), materials: g.materials.clone() })
                .collect(),
            steps: guide.steps.iter().map(StepDoc::from).collect(),
            fee: FeeDoc { charged, standard, basis: fee_basis },
            outcome: OutcomeDoc { name: guide.outcome.name.clone(), delivery: guide.outcome.delivery.clone() },
            contact: ContactDoc {
                consult: guide.contact.consult.clone(),
                complain: guide.contact.complain.clone(),
                windows: names(&guide.contact.windows),
            },
            basis: guide.basis.iter().map(BasisDoc::from).collect(),
            faq: guide.faq.iter().map(|(q, a)| FaqDoc { question: q.clone(), answer: a.clone() }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::guide::{LimitUnit, MaterialForm, Necessity};
    use crate::content::wire::ChoiceDoc;
    use proptest::prelude::*;

    /// A text as an author may write it: no control characters, not blank.
    fn words() -> impl Strategy<Value = String> {
        "[一-龥a-zA-Z0-9（）“”\\\\ 😀]{0,20}[一-龥a-z]"
    }

    fn one_of<T: Copy + 'static>(terms: &'static [(&'static str, T)]) -> impl Strategy<Value = String> {
        (0..terms.len()).prop_map(move |i| terms[i].0.to_owned())
    }

    fn limit() -> impl Strategy<Value = LimitDoc> {
        (any::<u16>(), one_of(LimitUnit::TERMS)).prop_map(|(n, unit)| LimitDoc { n, unit })
    }

    fn situations() -> impl Strategy<Value = Vec<SituationDoc>> {
        prop::collection::vec((words(), prop::collection::vec(words(), 2..4)), 0..4).prop_map(|list| {
            let choice = |s: usize, (c, label): (usize, String)| ChoiceDoc { key: format!("k{s}-{c}"), label };
            list.into_iter()
                .enumerate()
                .map(|(s, (question, labels))| SituationDoc {
                    question,
                    choices: labels.into_iter().enumerate().map(|l| choice(s, l)).collect(),
                })
                .collect()
        })
    }

    fn materials() -> impl Strategy<Value = Vec<MaterialDoc>> {
        let one = (words(), one_of(MaterialForm::TERMS), 1..9u8, one_of(Necessity::TERMS), words(), any::<bool>());
        prop::collection::vec(one, 0..6).prop_map(|list| {
            list.into_iter()
                .enumerate()
                .map(|(i, (name, form, n, need, note, has_note))| MaterialDoc {
                    id: format!("m{i}"),
                    name: name.clone(),
                    originals: if form.starts_with("原件") { n } else { 0 },
                    copies: if form.ends_with("复印件") { n } else { 0 },
                    form,
                    source: name,
                    need,
                    note: if has_note { note } else { String::new() },
                    only_for: Vec::new(),
                })
                .collect()
        })
    }

    fn guides() -> impl Strategy<Value = GuideDoc> {
        let rest = (one_of(ServiceKind::TERMS), one_of(Handling::TERMS), any::<u8>(), any::<bool>());
        let texts = prop::collection::vec(words(), 8);
        (limit(), limit(), situations(), materials(), rest, texts).prop_map(
            |(legal_limit, promise_limit, situations, mut materials, (kind, handling, visits, flag), texts)| {
                let text = |i: usize| texts[i % texts.len()].clone();
                let keys: Vec<_> = situations.iter().flat_map(|s| &s.choices).map(|c| c.key.clone()).collect();
                for (i, material) in materials.iter_mut().enumerate().skip(1) {
                    material.only_for = keys.iter().skip(i).step_by(2).cloned().collect();
                }
                let grouped: Vec<_> = materials.iter().map(|m| m.id.clone()).take(3).collect();
                let any_of = AnyOfDoc { label: text(7), materials: grouped };
                let paid = |i: usize| if flag { text(i) } else { String::new() };
                GuideDoc {
                    id: "a-1".into(),
                    title: text(0),
                    plain: text(1),
                    org: "o".into(),
                    kind,
                    levels: vec!["县级".into(), "村级".into()],
                    handling,
                    for_whom: vec![text(2)],
                    legal_limit,
                    promise_limit,
                    visits,
                    channels: vec!["窗口办理".into()],
                    scope: text(3),
                    conditions: vec![text(4), text(5)],
                    url: if flag { "https://www.a.gov.cn/b?c=1".into() } else { String::new() },
                    published: "2026-03-01".into(),
                    reviewed_by: text(6),
                    situations,
                    any_of: if materials.len() >= 2 { vec![any_of] } else { Vec::new() },
                    materials,
                    steps: vec![StepDoc { name: text(1), who: text(2), what: text(3), time: text(4) }],
                    fee: FeeDoc { charged: flag, standard: paid(5), basis: paid(6) },
                    outcome: OutcomeDoc { name: text(7), delivery: vec![text(0)] },
                    contact: ContactDoc {
                        consult: "0600-5550100".into(),
                        complain: "12345".into(),
                        windows: vec!["w1".into()],
                    },
                    basis: vec![BasisDoc { title: text(2), number: paid(3), article: String::new(), text: text(4) }],
                    faq: vec![FaqDoc { question: text(5), answer: text(6) }],
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_guide_is_the_same_after_toml_json_and_checking(written in guides()) {
            let toml: GuideDoc = toml::from_str(&toml::to_string(&written).unwrap()).unwrap();
            prop_assert_eq!(&toml, &written);
            let json: GuideDoc = serde_json::from_slice(&serde_json::to_vec(&toml).unwrap()).unwrap();
            prop_assert_eq!(&json, &written);
            let guide = json.check().unwrap();
            prop_assert_eq!(GuideDoc::from(&guide), written);
        }

        #[test]
        fn whatever_stands_in_a_field_checking_ends_with_a_guide_or_a_named_field(
            written in guides(), text in any::<String>(), at in 0..12usize,
        ) {
            let mut doc = written;
            let fields = [
                &mut doc.id, &mut doc.title, &mut doc.plain, &mut doc.org, &mut doc.kind, &mut doc.handling,
                &mut doc.scope, &mut doc.url, &mut doc.published, &mut doc.reviewed_by, &mut doc.fee.basis,
                &mut doc.contact.consult,
            ];
            if let Some(field) = fields.into_iter().nth(at) {
                *field = text;
            }
            if let Err(problems) = doc.check_all() {
                prop_assert!(!problems.is_empty() && problems.iter().all(|p| !p.field.is_empty()));
            }
        }
    }

    #[test]
    fn references_inside_a_guide_must_lead_somewhere() {
        let mut doc: GuideDoc = GuideDoc::from(&crate::content::checklist::tests::guide());
        doc.materials[0].only_for = vec!["nobody".into()];
        doc.materials[2].id = doc.materials[1].id.clone();
        doc.any_of[0].materials.push("nothing".into());
        doc.situations[1].choices[0].key = doc.situations[0].choices[0].key.clone();
        doc.steps.clear();
        let mut fields: Vec<_> = doc.check_all().unwrap_err().into_iter().map(|p| p.field).collect();
        fields.dedup();
        for field in
            ["step", "situation[2].choices[1].key", "material[1].only_for", "material[3].id", "any_of[1].materials"]
        {
            assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
        }
    }

    #[test]
    fn form_and_number_of_a_paper_must_agree() {
        for (form, originals, copies, field) in [
            ("原件", 0, 0, "material[1].originals"),
            ("原件", 1, 1, "material[1].copies"),
            ("复印件", 1, 1, "material[1].originals"),
            ("原件和复印件", 1, 0, "material[1].copies"),
            ("电子", 1, 0, "material[1].originals"),
            ("纸", 1, 0, "material[1].form"),
        ] {
            let mut doc: GuideDoc = GuideDoc::from(&crate::content::checklist::tests::guide());
            (doc.materials[0].form, doc.materials[0].originals, doc.materials[0].copies) =
                (form.into(), originals, copies);
            assert_eq!(doc.check().unwrap_err().field, field, "{form} {originals} {copies}");
        }
    }
}
