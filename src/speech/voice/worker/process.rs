//! A voice worker as a process with everything it needs: started together, killed together.
//! It waits for none of them; dropping it leaves no process of this run.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::wire::{self, Order, Report};
use crate::base::durable::FileError;

/// Orders that may wait for a worker; a sentence, a stop and what comes next are all that ever do.
const ORDERS_MAX: usize = 8;

/// Why the voice did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its program is missing.
    #[error("本机没有安装语音服务")]
    NotInstalled(#[source] io::Error),
    /// A process or a thread cannot be started.
    #[error("语音服务启动不了")]
    Spawn(#[source] io::Error),
    /// It would only say that it cannot speak.
    #[error("{0}")]
    Unusable(String),
    /// What it needs cannot be written.
    #[error("语音服务的设置写不了")]
    Settings(#[from] FileError),
}

/// One running worker.
pub struct Process {
    worker: Group,
    orders: SyncSender<Order>,
    /// What the worker needs, such as a daemon; ends after it.
    _beside: Option<Box<dyn Send>>,
}

impl Process {
    /// Starts `worker`; reports arrive through `report`, and `None` when it has ended.
    pub(in super::super) fn start(
        worker: &mut Command,
        beside: Option<Box<dyn Send>>,
        report: impl Fn(Option<Report>) + Send + 'static,
    ) -> Result<Self, StartError> {
        worker.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut worker = Group::start(worker).map_err(StartError::Spawn)?;
        let stdout = worker.0.stdout.take();
        let stdin = worker.0.stdin.take();
        let (orders, receiver) = sync_channel::<Order>(ORDERS_MAX);
        // The pipes have threads of their own: a worker that hangs blocks them, and killing it sets them free.
        let name = |name: &str| thread::Builder::new().name(name.to_owned());
        name("voice-orders")
            .spawn(move || {
                let Some(mut stdin) = stdin else { return };
                for order in receiver {
                    if wire::write_line(&mut stdin, &order).is_err() {
                        return;
                    }
                }
            })
            .map_err(StartError::Spawn)?;
        name("voice-reports")
            .spawn(move || {
                if let Some(stdout) = stdout {
                    wire::read_lines(stdout, |parsed| {
                        report(Some(parsed));
                        true
                    });
                }
                report(None);
            })
            .map_err(StartError::Spawn)?;
        Ok(Self { worker, orders, _beside: beside })
    }

    /// Sends an order without waiting. Orders that do not fit are lost, which the watchdog notices.
    pub(super) fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.worker.kill();
    }
}

/// A child with everything that it started, in a process group of its own.
pub(in super::super) struct Group(Child);

impl Group {
    /// Starts it.
    pub(in super::super) fn start(command: &mut Command) -> io::Result<Self> {
        command.process_group(0).spawn().map(Self)
    }

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
