//! Promises of clean text, on cases modelled on five real documents: three of them unclean, two clean.
//! Nothing of the documents themselves is repeated here.

use proptest::prelude::*;

use super::*;

fn words() -> Words {
    Words {
        spam: AhoCorasick::new(SPAM.iter().chain(GARBLED)).ok(),
        banned: AhoCorasick::new(["残废"]).ok(),
        banned_words: vec!["残废".into()],
        hosts: vec!["www.small.example.com".into()],
    }
}

fn told(text: &str) -> Vec<String> {
    faults(text, &words()).into_iter().map(|(level, message)| format!("{} {message}", level.term())).collect()
}

#[test]
fn what_real_pages_carried_along_is_told() {
    for (text, expected) in [
        ("推進標(biāo)準(zhǔn)化建設(shè)", "提醒 汉字后面带着拼音"),
        ("全面推进标(biao)准(zhun)化", "提醒 汉字后面带着拼音"),
        ("目標任務：建立健全公開體系，辦理時限壓縮", "提醒 有"),
        ("一是ㄒ部署到位", "提醒 有注音符号"),
        ("基层政务\u{e5e5}公开", "错误 有乱码字符 U+E5E5"),
        ("基层政务\u{fffd}公开", "错误 有乱码字符 U+FFFD"),
        ("（一）高位推动?。部署到位", "提醒 “?。”是转码时丢了字"),
        ("各单位于2020710日前完成", "提醒 日期“2020710日”"),
        ("各单位于20200710日前完成", "提醒 日期“20200710日”"),
        ("国办发〔201954号", "提醒 “〔”没有配“〕”"),
        ("国办发2019〕54号", "提醒 “〕”前面没有“〔”"),
        ("云政办发[2026]3号", "提醒 文号的年份应写成〔2026〕"),
        ("<p>一段</p>", "提醒 有网页代码“p”"),
        ("正文<br/>下一行", "提醒 有网页代码“br”"),
        ("正文<span style=\"display:none\">看不见</span>", "提醒 有网页代码“span”"),
        ("<script>跳转</script>", "错误 有网页代码“script”"),
        ("咨询&nbsp;电话", "提醒 有网页代码“&nbsp;”"),
        ("请带**身份证**和照片", "提醒 有排版符号“**”"),
        ("# 一、总体要求", "提醒 有排版符号“#”"),
        ("详见[办事指南](https://www.small.example.com)", "提醒 有排版符号“[](…)”"),
        ("河南省政府门户网站 www.meisixueyuan.com", "提醒 “www.meisixueyuan.com”不是政府网站"),
        ("责任编辑：彩神-助手", "提醒 “彩神”像是广告"),
        ("锟斤拷锟斤拷", "错误 “锟斤拷”是乱码"),
        ("残废军人优待", "提醒 “残废”是 style.toml 的禁用词"),
    ] {
        let found = told(text);
        assert!(found.iter().any(|f| f.starts_with(expected)), "{text}: {found:?}");
    }
}

#[test]
fn natural_text_stays_untold() {
    for text in [
        "按照《国务院办公厅关于全面推进基层政务公开标准化规范化工作的指导意见》（国办发〔2019〕54号）执行。",
        "您可以在客户端(app)或者微信(wechat)上查询，也可以打12345。",
        "公示期：2026年11月16日至2026年11月22日。",
        "张**、李**等3户，电话138****1234，证件号1101**********002X。",
        "王**和李**两家",
        "营业执照 > 经营范围，身高<120厘米的儿童免费",
        "年收入<3万元且>1万元",
        "请问：可以代办吗？要带什么？",
        "详见 www.small.example.gov.cn 政府信息公开专栏",
        "公司网站 www.somebody.com",
        "20261120日志记录不在此列".strip_prefix("20261120").unwrap(),
        "面积120㎡，占地3～5亩；单价≥10元/㎡",
        "退还20000日元",
        "龍泉鎮",
        "第1类、第2类：A_B型号",
        "编号#3，5*8平方米",
        "经度103.5，纬度24.1",
        "瞭望塔、覆盖面、著名商标、乾坤湾、徵求、於姓",
        "张三丰（zhang）先生",
    ] {
        assert_eq!(told(text), Vec::<String>::new(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_looked_through(
        text in any::<String>(), marks in "[\\[\\]〔〕【】()（）<>*_~#`|?？。年月日0-9a-z.\\-王张李标准政府ā&;/]{0,40}",
    ) {
        let _ = (told(&text), told(&marks));
    }
}
