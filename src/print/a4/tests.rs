use std::io::Write;
use std::process::{Command, Stdio};

use jiff::civil::date;

use super::*;
use crate::base::clock::china;
use crate::base::id::RecordId;
use crate::content::Record;

fn form() -> Arc<Form> {
    let json = include_str!("../../../tests/data/print/form.json");
    match Record::from_bytes(&RecordId::parse("form/ysqgk").unwrap(), json.as_bytes()).unwrap() {
        Record::Form(form) => Arc::new(*form),
        _ => panic!("no form"),
    }
}

fn entry(id: &str, label: &str, text: &str, value: &str) -> LetterEntry {
    LetterEntry { id: id.into(), label: label.into(), copy: 0, text: text.into(), value: value.into() }
}

fn page(entries: Vec<LetterEntry>) -> FormPage {
    let at = date(2026, 11, 22).at(9, 5, 0, 0).to_zoned(china()).unwrap();
    FormPage {
        form: form(), office: "云川市人民政府办公室".into(), hall: "云川市政务服务中心".into(), at, entries
    }
}

fn answers() -> Vec<LetterEntry> {
    vec![
        entry("desc", "信息名称或者内容描述", "2025年柳林村道路硬化项目的验收报告", ""),
        entry("form", "提供方式", "电子文件", "electronic"),
        entry("name", "姓名", "买买提·艾合买提", ""),
        entry("idno", "居民身份证号码", "11010519491231002X", ""),
    ]
}

/// What an independent program reads in a PDF, and how many pages it has.
fn read(pdf: &[u8]) -> (String, usize) {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = reader.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let done = reader.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).unwrap();
    let pages = text.matches('\u{c}').count();
    (text, pages)
}

#[test]
fn another_program_reads_every_answer_of_a_filled_form() {
    let (text, pages) = read(pdf(&page(answers())).unwrap().reveal());
    for part in ["政府信息公开申请表", "云川市人民政府办公室", "2025年柳林村道路硬化项目的验收报告", "买买提·艾合买提"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.contains("11010519491231002X") && text.contains("☑电子文件") && text.contains("□纸质"), "{text}");
    assert!(text.contains("第1页，共1页") && text.contains("签名"), "{text}");
    assert!(!text.contains("法定代表人"), "what was not asked is not there\n{text}");
    assert_eq!(pages, 1);
}

#[test]
fn a_blank_form_asks_everything() {
    let (text, pages) = read(pdf(&page(Vec::new())).unwrap().reveal());
    for field in form().groups.iter().flat_map(|group| &group.fields) {
        let label: String = field.label.chars().take(8).collect();
        assert!(text.contains(&label), "{label} is not in\n{text}");
    }
    assert!(text.contains("□公民") && text.contains("公民”的填写"), "{text}");
    assert!(pages >= 1);
}

#[test]
fn an_answer_longer_than_a_sheet_is_on_the_next_one_whole() {
    let words: String = (0..2_000).map(|n| char::from_u32(0x4E00 + n).unwrap()).collect();
    let mut long = answers();
    long[0].text.clone_from(&words);
    let (text, pages) = read(pdf(&page(long)).unwrap().reveal());
    let read: String = text.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).collect();
    let missing: Vec<char> = words.chars().filter(|c| !read.contains(*c)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(pages > 1 && text.contains(&format!("第{pages}页，共{pages}页")), "{text}");
}

#[test]
fn rare_hanzi_and_other_scripts_are_set_and_what_no_font_has_is_told() {
    let mut rare = answers();
    rare[2].text = "䶮㛃 བོད་ཡིག".into();
    let (text, _) = read(pdf(&page(rare)).unwrap().reveal());
    assert!(text.contains("䶮㛃"), "{text}");
    let mut none = answers();
    none[2].text = "\u{E000}".into();
    assert!(matches!(pdf(&page(none)), Err(SetError::Lacking('\u{E000}'))));
}

#[test]
fn nothing_but_the_page_is_in_the_file() {
    let pdf = pdf(&page(answers())).unwrap();
    let has = |part: &str| pdf.reveal().windows(part.len()).any(|bytes| bytes == part.as_bytes());
    assert!(has("%PDF-") && !has("/Producer") && !has("/Author") && !has("/CreationDate"));
    assert!(pdf.reveal().len() < 200 << 10, "{} bytes", pdf.reveal().len());
}
