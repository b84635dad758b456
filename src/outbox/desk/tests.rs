use jiff::Timestamp;
use tempfile::TempDir;

use super::super::book::{Book, Posting};
use super::super::seal::Sealer;
use super::super::signed::{DeskKey, Permit, SignedError};
use super::super::stick::{Exchanged, StickError, exchange};
use super::*;
use crate::content::LetterKind;
use crate::content::letter::FORMAT;

fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn letter(uuid: &str, text: &str) -> Letter {
    let entry = |id: &str, text: &str, value: &str| LetterEntry {
        id: id.into(),
        label: id.into(),
        copy: 0,
        text: text.into(),
        value: value.into(),
    };
    Letter {
        format: FORMAT,
        uuid: uuid.into(),
        kind: LetterKind::Opinion.term().into(),
        number: Some("261122-2222-2222".into()),
        record: "form/tousu".into(),
        title: "意见<建议>表".into(),
        org: "org/zhengwu".into(),
        release: 3,
        terminal: "k01".into(),
        at: "2026-11-22T09:00:00+08:00".into(),
        due: None,
        helper: None,
        entries: vec![entry("text", text, ""), entry("sign", "（手写签名）", "0,0 9,9 20,30;1,2 3,4")],
    }
}

/// A terminal with letters, an office with keys, and a stick between them.
struct Way {
    folder: TempDir,
    stick: TempDir,
    book: Book,
    opener: Opener,
    sealer: Sealer,
    desk: DeskKey,
}

impl Way {
    fn new() -> Self {
        let (identity, public) = Opener::generate();
        let folder = TempDir::new().unwrap();
        Self {
            book: Book::open(folder.path()).unwrap(),
            folder,
            stick: TempDir::new().unwrap(),
            opener: Opener::read(identity.reveal()).unwrap(),
            sealer: Sealer::new(&[public]).unwrap(),
            desk: DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap(),
        }
    }

    fn post(&mut self, uuid: &str, text: &str) {
        let sealed = self.sealer.seal(letter(uuid, text).to_bytes().unwrap().reveal()).unwrap();
        let posting = Posting { uuid, kind: LetterKind::Opinion, number: None, sealed: &sealed };
        self.book.post(&posting, now()).unwrap();
    }

    fn permit(&self, until: &str) {
        let permit = Permit { terminals: vec!["k01".into()], until: until.parse().unwrap() };
        self.put("permit.json", &self.desk.sign(&permit).unwrap());
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.stick.path().join(MAIL).join(name);
        durable::create_dir(path.parent().unwrap()).unwrap();
        durable::write(&path, bytes).unwrap();
    }

    fn meet(&mut self) -> Result<Exchanged, StickError> {
        exchange(&mut self.book, self.stick.path(), "k01", &[self.desk.public()], now(), |_| {})
    }

    fn collect(&self) -> Collected {
        collect(self.stick.path(), &self.opener).unwrap()
    }
}

#[test]
fn a_letter_leaves_the_terminal_only_after_the_office_confirmed_it() {
    let mut way = Way::new();
    way.post("a-1", "路灯不亮");
    way.post("a-2", "很好");
    way.permit("2026-12-31T00:00:00Z");
    let first = way.meet().unwrap();
    assert_eq!(first, Exchanged { written: 2, ..Exchanged::default() });
    assert_eq!(way.book.standing().unwrap().answered, 2, "nothing is forgotten on the word of a stick");
    assert_eq!(way.meet().unwrap(), Exchanged { already: 2, ..Exchanged::default() });

    let collected = way.collect();
    assert_eq!(collected.letters.keys().collect::<Vec<_>>(), ["a-1", "a-2"]);
    assert_eq!(collected.letters["a-1"].letter.reveal().entries[0].text, "路灯不亮");
    let [ack] = &collected.acks()[..] else { panic!() };
    way.put("ack/k01.json", &way.desk.sign(ack).unwrap());
    way.post("a-3", "新的");
    let second = way.meet().unwrap();
    assert_eq!(second, Exchanged { confirmed: 2, written: 1, ..Exchanged::default() });
    assert_eq!(way.book.unconfirmed("", 9).unwrap().len(), 1);
}

#[test]
fn without_a_permit_that_counts_nothing_leaves_the_terminal() {
    let mut way = Way::new();
    way.post("a-1", "路灯不亮");
    assert!(matches!(way.meet(), Err(StickError::NoPermit)));
    way.permit("2026-11-01T00:00:00Z");
    assert!(matches!(way.meet(), Err(StickError::Permit(SignedError::Over))));
    let stranger = DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap();
    let permit = Permit { terminals: vec!["*".into()], until: "2027-01-01T00:00:00Z".parse().unwrap() };
    way.put("permit.json", &stranger.sign(&permit).unwrap());
    assert!(matches!(way.meet(), Err(StickError::Permit(SignedError::Stranger))));
    way.put("permit.json", b"{}");
    assert!(matches!(way.meet(), Err(StickError::Permit(SignedError::Shape))));
    assert!(!way.stick.path().join("mail/out").exists());
}

#[test]
fn a_forged_confirmation_takes_no_letter_away() {
    let mut way = Way::new();
    way.post("a-1", "路灯不亮");
    way.permit("2026-12-31T00:00:00Z");
    way.meet().unwrap();
    let [ack] = &way.collect().acks()[..] else { panic!() };
    let stranger = DeskKey::read(DeskKey::generate().unwrap().reveal()).unwrap();
    way.put("ack/k01.json", &stranger.sign(ack).unwrap());
    assert_eq!(way.meet().unwrap().ack_refused, Some(SignedError::Stranger));
    let other = Ack { terminal: "k02".into(), ..ack.clone() };
    way.put("ack/k01.json", &way.desk.sign(&other).unwrap());
    assert_eq!(way.meet().unwrap().ack_refused, Some(SignedError::NotForUs));
    assert_eq!(way.book.standing().unwrap().answered, 1);
}

#[test]
fn links_on_a_stick_lead_nowhere() {
    let mut way = Way::new();
    way.post("a-1", "路灯不亮");
    way.permit("2026-12-31T00:00:00Z");
    let elsewhere = way.folder.path().join("elsewhere");
    durable::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, way.stick.path().join("mail/out")).unwrap();
    assert!(matches!(way.meet(), Err(StickError::Odd(_))));
    assert_eq!(std::fs::read_dir(elsewhere).unwrap().count(), 0);
}

#[test]
fn each_letter_is_opened_once_and_what_is_not_is_named() {
    let mut way = Way::new();
    way.post("a-1", "路灯不亮");
    way.permit("2026-12-31T00:00:00Z");
    way.meet().unwrap();
    let sealed = std::fs::read(way.stick.path().join("mail/out/k01/a-1.age")).unwrap();
    way.put("out/k02/a-1.age", &sealed);
    way.put("out/k02/renamed.age", &sealed);
    way.put("out/k02/broken.age", &sealed[..sealed.len() - 1]);
    way.put("out/k02/notes.txt", b"x");
    let other = way.sealer.seal(letter("a-1", "另一封").to_bytes().unwrap().reveal()).unwrap();
    way.put("out/k03/a-1.age", &other);
    let collected = way.collect();
    assert_eq!((collected.letters.len(), collected.repeated), (1, 1));
    let name =
        |(path, error): &(PathBuf, DeskError)| format!("{} {error}", path.file_stem().unwrap().to_str().unwrap());
    let failed: Vec<_> = collected.failed.iter().map(name).collect();
    assert_eq!(failed, ["broken 打不开", "renamed 文件名和里面的编号不一致", "a-1 和另一封信同名，内容不同"]);
    let (_, stranger) = (0, Opener::read(Opener::generate().0.reveal()).unwrap());
    assert_eq!(collect(way.stick.path(), &stranger).unwrap().letters.len(), 0);
}

#[test]
fn a_page_to_print_holds_the_whole_letter_and_nothing_that_runs() {
    let page = page(&letter("a-1", "第一行\n<script>alert(1)</script>"));
    assert!(page.contains("第一行<br>&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("意见&lt;建议&gt;表") && page.contains("261122-2222-2222"));
    assert!(page.contains("<polyline points=\"0,0 9,9 20,30\"/>"));
    assert!(!page.contains("<script") && !page.contains("http"));
}

fn entry(id: &str, label: &str, text: &str, value: &str) -> LetterEntry {
    LetterEntry { id: id.into(), label: label.into(), copy: 0, text: text.into(), value: value.into() }
}

/// What the office reads of letters of a kind with these entries.
fn told(kind: LetterKind, letters: Vec<Vec<LetterEntry>>) -> Vec<(String, String, String)> {
    let mut way = Way::new();
    for (n, entries) in letters.into_iter().enumerate() {
        let letter = Letter { kind: kind.term().into(), number: None, entries, ..letter(&format!("s-{n}"), "") };
        let sealed = way.sealer.seal(letter.to_bytes().unwrap().reveal()).unwrap();
        way.book.post(&Posting { uuid: &letter.uuid, kind, number: None, sealed: &sealed }, now()).unwrap();
    }
    way.post("request", "不计入");
    way.permit("2026-12-31T00:00:00Z");
    way.meet().unwrap();
    let tallies = tallies(&collect(way.stick.path(), &way.opener).unwrap());
    tallies.iter().map(|tally| (tally.question.clone(), tally.option.clone(), tally.shown())).collect()
}

fn line(question: &str, option: &str, n: &str) -> (String, String, String) {
    (question.into(), option.into(), n.into())
}

#[test]
fn surveys_are_added_up_and_what_few_people_chose_is_not_told() {
    let choice = |n| match n {
        0..7 => ("满意", "1"),
        7..13 => ("一般", "2"),
        13..16 => ("不满意", "3"),
        _ => ("说不清", "4"),
    };
    let answers = |n| {
        let (text, value) = choice(n);
        vec![entry("q1", "您满意吗", text, value), entry("q2", "还有什么想说的", "窗口排队太久", "")]
    };
    let all = told(LetterKind::Survey, (0..20).map(answers).collect());
    let few = "不显示";
    let wanted = [
        line("份数", "", "20"),
        line("您满意吗", "一般", "6"),
        line("您满意吗", "不满意", few),
        line("您满意吗", "满意", "7"),
        line("您满意吗", "说不清", few),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn what_few_chose_cannot_be_reckoned_from_the_rest() {
    let answers = |n| {
        let (text, value) = match n {
            0..9 => ("满意", "1"),
            9..15 => ("一般", "2"),
            _ => ("不满意", "3"),
        };
        vec![entry("q1", "您满意吗", text, value)]
    };
    let all = told(LetterKind::Survey, (0..16).map(answers).collect());
    let few = "不显示";
    // 16 letters and 9 satisfied leave 7, and nobody knows of which sort.
    let wanted = [
        line("份数", "", "16"),
        line("您满意吗", "一般", few),
        line("您满意吗", "不满意", few),
        line("您满意吗", "满意", "9"),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn choices_are_counted_one_by_one_and_a_reason_is_no_second_rating() {
    let both = || vec![entry("q1", "要改哪里", "低保、养老服务", "1"), entry("q1", "要改哪里", "排队", "2")];
    let one = || vec![entry("q1", "要改哪里", "排队", "2")];
    let letters = (0..5).map(|_| both()).chain((0..6).map(|_| one())).collect();
    let all = told(LetterKind::Survey, letters);
    assert_eq!(all, [line("份数", "", "11"), line("要改哪里", "低保、养老服务", "5"), line("要改哪里", "排队", "11")]);

    let rating =
        |_| [vec![entry("level", "满意度", "不满意", "2")], vec![entry("reason", "不满意的原因", "看不懂", "1")]];
    let all = told(LetterKind::Rating, (0..5).flat_map(rating).collect());
    assert_eq!(all, [line("份数", "", "5"), line("满意度", "不满意", "5"), line("不满意的原因", "看不懂", "5")]);
}
