//! What a page costs before it is heard: its reading and its sounds, the memory of the dictionaries, and, through a null
//! sink, how soon the neural voice is heard, how long it pauses, how soon it is silent, and what its worker costs.
#![allow(clippy::print_stdout, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod machine;

use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use civic_kiosk::author::read_hall;
use civic_kiosk::base::clock::{Clock, SystemClock};
use civic_kiosk::content::schema::Seen;
use civic_kiosk::speech::phonemes::{Phonemizer, Pronunciation};
use civic_kiosk::speech::voice::neural::{Cast, NeuralVoiceSettings};
use civic_kiosk::speech::{Player, PlayerEvent, Script, WorkerVoice};
use criterion::Criterion;

use machine::memory_mb;

/// A page longer than any of the hall.
const PAGE_CHARS: usize = 10_000;
const SAMPLES_PER_S: usize = 22_050;
/// How often each thing that is heard is measured; the middle one counts.
const TURNS: usize = 5;
/// Longer than anything here takes on a machine that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lines of the sample hall, as many as make a page of so many characters.
fn page() -> Vec<String> {
    let hall = read_hall(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    let (mut lines, mut chars) = (Vec::new(), 0);
    for authored in hall.records {
        authored.record.visit(&mut |_, seen| {
            if let Seen::Text(text) = seen
                && chars < PAGE_CHARS
            {
                let line: String = text.chars().take(PAGE_CHARS - chars).collect();
                chars += line.chars().count();
                lines.push(line);
            }
        });
    }
    lines
}

/// A sound server of our own with a null sink, and a terminal's voice in front of it.
struct Hall {
    folder: tempfile::TempDir,
    pulse: Child,
}

impl Hall {
    fn open() -> Self {
        let folder = tempfile::Builder::new().prefix("ck").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("run")).unwrap();
        let mut server = Self::command(&folder, "pulseaudio");
        server.args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--use-pid-file=no"]);
        server.args(["--load=module-native-protocol-unix", "--load=module-null-sink sink_name=hall"]);
        let pulse = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pulseaudio is missing");
        let hall = Self { folder, pulse };
        let is_up = || {
            let sinks = Self::command(&hall.folder, "pactl").args(["list", "short", "sinks"]).output().unwrap();
            String::from_utf8_lossy(&sinks.stdout).contains("hall")
        };
        while !is_up() {
            std::thread::park_timeout(Duration::from_millis(50));
        }
        hall
    }

    fn command(folder: &tempfile::TempDir, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("XDG_RUNTIME_DIR", folder.path().join("run")).env("HOME", folder.path()).env_remove("PULSE_SERVER");
        command
    }

    /// The program of the terminal with the sound of this hall.
    fn kiosk(&self) -> PathBuf {
        let (path, folder) = (self.folder.path().join("kiosk"), self.folder.path().display());
        let line = format!(
            "#!/bin/sh\nexport XDG_RUNTIME_DIR='{folder}/run' HOME='{folder}' ALSA_CONFIG_PATH=/dev/null\nunset PULSE_SERVER\nexec {} \"$@\"\n",
            env!("CARGO_BIN_EXE_kiosk")
        );
        std::fs::write(&path, line).unwrap();
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn player(&self, files: &Path, release: Duration) -> (Player, Receiver<PlayerEvent>) {
        let (state, words) = (self.folder.path(), Pronunciation::default());
        let mut settings =
            NeuralVoiceSettings::of_terminal(state, files, Cast::of("zf_xiaobei"), words.symbols()).unwrap();
        settings.worker_program = self.kiosk();
        settings.limits.release = Some(release);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let voice = Box::new(WorkerVoice::neural(settings, Arc::clone(&clock)));
        let (sender, events) = channel();
        let player = Player::spawn(voice, clock, move |event| drop(sender.send(event)));
        until(&events, |e| *e == PlayerEvent::Ready);
        (player, events)
    }

    /// Starts to record; ended by killing it.
    fn record(&self) -> (Child, std::thread::JoinHandle<Vec<u8>>) {
        let mut recorder = Self::command(&self.folder, "parec");
        recorder.args(["-d", "hall.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=20"]);
        let mut child = recorder.arg(format!("--rate={SAMPLES_PER_S}")).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 2]).unwrap();
        let heard = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stdout.read_to_end(&mut bytes).unwrap();
            bytes
        });
        (child, heard)
    }

    /// The worker's process.
    fn worker(&self) -> Option<u32> {
        let folder = self.folder.path().display().to_string();
        std::fs::read_dir("/proc").unwrap().flatten().find_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let line = String::from_utf8_lossy(&std::fs::read(entry.path().join("cmdline")).ok()?).into_owned();
            (line.contains("voice-worker") && line.contains(&folder)).then_some(pid)
        })
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        let _ = self.pulse.kill();
        let _ = self.pulse.wait();
    }
}

fn until(events: &Receiver<PlayerEvent>, wanted: impl Fn(&PlayerEvent) -> bool) {
    loop {
        let event = events.recv_timeout(PATIENCE).expect("the voice has gone quiet");
        assert!(!matches!(event, PlayerEvent::Unavailable { .. }), "{event:?}");
        if wanted(&event) {
            return;
        }
    }
}

/// Milliseconds of the longest silence between the first and the last sound.
fn longest_gap_ms(bytes: &[u8]) -> usize {
    let samples = bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]]));
    let loud: Vec<usize> = samples.enumerate().filter(|(_, s)| s.unsigned_abs() > 160).map(|(i, _)| i).collect();
    loud.windows(2).map(|two| two[1] - two[0]).max().unwrap_or(0) * 1000 / SAMPLES_PER_S
}

/// The middle of some measurements.
fn middle_ms(mut turn: impl FnMut(usize) -> Duration) -> u128 {
    let mut all: Vec<u128> = (0..TURNS).map(|n| turn(n).as_millis()).collect();
    all.sort_unstable();
    all[TURNS / 2]
}

/// Ticks of processor time of a process.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn status_kb(pid: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

fn heard(files: &Path) {
    let hall = Hall::open();
    let (player, events) = hall.player(files, Duration::from_secs(5));
    let began = |generation: u64| move |e: &PlayerEvent| matches!(e, PlayerEvent::SentenceBegan { generation: g, .. } if *g == generation);
    let mut generation = 0;
    let mut first_sound = |text: &str, ahead: Option<(&[&str], Duration)>| {
        generation += 1;
        let script = Script::of_lines(&[text]);
        if let Some((others, time)) = ahead {
            let lines: Vec<&str> = others.iter().copied().chain([text]).collect();
            player.prepare(&Script::of_lines(&lines));
            std::thread::park_timeout(time);
        }
        let before = Instant::now();
        player.play(generation, script);
        until(&events, began(generation));
        let took = before.elapsed();
        player.stop();
        until(&events, |e| matches!(e, PlayerEvent::Stopped { .. }));
        took
    };
    let numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let two_s = Duration::from_secs(2);
    let prepared = middle_ms(|n| first_sound(&format!("请到{}号窗口取号。", numbers[n]), Some((&[], two_s))));
    // The list before it was open for four seconds; the page itself opens with the touch that wants it read.
    let list = ["居民身份证补领", "出生登记"];
    let listed = middle_ms(|n| first_sound(&format!("第{}类补贴申领", numbers[n]), Some((&list, two_s * 2))));
    let live = middle_ms(|n| first_sound(&format!("请带好第{}种材料。", numbers[n]), None));
    println!(
        "speech/first sound of a page open for two seconds: {prepared} ms; just opened from a list: {listed} ms; of what nobody could know: {live} ms"
    );
    let silent = middle_ms(|n| {
        generation += 1;
        player.play(generation, Script::of_lines(&[format!("政务服务中心欢迎您，请到{}号窗口办理。", numbers[n])]));
        until(&events, |e| matches!(e, PlayerEvent::Mark { .. }));
        let before = Instant::now();
        player.stop();
        until(&events, |e| matches!(e, PlayerEvent::Stopped { .. }));
        before.elapsed()
    });
    println!("speech/action until nothing more is played: {silent} ms, and up to 80 ms in the device");
    // Longest silence in a page whose title was made on the list before and that has been open for some time.
    let mut longest_gap = |page: &[&str], opened: Option<Duration>| {
        generation += 1;
        if let Some(opened) = opened {
            player.prepare(&Script::of_lines(&page[..1]));
            std::thread::park_timeout(two_s * 2);
            player.prepare(&Script::of_lines(&page[..2]));
            std::thread::park_timeout(opened);
        }
        let (mut recorder, sound) = hall.record();
        player.play(generation, Script::of_lines(page));
        until(&events, |e| matches!(e, PlayerEvent::Finished { .. }));
        recorder.kill().unwrap();
        recorder.wait().unwrap();
        longest_gap_ms(&sound.join().unwrap())
    };
    let open = longest_gap(
        &["高龄津贴申请和年度核查", "年满八十周岁就可以领取。", "每年在社区核查一次，不用本人到场。"],
        Some(two_s),
    );
    let listed = longest_gap(
        &["老年人优待证办理", "年满六十五周岁就可以申请。", "在户籍所在地的街道办理，当场领取。"],
        Some(Duration::ZERO),
    );
    let live = longest_gap(
        &["请先取号，然后到窗口排队办理。", "办理时间是周一至周五，上午九点到十二点。", "请带好身份证原件和复印件。"],
        None,
    );
    println!(
        "speech/longest gap of a page open for two seconds: {open} ms; just opened from a list: {listed} ms; of what nobody could know: {live} ms"
    );
    let worker = hall.worker().unwrap();
    println!(
        "speech/memory of the worker: {:.0} MB, at most {:.0} MB",
        status_kb(worker, "VmRSS") / 1e3,
        status_kb(worker, "VmHWM") / 1e3
    );
    std::thread::park_timeout(Duration::from_secs(1));
    let before = (ticks(worker), ticks(std::process::id()));
    std::thread::park_timeout(Duration::from_secs(3));
    let after = (ticks(worker), ticks(std::process::id()));
    println!(
        "speech/processor time in 3 s of quiet: worker {} ms, terminal {} ms",
        10 * (after.0 - before.0),
        10 * (after.1 - before.1)
    );
    std::thread::park_timeout(Duration::from_secs(4));
    println!(
        "speech/after its idle time (5 s here, ten minutes in a hall) the worker is {}",
        if hall.worker().is_some() { "STILL THERE" } else { "gone" }
    );
}

fn main() {
    // Tests build this program and start it without the flag: measuring belongs to `cargo bench` alone.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("measured by `cargo bench --bench speech`");
    }
    let lines = page();
    let before = memory_mb();
    let voice = Phonemizer::built_in().expect("run deploy/setup.sh: the tables of pronunciation are missing");
    let syllables: usize = lines.iter().map(|line| voice.say(line).syllables.len()).sum();
    println!("speech/memory of the dictionaries: {:.1} MB ({syllables} syllables said)", memory_mb() - before);
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("speech/reading of 10,000 characters", |b| {
        b.iter(|| Script::of_lines(black_box(&lines)).sentences.len());
    });
    criterion.bench_function("speech/reading and phonemes of 10,000 characters", |b| {
        b.iter(|| {
            let script = Script::of_lines(black_box(&lines));
            script.sentences.iter().map(|sentence| voice.say(&sentence.spoken).symbols.len()).sum::<usize>()
        });
    });
    criterion.final_summary();
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"))).unwrap();
    let files = cache.join("civic-kiosk").join("voice");
    match files.join("SHA256SUMS").is_file() {
        true => heard(&files),
        false => println!("speech/what is heard: not measured, no voice in {}", files.display()),
    }
}
