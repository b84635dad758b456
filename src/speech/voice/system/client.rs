//! The worker process: owns the `tts` connection, says what it is told, reports what the daemon tells.
//! It ends with its stdin, so that it never outlives the terminal.

use std::io::{self, BufRead, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tts::{Backends, Tts, UtteranceId};

use super::super::worker::WorkerError;
use super::super::worker::listen::{listen, say};
use super::super::worker::wire::{LINE_BYTES_MAX, Order, Report};
use super::MODULE_ENV;
use super::settings::MODULE;

/// How often a daemon that is still starting is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// A daemon that has not answered after so many tries will not; the watchdog has a shorter limit.
const ASK_TRIES: u32 = 1500;
/// How long one answer of the daemon may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(4);
/// How long the silent test syllable may take; a sound server that is cold needs about one second.
const TEST_LIMIT: Duration = Duration::from_secs(4);

/// Said to nobody; a digit is one in every language.
const TEST: &str = "1";

enum Input {
    Order(Order),
    Begin(UtteranceId),
    End(UtteranceId),
    Cut(UtteranceId),
    Closed,
}

/// Speaks until stdin ends.
pub(super) fn run() -> Result<(), WorkerError> {
    let (inputs, receiver) = channel();
    let orders = inputs.clone();
    listen(move |order| orders.send(order.map_or(Input::Closed, Input::Order)).is_ok())?;
    match connect(&inputs).and_then(|tts| with_sound(tts, &receiver)) {
        Ok(tts) => {
            say(&Report::Ready)?;
            speak_until_closed(tts, &receiver)
        }
        Err(reason) => {
            say(&Report::Unusable { reason: reason.clone() })?;
            Err(WorkerError::Engine(reason))
        }
    }
}

/// Waits for the daemon, asks it whether it has the engine, then connects.
fn connect(inputs: &Sender<Input>) -> Result<Tts, String> {
    let address = std::env::var("SPEECHD_ADDRESS").unwrap_or_default();
    let socket = address.strip_prefix("unix_socket:").map(PathBuf::from).ok_or("没有指定语音服务的地址")?;
    let mut tries = 0;
    let stream = loop {
        match UnixStream::connect(&socket) {
            Ok(stream) => break stream,
            Err(_) if tries < ASK_TRIES => tries += 1,
            Err(error) => return Err(format!("语音服务没有响应：{error}")),
        }
        thread::sleep(ASK_AGAIN);
    };
    let modules = ask(stream, "LIST OUTPUT_MODULES").map_err(|error| format!("语音服务没有回答：{error}"))?;
    let module = std::env::var(MODULE_ENV).unwrap_or_else(|_| MODULE.to_owned());
    if !modules.iter().any(|line| line.ends_with(&format!("-{module}"))) {
        return Err(format!("语音引擎 {module} 没有安装或打不开声音设备"));
    }
    let mut tts = Tts::new(Backends::SpeechDispatcher).map_err(|error| format!("语音服务连接不上：{error}"))?;
    // Callbacks run under a lock of the library: they only send.
    let hear = |make: fn(UtteranceId) -> Input| {
        let inputs = inputs.clone();
        Some(Box::new(move |id| drop(inputs.send(make(id)))) as Box<dyn FnMut(UtteranceId)>)
    };
    tts.on_utterance_begin(hear(Input::Begin)).map_err(|error| error.to_string())?;
    tts.on_utterance_end(hear(Input::End)).map_err(|error| error.to_string())?;
    tts.on_utterance_stop(hear(Input::Cut)).map_err(|error| error.to_string())?;
    // Whatever an earlier client left sounding ends here.
    tts.stop().map_err(|error| error.to_string())?;
    Ok(tts)
}

/// Says one syllable at volume nought. Without a sound device the daemon reports a beginning and never an end,
/// and the page would follow a voice that nobody hears. It also wakes a cold sound server for the first sentence.
fn with_sound(mut tts: Tts, inputs: &Receiver<Input>) -> Result<Tts, String> {
    let (silent, full) = (tts.min_volume(), tts.max_volume());
    tts.set_volume(silent).map_err(|error| error.to_string())?;
    let asked = tts.speak(safe(TEST), false).map_err(|error| error.to_string())?;
    loop {
        match inputs.recv_timeout(TEST_LIMIT) {
            Ok(Input::End(heard)) if asked == Some(heard) => break,
            Ok(Input::Closed) => return Err("终端程序已退出".to_owned()),
            Ok(Input::Order(_) | Input::Begin(_) | Input::End(_) | Input::Cut(_)) => {}
            Err(_) => return Err("没有可用的声音设备".to_owned()),
        }
    }
    tts.set_volume(full).map_err(|error| error.to_string())?;
    Ok(tts)
}

/// One question in the daemon's own protocol (SSIP): lines `nnn-text`, the last one `nnn text`.
fn ask(mut stream: UnixStream, question: &str) -> io::Result<Vec<String>> {
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    stream.write_all(format!("SET SELF CLIENT_NAME kiosk:voice:check\r\n{question}\r\n").as_bytes())?;
    let mut lines = Vec::new();
    let mut last_lines = 0;
    for line in io::BufReader::new(stream.take(LINE_BYTES_MAX)).lines() {
        let line = line?;
        if line.as_bytes().get(3) == Some(&b' ') {
            last_lines += 1;
        }
        lines.push(line);
        if last_lines == 2 {
            break;
        }
    }
    Ok(lines)
}

fn speak_until_closed(mut tts: Tts, inputs: &Receiver<Input>) -> Result<(), WorkerError> {
    let mut current: Option<(u64, Option<UtteranceId>)> = None;
    for input in inputs {
        match input {
            Input::Order(Order::Speak { id, text, rate_percent, volume_percent, pieces: _ }) => {
                let (silent, full) = (tts.min_volume(), tts.max_volume());
                let volume = silent + (full - silent) * f32::from(volume_percent) / 100.0;
                let asked = tts.set_rate(engine_rate(rate_percent)).map(|_| ());
                let asked = asked.and_then(|()| tts.set_volume(volume).map(|_| ()));
                let asked = asked.and_then(|()| tts.speak(safe(&text), false));
                match asked {
                    Ok(utterance) => current = Some((id, utterance)),
                    Err(error) => say(&Report::Refused { id, reason: error.to_string() })?,
                }
            }
            Input::Order(Order::Stop) => {
                // An error here means a dead daemon; the watchdog sees that no confirmation comes.
                let _ = tts.stop();
            }
            // It speaks live, and another loudness is one for the next sentence.
            Input::Order(Order::Prepare { .. } | Order::Volume { .. }) => {}
            Input::Begin(heard) => tell(&current, &heard, |id| Report::Begin { id })?,
            Input::End(heard) => tell(&current, &heard, |id| Report::End { id })?,
            Input::Cut(heard) => tell(&current, &heard, |id| Report::Stopped { id })?,
            Input::Closed => break,
        }
    }
    // Dropping the connection does not silence it.
    let _ = tts.stop();
    Ok(())
}

fn tell(
    current: &Option<(u64, Option<UtteranceId>)>,
    heard: &UtteranceId,
    report: impl Fn(u64) -> Report,
) -> Result<(), WorkerError> {
    match current {
        Some((id, Some(utterance))) if utterance == heard => say(&report(*id)),
        Some(_) | None => Ok(()),
    }
}

/// A NUL would abort this process, and a text of one character is spelled as punctuation by the library.
fn safe(text: &str) -> String {
    let mut text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.push('\u{20}');
    text
}

/// Our rate on the daemon's scale. Its module speaks 80 words a minute at -100, 170 at 0 and 449 at 100.
fn engine_rate(rate_percent: u16) -> f32 {
    let words = 170.0 * f32::from(rate_percent) / 100.0;
    if words < 170.0 { (words - 170.0) / 90.0 * 100.0 } else { (words - 170.0) / 279.0 * 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_keeps_to_the_scale_of_the_daemon() {
        assert_eq!(engine_rate(100), 0.0);
        assert!((-100.0..0.0).contains(&engine_rate(75)));
        assert!((50.0..100.0).contains(&engine_rate(200)));
    }
}
