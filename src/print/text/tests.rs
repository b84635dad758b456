//! Bytes, one by one, for each known pitfall of receipt printers.
//! No device is touched.

use super::super::document::Style;
use super::super::qr::Payload;
use super::super::repertoire::{CodePage, Repertoire};
use super::*;

const START: &[u8] = &[0x1B, 0x40, 0x1C, 0x26];

fn generic() -> Profile {
    Profile::builtin("generic-80").unwrap()
}

fn bytes_of(text: &str, profile: &Profile) -> Result<Vec<u8>, EncodeError> {
    let mut document = Document::new();
    document.text(text, Style::PLAIN);
    encode(&document, profile)
}

fn expect(text: &str, profile: &Profile, body: &[u8]) {
    let bytes = bytes_of(text, profile).unwrap();
    assert_eq!(bytes, [START, body].concat(), "{bytes:02X?}");
}

#[test]
fn chinese_goes_out_as_gb18030_in_hanzi_mode() {
    expect("中文A", &generic(), &[0xD6, 0xD0, 0xCE, 0xC4, b'A', b'\n']);
}

#[test]
fn command_bytes_in_content_never_reach_the_printer() {
    expect("甲\u{1b}@\u{1d}V\u{0}\u{10}\u{4}\u{1}", &generic(), &[0xBC, 0xD7, b'@', b'V', b'\n']);
}

#[test]
fn nbsp_and_yen_print_as_what_they_look_like() {
    expect("\u{a0}¥5", &generic(), &[b' ', 0xA3, 0xA4, b'5', b'\n']);
}

#[test]
fn a_blank_as_wide_as_a_hanzi_has_the_code_of_the_standard() {
    expect("甲\u{3000}乙", &generic(), &[0xBC, 0xD7, 0xA1, 0xA1, 0xD2, 0xD2, b'\n']);
}

#[test]
fn selectors_and_tabs_leave_the_character_alone() {
    expect("葛\u{e0100}\u{fe0f}\t甲\u{feff}", &generic(), &[0xB8, 0xF0, b' ', 0xBC, 0xD7, b'\n']);
}

#[test]
fn an_accented_letter_beside_a_hanzi_eats_nothing() {
    expect("é中", &generic(), &[0xA8, 0xA6, 0xD6, 0xD0, b'\n']);
    let page = Profile { code_page: CodePage::Pc858, ..generic() };
    let switched = [0x1C, 0x2E, 0x1B, 0x74, 19, 0x82, 0xD5, 0x1C, 0x26, 0xD6, 0xD0, b'\n'];
    expect("é€中", &page, &switched);
}

#[test]
fn a_character_outside_the_font_is_named_and_nothing_is_sent() {
    for c in ['€', '㼆', '𠮷', 'བ'] {
        let error = bytes_of(&format!("姓名{c}"), &generic()).unwrap_err();
        assert!(matches!(&error, EncodeError::Character { character, .. } if *character == c));
        assert!(error.to_string().contains(c), "{error}");
    }
}

#[test]
fn four_byte_codes_go_only_to_printers_that_have_them() {
    let full = Profile { repertoire: Repertoire::Gb18030, ..generic() };
    expect("𠮷", &full, &[0x95, 0x34, 0xB2, 0x35, b'\n']);
    expect("㼆", &full, &[0x82, 0x32, 0x8D, 0x37, b'\n']);
}

#[test]
fn the_cut_is_a_real_partial_cut() {
    let mut document = Document::new();
    document.cut();
    assert_eq!(encode(&document, &generic()).unwrap(), [START, PARTIAL_CUT].concat());
    let full = Profile { cutter: Cutter::Full, ..generic() };
    assert_eq!(encode(&document, &full).unwrap(), [START, &[0x1D, 0x56, 0x41, 0x00]].concat());
}

#[test]
fn a_link_is_a_model_2_code() {
    let mut document = Document::new();
    document.qr(Payload::Link("https://a.cn/".to_owned()));
    let native = Profile { qr: QrPrinting::Native, ..generic() };
    let bytes = encode(&document, &native).unwrap();
    let model_2 = [0x1D, 0x28, 0x6B, 4, 0, 0x31, 0x41, 0x32, 0];
    assert!(bytes.windows(9).any(|w| w == model_2), "{bytes:02X?}");
    let data = [&[0x1D, 0x28, 0x6B, 16, 0, 0x31, 0x50, 0x30], "https://a.cn/".as_bytes()].concat();
    assert!(bytes.windows(data.len()).any(|w| w == data), "{bytes:02X?}");
}

#[test]
fn chinese_codes_are_drawn_in_bands_even_on_printers_with_their_own_codes() {
    let mut document = Document::new();
    document.qr(Payload::Text("带好身份证。".repeat(60)));
    let native = Profile { qr: QrPrinting::Native, ..generic() };
    let bytes = encode(&document, &native).unwrap();
    // The quiet zone above is fed; then bands of at most 128 rows.
    assert_eq!(&bytes[4..7], &[0x1B, 0x4A, 16]);
    assert_eq!(&bytes[7..15], &[0x1D, 0x76, 0x30, 0, 72, 0, 128, 0]);
    assert!(!bytes.windows(3).any(|w| w == [0x1D, 0x28, 0x6B]));
}

#[test]
fn size_weight_and_place_are_told_once() {
    let mut document = Document::new();
    document.title("甲").title("乙").text("丙", Style::PLAIN);
    let bytes = encode(&document, &generic()).unwrap();
    let body: &[u8] = &[
        0x1B, b'a', 1, 0x1D, b'!', 0x11, 0x1B, b'E', 1, 0xBC, 0xD7, b'\n', 0xD2, 0xD2, b'\n', 0x1B, b'a', 0, 0x1D,
        b'!', 0x00, 0x1B, b'E', 0, 0xB1, 0xFB, b'\n',
    ];
    assert_eq!(bytes, [START, body].concat());
}

#[test]
fn payloads_around_a_full_length_byte_are_counted_right() {
    let native = Profile { qr: QrPrinting::Native, ..generic() };
    for length in 250..=258usize {
        let link = format!("https://a.cn/{}", "x".repeat(length - 13));
        let mut document = Document::new();
        document.qr(Payload::Link(link.clone()));
        let bytes = encode(&document, &native).unwrap();
        let [low, high] = ((length + 3) as u16).to_le_bytes();
        let store = [&[0x1D, 0x28, 0x6B, low, high, 0x31, 0x50, 0x30], link.as_bytes()].concat();
        assert!(bytes.windows(store.len()).any(|part| part == store), "{length}");
    }
}

#[test]
fn a_length_that_spells_a_real_time_command_has_the_code_drawn() {
    let native = Profile { qr: QrPrinting::Native, ..generic() };
    let bytes = |length: usize| {
        let mut document = Document::new();
        document.qr(Payload::Link(format!("https://a.cn/{}", "x".repeat(length - 13))));
        encode(&document, &native).unwrap()
    };
    // 0x0410 less the three bytes that are counted too.
    assert!(bytes(1_037).windows(4).any(|part| part == [0x1D, 0x76, 0x30, 0x00]));
    assert!(bytes(1_036).windows(3).any(|part| part == [0x1D, 0x28, 0x6B]));
}

#[test]
fn a_link_beyond_the_paper_is_refused_and_a_text_is_cut_with_a_note() {
    let mut document = Document::new();
    document.qr(Payload::Link(format!("https://a.cn/{}", "x".repeat(3_000))));
    assert!(matches!(encode(&document, &generic()), Err(EncodeError::Layout(LayoutError::Qr(_)))));
    let mut document = Document::new();
    document.qr(Payload::Text("政务。".repeat(1_000)));
    assert!(encode(&document, &generic()).is_ok());
}

#[test]
fn a_picture_wider_than_512_dots_keeps_every_dot() {
    let grey: Vec<u8> = (0..576 * 2).map(|i| if i % 576 % 2 == 0 { 0 } else { 255 }).collect();
    let mut document = Document::new();
    document.picture(super::super::Picture::from_grey(&grey, 576, 2, super::super::Tone::Line, 576).unwrap());
    let body = [&[0x1D, 0x76, 0x30, 0, 72, 0, 2, 0][..], &[0xAA; 144]].concat();
    assert_eq!(encode(&document, &generic()).unwrap(), [START, &body].concat());
}

#[test]
fn a_presenter_is_told_after_the_cut() {
    let mut document = Document::new();
    document.text("甲", Style::PLAIN).cut();
    let presenter = Profile { job_start: vec![0x1B, 0x32], job_end: vec![0x1D, 0x65, 3, 12], ..generic() };
    let body = [&[0x1B, 0x40, 0x1B, 0x32, 0x1C, 0x26, 0xBC, 0xD7, b'\n'], PARTIAL_CUT, &[0x1D, 0x65, 3, 12]].concat();
    assert_eq!(encode(&document, &presenter).unwrap(), body);
}

proptest::proptest! {
    #[test]
    fn no_job_ever_contains_a_real_time_command(text in "\\PC{0,200}", link in "[a-z/0-9]{1,400}") {
        let mut document = Document::new();
        document.text(&text, Style::PLAIN).qr(Payload::Text(text.clone() + "。")).qr(Payload::Link(link));
        if let Ok(bytes) = encode(&document, &generic()) {
            proptest::prop_assert_eq!(real_time_at(&bytes), None);
        }
    }
}
