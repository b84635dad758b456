//! Single characters whose reading depends on their neighbours: 为, 地, 得, 行, 种, 处, 只, 重, 长, 还, 朝.
//! It settles only what a neighbouring word makes certain; the tables decide the rest.

use std::borrow::Cow;

use super::Word;

/// Verbs and nouns after which 为 means "is" or "as".
const BEFORE_IS: [&str; 92] = [
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
    "一般",
    "不",
    "应",
    "应当",
    "最长",
    "最高",
    "最低",
    "原则",
    "即",
    "都",
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
/// Verbs that 还 "give back" takes, and money: 还款 stands in the tables, 还 alone before these means the same.
const GIVEN_BACK: [&str; 8] = ["贷款", "本金", "本息", "欠款", "借款", "清", "钱", "贷"];

/// Settles the readings of single characters in a run of words.
pub(super) fn settle(words: &mut [Word]) {
    let texts: Vec<String> = words.iter().map(text).collect();
    for (i, word) in words.iter_mut().enumerate() {
        let [only] = word.syllables.as_mut_slice() else { continue };
        let before = i.checked_sub(1).and_then(|b| texts.get(b)).map_or("", String::as_str);
        let after = texts.get(i + 1).map_or("", String::as_str);
        if let Some(said) = reading(only.hanzi, before, after) {
            only.pinyin = Cow::Borrowed(said);
        }
    }
}

fn text(word: &Word) -> String {
    word.syllables.iter().map(|syllable| syllable.hanzi).collect()
}

fn reading(hanzi: char, before: &str, after: &str) -> Option<&'static str> {
    let counted = before.ends_with(|c| NUMERALS.contains(c));
    match hanzi {
        '为' => Some(is_or_for(before, after)),
        '地' if MANNER.contains(&before) => Some("de5"),
        '得' if before.ends_with(['不', '未', '取', '获', '所']) || before.is_empty() || counted => Some("de2"),
        '得' => Some("de5"),
        '行' if counted && !after.starts_with('为') => Some("hang2"),
        '种' if counted => Some("zhong3"),
        '种' if ["植", "粮", "菜", "树", "地", "田"].iter().any(|plant| after.starts_with(plant)) => Some("zhong4"),
        '处' if counted => Some("chu4"),
        '处' if after.starts_with(|c| NUMERALS.contains(c)) || after.starts_with("以") => Some("chu3"),
        '只' if counted => Some("zhi1"),
        '间' | '场' | '卷' if counted => {
            Some(if hanzi == '间' { "jian1" } else if hanzi == '场' { "chang3" } else { "juan4" })
        }
        '长' if ["米", "公里", "厘米", "毫米", "最", "较", "过", "很", "太"].contains(&before) => Some("chang2"),
        '还' if GIVEN_BACK.iter().any(|money| after.starts_with(money)) => Some("huan2"),
        '重' if ["建", "审", "签", "考", "报", "做", "修", "新"].iter().any(|again| after.starts_with(again)) => {
            Some("chong2")
        }
        '系' if before.is_empty() && after.starts_with('好') => Some("ji4"),
        '朝' if ["东", "西", "南", "北", "上", "下", "内", "外"].iter().any(|side| after.starts_with(side)) => {
            Some("chao2")
        }
        '差' if after.starts_with(|c| NUMERALS.contains(c)) => Some("cha4"),
        _ => None,
    }
}

fn is_or_for(before: &str, after: &str) -> &'static str {
    if AFTER_FOR.iter().any(|whom| after.starts_with(whom)) {
        return "wei4";
    }
    let counted = after.starts_with(|c| "零一二三四五六七八九十百千两".contains(c));
    if counted || after.starts_with(|c| AFTER_IS.contains(c)) || BEFORE_IS.contains(&before) { "wei2" } else { "wei4" }
}
