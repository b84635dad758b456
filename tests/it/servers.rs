//! Promises kept with other people's programs: nginx from Debian, an S3-compatible server, the reference TUF client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::digest::Sha256;
use civic_kiosk::release::layout;
use civic_kiosk::sync::{Fault, Line, Network, Newer, Patience, Source, source_on};
use serde_json::Value;

use crate::support::office::{Office, copy_dir, files_of, hall, large_hall, today};
use crate::support::program::{Nginx, S3, python};
use crate::support::terminal::{Terminal, reason};

fn network(address: &str) -> Arc<dyn Source> {
    Arc::new(Network::new(address).unwrap())
}

/// Whether a place names its timestamp, and then says "nothing new" of that name. A file that was written this moment
/// has no name yet.
async fn is_told_once(source: &dyn Source) -> bool {
    for _ in 0..100 {
        let asked = source.small_if_new(layout::TIMESTAMP, 1 << 20, None).await.unwrap();
        let Newer::Changed { validators, .. } = asked else { return false };
        if let Some(validators) = validators {
            let again = source.small_if_new(layout::TIMESTAMP, 1 << 20, Some(&validators)).await.unwrap();
            return again == Newer::Same;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// Lets the timestamp of a repository be a minute old.
fn settle(repository: &Path) {
    let file = std::fs::File::options().write(true).open(repository.join(layout::TIMESTAMP)).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60)).unwrap();
}

#[tokio::test]
async fn nginx_serves_first_release_delta_and_no_change() {
    let office = Office::open().await;
    office.publish(large_hall("第一版")).await;
    // A machine that compresses everything for its other sites.
    let nginx = Nginx::start_with(&office.repository(), "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;");
    let terminal = Terminal::new();
    let source = network(&nginx.address());
    let first = terminal.follow_at(Arc::clone(&source), Some(&office.root()), today()).await;
    assert_eq!((first.outcome.word(), first.to), ("applied", Some(1)), "{first:?}");
    // Within the second in which nginx would call both the same, or not.
    office.publish(large_hall("第二版")).await;
    settle(&office.repository());
    let second = terminal.follow_at(Arc::clone(&source), None, today()).await;
    assert_eq!((second.outcome.word(), second.to, second.by_delta), ("applied", Some(2), 1), "{second:?}");
    let immutable = "public, max-age=31536000, immutable";
    let log = nginx.take_log();
    assert_eq!(log.len() as u64, first.requests + second.requests);
    for line in &log {
        let expected = match (line[1].as_str(), line[2].as_str()) {
            ("/tuf/timestamp.json", "200") => "public, max-age=60, must-revalidate",
            // The next root is looked for and must not be remembered as missing.
            (name, "404") if name.ends_with(".root.json") => "-",
            (_, "200") => immutable,
            other => panic!("{other:?}"),
        };
        assert_eq!(line[6], expected, "{line:?}");
    }

    let third = terminal.follow_at(Arc::clone(&source), None, today()).await;
    assert_eq!((third.outcome.word(), third.requests), ("current", 1), "{third:?}");
    let log = nginx.take_log();
    assert_eq!((log.len(), log[0][2].as_str(), third.bytes), (1, "304", 0), "{log:?}");
    assert!(log[0][3].parse::<u64>().unwrap() <= 500, "{log:?}");
    assert!(is_told_once(&*source).await);
    let log = nginx.take_log();
    assert_eq!((log.len(), log[1][2].as_str(), log[1][4].as_str()), (2, "304", "0"), "{log:?}");
}

#[tokio::test]
async fn nginx_hands_out_the_release_only_and_compresses_nothing() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    std::fs::write(office.repository().join("notes.txt"), b"x").unwrap();
    std::fs::write(office.repository().join("tuf/.timestamp.json.1.tmp"), b"x").unwrap();
    let nginx = Nginx::start_with(&office.repository(), "gzip on; gzip_types *; gzip_min_length 1; autoindex on;");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |name: &str| {
        let url = format!("{}/{name}", nginx.address());
        client.get(url).header("Accept-Encoding", "gzip").send().await.unwrap()
    };
    for name in ["", "tuf/", "notes.txt", "tuf/.timestamp.json.1.tmp", "p/", "r/..%2fnotes.txt"] {
        assert_eq!(get(name).await.status(), 404, "{name}");
    }
    let answer = get(layout::TIMESTAMP).await;
    assert_eq!(answer.headers().get("content-encoding"), None);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["server"], "nginx");
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(bytes, std::fs::read(office.repository().join(layout::TIMESTAMP)).unwrap());
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_costs_only_the_rest() {
    let office = Office::open().await;
    office.publish(large_hall("第一版")).await;
    let full = office.manifest().common().unwrap().full;
    let pack = std::fs::read(office.pack(&full)).unwrap();
    let mut nginx = Nginx::start_with(&office.repository(), "limit_rate 100k;");
    let terminal = Terminal::new();
    let part = terminal.state().join("packs").join(format!("{}.part", full.sha256));
    let length = || std::fs::metadata(&part).map_or(0, |m| m.len());
    let (state, root, source) = (terminal.state().to_owned(), office.root(), network(&nginx.address()));
    let task = tokio::spawn(async move {
        let clock = civic_kiosk::base::clock::SimClock::at(today());
        let all = civic_kiosk::sync::Subscription::All;
        civic_kiosk::sync::follow_once(&state, source, Some(&root), &all, &clock).await
    });
    while length() == 0 {
        assert!(!task.is_finished(), "{:?}", task.await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    nginx.kill();
    let report = task.await.unwrap();
    assert_eq!((reason(&report), terminal.live()), ("unreachable", None));
    let left = length();
    assert!(0 < left && left < full.size, "{left} of {}", full.size);
    assert!(std::fs::read(&part).unwrap() == pack[..left as usize]);
    nginx.restart("");
    nginx.take_log();
    let report = terminal.follow_at(network(&nginx.address()), Some(&office.root()), today()).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(1)), "{report:?}");
    let log = nginx.take_log();
    let resumed: Vec<_> = log.iter().filter(|line| line[1].starts_with("/p/")).collect();
    assert_eq!(resumed.len(), 1, "{log:?}");
    let seen = (resumed[0][2].as_str(), resumed[0][4].as_str(), resumed[0][5].as_str());
    assert_eq!(seen, ("206", (full.size - left).to_string().as_str(), format!("bytes={left}-").as_str()));
}

#[tokio::test]
async fn an_inside_authority_is_believed_only_when_it_was_given() {
    let office = Office::open().await;
    office.publish(hall("第一版")).await;
    let nginx = Nginx::start(&office.repository());
    let other = Nginx::start(&office.repository());
    let address = nginx.tls_address("localhost");
    let follow = async |line: &Line, address: &str| {
        let terminal = Terminal::new();
        terminal.follow_at(source_on(line, address).unwrap(), Some(&office.root()), today()).await
    };
    let told = Line::new(Some(&nginx.ca()), Patience::default()).unwrap();
    let report = follow(&told, &address).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(1)), "{report:?}");
    let both = [nginx.ca(), other.ca()].concat();
    assert_eq!(follow(&Line::new(Some(&both), Patience::default()).unwrap(), &address).await.to, Some(1));
    let elsewhere = Line::new(Some(&other.ca()), Patience::default()).unwrap();
    for (line, address) in [
        (&Line::shared().unwrap(), address.clone()),
        (&elsewhere, address.clone()),
        // The right authority, but the certificate is for another name.
        (&told, nginx.tls_address("127.0.0.1")),
    ] {
        let report = follow(line, &address).await;
        assert_eq!(reason(&report), "unreachable", "{report:?}");
        let detail = report.refused().unwrap().detail().unwrap();
        assert!(detail.contains("certificate"), "{detail}");
    }
}

fn publish_s3(office: &Office, s3: &S3, secret: &str) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/publish-s3.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(office.repository())
        .args(["--endpoint", &format!("http://127.0.0.1:{}", s3.port)])
        .args(["--bucket", "hall", "--prefix", "zwgk", "--acl", "public-read"])
        .env("AWS_ACCESS_KEY_ID", "publisher")
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// Names below the prefix that were put there since `from`.
fn puts(s3: &S3, from: usize) -> Vec<String> {
    let all = s3.log().split_off(from);
    let puts = all.into_iter().filter(|(method, _, _)| method == "PUT");
    puts.map(|(_, path, _)| path.trim_start_matches("/hall/zwgk/").to_owned()).collect()
}

#[tokio::test]
async fn an_s3_store_serves_a_release_that_was_uploaded_timestamp_last() {
    let s3 = S3::start();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let bucket = format!("http://127.0.0.1:{}/hall", s3.port);
    assert!(client.put(&bucket).send().await.unwrap().status().is_success());
    let office = Office::open().await;
    assert!(!publish_s3(&office, &s3, "").0, "without keys");
    assert!(!publish_s3(&office, &s3, "secret").0, "without a repository");
    let mut released = 0;
    let terminal = Terminal::new();
    let source = network(&format!("{bucket}/zwgk"));
    for about in ["第一版", "第二版"] {
        office.publish(large_hall(about)).await;
        let before = s3.log().len();
        let (is_done, text) = publish_s3(&office, &s3, "secret");
        assert!(is_done, "{text}");
        let puts = puts(&s3, before);
        let files = files_of(&office.repository()).len();
        assert_eq!(puts.len(), files - released + usize::from(released > 0), "only what is new: {puts:?}");
        released = files;
        let rank = |name: &String| ["p/", "r/", "tuf/"].iter().position(|dir| name.starts_with(dir)).unwrap();
        assert!(puts.is_sorted_by_key(rank), "{puts:?}");
        assert_eq!(puts.last().unwrap(), layout::TIMESTAMP);
        let report = terminal.follow_at(Arc::clone(&source), Some(&office.root()), today()).await;
        assert_eq!((report.outcome.word(), terminal.about().as_str()), ("applied", about), "{report:?}");
    }
    let current = terminal.follow_at(Arc::clone(&source), None, today()).await;
    assert_eq!((current.outcome.word(), current.requests), ("current", 1), "{current:?}");
    assert!(is_told_once(&*source).await);
    assert_eq!(s3.log().last().unwrap().2, "304");
    for (name, caching) in [
        (layout::TIMESTAMP.to_owned(), "public, max-age=60, must-revalidate"),
        ("tuf/1.root.json".to_owned(), "public, max-age=31536000, immutable"),
        (layout::pack_name(&office.manifest().common().unwrap().full.sha256), "public, max-age=31536000, immutable"),
    ] {
        let answer = client.get(format!("{bucket}/zwgk/{name}")).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], caching, "{name}");
    }

    // Half a pack is here; the store sends the rest.
    let late = Terminal::new();
    let full = office.manifest().common().unwrap().full;
    let packs = late.state().join("packs");
    std::fs::create_dir(&packs).unwrap();
    let half = std::fs::read(office.pack(&full)).unwrap()[..70_000].to_vec();
    std::fs::write(packs.join(format!("{}.part", full.sha256)), half).unwrap();
    let before = s3.log().len();
    let report = late.follow_at(source, Some(&office.root()), today()).await;
    assert_eq!((report.outcome.word(), report.to), ("applied", Some(2)), "{report:?}");
    let path = format!("/hall/zwgk/{}", layout::pack_name(&full.sha256));
    assert_eq!(
        s3.log().split_off(before).into_iter().filter(|(_, p, _)| *p == path).map(|l| l.2).next().unwrap(),
        "206"
    );
}

#[test]
fn the_upload_is_signed_as_amazons_own_library_signs() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/signature.py");
    let output = Command::new(python()).arg(script).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("3 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// The reference client with its memory, at one place.
struct Reference {
    root: PathBuf,
    memory: tempfile::TempDir,
}

impl Reference {
    fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), memory: tempfile::tempdir().unwrap() }
    }

    fn follow(&self, address: &str) -> Value {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/ngclient.py");
        let mut command = Command::new(python());
        let output = command.arg(script).arg(address).arg(&self.root).arg(self.memory.path()).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn pack_tool(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The SHA-256 of the newest manifest, from its name.
fn manifest_sha256(repository: &Path, release: u64) -> String {
    let is_it = |path: &PathBuf| {
        let manifest: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        manifest["release"] == release
    };
    let path = files_of(&repository.join("r")).into_iter().find(is_it).unwrap();
    Sha256::of(&std::fs::read(path).unwrap()).to_string()
}

#[test]
fn the_reference_client_follows_what_kiosk_pack_made_through_five_rotations() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, repository) = (path("keys-0"), path("repository"));
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let build = |keys: &str| pack_tool(&["build", content.to_str().unwrap(), "--keys", keys, "--out", &repository]);
    pack_tool(&["keys", "init", &keys]);
    build(&keys);
    let repository = Path::new(&repository);
    let nginx = Nginx::start(repository);
    let root = Path::new(&keys).join("root.json");
    let client = Reference::new(&root);
    let seen = client.follow(&nginx.address());
    assert_eq!((seen["root"].as_u64(), seen["release"].as_u64()), (Some(1), Some(1)), "{seen}");
    assert_eq!(seen["sha256"], manifest_sha256(repository, 1).as_str());

    for n in 1..=5 {
        pack_tool(&["keys", "rotate", &path(&format!("keys-{}", n - 1)), &path(&format!("keys-{n}"))]);
    }
    build(&path("keys-5"));
    let seen = client.follow(&nginx.address());
    assert_eq!((seen["root"].as_u64(), seen["release"].as_u64()), (Some(6), Some(2)), "{seen}");
    assert_eq!(seen["sha256"], manifest_sha256(repository, 2).as_str());
    // Whoever comes back from before all rotations gets here too, and by the newest root alone.
    assert_eq!(Reference::new(&root).follow(&nginx.address()), seen);
    let newest = PathBuf::from(path("keys-5")).join("root.json");
    assert_eq!(Reference::new(&newest).follow(&nginx.address()), seen);
    // A refresh moves the short-lived roles on and nothing else.
    pack_tool(&["refresh", repository.to_str().unwrap(), "--keys", &path("keys-5")]);
    let refreshed = client.follow(&nginx.address());
    assert!(refreshed["timestamp"].as_u64() > seen["timestamp"].as_u64(), "{refreshed}");
    assert_eq!((&refreshed["sha256"], &refreshed["targets"]), (&seen["sha256"], &seen["targets"]));
    tampered_is_refused_by_both(repository, &root);
}

/// What the reference client refuses a terminal refuses, and the other way round.
fn tampered_is_refused_by_both(repository: &Path, root: &Path) {
    let now = SystemClock::new().now();
    let root_bytes = std::fs::read(root).unwrap();
    let newest = |ending: &str| {
        let number =
            |path: &Path| path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().parse().unwrap_or(0);
        let files =
            files_of(&repository.join("tuf")).into_iter().filter(|path| path.to_str().unwrap().ends_with(ending));
        files.max_by_key(|path| -> u64 { number(path) }).unwrap().strip_prefix(repository).unwrap().to_owned()
    };
    let manifest = format!("r/{}.release.json", manifest_sha256(repository, 2));
    let targets = newest(".targets.json");
    let snapshot = newest(".snapshot.json");
    let files =
        [Path::new("tuf/timestamp.json"), &targets, &snapshot, Path::new(&manifest), Path::new("tuf/4.root.json")];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let copy = tempfile::tempdir().unwrap();
    copy_dir(repository, copy.path());
    let nginx = Nginx::start(copy.path());
    let follow = || {
        let terminal = Terminal::new();
        runtime.block_on(terminal.follow_at(network(&nginx.address()), Some(&root_bytes), now))
    };
    for name in files {
        let path = copy.path().join(name);
        let good = std::fs::read(&path).unwrap();
        // The last digit of what is signed, so that it is still the same kind of document. In a signature it would not
        // do: the reference client is content when enough of a root's signatures hold, a terminal wants all.
        let signed = good.windows(12).position(|w| w == b"\"signatures\"").unwrap_or(good.len());
        let at = good[..signed].iter().rposition(|byte| byte.is_ascii_digit()).unwrap();
        let mut bad = good.clone();
        bad[at] = if bad[at] == b'1' { b'2' } else { b'1' };
        std::fs::write(&path, &bad).unwrap();
        let seen = Reference::new(root).follow(&nginx.address());
        assert!(seen["refused"].is_string(), "{}: {seen}", name.display());
        assert!(follow().refused().is_some(), "{}", name.display());
        std::fs::remove_file(&path).unwrap();
        let seen = Reference::new(root).follow(&nginx.address());
        assert!(seen["refused"].is_string(), "{} is missing: {seen}", name.display());
        assert!(follow().refused().is_some(), "{} is missing", name.display());
        std::fs::write(&path, &good).unwrap();
    }
    assert_eq!(Reference::new(root).follow(&nginx.address())["release"], 2);
    assert_eq!(follow().to, Some(2));
    let fault = runtime.block_on(network(&nginx.address()).small("tuf/99.snapshot.json", 10)).unwrap_err();
    assert!(matches!(fault, Fault::NotFound { .. }));
}
