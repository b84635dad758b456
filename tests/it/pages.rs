//! Promises of every page: each kind of record is shown, said and printed; dates are those of the day one asks.

use std::collections::BTreeSet;

use civic_kiosk::app::hall::Hall;
use civic_kiosk::app::leaflet::{Around, Art, Leaf, LeafKind, Leaflet, Offices, Pages, Target, Turned, doors, lists};
use civic_kiosk::app::takeaway;
use civic_kiosk::base::clock::china;
use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::record::kinds;
use civic_kiosk::content::{Answers, Record};
use civic_kiosk::print::Profile;
use civic_kiosk::print::layout::{Item, lay_out};
use civic_kiosk::print::qr::{Matrix, TEXT_BYTES_MAX};
use civic_kiosk::speech::Script;
use civic_kiosk::store::{By, Of, PAGE_RECORDS, Shelf, Store};
use jiff::civil::{Date, date};

use crate::hall::{Sample, hall_in, sample, with_rows};

/// Kinds that only the program reads.
const WITHOUT_A_PAGE: [&str; 7] = ["site", "hours", "village-rules", "synonyms", "lexicon", "style", "case"];

fn id(text: &str) -> RecordId {
    RecordId::parse(text).unwrap()
}

/// The pages of a record on a day.
fn pages(store: &Store, hall: &Hall, record: &str, today: Date) -> Vec<Leaflet> {
    let opened = store.opened(&id(record), 0).unwrap().unwrap_or_else(|| panic!("{record} is not there"));
    Leaflet::parts_of_record(&Around { hall, today, opened: &opened, part: 0 }, &Answers::default())
}

fn page(sample: &Sample, record: &str, today: Date) -> Leaflet {
    pages(&sample.store, &sample.hall, record, today).remove(0)
}

fn texts(page: &Leaflet) -> Vec<&str> {
    page.paragraphs().into_iter().map(|(_, text)| text).collect()
}

fn says(page: &Leaflet, text: &str) -> bool {
    texts(page).iter().any(|shown| shown.contains(text))
}

fn banners(page: &Leaflet) -> Vec<&str> {
    let is_banner = |leaf: &&Leaf| leaf.kind == LeafKind::Banner;
    page.head.iter().filter(is_banner).map(|leaf| leaf.name.as_str()).collect()
}

const TODAY: Date = date(2026, 11, 20);

/// Every record of the hall that a resident can open.
fn everything(sample: &Sample) -> Vec<RecordId> {
    let mut ids: Vec<RecordId> = sample.store.titles().unwrap().into_iter().map(|title| title.id).collect();
    for kind in ["row", "calendar"] {
        let shelf = Shelf { kind, of: Of::All };
        for page in 0..sample.store.listing(&shelf, 0).unwrap().pages() {
            ids.extend(sample.store.listing(&shelf, page).unwrap().records.iter().map(|r| r.id().clone()));
        }
    }
    ids
}

#[test]
fn every_kind_of_record_is_shown_said_and_printed() {
    let sample = sample();
    let (hall, store) = (&sample.hall, &sample.store);
    let printed = TODAY.at(9, 0, 0, 0).to_zoned(china()).unwrap();
    let mut shown = BTreeSet::new();
    for id in everything(&sample) {
        let opened = store.opened(&id, 0).unwrap().unwrap();
        shown.insert(id.kind().to_owned());
        let around = Around { hall, today: TODAY, opened: &opened, part: 0 };
        let page = Leaflet::of_record(&around, &Answers::default());
        assert!(!page.title().is_empty(), "{id} has no title");
        assert!(page.body.len() + page.rows.len() >= 2, "{id} has nothing to say: {page:?}");
        assert!(Script::of_lines(&texts(&page)).sentences.len() >= 3, "{id}");
        let receipt = takeaway::receipt(hall, &opened, &Answers::default(), printed.clone()).unwrap();
        for profile in ["generic-80", "generic-58"] {
            let lines = lay_out(&receipt, &Profile::load(profile).unwrap()).unwrap();
            assert!(lines.iter().any(|item| matches!(item, Item::Qr(_))), "{id} has no code");
            assert!(lines.len() < 160, "{id} is {} lines long", lines.len());
        }
        let payload = takeaway::payload(hall, &opened, &Answers::default(), Some(&printed));
        assert!(Matrix::encode(&payload.fit(TEXT_BYTES_MAX).unwrap()).is_ok(), "{id}");
    }
    let missing: Vec<&str> = kinds()
        .iter()
        .map(|kind| kind.kind)
        .filter(|kind| !WITHOUT_A_PAGE.contains(kind) && !shown.contains(*kind))
        .collect();
    assert!(missing.is_empty(), "the hall of the tests has no {missing:?}");
}

#[test]
fn a_long_list_is_read_office_by_office_and_none_of_it_is_lost() {
    let sample = hall_in("content");
    let hall = &sample.hall;
    let mut long = 0;
    for kind in kinds().into_iter().map(|kind| kind.kind) {
        let shelf = Shelf { kind, of: Of::All };
        let first = sample.store.listing(&shelf, 0).unwrap();
        let page = lists::listing(&shelf, &first, hall, TODAY);
        let by_office = Target::Offices(Offices::Having(kind));
        let is_offered = page.rows.first().is_some_and(|row| row.to == by_office);
        let offices = hall.orgs.iter().filter(|org| hall.count_of(kind, &org.id) > 0).count();
        assert_eq!(is_offered, first.pages() > 1 && offices > 1, "{kind}");
        if !is_offered {
            continue;
        }
        long += 1;
        let pages = offices.div_ceil(PAGE_RECORDS);
        let rows: Vec<_> = (0..pages).flat_map(|n| doors::offices(Offices::Having(kind), n, hall).rows).collect();
        let mut found = 0;
        for row in &rows {
            let Target::List(shelf) = &row.to else { panic!("{} opens {:?}", row.title, row.to) };
            found += sample.store.listing(shelf, 0).unwrap().total;
        }
        let known: usize = hall.counts.iter().filter(|c| c.kind == kind && c.org.is_some()).map(|c| c.n).sum();
        assert_eq!((rows.len(), found), (offices, known), "{kind}");
    }
    assert!(long >= 3, "only {long} lists of the sample hall are long");
}

#[test]
fn in_a_very_long_list_one_jumps_and_never_to_where_one_is() {
    let at = |page, pages| Pages { page, pages, of: Turned::Rows }.jumps();
    assert_eq!(at(0, 3), Vec::<usize>::new());
    assert_eq!(at(0, 4), [1, 2, 3]);
    assert_eq!(at(0, 13_000), [3_249, 6_499, 9_749, 12_999]);
    assert_eq!(at(6_499, 13_000), [0, 3_249, 9_749, 12_999]);
}

#[test]
fn the_way_to_a_window_is_drawn_where_it_is_told() {
    let sample = sample();
    let drawn = |record: &str| page(&sample, record, TODAY).body.into_iter().find(|leaf| leaf.kind == LeafKind::Plan);
    let leaf = drawn("window/w02").unwrap();
    assert_eq!(leaf.name, "一楼大厅，从本机走过去：直行4米，左转，走10米，右转，走11米，就到。");
    let Some(Art::Plan(plan)) = leaf.art else { panic!("{:?}", leaf.art) };
    assert_eq!(plan.way, "M 160 250 L 160 210 L 60 210 L 60 100 ");
    assert_eq!((plan.goal, plan.here, plan.areas.len()), (Some((60, 100)), (160, 250), 3));
    assert_eq!(drawn("window/w03"), None, "what is on no map is not drawn");
}

#[test]
fn a_repealed_document_says_so_before_anything_else() {
    let page = page(&sample(), "policy/laoling-jiu", TODAY);
    assert_eq!(page.paragraphs()[0].1, "本文件已废止：云政办发〔2026〕7号");
}

#[test]
fn an_entry_answers_five_questions_and_what_is_withheld_names_the_ground_only() {
    let sample = sample();
    let open = page(&sample, "entry/shehui-jiuzhu-1", TODAY);
    for sentence in [
        "公开什么：社会救助法规、规章、规范性文件和政策解读。",
        "谁来公开：云川市民政局。",
        "向谁公开：全社会。",
        "怎么公开：主动公开，在政府网站、政务服务中心、便民服务站能看到。",
        "何时公开：自形成或变更之日起20个工作日内。",
    ] {
        assert!(texts(&open).contains(&sentence), "{sentence}: {:?}", texts(&open));
    }
    assert_eq!(open.links[0].group, "内容在这里");
    let withheld = page(&sample, "entry/shehui-jiuzhu-3", TODAY);
    assert!(withheld.paragraphs()[0].1.contains("第十五条"));
    assert!(!says(&withheld, "存款"), "the body of what is withheld is shown");
}

#[test]
fn a_table_adds_up_its_rows_and_shows_masked_cells_as_they_are() {
    let sample = sample();
    let table = page(&sample, "table/nongji", TODAY);
    let bar = table.head.iter().find(|leaf| leaf.kind == LeafKind::Bar).unwrap();
    assert_eq!((bar.percent, bar.value.as_str()), (25, "已使用25%，104,700元（10.47万元）"));
    assert_eq!(bar.note, "总额420,000元（42万元），还剩315,300元（31.53万元）");
    assert!(says(&table, "4台"));
    assert_eq!(table.rows[1].note, "康** · 1台 · 98,000元");
    let row = page(&sample, "row/nongji.nj-002", TODAY);
    assert!(says(&row, "康**") && says(&row, "98,000元"));
}

#[test]
fn a_row_of_a_reform_list_shows_before_and_after() {
    let sample = sample();
    let list = page(&sample, "list/qingjian", TODAY);
    assert_eq!(list.rows[1].note, "残联 · 材料7变3份 · 费用5变0元");
    let row = page(&sample, "row/qingjian.x01", TODAY);
    assert!(says(&row, "改革前6份，改革后2份") && says(&row, "少了4份"), "{:?}", texts(&row));
}

#[test]
fn a_month_of_a_village_balances_in_words_and_names_what_is_missing() {
    let sample = sample();
    let october = page(&sample, "month/liulin.2026-10", TODAY);
    assert_eq!(banners(&october), ["应公开未公开：最低生活保障情况"]);
    assert!(says(&october, "期初结余144000元，加收入18000元，减支出14898.96元，等于期末结余147101.04元。"));
    assert!(says(&october, "水渠清淤") && says(&october, "占支出的85%"));
    let september = page(&sample, "month/liulin.2026-09", TODAY);
    assert!(banners(&september).is_empty(), "{:?}", banners(&september));
}

#[test]
fn how_things_stand_follows_from_the_day_one_asks() {
    let sample = sample();
    for (record, day, said) in [
        ("notice/gongzufang", date(2026, 11, 17), "公示期1天后开始"),
        ("notice/gongzufang", date(2026, 11, 20), "公示期还剩4天"),
        ("notice/gongzufang", date(2026, 11, 24), "公示期今天截止"),
        ("notice/gongzufang", date(2026, 11, 25), "公示已结束"),
        ("task/shitang", date(2026, 12, 1), "还剩9天"),
        ("task/shitang", date(2026, 12, 15), "逾期5天"),
        ("survey/shitang", date(2026, 11, 30), "正在征集"),
        ("survey/shitang", date(2026, 12, 1), "已截止，结果还没有公布"),
        ("event/yizhen", date(2026, 11, 25), "今天（11月25日 星期三）"),
        ("event/yizhen", date(2026, 11, 26), "活动已结束"),
        ("reply/r-2", date(2026, 11, 20), "还没有答复，已过10天"),
        ("window/w15", date(2026, 11, 20), "今天8:30–12:00，13:30–17:00"),
        ("window/w15", date(2026, 10, 1), "今天放假，10月8日恢复"),
    ] {
        let page = page(&sample, record, day);
        assert!(says(&page, said), "{record} on {day}: {:?}", texts(&page));
    }
    let events = |day| sample.store.listing(&Shelf { kind: "event", of: Of::From(day) }, 0).unwrap().total;
    assert_eq!((events(date(2026, 10, 20)), events(date(2026, 11, 25)), events(date(2026, 11, 26))), (2, 1, 0));
}

#[test]
fn a_count_below_five_is_shown_neither_in_numbers_nor_as_a_bar() {
    let page = page(&sample(), "survey/dating", TODAY);
    let small = page.body.iter().find(|leaf| leaf.name == "不满意").unwrap();
    assert_eq!((small.value.as_str(), small.percent), ("少于5人", 0));
}

#[test]
fn an_empty_section_of_a_theme_says_so() {
    let page = page(&sample(), "topic/yanglao", TODAY);
    let at = page.body.iter().position(|leaf| leaf.name == "数据查询").unwrap();
    assert_eq!(page.body[at + 1].name, "暂无");
}

#[test]
fn a_bundle_asks_for_each_paper_once_and_says_for_what() {
    let page = page(&sample(), "bundle/retire", TODAY);
    let papers: Vec<&Leaf> = page.body.iter().filter(|leaf| leaf.kind == LeafKind::Paper).collect();
    let mut names: Vec<&str> = papers.iter().map(|leaf| leaf.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), papers.len());
    assert!(papers.iter().all(|leaf| leaf.note.starts_with("用于：")));
}

#[test]
fn a_very_long_text_is_cut_into_pages_and_loses_no_line() {
    let sample = sample();
    let mut opened = sample.store.opened(&id("policy/laoling-butie"), 0).unwrap().unwrap();
    let Record::Policy(policy) = &mut opened.record else { panic!("no policy") };
    let clause = policy.clauses[1].clone();
    policy.clauses = (0..2_000)
        .map(|n| {
            let mut c = clause.clone();
            c.text = format!("第{n}款 {}", "字".repeat(n % 90));
            c
        })
        .collect();
    let around = Around { hall: &sample.hall, today: TODAY, opened: &opened, part: 0 };
    let parts = Leaflet::parts_of_record(&around, &Answers::default());
    assert!(parts.len() > 10);
    let shown: Vec<&str> =
        parts.iter().flat_map(|p| &p.body).map(|leaf| leaf.name.as_str()).filter(|t| t.starts_with('第')).collect();
    assert_eq!(shown.len(), 2_000);
    for part in &parts {
        let chars: usize = texts(part).iter().map(|t| t.chars().count() + 24).sum();
        assert!(chars < 4_500, "a page of {chars} characters");
        assert_eq!(part.title(), parts[0].title());
    }
}

#[test]
fn a_long_table_is_gone_to_by_region_and_a_long_list_by_letter() {
    let (sample, table) = with_rows("tests/data/hall", 60);
    let opened = sample.store.opened(&table, 0).unwrap().unwrap();
    let parts = opened.inside.as_ref().unwrap().parts.clone();
    assert!(parts.len() > 1, "{parts:?}");
    let around = Around { hall: &sample.hall, today: sample.hall.issued, opened: &opened, part: 0 };
    let page = Leaflet::of_record(&around, &Answers::default());
    assert_eq!(page.parts.len(), parts.len());
    let mut among = 0;
    for part in &page.parts {
        let Target::List(shelf) = &part.to else { panic!("{part:?}") };
        let first = sample.store.listing(shelf, 0).unwrap();
        among += first.total;
        let list = lists::listing(shelf, &first, &sample.hall, sample.hall.issued);
        assert_eq!(list.title(), format!("{} · {}", opened.record.title(), part.title));
        assert_eq!(list.parts.len(), parts.len() - 1, "one goes on to the other parts from here");
        assert!(list.rows.iter().all(|row| !row.note.is_empty()), "a row says its cells here too");
        // What stands in a part is of it, on every page.
        for page in 0..first.pages() {
            for record in sample.store.listing(shelf, page).unwrap().records {
                let Record::Row(row) = &record else { panic!("{record:?}") };
                if let By::Cell(column, region) = shelf_by(shelf) {
                    assert_eq!(row.cells[column], region);
                }
            }
        }
    }
    assert_eq!(among, opened.inside.as_ref().unwrap().total, "every row is in one part");
    // A short table needs none.
    let short = self::sample();
    assert!(short.store.opened(&table, 0).unwrap().unwrap().inside.unwrap().parts.is_empty());
}

fn shelf_by(shelf: &Shelf) -> By {
    let Of::Part(_, by) = &shelf.of else { panic!("{shelf:?}") };
    by.clone()
}
