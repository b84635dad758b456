//! A form with a question of every kind, conditions, a group that repeats, one of several, consents of both sorts.
#![allow(dead_code)] // Not every test asks for all of it.

use civic_kiosk::base::id::RecordId;
use civic_kiosk::content::{Form, Record};
use serde_json::json;

/// The form of every kind; it can be submitted, printed as a slip and as a sheet.
pub fn every_kind() -> Form {
    let choice = |id: &str, label: &str, kind: &str, options: &[(&str, &str)]| {
        let options: Vec<_> = options.iter().map(|(key, label)| json!({ "key": key, "label": label })).collect();
        json!({ "id": id, "label": label, "type": kind, "required": true, "options": options })
    };
    let get = choice("get", "怎么拿", "单选", &[("mail", "邮寄"), ("self", "自己来取")]);
    let what = choice("what", "要哪些", "多选", &[("a", "目录"), ("b", "全文"), ("c", "附件")]);
    let body = json!({
        "id": "ysqgk", "title": "各种问题", "org": "zhengwu", "purpose": "看看各种问题怎么填。", "keep": "不在本机保存。",
        "ask_consent": true, "blank_at": "一楼1号咨询导办台", "published": "2026-01-05", "reviewed_by": "公开科",
        "way": ["加密提交", "打印填好的凭单", "打印A4表格", "打印空白样表"],
        "gate": { "question": "您是要投诉吗？", "advice": "请打12345。", "phone": "12345" },
        "answer": { "days": 20 },
        "note": [{ "title": "谁可以填", "text": "谁都可以。" }],
        "group": [
            { "title": "什么事", "field": [
                { "id": "desc", "label": "内容", "type": "多行文字", "required": true, "max": 500, "hint": "写清楚一些" },
                get,
                what,
                { "id": "when", "label": "哪一天", "type": "日期" },
                { "id": "sum", "label": "多少钱", "type": "金额" },
                { "id": "many", "label": "几个人", "type": "数字" } ] },
            { "title": "谁来办", "field": [
                { "id": "name", "label": "姓名", "type": "姓名", "required": true, "pii": true, "mask": "姓名" },
                { "id": "idno", "label": "身份证号码", "type": "身份证号", "required": true, "pii": true,
                  "sensitive": true, "mask": "后四位" },
                { "id": "tel", "label": "手机号", "type": "手机号", "pii": true, "mask": "电话", "one_of": "contact" },
                { "id": "phone", "label": "电话", "type": "电话", "pii": true, "mask": "电话", "one_of": "contact" },
                { "id": "mail", "label": "邮箱", "type": "电子邮箱", "pii": true, "one_of": "contact" },
                { "id": "addr", "label": "地址", "type": "地址", "required": true, "pii": true, "when": "get==mail" },
                { "id": "post", "label": "邮编", "type": "邮政编码", "when": "get==mail" },
                { "id": "car", "label": "车牌", "type": "车牌号" },
                { "id": "code", "label": "信用代码", "type": "统一社会信用代码" } ] },
            { "title": "孩子", "repeat": 3, "field": [
                { "id": "child", "label": "小名", "type": "单行文字", "pii": true },
                { "id": "born", "label": "生日", "type": "日期", "pii": true } ] },
            { "title": "签名", "field": [
                { "id": "sign", "label": "签名", "type": "手写签名", "required": true, "pii": true } ] },
        ],
    });
    let id = RecordId::parse("form/ysqgk").unwrap();
    match Record::from_bytes(&id, &serde_json::to_vec(&body).unwrap()) {
        Ok(Record::Form(form)) => *form,
        other => panic!("{other:?}"),
    }
}
