//! A voice with a thread of its own: every call is a message, so that no caller waits for an engine.
//! It knows no engine; what becomes of the messages is its owner's business.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::{Utterance, Voice, VoiceEvent, VoiceEvents, Volume};
use crate::speech::diction::Language;

/// What reaches the thread: the calls of [`Voice`], and news from elsewhere.
pub enum Call<N> {
    /// Say it.
    Speak(Utterance),
    /// Have them ready.
    Prepare(Vec<Utterance>),
    /// Another loudness.
    Volume(Volume),
    /// Silence.
    Stop,
    /// The voice was dropped: end.
    Close,
    /// From the owner's own engines.
    News(N),
}

/// Who serves on the thread.
pub trait Owner: Send + 'static {
    /// What its engines tell it.
    type News: Send + 'static;
    /// Name of the thread.
    const THREAD: &'static str;
    /// What it can say.
    fn languages(&self) -> Vec<Language>;
    /// Serves until it is told to close. `back` brings news to this thread.
    fn serve(self, events: VoiceEvents, calls: &Receiver<Call<Self::News>>, back: Sender<Call<Self::News>>);
}

/// A voice whose owner is on a thread.
pub struct Threaded<O: Owner> {
    owner: Option<O>,
    languages: Vec<Language>,
    calls: Option<Sender<Call<O::News>>>,
    thread: Option<JoinHandle<()>>,
}

impl<O: Owner> Threaded<O> {
    pub(super) fn by(owner: O) -> Self {
        Self { languages: owner.languages(), owner: Some(owner), calls: None, thread: None }
    }

    fn send(&self, call: Call<O::News>) {
        if let Some(calls) = &self.calls {
            // The thread ends only when this voice is dropped.
            let _ = calls.send(call);
        }
    }
}

impl<O: Owner> Voice for Threaded<O> {
    fn start(&mut self, events: VoiceEvents) {
        let Some(owner) = self.owner.take() else { return };
        let (calls, receiver) = channel();
        let (back, told) = (calls.clone(), events.clone());
        let serve = move || owner.serve(told, &receiver, back);
        match thread::Builder::new().name(O::THREAD.to_owned()).spawn(serve) {
            Ok(thread) => (self.calls, self.thread) = (Some(calls), Some(thread)),
            Err(error) => events.send(VoiceEvent::Unavailable(format!("语音启动不了：{error}"))),
        }
    }

    fn languages(&self) -> Vec<Language> {
        self.languages.clone()
    }

    fn prepare(&mut self, utterances: &[Utterance]) {
        self.send(Call::Prepare(utterances.to_vec()));
    }

    fn speak(&mut self, utterance: Utterance) {
        self.send(Call::Speak(utterance));
    }

    fn set_volume(&mut self, volume: Volume) {
        self.send(Call::Volume(volume));
    }

    fn stop(&mut self) {
        self.send(Call::Stop);
    }
}

impl<O: Owner> Drop for Threaded<O> {
    fn drop(&mut self) {
        self.send(Call::Close);
        // Closing kills and reaps processes; nothing in it waits for an engine.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
