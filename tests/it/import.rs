//! Promises of `kiosk-pack import` and `template`: no row is lost, no file is overwritten, every refusal has its place.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use civic_kiosk::author::import::{Options, catalogue_target, import_table, table_text};
use tempfile::TempDir;

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn pack(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk-pack"));
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    said
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(name);
    path.to_str().unwrap().to_owned()
}

struct Office(TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn import(&self, file: &str, more: &[&str]) -> Said {
        let out = self.0.path().to_str().unwrap();
        pack(&[&["import", file, "--out", out], more].concat())
    }

    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => names.push(path.strip_prefix(self.0.path()).unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        names.sort();
        names
    }
}

#[test]
fn a_clean_table_leaves_one_file_and_is_not_overwritten() {
    let office = Office::new();
    let catalogue = ["--as", "catalogue", "--field", "yanglao"];
    let said = office.import(&fixture("catalogue.xls"), &catalogue);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("读到3行：导入3行，退回0行。"), "{}", said.stdout);
    assert_eq!(office.names(), ["catalogue/yanglao.csv"]);
    let written = fs::read_to_string(office.path("catalogue/yanglao.csv")).unwrap();
    let again = office.import(&fixture("catalogue.gb18030"), &catalogue);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("已经有了；要覆盖请加 --force"), "{}", again.stderr);
    let forced = office.import(&fixture("catalogue.gb18030"), &[&catalogue[..], &["--force"]].concat());
    assert_eq!(forced.code, Some(0), "{}", forced.stderr);
    assert_eq!(fs::read_to_string(office.path("catalogue/yanglao.csv")).unwrap(), written);
}

#[test]
fn refused_rows_stand_beside_the_good_ones_with_their_reasons() {
    let office = Office::new();
    let said = office.import(&fixture("scanned.xlsx"), &["--as", "catalogue", "--field", "yanglao"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert!(said.stdout.contains("退回 “目录”表 第5行 公开对象/全社会：“t”像是丢了字体的对勾"), "{}", said.stdout);
    assert!(said.stdout.contains("读到6行：导入2行，退回4行。"), "{}", said.stdout);
    let refused = fs::read_to_string(office.path("catalogue/yanglao.refused.csv")).unwrap();
    assert!(refused.starts_with("\u{feff}原表行号,退回原因,序号,公开事项/一级事项,"), "{refused}");
    assert!(refused.contains("n政府网站 o政府公报"), "{refused}");
    // Mended in a text editor, the same file goes in, and nothing of the old one stays behind.
    let mended =
        refused.replace("n政府网站 o政府公报", "■政府网站 □政府公报").replace(",t,", ",√,").replace("同上", "照旧");
    let lines: Vec<&str> = mended.lines().take(2).collect();
    let path = office.path("mended.csv");
    fs::write(&path, lines.join("\n")).unwrap();
    let said = office.import(path.to_str().unwrap(), &["--as", "catalogue", "--field", "yanglao", "--force"]);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    assert_eq!(office.names(), ["catalogue/yanglao.csv", "mended.csv"]);
}

#[test]
fn an_item_sheet_becomes_drafts_that_say_what_is_missing() {
    let office = Office::new();
    let said = office.import(&fixture("items.xlsx"), &["--as", "guide", "--json"]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((document["rows_in"].as_u64(), document["rows_out"].as_u64()), (Some(3), Some(2)));
    assert_eq!(document["refused"][0]["row"], 4);
    assert_eq!(
        office.names(),
        ["items/11440100007482575h3440118009000.toml", "items/guide.refused.csv", "items/item-002.toml"]
    );
    let draft = fs::read_to_string(office.path("items/item-002.toml")).unwrap();
    assert!(draft.contains("title = \"犬只登记\"") && draft.contains("# 待补：org"), "{draft}");
}

#[test]
fn wrong_usage_is_told_with_two() {
    let office = Office::new();
    let file = fixture("catalogue.xlsx");
    for wrong in [
        vec!["--as", "weather"],
        vec!["--as", "catalogue"],
        vec!["--as", "catalogue", "--field", "../x"],
        vec!["--as", "catalogue", "--field", "Yanglao"],
        vec![],
    ] {
        let said = office.import(&file, &wrong);
        assert_eq!(said.code, Some(2), "{wrong:?} {}", said.stderr);
        assert!(said.stderr.contains("用法有误"), "{}", said.stderr);
    }
    assert!(office.names().is_empty());
}

#[test]
fn a_file_that_is_no_table_is_refused_in_one_sentence() {
    let office = Office::new();
    let refused = |name: &str, bytes: &[u8], sentence: &str| {
        let path = office.path(name);
        fs::write(&path, bytes).unwrap();
        let said = office.import(path.to_str().unwrap(), &["--as", "catalogue", "--field", "x"]);
        assert_eq!(said.code, Some(1), "{name}");
        assert!(said.stderr.contains(sentence), "{name} {}", said.stderr);
        assert_eq!(said.stderr.trim().lines().count(), 1, "{}", said.stderr);
        fs::remove_file(path).unwrap();
    };
    refused("a.xls", b"<html><table></table></html>", "这是网页");
    refused("b.csv", &["序号,公开事项\n1,".as_bytes(), b"\xff\xff\n"].concat(), "第2行的文字编码");
    refused("c.csv", "甲,乙\n1,2\n".as_bytes(), "没有找到“政务公开标准目录”的表头");
    refused("d.xlsx", &far_reference(), "文件已损坏");
    assert_eq!(office.import("/nonexistent.xlsx", &["--as", "guide"]).code, Some(1));
    assert!(office.names().is_empty());
}

/// A workbook whose one cell stands where no cell can stand.
fn far_reference() -> Vec<u8> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{relations}\"><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c r=\"A99999999999999\"><v>1</v></c></row></sheetData></worksheet>".to_owned(),
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn an_empty_table_made_here_is_a_table_that_imports() {
    let office = Office::new();
    for kind in ["catalogue", "guide"] {
        let path = office.path(&format!("{kind}.xlsx"));
        let said = pack(&["template", kind, "--out", path.to_str().unwrap()]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert_eq!(pack(&["template", kind, "--out", path.to_str().unwrap()]).code, Some(1), "not overwritten");
        let said = office.import(path.to_str().unwrap(), &["--as", kind, "--field", "x"]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
        assert!(said.stdout.contains("读到0行"), "{}", said.stdout);
    }
    assert_eq!(pack(&["template", "weather", "--out", "x.xlsx"]).code, Some(2));
}

#[test]
fn a_template_filled_in_by_an_office_imports_without_a_refusal() {
    let bytes = fs::read(fixture("filled.xlsx")).unwrap();
    let imported = import_table(&bytes, &catalogue_target(), &Options::default()).unwrap();
    assert_eq!(imported.report.refused, vec![]);
    assert_eq!(imported.rows.len(), 2);
    let text = table_text(&imported).unwrap();
    assert!(text.contains("政府网站、公开查阅点,,全社会,主动,县级、乡级,"), "{text}");
}
