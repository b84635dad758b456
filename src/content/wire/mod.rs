//! The shapes that cross a boundary: what authors write in TOML and what packs and databases hold as JSON.
//! Nothing here is trusted: `check` turns a shape into a domain value or names the field that is wrong.
//!
//! Texts are plain: a control character, a line break included, is refused with its field.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::base::id::RecordId;

use super::guide::{
    AnyOf, Basis, Channel, Choice, Contact, Fee, Guide, Handling, Level, Limit, LimitUnit, Material, MaterialForm,
    Necessity, Outcome, ServiceKind, Situation, Step,
};
use super::hours::{Hours, OpenTimes};
use super::org::{Org, Site, Window};
use super::record::FieldError;

/// Longest title in characters; the longest of 1,135 real guides has 110.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest paragraph in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Most entries in any list of a record.
pub const LIST_MAX: usize = 200;

type Checked<T> = Result<T, FieldError>;

/// The shape of [`Site`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SiteDoc {
    pub hall: String,
    pub region: String,
    pub publisher: String,
    pub hotline: String,
    pub help_desk: String,
    pub help_phone: String,
    pub hours: String,
    pub address: String,
    #[serde(default)]
    pub qr_hosts: Vec<String>,
    #[serde(default)]
    pub frequent: Vec<String>,
    #[serde(default)]
    pub attract: Vec<String>,
    #[serde(default)]
    pub is_sample: bool,
}

/// The shape of [`Org`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OrgDoc {
    pub id: String,
    pub name: String,
    pub short: String,
    #[serde(default)]
    pub parent: String,
    pub phone: String,
    pub complain: String,
    pub address: String,
    pub about: String,
}

/// The shape of [`Window`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct WindowDoc {
    pub id: String,
    pub number: String,
    pub name: String,
    pub org: String,
    pub place: String,
    #[serde(default)]
    pub phone: String,
    pub hours: String,
    #[serde(default)]
    pub has_low_counter: bool,
}

/// The shape of [`Hours`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HoursDoc {
    pub id: String,
    pub times: Vec<OpenTimesDoc>,
    #[serde(default)]
    pub note: String,
}

/// The shape of [`OpenTimes`]: days 1–7 from Monday, spans `09:00-12:00`, a season `05-01..09-30`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OpenTimesDoc {
    #[serde(default)]
    pub season: String,
    pub days: Vec<u8>,
    pub spans: Vec<String>,
}

/// The shape of [`Guide`]; an author's file has the same keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
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

/// The shape of [`Limit`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LimitDoc {
    pub n: u16,
    pub unit: String,
}

/// The shape of [`Situation`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SituationDoc {
    pub question: String,
    pub choices: Vec<ChoiceDoc>,
}

/// The shape of [`Choice`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ChoiceDoc {
    pub key: String,
    pub label: String,
}

/// The shape of [`Material`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MaterialDoc {
    pub id: String,
    pub name: String,
    pub form: String,
    #[serde(default)]
    pub originals: u8,
    #[serde(default)]
    pub copies: u8,
    pub source: String,
    pub need: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub only_for: Vec<String>,
}

/// The shape of [`AnyOf`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AnyOfDoc {
    pub label: String,
    pub materials: Vec<String>,
}

/// The shape of [`Step`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct StepDoc {
    pub name: String,
    pub who: String,
    pub what: String,
    pub time: String,
}

/// The shape of [`Fee`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FeeDoc {
    pub charged: bool,
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub basis: String,
}

/// The shape of [`Outcome`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OutcomeDoc {
    pub name: String,
    pub delivery: Vec<String>,
}

/// The shape of [`Contact`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ContactDoc {
    pub consult: String,
    pub complain: String,
    pub windows: Vec<String>,
}

/// The shape of [`Basis`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct BasisDoc {
    pub title: String,
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub article: String,
    #[serde(default)]
    pub text: String,
}

/// A question people ask, and its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FaqDoc {
    pub question: String,
    pub answer: String,
}

impl SiteDoc {
    /// The checked site.
    pub fn check(self) -> Checked<Site> {
        Ok(Site {
            id: id("id", "site", "main")?,
            hall: title("hall", self.hall)?,
            region: title("region", self.region)?,
            publisher: title("publisher", self.publisher)?,
            hotline: phone("hotline", self.hotline)?,
            help_desk: title("help_desk", self.help_desk)?,
            help_phone: phone("help_phone", self.help_phone)?,
            hours: id("hours", "hours", &self.hours)?,
            address: title("address", self.address)?,
            qr_hosts: each("qr_hosts", self.qr_hosts, |f, host| host_name(f, host))?,
            frequent: each("frequent", self.frequent, |f, name| id(f, "guide", &name))?,
            attract: each("attract", self.attract, text)?,
            is_sample: self.is_sample,
        })
    }
}

impl OrgDoc {
    /// The checked office.
    pub fn check(self) -> Checked<Org> {
        Ok(Org {
            id: id("id", "org", &self.id)?,
            name: title("name", self.name)?,
            short: title("short", self.short)?,
            parent: if self.parent.is_empty() { None } else { Some(id("parent", "org", &self.parent)?) },
            phone: phone("phone", self.phone)?,
            complain: phone("complain", self.complain)?,
            address: title("address", self.address)?,
            about: text("about", self.about)?,
        })
    }
}

impl WindowDoc {
    /// The checked window.
    pub fn check(self) -> Checked<Window> {
        Ok(Window {
            id: id("id", "window", &self.id)?,
            number: title("number", self.number)?,
            name: title("name", self.name)?,
            org: id("org", "org", &self.org)?,
            place: title("place", self.place)?,
            phone: if self.phone.is_empty() { String::new() } else { phone("phone", self.phone)? },
            hours: id("hours", "hours", &self.hours)?,
            has_low_counter: self.has_low_counter,
        })
    }
}

impl HoursDoc {
    /// The checked hours.
    pub fn check(self) -> Checked<Hours> {
        if self.times.is_empty() {
            return Err(FieldError::new("times", "至少写一段开放时间"));
        }
        Ok(Hours {
            id: id("id", "hours", &self.id)?,
            times: each("times", self.times, |f, t| t.check(f))?,
            note: optional_text("note", self.note)?,
        })
    }
}

impl OpenTimesDoc {
    fn check(self, field: &str) -> Checked<OpenTimes> {
        let season = if self.season.is_empty() {
            None
        } else {
            let ends = self.season.split_once("..").and_then(|(a, b)| Some((month_day(a)?, month_day(b)?)));
            Some(ends.ok_or_else(|| FieldError::new(format!("{field}.season"), "季节应写成 05-01..09-30"))?)
        };
        let days: Vec<Weekday> = each(&format!("{field}.days"), self.days, |f, n| {
            i8::try_from(n)
                .ok()
                .and_then(|n| Weekday::from_monday_one_offset(n).ok())
                .ok_or_else(|| FieldError::new(f, format!("星期应为 1 至 7，写的是 {n}")))
        })?;
        if days.windows(2).any(|p| p[0].to_monday_zero_offset() >= p[1].to_monday_zero_offset()) {
            return Err(FieldError::new(format!("{field}.days"), "星期应从小到大、不重复"));
        }
        let spans: Vec<(Time, Time)> = each(&format!("{field}.spans"), self.spans, |f, span| {
            span.split_once('-')
                .and_then(|(a, b)| Some((hour_minute(a)?, hour_minute(b)?)))
                .filter(|(a, b)| a < b)
                .ok_or_else(|| FieldError::new(f, format!("时间段应写成 09:00-12:00，写的是“{span}”")))
        })?;
        if spans.windows(2).any(|p| p[0].1 > p[1].0) {
            return Err(FieldError::new(format!("{field}.spans"), "时间段应按先后、不重叠"));
        }
        Ok(OpenTimes { season, days, spans })
    }
}

impl GuideDoc {
    /// The checked guide. References to other records are checked where all records are known.
    pub fn check(self) -> Checked<Guide> {
        let guide = Guide {
            id: id("id", "guide", &self.id)?,
            title: title("title", self.title)?,
            plain: text("plain", self.plain)?,
            org: id("org", "org", &self.org)?,
            kind: term("kind", &self.kind, ServiceKind::TERMS)?,
            levels: each("levels", self.levels, |f, t| term(f, &t, Level::TERMS))?,
            handling: term("handling", &self.handling, Handling::TERMS)?,
            for_whom: each("for_whom", self.for_whom, title)?,
            legal_limit: self.legal_limit.check("legal_limit")?,
            promise_limit: self.promise_limit.check("promise_limit")?,
            visits: self.visits,
            channels: each("channels", self.channels, |f, t| term(f, &t, Channel::TERMS))?,
            scope: title("scope", self.scope)?,
            conditions: each("conditions", self.conditions, text)?,
            situations: each("situation", self.situations, |f, s| s.check(f))?,
            materials: each("material", self.materials, |f, m| m.check(f))?,
            any_of: each("any_of", self.any_of, |f, g| g.check(f))?,
            steps: each("step", self.steps, |f, s| s.check(f))?,
            fee: self.fee.check()?,
            outcome: Outcome {
                name: title("outcome.name", self.outcome.name)?,
                delivery: each("outcome.delivery", self.outcome.delivery, title)?,
            },
            contact: Contact {
                consult: phone("contact.consult", self.contact.consult)?,
                complain: phone("contact.complain", self.contact.complain)?,
                windows: each("contact.windows", self.contact.windows, |f, w| id(f, "window", &w))?,
            },
            basis: each("basis", self.basis, |f, b| b.check(f))?,
            faq: each("faq", self.faq, |f, q| {
                Ok((text(&format!("{f}.question"), q.question)?, text(&format!("{f}.answer"), q.answer)?))
            })?,
            url: if self.url.is_empty() { None } else { Some(web_address("url", self.url)?) },
            published: self
                .published
                .parse::<Date>()
                .map_err(|_| FieldError::new("published", "日期应写成 2026-09-01"))?,
            reviewed_by: title("reviewed_by", self.reviewed_by)?,
        };
        check_inside(&guide)?;
        Ok(guide)
    }
}

/// References inside one guide: unique keys, choices and materials that exist, groups of two or more.
fn check_inside(guide: &Guide) -> Checked<()> {
    let required: [(&str, bool); 6] = [
        ("levels", guide.levels.is_empty()),
        ("for_whom", guide.for_whom.is_empty()),
        ("channels", guide.channels.is_empty()),
        ("conditions", guide.conditions.is_empty()),
        ("step", guide.steps.is_empty()),
        ("basis", guide.basis.is_empty()),
    ];
    if let Some((field, _)) = required.iter().find(|(_, is_empty)| *is_empty) {
        return Err(FieldError::new(*field, "不能为空"));
    }
    let mut keys = BTreeSet::new();
    for (s, situation) in guide.situations.iter().enumerate() {
        for (c, choice) in situation.choices.iter().enumerate() {
            if !keys.insert(choice.key.as_str()) {
                let field = format!("situation[{}].choices[{}].key", s + 1, c + 1);
                return Err(FieldError::new(field, format!("“{}”重复", choice.key)));
            }
        }
    }
    let mut ids = BTreeSet::new();
    for (i, material) in guide.materials.iter().enumerate() {
        if !ids.insert(material.id.as_str()) {
            return Err(FieldError::new(format!("material[{}].id", i + 1), format!("“{}”重复", material.id)));
        }
        if let Some(key) = material.only_for.iter().find(|k| !keys.contains(k.as_str())) {
            let field = format!("material[{}].only_for", i + 1);
            return Err(FieldError::new(field, format!("情形里没有选项“{key}”")));
        }
    }
    let mut grouped = BTreeSet::new();
    for (i, group) in guide.any_of.iter().enumerate() {
        let field = format!("any_of[{}].materials", i + 1);
        if group.materials.len() < 2 {
            return Err(FieldError::new(field, "任选其一至少要有两份材料"));
        }
        if let Some(missing) = group.materials.iter().find(|m| !ids.contains(m.as_str())) {
            return Err(FieldError::new(field, format!("材料里没有“{missing}”")));
        }
        if let Some(twice) = group.materials.iter().find(|m| !grouped.insert(m.as_str())) {
            return Err(FieldError::new(field, format!("“{twice}”已在别的任选组里")));
        }
    }
    Ok(())
}

impl LimitDoc {
    fn check(self, field: &str) -> Checked<Limit> {
        Ok(Limit { n: self.n, unit: term(&format!("{field}.unit"), &self.unit, LimitUnit::TERMS)? })
    }
}

impl SituationDoc {
    fn check(self, field: &str) -> Checked<Situation> {
        if self.choices.len() < 2 {
            return Err(FieldError::new(format!("{field}.choices"), "至少要有两个选项"));
        }
        Ok(Situation {
            question: title(&format!("{field}.question"), self.question)?,
            choices: each(&format!("{field}.choices"), self.choices, |f, c| {
                Ok(Choice { key: key(&format!("{f}.key"), c.key)?, label: title(&format!("{f}.label"), c.label)? })
            })?,
        })
    }
}

impl MaterialDoc {
    fn check(self, field: &str) -> Checked<Material> {
        let form = term(&format!("{field}.form"), &self.form, MaterialForm::TERMS)?;
        let wants = match form {
            MaterialForm::Original => (true, false),
            MaterialForm::Copy => (false, true),
            MaterialForm::OriginalAndCopy => (true, true),
            MaterialForm::Electronic => (false, false),
        };
        if (self.originals > 0, self.copies > 0) != wants {
            let problem = format!("形式是“{}”，份数写的是原件{}、复印件{}", form.term(), self.originals, self.copies);
            return Err(FieldError::new(format!("{field}.originals"), problem));
        }
        Ok(Material {
            id: key(&format!("{field}.id"), self.id)?,
            name: title(&format!("{field}.name"), self.name)?,
            form,
            originals: self.originals,
            copies: self.copies,
            source: title(&format!("{field}.source"), self.source)?,
            need: term(&format!("{field}.need"), &self.need, Necessity::TERMS)?,
            note: optional_text(&format!("{field}.note"), self.note)?,
            only_for: each(&format!("{field}.only_for"), self.only_for, key)?,
        })
    }
}

impl AnyOfDoc {
    fn check(self, field: &str) -> Checked<AnyOf> {
        Ok(AnyOf {
            label: title(&format!("{field}.label"), self.label)?,
            materials: each(&format!("{field}.materials"), self.materials, key)?,
        })
    }
}

impl StepDoc {
    fn check(self, field: &str) -> Checked<Step> {
        Ok(Step {
            name: title(&format!("{field}.name"), self.name)?,
            who: title(&format!("{field}.who"), self.who)?,
            what: text(&format!("{field}.what"), self.what)?,
            time: title(&format!("{field}.time"), self.time)?,
        })
    }
}

impl FeeDoc {
    fn check(self) -> Checked<Fee> {
        match (self.charged, self.standard.is_empty(), self.basis.is_empty()) {
            (false, true, true) => Ok(Fee::Free),
            (false, ..) => Err(FieldError::new("fee.charged", "写了收费标准或依据，却标为不收费")),
            (true, true, _) => Err(FieldError::new("fee.standard", "收费事项要写收费标准")),
            (true, _, true) => Err(FieldError::new("fee.basis", "收费事项要写收费依据")),
            (true, false, false) => Ok(Fee::Charged {
                standard: text("fee.standard", self.standard)?,
                basis: text("fee.basis", self.basis)?,
            }),
        }
    }
}

impl BasisDoc {
    fn check(self, field: &str) -> Checked<Basis> {
        Ok(Basis {
            title: title(&format!("{field}.title"), self.title)?,
            number: optional_text(&format!("{field}.number"), self.number)?,
            article: optional_text(&format!("{field}.article"), self.article)?,
            text: optional_text(&format!("{field}.text"), self.text)?,
        })
    }
}

fn id(field: &str, kind: &str, name: &str) -> Checked<RecordId> {
    RecordId::new(kind, name).map_err(|e| FieldError::new(field, e.to_string()))
}

fn key(field: &str, value: String) -> Checked<String> {
    RecordId::new("key", &value).map_err(|e| FieldError::new(field, e.to_string()))?;
    Ok(value)
}

fn title(field: &str, value: String) -> Checked<String> {
    bounded(field, value, TITLE_CHARS_MAX)
}

fn text(field: &str, value: String) -> Checked<String> {
    bounded(field, value, TEXT_CHARS_MAX)
}

fn optional_text(field: &str, value: String) -> Checked<String> {
    if value.is_empty() { Ok(value) } else { text(field, value) }
}

fn bounded(field: &str, value: String, chars_max: usize) -> Checked<String> {
    if value.trim().is_empty() {
        return Err(FieldError::new(field, "不能为空"));
    }
    if let Some(c) = value.chars().find(|c| c.is_control()) {
        return Err(FieldError::new(field, format!("含有控制字符 U+{:04X}", u32::from(c))));
    }
    let chars = value.chars().count();
    if chars > chars_max {
        return Err(FieldError::new(field, format!("过长：{chars}字，最多{chars_max}字")));
    }
    Ok(value)
}

/// A phone number as it is published: digits, at most two hyphens, 3 to 20 characters.
fn phone(field: &str, value: String) -> Checked<String> {
    let plain = value.chars().all(|c| c.is_ascii_digit() || c == '-');
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if plain && (3..=16).contains(&digits) && value.len() - digits <= 2 {
        Ok(value)
    } else {
        Err(FieldError::new(field, format!("“{value}”不是电话号码，应写成 0000-12345678 或 12345")))
    }
}

fn host_name(field: &str, value: String) -> Checked<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if value.contains('.') && value.chars().all(plain) && value.len() <= 253 {
        Ok(value)
    } else {
        Err(FieldError::new(field, format!("“{value}”不是域名，应写成 www.example.gov.cn")))
    }
}

fn web_address(field: &str, value: String) -> Checked<String> {
    let rest = value.strip_prefix("https://").unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host_name(field, host.to_owned()).map_err(|_| FieldError::new(field, "网址应以 https:// 开头，后接域名"))?;
    if value.len() > 400 || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(FieldError::new(field, "网址过长或含有空白"));
    }
    Ok(value)
}

fn term<T: Copy>(field: &str, value: &str, terms: &[(&str, T)]) -> Checked<T> {
    terms.iter().find(|(t, _)| *t == value).map(|(_, v)| *v).ok_or_else(|| {
        let known: Vec<_> = terms.iter().map(|(t, _)| *t).collect();
        FieldError::new(field, format!("不认识“{value}”，可以写：{}", known.join("、")))
    })
}

/// Checks every entry of a list under `field[n]`, counted from 1.
fn each<A, B>(field: &str, list: Vec<A>, mut check: impl FnMut(&str, A) -> Checked<B>) -> Checked<Vec<B>> {
    if list.len() > LIST_MAX {
        return Err(FieldError::new(field, format!("过长：{}项，最多{LIST_MAX}项", list.len())));
    }
    list.into_iter().enumerate().map(|(i, entry)| check(&format!("{field}[{}]", i + 1), entry)).collect()
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let date = Date::new(2024, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date.month(), date.day()))
}

fn hour_minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn names(ids: &[RecordId]) -> Vec<String> {
    ids.iter().map(|id| id.name().to_owned()).collect()
}

impl From<&Site> for SiteDoc {
    fn from(site: &Site) -> Self {
        Self {
            hall: site.hall.clone(),
            region: site.region.clone(),
            publisher: site.publisher.clone(),
            hotline: site.hotline.clone(),
            help_desk: site.help_desk.clone(),
            help_phone: site.help_phone.clone(),
            hours: site.hours.name().to_owned(),
            address: site.address.clone(),
            qr_hosts: site.qr_hosts.clone(),
            frequent: names(&site.frequent),
            attract: site.attract.clone(),
            is_sample: site.is_sample,
        }
    }
}

impl From<&Org> for OrgDoc {
    fn from(org: &Org) -> Self {
        Self {
            id: org.id.name().to_owned(),
            name: org.name.clone(),
            short: org.short.clone(),
            parent: org.parent.as_ref().map_or(String::new(), |p| p.name().to_owned()),
            phone: org.phone.clone(),
            complain: org.complain.clone(),
            address: org.address.clone(),
            about: org.about.clone(),
        }
    }
}

impl From<&Window> for WindowDoc {
    fn from(window: &Window) -> Self {
        Self {
            id: window.id.name().to_owned(),
            number: window.number.clone(),
            name: window.name.clone(),
            org: window.org.name().to_owned(),
            place: window.place.clone(),
            phone: window.phone.clone(),
            hours: window.hours.name().to_owned(),
            has_low_counter: window.has_low_counter,
        }
    }
}

impl From<&Hours> for HoursDoc {
    fn from(hours: &Hours) -> Self {
        let span =
            |(a, b): &(Time, Time)| format!("{:02}:{:02}-{:02}:{:02}", a.hour(), a.minute(), b.hour(), b.minute());
        let times = hours.times.iter().map(|t| OpenTimesDoc {
            season: t.season.map_or(String::new(), |(a, b)| format!("{:02}-{:02}..{:02}-{:02}", a.0, a.1, b.0, b.1)),
            days: t.days.iter().map(|d| d.to_monday_one_offset().unsigned_abs()).collect(),
            spans: t.spans.iter().map(span).collect(),
        });
        Self { id: hours.id.name().to_owned(), times: times.collect(), note: hours.note.clone() }
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

impl From<&Situation> for SituationDoc {
    fn from(situation: &Situation) -> Self {
        let choice = |c: &Choice| ChoiceDoc { key: c.key.clone(), label: c.label.clone() };
        Self { question: situation.question.clone(), choices: situation.choices.iter().map(choice).collect() }
    }
}

impl From<&Material> for MaterialDoc {
    fn from(material: &Material) -> Self {
        Self {
            id: material.id.clone(),
            name: material.name.clone(),
            form: material.form.term().to_owned(),
            originals: material.originals,
            copies: material.copies,
            source: material.source.clone(),
            need: material.need.term().to_owned(),
            note: material.note.clone(),
            only_for: material.only_for.clone(),
        }
    }
}

impl From<&Step> for StepDoc {
    fn from(step: &Step) -> Self {
        Self { name: step.name.clone(), who: step.who.clone(), what: step.what.clone(), time: step.time.clone() }
    }
}

impl From<&Basis> for BasisDoc {
    fn from(basis: &Basis) -> Self {
        Self {
            title: basis.title.clone(),
            number: basis.number.clone(),
            article: basis.article.clone(),
            text: basis.text.clone(),
        }
    }
}
