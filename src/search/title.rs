//! The title index: from a few typed characters to the guides that were probably meant.
//! Below the threshold it answers with nothing: an empty list is more honest than a wrong one.

use std::collections::{BTreeMap, HashMap};

use crate::base::id::RecordId;

use super::features::{Feature, features, significant};

/// Least score of a hit, tried on the sample hall: 低保 finds 最低生活保障 (0.37), 死亡证明 finds no 出生医学证明 (0.33).
const SCORE_MIN: f64 = 0.35;
/// Weight of a pair against a single character: neighbours say much more than characters strewn about.
const PAIR_WEIGHT: f64 = 2.0;
/// A character in most titles still says a little.
const WEIGHT_MIN: f64 = 0.15;
/// Share of an office's name against the title itself.
const ORG_SHARE: f64 = 0.6;
/// Fit of a short name whose characters stand in the title in order, as 公租房 in 公共租赁住房.
const SHORT_NAME_FIT: f64 = 0.55;
/// Fewest characters of such a short name; two stand in order in many a title by chance.
const SHORT_NAME_CHARS_MIN: usize = 3;
/// How much of the score is how fully the title was named; it puts the shorter of two fitting titles first.
const TITLE_SHARE: f64 = 0.2;

/// What people wrap a wish in; of no weight when the query holds anything else.
const WRAPPING: &[&str] = &[
    "我想要",
    "我想",
    "我要",
    "想要",
    "请问",
    "怎么样",
    "怎么办理",
    "怎么办",
    "怎么",
    "如何",
    "在哪里",
    "在哪儿",
    "哪里",
    "需要什么",
    "要什么",
    "带什么",
    "什么",
    "手续",
    "材料",
    "多少钱",
    "可以",
    "一下",
    "办理",
    "申请",
    "登记",
    "吗",
    "呢",
    "吧",
    "啊",
    "的",
    "了",
];

/// A record that fits, and how well: 0 to 1 in thousandths.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record.
    pub id: RecordId,
    /// How well it fits.
    pub score: f64,
}

/// Titles by their characters and pairs, in memory.
#[derive(Debug, Default)]
pub struct TitleIndex {
    entries: Vec<Entry>,
    /// For each feature the entries that have it, with the share it counts there.
    places: HashMap<Feature, Vec<(usize, f64)>>,
}

#[derive(Debug)]
struct Entry {
    id: RecordId,
    title: Vec<char>,
    /// Weight of all features of the title.
    weight: f64,
}

impl TitleIndex {
    /// An index of records with their titles and the names of their offices.
    pub fn new<'a>(records: impl IntoIterator<Item = (RecordId, &'a str, &'a str)>) -> Self {
        let mut index = Self::default();
        for (id, title, org_name) in records {
            let title = significant(title);
            let at = index.entries.len();
            let mut shares: BTreeMap<Feature, f64> =
                features(&significant(org_name)).into_iter().map(|f| (f, ORG_SHARE)).collect();
            shares.extend(features(&title).into_iter().map(|f| (f, 1.0)));
            for (feature, share) in shares {
                index.places.entry(feature).or_default().push((at, share));
            }
            index.entries.push(Entry { id, title, weight: 0.0 });
        }
        let weights: Vec<f64> =
            index.entries.iter().map(|e| features(&e.title).iter().map(|f| index.weight(f)).sum()).collect();
        for (entry, weight) in index.entries.iter_mut().zip(weights) {
            entry.weight = weight;
        }
        index
    }

    /// The best hits, best first, ties in the order of ids; nothing when nothing fits well enough.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit> {
        let typed = significant(query);
        let wish = unwrapped(&typed);
        let asked = features(&wish);
        let asked_weight: f64 = asked.iter().map(|f| self.weight(f)).sum();
        if asked_weight <= 0.0 {
            return Vec::new();
        }
        // Found weight a title: as asked (the office counts a share), and of the title itself.
        let mut found: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for feature in &asked {
            let weight = self.weight(feature);
            for (at, share) in self.places.get(feature).into_iter().flatten() {
                let sums = found.entry(*at).or_default();
                sums.0 += weight * share;
                if *share >= 1.0 {
                    sums.1 += weight;
                }
            }
        }
        let mut hits: Vec<Hit> = found
            .into_iter()
            .filter_map(|(at, (of_query, of_title))| {
                let entry = self.entries.get(at)?;
                let query_part = of_query / asked_weight;
                let title_part = if entry.weight > 0.0 { of_title / entry.weight } else { 0.0 };
                let fit = query_part.max(fit_by_order(&typed, &wish, &entry.title));
                let score = thousandths(fit * (1.0 - TITLE_SHARE) + title_part.min(1.0) * TITLE_SHARE);
                (score >= SCORE_MIN).then(|| Hit { id: entry.id.clone(), score })
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(limit);
        hits
    }

    /// How much a feature says: the rarer among the titles, the more; an unknown one as much as the rarest.
    fn weight(&self, feature: &Feature) -> f64 {
        let all = self.entries.len().max(1) as f64;
        let having = self.places.get(feature).map_or(0, Vec::len).max(1) as f64;
        let rarity = ((all + 1.0) / having).ln() / (all + 1.0).ln();
        let base = rarity.max(WEIGHT_MIN);
        match feature {
            Feature::One(_) => base,
            Feature::Pair(..) => base * PAIR_WEIGHT,
        }
    }
}

/// The query without the words that people wrap a wish in; the whole query when nothing else is in it.
fn unwrapped(typed: &[char]) -> Vec<char> {
    let mut rest: String = typed.iter().collect();
    for words in WRAPPING {
        // A blank keeps the characters on both sides from becoming neighbours.
        rest = rest.replace(words, " ");
    }
    let rest: Vec<char> = rest.chars().collect();
    if rest.iter().all(|c| *c == ' ') { typed.to_vec() } else { rest }
}

/// How well a title fits by the order of characters alone.
fn fit_by_order(typed: &[char], wish: &[char], title: &[char]) -> f64 {
    // A title named word for word inside a long question is meant, whatever else was said.
    if contains(typed, title) {
        return 1.0;
    }
    let mut rest = title.iter();
    let name: Vec<char> = wish.iter().copied().filter(|c| *c != ' ').collect();
    let is_short_name = name.len() >= SHORT_NAME_CHARS_MIN && name.iter().all(|c| rest.any(|t| t == c));
    if is_short_name { SHORT_NAME_FIT } else { 0.0 }
}

fn contains(text: &[char], part: &[char]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|w| w == part)
}

fn thousandths(score: f64) -> f64 {
    (score * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::Path;

    /// The guides these tests know of; the sample hall has more, and grows.
    const KNOWN: &[&str] = &[
        "birth-certificate",
        "birth-registration",
        "disability-card",
        "driving-licence-renewal",
        "elder-allowance",
        "elder-card",
        "flexible-employment",
        "food-permit",
        "homestead",
        "hukou-move",
        "id-card-reissue",
        "legal-aid",
        "minimum-living",
        "newborn-hukou",
        "property-search",
        "public-rental",
        "resident-medical-insurance",
        "sole-trader",
        "unemployment",
        "water-permit",
    ];

    /// Their titles with the names of their offices, read without the office's own reader.
    fn sample() -> TitleIndex {
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        let mut orgs = BTreeMap::new();
        for row in csv::Reader::from_path(content.join("orgs.csv")).unwrap().records() {
            let row = row.unwrap();
            orgs.insert(row[0].to_owned(), row[1].to_owned());
        }
        let mut guides = Vec::new();
        for name in KNOWN {
            let file = content.join("items").join(format!("{name}.toml"));
            let raw: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
            let text = |key: &str| raw[key].as_str().unwrap().to_owned();
            guides.push((text("id"), text("title"), orgs[&text("org")].clone()));
        }
        let id = |name: &str| RecordId::new("guide", name).unwrap();
        TitleIndex::new(guides.iter().map(|(name, title, org)| (id(name), title.as_str(), org.as_str())))
    }

    fn names(index: &TitleIndex, query: &str) -> Vec<String> {
        index.find(query, 10).into_iter().map(|hit| hit.id.name().to_owned()).collect()
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
                index.find(query, 4)
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
            let hits = index.find(query, 10);
            assert!(hits.is_empty(), "{query}: {hits:?}");
        }
    }

    #[test]
    fn odd_queries_get_an_honest_answer_and_no_harm() {
        let index = sample();
        for nothing in ["", "   ", "，。？！", "😀👍", "\u{0}\u{7}", "——…"] {
            assert!(index.find(nothing, 10).is_empty(), "{nothing:?}");
        }
        assert!(names(&index, "水").contains(&"water-permit".to_owned()), "one character");
        assert_eq!(names(&index, "　老年人　优 待，证！😀").first().unwrap(), "elder-card");
        let long = format!("{}最低生活保障申请", "我家里情况比较困难想问问".repeat(6));
        assert_eq!(names(&index, &long).first().unwrap(), "minimum-living");
        assert!(index.find(&"的".repeat(200), 10).is_empty());
        assert!(index.find(&"龘".repeat(200), 10).is_empty());
    }

    #[test]
    fn an_office_finds_its_guides_below_titles_that_fit() {
        let found = names(&sample(), "公安局");
        assert!(found.contains(&"id-card-reissue".to_owned()) && found.contains(&"hukou-move".to_owned()), "{found:?}");
    }

    #[test]
    fn the_same_question_gets_the_same_answer_in_any_order_of_records() {
        let id = |n: u32| RecordId::new("guide", &format!("g{n}")).unwrap();
        let forward = TitleIndex::new((0..50).map(|n| (id(n), "同名事项办理", "某局")));
        let backward = TitleIndex::new((0..50).rev().map(|n| (id(n), "同名事项办理", "某局")));
        assert_eq!(forward.find("同名事项", 7), backward.find("同名事项", 7));
        assert_eq!(forward.find("同名事项", 7).len(), 7);
        assert_eq!(forward.find("同名事项", 0), Vec::new());
        assert_eq!(TitleIndex::default().find("同名事项", 7), Vec::new());
    }
}
