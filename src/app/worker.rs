//! A thread with a bounded queue of orders: whatever takes its time is done behind one of these.
//! Whoever orders never waits, and gets an order back that cannot be taken.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The way to a thread; it ends when this is dropped.
pub struct Worker<T> {
    orders: Option<SyncSender<T>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Nobody is there: every order comes back.
    pub fn absent() -> Self {
        Self { orders: None }
    }

    /// Starts a thread that attends to at most so many waiting orders.
    pub fn spawn(name: &str, orders_max: usize, attend: impl FnOnce(&Receiver<T>) + Send + 'static) -> Self {
        let (orders, inbox) = sync_channel(orders_max);
        // Without the thread the inbox is gone, and every order comes back.
        let _ = thread::Builder::new().name(name.to_owned()).spawn(move || attend(&inbox));
        Self { orders: Some(orders) }
    }

    /// Whether there is a thread at all.
    pub fn is_there(&self) -> bool {
        self.orders.is_some()
    }

    /// Hands an order over, or gives it back.
    pub fn order(&self, order: T) -> Result<(), T> {
        match &self.orders {
            Some(orders) => orders.try_send(order).map_err(|error| match error {
                std::sync::mpsc::TrySendError::Full(order) | std::sync::mpsc::TrySendError::Disconnected(order) => {
                    order
                }
            }),
            None => Err(order),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn an_order_that_cannot_be_taken_comes_back() {
        assert_eq!(Worker::absent().order(1), Err(1));
        let (go, wait) = channel::<()>();
        let (told, heard) = channel();
        let worker = Worker::spawn("test", 1, move |inbox| {
            while let Ok(order) = inbox.recv() {
                told.send(order).unwrap();
                let _ = wait.recv();
            }
        });
        worker.order(1).unwrap();
        assert_eq!(heard.recv().unwrap(), 1);
        worker.order(2).unwrap();
        assert_eq!(worker.order(3), Err(3), "one is being done and one waits");
        drop(go);
        assert_eq!(heard.recv().unwrap(), 2);
        drop(worker);
        assert!(heard.recv().is_err(), "the thread ends with the last who could order");
    }
}
