//! Whole tables through the importer, as offices send them; the files are made by `tests/data/import/make.py`.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::target::{CellKind, Target, TargetColumn, Term};
use super::*;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn import(name: &str, target: &Target) -> Imported {
    let imported = import_table(&file(name), target, &Options::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(imported.report.rows_in, imported.rows.len() + imported.report.refused.len(), "{name}");
    imported
}

fn notes(imported: &Imported) -> Vec<String> {
    imported.report.refused.iter().flat_map(|row| &row.notes).map(ToString::to_string).collect()
}

fn warnings(imported: &Imported) -> Vec<String> {
    imported.report.warnings.iter().map(ToString::to_string).collect()
}

/// An ordinary table, one column of each kind that matters.
fn plain() -> Target {
    let column = |key, label, cell| TargetColumn::new(key, label, cell);
    let columns = vec![
        column("id", "编号", CellKind::Code).required(),
        column("date", "日期", CellKind::Date).required(),
        column("money", "金额", CellKind::Money),
        column("is_public", "是否公开", CellKind::Flag),
        column("phone", "电话", CellKind::Phone),
        column("people", "人数", CellKind::Whole),
        column("note", "备注", CellKind::Text),
    ];
    Target { kind: "plain", label: "收支", home: Home::File("plain.csv"), columns }
}

#[test]
fn the_same_catalogue_in_four_formats_gives_the_same_bytes() {
    let target = catalogue_target();
    let tables: BTreeMap<&str, String> = ["catalogue.xlsx", "catalogue.xls", "catalogue.gb18030", "catalogue-bom.csv"]
        .into_iter()
        .map(|name| {
            let imported = import(name, &target);
            assert_eq!((notes(&imported), warnings(&imported)), (vec![], vec![]), "{name}");
            (name, table_text(&imported).unwrap())
        })
        .collect();
    let first = &tables["catalogue.xlsx"];
    assert!(tables.values().all(|text| text == first), "{tables:#?}");
    assert_eq!(
        first,
        "no,item1,item2,content,basis,time_limit,org,channels,channels_other,public,mode,level,wugongkai,ground,doc_ref\n\
         1,养老服务通用政策,国家和地方层面养老服务相关法律、法规、政策文件,1.文件名称；2.文号；3.发文部门,\
         《中华人民共和国政府信息公开条例》、《国务院关于加快发展养老服务业的若干意见》（国发〔2013〕35号）,\
         制定或获取文件之日起20个工作日内,云川市民政局,\
         政府网站、公开查阅点、政务服务中心、社区/企事业单位/村公示栏（电子屏）,,全社会,主动,县级,,,\n\
         2,养老服务通用政策,养老服务扶持政策措施清单,扶持政策措施名称；扶持对象,\
         《中华人民共和国政府信息公开条例》、《国务院关于加快发展养老服务业的若干意见》（国发〔2013〕35号）,\
         制定或获取文件之日起20个工作日内,云川市民政局,\
         政府网站、公开查阅点、政务服务中心、社区/企事业单位/村公示栏（电子屏）,,全社会,主动,县级、乡级、村级,,,\n\
         3,养老服务业务办理,老年人补贴申领和发放,补贴名称，“高龄津贴”等,\
         《中华人民共和国政府信息公开条例》、《国务院关于加快发展养老服务业的若干意见》（国发〔2013〕35号）,\
         每季度的首个月20日,云川市民政局青禾镇,政府网站、其他,12345热线,特定群体：老年人,依申请,县级、乡级、村级,,,\n"
    );
}

#[test]
fn days_money_and_phones_are_the_same_in_four_formats() {
    let expected = "id,date,money,is_public,phone,people,note\n0012,2026-03-01,1234.50,是,0600-5550111,12,首笔\n\
                    0013,2026-03-01,0.30,否,12345,3,首笔\n";
    for name in ["plain.xlsx", "plain.xls", "plain.gb18030", "plain-bom.csv"] {
        let imported = import(name, &plain());
        assert_eq!(table_text(&imported).unwrap(), expected, "{name}: {:?}", notes(&imported));
    }
}

#[test]
fn what_was_written_can_be_imported_again() {
    let target = catalogue_target();
    let text = table_text(&import("catalogue.xls", &target)).unwrap();
    let again = import_table(text.as_bytes(), &target, &Options::default()).unwrap();
    assert_eq!(table_text(&again).unwrap(), text, "{:?}", notes(&again));
}

#[test]
fn formulas_without_result_errors_and_lost_digits_are_refused_with_their_place() {
    let imported = import("formulas.xlsx", &plain());
    assert_eq!(imported.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [3]);
    let notes = notes(&imported);
    assert!(notes[0].starts_with("“表”表 第2行 金额（元）：公式没有计算结果"), "{notes:?}");
    assert!(notes[1].starts_with("“表”表 第4行 编号：“410123199001011"), "{notes:?}");
    assert_eq!(notes[2], "“表”表 第6行 金额（元）：公式出错（#REF!），请改好或者粘贴成数值");
}

#[test]
fn the_first_visible_sheet_with_a_heading_is_read_and_the_others_are_told() {
    let target = catalogue_target();
    let imported = import("sheets.xlsx", &target);
    assert_eq!((imported.report.sheet.as_str(), imported.rows.len()), ("公开目录", 1));
    let passed: Vec<_> = imported.report.passed_over.iter().map(|p| p.sheet.as_str()).collect();
    assert_eq!(passed, ["说明", "旧目录"]);
    let chosen = |name: &str| import_table(&file("sheets.xlsx"), &target, &Options { sheet: Some(name.into()) });
    assert_eq!(chosen("旧目录").unwrap().report.rows_in, 0);
    assert_eq!(
        chosen("说明").unwrap_err().to_string(),
        "没有找到“政务公开标准目录”的表头。“说明”表：前12行里没有表头；“旧目录”表：指定了别的表；“公开目录”表：指定了别的表"
    );
    assert_eq!(chosen("无").unwrap_err().to_string(), "没有“无”这张表，文件里有：“说明”、“旧目录”、“公开目录”");
}

#[test]
fn scanned_tables_lose_no_row_and_nothing_is_guessed() {
    let imported = import("scanned.xlsx", &catalogue_target());
    assert_eq!(imported.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 6], "{:#?}", notes(&imported));
    let notes = notes(&imported);
    let has = |start: &str| assert!(notes.iter().any(|note| note.starts_with(start)), "{start} {notes:#?}");
    has("“目录”表 第5行 公开渠道和载体：方框变成了“n”");
    has("“目录”表 第5行 公开对象/全社会：“t”像是丢了字体的对勾");
    has("“目录”表 第7行 公开对象：“全社会”和“特定群体”都标了");
    has("“目录”表 第7行 公开方式：“主动”和“依申请”都标了");
    has("“目录”表 第7行 公开层级：一个层级都没有标");
    has("“目录”表 第8行：与表头相同");
    has("“目录”表 第9行：整行合并成了一格");
    assert!(warnings(&imported).iter().any(|w| w.starts_with("“目录”表 第6行 公开渠道和载体：把“口”当作")));
    assert!(imported.report.refused[0].cells.iter().any(|cell| cell == "n政府网站 o政府公报"), "nothing is lost");
}

#[test]
fn three_levels_and_the_five_disclosures_are_read() {
    let imported = import("dongyang.xls", &catalogue_target());
    assert_eq!(notes(&imported), Vec::<String>::new());
    let at = |key: &str| &imported.rows[0].cells[imported.keys.iter().position(|k| k == key).unwrap()];
    assert_eq!((at("level").as_str(), at("wugongkai").as_str()), ("县级、乡级", "执行、服务"));
    assert_eq!(warnings(&imported), ["“目录”表 公开形式：这一列没有用到，有1行写了内容"]);
}

#[test]
fn a_sheet_of_a_million_rows_costs_what_it_holds() {
    let imported = import("far.xlsx", &plain());
    assert_eq!((imported.report.rows_in, imported.rows.len()), (2, 1));
    assert!(notes(&imported)[0].starts_with("“表”表 第1048576行 编号：不能为空"));
}

#[test]
fn as_above_has_something_above_it() {
    let text = "编号,日期,备注\n1,同上,\n2,2026-03-01,\n3,〃,同上\n4,同上,乙\n5,″,〃\n";
    let imported = import_table(text.as_bytes(), &plain(), &Options::default()).unwrap();
    assert_eq!(imported.rows.iter().map(|r| r.cells[0].as_str()).collect::<Vec<_>>(), ["2", "4", "5"]);
    assert_eq!(imported.rows[2].cells[6], "乙");
    assert_eq!(
        notes(&imported),
        ["第2行 日期：第一行数据不能写“同上”", "第4行 备注：上一行这一格是空的或者有错，“同上”没有所指"]
    );
}

#[test]
fn a_column_that_stands_twice_must_say_the_same() {
    let text = "编号,日期,日期\n1,2026-03-01,2026-03-01\n2,2026-03-01,2026-03-02\n3,,2026-03-03\n";
    let imported = import_table(text.as_bytes(), &plain(), &Options::default()).unwrap();
    assert_eq!(imported.rows.len(), 2);
    assert_eq!(notes(&imported), ["第3行 日期：有2列都叫“日期”，内容不一样"]);
}

#[test]
fn the_item_sheet_gives_a_draft_for_every_row_with_a_title_and_an_office() {
    let imported = import("items.xlsx", &guide_target());
    assert_eq!(notes(&imported), ["“事项”表 第4行 行使主体：没有写明由哪个单位办理"]);
    let drafts = drafts(&imported);
    assert_eq!(
        drafts.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(),
        ["11440100007482575h3440118009000", "item-002"]
    );
    let text = &drafts[0].text;
    let doc: toml::Table = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(doc["title"].as_str(), Some("老年人优待证办理"));
    assert_eq!(doc["published"].as_str(), Some("2026-03-02"));
    assert_eq!(doc["visits"].as_integer(), Some(1));
    assert_eq!(doc["contact"]["consult"].as_str(), Some("0600-5550111"));
    let materials = doc["material"].as_array().unwrap();
    assert_eq!(materials.len(), 3);
    assert_eq!((materials[0]["name"].as_str(), materials[0]["copies"].as_integer()), (Some("居民身份证"), Some(1)));
    assert!(materials[2].get("form").is_none(), "what is not said is not filled in");
    assert!(text.contains("# 待补：form"), "{text}");
    assert!(text.contains("# 实施编码：11440100007482575H3440118009000"));
    assert!(drafts[1].text.contains("# 待补：[[material]]"), "{}", drafts[1].text);
}

/// Everything that a reader of the draft sees: its values, and its comments without their mark; no spaces.
fn words_of(draft: &str) -> String {
    fn collect(value: &toml::Value, words: &mut String) {
        match value {
            toml::Value::String(text) => words.push_str(text),
            toml::Value::Array(list) => list.iter().for_each(|v| collect(v, words)),
            toml::Value::Table(table) => table.values().for_each(|v| collect(v, words)),
            _ => {}
        }
    }
    let table: toml::Table = draft.parse().unwrap_or_else(|e| panic!("{e}\n{draft}"));
    let mut words = String::new();
    for value in table.values() {
        collect(value, &mut words);
        words.push('\u{1}');
    }
    let comments = draft.lines().filter_map(|line| line.strip_prefix("# ")).collect::<Vec<_>>().join("\n");
    format!("{words}{comments}").chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_word_of_the_item_sheet_is_in_the_draft() {
    let imported = import("items.xlsx", &guide_target());
    for (row, draft) in imported.rows.iter().zip(drafts(&imported)) {
        let words = words_of(&draft.text);
        let cells = row.cells.iter().chain(row.extras.iter().map(|(_, text)| text));
        for cell in cells.filter(|cell| !cell.is_empty()) {
            let cell: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(words.contains(&cell), "{cell}\n{}", draft.text);
        }
    }
}

#[test]
fn a_template_is_the_same_on_every_day_and_comes_back_without_rows() {
    for target in targets().into_iter().chain([plain()]) {
        let made = template::template(&target).unwrap();
        assert_eq!(made, template::template(&target).unwrap(), "{}", target.kind);
        let imported =
            import_table(&made, &target, &Options::default()).unwrap_or_else(|e| panic!("{}: {e}", target.kind));
        assert_eq!(imported.report.rows_in, 0);
        assert_eq!(imported.report.passed_over[0].sheet, "填写说明");
        assert!(!warnings(&imported).iter().any(|w| w.contains("没有用到")), "{:?}", warnings(&imported));
    }
}

/// Cells that are right for their column.
fn good_cell(kind: &CellKind) -> BoxedStrategy<String> {
    let words = |terms: &[Term]| prop::sample::select(terms.iter().map(|t| t.word.clone()).collect::<Vec<_>>());
    match kind {
        CellKind::Text | CellKind::List => "[甲乙丙丁]{1,8}".boxed(),
        CellKind::Lines => "[甲乙丙丁]{1,6}(\n[0-9]\\.[甲乙丙]{1,6}（原件[1-9]份）){0,3}".boxed(),
        CellKind::Code => "[A-Z0-9-]{1,20}".boxed(),
        CellKind::Whole => "[1-9][0-9]{0,5}".boxed(),
        CellKind::Decimal | CellKind::Money => "[1-9][0-9]{0,5}(\\.[0-9]{1,2})?(元)?".boxed(),
        CellKind::Date => {
            (1990_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| format!("{y}年{m}月{d}日")).boxed()
        }
        CellKind::Flag => prop::sample::select(vec!["是".to_owned(), "否".to_owned()]).boxed(),
        CellKind::Tick => Just("√".to_owned()).boxed(),
        CellKind::TickOrText => Just(String::new()).boxed(),
        CellKind::Term(terms) | CellKind::Terms(terms) => words(terms).boxed(),
        CellKind::Channels => Just("■政府网站 □政府公报".to_owned()).boxed(),
        CellKind::Phone => "0[1-9]{3}-[1-9]{8}".boxed(),
        CellKind::Address => Just("https://www.a.gov.cn/".to_owned()).boxed(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_filled_in_table_imports_without_a_refusal(rows in prop::collection::vec(
        guide_target().columns.iter().map(|c| good_cell(&c.cell)).collect::<Vec<_>>(), 1..4)) {
        let target = guide_target();
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (c, column) in (0..).zip(&target.columns) {
            sheet.write(0, c, &column.label).unwrap();
            for (r, row) in (1..).zip(&rows) {
                let cell = &row[usize::from(c)];
                // Codes are different in every row, or the later row is refused.
                let cell = if column.label == "实施编码" { format!("{cell}{r}") } else { cell.clone() };
                sheet.write(r, c, &cell).unwrap();
            }
        }
        let imported = import_table(&book.save_to_buffer().unwrap(), &target, &Options::default()).unwrap();
        prop_assert_eq!(notes(&imported), Vec::<String>::new());
        prop_assert_eq!(imported.rows.len(), rows.len());
        for (row, draft) in imported.rows.iter().zip(drafts(&imported)) {
            let words = words_of(&draft.text);
            for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
                let cell: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
                prop_assert!(words.contains(&cell), "{}\n{}", cell, draft.text);
            }
        }
    }
}

proptest! {
    #[test]
    fn rows_in_are_rows_out_and_rows_refused(lines in prop::collection::vec("[0-9,同上√t公开渠道年月日元\\.\"-]{0,30}", 0..12)) {
        let text = format!("编号,日期,金额,是否公开,电话,人数,备注\n{}", lines.join("\n"));
        if let Ok(imported) = import_table(text.as_bytes(), &plain(), &Options::default()) {
            prop_assert_eq!(imported.report.rows_in, imported.rows.len() + imported.report.refused.len());
            prop_assert!(imported.report.refused.iter().all(|row| !row.notes.is_empty()));
            prop_assert!(table_text(&imported).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 0_usize..4) {
        let magic: &[u8] = [b"".as_slice(), b"PK\x03\x04", &ole::MAGIC, b"\xef\xbb\xbf"][kind];
        let bytes = [magic, &bytes].concat();
        let _ = import_table(&bytes, &plain(), &Options::default());
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(
        name in prop::sample::select(vec!["catalogue.xls", "plain.xls", "catalogue.xlsx", "plain.xlsx", "catalogue.gb18030"]),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = file(name);
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(imported) = import_table(&bytes, &catalogue_target(), &Options::default()) {
            prop_assert_eq!(imported.report.rows_in, imported.rows.len() + imported.report.refused.len());
        }
    }
}

#[test]
fn our_reader_of_xls_agrees_with_another() {
    use calamine::{Data, Reader, Xls};
    for name in ["catalogue.xls", "plain.xls", "dongyang.xls"] {
        let bytes = file(name);
        let mut other = Xls::new(std::io::Cursor::new(&bytes)).unwrap();
        let mut ours = TableFile::open(&bytes).unwrap();
        for (index, sheet) in ours.sheets().into_iter().enumerate() {
            let range = other.worksheet_range(&sheet.name).unwrap();
            let grid = ours.read(index).unwrap();
            for (row, column, value) in range.cells() {
                let (row, column) =
                    (row as u32 + range.start().unwrap().0 + 1, column as u32 + range.start().unwrap().1 + 1);
                let text = match value {
                    Data::String(text) => text.clone(),
                    Data::Float(n) => ((n * 1e9).round() / 1e9).to_string(),
                    Data::Int(n) => n.to_string(),
                    Data::DateTime(day) => {
                        let (year, month, day, ..) = day.to_ymd_hms_milli();
                        format!("{year}-{month:02}-{day:02}")
                    }
                    _ => continue,
                };
                let found = grid.rows.iter().find(|r| r.number == row).map(|r| r.text(column)).unwrap_or_default();
                assert_eq!(found.trim(), text.trim(), "{name} {row} {column}");
            }
            let merged = other.merge_cells_by_sheet_name(&sheet.name).unwrap();
            assert_eq!(grid.regions.len(), merged.len());
        }
    }
}

#[test]
fn a_bomb_is_refused_by_its_size() {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default();
    let chunk = vec![b' '; 1 << 20];
    archive.start_file("xl/workbook.xml", deflated).unwrap();
    for _ in 0..257 {
        archive.write_all(&chunk).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    let error = import_table(&bytes, &plain(), &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "解压后的字节过多：最多268435456");
}

#[test]
fn shared_texts_that_are_only_announced_reserve_nothing() {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(format!("<!--{}--><sst uniqueCount=\"99999999999\">", " ".repeat(65_500)).as_bytes()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert_eq!(import_table(&bytes, &plain(), &Options::default()).unwrap_err().to_string(), "文字过多：最多2000000");
}

/// A workbook around the XML of one sheet.
fn workbook(sheet: &str) -> Vec<u8> {
    use std::io::Write as _;
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"{relations}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{relations}\"><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn inline(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn a_workbook_built_by_hand_is_read() {
    let cells = [inline("A1", "编号"), inline("B1", "日期"), inline("A2", "1"), inline("B2", "2026-03-01")].concat();
    let bytes = workbook(&format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"));
    assert_eq!(import_table(&bytes, &plain(), &Options::default()).unwrap().rows.len(), 1);
}

proptest! {
    #[test]
    fn any_sheet_inside_a_sound_archive_is_read_or_refused(
        cells in prop::collection::vec(("[A-Z]{0,3}[0-9]{0,12}", "[a-z]{0,3}|inlineStr|str|e|b|d|s", "[0-9.eE-]{0,12}|#REF!|同上|编号|日期"), 0..12),
        merges in prop::collection::vec("[A-Z]{0,4}[0-9]{0,11}(:[A-Z]{0,4}[0-9]{0,11}){0,2}", 0..4),
        tail in "(</row>|</sheetData>|<c>|<f>|</f>|<v>|<|&#0;|&x;){0,4}",
    ) {
        let cell = |(place, kind, value): &(String, String, String)| {
            format!("<c r=\"{place}\" t=\"{kind}\"><f>A1</f><v>{value}</v></c>")
        };
        let cells: String = [inline("A1", "编号"), inline("B1", "日期")].into_iter().chain(cells.iter().map(cell)).collect();
        let merges: String = merges.iter().map(|m| format!("<mergeCell ref=\"{m}\"/>")).collect();
        let sheet = format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData>{tail}<mergeCells>{merges}</mergeCells></worksheet>");
        if let Ok(imported) = import_table(&workbook(&sheet), &plain(), &Options::default()) {
            prop_assert_eq!(imported.report.rows_in, imported.rows.len() + imported.report.refused.len());
        }
    }
}
