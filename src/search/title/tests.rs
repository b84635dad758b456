//! Promises of the title index over a few titles; the whole hall's are in the labelled sets.

use super::*;

/// Titles and offices as the sample hall has them.
const TITLES: &[(&str, &str, &str)] = &[
    ("birth-certificate", "出生医学证明签发", "云川市卫生健康局"),
    ("birth-registration", "生育登记", "云川市卫生健康局"),
    ("disability-card", "残疾人证新办", "云川市残疾人联合会"),
    ("driving-licence-renewal", "机动车驾驶证有效期满换证", "云川市公安局"),
    ("elder-allowance", "高龄津贴申请和年度核查", "云川市民政局"),
    ("elder-card", "老年人优待证办理", "云川市民政局"),
    ("flexible-employment", "灵活就业人员企业职工基本养老保险参保登记", "云川市人力资源和社会保障局"),
    ("food-permit", "食品经营许可（新办）", "云川市市场监督管理局"),
    ("homestead", "农村宅基地申请和建房规划许可", "云川市农业农村局"),
    ("hukou-move", "户口迁移（投靠落户）", "云川市公安局"),
    ("id-card-reissue", "居民身份证补领", "云川市公安局"),
    ("legal-aid", "法律援助申请", "云川市司法局"),
    ("minimum-living", "最低生活保障申请", "云川市民政局"),
    ("newborn-hukou", "新生儿出生登记（落户）", "云川市公安局"),
    ("property-search", "不动产登记资料查询", "云川市自然资源和规划局"),
    ("public-rental", "公共租赁住房申请", "云川市住房和城乡建设局"),
    ("resident-medical-insurance", "城乡居民基本医疗保险参保登记", "云川市医疗保障局"),
    ("sole-trader", "个体工商户设立登记", "云川市市场监督管理局"),
    ("unemployment", "失业登记", "云川市人力资源和社会保障局"),
    ("water-permit", "取水许可", "云川市水利局"),
];

const SYNONYMS: &[(&str, &str)] =
    &[("驾照", "机动车驾驶证"), ("打井", "取水许可"), ("低保", "最低生活保障"), ("公租房", "公共租赁住房")];

fn doc(id: RecordId, title: &str, org_name: &str) -> Doc {
    Doc { id, title: title.to_owned(), org_name: org_name.to_owned(), also: Vec::new(), weight: 0.8 }
}

fn sample() -> TitleIndex {
    let id = |name: &str| RecordId::new("guide", name).unwrap();
    let docs = TITLES.iter().map(|(name, title, org)| doc(id(name), title, org));
    TitleIndex::new(docs, Words::new(SYNONYMS.iter().copied()))
}

fn names(index: &TitleIndex, query: &str) -> Vec<String> {
    index.find(query, 10).hits.into_iter().map(|hit| hit.id.name().to_owned()).collect()
}

/// The parts of the first hit's title that are marked.
fn marked(index: &TitleIndex, query: &str) -> Vec<String> {
    let hit = index.find(query, 1).hits.remove(0);
    hit.marks.iter().map(|range| hit.title[range.clone()].to_owned()).collect()
}

#[test]
fn what_people_type_finds_the_guide_they_mean_first() {
    let index = sample();
    for (query, first) in [
        ("老年人优待证", "elder-card"),
        ("优待证", "elder-card"),
        ("老年证", "elder-card"),
        ("高龄津贴", "elder-allowance"),
        ("身份证", "id-card-reissue"),
        ("补身份证", "id-card-reissue"),
        ("身份证丢了怎么补办", "id-card-reissue"),
        ("新生儿落户", "newborn-hukou"),
        ("孩子出生怎么落户", "newborn-hukou"),
        ("户口迁移", "hukou-move"),
        ("迁户口", "hukou-move"),
        ("居民医保", "resident-medical-insurance"),
        ("医疗保险", "resident-medical-insurance"),
        ("养老保险", "flexible-employment"),
        ("灵活就业", "flexible-employment"),
        ("低保", "minimum-living"),
        ("最低生活保障", "minimum-living"),
        ("残疾证", "disability-card"),
        ("个体户", "sole-trader"),
        ("食品许可证", "food-permit"),
        ("驾驶证换证", "driving-licence-renewal"),
        ("驾驶证", "driving-licence-renewal"),
        ("不动产查询", "property-search"),
        ("宅基地", "homestead"),
        ("农村建房", "homestead"),
        ("公租房", "public-rental"),
        ("失业", "unemployment"),
        ("取水", "water-permit"),
        ("法律援助", "legal-aid"),
        ("我想申请法律援助，要带什么材料？", "legal-aid"),
        ("生育登记", "birth-registration"),
        ("出生证明", "birth-certificate"),
    ] {
        assert_eq!(
            names(&index, query).first().map(String::as_str),
            Some(first),
            "{query}: {:?}",
            index.find(query, 4).hits
        );
    }
}

#[test]
fn what_the_hall_does_not_have_is_not_found() {
    let index = sample();
    for query in [
        "护照",
        "护照办理",
        "结婚证",
        "公交卡充值",
        "死亡证明",
        "工作证明",
        "企业注册登记",
        "二手房过户",
        "居住证办理",
        "天气",
        "电梯维修",
        "xyz",
        "1234567890",
    ] {
        let hits = index.find(query, 10).hits;
        assert!(hits.is_empty(), "{query}: {hits:?}");
    }
}

#[test]
fn odd_queries_get_an_honest_answer_and_no_harm() {
    let index = sample();
    for nothing in ["", "   ", "，。？！", "😀👍", "\u{0}\u{7}", "——…"] {
        assert!(index.find(nothing, 10).hits.is_empty(), "{nothing:?}");
    }
    assert!(names(&index, "水").contains(&"water-permit".to_owned()), "one character");
    assert_eq!(names(&index, "　老年人　优 待，证！😀").first().unwrap(), "elder-card");
    let long = format!("{}最低生活保障申请", "我家里情况比较困难想问问".repeat(6));
    assert_eq!(names(&index, &long).first().unwrap(), "minimum-living");
    assert!(index.find(&"的".repeat(200), 10).hits.is_empty());
    assert!(index.find(&"龘".repeat(200), 10).hits.is_empty());
}

#[test]
fn an_office_finds_its_guides_below_titles_that_fit() {
    let found = names(&sample(), "公安局");
    assert!(found.contains(&"id-card-reissue".to_owned()) && found.contains(&"hukou-move".to_owned()), "{found:?}");
}

#[test]
fn the_same_question_gets_the_same_answer_in_any_order_of_records() {
    let id = |n: u32| RecordId::new("guide", &format!("g{n}")).unwrap();
    let same = |n| doc(id(n), "同名事项办理", "某局");
    let forward = TitleIndex::new((0..50).map(same), Words::default());
    let backward = TitleIndex::new((0..50).rev().map(same), Words::default());
    assert_eq!(forward.find("同名事项", 7), backward.find("同名事项", 7));
    assert_eq!(forward.find("同名事项", 7).hits.len(), 7);
    assert!(forward.find("同名事项", 0).hits.is_empty());
    assert_eq!(TitleIndex::default().find("同名事项", 7), Found::default());
}

#[test]
fn letters_traditional_characters_and_wrong_ones_that_sound_right_find_the_same() {
    let index = sample();
    for (query, first) in [
        ("shenfenzheng", "id-card-reissue"),
        ("sfz", "id-card-reissue"),
        ("shenfenz", "id-card-reissue"),
        ("SFZ补", "id-card-reissue"),
        ("senfenzen", "id-card-reissue"),
        ("ｓｆｚ", "id-card-reissue"),
        ("jiazhao", "driving-licence-renewal"),
        ("dajing", "water-permit"),
        ("dibao", "minimum-living"),
        ("gongzufang", "public-rental"),
        ("身份zheng", "id-card-reissue"),
        ("殘疾人證", "disability-card"),
        ("戶口遷移", "hukou-move"),
        ("高龄金贴", "elder-allowance"),
        ("法律元助", "legal-aid"),
        ("falvyuanzhuzenmeban", "legal-aid"),
        ("驾照换证", "driving-licence-renewal"),
    ] {
        assert_eq!(
            names(&index, query).first().map(String::as_str),
            Some(first),
            "{query}: {:?}",
            index.find(query, 4)
        );
    }
    for nothing in ["xxqq", "zzzz", "bpmfdtnl"] {
        assert!(names(&index, nothing).is_empty(), "{nothing}: {:?}", index.find(nothing, 4));
    }
}

#[test]
fn the_part_of_the_title_that_was_asked_for_is_marked() {
    let index = sample();
    assert_eq!(marked(&index, "身份证"), ["身份证"]);
    assert_eq!(marked(&index, "sfz"), ["身份证"]);
    assert_eq!(marked(&index, "户口落户"), ["户口", "落户"]);
    assert_eq!(marked(&index, "法律元助"), ["法律援助"]);
    assert_eq!(marked(&index, "打井"), ["取水许可"]);
}

#[test]
fn a_document_is_found_by_its_number() {
    let policy = |n: u32, number: &str| Doc {
        also: vec![number.to_owned()],
        ..doc(RecordId::new("policy", &format!("p{n}")).unwrap(), "关于做好有关工作的通知", "")
    };
    let index = TitleIndex::new([policy(1, "云政办发〔2026〕3号"), policy(2, "云政发〔2025〕13号")], Words::default());
    for query in ["云政办发〔2026〕3号", "云政办发(2026)3号", "政办发2026 3"] {
        assert_eq!(index.find(query, 1).hits[0].id.name(), "p1", "{query}");
    }
}

#[test]
fn when_nothing_fits_near_titles_are_offered_and_called_so() {
    let found = sample().find("出生卡", 10);
    assert!(found.hits.is_empty() || found.near.is_empty());
    let found = sample().find("护照", 10);
    assert_eq!((found.hits.len(), found.near.len()), (0, 0));
}
