//! The table of all rules, in the order of their ids.
//! An id is never given to another rule, not even when its rule is gone.

use super::Check::{Hall, Reading};
use super::{
    Check, Rule, boards, codes, contact, dates, elements, freshness, hygiene, library, limits, orgs, outdated, papers,
    personal, pictures, sentences, sheets, titles, topics, wording, words,
};
use crate::author::problem::Level::{self, Error, Warning};

const fn rule(id: &'static str, level: Level, asks: &'static str, check: Check) -> Rule {
    Rule { id, level, asks, check }
}

/// Every rule.
pub const RULES: &[Rule] = &[
    rule("F01", Error, "文件和文件夹齐全、打得开、用 UTF-8 编码", Reading),
    rule("F02", Error, "文件写法正确（TOML、CSV、Markdown）", Reading),
    rule("F03", Error, "没有不认识的项和列", Reading),
    rule("F04", Error, "必填的项和列都写了", Reading),
    rule("F05", Error, "每一项的类型对：文字、数字、日期、是否", Reading),
    rule("F06", Error, "每一项的值在允许的范围内", Reading),
    rule("F07", Error, "编号不重复", Reading),
    rule("F08", Error, "编号与文件名相同", Reading),
    rule("F09", Error, "上级机构不绕成圈", Reading),
    rule("F10", Error, "图片文件都在，是大小合适的 PNG", Reading),
    rule("L01", Error, "办事指南和公开事项的要素齐全", Hall(elements::missing)),
    rule("L02", Error, "材料名称要具体", Hall(wording::vague_names)),
    rule("L03", Error, "每份材料写明原件、复印件和份数", Reading),
    rule("L04", Error, "办结时限前后一致", Hall(limits::contradictions)),
    rule("L05", Error, "收费的写明标准和依据", Reading),
    rule("L06", Warning, "电话号码写法规范", Hall(contact::phone_forms)),
    rule("L07", Error, "引用的内容都在", Reading),
    rule("L08", Error, "零跑动要有不到窗口的办法", Hall(limits::visits_without_a_way)),
    rule("L09", Error, "每种情形都有材料清单", Hall(papers::empty_lists)),
    rule("L10", Warning, "同一机构的事项不重名", Hall(titles::same_guides)),
    rule("L11", Warning, "事项名称不超过40字", Hall(titles::long)),
    rule("L12", Warning, "统一社会信用代码校验位正确", Hall(codes::credit_codes)),
    rule("L13", Error, "网址都在二维码白名单里", Reading),
    rule("L14", Error, "不引用已废止、失效的文件", Hall(library::dead_basis)),
    rule(
        "L15",
        Warning,
        "文字干净：没有乱码、注音、网页和排版残留、繁体、广告（乱码为错误）",
        Hall(hygiene::unclean_texts),
    ),
    rule("L16", Warning, "内容及时更新确认", Hall(freshness::stale)),
    rule("L17", Warning, "不用法律已改的说法", Hall(outdated::phrases)),
    rule("L18", Error, "公开的文字和表格里没有个人信息", Hall(personal::exposed)),
    rule("L19", Warning, "给群众看的句子不太长", Hall(sentences::long)),
    rule("L20", Error, "图片有文字说明", Hall(pictures::without_words)),
    rule("L21", Error, "村账逐月衔接：上月期末等于本月期初", Hall(boards::broken_chain)),
    rule("L22", Warning, "村级必公开事项按周期公开", Hall(boards::unpublished)),
    rule("L23", Error, "双随机一公开的五张清单齐全", Hall(sheets::random_set)),
    rule("L24", Error, "解读和问答引用的条款存在", Hall(library::dead_cites)),
    rule("L25", Warning, "解读在文件公布后3个工作日内公布", Hall(library::late_interpretations)),
    rule("L26", Error, "须配解读的文件有解读或者写明理由", Hall(library::missing_interpretations)),
    rule("L27", Warning, "大厅的窗口都在平面图上", Hall(contact::unmapped_windows)),
    rule("L28", Warning, "窗口名称前后一致", Hall(contact::window_names)),
    rule("L29", Warning, "改革后的数不大于改革前", Hall(sheets::negative_reforms)),
    rule("L30", Warning, "主题和一件事没有空栏目", Hall(topics::empty_sections)),
    rule("L31", Warning, "已使用的资金不超过总额", Hall(sheets::overdrawn)),
    rule("L32", Warning, "留言在15个工作日内答复", Hall(freshness::unanswered)),
    rule("L33", Warning, "征集结束后30日内公布结果", Hall(freshness::surveys_without_result)),
    rule("L34", Warning, "同一单位的同类内容不重名", Hall(titles::same_others)),
    rule("L35", Warning, "同义词和读音互不冲突", Hall(words::conflicts)),
    rule("L36", Warning, "已过期的内容及时撤下", Hall(dates::over)),
    rule("L37", Warning, "机构不超过三级", Hall(orgs::too_deep)),
    rule("L38", Warning, "按规定的时限公开", Hall(dates::published_late)),
    rule("L39", Warning, "发布和更新日期不在今天之后", Hall(dates::in_the_future)),
];
