//! Promises of the two programs as staff meet them: exit codes, one Chinese sentence a trouble, never a panic.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a command said and how it ended.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn said(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    said
}

fn kiosk(arguments: &[&str]) -> Said {
    said(Command::new(env!("CARGO_BIN_EXE_kiosk")).args(arguments))
}

fn pack(arguments: &[&str]) -> Said {
    said(Command::new(env!("CARGO_BIN_EXE_kiosk-pack")).args(arguments))
}

/// A folder with a settings file.
struct Terminal(TempDir);

impl Terminal {
    fn with(settings: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("hall.toml"), settings).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The terminal as it starts, on a machine without a screen.
    fn run(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        command.arg("--config").arg(self.path("hall.toml")).arg("--state").arg(self.path("state"));
        command.args(["run", "--windowed", "300x500"]).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command
    }

    fn check_config(&self) -> Said {
        kiosk(&["check-config", "--config", self.path("hall.toml").to_str().unwrap()])
    }
}

const QUIET: &str = "[printer]\nis_fitted = false\n[voice]\nengine = \"none\"\n";

#[test]
fn a_machine_without_any_font_is_refused_in_a_sentence_before_any_window() {
    let terminal = Terminal::with(QUIET);
    let fonts = terminal.path("fonts.conf");
    fs::write(&fonts, "<?xml version=\"1.0\"?>\n<fontconfig></fontconfig>\n").unwrap();
    let started = said(terminal.run().env("FONTCONFIG_FILE", &fonts));
    assert_eq!(started.code, Some(1), "{}", started.stderr);
    assert!(started.stderr.contains("系统里没有字体“Noto Sans CJK SC”"), "{}", started.stderr);
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    simulator.args(["simulate", "printer", "--listen", "127.0.0.1:0", "--out"]).arg(terminal.path("receipts"));
    let simulated = said(simulator.env("FONTCONFIG_FILE", &fonts));
    assert_eq!(simulated.code, Some(1), "{}", simulated.stderr);
    assert!(simulated.stderr.contains("fonts-noto-cjk"), "{}", simulated.stderr);
}

#[test]
fn a_font_that_is_missing_or_has_no_hanzi_is_refused_by_name() {
    // DejaVu comes with fontconfig itself on Debian.
    let latin = Terminal::with(format!("{QUIET}[font]\nfamily = \"DejaVu Sans\"\n"));
    let started = said(&mut latin.run());
    assert_eq!(started.code, Some(1), "{}", started.stderr);
    assert!(started.stderr.contains("字体“DejaVu Sans”里没有汉字"), "{}", started.stderr);
    let missing = Terminal::with(format!("{QUIET}[font]\nfamily = \"No Such Font\"\n"));
    assert!(said(&mut missing.run()).stderr.contains("系统里没有字体“No Such Font”"));
}

#[test]
fn without_a_display_there_is_one_sentence_and_no_path_of_the_build() {
    let started = said(&mut Terminal::with(QUIET).run());
    assert_eq!(started.code, Some(1));
    assert_eq!(started.stderr.lines().count(), 1, "{}", started.stderr);
    assert!(started.stderr.starts_with("打不开窗口：没有可用的显示"), "{}", started.stderr);
}

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    let mut reading = Command::new(env!("CARGO_BIN_EXE_kiosk"))
        .args(["read", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut lines, mut answers) = (reading.stdin.take().unwrap(), BufReader::new(reading.stdout.take().unwrap()));
    lines.write_all("你好\n".as_bytes()).unwrap();
    answers.read_line(&mut String::new()).unwrap();
    drop(answers);
    // At the latest the second line finds nobody who reads its answer; then our own pipe closes too.
    while lines.write_all("你好\n".as_bytes()).is_ok() {}
    let output = reading.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn check_config_refuses_what_the_terminal_could_not_use_and_names_the_place() {
    for (settings, key, problem) in [
        ("[printer]\nto = \"bogus\"\n", "printer.to", "打印机地址“bogus”不认识"),
        ("[printer]\nto = \"tcp://h:x\"\n", "printer.to", "打印机地址“tcp://h:x”不认识"),
        ("[printer]\nprofile = \"nosuch\"\n", "printer.profile", "没有打印机配置“nosuch”"),
        ("[terminal]\nstate_dir = \"\"\n", "terminal.state_dir", "不能为空"),
        ("[terminal]\nname = \"一\\u0007号\"\n", "terminal.name", "不能有控制字符 U+0007"),
    ] {
        let terminal = Terminal::with(settings);
        let place = format!("设置 {key}（{} 第2行）：{problem}", terminal.path("hall.toml").display());
        let checked = terminal.check_config();
        assert_eq!(checked.code, Some(1), "{settings}");
        assert!(checked.stderr.starts_with(&place), "{place}\n{}", checked.stderr);
        let mut run = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        let started = said(run.args(["run", "--config"]).arg(terminal.path("hall.toml")));
        assert_eq!((started.code, started.stderr), (Some(1), checked.stderr), "run agrees with check-config");
    }
    let unfitted = Terminal::with("[printer]\nis_fitted = false\nto = \"bogus\"\n").check_config();
    assert_eq!(unfitted.code, Some(0), "what is not fitted needs no address: {}", unfitted.stderr);
}

#[test]
fn a_settings_file_that_is_no_utf8_or_no_toml_is_refused_in_chinese() {
    let terminal = Terminal::with(b"[terminal]\nname = \"\xd7\xd4\xd6\xfa\"\n");
    let checked = terminal.check_config();
    let file = terminal.path("hall.toml");
    assert_eq!(checked.code, Some(1));
    let expected = format!("设置文件 {} 第2行不是 UTF-8 文字，请另存为 UTF-8\n", file.display());
    assert_eq!(checked.stderr, expected);
    let terminal = Terminal::with("[session]\nidle_s = 60\n[printer\n");
    let expected = format!("设置文件 {} 第3行 TOML 写法不对：段名缺少收尾的 ]\n", terminal.path("hall.toml").display());
    assert_eq!(terminal.check_config().stderr, expected);
    let marked = Terminal::with("\u{feff}[session]\nidle_s = 90\n").check_config();
    assert_eq!(marked.code, Some(0), "{}", marked.stderr);
}

#[test]
fn wrong_usage_ends_with_2_and_says_in_chinese_what_is_wrong() {
    for (arguments, complaint) in [
        (&["print", "--test", "--to", "bogus"][..], "“--to <ADDRESS>”的值“bogus”不对：打印机地址“bogus”不认识"),
        (
            &["print", "--test", "--to", "file:x", "--profile", "nosuch"],
            "“--profile <PROFILE>”的值“nosuch”不对：没有打印机配置“nosuch”",
        ),
        (&["simulate", "printer", "--listen", "foo", "--out", "x"], "“--listen <ADDRESS>”的值“foo”不对：应写成"),
        (&["simulate", "printer", "--width", "9", "--out", "x"], "“--width <DOTS>”的值“9”不对：应在 192 至 832 之间"),
        (&["read", "--record", "Bad ID!"], "“--record <ID>”的值“Bad ID!”不对：编号"),
        (&["read"], "缺少 "),
        (&["read", "--text"], "“--text <TEXT>”后面缺少值"),
        (&["read", "--text", "一", "--stdin"], "“--text <TEXT>”不能与“--stdin”同时使用"),
        (&["search", "证", "--limit", "x"], "“--limit <LIMIT>”的值“x”不对"),
        (&["stauts"], "没有“stauts”这个命令"),
        (&["status", "--colour"], "不认识“--colour”"),
    ] {
        let used = kiosk(arguments);
        assert_eq!(used.code, Some(2), "{arguments:?} {}", used.stderr);
        let lines: Vec<&str> = used.stderr.lines().collect();
        assert!(lines[0].starts_with(complaint), "{complaint}\n{}", used.stderr);
        assert_eq!(lines[1..], ["用法有误，kiosk --help 查看用法"], "{arguments:?}");
        assert_eq!(used.stdout, "");
    }
    let used = pack(&["lint"]);
    assert_eq!(
        (used.code, used.stderr.as_str()),
        (Some(2), "缺少 <CONTENT_DIR>\n用法有误，kiosk-pack --help 查看用法\n")
    );
}

#[test]
fn help_is_chinese_for_every_command_and_option() {
    let commands = [
        &["run"][..],
        &["check-config"],
        &["status"],
        &["search"],
        &["sync"],
        &["read"],
        &["print"],
        &["simulate"],
        &["simulate", "printer"],
    ];
    let helped = |command: &[&str]| kiosk(&[command, &["--help"]].concat());
    let of_pack = [&["lint"][..], &["keys"], &["keys", "init"], &["build"], &["verify"], &[]];
    let pages = commands.iter().map(|c| helped(c)).chain([helped(&[])]);
    for page in pages.chain(of_pack.iter().map(|c| pack(&[*c, &["--help"]].concat()))) {
        assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
        assert!(page.stdout.contains("\n用法：kiosk"), "{}", page.stdout);
        // A line without a Chinese word explains nothing; only the lines that go on with a list may be without.
        for line in page.stdout.lines().filter(|l| !l.trim().is_empty()) {
            assert!(!line.is_ascii(), "{line}\n{}", page.stdout);
        }
    }
    assert!(kiosk(&["--version"]).stdout.starts_with("kiosk "));
}

#[test]
fn status_says_what_voice_is_set_and_that_it_was_not_tried() {
    let terminal = Terminal::with("[printer]\nis_fitted = false\n[voice]\nengine = \"system\"\n");
    let told = kiosk(&[
        "status",
        "--config",
        terminal.path("hall.toml").to_str().unwrap(),
        "--state",
        terminal.path("state").to_str().unwrap(),
    ]);
    let voice = told.stdout.lines().find(|l| l.starts_with("语音：")).unwrap();
    assert!(voice.contains("speech-dispatcher"), "{voice}");
    let none = Terminal::with(QUIET);
    let told = kiosk(&["status", "--config", none.path("hall.toml").to_str().unwrap()]);
    assert!(told.stdout.contains("语音：设为不用\n"), "{}", told.stdout);
}

#[test]
fn staff_who_print_read_the_reason_and_not_the_words_for_residents() {
    let folder = tempfile::tempdir().unwrap();
    let to = format!("file:{}", folder.path().join("no/such/receipt.bin").display());
    let printed = kiosk(&["print", "--test", "--to", &to]);
    assert_eq!(printed.code, Some(1));
    assert!(!printed.stderr.contains("扫码"), "{}", printed.stderr);
    assert!(
        printed.stderr.starts_with("打印机连接不上：") || printed.stderr.starts_with("打印中断："),
        "{}",
        printed.stderr
    );
    assert_eq!(printed.stderr.lines().count(), 1, "{}", printed.stderr);
}

#[test]
fn a_content_folder_that_is_not_there_is_named_without_stray_marks() {
    let missing = Path::new("/nonexistent/content");
    let built = pack(&["build", missing.to_str().unwrap(), "--keys", "k", "--out", "o"]);
    assert_eq!(built.code, Some(1));
    assert!(built.stderr.starts_with("错误 F01 内容文件夹"), "{}", built.stderr);
    let linted = pack(&["lint", missing.to_str().unwrap()]);
    assert!(linted.stdout.starts_with("错误 F01 内容文件夹"), "{}", linted.stdout);
}
