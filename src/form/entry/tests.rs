use proptest::prelude::*;
use serde_json::json;

use super::*;
use jiff::civil::date as day;

fn field(kind: FieldKind) -> FormField {
    FormField::of("f", "项目", kind)
}

fn choice(kind: FieldKind) -> FormField {
    let option = |key: &str| crate::content::form::FieldOption { key: key.into(), label: key.into() };
    FormField { options: vec![option("a"), option("b"), option("c")], ..field(kind) }
}

/// Right answers with what is kept of them, and wrong ones with why.
type Table = (FieldKind, &'static [(&'static str, &'static str)], &'static [(&'static str, Wrong)]);

const TABLES: &[Table] = &[
    (
        FieldKind::Name,
        &[
            ("张三", "张三"),
            (" 欧阳小明 ", "欧阳小明"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("𠮷田", "𠮷田"),
            ("Anna-Maria O'Neil", "Anna-Maria O'Neil"),
            ("扎西", "扎西"),
        ],
        &[
            ("张", Wrong::Name),
            ("张3", Wrong::Name),
            ("·张三", Wrong::Name),
            ("张··三", Wrong::Name),
            ("张三先生！", Wrong::Name),
            ("张三zhang", Wrong::Name),
            ("张\u{200B}三", Wrong::Unseen),
            ("张\u{0}三", Wrong::Unseen),
        ],
    ),
    (
        FieldKind::IdCard,
        &[
            ("11010519491231002X", "11010519491231002X"),
            ("11010519491231002x", "11010519491231002X"),
            ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
            ("110105 19491231 002X", "11010519491231002X"),
        ],
        &[
            ("110105491231002", Wrong::IdCardOld),
            ("110105194912310021", Wrong::IdCardCheck),
            ("110105194902310021", Wrong::IdCardBirth),
            ("990105194912310021", Wrong::IdCardBirth),
            ("110105209912310026", Wrong::IdCardBirth),
            ("1101051949123100", Wrong::IdCardShape),
            ("11010519491231X02X", Wrong::IdCardShape),
            ("一一〇一〇五一九四九一二三一〇〇二X", Wrong::IdCardShape),
        ],
    ),
    (
        FieldKind::Uscc,
        &[("91350100M000100Y43", "91350100M000100Y43"), ("91350100m000100y43", "91350100M000100Y43")],
        &[
            ("91350100M000100Y44", Wrong::UsccCheck),
            ("91350100M000100Y4", Wrong::UsccShape),
            ("9135O100M000100Y43", Wrong::UsccShape),
        ],
    ),
    (
        FieldKind::Mobile,
        &[("13812345678", "13812345678"), ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678")],
        &[
            ("12345678901", Wrong::Mobile),
            ("1381234567", Wrong::Mobile),
            ("138123456789", Wrong::Mobile),
            ("0600-5550100", Wrong::Mobile),
        ],
    ),
    (
        FieldKind::Phone,
        &[
            ("13812345678", "13812345678"),
            ("0600-5550100", "0600-5550100"),
            ("(010)62345678", "010-62345678"),
            ("０６００－５５５０１００－２０３", "0600-5550100-203"),
        ],
        &[
            ("5550100", Wrong::Phone),
            ("0600-555010", Wrong::Phone),
            ("600-5550100", Wrong::Phone),
            ("0600-5550100-1-2", Wrong::Phone),
            ("打我手机", Wrong::Phone),
        ],
    ),
    (
        FieldKind::Postcode,
        &[("661699", "661699"), ("６６１６９９", "661699")],
        &[("66169", Wrong::Postcode), ("6616999", Wrong::Postcode), ("66169X", Wrong::Postcode)],
    ),
    (
        FieldKind::Plate,
        &[("云G12345", "云G12345"), ("云g·d12345", "云GD12345")],
        &[("G12345", Wrong::Plate), ("云G1234", Wrong::Plate)],
    ),
    (
        FieldKind::Date,
        &[
            ("2026-03-01", "2026-03-01"),
            ("2026年3月1日", "2026-03-01"),
            ("2024/2/29", "2024-02-29"),
            ("２０２６．３．１", "2026-03-01"),
        ],
        &[
            ("2026-02-30", Wrong::Date),
            ("2026-13-01", Wrong::Date),
            ("26-03-01", Wrong::Date),
            ("2026-03", Wrong::Date),
            ("2026-03-01-02", Wrong::Date),
            ("99999-01-01", Wrong::Date),
            ("明天", Wrong::Date),
            ("-1-2-3", Wrong::Date),
        ],
    ),
    (
        FieldKind::Money,
        &[
            ("1234.5", "1234.50"),
            ("1,234.50元", "1234.50"),
            ("￥100", "100.00"),
            ("0", "0.00"),
            ("007", "7.00"),
            ("12，345", "12345.00"),
        ],
        &[
            ("1.234", Wrong::Money),
            ("-5", Wrong::Money),
            ("1,23", Wrong::Money),
            (".5", Wrong::Money),
            ("5.", Wrong::Money),
            ("1234567890123", Wrong::Money),
            ("一百", Wrong::Money),
            ("1e5", Wrong::Money),
        ],
    ),
    (
        FieldKind::Email,
        &[("li.si@example.cn", "li.si@example.cn"), ("a＠b.cn", "a@b.cn")],
        &[
            ("li.si", Wrong::Email),
            ("@example.cn", Wrong::Email),
            ("a@b", Wrong::Email),
            ("a@b..cn", Wrong::Email),
            ("a@-b.cn", Wrong::Email),
            ("a@b@c.cn", Wrong::Email),
            ("李四@example.cn", Wrong::Email),
        ],
    ),
    (
        FieldKind::Address,
        &[("云川市青禾镇柳林村3组12号", "云川市青禾镇柳林村3组12号")],
        &[("柳林村", Wrong::Address), ("12345", Wrong::Address), ("Main Street 5", Wrong::Address)],
    ),
    (
        FieldKind::Number,
        &[("3", "3"), ("００３", "003")],
        &[("三", Wrong::Number), ("3.5", Wrong::Number), ("-3", Wrong::Number), ("1234567890123456789", Wrong::Number)],
    ),
    (FieldKind::Line, &[("云政办发〔2026〕7号", "云政办发〔2026〕7号")], &[("一行\n两行", Wrong::Unseen)]),
    (
        FieldKind::LongText,
        &[("一行\n两行", "一行\n两行")],
        &[("一\u{202E}二", Wrong::Unseen), ("\u{1B}@", Wrong::Unseen)],
    ),
    (
        FieldKind::Signature,
        &[("0,0 500,1000 3,4;7,8", "0,0 500,1000 3,4;7,8")],
        &[("5,5", Wrong::Signature), ("0,0 1,1 1001,2", Wrong::Signature), ("<svg/>", Wrong::Signature)],
    ),
];

#[test]
fn every_kind_of_answer_is_judged_by_its_own_rules() {
    let today = day(2026, 11, 22);
    for (kind, right, wrong) in TABLES {
        for (written, kept) in *right {
            assert_eq!(check(&field(*kind), written, today).as_deref(), Ok(*kept), "{kind:?} {written}");
        }
        for (written, why) in *wrong {
            assert_eq!(check(&field(*kind), written, today), Err(*why), "{kind:?} {written}");
        }
        assert_eq!(check(&field(*kind), " \t", today).as_deref(), Ok(""), "{kind:?}");
    }
    let covered = |kind: &FieldKind| TABLES.iter().any(|(k, ..)| k == kind) || choice_kinds().contains(kind);
    use crate::content::schema::Terms as _;
    assert!(FieldKind::TERMS.iter().all(|(_, kind)| covered(kind)), "a kind has no table");
}

fn choice_kinds() -> [FieldKind; 2] {
    [FieldKind::Choice, FieldKind::Choices]
}

#[test]
fn only_options_of_the_form_can_be_chosen() {
    let today = day(2026, 11, 22);
    let one = choice(FieldKind::Choice);
    assert_eq!(check(&one, "b", today).as_deref(), Ok("b"));
    for bad in ["d", "a,b", "A", "a,"] {
        assert_eq!(check(&one, bad, today), Err(Wrong::Choice), "{bad}");
    }
    let many = choice(FieldKind::Choices);
    assert_eq!(check(&many, "c,a", today).as_deref(), Ok("a,c"));
    for bad in ["a,d", ",", "a,a,b,c"] {
        assert_eq!(check(&many, bad, today), Err(Wrong::Choice), "{bad}");
    }
}

#[test]
fn born_today_is_a_person_and_born_tomorrow_is_a_slip() {
    let number = |birthday: &str| {
        let head = format!("110105{birthday}002");
        "0123456789X".chars().map(|c| format!("{head}{c}")).find(|n| check_digit::is_id_card(n)).unwrap()
    };
    let today = day(2026, 11, 22);
    let card = field(FieldKind::IdCard);
    assert!(check(&card, &number("20261122"), today).is_ok());
    assert_eq!(check(&card, &number("20261123"), today), Err(Wrong::IdCardBirth));
}

#[test]
fn what_was_pasted_is_refused_without_being_walked_through() {
    let huge = "长".repeat(10 << 20);
    let today = day(2026, 11, 22);
    for (kind, ..) in TABLES {
        assert!(matches!(check(&field(*kind), &huge, today), Err(Wrong::Long { .. })), "{kind:?}");
    }
    let short = FormField { max: 3, ..field(FieldKind::LongText) };
    assert_eq!(check(&short, "一二三", today).as_deref(), Ok("一二三"));
    assert_eq!(check(&short, "一二三四", today), Err(Wrong::Long { max: 3 }));
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic_and_what_is_kept_is_kept_again(text in any::<String>(), n in 0..TABLES.len()) {
        let today = day(2026, 11, 22);
        let field = field(TABLES[n].0);
        if let Ok(kept) = check(&field, &text, today) {
            prop_assert_eq!(check(&field, &kept, today), Ok(kept.clone()), "{}", json!(text));
        }
    }

    #[test]
    fn numbers_as_people_write_them_are_judged_without_a_panic(text in "[0-9０-９Xx .,\\-/年月日元]{0,24}", n in 0..TABLES.len()) {
        let today = day(2026, 11, 22);
        let field = field(TABLES[n].0);
        if let Ok(kept) = check(&field, &text, today) {
            prop_assert_eq!(check(&field, &kept, today), Ok(kept.clone()), "{}", text);
        }
    }
}
