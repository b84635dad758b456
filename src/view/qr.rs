//! The QR overlay: the same payload and the same modules as on paper, drawn for a phone's camera.

use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};

use crate::app::model::{Model, Page};
use crate::app::takeaway::{code_note, payload};
use crate::print::qr::{Matrix, Payload, QUIET_MODULES, TEXT_BYTES_MAX};

use super::KioskWindow;
use super::ui::ShellBridge;

/// The payload on the screen now.
#[derive(Default)]
pub struct Shown(Option<Payload>);

/// Shows the code of the open record.
pub fn show(window: &KioskWindow, model: &Model, shown: &mut Shown) {
    let (Some(hall), Some(visit)) = (model.ready_hall(), &model.visit) else {
        return;
    };
    let payload = match &visit.page {
        Page::Record(page) => Some(payload(hall, &page.opened, &page.answers, model.wall.as_ref())),
        Page::Form(filling) => filling.receipt_code(&model.standing(hall)),
        Page::Home | Page::Door(_) | Page::Offices(..) | Page::List(_) | Page::Find(_) => None,
    };
    let Some(payload) = payload else {
        return;
    };
    if shown.0.as_ref() == Some(&payload) {
        return;
    }
    let bridge = window.global::<ShellBridge>();
    match image_of(&payload) {
        Some(image) => bridge.set_qr_image(image),
        None => {
            bridge.set_qr_image(Image::default());
            bridge.set_qr_note((&*model.say(NO_CODE)).into());
            return;
        }
    }
    bridge.set_qr_note((&*model.say(code_note(&payload))).into());
    shown.0 = Some(payload);
}

/// What is said where there is no code.
const NO_CODE: &str = "这份内容的二维码生成不了，请打印出来，或问工作人员。";

/// A payload as it is scanned from the screen.
pub fn image_of(payload: &Payload) -> Option<Image> {
    let matrix = payload.fit(TEXT_BYTES_MAX).and_then(|text| Matrix::encode(&text));
    matrix.inspect_err(|error| tracing::error!(%error, "no QR code")).ok().map(|matrix| picture(&matrix))
}

/// Takes the last visit's code away.
pub fn clear(window: &KioskWindow) {
    window.global::<ShellBridge>().set_qr_image(Image::default());
}

/// One pixel for each module; the window enlarges it by a whole number, so that every module is as wide as the next.
fn picture(matrix: &Matrix) -> Image {
    let modules = matrix.size() + 2 * QUIET_MODULES;
    let side = u32::try_from(modules).unwrap_or(0);
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    for (i, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (i % modules, i / modules);
        let is_dark = x >= QUIET_MODULES && y >= QUIET_MODULES && matrix.is_dark(x - QUIET_MODULES, y - QUIET_MODULES);
        let shade = if is_dark { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: shade, g: shade, b: shade };
    }
    Image::from_rgb8(pixels)
}
