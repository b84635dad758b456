//! Promises of the neural voice: heard through a null sink, silent when asked, alive again after a kill, honest without
//! its data. Where data or sound tools are missing this says so loudly; under CI it fails.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use civic_kiosk::app::night::Night;
use civic_kiosk::app::{Effect, Event, Model, update};
use civic_kiosk::author::read_hall;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::base::digest::{Sha256, state_root};
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::Mailbox;
use civic_kiosk::speech::phonemes::Phonemizer;
use civic_kiosk::speech::phonemes::{Pronunciation, Speller};
use civic_kiosk::speech::voice::neural::model::Recorder;
use civic_kiosk::speech::voice::neural::{Cast, NeuralVoiceSettings, clips::Clips, of_sentence, sound};
use civic_kiosk::speech::voice::{Ladder, Limits, Piece, SilentVoice, SystemVoiceSettings, VoiceEvent};
use civic_kiosk::speech::{Chime, Language, Paragraph, Player, PlayerEvent, Rate, Script, Voice, Volume, WorkerVoice};
use civic_kiosk::store::{NewRelease, Store, StoreError, Switch};

use crate::speech::{Hall, SAMPLES_PER_SECOND, Sound, player_with, wait_for};

const VOICES: [&str; 4] = ["zf_xiaobei", "zf_xiaoxiao", "zm_yunyang", "zm_yunxi"];
const TEXT: &str = "政务服务中心欢迎您，请先取号，然后到窗口排队办理。";
const SYLLABLES: f64 = 22.0;
/// From the first sound of a syllable to that of the next, at normal rate and at the ends of the scale.
const SYLLABLE_S: std::ops::Range<f64> = 0.14..0.36;

/// One model at a time: two of them on two cores would each be too late.
static STUDIO: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    STUDIO.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the setup step put the voice; `None` where it did not and nobody insists.
fn data() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"))).unwrap();
    let folder = cache.join("civic-kiosk").join("voice");
    if folder.join("SHA256SUMS").is_file() && Phonemizer::built_in().is_some() {
        return Some(folder);
    }
    let insists = |name| std::env::var(name).is_ok_and(|v| v == "true" || v == "1");
    assert!(!insists("CI") && !insists("CIVIC_KIOSK_REQUIRE_AUDIO"), "no voice data in {}", folder.display());
    eprintln!("\n*** NOT TESTED: the neural voice; no data in {} ***\n", folder.display());
    None
}

fn speller() -> Speller {
    Arc::new(|text: &str| Phonemizer::built_in().unwrap().say(text).symbols)
}

/// What a line of text is made of.
fn pieces(text: &str, cast: &Cast, rate: Rate) -> Vec<Piece> {
    let sentences = Script::of_lines(&[text]).sentences;
    sentences.iter().flat_map(|sentence| of_sentence(sentence, cast, rate, &speller())).collect()
}

/// The settings of a terminal in this hall. A loaded test machine is slow; the limits are tested on the watchdog itself.
fn settings(hall: &Hall, files: &Path) -> NeuralVoiceSettings {
    NeuralVoiceSettings {
        files: files.to_owned(),
        cast: Cast::of("zf_xiaobei"),
        clips: vec![hall.folder.path().join("clips")],
        carried: Vec::new(),
        spell: speller(),
        worker_program: hall.script("kiosk", &format!("{} \"$@\"", env!("CARGO_BIN_EXE_kiosk"))),
        slow_above_ms: 60_000,
        limits: Limits {
            start: Duration::from_secs(60),
            begin: Duration::from_secs(60),
            end_extra: Duration::from_secs(60),
            stop: Duration::from_secs(2),
            ..NeuralVoiceSettings::limits()
        },
    }
}

fn player(settings: NeuralVoiceSettings) -> (Player, Receiver<PlayerEvent>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (player, events) = player_with(Box::new(WorkerVoice::neural(settings, Arc::clone(&clock))), clock);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    (player, events)
}

/// Milliseconds of the longest silence between the first and the last sound.
fn longest_gap_ms(sound: &Sound) -> usize {
    let loud: Vec<usize> = sound.0.iter().enumerate().filter(|(_, s)| s.unsigned_abs() > 160).map(|(i, _)| i).collect();
    let gap = loud.windows(2).map(|two| two[1] - two[0]).max().unwrap_or(0);
    gap * 1000 / SAMPLES_PER_SECOND
}

#[test]
fn sentences_are_heard_marked_without_gaps_and_silent_when_asked() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let (player, events) = player(settings(&hall, &files));
    // A page opens: its beginning is made before anybody asks.
    let script = Script::of_lines(&[TEXT, "请带好身份证原件和复印件。"]);
    player.prepare(&script);
    let recording = hall.record();
    player.play(1, script.clone());
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    assert!(seen.contains(&PlayerEvent::Finished { generation: 1 }), "{seen:?}");
    assert!(recording.finish().seconds() > 2.0, "nothing was heard");
    // What was said once is there at once; only this can be judged on a machine that does other things too.
    let recording = hall.record();
    player.play(2, script);
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    let heard = recording.finish();
    let (seconds, gap) = (heard.seconds(), longest_gap_ms(&heard));
    assert!(SYLLABLE_S.contains(&(seconds / (SYLLABLES + 12.0))), "{seconds} s");
    eprintln!("longest gap of prepared sentences: {gap} ms");
    assert!(gap < 600, "{gap} ms of silence between sentences");
    // The mark has come to the end of the first sentence when the second begins, or is two characters short of it.
    let second = seen.iter().position(|e| matches!(e, PlayerEvent::SentenceBegan { index: 1, .. })).unwrap();
    let mark =
        |e: &PlayerEvent| if let PlayerEvent::Mark { display_char, .. } = e { Some(*display_char) } else { None };
    let last = seen[..second].iter().rev().find_map(mark).unwrap();
    assert!(last + 3 >= TEXT.chars().count() - 1, "the mark stayed at {last}");

    player.set_rate(Rate::nearest(75));
    player.play(3, Script::of_lines(&[TEXT]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Mark { generation: 3, .. }));
    player.stop();
    wait_for(&events, |e| *e == PlayerEvent::Stopped { generation: 3 });
    std::thread::park_timeout(Duration::from_millis(200));
    let after = hall.record();
    std::thread::park_timeout(Duration::from_millis(700));
    assert_eq!(after.finish().seconds(), 0.0, "sound after the stop");
}

#[test]
fn a_killed_or_hanging_worker_costs_a_sentence_at_most() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let mut quick = settings(&hall, &files);
    quick.limits.stop = Duration::from_millis(150);
    let (player, events) = player(quick);
    player.set_volume(Volume::nearest(25));
    for signal in ["-KILL", "-STOP"] {
        let generation = if signal == "-KILL" { 1 } else { 2 };
        player.play(generation, Script::of_lines(&["请先取号，然后排队。"]));
        wait_for(&events, |e| matches!(e, PlayerEvent::Mark { .. }));
        for pid in workers(&hall) {
            assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
        }
        if signal == "-STOP" {
            // It cannot confirm the stop any more, and is silent all the same: it is killed.
            player.stop();
            wait_for(&events, |e| *e == PlayerEvent::Stopped { generation });
            player.play(3, Script::of_lines(&["请取号。"]));
        }
        let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
        assert!(matches!(seen.last(), Some(PlayerEvent::Finished { .. })), "{signal}: {seen:?}");
    }
    drop(player);
    assert_eq!(workers(&hall), [] as [u32; 0], "a worker outlives its terminal");
}

/// The workers of this hall: those that keep their clips in its folder.
fn workers(hall: &Hall) -> Vec<u32> {
    let folder = hall.folder.path().display().to_string();
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    pids.filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let line = String::from_utf8_lossy(&std::fs::read(entry.path().join("cmdline")).ok()?).into_owned();
        (line.contains("voice-worker") && line.contains(&folder)).then_some(pid)
    })
    .collect()
}

#[test]
fn a_slow_machine_plays_its_clips_and_leaves_the_rest_to_the_next_voice() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let mut slow = settings(&hall, &files);
    slow.slow_above_ms = 1;
    // A clip as a release brings it.
    let clips = Clips::new(slow.clips.clone());
    let mut recorder = Recorder::open(&files).unwrap();
    for piece in pieces("请取号。", &slow.cast, Rate::NORMAL) {
        clips.keep(&piece.key, &recorder.record(&piece, Rate::NORMAL).unwrap()).unwrap();
    }
    drop(recorder);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let neural: Box<dyn Voice> = Box::new(WorkerVoice::neural(slow, Arc::clone(&clock)));
    let silent: Box<dyn Voice> = Box::new(SilentVoice::new("没有别的语音"));
    let (player, events) = player_with(Box::new(Ladder::of(vec![("neural", neural), ("silent", silent)])), clock);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    let recording = hall.record();
    player.play(1, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 1 });
    assert!(recording.finish().seconds() > 0.4, "the clip was not heard");
    player.play(2, Script::of_lines(&["这一句没有录过。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. }));
}

#[test]
fn every_voice_says_every_syllable_and_a_faster_rate_is_shorter() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let mut recorder = Recorder::open(&files).unwrap();
    for voice in VOICES {
        let rates: &[u16] = if voice == "zf_xiaobei" { &[100, 200] } else { &[100] };
        let mut lengths = Vec::new();
        for rate in rates.iter().map(|percent| Rate::nearest(*percent)) {
            let pieces = pieces(TEXT, &Cast::of(voice), rate);
            let ms: u32 = pieces.iter().map(|p| recorder.record(p, rate).unwrap().length_ms()).sum();
            lengths.push(f64::from(ms) / 1000.0);
        }
        assert!(SYLLABLE_S.contains(&(lengths[0] / SYLLABLES)), "{voice}: {lengths:?}");
        assert!(lengths.get(1).is_none_or(|fast| *fast < lengths[0] * 0.7), "{lengths:?}");
    }
}

/// The loudest sample of a text.
fn loudest(recorder: &mut Recorder, text: &str, voice: &str) -> f32 {
    let pieces = pieces(text, &Cast::of(voice), Rate::NORMAL);
    let sounds = pieces.iter().map(|piece| recorder.record(piece, Rate::NORMAL).unwrap());
    let loudest =
        |sound: sound::Sound| sound.samples().iter().map(|sample| sample.unsigned_abs()).max().unwrap_or_default();
    f32::from(sounds.map(loudest).max().unwrap_or_default())
}

#[test]
fn a_short_word_is_as_loud_as_a_long_sentence() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let mut recorder = Recorder::open(&files).unwrap();
    for voice in VOICES {
        let long = loudest(&mut recorder, TEXT, voice);
        for word in ["是的。", "返回"] {
            let short = loudest(&mut recorder, word, voice);
            assert!((0.4..2.0).contains(&(short / long)), "{voice} {word}: {short} of {long}");
        }
    }
}

#[test]
fn a_voice_without_norms_says_the_same_as_a_whole() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("voices")).unwrap();
    let sums = std::fs::read_to_string(files.join("SHA256SUMS")).unwrap();
    let kept: Vec<&str> = sums.lines().filter(|line| !line.contains("norms/")).collect();
    for name in kept.iter().map(|line| line.split_once("  ").unwrap().1) {
        std::os::unix::fs::symlink(files.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("SHA256SUMS"), kept.join("\n")).unwrap();
    let (mut with, mut without) = (Recorder::open(&files).unwrap(), Recorder::open(folder.path()).unwrap());
    for piece in pieces(TEXT, &Cast::of("zf_xiaobei"), Rate::NORMAL) {
        let stretches = with.record(&piece, Rate::NORMAL).unwrap();
        let whole = without.record(&piece, Rate::NORMAL).unwrap();
        assert_eq!(stretches.length_ms(), whole.length_ms());
        let power = |sound: &sound::Sound| sound.samples().iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
        assert!((0.4..2.5).contains(&(power(&stretches) / power(&whole))), "as loud as the model itself");
    }
}

#[test]
fn a_terminal_without_voice_data_or_with_a_wrong_model_says_so_and_uses_the_next_voice() {
    let folder = tempfile::tempdir().unwrap();
    let of = |files: &Path| NeuralVoiceSettings {
        files: files.to_owned(),
        cast: Cast::of("zf_xiaobei"),
        clips: Vec::new(),
        carried: Vec::new(),
        spell: Arc::new(|_: &str| "a".to_owned()),
        worker_program: PathBuf::from(env!("CARGO_BIN_EXE_kiosk")),
        slow_above_ms: 60_000,
        limits: NeuralVoiceSettings::limits(),
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (_player, events) =
        player_with(Box::new(WorkerVoice::neural(of(folder.path()), Arc::clone(&clock))), Arc::clone(&clock));
    let seen = wait_for(&events, |_| true);
    assert!(
        matches!(&seen[0], PlayerEvent::Unavailable { reason } if reason.starts_with("没有安装语音数据")),
        "{seen:?}"
    );

    // A model that is not the one that was installed is never loaded.
    let Some(files) = data() else { return };
    std::fs::create_dir(folder.path().join("voices")).unwrap();
    for name in ["SHA256SUMS", "vocab.json", "libonnxruntime.so"] {
        std::fs::copy(files.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("prosody.onnx"), b"not the model").unwrap();
    let error = Recorder::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("prosody.onnx 已损坏"), "{error}");
}

#[test]
fn kiosk_say_writes_a_file_and_refuses_what_cannot_be_said() {
    let Some(_) = data() else { return };
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.wav");
    let kiosk = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_kiosk")).args(args).output().unwrap();
    let before = Instant::now();
    let said =
        kiosk(&["say", "--json", "--text", "重庆银行。", "--voice", "zm_yunyang", "--to", file.to_str().unwrap()]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    eprintln!("kiosk say: {} ms", before.elapsed().as_millis());
    let told: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let ms = told["ms"].as_u64().unwrap();
    assert!((600..2500).contains(&ms), "{told}");
    let bytes = std::fs::read(&file).unwrap();
    assert!(((bytes.len() - 44) as u64 / 48).abs_diff(ms) < 10, "the file is as long as it says");
    for (args, reason) in [
        (["say", "--text", "……", "--rate", "100"], "没有可以朗读的内容"),
        (["say", "--text", "好", "--rate", "9"], "语速应在"),
        (["say", "--text", "好", "--voice", "../x"], "只能有字母"),
    ] {
        let refused = kiosk(&args);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(reason), "{args:?}");
    }
    let nobody = kiosk(&["say", "--text", "好", "--voice", "nobody", "--to", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("没有 voices/nobody.bin"));
}

// ---- the office's words ---------------------------------------------------------------------------------------

/// A worker that says that it is ready and writes down what it is told.
fn scribe(folder: &Path) -> PathBuf {
    let path = folder.join("scribe");
    let line = format!(
        "#!/bin/sh\necho '\"ready\"'\n# Its own output stays open: else it would count as ended.\nexec 3>&1\nexec cat >> '{}/orders'\n",
        folder.display()
    );
    std::fs::write(&path, line).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A loaded test machine is slow, and this worker never begins: nothing is restarted while the test looks.
fn patient() -> Limits {
    let long = Duration::from_secs(600);
    Limits { start: long, begin: long, ..Limits::default() }
}

/// The order to speak that reaches the worker.
fn told_worker(folder: &Path, mut voice: WorkerVoice, text: &str) -> String {
    let orders = folder.join("orders");
    let _ = std::fs::remove_file(&orders);
    let (sender, events) = std::sync::mpsc::channel();
    voice.start(sender.into());
    let first = events.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(first, VoiceEvent::Ready);
    let id = civic_kiosk::speech::voice::UtteranceId(1);
    voice.speak(civic_kiosk::speech::voice::Utterance::new(id, text, Rate::NORMAL));
    (0..2000)
        .find_map(|_| {
            std::thread::park_timeout(Duration::from_millis(10));
            std::fs::read_to_string(&orders).ok().filter(|told| told.ends_with('\n'))
        })
        .unwrap_or_else(|| panic!("nothing reached the worker: {:?}", events.try_iter().collect::<Vec<_>>()))
}

#[test]
fn a_word_of_the_office_changes_what_both_engines_are_told_when_the_release_changes() {
    if Phonemizer::built_in().is_none() {
        assert!(data().is_none());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("clips")).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let words = Pronunciation::default();
    let neural = || {
        let settings = NeuralVoiceSettings {
            files: folder.path().to_owned(),
            cast: Cast::of("zf_xiaobei"),
            clips: vec![folder.path().join("clips")],
            carried: Vec::new(),
            spell: words.symbols(),
            worker_program: scribe(folder.path()),
            slow_above_ms: 900,
            limits: patient(),
        };
        told_worker(folder.path(), WorkerVoice::neural(settings, Arc::clone(&clock)), "到重庆路")
    };
    let system = || {
        let settings = SystemVoiceSettings {
            folder: folder.path().join("voice"),
            worker_program: scribe(folder.path()),
            worker_args: Vec::new(),
            daemon_program: PathBuf::from("true"),
            module: None,
            language: Language::Mandarin,
            respell: Some(words.respelling()),
            limits: patient(),
        };
        told_worker(folder.path(), WorkerVoice::system(settings, Arc::clone(&clock)), "到重庆路")
    };
    let (symbols, respelt) = (neural(), system());
    assert!(respelt.contains("虫庆"), "{respelt}");
    words.learn([("重庆".to_owned(), "zhong4 qing4".to_owned())]);
    let (new_symbols, new_respelt) = (neural(), system());
    assert_ne!(symbols, new_symbols);
    assert!(new_respelt.contains("重庆"), "{new_respelt}");
}

/// A terminal whose live release is what these files say.
fn state_of(office: &Path) -> tempfile::TempDir {
    let state = tempfile::tempdir().unwrap();
    let records: BTreeMap<RecordId, Vec<u8>> =
        read_hall(office).records.iter().map(|a| (a.record.id().clone(), a.record.to_bytes())).collect();
    let root = state_root(&records.iter().map(|(id, bytes)| (id.clone(), Sha256::of(bytes))).collect());
    let release = NewRelease {
        authority: "test".to_owned(),
        number: 1,
        issued: "2026-11-22T01:00:00Z".parse().unwrap(),
        segments: [("common".to_owned(), root)].into(),
        state_root: Some(root),
        subscription: String::new(),
        mailbox: Mailbox::default(),
    };
    let mut store = Store::open(state.path()).unwrap();
    let put = |switch: &Switch<'_>| records.iter().try_for_each(|(id, bytes)| switch.put("common", id, bytes));
    store.apply::<StoreError>(&release, put).unwrap();
    state
}

fn state_with_lexicon(csv: &str) -> tempfile::TempDir {
    let office = tempfile::tempdir().unwrap();
    std::fs::write(office.path().join("lexicon.csv"), csv).unwrap();
    state_of(office.path())
}

#[test]
fn kiosk_say_uses_the_words_of_the_live_release() {
    let Some(_) = data() else { return };
    let _alone = alone();
    let said = |state: &Path| {
        let file = state.join("said.wav");
        let mut say = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        say.args(["say", "--text", "重庆路", "--to"]).arg(&file).arg("--state").arg(state);
        let output = say.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(file).unwrap()
    };
    let plain = tempfile::tempdir().unwrap();
    let ours = state_with_lexicon("word,pinyin\n重庆路,zhong4 qing4 lu4\n");
    let same = state_with_lexicon("word,pinyin\n重庆路,chong2 qing4 lu4\n");
    let usual = said(plain.path());
    assert_ne!(said(ours.path()), usual);
    assert_eq!(said(same.path()), usual, "the same words are the same sound");
}

// ---- by night -------------------------------------------------------------------------------------------------

#[test]
fn clips_made_by_night_are_whole_and_end_with_the_terminal() {
    let Some(_) = data() else { return };
    let _alone = alone();
    let state = state_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let mut night = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["voice-worker", "--state"])
        .arg(state.path())
        .arg("rehearse")
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let clips = state.path().join("voice/clips");
    let made = || {
        let folders = std::fs::read_dir(&clips).into_iter().flatten().flatten();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "ogg")).collect::<Vec<_>>()
    };
    let is_made = (0..6000).any(|_| {
        std::thread::park_timeout(Duration::from_millis(20));
        made().len() > 1 || night.try_wait().unwrap().is_some()
    });
    assert!(is_made && night.try_wait().unwrap().is_none(), "no clips were made");
    // The terminal is gone: its end of the pipe closes.
    let before = Instant::now();
    drop(night.stdin.take());
    night.wait().unwrap();
    assert!(before.elapsed() < Duration::from_secs(10), "it outlives its terminal");
    let folder = Clips::new(vec![clips.clone()]);
    for path in made() {
        let key = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(folder.get(&key).is_some(), "{} is no clip", path.display());
    }
}

#[test]
fn who_comes_by_night_ends_the_making_of_clips_before_anything_else() {
    let mut model = crate::hall::sample().model();
    model.night = Night::at(3);
    let tick = |model: &mut Model, minutes: u64, wall: &str| {
        let wall = format!("2026-11-22T{wall}+08:00[Asia/Shanghai]").parse().unwrap();
        let effects = update(model, Event::Tick { now: Duration::from_secs(60 * minutes), wall });
        effects.iter().any(|effect| matches!(effect, Effect::Rehearse))
    };
    assert!(tick(&mut model, 12, "03:00:00"));
    let effects = update(&mut model, Event::Start);
    assert!(matches!(effects.first(), Some(Effect::EndRehearsal)), "{effects:?}");
    model.visit = None;
    assert!(!tick(&mut model, 13, "03:01:00"), "somebody may come back in a moment");
    assert!(tick(&mut model, 23, "03:11:00"));
}

// ---- other languages and chimes -------------------------------------------------------------------------------

#[test]
fn a_page_with_english_is_heard_in_one_go_and_a_chime_sounds_before_it() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let mut bilingual = settings(&hall, &files);
    bilingual.cast.english = Some("af_heart".to_owned());
    bilingual.cast.interface = "zm_yunyang".to_owned();
    let (player, events) = player(bilingual);
    let recording = hall.record();
    player.play(1, Script::of_interface(&["。"]).after(Chime::StaffCall));
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 1 });
    let chime = recording.finish().seconds();
    assert!((0.4..1.4).contains(&chime), "{chime} s of chime");
    let recording = hall.record();
    let said = [Paragraph::of("请取号。"), Paragraph::of("Please take a number and wait to be called.")];
    player.play(2, Script::of(&said));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    assert!(seen.contains(&PlayerEvent::Finished { generation: 2 }), "{seen:?}");
    let heard = recording.finish().seconds();
    assert!((2.0..12.0).contains(&heard), "{heard} s");
    let marks = |e: &&PlayerEvent| matches!(e, PlayerEvent::Mark { index: 1, .. });
    assert!(seen.iter().filter(marks).count() > 2, "English is followed too");
}

#[test]
fn english_takes_as_long_as_people_take_and_two_voices_differ() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let mut recorder = Recorder::open(&files).unwrap();
    let cast =
        Cast { interface: "zm_yunyang".to_owned(), english: Some("af_heart".to_owned()), ..Cast::of("zf_xiaobei") };
    let english = pieces("Please bring your identity card and two photographs.", &cast, Rate::NORMAL);
    let ms: u32 = english.iter().map(|piece| recorder.record(piece, Rate::NORMAL).unwrap().length_ms()).sum();
    assert!((2_000..6_000).contains(&ms), "{ms} ms for fifteen syllables");
    let spell = speller();
    let of = |script: Script| of_sentence(&script.sentences[0], &cast, Rate::NORMAL, &spell);
    let (content, interface) = (of(Script::of_lines(&["请取号。"])), of(Script::of_interface(&["请取号。"])));
    assert_eq!((content[0].voice.as_str(), interface[0].voice.as_str()), ("zf_xiaobei", "zm_yunyang"));
    assert_ne!(content[0].key, interface[0].key);
    assert!(pieces("我哋喺度等你嘅", &cast, Rate::NORMAL).is_empty(), "this model speaks no Cantonese");
}

// ---- bad input ------------------------------------------------------------------------------------------------

#[test]
fn odd_texts_are_read_to_their_end_or_excused_and_never_stop_the_voice() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let (player, events) = player(settings(&hall, &files));
    player.set_rate(Rate::nearest(200));
    let long = "好".repeat(100_000);
    let odd = ["", "\0\u{1b}\u{7f}", "……！！？", "＋－×÷＝", "😀🎉", "𰻝𱁬", "\0好\u{202e}。", "ب ت ث", "ab\u{301}"];
    for (generation, text) in odd.into_iter().chain([long.as_str()]).enumerate() {
        let generation = generation as u64 + 1;
        player.play(generation, Script::of_lines(&[text]));
        if text.len() > 1000 {
            wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { .. }));
            player.stop();
            wait_for(&events, |e| *e == PlayerEvent::Stopped { generation });
            continue;
        }
        let over = |e: &PlayerEvent| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. });
        wait_for(&events, over);
    }
    player.play(99, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 99 });
}

#[test]
fn too_little_memory_and_no_sound_device_are_told_with_their_reason_and_cost_nothing_else() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(mut hall) = Hall::open() else { return };
    let mut poor = settings(&hall, &files);
    poor.worker_program = hall
        .script("poor", &format!("sh -c 'ulimit -d 60000; exec \"$0\" \"$@\"' {} \"$@\"", env!("CARGO_BIN_EXE_kiosk")));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let neural: Box<dyn Voice> = Box::new(WorkerVoice::neural(poor, Arc::clone(&clock)));
    let (player, events) = player_with(neural, Arc::clone(&clock));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. } | PlayerEvent::Ready));
    assert!(matches!(seen.last(), Some(PlayerEvent::Unavailable { reason }) if !reason.is_empty()), "{seen:?}");
    player.play(1, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. }));
    drop(player);

    hall.close();
    let (player, events) =
        player_with(Box::new(WorkerVoice::neural(settings(&hall, &files), Arc::clone(&clock))), clock);
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. } | PlayerEvent::Ready));
    assert!(
        matches!(seen.last(), Some(PlayerEvent::Unavailable { reason }) if reason.contains("声音设备")),
        "{seen:?}"
    );
    drop(player);
    assert_eq!(workers(&hall), [] as [u32; 0]);
}

#[test]
fn a_sound_device_that_takes_nothing_more_costs_its_sentence_and_is_used_again_when_it_goes_on() {
    let Some(files) = data() else { return };
    let _alone = alone();
    let Some(hall) = Hall::open() else { return };
    let mut short = settings(&hall, &files);
    let wait = Duration::from_secs;
    short.limits = Limits { start: wait(20), start_extra: wait(0), end_extra: wait(2), retry: wait(1), ..short.limits };
    let (player, events) = player(short);
    player.play(1, Script::of_lines(&["请先取号，然后排队。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Mark { .. }));
    hall.signal("-STOP");
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    assert!(matches!(seen.last(), Some(PlayerEvent::Unavailable { reason }) if !reason.is_empty()), "{seen:?}");
    hall.signal("-CONT");
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(2, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 2 });
}
