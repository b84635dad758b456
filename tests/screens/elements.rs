//! The tree of elements: everything that can be touched is large enough, in the window, apart from its neighbours,
//! has a label; everything that is shown is also spoken.

use civic_kiosk::app::stops::{Deed, Stop};
use i_slint_backend_testing::{AccessibleRole, ElementHandle};

use crate::terminal::{PANEL, Terminal};

/// Millimetres below which nothing may be that is touched (EN 301 549 gives 12.7).
pub const TOUCH_MM_MIN: f64 = 12.7;

/// Whether a stop does something. A line that is touched is read from there; it is no button.
pub fn is_button(stop: &Stop) -> bool {
    stop.deed.is_some_and(|deed| !matches!(deed, Deed::ReadAt(_)))
}

type Variant = (&'static str, &'static [&'static str]);
pub const VARIANTS: [Variant; 4] =
    [("normal", &[]), ("extra-large", &["大字", "大字"]), ("contrast", &["对比", "对比"]), ("low", &["低位"])];

/// Every sort of page with the rows that lead there from the home page.
pub const PAGES: [(&str, &[&str]); 27] = [
    ("home", &[]),
    ("look", &["我要看"]),
    ("do", &["我要办"]),
    ("find", &["我要查"]),
    ("ask", &["我要问"]),
    ("search", &["我要查", "打字或手写查找"]),
    ("offices", &["我要办", "部门"]),
    ("office", &["我要办", "部门", "云川市民政局"]),
    ("guide", &["我要办", "部门", "云川市民政局", "高龄津贴申请和年度核查"]),
    ("policies", &["我要看", "政策文件"]),
    ("policy", &["我要看", "政策文件", "云川市高龄津贴发放管理办法"]),
    ("repealed", &["我要看", "政策文件", "云川市高龄补贴暂行办法"]),
    ("entry", &["我要看", "公开领域", "社会救助", "政策法规文件"]),
    ("withheld", &["我要看", "公开领域", "社会救助", "申请家庭经济状况核对报告"]),
    ("list", &["我要查", "清单", "云川市减材料、减环节、降费用清单"]),
    ("row", &["我要查", "清单", "云川市减材料、减环节、降费用清单", "残疾人证新办"]),
    ("table", &["我要查", "数据表", "2026年农机购置补贴资金使用进度和购机户信息"]),
    ("month", &["我要看", "村务公开", "柳林村", "柳林村2026年10月"]),
    ("map", &["我要查", "大厅地图", "一楼大厅"]),
    ("window", &["我要查", "窗口", "2号窗口 户口和居民身份证"]),
    ("steps", &["我要办", "部门", "云川市公安局", "居民身份证补领"]),
    ("topic", &["我要办", "主题服务", "养老服务"]),
    ("bundle", &["我要办", "一件事", "我要退休养老"]),
    ("notice", &["我要看", "公示公告", "2026年第三批公共租赁住房保障对象公示"]),
    ("project", &["我要看", "项目公示", "柳林村机耕路硬化"]),
    ("survey", &["我要问", "调查征集", "政务服务大厅满意度调查"]),
    ("form", &["我要问", "表格", "政府信息公开申请表"]),
];

/// A terminal on a page in a variant.
pub fn at(page: &[&str], variant: &[&str]) -> Terminal {
    led(Terminal::new(), page, variant)
}

/// The same on a terminal that is there already.
pub fn led(mut terminal: Terminal, page: &[&str], variant: &[&str]) -> Terminal {
    terminal.touch("触摸开始");
    for title in page {
        terminal.touch_row(title);
    }
    for tool in variant {
        terminal.touch(tool);
    }
    terminal
}

/// No page of the sample hall has more screens.
const SCREENS_MAX: usize = 20;

fn texts(terminal: &Terminal) -> Vec<String> {
    let elements = terminal.elements();
    let texts = elements.iter().filter(|e| e.accessible_role() == Some(AccessibleRole::Text));
    texts.filter_map(|e| e.accessible_label().map(String::from)).collect()
}

pub fn touchable(terminal: &Terminal) -> Vec<ElementHandle> {
    let is_touchable =
        |e: &ElementHandle| matches!(e.accessible_role(), Some(AccessibleRole::Button | AccessibleRole::RadioButton));
    terminal.elements().into_iter().filter(is_touchable).collect()
}

#[test]
fn everything_that_is_touched_is_large_labelled_and_inside_the_window() {
    let px_per_mm = PANEL.px_per_mm(1080, 1920);
    for (page, touches) in PAGES {
        for (variant, tools) in VARIANTS {
            let terminal = at(touches, tools);
            for element in touchable(&terminal) {
                let label = element.accessible_label().unwrap_or_default();
                let (size, position) = (element.size(), element.absolute_position());
                let place = format!("{page}/{variant}: “{label}”");
                assert!(!label.is_empty(), "{place} has no label");
                let smaller = f64::from(size.width.min(size.height)) / px_per_mm;
                assert!(smaller >= TOUCH_MM_MIN, "{place} is {smaller:.1} mm");
                assert!(position.x >= 0.0 && position.x + size.width <= 1080.5, "{place} leaves the window");
            }
        }
    }
}

#[test]
fn in_the_low_layout_the_tools_are_within_reach() {
    let zone_top = 1920.0 * 0.4;
    for (page, touches) in PAGES {
        let terminal = at(touches, &["低位"]);
        for element in touchable(&terminal) {
            let label = element.accessible_label().unwrap_or_default();
            let y = element.absolute_position().y;
            assert!(y >= zone_top - 1.0, "{page}: “{label}” at {y} is above the low zone at {zone_top}");
        }
    }
}

#[test]
fn what_is_shown_on_a_page_is_also_spoken() {
    for (page, touches) in PAGES {
        let mut terminal = at(touches, &[]);
        // Screen by screen to the end: only what is in view is in the tree.
        let mut shown = texts(&terminal);
        for _ in 0..SCREENS_MAX {
            let Some(down) = terminal.labelled("下一屏").pop().filter(|b| b.accessible_enabled() == Some(true))
            else {
                break;
            };
            down.invoke_accessible_default_action();
            terminal.settle();
            shown.extend(texts(&terminal));
        }
        terminal.touch("朗读");
        let leaflet = terminal.screen.model.leaflet().unwrap();
        let read: Vec<String> = leaflet.paragraphs().into_iter().map(|(_, text)| text.to_owned()).collect();
        // The top bar stands on every page and is not part of it.
        let model = &terminal.screen.model;
        let hall = model.ready_hall().unwrap();
        let (date, time) = model.date_and_time();
        let is_bar =
            |text: &str| text == hall.site.hall || text.starts_with("内容截至") || text == format!("{date}  {time}");
        for text in shown.iter().filter(|text| !is_bar(text)) {
            assert!(read.contains(text), "{page}: “{text}” is shown but not read");
        }
        assert!(!terminal.doings.spoken.borrow().is_empty());
    }
}
