//! The promises of releases, measured: 130,000 guides of about 1.5 KB, 1 % of them changed at random.
//! Publishing and following run in processes of their own, so that CPU time and peak memory are theirs alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod machine;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use civic_kiosk::base::clock::SimClock;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Record;
use civic_kiosk::release::{DeltaError, DeltaReader, Edition, Item, Manifest, Target, keys, publish};
use civic_kiosk::store::{NewRelease, Of, Query, Reader, Shelf, Store, StoreError, Switch};
use civic_kiosk::sync::{Errand, Stage, Stick, Subscription, follow as follow_source};
use jiff::Timestamp;
use machine::{cpu_ms, peak_mib};
use serde_json::{Value, json};

const GUIDES: u32 = 130_000;
const ORGS: u32 = 574;
/// One in so many is changed from one release to the next.
const CHANGED_ONE_IN: u64 = 100;
/// A publisher has published before: this many releases for deltas to start from.
const RELEASES: u32 = 9;

/// Words of guides. Which of them follow each other is chance, so that only what really repeats is compressed well.
const SUBJECTS: &[&str] = &[
    "居民身份证",
    "老年人优待证",
    "残疾人两项补贴",
    "城乡居民养老保险",
    "职工医疗保险",
    "食品经营许可",
    "个体工商户登记",
    "不动产权证书",
    "机动车驾驶证",
    "户口迁移",
    "出生医学证明",
    "灵活就业参保",
    "失业保险金",
    "公共租赁住房",
    "临时救助",
    "高龄津贴",
    "农村危房改造",
    "耕地地力保护补贴",
    "林木采伐许可",
    "取水许可",
    "道路运输经营许可",
    "特种设备使用登记",
    "再生育审批",
    "社会保障卡",
    "住房公积金",
    "烟草专卖零售许可",
    "民办幼儿园办学许可",
    "卫生许可",
    "医师执业注册",
    "殡葬服务补贴",
    "义务教育入学",
    "退役军人优抚",
    "残疾人证",
    "最低生活保障",
    "特困人员供养",
    "孤儿基本生活费",
];
const ACTS: &[&str] =
    &["办理", "补领", "换领", "变更", "注销", "延续", "申请", "核定", "转移接续", "查询", "登记", "备案"];
const PARTS: &[&str] = &[
    "带上身份证原件到窗口办理",
    "材料齐全当场受理",
    "委托他人办理的须提供委托书",
    "填写申请表并签字",
    "工作人员核对原件",
    "审核通过后短信通知",
    "可邮寄到家",
    "也可以在网上提交",
    "逾期未补正的视为撤回",
    "如有疑问请拨打咨询电话",
    "外地户籍的应提供居住证",
    "未成年人由监护人代办",
    "照片为近期免冠彩照",
    "证件遗失的应先登报声明",
    "周六上午照常办理",
    "午间不休息",
    "每年办理一次",
    "先到先办",
    "预约的优先",
    "行动不便的可以上门办理",
    "需要现场采集指纹",
    "不收取任何费用",
    "按国家规定标准收费",
    "办理结果在公示栏公布",
    "对结果不服的可以申请复议",
    "材料不全的一次性告知",
    "核对无误后出具受理单",
    "由乡镇初审后报县级审批",
    "系统自动比对信息",
    "社区公示七天无异议",
    "年满六十周岁",
    "具有本市户籍",
    "连续缴费满一年",
    "收入低于当地标准",
    "未享受同类补贴",
    "经营场所符合规划",
    "从业人员持有健康证明",
    "具有相应的专业技术人员",
];
const MATERIALS: &[&str] = &[
    "身份证",
    "户口簿",
    "申请表",
    "委托书",
    "结婚证",
    "居住证明",
    "收入证明",
    "一寸照片",
    "银行卡复印件",
    "营业执照",
    "场地使用证明",
    "健康证明",
    "学历证书",
    "诊断证明",
    "劳动合同",
    "房屋产权证明",
    "残疾评定表",
    "缴费凭证",
];
const LAWS: &[&str] = &[
    "中华人民共和国居民身份证法",
    "中华人民共和国社会保险法",
    "中华人民共和国行政许可法",
    "中华人民共和国食品安全法",
    "中华人民共和国残疾人保障法",
    "社会救助暂行办法",
    "不动产登记暂行条例",
    "机动车驾驶证申领和使用规定",
];

/// Characters that words are made of: the most common ones of official Chinese.
const CHARACTERS: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取";
/// How many different words there are.
const WORDS: u64 = 4096;
/// Words of one sentence.
const WORDS_IN_A_SENTENCE: usize = 13;

/// Numbers by chance that are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
    /// A sentence that nobody has said before, with a turn of phrase that everybody uses.
    fn sentence(&mut self) -> String {
        let characters: Vec<char> = CHARACTERS.chars().collect();
        let mut sentence = String::new();
        for _ in 0..WORDS_IN_A_SENTENCE {
            // The same word is always the same two characters.
            let mut word = Chance(self.below(WORDS) * 2 + 1);
            (0..3).for_each(|_| word.step());
            (0..2).for_each(|_| sentence.push(characters[word.below(characters.len() as u64) as usize]));
        }
        format!("{sentence}，{}。", self.pick(PARTS))
    }
    fn step(&mut self) {
        self.next();
    }
}

fn item(id: &str, document: &Value) -> Item {
    let id = RecordId::parse(id).unwrap();
    let record = Record::from_bytes(&id, document.to_string().as_bytes()).unwrap();
    Item::new(id, record.org(), record.to_bytes())
}

/// A guide; `version` counts how often it was changed.
fn guide(n: u32, version: u64) -> Item {
    let mut chance = Chance(u64::from(n) * 2 + 1);
    for _ in 0..4 {
        chance.next();
    }
    let name = format!("g{n:06}");
    let material = |chance: &mut Chance, m: u64| {
        json!({"id": format!("m{m}"), "name": chance.pick(MATERIALS), "form": "原件", "originals": 1 + chance.below(2),
               "copies": 0, "source": "申请人自备", "need": "必要"})
    };
    let materials: Vec<Value> = (0..1 + chance.below(2)).map(|m| material(&mut chance, m)).collect();
    let steps: Vec<Value> = ["受理", "审核", "办结"]
        .iter()
        .map(|step| json!({"name": step, "who": "窗口", "what": chance.sentence(), "time": "当场"}))
        .collect();
    let phone = format!("0600-55{:05}", chance.below(100_000));
    let legal = 5 + chance.below(40);
    let mut document = json!({
        "id": name, "title": format!("{}{}（第{n}号）", chance.pick(SUBJECTS), chance.pick(ACTS)),
        "plain": chance.sentence(), "org": format!("o{:03}", n % ORGS), "kind": "公共服务", "levels": ["县级"],
        "handling": "承诺件", "for_whom": ["个人"], "legal_limit": {"n": legal, "unit": "工作日"},
        "promise_limit": {"n": 1 + legal / 3, "unit": "工作日"}, "visits": 1, "channels": ["窗口办理"], "scope": "全市",
        "conditions": [chance.sentence(), chance.sentence()],
        "published": format!("2026-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28)), "reviewed_by": "张三",
        "material": materials, "step": steps, "fee": {"charged": false},
        "outcome": {"name": "证件", "delivery": ["窗口领取"]},
        "url": format!("https://www.example.gov.cn/item/{:013}", chance.next() % 10_000_000_000_000),
        "contact": {"consult": phone, "complain": "12345", "windows": ["w1"]},
        "basis": [{"title": chance.pick(LAWS)}],
    });
    if version > 0 {
        // As an office changes a guide: a sentence, a phone number, the day.
        let mut change = Chance(u64::from(n) ^ (version << 32) | 1);
        for _ in 0..4 {
            change.next();
        }
        document["plain"] = change.sentence().into();
        document["contact"]["consult"] = format!("0600-56{:05}", change.below(100_000)).into();
        document["published"] = format!("2026-11-{:02}", 1 + change.below(28)).into();
    }
    item(&format!("guide/g{n:06}"), &document)
}

fn frame() -> Vec<Item> {
    let mut items = vec![
        item(
            "site/main",
            &json!({"hall": "清河市政务服务中心", "region": "清河市", "publisher": "清河市数据局", "hotline": "12345",
                "help_desk": "一楼导办台", "help_phone": "0000-1234567", "hours": "hall", "address": "清河市中心路1号",
                "qr_hosts": ["www.example.gov.cn"], "frequent": ["g000001"], "attract": ["欢迎"], "is_sample": true}),
        ),
        item("hours/hall", &json!({"id": "hall", "times": [{"days": [1, 2, 3, 4, 5], "spans": ["09:00-12:00"]}]})),
        item(
            "window/w1",
            &json!({"id": "w1", "number": "1", "name": "综合窗口", "org": "o000", "place": "一楼A区", "hours": "hall",
                "has_low_counter": true}),
        ),
    ];
    items.extend((0..ORGS).map(|n| {
        let document = json!({"id": format!("o{n:03}"), "name": format!("清河市第{n}局"), "short": format!("{n}局"),
            "phone": "0000-1234567", "complain": "12345", "address": "清河市中心路2号", "about": "办事"});
        item(&format!("org/o{n:03}"), &document)
    }));
    items
}

/// All records of a release: in each release after the first 1 % more is changed.
fn records(release: u32) -> Vec<Item> {
    let version = |n: u32| {
        let changed_in =
            |r: u32| Chance(u64::from(n) * 7919 + u64::from(r) * 104_729 + 1).below_mixed(CHANGED_ONE_IN) == 0;
        (2..=release).filter(|r| changed_in(*r)).map(u64::from).max().unwrap_or(0)
    };
    let mut items = frame();
    items.extend((0..guides()).map(|n| guide(n, version(n))));
    items
}

impl Chance {
    fn below_mixed(mut self, n: u64) -> u64 {
        for _ in 0..6 {
            self.next();
        }
        self.below(n)
    }
}

/// One office, its windows and enough guides for 568 records.
fn keeps_in_a_small_hall(id: &RecordId) -> bool {
    match id.kind() {
        "guide" => id.name() < "g000535",
        "org" => id.name() < "o030",
        _ => true,
    }
}

/// How many guides there are; fewer for a quick look.
fn guides() -> u32 {
    std::env::var("KIOSK_BENCH_GUIDES").ok().and_then(|n| n.parse().ok()).unwrap_or(GUIDES)
}

/// The records of a release as one file, a line each: what other ways of copying are given.
fn write_records(file: &Path, release: u32) {
    let mut lines = Vec::new();
    for item in records(release) {
        lines.extend_from_slice(&item.body);
        lines.push(b'\n');
    }
    std::fs::write(file, lines).unwrap();
}

fn day() -> Timestamp {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

async fn publish_one(work: &Path, release: u32) {
    let items = records(release);
    let average = items.iter().map(|item| item.body.len()).sum::<usize>() / items.len();
    let before = cpu_ms();
    let edition = Edition { items, ..Edition::default() };
    let made = publish(edition, &work.join("keys"), &work.join("repository"), day()).await.unwrap();
    let segment = made.manifest.common().unwrap();
    let newest = segment.deltas.first().map_or(0, |delta| delta.pack.size);
    let oldest = segment.deltas.last().map_or(0, |delta| delta.pack.size);
    let answer = json!({"cpu_ms": cpu_ms() - before, "peak_mib": peak_mib(), "full": segment.full.size, "delta": newest,
        "oldest_delta": oldest, "deltas": segment.deltas.len(), "average": average, "records": made.records,
        "manifest": made.manifest.to_bytes().unwrap().len()});
    println!("{answer}");
}

async fn follow(work: &Path, state: &Path) {
    let before = cpu_ms();
    if let Ok(store) = Store::open_read_only(state) {
        store.verify().unwrap();
    }
    let look_ms = cpu_ms() - before;
    let root = std::fs::read(work.join("keys/root.json")).unwrap();
    let stick = Arc::new(Stick::open(&work.join("repository")).unwrap());
    let (copying_us, applying_us) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (from, to, start) = (Arc::clone(&copying_us), Arc::clone(&applying_us), Instant::now());
    let watch = move |stage, _, _| {
        let now = u64::try_from(start.elapsed().as_micros()).unwrap();
        match stage {
            Stage::Checking => {}
            Stage::Copying => {
                let _ = from.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
            }
            Stage::Applying => to.store(now, Ordering::Relaxed),
        }
    };
    let errand = Errand { who: "bench".to_owned(), watch: Some(Arc::new(watch)) };
    let asking = Asking::start(state);
    let before = cpu_ms();
    let clock = SimClock::at(day());
    let report = follow_source(state, stick, Some(&root), &Subscription::All, &errand, &clock).await;
    let (cpu_ms, wall_ms) = (cpu_ms() - before, start.elapsed().as_millis());
    let (asked, p99_us) = asking.end();
    assert!(report.refused().is_none() && report.delta_refused.is_empty(), "{report:?}");
    let copy_us = applying_us.load(Ordering::Relaxed).saturating_sub(copying_us.load(Ordering::Relaxed));
    let answer = json!({"cpu_ms": cpu_ms, "wall_ms": wall_ms, "copy_us": copy_us, "asked": asked, "p99_us": p99_us,
        "look_ms": look_ms, "peak_mib": peak_mib(), "bytes": report.bytes,
        "requests": report.requests, "by_delta": report.by_delta, "by_full": report.by_full});
    println!("{answer}");
}

/// Somebody at the screen, who opens guides and pages of lists without a pause while the content changes.
struct Asking {
    is_over: Arc<AtomicBool>,
    times: std::thread::JoinHandle<Vec<Duration>>,
}

impl Asking {
    fn start(state: &Path) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, reader) = (Arc::clone(&is_over), Reader::spawn(state));
        let times = std::thread::spawn(move || {
            let (mut times, mut n) = (Vec::new(), 0_u32);
            while !over.load(Ordering::Relaxed) {
                n = (n + 7919) % guides();
                let guide = RecordId::parse(&format!("guide/g{n:06}")).unwrap();
                let office = RecordId::parse(&format!("org/o{:03}", n % ORGS)).unwrap();
                let list = Query::List(Shelf { kind: "guide", of: Of::Office(office) }, 1);
                for query in [Query::Opened(guide, 0), list] {
                    let (to, answer) = mpsc::channel();
                    let start = Instant::now();
                    reader.ask(query, move |found| {
                        let _ = to.send(found.is_ok());
                    });
                    assert!(answer.recv().unwrap(), "a question failed while the content changed");
                    times.push(start.elapsed());
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            times
        });
        Self { is_over, times }
    }

    /// How many questions were answered, and the time within which 99 of 100 were.
    fn end(self) -> (usize, u64) {
        self.is_over.store(true, Ordering::Relaxed);
        let mut times = self.times.join().unwrap();
        times.sort();
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
        (times.len(), u64::try_from(p99.as_micros()).unwrap())
    }
}

/// `cp` and `sha256sum` of the files that a first sync copies, in microseconds.
fn copy_and_hash_us(work: &Path) -> u64 {
    let parse = |entry: std::fs::DirEntry| Manifest::parse(&std::fs::read(entry.path()).unwrap()).unwrap();
    let manifests = std::fs::read_dir(work.join("repository/r")).unwrap().map(|entry| parse(entry.unwrap()));
    let manifest = manifests.max_by_key(|manifest| manifest.release).unwrap();
    let target = work.join("copied");
    let start = Instant::now();
    for segment in manifest.segments.values() {
        let file = work.join("repository/p").join(segment.full.sha256.to_string());
        assert!(Command::new("cp").arg(&file).arg(&target).status().unwrap().success());
        assert!(Command::new("sync").arg(&target).status().unwrap().success());
        assert!(Command::new("sha256sum").arg(&target).output().unwrap().status.success());
    }
    u64::try_from(start.elapsed().as_micros()).unwrap()
}

/// The records of the common segment, for a delta.
struct Records<'a, 'b>(&'a Switch<'b>);

/// What goes wrong only ends the measurement.
#[derive(Debug)]
struct Trouble(#[allow(dead_code)] String);

impl From<DeltaError> for Trouble {
    fn from(error: DeltaError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl Target for Records<'_, '_> {
    type Error = Trouble;
    fn old(&mut self, id: &RecordId) -> Result<Option<Vec<u8>>, Trouble> {
        Ok(self.0.body("common", id)?)
    }
    fn put(&mut self, id: &RecordId, body: &[u8]) -> Result<(), Trouble> {
        Ok(self.0.put("common", id, body)?)
    }
    fn delete(&mut self, id: &RecordId) -> Result<bool, Trouble> {
        Ok(self.0.delete("common", id)?)
    }
}

/// The transaction alone, as a sync does it: delta, state roots, commit.
fn apply(work: &Path, state: &Path) {
    let parse = |entry: std::fs::DirEntry| Manifest::parse(&std::fs::read(entry.path()).unwrap()).unwrap();
    let manifests = std::fs::read_dir(work.join("repository/r")).unwrap().map(|entry| parse(entry.unwrap()));
    let manifest = manifests.max_by_key(|manifest| manifest.release).unwrap();
    let segment = manifest.common().unwrap();
    let mut store = Store::open(state).unwrap();
    let live = store.release().unwrap().unwrap().state_root;
    let delta = segment.deltas.iter().find(|delta| delta.from_root == live).unwrap();
    let release = NewRelease {
        authority: manifest.authority.clone(),
        number: manifest.release,
        issued: manifest.issued,
        segments: [("common".to_owned(), segment.state_root)].into(),
        state_root: manifest.state_root,
        subscription: String::new(),
        mailbox: civic_kiosk::content::Mailbox::default(),
    };
    let before = cpu_ms();
    let file = std::fs::File::open(work.join("repository/p").join(delta.pack.sha256.to_string())).unwrap();
    let reader = DeltaReader::open(file, delta.limits(), &live, &segment.state_root).unwrap();
    store.apply(&release, |switch| reader.apply(&mut Records(switch))).unwrap();
    println!("{}", json!({"cpu_ms": cpu_ms() - before, "peak_mib": peak_mib(), "records": delta.records}));
}

/// Runs this program as a process of its own and reads its answer.
fn apart(arguments: &[&str]) -> Value {
    let output = Command::new(std::env::current_exe().unwrap()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn line(what: &str, value: u64, promise: u64, unit: &str) -> bool {
    let is_kept = value <= promise;
    println!("{:<44} {value:>12} {unit:<6} promised {promise:>10} {}", what, if is_kept { "kept" } else { "BROKEN" });
    is_kept
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["publish", work, release] => {
            return runtime.block_on(publish_one(Path::new(work), release.parse().unwrap()));
        }
        ["init", work] => {
            runtime.block_on(keys::init(&Path::new(work).join("keys"), day())).unwrap();
            return;
        }
        ["records", file, release] => return write_records(Path::new(file), release.parse().unwrap()),
        ["follow", work, state] => return runtime.block_on(follow(Path::new(work), Path::new(state))),
        ["apply", work, state] => return apply(Path::new(work), Path::new(state)),
        // Tests build this program and start it without the flag: minutes of measuring belong to `cargo bench` alone.
        words if !words.contains(&"--bench") => return println!("measured by `cargo bench --bench release`"),
        _ => {}
    }
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().to_str().unwrap();
    runtime.block_on(keys::init(&folder.path().join("keys"), day())).unwrap();
    let number = |value: &Value, key: &str| value[key].as_u64().unwrap();
    let mut first = Value::Null;
    let mut made = Value::Null;
    let state = format!("{work}/state");
    for release in 1..=RELEASES {
        made = apart(&["publish", work, &release.to_string()]);
        if release == RELEASES - 1 {
            first = apart(&["follow", work, &state]);
        }
    }
    let copy = format!("{work}/copy");
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(format!("{state}/content.db"), format!("{copy}/content.db")).unwrap();
    let applied = apart(&["apply", work, &copy]);
    let second = apart(&["follow", work, &state]);
    let third = apart(&["follow", work, &state]);
    let fresh = apart(&["follow", work, &format!("{work}/fresh")]);
    let cp_us = copy_and_hash_us(folder.path());
    let small = folder.path().join("small");
    std::fs::create_dir(&small).unwrap();
    runtime.block_on(keys::init(&small.join("keys"), day())).unwrap();
    let items: Vec<Item> = records(1).into_iter().filter(|item| keeps_in_a_small_hall(&item.id)).collect();
    assert_eq!(items.len(), 568);
    let edition = Edition { items, ..Edition::default() };
    runtime.block_on(publish(edition, &small.join("keys"), &small.join("repository"), day())).unwrap();
    let small = apart(&["follow", small.to_str().unwrap(), small.join("state").to_str().unwrap()]);
    let copy_percent = cp_us * 100 / number(&fresh, "copy_us").max(1);
    println!(
        "importing {fresh}\ncp, sync and sha256sum of the same files: {cp_us} us; the import's copying is at {copy_percent} % of that speed"
    );
    println!("568 records: {small}");
    println!("{} records of {} bytes on average", number(&made, "records"), number(&made, "average"));
    println!(
        "publishing: {made}\nfirst sync: {first}\napplying:   {applied}\nnext sync:  {second}\nno change:  {third}"
    );
    let kept = [
        line("delta, 1 % changed", number(&made, "delta"), 120 << 10, "B"),
        line("all that a sync by delta fetches", number(&second, "bytes"), 128 << 10, "B"),
        line("requests of a sync by delta", number(&second, "requests"), 8, ""),
        line("first sync", number(&first, "bytes"), 48_000_000, "B"),
        line("publishing with eight deltas, CPU", number(&made, "cpu_ms"), 60_000, "ms"),
        line("applying the delta, CPU", number(&applied, "cpu_ms"), 500, "ms"),
        line("peak memory of a sync by delta", number(&second, "peak_mib"), 150, "MiB"),
        line("peak memory of a first sync", number(&first, "peak_mib"), 150, "MiB"),
        line("a check without change, requests", number(&third, "requests"), 1, ""),
        line("a check without change, bytes", number(&third, "bytes"), 1536, "B"),
        line("a reader during the sync by delta, p99", number(&second, "p99_us"), 20_000, "us"),
        line("copying against cp and sha256sum, longer", number(&fresh, "copy_us") * 60 / 100, cp_us, "us"),
        line("first sync of 568 records", number(&small, "wall_ms"), 1000, "ms"),
    ];
    assert_eq!(number(&second, "by_delta"), 1);
    if kept.contains(&false) {
        std::process::exit(1);
    }
}
