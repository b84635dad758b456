use std::collections::BTreeMap;

use super::*;

#[derive(Default, Clone, PartialEq, Debug)]
struct Shelf(BTreeMap<RecordId, Vec<u8>>);

impl Target for Shelf {
    type Error = DeltaError;
    fn old(&mut self, id: &RecordId) -> Result<Option<Vec<u8>>, DeltaError> {
        Ok(self.0.get(id).cloned())
    }
    fn put(&mut self, id: &RecordId, body: &[u8]) -> Result<(), DeltaError> {
        self.0.insert(id.clone(), body.to_vec());
        Ok(())
    }
    fn delete(&mut self, id: &RecordId) -> Result<bool, DeltaError> {
        Ok(self.0.remove(id).is_some())
    }
}

fn id(name: &str) -> RecordId {
    RecordId::new("org", name).unwrap()
}

fn roots() -> (Sha256, Sha256) {
    (Sha256::of(b"from"), Sha256::of(b"to"))
}

fn shelf(bodies: &[(&str, &[u8])]) -> Shelf {
    Shelf(bodies.iter().map(|(name, body)| (id(name), body.to_vec())).collect())
}

fn delta(changes: &[(&str, Change<'_>)]) -> (Vec<u8>, PackLimits) {
    let (from, to) = roots();
    let mut writer = DeltaWriter::new(&from, &to);
    changes.iter().for_each(|(name, change)| writer.add(&id(name), *change).unwrap());
    writer.finish().unwrap()
}

fn apply(bytes: &[u8], limits: PackLimits, shelf: &mut Shelf) -> Result<(), DeltaError> {
    let (from, to) = roots();
    DeltaReader::open(bytes, limits, &from, &to)?.apply(shelf)
}

/// A delta with one block made of any two frames.
fn forged(table: &[u8], bodies: &[u8]) -> Vec<u8> {
    let (from, to) = roots();
    let mut out = [MAGIC.as_slice(), from.as_bytes(), to.as_bytes()].concat();
    for frame in [table, bodies] {
        out.extend((frame.len() as u32).to_le_bytes());
        out.extend(frame);
    }
    out
}

fn line(op: u8, name: &str, len: Option<u32>) -> Vec<u8> {
    let mut bytes = vec![op, 4 + name.len() as u8];
    bytes.extend(format!("org/{name}").as_bytes());
    bytes.extend(len.into_iter().flat_map(u32::to_le_bytes));
    bytes
}

#[test]
fn new_changed_and_deleted_records_come_out() {
    let mut have = shelf(&[("a", b"one"), ("b", b"two"), ("c", b"three")]);
    let changes = [
        ("a", Change::Deleted),
        ("b", Change::Changed { old: b"two", new: b"two and a half" }),
        ("d", Change::New(b"four")),
    ];
    let (bytes, limits) = delta(&changes);
    apply(&bytes, limits, &mut have).unwrap();
    assert_eq!(have, shelf(&[("b", b"two and a half"), ("c", b"three"), ("d", b"four")]));
    assert_eq!(bytes, delta(&changes).0, "the same changes give the same bytes");
    let (bytes, limits) = delta(&[]);
    apply(&bytes, limits, &mut have).unwrap();
}

#[test]
fn the_old_body_makes_a_change_small() {
    let old: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut new = old.clone();
    new[100_000..100_010].fill(b'x');
    let (bytes, limits) = delta(&[("a", Change::Changed { old: &old, new: &new })]);
    assert!(bytes.len() < 500, "{}", bytes.len());
    let mut have = shelf(&[("a", &old)]);
    apply(&bytes, limits, &mut have).unwrap();
    assert_eq!(have, shelf(&[("a", &new)]));
}

#[test]
fn many_blocks_are_one_delta() {
    let old: Vec<Vec<u8>> = (0..12_u32).map(|n| vec![n as u8; 1_500_000]).collect();
    let new: Vec<Vec<u8>> = (0..12_u32).map(|n| [vec![n as u8; 1_000_000], vec![b'z'; 9]].concat()).collect();
    let names: Vec<String> = (10..22).map(|n| n.to_string()).collect();
    let change = |n: usize| (names[n].as_str(), Change::Changed { old: &old[n], new: &new[n] });
    let (bytes, limits) = delta(&(0..12).map(change).collect::<Vec<_>>());
    let mut have = Shelf(names.iter().zip(&old).map(|(name, body)| (id(name), body.clone())).collect());
    apply(&bytes, limits, &mut have).unwrap();
    assert_eq!(have, Shelf(names.iter().zip(&new).map(|(name, body)| (id(name), body.clone())).collect()));
}

#[test]
fn a_delta_between_other_states_is_refused_before_anything_is_changed() {
    let (bytes, limits) = delta(&[("a", Change::New(b"one"))]);
    let (from, to) = roots();
    let other = Sha256::of(b"other");
    for (from, to) in [(other, to), (from, other), (to, from)] {
        let opened = DeltaReader::open(bytes.as_slice(), limits, &from, &to);
        assert!(matches!(opened.err(), Some(DeltaError::OtherRelease)));
    }
    for short in [&b""[..], b"ZWGKDLT1", b"ZWGKPAK1"] {
        assert!(matches!(apply(short, limits, &mut Shelf::default()), Err(DeltaError::NotADelta)));
    }
}

#[test]
fn a_record_that_is_not_there_cannot_be_changed_or_deleted() {
    for change in [Change::Deleted, Change::Changed { old: b"one", new: b"two" }] {
        let (bytes, limits) = delta(&[("a", change)]);
        assert!(matches!(apply(&bytes, limits, &mut Shelf::default()), Err(DeltaError::Missing(_))));
    }
}

#[test]
fn a_bomb_is_stopped_at_the_signed_size_and_a_huge_window_is_refused() {
    let mut squeezed = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    io::copy(&mut io::repeat(0).take(1 << 30), &mut squeezed).unwrap();
    let bomb = squeezed.finish().unwrap();
    let limits = PackLimits { unpacked: 10_000, records: 9 };
    let as_table = apply(&forged(&bomb, b""), limits, &mut Shelf::default());
    assert!(matches!(as_table, Err(DeltaError::TooMuch(10_000))), "{as_table:?}");
    let table = squeeze(&line(NEW, "a", Some(5000)), b"").unwrap();
    let as_body = apply(&forged(&table, &bomb), limits, &mut Shelf::default());
    assert!(matches!(as_body, Err(DeltaError::TooMuch(_) | DeltaError::WrongSize { .. })), "{as_body:?}");

    let mut wide = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    wide.window_log(27).unwrap();
    wide.write_all(&[0; 100]).unwrap();
    let answer = apply(&forged(&wide.finish().unwrap(), b""), limits, &mut Shelf::default());
    assert!(matches!(answer, Err(DeltaError::Unreadable(_))), "{answer:?}");
}

#[test]
fn lying_lengths_orders_counts_and_operations_are_refused() {
    let read = |lines: &[Vec<u8>], bodies: &[u8], records: u64| {
        let table = lines.concat();
        let limits = PackLimits { unpacked: (table.len() + bodies.len()) as u64, records };
        let file = forged(&squeeze(&table, b"").unwrap(), &squeeze(bodies, b"").unwrap());
        apply(&file, limits, &mut Shelf::default())
    };
    let a = || line(NEW, "a", Some(2));
    let b = || line(NEW, "b", Some(2));
    assert!(read(&[a(), b()], b"{}{}", 2).is_ok());
    assert!(matches!(read(&[b(), a()], b"{}{}", 2), Err(DeltaError::Order(_))));
    assert!(matches!(read(&[a(), a()], b"{}{}", 2), Err(DeltaError::Order(_))));
    assert!(matches!(read(&[a(), b()], b"{}{}", 1), Err(DeltaError::WrongCount { .. })));
    assert!(matches!(read(&[a()], b"{}", 2), Err(DeltaError::WrongCount { .. })));
    assert!(matches!(read(&[a()], b"{", 1), Err(DeltaError::TooMuch(_))));
    assert!(matches!(read(&[a()], b"{}{}", 1), Err(DeltaError::TooMuch(_) | DeltaError::WrongSize { .. })));
    assert!(matches!(read(&[line(9, "a", Some(2))], b"{}", 1), Err(DeltaError::Operation { op: 9, .. })));
    assert!(matches!(read(&[line(NEW, "a", Some(u32::MAX))], b"{}", 1), Err(DeltaError::TooLong { .. })));
    assert!(matches!(read(&[vec![NEW, 200, b'o']], b"", 1), Err(DeltaError::CutOff(1))));
    assert!(matches!(read(&[line(NEW, "../x", Some(2))], b"{}", 1), Err(DeltaError::Id { .. })));
}

#[test]
fn every_cut_is_noticed() {
    let (bytes, limits) = delta(&[("a", Change::New(b"one")), ("b", Change::New(b"two"))]);
    for end in 0..bytes.len() {
        assert!(apply(&bytes[..end], limits, &mut Shelf::default()).is_err(), "{end}");
    }
    assert!(apply(&[bytes.as_slice(), b"\0"].concat(), limits, &mut Shelf::default()).is_err());
}
