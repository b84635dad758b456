//! What stands on every page and what lies over it: top bar, strip, overlays, theme.

use slint::{ComponentHandle, SharedString};

use crate::access::{Access, Contrast, Language, Panel, Reach, TextSize};
use crate::app::desk::{DeskPlace, words};
use crate::app::event::{Event, Manage, Strip};
use crate::app::form::Screen;
use crate::app::leaflet::Leaflet;
use crate::app::model::{Model, Overlay, Page, Visit, Voice};
use crate::app::notice::ContentNotice;
use crate::app::opinion::{Card, Rate};
use crate::app::stops::overlay::{PaperHelp, help_lines};

use super::ui::{self, ShellBridge, Theme, Tokens};
use super::{KioskWindow, Outlet, list_of};

/// The low zone never reaches higher than this part of the screen.
const LOW_ZONE_PART: f64 = 0.6;
/// A panel of less has no room for larger keys.
const SHORT_MM: f64 = 400.0;
/// But on a small panel it holds what has to be touched at once: a field, what is found, a keyboard, the strip.
const LOW_ZONE_MM_MIN: f64 = 270.0;

/// Above the low layout of the staff's side.
const STAFF: &str = "工作人员";

/// Connects strip and overlays.
pub fn connect(window: &KioskWindow, outlet: &Outlet) {
    let bridge = window.global::<ShellBridge>();
    let send = |event: fn() -> Event| {
        let outlet = outlet.clone();
        move || outlet.send(event())
    };
    bridge.on_touched(send(|| Event::Touched));
    bridge.on_back(send(|| Event::Strip(Strip::Back)));
    bridge.on_home(send(|| Event::Strip(Strip::Home)));
    bridge.on_read(send(|| Event::Strip(Strip::Read)));
    bridge.on_pause(send(|| Event::Readout(Manage::Pause)));
    bridge.on_earlier(send(|| Event::Readout(Manage::Earlier)));
    bridge.on_later(send(|| Event::Readout(Manage::Later)));
    bridge.on_repeat(send(|| Event::Readout(Manage::Repeat)));
    bridge.on_slower(send(|| Event::Readout(Manage::Slower)));
    bridge.on_faster(send(|| Event::Readout(Manage::Faster)));
    bridge.on_softer(send(|| Event::Readout(Manage::Softer)));
    bridge.on_louder(send(|| Event::Readout(Manage::Louder)));
    bridge.on_size(send(|| Event::Strip(Strip::Size)));
    bridge.on_contrast(send(|| Event::Strip(Strip::Contrast)));
    bridge.on_reach(send(|| Event::Strip(Strip::Reach)));
    bridge.on_next_language(send(|| Event::Strip(Strip::Language)));
    bridge.on_help(send(|| Event::Strip(Strip::Help)));
    bridge.on_call_staff(send(|| Event::CallStaff));
    bridge.on_end(send(|| Event::Strip(Strip::End)));
    bridge.on_close(send(|| Event::Close));
    bridge.on_show_qr(send(|| Event::TakeAway));
    bridge.on_extend(send(|| Event::Extend));
    bridge.on_skip_rating(send(|| Event::Rate(Rate::Skip)));
    let to = outlet.clone();
    bridge.on_rate(move |place| to.send(Event::Rate(Rate::Choose(usize::try_from(place).unwrap_or(usize::MAX)))));
}

/// Shows everything but the page switch.
pub fn show(window: &KioskWindow, model: &Model, leaflet: Option<&Leaflet>, panel: &Panel) {
    let bridge = window.global::<ShellBridge>();
    let (date, time) = model.date_and_time();
    let say = |text: &str| SharedString::from(&*model.say(text));
    bridge.set_date(say(&date));
    bridge.set_time(time.into());
    if let Some(hall) = model.ready_hall() {
        bridge.set_hall(hall.site.hall.as_str().into());
        bridge.set_content_line(say(&model.content_line()));
        let notice = model.content_notice();
        bridge.set_content_notice(say(notice.map_or("", ContentNotice::text)));
        bridge.set_is_notice_strong(notice.is_some_and(ContentNotice::is_strong));
        bridge.set_hotline(hall.site.hotline.as_str().into());
        bridge.set_help_desk(hall.site.help_desk.as_str().into());
        let lines = help_lines(hall).iter().map(|line| say(line)).collect();
        if let Some(lines) = list_of(&bridge.get_help_lines(), lines) {
            bridge.set_help_lines(lines);
        }
    }
    dress(window, model.access(), panel);
    let Some(visit) = &model.visit else {
        bridge.set_overlay(ui::Overlay::None);
        let (headline, note) = model.desk.as_ref().map_or_else(Default::default, |desk| {
            let who = desk.page().map_or(STAFF.to_owned(), |page| format!("{STAFF}：{}", page.who));
            (who, words::machine(&model.machine))
        });
        bridge.set_headline(headline.into());
        bridge.set_headline_note(note.into());
        if let Some(Err(trouble)) = &model.hall {
            let (title, text) = trouble.words();
            bridge.set_message_title(title.into());
            bridge.set_message_text(text.into());
        }
        turn(window, model);
        return;
    };
    let (headline, note) = leaflet.map_or_else(Default::default, |leaflet| model.headline(leaflet));
    bridge.set_headline(headline.into());
    bridge.set_headline_note(note.into());
    bridge.set_can_go_back(!visit.history.is_empty() || visit.overlay != Overlay::None);
    bridge.set_voice(match (visit.readout_at(), &model.voice) {
        (Some(_), _) => ui::Voice::Reading,
        (_, Voice::Ready | Voice::Starting) => ui::Voice::Ready,
        (_, Voice::Absent(_)) => ui::Voice::Absent,
    });
    bridge.set_can_call(model.can_call_staff());
    let (rate, volume) = (visit.manner.rate, visit.manner.volume);
    bridge.set_is_paused(visit.is_readout_paused());
    bridge.set_can_slow(rate.slower() != rate);
    bridge.set_can_speed(rate.faster() != rate);
    bridge.set_can_soften(volume.softer() != volume);
    bridge.set_can_raise(volume.louder() != volume);
    if let Overlay::Message(message) = &visit.overlay {
        bridge.set_message_title(say(&message.title));
        bridge.set_message_text(say(&message.text));
        bridge.set_message_offers_qr(message.offers_qr);
    }
    if let Overlay::Rating(card) = &visit.overlay {
        ask(&bridge, model, card);
    }
    if let Some(help) = waits_for(visit) {
        bridge.set_paper_help(help);
    }
    bridge.set_idle_left_s(visit.idle_left_s.and_then(|s| i32::try_from(s).ok()).unwrap_or(0));
}

/// The card that asks how somebody found it.
fn ask(bridge: &ShellBridge<'_>, model: &Model, card: &Card) {
    let say = |text: &str| SharedString::from(&*model.say(text));
    bridge.set_rating_question(say(card.question()));
    bridge.set_rating_lead(say(card.lead()));
    bridge.set_rating_has_faces(card.asks_level());
    if let Some(choices) = list_of(&bridge.get_rating_choices(), card.choices().map(say).to_vec()) {
        bridge.set_rating_choices(choices);
    }
}

/// Empties what a visit left.
pub fn clear(window: &KioskWindow) {
    let bridge = window.global::<ShellBridge>();
    bridge.set_headline(SharedString::new());
    bridge.set_headline_note(SharedString::new());
    bridge.set_message_title(SharedString::new());
    bridge.set_message_text(SharedString::new());
}

/// Switches page and overlay.
pub fn turn(window: &KioskWindow, model: &Model) {
    let bridge = window.global::<ShellBridge>();
    let page = match (model.desk.as_ref().map(|desk| &desk.place), &model.visit, &model.hall) {
        (Some(DeskPlace::Pad(_)), _, _) => ui::Page::Pad,
        (Some(DeskPlace::Page(_)), _, _) => ui::Page::Staff,
        (None, Some(visit), _) => match &visit.page {
            Page::Home => ui::Page::Home,
            Page::Find(_) => ui::Page::Find,
            Page::Form(filling) => match filling.screen() {
                Screen::Review => ui::Page::Review,
                Screen::Receipt | Screen::Case => ui::Page::Receipt,
                Screen::Intro
                | Screen::Gate
                | Screen::Elsewhere
                | Screen::Helper
                | Screen::Consent(_)
                | Screen::Declined(_)
                | Screen::Question(_)
                | Screen::Copies(_) => ui::Page::Form,
            },
            Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Record(_) => ui::Page::Leaflet,
        },
        (None, None, Some(Ok(_))) if model.signage.as_ref().is_some_and(|s| s.slide().is_some()) => ui::Page::Signage,
        (None, None, Some(Ok(_))) => ui::Page::Attract,
        (None, None, Some(Err(_))) => ui::Page::Trouble,
        (None, None, None) => ui::Page::Starting,
    };
    bridge.set_page(page);
    if let Some(visit) = &model.visit {
        bridge.set_overlay(match (&visit.overlay, visit.idle_left_s) {
            (_, Some(_)) => ui::Overlay::Idle,
            (Overlay::None, None) => ui::Overlay::None,
            (Overlay::Help, None) => ui::Overlay::Help,
            (Overlay::Keys(_), None) => ui::Overlay::Keys,
            (Overlay::Qr, None) => ui::Overlay::Qr,
            (Overlay::Printing, None) if waits_for(visit).is_some() => ui::Overlay::Paper,
            (Overlay::Printing, None) => ui::Overlay::Printing,
            (Overlay::Message(_), None) => ui::Overlay::Message,
            (Overlay::Staff, None) => ui::Overlay::Staff,
            (Overlay::Rating(_), None) => ui::Overlay::Rating,
        });
    }
}

/// What the resident's receipt waits for.
fn waits_for(visit: &Visit) -> Option<ui::PaperHelp> {
    let status = visit.printing.as_ref()?.waiting?;
    Some(match PaperHelp::of(status) {
        PaperHelp::Paper => ui::PaperHelp::Paper,
        PaperHelp::Cover => ui::PaperHelp::Cover,
        PaperHelp::Jam => ui::PaperHelp::Jam,
        PaperHelp::Heat => ui::PaperHelp::Heat,
        PaperHelp::Ticket => ui::PaperHelp::Ticket,
    })
}

/// Size, contrast and reach as tokens.
fn dress(window: &KioskWindow, access: Access, panel: &Panel) {
    let tokens = window.global::<Tokens>();
    tokens.set_text_factor(match access.size {
        TextSize::Normal => 1.0,
        TextSize::Large => 1.2,
        TextSize::ExtraLarge => 1.5,
    });
    tokens.set_theme(match access.contrast {
        Contrast::Standard => Theme::Standard,
        Contrast::BlackOnWhite => Theme::BlackOnWhite,
        Contrast::YellowOnBlack => Theme::YellowOnBlack,
    });
    tokens.set_is_low(access.reach == Reach::Low);
    let size = window.window().size().to_logical(window.window().scale_factor());
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    if width >= 1.0 && height >= 1.0 {
        let px_per_mm = panel.px_per_mm(width, height);
        tokens.set_mm(px_per_mm as f32);
        tokens.set_is_wide(width > height);
        tokens.set_is_short(height < SHORT_MM * px_per_mm);
        tokens.set_low_zone(low_zone(panel, px_per_mm, height) as f32);
    }
    let bridge = window.global::<ShellBridge>();
    speak(&bridge, access.language);
    bridge.set_is_large(access.size != TextSize::Normal);
    bridge.set_is_contrast(access.contrast != Contrast::Standard);
    bridge.set_is_low(access.reach == Reach::Low);
}

/// The words of the pages in another language, at once.
fn speak(bridge: &ShellBridge<'_>, language: Language) {
    if bridge.get_language() == language.folder() {
        return;
    }
    bridge.set_language(language.folder().into());
    if let Err(error) = slint::select_bundled_translation(language.folder()) {
        tracing::error!(%error, "the pages have no words in this language");
    }
}

/// Height of what can be touched in the low layout.
fn low_zone(panel: &Panel, px_per_mm: f64, height: f64) -> f64 {
    let part = (height * LOW_ZONE_PART).max(LOW_ZONE_MM_MIN * px_per_mm);
    (panel.reach_mm() * px_per_mm).min(part).min(height)
}
