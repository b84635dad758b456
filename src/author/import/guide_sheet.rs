//! The 56-column table of service items that offices keep, column by column.
//! It interprets no cell; what a cell means for a guide is told in `draft`.

use std::collections::BTreeSet;

use super::header::normal;
use super::rows::{Made, MadeRow};
use super::target::{CellKind, Home, Target, TargetColumn};

/// Key, heading, other headings.
const COLUMNS: &[(&str, &str, &[&str])] = &[
    ("title", "标题", &["事项名称", "业务办理项名称", "办理项名称", "事项标题", "权力名称"]),
    ("publisher", "发布者", &["发布机构", "发布单位"]),
    ("published", "发布日期", &["发布时间"]),
    ("origin", "来源", &["信息来源"]),
    ("topic", "主题分类", &["主题"]),
    ("url", "原文地址", &["网址", "链接", "办事指南链接", "原文链接"]),
    ("region", "区域", &["行政区划", "地区"]),
    ("code", "实施编码", &["实施清单编码", "事项编码", "编码", "权力编码"]),
    ("basic_code", "基本编码", &["目录编码"]),
    ("biz_code", "业务办理项编码", &["办理项编码"]),
    ("kind", "类别", &["事项类型", "事项类别", "权力类型", "权力类别"]),
    ("sub_item", "子项名称", &["子项"]),
    ("basis", "设定依据", &["法律依据", "实施依据", "依据"]),
    ("levels", "行使层级", &["实施层级", "层级"]),
    ("power_source", "权力来源", &["职权来源"]),
    ("org", "行使主体", &["实施主体", "实施机构", "实施部门", "办理机构", "主管部门"]),
    ("org_nature", "实施主体性质", &["主体性质"]),
    ("entrusted", "委托部门", &["受委托部门"]),
    ("joint", "联办机构", &["联办部门"]),
    ("handling", "办件类型", &[]),
    ("promise_limit", "承诺办结时限", &["承诺时限", "承诺期限", "承诺办理时限"]),
    ("legal_limit", "法定办结时限", &["法定时限", "法定期限", "法定办理时限"]),
    ("visits", "到办事现场次数", &["到现场次数", "到办理现场次数", "最多跑动次数", "跑动次数"]),
    ("visit_reason", "必须现场办理原因", &["必须现场办理原因说明", "必须到现场办理原因"]),
    ("for_whom", "适用范围", &["服务对象", "适用对象", "办理对象"]),
    ("scope", "通办范围", &[]),
    ("power_content", "行使内容", &["权限划分"]),
    ("subject", "实施对象", &[]),
    ("conditions", "受理条件", &["申请条件", "办理条件", "申办条件"]),
    ("approval", "审批模式", &["审查方式", "审批方式"]),
    ("materials", "办理材料", &["申请材料", "申报材料", "所需材料", "材料清单", "材料目录"]),
    ("channels", "办理形式", &["办理方式", "申请方式"]),
    ("steps", "办理流程", &["流程", "办事流程", "办理程序"]),
    ("hours", "办理时间", &["办公时间", "工作时间"]),
    ("place", "办理地点", &["办事地点", "办理地址", "办公地址"]),
    ("window", "办理窗口", &["窗口", "受理窗口"]),
    ("outcome", "结果名称", &["办理结果名称", "审批结果名称", "办理结果"]),
    ("outcome_sample", "结果样本", &["办理结果样本", "审批结果样本"]),
    ("outcome_kind", "结果类型", &["办理结果类型", "审批结果类型"]),
    ("delivery", "结果领取方式", &["结果送达方式", "送达方式", "领取方式"]),
    ("by_post", "是否支持物流快递", &["物流快递", "是否支持快递"]),
    ("pay_online", "是否支持网上支付", &["网上支付"]),
    ("online", "是否网办", &["是否支持网办", "是否网上办理"]),
    ("online_depth", "网办深度", &["网上办理深度"]),
    ("booking", "是否支持预约", &["是否支持预约办理", "预约办理"]),
    ("charged", "是否收费", &[]),
    ("fee_standard", "收费标准及依据", &["收费标准", "收费项目及标准"]),
    ("fee_basis", "收费依据", &[]),
    ("agency", "中介服务", &["是否涉及中介服务"]),
    ("special_steps", "特殊环节", &["特别程序"]),
    ("quota", "数量限制", &["有无数量限制"]),
    ("remedy", "法律救济", &["救济渠道", "行政复议", "权利与义务"]),
    ("in_hall", "是否进驻政务大厅", &["进驻大厅", "是否进驻大厅"]),
    ("faq", "常见问题", &["常见问题解答"]),
    ("consult", "咨询方式", &["咨询电话", "联系电话"]),
    ("complain", "监督方式", &["监督电话", "投诉电话", "监督投诉方式", "监督投诉电话"]),
];

/// The table that is read.
pub fn target() -> Target {
    let column = |(key, label, also): &(&str, &str, &[&str])| {
        let column = TargetColumn::new(key, label, CellKind::Lines).also(also);
        match *key {
            "title" => TargetColumn {
                cell: CellKind::Text,
                ..column.required().explained("事项全称", "老年人优待证办理")
            },
            "org" => column.explained("负责办理的单位全称；不写就用“发布者”", "云川市民政局"),
            "materials" => {
                column.explained("一份材料一行，写明原件、复印件和份数", "1.居民身份证（原件1份，复印件1份）")
            }
            "promise_limit" | "legal_limit" => column.explained("写明工作日还是日；当场办结写0", "5个工作日"),
            "published" => column.explained("写成 2026-03-01", "2026-03-01"),
            "charged" => column.explained("是 或 否", "否"),
            "consult" | "complain" => column.explained("", "0600-5550100"),
            "steps" => column.explained("一步一行", "1.申请：带上材料到窗口"),
            "conditions" => column.explained("一个条件一行", "年满60周岁"),
            _ => column,
        }
    };
    Target {
        kind: super::GUIDE,
        label: "政务服务事项",
        home: Home::Folder("items"),
        columns: COLUMNS.iter().map(column).collect(),
    }
}

/// The items seen so far: a code stands for one item only.
#[derive(Default)]
pub struct Items {
    codes: BTreeSet<String>,
}

impl Items {
    /// Lets a row through that has an office and a code of its own.
    pub fn make(&mut self, target: &Target, cells: &[String]) -> Made {
        let get = |key: &str| {
            let at = target.columns.iter().position(|column| column.key == key);
            at.and_then(|at| cells.get(at)).map_or("", String::as_str)
        };
        let mut refused = Vec::new();
        if get("org").is_empty() && get("publisher").is_empty() {
            refused.push(("行使主体", "没有写明由哪个单位办理".to_owned()));
        }
        let code = normal(get("code"));
        if !code.is_empty() && self.codes.contains(&code) {
            refused.push(("实施编码", format!("“{}”与前面的一行相同", get("code"))));
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        self.codes.insert(code);
        Ok(MadeRow { cells: cells.to_vec(), doubts: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_has_its_56_columns_and_no_heading_means_two_things() {
        let target = target();
        assert_eq!(target.columns.len(), 56);
        let mut seen = BTreeSet::new();
        for column in &target.columns {
            for name in [&column.label].into_iter().chain(&column.synonyms) {
                assert!(seen.insert(normal(name)), "{name}");
            }
        }
    }
}
