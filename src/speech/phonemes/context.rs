//! Characters whose reading depends on their neighbours: 为, 地, 得, 行, 种, 处, 只, 重, 长, 还, 教, 量.
//! It settles only what a neighbouring word makes certain; the tables decide the rest.

use std::borrow::Cow;

use super::{Sounded, Word};

/// Verbs and nouns after which 为 means "is" or "as".
const BEFORE_IS: [&str; 86] = [
    "认定",
    "列",
    "视",
    "称",
    "定",
    "调整",
    "变更",
    "登记",
    "确定",
    "转",
    "改",
    "分",
    "评",
    "评定",
    "设",
    "设置",
    "命名",
    "选",
    "划分",
    "修改",
    "更名",
    "折算",
    "核定",
    "换算",
    "升",
    "降",
    "降低",
    "提高",
    "缩短",
    "延长",
    "变",
    "变成",
    "改名",
    "合并",
    "归类",
    "记",
    "计",
    "判定",
    "鉴定",
    "明确",
    "压缩",
    "时间",
    "期限",
    "时限",
    "标准",
    "金额",
    "比例",
    "费用",
    "范围",
    "条件",
    "对象",
    "方式",
    "地点",
    "电话",
    "单位",
    "日期",
    "年龄",
    "内容",
    "结果",
    "数量",
    "总额",
    "类型",
    "机关",
    "号码",
    "部门",
    "有效期",
    "有效期限",
    "周期",
    "税率",
    "费率",
    "利率",
    "材料",
    "形式",
    "格式",
    "大小",
    "名称",
    "额度",
    "限额",
    "基数",
    "分别",
    "均",
    "最长",
    "最高",
    "最低",
    "即",
    "是否",
];
/// Words before which 为 means "is" or "as": 为准, 为期.
const AFTER_IS: &str = "准主由止期限例宜妥零空负无";
/// Beneficiaries and purposes, before which 为 is "for".
const AFTER_FOR: [&str; 14] =
    ["您", "民", "了", "其", "何", "群众", "企业", "老年人", "居民", "人民", "本人", "此", "申请人", "他人"];
/// Words after which 地 only marks the manner.
const MANNER: [&str; 44] = [
    "认真", "积极", "及时", "主动", "依法", "有效", "切实", "不断", "逐步", "全面", "充分", "自觉", "严格", "随意",
    "擅自", "更好", "更快", "很好", "方便", "快速", "顺利", "公平", "公正", "无偿", "免费", "独立", "稳妥", "有序",
    "科学", "合理", "妥善", "真实", "完整", "准确", "连续", "非法", "违法", "公开", "深入", "广泛", "具体", "详细",
    "耐心", "仔细",
];
const NUMERALS: &str = "零一二三四五六七八九十百千万亿两几数多每第";
/// Before 得 "to get".
const GETTING: &str = "不未取获所可征求夺博赢换应";
/// Before 长 "long".
const LENGTHS: [&str; 9] = ["米", "公里", "厘米", "毫米", "最", "较", "过", "很", "太"];
/// What people get: 得奖, 得分, 得病.
const GAINED: [&str; 8] = ["病", "大病", "重病", "奖", "分", "票", "知", "到"];
/// Verbs that 还 "give back" takes, and money: 还款 stands in the tables, 还 alone before these means the same.
const GIVEN_BACK: [&str; 8] = ["贷款", "本金", "本息", "欠款", "借款", "清", "钱", "贷"];

/// Settles the readings in a run of words; `is_phrase` tells the words that the tables read as a whole.
pub(super) fn settle(words: &mut [Word], is_phrase: impl Fn(&str) -> bool) {
    let texts: Vec<String> = words.iter().map(text).collect();
    for (i, word) in words.iter_mut().enumerate() {
        let before = i.checked_sub(1).and_then(|b| texts.get(b)).map_or("", String::as_str);
        let after = texts.get(i + 1).map_or("", String::as_str);
        if let [only] = word.syllables.as_mut_slice() {
            settle_as(only, reading(only.hanzi, before, after));
            continue;
        }
        // Words that were only put together, 三十六只 and 只羊, are settled at their edges.
        if texts.get(i).is_some_and(|own| is_phrase(own)) {
            continue;
        }
        if let [first, ..] = word.syllables.as_mut_slice()
            && before.ends_with(|c| NUMERALS.contains(c))
        {
            settle_as(first, counted(first.hanzi));
        }
        if let [.., before, last] = word.syllables.as_mut_slice() {
            settle_as(last, at_end(before.hanzi, last.hanzi));
        }
    }
}

fn settle_as(syllable: &mut Sounded, said: Option<&'static str>) {
    if let Some(said) = said {
        syllable.pinyin = Cow::Borrowed(said);
    }
}

fn text(word: &Word) -> String {
    word.syllables.iter().map(|syllable| syllable.hanzi).collect()
}

fn at_end(before: char, last: char) -> Option<&'static str> {
    match last {
        '得' => Some(if GETTING.contains(before) { "de2" } else { "de5" }),
        _ if NUMERALS.contains(before) => counted(last),
        _ => None,
    }
}

/// How something is counted.
fn counted(hanzi: char) -> Option<&'static str> {
    Some(match hanzi {
        '行' => "hang2",
        '种' => "zhong3",
        '处' => "chu4",
        '只' => "zhi1",
        '间' => "jian1",
        '场' => "chang3",
        '卷' => "juan4",
        _ => return None,
    })
}

fn reading(hanzi: char, before: &str, after: &str) -> Option<&'static str> {
    let numeral = |c: char| NUMERALS.contains(c);
    let is_counted = before.ends_with(numeral);
    let followed_by = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    match hanzi {
        '为' => Some(is_or_for(before, after)),
        '行' if after.starts_with('为') => None,
        _ if is_counted && counted(hanzi).is_some() => counted(hanzi),
        '地' if MANNER.contains(&before) => Some("de5"),
        '得' if before.ends_with(|c| GETTING.contains(c)) || before.ends_with(['人', '者', '户']) => Some("de2"),
        '得' if before.is_empty() || is_counted || followed_by(&GAINED) => Some("de2"),
        '得' => Some("de5"),
        '种' if before.ends_with(['这', '那', '哪', '何', '该', '各', '某', '品', '险']) => Some("zhong3"),
        '种' if before.is_empty() && !after.is_empty() => Some("zhong4"),
        '种' if followed_by(&["植", "粮", "菜", "树", "地", "田", "了", "着", "的", "过", "在"]) => {
            Some("zhong4")
        }
        '处' if after.starts_with(numeral) || after.starts_with('以') => Some("chu3"),
        '量' if followed_by(&["血压", "体温", "身高", "好", "距离", "尺寸", "一"]) => Some("liang2"),
        '教' => Some("jiao1"),
        '长' if LENGTHS.contains(&before) || after.starts_with(numeral) => Some("chang2"),
        '还' if after.is_empty() || after.starts_with('的') || followed_by(&GIVEN_BACK) => Some("huan2"),
        '重' if followed_by(&["建", "审", "签", "考", "报", "做", "修", "新", "发", "办", "填"]) => {
            Some("chong2")
        }
        '系' if before.is_empty() && after.starts_with('好') => Some("ji4"),
        '朝' if followed_by(&["东", "西", "南", "北", "上", "下", "内", "外"]) => Some("chao2"),
        '差' if after.starts_with(numeral) => Some("cha4"),
        _ => None,
    }
}

fn is_or_for(before: &str, after: &str) -> &'static str {
    if AFTER_FOR.iter().any(|whom| after.starts_with(whom)) {
        return "wei4";
    }
    let counted = after.starts_with(|c| "零一二三四五六七八九十百千两".contains(c));
    if (counted && !before.is_empty()) || after.starts_with(|c| AFTER_IS.contains(c)) || BEFORE_IS.contains(&before) {
        "wei2"
    } else {
        "wei4"
    }
}
