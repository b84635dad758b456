//! Rules on words of repealed law: phrases that real sites still carry, and those of the office's own list.
//! A text that explains the change may name the old word.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Hall, Rule};
use crate::author::problem::Problem;
use crate::content::policy::PolicyStatus;
use crate::content::schema::At;
use crate::content::{Policy, Record};

/// A phrase that the law no longer uses.
struct Phrase {
    phrase: String,
    instead: String,
    /// Only wrong in texts that also hold this word.
    near: String,
}

/// Phrase, what to write instead, and the word that must stand in the same text.
const KNOWN: &[(&str, &str, &str)] = &[
    ("国务院令第492号", "国务院令第711号（2019年5月15日起施行）", ""),
    ("国务院第492号令", "国务院令第711号（2019年5月15日起施行）", ""),
    ("15个工作日内答复", "20个工作日内答复（政府信息公开条例第三十三条）", "信息公开"),
    ("15个工作日内予以答复", "20个工作日内予以答复（政府信息公开条例第三十三条）", "信息公开"),
    ("生产、生活、科研等特殊需要", "删去：申请政府信息不用说明用途", ""),
    ("特殊需要", "删去：申请政府信息不用说明用途", "信息公开"),
    ("所需信息的用途", "删去：申请政府信息不用说明用途", ""),
    ("所需政府信息的用途", "删去：申请政府信息不用说明用途", ""),
    ("检索费", "不收取费用（政府信息公开条例第四十二条）", "信息公开"),
    ("工本费", "不收取费用（政府信息公开条例第四十二条）", "信息公开"),
    ("组织机构代码", "统一社会信用代码", ""),
    ("税务登记证", "营业执照（已合并登记）", ""),
    ("暂住证", "居住证", ""),
    ("非农业户口", "居民户口", ""),
    ("准生证", "生育登记", ""),
    ("社会抚养费", "删去：已取消", ""),
    ("食品流通许可证", "食品经营许可证", ""),
    ("餐饮服务许可证", "食品经营许可证", ""),
    ("《婚姻法》", "《民法典》婚姻家庭编", ""),
    ("《中华人民共和国婚姻法》", "《中华人民共和国民法典》婚姻家庭编", ""),
    ("《继承法》", "《民法典》继承编", ""),
    ("《中华人民共和国继承法》", "《中华人民共和国民法典》继承编", ""),
    ("《收养法》", "《民法典》婚姻家庭编", ""),
    ("《中华人民共和国收养法》", "《中华人民共和国民法典》婚姻家庭编", ""),
    ("《合同法》", "《民法典》合同编", ""),
    ("《中华人民共和国合同法》", "《中华人民共和国民法典》合同编", ""),
    ("《物权法》", "《民法典》物权编", ""),
    ("《中华人民共和国物权法》", "《中华人民共和国民法典》物权编", ""),
    ("《担保法》", "《民法典》", ""),
    ("《中华人民共和国担保法》", "《中华人民共和国民法典》", ""),
    ("《中华人民共和国民法通则》", "《中华人民共和国民法典》", ""),
    ("《中华人民共和国侵权责任法》", "《中华人民共和国民法典》侵权责任编", ""),
    ("工商行政管理局", "市场监督管理局", ""),
    ("国土资源局", "自然资源主管部门现在的名称", ""),
    ("卫生和计划生育局", "卫生健康局", ""),
    ("地方税务局", "税务局", ""),
    ("食品药品监督管理局", "市场监督管理局", ""),
    ("安全生产监督管理局", "应急管理局", ""),
];

/// Words close before an old phrase that say that it is old.
const BEFORE: &[&str] = &[
    "原",
    "旧",
    "老",
    "不再",
    "取消",
    "不需要",
    "不用",
    "无需",
    "以前",
    "过去",
    "不要求",
    "不得要求",
    "俗称",
    "曾",
    "从前",
    "没有",
];
/// Words close behind it.
const BEHIND: &[&str] =
    &["改为", "改叫", "已改", "取消", "不再", "停止", "作废", "并入", "换成", "换发", "废止", "已并", "合并"];
/// How close, in characters.
const NEARBY_CHARS: usize = 8;

/// L17: a resident who quotes the page at a counter is right.
pub fn phrases(rule: &Rule, hall: &Hall<'_>) -> Vec<Problem> {
    let phrases = known(hall);
    // Longest first: 组织机构代码证 is told as itself, not as 组织机构代码.
    let matcher =
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(phrases.iter().map(|p| &p.phrase));
    let Ok(matcher) = matcher else { return Vec::new() };
    let mut problems = Vec::new();
    hall.each_text(|authored, at, text| {
        if is_history(&authored.record) || is_quoted(at) {
            return;
        }
        let mut told = HashSet::new();
        for found in matcher.find_iter(text) {
            let phrase = &phrases[found.pattern().as_usize()];
            let is_meant =
                phrase.near.is_empty() || text.contains(&phrase.near) || authored.record.title().contains(&phrase.near);
            if is_meant && !is_explained(&text[..found.start()], &text[found.end()..]) && told.insert(found.pattern()) {
                let message = format!("“{}”是过时的说法，应为：{}", phrase.phrase, phrase.instead);
                problems.push(rule.broken(authored, &hall.place(&authored.record, at), message));
            }
        }
    });
    problems
}

/// Words to find a page by, the names of what repealed a document, and the law's own words.
fn is_quoted(at: &At<'_>) -> bool {
    match at.last_key() {
        "tags" | "repealed_by" => true,
        "text" => at.to_string().starts_with("basis"),
        _ => false,
    }
}

/// The phrases of the office, and the known ones that it says nothing about.
fn known(hall: &Hall<'_>) -> Vec<Phrase> {
    let own = hall.style().into_iter().flat_map(|style| &style.outdated);
    let own: Vec<_> =
        own.map(|o| Phrase { phrase: o.phrase.clone(), instead: o.instead.clone(), near: o.near.clone() }).collect();
    let is_own = |phrase: &str| own.iter().any(|o| o.phrase == phrase);
    let built_in = KNOWN.iter().filter(|(phrase, _, _)| !is_own(phrase));
    let built_in = built_in.map(|(phrase, instead, near)| Phrase {
        phrase: (*phrase).to_owned(),
        instead: (*instead).to_owned(),
        near: (*near).to_owned(),
    });
    let built_in: Vec<_> = built_in.collect();
    own.into_iter().chain(built_in).collect()
}

/// A document that no longer holds speaks the language of its time.
fn is_history(record: &Record) -> bool {
    record.get::<Policy>().is_some_and(|policy| policy.status != PolicyStatus::InForce)
}

fn is_explained(before: &str, behind: &str) -> bool {
    let before: String = before.chars().rev().take(NEARBY_CHARS).collect::<Vec<_>>().into_iter().rev().collect();
    let behind: String = behind.chars().take(NEARBY_CHARS).collect();
    BEFORE.iter().any(|word| before.contains(word)) || BEHIND.iter().any(|word| behind.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_explained;

    #[test]
    fn a_text_may_say_that_a_word_is_old() {
        assert!(is_explained("这里原来叫", "，现在叫居住证"));
        assert!(is_explained("办理入学不再要求", ""));
        assert!(is_explained("", "已并入营业执照"));
        assert!(!is_explained("请带", "和照片"));
    }
}
