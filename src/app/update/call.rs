//! A member of staff is called to the terminal: a chime and words for the hall, a message for the resident.
//! Only a voice that speaks into the hall can call; nobody is told of a call that was not heard.

use std::time::Duration;

use super::super::effect::Effect;
use super::super::model::{Model, Overlay, Voice};
use super::acted;
use super::visit::message;
use crate::speech::Chime;
use crate::speech::headphones::Hearing;
use crate::speech::script::Script;

/// Who presses again within this time does not ring again.
const PAUSE: Duration = Duration::from_secs(20);
/// What the hall hears.
const CALL: &str = "这里有人需要帮助，请工作人员过来。";

impl Model {
    /// Whether there is a voice to call with.
    pub fn can_call_staff(&self) -> bool {
        self.voice == Voice::Ready
    }
}

pub(super) fn call_staff(model: &mut Model) -> Vec<Effect> {
    if !model.can_call_staff() {
        return Vec::new();
    }
    let (now, hearing) = (model.now, model.hearing);
    let mut rings = false;
    let mut told = None;
    let mut effects = acted(model, |hall, visit| {
        let (desk, hotline) = (&hall.site.help_desk, &hall.site.hotline);
        let (title, text) = match hearing {
            Hearing::Headphones => {
                ("没有响铃", format!("铃声只在耳机里。请拔下耳机再按一次，或到{desk}，或打热线{hotline}。"))
            }
            Hearing::Hall => {
                rings = visit.called.is_none_or(|before| now.saturating_sub(before) >= PAUSE);
                ("已经响铃", format!("请在这里稍等。没有人来，就到{desk}，或打热线{hotline}。"))
            }
        };
        if rings {
            visit.called = Some(now);
        }
        told = visit.access.is_eyes_free.then(|| format!("{title}。{text}"));
        visit.cover(Overlay::Message(message(title, &text, false)));
        Vec::new()
    });
    if rings {
        model.generation += 1;
        let lines: Vec<&str> = [CALL].into_iter().chain(told.as_deref()).collect();
        let script = Script::of_interface(&lines).after(Chime::StaffCall);
        effects.push(Effect::Speak { generation: model.generation, script, from: 0 });
    }
    effects
}
