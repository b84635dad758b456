//! `release.json`: what one release consists of. The only signed target of a repository.
//! A manifest of an unknown format or for a newer program is refused before anything else of it is believed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::digest::{DigestError, Sha256};

use super::pack::{PACK_BYTES_MAX, PackLimits, RECORDS_MAX, UNPACKED_BYTES_MAX};
use super::recipient;
use super::segment::{COMMON, SEGMENT_BYTES_MAX, is_name};
use crate::content::Mailbox;

/// The format that this program writes. It also reads the ones before: format 1 had one segment and no whole root.
pub const FORMAT: u32 = 2;
/// The first format that has the root over all segments.
const FORMAT_WITH_WHOLE: u64 = 2;
/// The oldest program that understands what this program publishes.
pub const MIN_PROGRAM: &str = "0.1.0";
/// Largest manifest in bytes.
pub const MANIFEST_BYTES_MAX: u64 = 16 << 20;
/// Numbers beyond this are refused, so that none is ever too large for a database or for JSON.
pub const NUMBER_MAX: u64 = (1 << 53) - 1;
const SEGMENTS_MAX: usize = 10_000;
const DELTAS_MAX: usize = 64;
const BLOBS_MAX: usize = 100_000;
const RECIPIENTS_MAX: usize = 16;

/// A checked manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Who publishes: fixed at the first trust.
    pub authority: String,
    /// Release number, growing.
    pub release: u64,
    /// When it was signed.
    pub issued: Timestamp,
    /// Oldest program that can read it.
    pub min_program: String,
    /// What all records of all segments must hash to; none in the first format.
    pub state_root: Option<Sha256>,
    /// Parts of the content by name: `common`, `unit/046`, `village/0525`.
    pub segments: BTreeMap<String, Segment>,
    /// Large files that records refer to.
    pub blobs: Vec<Blob>,
    /// Whom residents' letters are sealed to, and who confirms them.
    pub mailbox: Mailbox,
}

/// One part of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What all its records must hash to.
    pub state_root: Sha256,
    /// How many records it has.
    pub records: u64,
    /// The pack with all of them.
    pub full: PackRef,
    /// Shorter ways from recent releases.
    pub deltas: Vec<Delta>,
}

/// A pack by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackRef {
    /// SHA-256 of the packed file, also its name.
    pub sha256: Sha256,
    /// Size of the packed file.
    pub size: u64,
    /// Size when unpacked.
    pub unpacked: u64,
}

/// A pack of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The state it starts from.
    pub from_root: Sha256,
    /// How many entries it has.
    pub records: u64,
    /// The pack.
    pub pack: PackRef,
}

/// A large file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256, also its name.
    pub sha256: Sha256,
    /// Size in bytes.
    pub size: u64,
    /// Kind of file, such as `application/pdf`.
    pub media: String,
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON of this shape.
    #[error("发布清单读不懂")]
    Shape(serde_json::Error),
    /// A format of another time.
    #[error("发布清单的格式是第{found}版，本程序只认识到第{FORMAT}版，请先升级程序")]
    Format {
        /// What it says.
        found: u64,
    },
    /// Made for a newer program.
    #[error("这次发布需要{wanted}或更新的程序，本程序是{ours}，请先升级程序")]
    ProgramTooOld {
        /// What it wants.
        wanted: String,
        /// What we are.
        ours: String,
    },
    /// A value out of its bounds.
    #[error("发布清单的{field}不对：{problem}")]
    Field {
        /// Which field.
        field: String,
        /// What is wrong.
        problem: String,
    },
}

impl ManifestError {
    fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field { field: field.into(), problem: problem.into() }
    }
}

#[derive(Deserialize)]
struct FormatDoc {
    format: u64,
    #[serde(default)]
    min_program: String,
}

#[derive(Serialize, Deserialize)]
struct ManifestDoc {
    format: u32,
    authority: String,
    release: u64,
    issued: String,
    min_program: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state_root: Option<String>,
    segments: BTreeMap<String, SegmentDoc>,
    #[serde(default)]
    blobs: Vec<BlobDoc>,
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    desks: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct SegmentDoc {
    state_root: String,
    records: u64,
    full: PackDoc,
    #[serde(default)]
    deltas: Vec<DeltaDoc>,
}

#[derive(Serialize, Deserialize)]
struct PackDoc {
    sha256: String,
    size: u64,
    unpacked: u64,
}

#[derive(Serialize, Deserialize)]
struct DeltaDoc {
    from_root: String,
    records: u64,
    sha256: String,
    size: u64,
    unpacked: u64,
}

#[derive(Serialize, Deserialize)]
struct BlobDoc {
    sha256: String,
    size: u64,
    media: String,
}

impl Manifest {
    /// Reads and checks a manifest for this program.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let head: FormatDoc = serde_json::from_slice(bytes).map_err(ManifestError::Shape)?;
        if head.format == 0 || head.format > u64::from(FORMAT) {
            return Err(ManifestError::Format { found: head.format });
        }
        let ours = env!("CARGO_PKG_VERSION");
        let wanted = version(&head.min_program)
            .ok_or_else(|| ManifestError::field("min_program", format!("“{}”不是版本号", head.min_program)))?;
        if version(ours).is_some_and(|ours| ours < wanted) {
            return Err(ManifestError::ProgramTooOld { wanted: head.min_program, ours: ours.to_owned() });
        }
        let doc: ManifestDoc = serde_json::from_slice(bytes).map_err(ManifestError::Shape)?;
        if head.format >= FORMAT_WITH_WHOLE && doc.state_root.is_none() {
            return Err(ManifestError::field("state_root", "没有写"));
        }
        doc.check()
    }

    /// The bytes that are signed; without blanks, since every terminal fetches them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        let mut bytes = serde_json::to_vec(&ManifestDoc::from(self)).map_err(ManifestError::Shape)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The segment that every terminal has.
    pub fn common(&self) -> Result<&Segment, ManifestError> {
        self.segments.get(COMMON).ok_or_else(|| ManifestError::field("segments", "缺少 common"))
    }

    /// Every pack that the release needs, full ones and deltas.
    pub fn packs(&self) -> impl Iterator<Item = PackRef> {
        self.segments.values().flat_map(|s| std::iter::once(s.full).chain(s.deltas.iter().map(|d| d.pack)))
    }
}

impl Segment {
    /// What a reader of the full pack must be told.
    pub fn limits(&self) -> PackLimits {
        PackLimits { unpacked: self.full.unpacked, records: self.records }
    }
}

impl Delta {
    /// What a reader of the delta must be told.
    pub fn limits(&self) -> PackLimits {
        PackLimits { unpacked: self.pack.unpacked, records: self.records }
    }
}

impl ManifestDoc {
    fn check(self) -> Result<Manifest, ManifestError> {
        name("authority", &self.authority, false)?;
        if self.release == 0 {
            return Err(ManifestError::field("release", "应从1起"));
        }
        at_most("release", self.release, NUMBER_MAX)?;
        at_most("segments", self.segments.len() as u64, SEGMENTS_MAX as u64)?;
        at_most("blobs", self.blobs.len() as u64, BLOBS_MAX as u64)?;
        at_most("recipients", self.recipients.len() as u64, RECIPIENTS_MAX as u64)?;
        let state_root = self.state_root.map(|root| digest("state_root", &root)).transpose()?;
        for (i, recipient) in self.recipients.iter().enumerate() {
            recipient::check(recipient)
                .map_err(|e| ManifestError::field(format!("recipients[{}]", i + 1), e.to_string()))?;
        }
        at_most("desks", self.desks.len() as u64, RECIPIENTS_MAX as u64)?;
        if let Some(i) = self.desks.iter().position(|desk| !recipient::is_desk(desk)) {
            return Err(ManifestError::field(format!("desks[{}]", i + 1), "应为64个小写十六进制数字".to_owned()));
        }
        let issued = self.issued.parse().map_err(|e: jiff::Error| ManifestError::field("issued", e.to_string()))?;
        let mut segments = BTreeMap::new();
        for (segment, doc) in self.segments {
            name("segments", &segment, true)?;
            let checked = doc.check(&format!("segments.{segment}"))?;
            segments.insert(segment, checked);
        }
        let blobs = self.blobs.into_iter().enumerate().map(|(i, b)| b.check(&format!("blobs[{}]", i + 1)));
        Ok(Manifest {
            authority: self.authority,
            release: self.release,
            issued,
            min_program: self.min_program,
            state_root,
            segments,
            blobs: blobs.collect::<Result<_, _>>()?,
            mailbox: Mailbox { recipients: self.recipients, desks: self.desks },
        })
    }
}

impl SegmentDoc {
    fn check(self, field: &str) -> Result<Segment, ManifestError> {
        at_most(&format!("{field}.records"), self.records, RECORDS_MAX)?;
        at_most(&format!("{field}.deltas"), self.deltas.len() as u64, DELTAS_MAX as u64)?;
        let deltas = self.deltas.into_iter().enumerate().map(|(i, d)| d.check(&format!("{field}.deltas[{}]", i + 1)));
        Ok(Segment {
            state_root: digest(&format!("{field}.state_root"), &self.state_root)?,
            records: self.records,
            full: pack(&format!("{field}.full"), &self.full.sha256, self.full.size, self.full.unpacked)?,
            deltas: deltas.collect::<Result<_, _>>()?,
        })
    }
}

impl DeltaDoc {
    fn check(self, field: &str) -> Result<Delta, ManifestError> {
        at_most(&format!("{field}.records"), self.records, RECORDS_MAX)?;
        Ok(Delta {
            from_root: digest(&format!("{field}.from_root"), &self.from_root)?,
            records: self.records,
            pack: pack(field, &self.sha256, self.size, self.unpacked)?,
        })
    }
}

impl BlobDoc {
    fn check(self, field: &str) -> Result<Blob, ManifestError> {
        at_most(&format!("{field}.size"), self.size, PACK_BYTES_MAX)?;
        Ok(Blob { sha256: digest(&format!("{field}.sha256"), &self.sha256)?, size: self.size, media: self.media })
    }
}

fn pack(field: &str, sha256: &str, size: u64, unpacked: u64) -> Result<PackRef, ManifestError> {
    at_most(&format!("{field}.size"), size, PACK_BYTES_MAX)?;
    at_most(&format!("{field}.unpacked"), unpacked, UNPACKED_BYTES_MAX)?;
    Ok(PackRef { sha256: digest(&format!("{field}.sha256"), sha256)?, size, unpacked })
}

fn digest(field: &str, text: &str) -> Result<Sha256, ManifestError> {
    Sha256::parse(text).map_err(|e: DigestError| ManifestError::field(field, e.to_string()))
}

fn at_most(field: &str, value: u64, max: u64) -> Result<(), ManifestError> {
    if value > max { Err(ManifestError::field(field, format!("{value}，上限{max}"))) } else { Ok(()) }
}

/// Names become folder names and columns: lower case, digits, hyphen, and one slash where segments have it.
fn name(field: &str, text: &str, may_have_slash: bool) -> Result<(), ManifestError> {
    let is_fine = text.len() <= SEGMENT_BYTES_MAX && is_name(text) && (may_have_slash || !text.contains('/'));
    if is_fine { Ok(()) } else { Err(ManifestError::field(field, format!("“{text}”不是名称"))) }
}

fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|p| p.parse().ok());
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

impl From<&Manifest> for ManifestDoc {
    fn from(manifest: &Manifest) -> Self {
        Self {
            format: FORMAT,
            authority: manifest.authority.clone(),
            release: manifest.release,
            issued: manifest.issued.to_string(),
            min_program: manifest.min_program.clone(),
            state_root: manifest.state_root.map(|root| root.to_string()),
            segments: manifest.segments.iter().map(|(name, s)| (name.clone(), SegmentDoc::from(s))).collect(),
            blobs: manifest
                .blobs
                .iter()
                .map(|b| BlobDoc { sha256: b.sha256.to_string(), size: b.size, media: b.media.clone() })
                .collect(),
            recipients: manifest.mailbox.recipients.clone(),
            desks: manifest.mailbox.desks.clone(),
        }
    }
}

impl From<&Segment> for SegmentDoc {
    fn from(segment: &Segment) -> Self {
        let full = &segment.full;
        let delta = |d: &Delta| DeltaDoc {
            from_root: d.from_root.to_string(),
            records: d.records,
            sha256: d.pack.sha256.to_string(),
            size: d.pack.size,
            unpacked: d.pack.unpacked,
        };
        Self {
            state_root: segment.state_root.to_string(),
            records: segment.records,
            full: PackDoc { sha256: full.sha256.to_string(), size: full.size, unpacked: full.unpacked },
            deltas: segment.deltas.iter().map(delta).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A manifest that uses everything the format has.
    fn whole() -> Manifest {
        let pack = |n: u8| PackRef { sha256: Sha256::of(&[n]), size: 10, unpacked: 100 };
        let segment = |n: u8| Segment {
            state_root: Sha256::of(&[n, n]),
            records: 3,
            full: pack(n),
            deltas: vec![Delta { from_root: Sha256::of(b"old"), records: 1, pack: pack(n + 1) }],
        };
        Manifest {
            authority: "a1b2".to_owned(),
            release: 7,
            issued: "2026-03-02T01:02:03Z".parse().unwrap(),
            min_program: MIN_PROGRAM.to_owned(),
            state_root: Some(Sha256::of(b"all")),
            segments: BTreeMap::from([(COMMON.to_owned(), segment(1)), ("unit/046".to_owned(), segment(3))]),
            blobs: vec![Blob { sha256: Sha256::of(b"pdf"), size: 5, media: "application/pdf".to_owned() }],
            mailbox: Mailbox { recipients: vec![recipient::EXAMPLE.to_owned()], desks: vec!["0f".repeat(32)] },
        }
    }

    fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Result<Manifest, ManifestError> {
        let mut value: serde_json::Value = serde_json::from_slice(&whole().to_bytes().unwrap()).unwrap();
        change(&mut value);
        Manifest::parse(value.to_string().as_bytes())
    }

    #[test]
    fn deltas_segments_blobs_and_recipients_survive_the_wire() {
        assert_eq!(Manifest::parse(&whole().to_bytes().unwrap()).unwrap(), whole());
    }

    #[test]
    fn an_unknown_format_or_a_newer_program_is_refused_with_a_sentence() {
        let error = changed(|v| v["format"] = 3.into()).unwrap_err();
        assert_eq!(error.to_string(), "发布清单的格式是第3版，本程序只认识到第2版，请先升级程序");
        let error = changed(|v| v["min_program"] = "99.0.0".into()).unwrap_err();
        assert!(matches!(error, ManifestError::ProgramTooOld { .. }), "{error}");
    }

    #[test]
    fn values_out_of_bounds_are_named() {
        let field = |change: fn(&mut serde_json::Value)| match changed(change).unwrap_err() {
            ManifestError::Field { field, .. } => field,
            other => other.to_string(),
        };
        assert_eq!(field(|v| v["release"] = 0.into()), "release");
        assert_eq!(field(|v| v["release"] = (1_u64 << 63).into()), "release");
        assert_eq!(field(|v| v["authority"] = "../x".into()), "authority");
        assert_eq!(field(|v| v["segments"]["a/b/c"] = v["segments"]["common"].clone()), "segments");
        assert_eq!(field(|v| v["segments"]["common"]["full"]["sha256"] = "../p".into()), "segments.common.full.sha256");
        assert_eq!(field(|v| v["segments"]["common"]["full"]["size"] = u64::MAX.into()), "segments.common.full.size");
        assert_eq!(field(|v| v["recipients"][0] = "age1abc".into()), "recipients[1]");
        assert_eq!(field(|v| v["desks"][0] = "0F".repeat(32).into()), "desks[1]");
        assert_eq!(field(|v| drop(v.as_object_mut().unwrap().remove("state_root"))), "state_root");
    }

    #[test]
    fn the_first_format_had_no_whole_root() {
        let old = changed(|v| {
            v["format"] = 1.into();
            v.as_object_mut().unwrap().remove("state_root");
        });
        assert_eq!(old.unwrap().state_root, None);
    }
}
