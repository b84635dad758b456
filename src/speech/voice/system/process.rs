//! The daemon and the worker as processes: started together, killed together.
//! It waits for neither; dropping it leaves no process and no file of this run.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::SystemVoiceSettings;
use super::settings::{LONELY_LIMIT_S, Places};
use super::wire::{LINE_BYTES_MAX, Order, Report};
use crate::base::durable::FileError;

/// Orders that may wait for a worker; one sentence and a stop are all that ever do.
const ORDERS_MAX: usize = 8;
/// Counts the runs of this program, so that each has files of its own.
static RUNS: AtomicU64 = AtomicU64::new(1);

/// Why the voice did not start.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error("本机没有安装语音服务")]
    NotInstalled(#[source] io::Error),
    #[error("语音服务启动不了")]
    Spawn(#[source] io::Error),
    #[error("语音服务的设置写不了")]
    Settings(#[from] FileError),
}

/// One running daemon with its worker.
pub(super) struct Process {
    daemon: Group,
    worker: Group,
    orders: SyncSender<Order>,
    places: Places,
}

impl Process {
    /// Starts both; reports arrive through `report`, and `None` when the worker has ended.
    pub(super) fn start(
        settings: &SystemVoiceSettings,
        report: impl Fn(Option<Report>) + Send + 'static,
    ) -> Result<Self, StartError> {
        let places = Places::prepare(&settings.folder, RUNS.fetch_add(1, Ordering::Relaxed))?;
        let daemon = start_daemon(settings, &places)?;
        let mut worker = start_worker(settings, &places)?;
        let stdout = worker.0.stdout.take();
        let stdin = worker.0.stdin.take();
        let (orders, receiver) = sync_channel::<Order>(ORDERS_MAX);
        // The pipes have threads of their own: a worker that hangs blocks them, and killing it sets them free.
        let name = |name: &str| thread::Builder::new().name(name.to_owned());
        name("voice-orders")
            .spawn(move || {
                let Some(mut stdin) = stdin else { return };
                for order in receiver {
                    if write_line(&mut stdin, &order).is_err() {
                        return;
                    }
                }
            })
            .map_err(StartError::Spawn)?;
        name("voice-reports")
            .spawn(move || {
                if let Some(stdout) = stdout {
                    read_reports(stdout, &report);
                }
                report(None);
            })
            .map_err(StartError::Spawn)?;
        Ok(Self { daemon, worker, orders, places })
    }

    /// Sends an order without waiting. Orders that do not fit are lost, which the watchdog notices.
    pub(super) fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.worker.kill();
        self.daemon.kill();
        self.places.remove();
    }
}

/// A child with everything that it started, in a process group of its own.
struct Group(Child);

impl Group {
    fn kill(&mut self) {
        // The engine is the daemon's child; the group reaches it also when the daemon is gone already.
        let group = format!("kill -KILL -- -{}", self.0.id());
        let shell = Command::new("sh").args(["-c", &group]).stderr(Stdio::null()).status();
        if shell.is_err() {
            tracing::warn!("sh is missing: an engine may go on by itself");
        }
        // Killed processes end at once; without the wait they would stay as zombies.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            self.kill();
        }
    }
}

fn start_daemon(settings: &SystemVoiceSettings, places: &Places) -> Result<Group, StartError> {
    Command::new(&settings.daemon_program)
        .arg("--run-single")
        .args(["--communication-method", "unix_socket", "--timeout", LONELY_LIMIT_S])
        .arg("--config-dir")
        .arg(&places.config_dir)
        .arg("--log-dir")
        .arg(&places.log_dir)
        .arg("--socket-path")
        .arg(&places.socket)
        .arg("--pid-file")
        .arg(&places.pid_file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(Group)
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StartError::NotInstalled(error),
            _ => StartError::Spawn(error),
        })
}

fn start_worker(settings: &SystemVoiceSettings, places: &Places) -> Result<Group, StartError> {
    let mut address = std::ffi::OsString::from("unix_socket:");
    address.push(&places.socket);
    Command::new(&settings.worker_program)
        .args(&settings.worker_args)
        .env("SPEECHD_ADDRESS", address)
        // A daemon that the library would start by itself reads /etc and speaks with the wrong voice.
        .env("SPEECHD_CMD", "/bin/false")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(Group)
        .map_err(StartError::Spawn)
}

fn write_line(pipe: &mut impl Write, order: &Order) -> io::Result<()> {
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    pipe.write_all(&line)?;
    pipe.flush()
}

fn read_reports(stdout: impl Read, report: &impl Fn(Option<Report>)) {
    let mut reader = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        // A line that is no report ends the run: whatever writes it is not our worker.
        let Ok(parsed) = serde_json::from_slice::<Report>(&line) else { return };
        report(Some(parsed));
    }
}
