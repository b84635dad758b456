//! Drawn receipts: what stands where, what is told, and no byte that a printer would obey at once.
//! Whole receipts through the virtual printer are in `tests/it/print.rs`.

use super::super::document::Style;
use super::*;

fn drawn(text: &str, profile: &str) -> Drawn {
    let mut document = Document::new();
    document.text(text, Style::PLAIN).cut();
    encode(&document, &Profile::builtin(profile).unwrap(), &mut Artist::new().unwrap()).unwrap()
}

#[test]
fn scripts_of_the_country_have_glyphs() {
    for text in ["བོད་ཡིག་གི་ལག་ཁྱེར།", "ئۇيغۇرچە كىنىشكا", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", "ꆈꌠꁱꂷ", "㼆𠮷𬭊"]
    {
        let drawn = drawn(text, "generic-80");
        assert!(drawn.lacking.is_empty(), "{text}: {:?}", drawn.lacking);
        assert!(drawn.bytes.len() > 300, "{text}");
    }
}

#[test]
fn a_character_that_no_font_has_is_framed_and_told() {
    let unknown = '\u{e123}';
    let drawn = drawn(&format!("姓名：{unknown}"), "generic-80");
    assert_eq!(drawn.lacking, [unknown]);
    let without = drawn_len("姓名：名");
    assert!(drawn.bytes.len() > without + 20 * 72, "the note is on the paper");
}

fn drawn_len(text: &str) -> usize {
    drawn(text, "generic-80").bytes.len()
}

#[test]
fn the_receipt_begins_and_ends_as_its_profile_says() {
    let drawn = drawn("甲", "presenter-80");
    assert_eq!(drawn.bytes[..2], [0x1B, 0x40]);
    assert!(drawn.bytes.ends_with(&[0x1D, 0x56, 0x41, 0x00, 0x1D, 0x65, 0x03, 0x0C]));
}

#[test]
fn widths_of_plain_letters_are_those_of_the_printer() {
    let mut artist = Artist::new().unwrap();
    for (text, width) in [("中文", 48), ("ab", 24), ("é", 12), ("，", 24), ("─", 24), ("甲a", 36), ("", 0)] {
        assert_eq!(artist.width(text), width, "{text}");
    }
    let tibetan = artist.width("བོད་");
    assert!((20..70).contains(&tibetan), "{tibetan}");
}

proptest::proptest! {
    #[test]
    fn no_drawn_receipt_contains_a_real_time_command(text in "[一-龥ا-ي་-ཀༀꀀ-ꀟ 0-9a-z]{0,120}") {
        let drawn = drawn(&text, "generic-58");
        proptest::prop_assert_eq!(real_time_at(&drawn.bytes), None);
    }
}
