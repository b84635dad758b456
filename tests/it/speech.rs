//! Promises of `speech`: the real daemon through a null sink, and the player with a simulated voice.
//! Where the sound tools are missing the real part says so loudly; under CI it fails.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use civic_kiosk::base::clock::{Clock, SimClock, SystemClock};
use civic_kiosk::speech::voice::{Ladder, Limits, SimFault, SimLine, SystemVoiceSettings};
use civic_kiosk::speech::{
    Availability, Chime, Language, Player, PlayerEvent, Rate, Script, SilentVoice, SimVoice, Voice, WorkerVoice,
};

/// The longest that any single event may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Sound that is recorded: mono, 16 bit.
pub const SAMPLES_PER_SECOND: usize = 22_050;
const TOOLS: [&str; 5] = ["pulseaudio", "parec", "pactl", "speech-dispatcher", "espeak-ng"];

// ---- the player with a simulated voice -------------------------------------------------------------------------

fn simulated() -> (Player, civic_kiosk::speech::voice::SimVoiceControl, Receiver<PlayerEvent>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (voice, control) = SimVoice::new(Arc::clone(&clock));
    control.set_speed_percent(5000);
    let (player, events) = player_with(Box::new(voice), clock);
    (player, control, events)
}

pub fn player_with(voice: Box<dyn Voice>, clock: Arc<dyn Clock>) -> (Player, Receiver<PlayerEvent>) {
    let (sender, events) = channel();
    (Player::spawn(voice, clock, move |event| drop(sender.send(event))), events)
}

pub fn wait_for(events: &Receiver<PlayerEvent>, wanted: impl Fn(&PlayerEvent) -> bool) -> Vec<PlayerEvent> {
    let mut seen = Vec::new();
    loop {
        let event = events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing more after {seen:?}"));
        let found = wanted(&event);
        seen.push(event);
        if found {
            return seen;
        }
    }
}

#[test]
fn a_script_is_read_in_order_without_overlap() {
    let (player, control, events) = simulated();
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    assert_eq!(player.availability(), Availability::Ready);
    player.play(7, Script::of_lines(&["办理时间：周一至周五 9:00–12:00。", "咨询电话：12345。"]));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { generation: 7 }));
    assert!(seen.contains(&PlayerEvent::SentenceBegan { generation: 7, index: 1 }));
    assert_eq!(control.spoken(), ["办理时间：周一至周五九点到十二点。", "咨询电话：幺二三四五。"]);
    assert!(!control.transcript().iter().any(|line| matches!(line, SimLine::Overlapped(_))));
}

#[test]
fn a_chime_sounds_before_the_words_and_never_over_them() {
    let (player, control, events) = simulated();
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(1, Script::of_lines(&["请带身份证原件和复印件。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { generation: 1, .. }));
    player.play(2, Script::of_interface(&["还在用吗？"]).after(Chime::Warning));
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 2 });
    let lines = control.transcript();
    let chimed = lines.iter().position(|line| *line == SimLine::Chimed(Chime::Warning)).unwrap();
    assert!(matches!(lines[chimed - 1], SimLine::Stopped | SimLine::Ended), "{lines:?}");
    assert_eq!(lines[chimed + 1..], [SimLine::Ended, SimLine::Spoke("还在用吗？".to_owned()), SimLine::Ended]);
}

#[test]
fn jumps_repeats_and_pauses_in_any_order_never_speak_over_each_other() {
    let (player, control, events) = simulated();
    control.set_speed_percent(2000);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    let lines: Vec<String> = (0..8).map(|n| format!("请到{n}号窗口办理。")).collect();
    player.play_from(1, Script::of_lines(&lines), 5);
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { .. }));
    assert!(seen.contains(&PlayerEvent::SentenceBegan { generation: 1, index: 5 }), "{seen:?}");
    for turn in 0..200 {
        match turn % 7 {
            0 => player.go(turn % 8),
            1 => player.repeat(),
            2 => player.pause(),
            3 => player.resume(),
            4 => player.previous(),
            5 => player.next(),
            _ => std::thread::park_timeout(Duration::from_millis(3)),
        }
    }
    player.go(7);
    player.resume();
    wait_for(&events, |e| *e == PlayerEvent::Finished { generation: 1 });
    let overlapped = |line: &SimLine| matches!(line, SimLine::Overlapped(_));
    assert!(!control.transcript().iter().any(overlapped));
}

#[test]
fn a_new_page_silences_the_old_one_and_its_events() {
    let (player, control, events) = simulated();
    control.set_speed_percent(100);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(1, Script::of_lines(&["请带身份证原件和复印件。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { generation: 1, .. }));
    player.play(2, Script::of_lines(&["请到二楼。"]));
    control.set_speed_percent(5000);
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { generation: 2 }));
    let old =
        |e: &PlayerEvent| matches!(e, PlayerEvent::Finished { generation: 1 } | PlayerEvent::Stopped { generation: 1 });
    assert!(!seen.iter().any(old), "{seen:?}");
    assert!(control.transcript().contains(&SimLine::Stopped));
}

#[test]
fn a_voice_that_hangs_is_called_unavailable() {
    let clock = Arc::new(SimClock::at("2026-01-05T01:00:00Z".parse().unwrap()));
    let (voice, control) = SimVoice::new(clock.clone());
    control.fail_next(SimFault::Hang);
    let (player, events) = player_with(Box::new(voice), clock.clone());
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(1, Script::of_lines(&["请取号。"]));
    // Time passes only here: the voice is asked, hears nothing of it, and the limit runs out.
    while control.spoken().is_empty() {
        std::thread::yield_now();
    }
    clock.advance(Duration::from_secs(60));
    wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. }));
    assert!(matches!(player.availability(), Availability::Unavailable(_)));
}

#[test]
fn a_voice_that_dies_says_so() {
    let (player, control, events) = simulated();
    control.fail_next(SimFault::Die);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(1, Script::of_lines(&["请取号，请排队，请办理。"]));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. }));
    assert!(!seen.iter().any(|e| matches!(e, PlayerEvent::Finished { .. })));
}

#[test]
fn a_late_voice_is_waited_for_and_a_failed_sentence_is_told() {
    let (player, control, events) = simulated();
    control.fail_next(SimFault::Late(Duration::from_millis(200)));
    control.fail_next(SimFault::Fail("没有声音设备".to_owned()));
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    player.play(1, Script::of_lines(&["请取号。", "请排队。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { index: 0, .. }));
    wait_for(&events, |e| *e == PlayerEvent::Unavailable { reason: "没有声音设备".to_owned() });
}

#[test]
fn without_a_voice_the_player_says_why() {
    let (player, events) = player_with(Box::new(SilentVoice::new("本机没有安装语音")), Arc::new(SystemClock::new()));
    wait_for(&events, |e| matches!(e, PlayerEvent::Unavailable { .. }));
    player.play(1, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| *e == PlayerEvent::Unavailable { reason: "本机没有安装语音".to_owned() });
}

// ---- the command ----------------------------------------------------------------------------------------------

#[test]
fn kiosk_read_tells_what_would_be_spoken() {
    let output = kiosk().args(["read", "--json", "--text", "收费40元。电话12345"]).output().unwrap();
    assert!(output.status.success());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json[0]["spoken"], "收费四十元。");
    assert_eq!(json[1]["spoken"], "电话幺二三四五");
    assert_eq!((json[1]["display_start"].as_u64(), json[1]["display_end"].as_u64()), (Some(6), Some(13)));
}

#[test]
fn kiosk_read_answers_line_by_line_and_keeps_running() {
    let mut child = kiosk().args(["read", "--stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (text, spoken) in [("复印2份", "复印两份"), ("9:05", "九点零五分")] {
        writeln!(stdin, "{text}").unwrap();
        let json: serde_json::Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(json[0]["spoken"], spoken);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

fn kiosk() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kiosk"))
}

// ---- the real daemon ------------------------------------------------------------------------------------------

/// A private sound server with a null sink, all below one temporary folder.
pub struct Hall {
    pub folder: tempfile::TempDir,
    pulse: Child,
}

impl Hall {
    /// `None` where the tools are missing and nobody insists on them.
    pub fn open() -> Option<Self> {
        let missing: Vec<&str> = TOOLS.into_iter().filter(|tool| !is_installed(tool)).collect();
        if !missing.is_empty() {
            let insists = |name| std::env::var(name).is_ok_and(|v| v == "true" || v == "1");
            assert!(!insists("CI") && !insists("CIVIC_KIOSK_REQUIRE_AUDIO"), "missing sound tools: {missing:?}");
            eprintln!("\n*** NOT TESTED: speech through a real daemon; missing: {missing:?} ***\n");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("ck").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("run")).unwrap();
        let mut hall = Command::new("pulseaudio");
        hall.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--use-pid-file=no"])
            .args(["--load=module-native-protocol-unix", "--load=module-null-sink sink_name=hall"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        own_sound(&mut hall, folder.path());
        let hall = Self { pulse: hall.spawn().unwrap(), folder };
        // Ready when it lists its sink; each try waits for an answer of the server itself.
        let listed = (0..600).any(|_| {
            let sinks = hall.command("pactl").args(["list", "short", "sinks"]).output().unwrap();
            let found = String::from_utf8_lossy(&sinks.stdout).contains("hall");
            if !found {
                std::thread::park_timeout(Duration::from_millis(50));
            }
            found
        });
        assert!(listed, "the null sink did not come up");
        Some(hall)
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        own_sound(&mut command, self.folder.path());
        command
    }

    /// No sound from now on.
    pub fn close(&mut self) {
        self.pulse.kill().unwrap();
        self.pulse.wait().unwrap();
    }

    /// The sound server takes nothing more and answers nothing, or goes on.
    pub fn signal(&self, signal: &str) {
        let pulse = self.pulse.id().to_string();
        assert!(Command::new("kill").args([signal, &pulse]).status().unwrap().success());
    }

    /// A script that becomes `line` with the sound of this hall.
    pub fn script(&self, name: &str, line: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let folder = self.folder.path().display();
        std::fs::write(
            &path,
            format!("#!/bin/sh\nexport XDG_RUNTIME_DIR='{folder}/run' HOME='{folder}'\nexport ALSA_CONFIG_PATH=/dev/null\nunset PULSE_SERVER PULSE_SINK PULSE_RUNTIME_PATH\nexec {line}\n"),
        )
        .unwrap();
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The settings of a terminal whose daemon and worker use this sound server.
    fn settings(&self) -> SystemVoiceSettings {
        // The daemon takes its sound from the environment (the null sink, never this machine's own card), which a test cannot change for itself:
        // two small scripts set it and become the programs.
        let run = |name: &str, line: String| self.script(name, &line);
        SystemVoiceSettings {
            folder: self.folder.path().join("voice"),
            worker_program: PathBuf::from(env!("CARGO_BIN_EXE_kiosk")),
            worker_args: vec!["voice-worker".to_owned()],
            daemon_program: run("daemon", "speech-dispatcher \"$@\"".to_owned()),
            // A loaded test machine is slow; the promised limits are tested on the watchdog itself.
            module: None,
            language: Language::Mandarin,
            respell: None,
            limits: Limits {
                start: Duration::from_secs(20),
                begin: Duration::from_secs(8),
                end_extra: Duration::from_secs(10),
                stop: Duration::from_secs(2),
                ..Limits::default()
            },
        }
    }

    fn player(&self) -> (Player, Receiver<PlayerEvent>) {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let voice = WorkerVoice::system(self.settings(), Arc::clone(&clock));
        let (player, events) = player_with(Box::new(voice), clock);
        wait_for(&events, |e| *e == PlayerEvent::Ready);
        (player, events)
    }

    pub fn record(&self) -> Recording {
        let mut child = self
            .command("parec")
            .args(["-d", "hall.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=20"])
            .arg(format!("--rate={SAMPLES_PER_SECOND}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        // The first bytes mean that the recording runs; the null sink sends silence until somebody speaks.
        let mut first = [0u8; 2];
        stdout.read_exact(&mut first).unwrap();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).unwrap();
            bytes
        });
        Recording { child, reader }
    }

    /// Process ids of programs that were started with a path of this folder in their environment.
    fn of_environment(&self, name: &str) -> Vec<u32> {
        let folder = self.folder.path().display().to_string();
        let pids = std::fs::read_dir("/proc").unwrap().flatten();
        let read = |entry: &std::fs::DirEntry, file: &str| {
            String::from_utf8_lossy(&std::fs::read(entry.path().join(file)).unwrap_or_default()).into_owned()
        };
        let ours = |entry: &std::fs::DirEntry| {
            let address = format!("SPEECHD_ADDRESS=unix_socket:{folder}");
            read(entry, "environ").contains(&address) && read(entry, "cmdline").contains(name)
        };
        pids.filter(ours).filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    }

    /// What of it still runs a moment later: who is killed with its group is gone when the system comes to it, not at once.
    fn left_over(&self, name: &str) -> Vec<u32> {
        for _ in 0..100 {
            if self.processes(name).is_empty() {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        self.processes(name)
    }

    /// Process ids below our daemons: those whose command line names this folder.
    fn processes(&self, name: &str) -> Vec<u32> {
        let folder = self.folder.path().display().to_string();
        let pids = std::fs::read_dir("/proc").unwrap().flatten();
        pids.filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).into_owned();
            (line.contains(&folder) && line.contains(name)).then_some(pid)
        })
        .collect()
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        let _ = self.pulse.kill();
        let _ = self.pulse.wait();
    }
}

fn own_sound(command: &mut Command, folder: &Path) {
    command.env("XDG_RUNTIME_DIR", folder.join("run")).env("HOME", folder).env_remove("PULSE_SERVER");
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(tool).is_file())
}

pub struct Recording {
    child: Child,
    reader: std::thread::JoinHandle<Vec<u8>>,
}

impl Recording {
    pub fn finish(mut self) -> Sound {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let bytes = self.reader.join().unwrap();
        Sound(bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect())
    }
}

pub struct Sound(pub Vec<i16>);

impl Sound {
    /// Seconds from the first sound to the last.
    pub fn seconds(&self) -> f64 {
        let loud = |s: &i16| s.unsigned_abs() > 160;
        let first = self.0.iter().position(loud);
        let last = self.0.iter().rposition(loud);
        first.zip(last).map_or(0.0, |(first, last)| (last - first) as f64 / SAMPLES_PER_SECOND as f64)
    }
}

/// How long espeak-ng itself takes with a voice, by the file that it writes.
fn reference_seconds(hall: &Hall, voice: &str, text: &str) -> f64 {
    let path = hall.folder.path().join(format!("{voice}.wav"));
    let status =
        Command::new("espeak-ng").args(["-v", voice, "-s", "170", "-w"]).arg(&path).arg(text).status().unwrap();
    assert!(status.success());
    let bytes = std::fs::read(path).unwrap();
    Sound(bytes[44..].chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()).seconds()
}

#[test]
fn a_sentence_is_heard_in_mandarin_and_stops_when_asked() {
    let Some(hall) = Hall::open() else { return };
    let text = "政务服务中心欢迎您，请先取号，然后到窗口排队办理。";
    let (player, events) = hall.player();
    let recording = hall.record();
    player.play(1, Script::of_lines(&[text]));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    assert!(seen.contains(&PlayerEvent::Finished { generation: 1 }), "{seen:?}");
    assert!(seen.iter().any(|e| matches!(e, PlayerEvent::Mark { .. })), "the highlight did not move");
    let heard = recording.finish().seconds();
    let syllables = 22.0;
    assert!((0.12..0.6).contains(&(heard / syllables)), "{heard} s for {syllables} syllables");
    // The same engine asked for both voices: what was heard is the pinyin voice, not the one that spells.
    let right = reference_seconds(&hall, "cmn-latn-pinyin", text);
    let wrong = reference_seconds(&hall, "cmn", text);
    assert!((right - wrong).abs() > 0.2, "the two voices cannot be told apart: {right} {wrong}");
    assert!((heard - right).abs() < (heard - wrong).abs(), "heard {heard} s, right {right}, wrong {wrong}");

    // A stop in the middle: what is recorded afterwards is silence.
    player.set_rate(Rate::nearest(75));
    player.play(2, Script::of_lines(&[text]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Mark { generation: 2, .. }));
    player.stop();
    wait_for(&events, |e| *e == PlayerEvent::Stopped { generation: 2 });
    let after = hall.record();
    player.play(3, Script::of_lines(&["……"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Finished { generation: 3 }));
    std::thread::park_timeout(Duration::from_millis(1000));
    let rest = after.finish().seconds();
    assert!(rest < 0.5, "{rest} s of sound after the stop");
}

#[test]
fn an_engine_of_the_offices_own_speaks_through_the_generic_module() {
    let Some(hall) = Hall::open() else { return };
    let module = hall.folder.path().join("other.conf");
    // The documented module with a command of our own in the place of the office's engine.
    let documented = include_str!("../../deploy/speech-dispatcher/other-engine.conf");
    let start = documented.find("GenericExecuteSynth").unwrap();
    let end = start + documented[start..].find('\n').unwrap();
    let engine = "GenericExecuteSynth \"printf %s \\'$DATA\\' | espeak-ng -v cmn-latn-pinyin --stdin --stdout | paplay --volume=60000\"";
    std::fs::write(&module, format!("{}{engine}{}", &documented[..start], &documented[end..])).unwrap();
    let settings = SystemVoiceSettings { module: Some(module), ..hall.settings() };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (player, events) = player_with(Box::new(WorkerVoice::system(settings, Arc::clone(&clock))), clock);
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    let recording = hall.record();
    player.play(1, Script::of_lines(&["请先取号，然后排队。"]));
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    assert!(seen.contains(&PlayerEvent::Finished { generation: 1 }), "{seen:?}");
    let heard = recording.finish().seconds();
    assert!((0.1..0.7).contains(&(heard / 8.0)), "{heard} s");
}

#[test]
fn a_daemon_killed_while_it_speaks_is_replaced_and_leaves_nothing_behind() {
    let Some(hall) = Hall::open() else { return };
    let (player, events) = hall.player();
    player.play(1, Script::of_lines(&["政务服务中心欢迎您，请先取号。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { .. }));
    for pid in hall.processes("speech-dispatcher") {
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    }
    // It recovers or says that it cannot: either way the page hears of it.
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    eprintln!("after the kill: {:?}", seen.last());
    drop(player);
    assert_eq!(hall.left_over("voice/"), [] as [u32; 0], "no daemon and no engine outlives the terminal");
}

#[test]
fn an_engine_or_a_worker_killed_while_it_speaks_costs_a_sentence_at_most() {
    let Some(hall) = Hall::open() else { return };
    let (player, events) = hall.player();
    let said = ["政务服务中心欢迎您，请先取号，然后到窗口排队办理。"];
    for (generation, name) in [(1, "sd_espeak-ng"), (3, "voice-worker")] {
        player.play(generation, Script::of_lines(&said));
        wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { .. }));
        let victims: Vec<u32> = hall.processes(name).into_iter().chain(hall.of_environment(name)).collect();
        assert!(!victims.is_empty(), "no {name} runs");
        for pid in victims {
            let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        }
        let over = |e: &PlayerEvent| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. });
        let seen = wait_for(&events, over);
        eprintln!("after {name}: {:?}", seen.last());
        // The button tells the truth: what it calls ready can be heard.
        if player.availability() == Availability::Ready {
            let recording = hall.record();
            player.play(generation + 1, Script::of_lines(&["请先取号。"]));
            wait_for(&events, |e| *e == PlayerEvent::Finished { generation: generation + 1 });
            assert!(recording.finish().seconds() > 0.3, "silence that looks like speech after {name}");
        } else {
            wait_for(&events, |e| *e == PlayerEvent::Ready);
        }
    }
}

#[test]
fn english_and_cantonese_are_spoken_by_voices_of_their_own() {
    let Some(hall) = Hall::open() else { return };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let of = |settings| Box::new(WorkerVoice::system(settings, Arc::clone(&clock))) as Box<dyn Voice>;
    let mandarin = hall.settings();
    let ladder = Ladder::of(vec![
        ("english", of(mandarin.speaking(Language::English))),
        ("cantonese", of(mandarin.speaking(Language::Cantonese))),
        ("mandarin", of(mandarin)),
    ]);
    let (player, events) = player_with(Box::new(ladder), Arc::clone(&clock));
    wait_for(&events, |e| *e == PlayerEvent::Ready);
    let english = "Please bring your identity card and two photographs to window number three.";
    for (generation, text, tag) in [(1, english, "en-us"), (2, "请你喺度等一等，我哋会叫你嘅号码。", "yue")]
    {
        let recording = hall.record();
        player.play(generation, Script::of_lines(&[text]));
        let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
        assert!(seen.contains(&PlayerEvent::Finished { generation }), "{seen:?}");
        let heard = recording.finish().seconds();
        let right = reference_seconds(&hall, tag, text);
        assert!((heard / right - 1.0).abs() < 0.25, "{tag}: heard {heard} s, right {right} s");
    }
    let (wrong, right) =
        (reference_seconds(&hall, "cmn-latn-pinyin", english), reference_seconds(&hall, "en-us", english));
    assert!((wrong / right - 1.0).abs() > 0.25, "the test cannot tell the voices apart: {wrong} {right}");
}

#[test]
fn a_hanging_daemon_never_hangs_the_caller() {
    let Some(hall) = Hall::open() else { return };
    let (player, events) = hall.player();
    player.play(1, Script::of_lines(&["政务服务中心欢迎您，请先取号。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::SentenceBegan { .. }));
    for pid in hall.processes("voice/") {
        let _ = Command::new("kill").args(["-STOP", &pid.to_string()]).status();
    }
    player.stop();
    wait_for(&events, |e| *e == PlayerEvent::Stopped { generation: 1 });
    player.play(2, Script::of_lines(&["请取号。"]));
    wait_for(&events, |e| matches!(e, PlayerEvent::Finished { .. } | PlayerEvent::Unavailable { .. }));
    drop(player);
    assert_eq!(hall.left_over("voice/"), [] as [u32; 0]);
}

#[test]
fn a_terminal_without_a_daemon_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let settings = SystemVoiceSettings {
        folder: folder.path().join("voice"),
        worker_program: PathBuf::from(env!("CARGO_BIN_EXE_kiosk")),
        worker_args: vec!["voice-worker".to_owned()],
        daemon_program: PathBuf::from("/nonexistent/speech-dispatcher"),
        module: None,
        language: Language::Mandarin,
        respell: None,
        limits: Limits::default(),
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (_player, events) = player_with(Box::new(WorkerVoice::system(settings, Arc::clone(&clock))), clock);
    wait_for(&events, |e| *e == PlayerEvent::Unavailable { reason: "本机没有安装语音服务".to_owned() });
}

#[test]
fn a_terminal_without_a_sound_device_says_so_before_anybody_asks() {
    let Some(mut hall) = Hall::open() else { return };
    hall.close();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let voice = WorkerVoice::system(hall.settings(), Arc::clone(&clock));
    let (_player, events) = player_with(Box::new(voice), clock);
    let seen = wait_for(&events, |e| matches!(e, PlayerEvent::Ready | PlayerEvent::Unavailable { .. }));
    assert_eq!(seen, [PlayerEvent::Unavailable { reason: "没有可用的声音设备".to_owned() }]);
}

#[test]
fn the_test_syllable_at_the_start_is_not_heard() {
    let Some(hall) = Hall::open() else { return };
    let recording = hall.record();
    let (player, _events) = hall.player();
    drop(player);
    assert_eq!(recording.finish().seconds(), 0.0);
}

#[test]
fn a_killed_terminal_leaves_no_worker() {
    // The worker waits for a daemon that never comes; when its terminal is gone it must not wait on.
    let mut worker = kiosk()
        .arg("voice-worker")
        .env("SPEECHD_ADDRESS", "unix_socket:/nonexistent/speechd.sock")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(worker.stdin.take());
    let (sender, ended) = channel();
    std::thread::spawn(move || drop(sender.send(worker.wait())));
    assert!(ended.recv_timeout(Duration::from_secs(20)).is_ok(), "the worker outlives its terminal");
}
