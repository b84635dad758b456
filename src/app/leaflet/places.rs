//! The pages of where people go: offices, windows, machines, the hall's plan with the way in words, the calendar.
//! A way is told from where this terminal stands.

use crate::content::map::Place as MapPlace;
use crate::content::record::label_of;
use crate::content::{Calendar, Device, FloorMap, Org, Window};
use crate::store::{Of, Shelf};

use super::lists::{inside_rows, words};
use super::parts::{
    belongings, day_text, group, heading, link, office_row, page, reach, short_footer, text, window_leaf, window_sign,
};
use super::plan::{floor, way_to};
use super::{Around, Icon, Leaf, Leaflet, Row, Target};

/// Most offices below one that are listed on its page.
const BELOW_MAX: usize = 60;
/// Kinds that an office's page leads to, when it has some.
const OFFICE_KINDS: [&str; 11] =
    ["item", "bundle", "policy", "list", "table", "notice", "task", "project", "survey", "reply", "form"];

/// An office: what it is for, what can be done there, what it publishes, how to reach it.
pub fn org(org: &Org, around: &Around<'_>) -> Leaflet {
    let hall = around.hall;
    let mut page = page(&org.name, &org.about);
    inside_rows(&mut page, around, "能办的事");
    page.body.push(heading("怎么联系"));
    page.body.extend(reach(org));
    if let Some(hours) = org.hours.as_ref().and_then(|id| hall.hours(id)) {
        page.body.push(Leaf::fact("时间", hours.lines().join("；")).with_note(&hours.note));
    }
    for window in hall.windows.iter().filter(|w| w.org == org.id) {
        page.body.push(window_leaf(window, hall));
    }
    page.body.push(short_footer(around, Some(&org.id), None));
    let board = crate::base::id::RecordId::new("village", org.id.name()).ok();
    let board = board.filter(|id| around.opened.title_of(id).is_some());
    let mut more: Vec<Row> =
        board.into_iter().map(|id| link(Icon::Village, "村务公开栏", &id).with_note("党务、村务、财务")).collect();
    for kind in OFFICE_KINDS {
        let n = hall.count_of(kind, &org.id);
        if n > 0 {
            let shelf = Target::List(Shelf { kind, of: Of::Office(org.id.clone()) });
            more.push(Row::new(Icon::of_kind(kind), words(kind).0, shelf).with_note(format!("{n}条")));
        }
    }
    group(&mut more, "公开的内容");
    let agents: Vec<Row> = if hall.count_of("agent", &org.id) > 0 {
        let shelf = Target::List(Shelf { kind: "agent", of: Of::Office(org.id.clone()) });
        vec![Row::new(Icon::Person, "代办员", shelf)]
    } else {
        Vec::new()
    };
    more.extend(agents);
    let below = hall.orgs.iter().filter(|o| o.parent.as_ref() == Some(&org.id));
    let mut below: Vec<Row> =
        below.take(BELOW_MAX).map(|o| link(Icon::Office, &o.name, &o.id).with_note(&o.phone)).collect();
    group(&mut below, "下属单位");
    page.links = more;
    page.links.extend(below);
    if let Some(above) = org.parent.as_ref().and_then(|id| office_row(around, id)) {
        page.links.push(above.under("上级单位"));
    }
    page
}

/// A window: today's hours, where it is, what it has.
pub fn window(window: &Window, around: &Around<'_>) -> Leaflet {
    let hall = around.hall;
    let hours = hall.hours(&window.hours);
    let today = hours.map_or(String::new(), |h| h.today_line(around.today, &hall.days));
    let mut page = page(&format!("{} {}", window_sign(window), window.name), &today);
    page.body = vec![heading("在哪里，几点开门"), Leaf::fact("位置", &window.place)];
    page.body.extend(way_to(around, &window.id));
    if let Some(hours) = hours {
        page.body.push(Leaf::fact("时间", hours.lines().join("；")).with_note(&hours.note));
    }
    page.body.push(Leaf::fact("电话", &window.phone));
    page.body.push(Leaf::fact("取号", queue_text(&window.queue_prefix)));
    for (has, what) in [(window.has_low_counter, "有低位柜台，坐轮椅也方便"), (window.has_sign_language, "有手语服务")]
    {
        if has {
            page.body.push(Leaf::fact("服务", what));
        }
    }
    page.body.push(short_footer(around, Some(&window.org), None));
    page.links = map_row(around);
    page.links.extend(office_row(around, &window.org).map(|row| row.with_note("这个部门能办的事")));
    group(&mut page.links, "相关");
    page
}

fn queue_text(prefix: &str) -> String {
    if prefix.is_empty() { String::new() } else { format!("取{prefix}字头的号") }
}

/// A machine or aid: what it does, where it stands.
pub fn device(device: &Device, around: &Around<'_>) -> Leaflet {
    let mut page = page(&device.name, &device.about);
    page.body = vec![heading("在哪里"), Leaf::fact("位置", &device.place)];
    page.body.extend(way_to(around, &device.id));
    page.body.push(Leaf::fact("类型", device.kind.term()));
    page.body.push(short_footer(around, Some(&device.org), None));
    page.links = map_row(around);
    page.links.extend(office_row(around, &device.org));
    group(&mut page.links, "相关");
    page
}

/// The way to the maps, when the hall has one.
fn map_row(around: &Around<'_>) -> Vec<Row> {
    if around.hall.count("map") == 0 {
        return Vec::new();
    }
    vec![Row::new(Icon::Map, "大厅地图", Target::List(Shelf { kind: "map", of: Of::All })).with_note("从这里怎么走")]
}

/// A floor: its zones, and the way to each place in words.
pub fn map(map: &FloorMap, around: &Around<'_>) -> Leaflet {
    let mut page = page(&map.title, "您在本机这里。下面是从本机到各处怎么走。");
    page.head.push(floor(map));
    page.body.push(heading("怎么走"));
    for place in &map.places {
        let name = place_name(place, around);
        if name.is_empty() {
            continue;
        }
        page.body.push(Leaf::field(name, route_text(map, place)));
    }
    let links = map.places.iter().filter_map(|place| {
        let title = place_name(place, around);
        (!title.is_empty()).then(|| link(Icon::of_kind(place.target.kind()), title, &place.target))
    });
    page.links = links.collect();
    for row in &mut page.links {
        if let Target::Record(id) = &row.to {
            row.note = label_of(id.kind()).to_owned();
        }
    }
    group(&mut page.links, "看窗口和设备");
    page.body.push(super::parts::footer_of_site(around, &map.imprint));
    let related =
        map.imprint.related.first().map(|_| belongings(around, &map.imprint, &around.opened.record.id().clone()));
    page.links.extend(related.unwrap_or_default());
    page
}

fn place_name(place: &MapPlace, around: &Around<'_>) -> String {
    match around.hall.windows.iter().find(|w| w.id == place.target) {
        Some(window) => format!("{} {}", window_sign(window), window.name),
        None => around.opened.title_of(&place.target).unwrap_or_default().to_owned(),
    }
}

/// The way from the terminal in words: `直行12米，左转，再走5米，就到。`
pub fn route_text(map: &FloorMap, place: &MapPlace) -> String {
    let away = f64::from(map.here.x.abs_diff(place.at.x)).hypot(f64::from(map.here.y.abs_diff(place.at.y)));
    if away <= BESIDE_DECIMETRES_MAX {
        return "就在本机旁边。".to_owned();
    }
    let mut points = vec![map.here];
    points.extend(map.route(place).unwrap_or_default().into_iter().map(|node| node.at));
    points.push(place.at);
    points.dedup();
    let legs: Vec<(f64, f64)> = points
        .windows(2)
        .map(|pair| (f64::from(pair[1].x) - f64::from(pair[0].x), f64::from(pair[1].y) - f64::from(pair[0].y)))
        .collect();
    let mut text = String::new();
    let mut metres = 0.0;
    let mut turn = "";
    for (i, leg) in legs.iter().enumerate() {
        let next = i.checked_sub(1).and_then(|before| legs.get(before)).map_or("", |before| turn_of(*before, *leg));
        if !next.is_empty() {
            walk(&mut text, turn, metres);
            (metres, turn) = (0.0, next);
        }
        metres += leg.0.hypot(leg.1) / DECIMETRES_PER_METRE;
    }
    walk(&mut text, turn, metres);
    format!("{text}就到。")
}

const DECIMETRES_PER_METRE: f64 = 10.0;
/// Nobody needs to be shown a way of less than this.
const BESIDE_DECIMETRES_MAX: f64 = 15.0;
/// A bend of less than this is no turn.
const TURN_DEGREES_MIN: f64 = 35.0;
/// A bend of more than this goes back.
const BACK_DEGREES_MIN: f64 = 150.0;

/// Which way one turns between two straight ways; y grows downwards, so a positive angle is to the right.
fn turn_of(before: (f64, f64), after: (f64, f64)) -> &'static str {
    let cross = before.0 * after.1 - before.1 * after.0;
    let dot = before.0 * after.0 + before.1 * after.1;
    let degrees = cross.atan2(dot).to_degrees();
    match degrees {
        d if d.abs() < TURN_DEGREES_MIN => "",
        d if d.abs() > BACK_DEGREES_MIN => "向后转",
        d if d > 0.0 => "右转",
        _ => "左转",
    }
}

fn walk(text: &mut String, turn: &str, metres: f64) {
    let metres = metres.round().max(1.0);
    match turn {
        "" if metres >= 1.0 && text.is_empty() => text.push_str(&format!("直行{metres}米，")),
        turn => text.push_str(&format!("{turn}，走{metres}米，")),
    }
}

/// A year's notice on holidays.
pub fn calendar(year: &Calendar, around: &Around<'_>) -> Leaflet {
    let mut page = page(&format!("{}年放假安排", year.year), &year.title);
    page.head.push(Leaf::fact("文号", &year.number));
    page.body.push(heading("放假"));
    for range in &year.off {
        let days = (range.to - range.from).get_days() + 1;
        let line =
            if days == 1 { day_text(range.from) } else { format!("{}至{}", day_text(range.from), day_text(range.to)) };
        page.body.push(Leaf::field(line, format!("{days}天")));
    }
    if !year.work.is_empty() {
        page.body.push(heading("周末上班"));
        for day in &year.work {
            page.body.push(text(day_text(*day)));
        }
    }
    page.body.push(short_footer(around, None, None));
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::schema::{Map, Source, read};

    /// Down three metres, right five, up to a window: from the terminal at the upper left.
    fn plan(place: &str, near: &str) -> FloorMap {
        let text = format!(
            r#"
            id = "floor1"
            title = "一楼大厅"
            size = "200,200"
            here = "10,10"
            here_node = "a"
            published = "2026-03-01"
            reviewed_by = "张三"
            area = [{{ name = "业务窗口区", kind = "业务窗口区", points = ["0,0", "200,0", "200,200"] }}]
            place = [{{ target = "window/w1", at = "{place}", near = "{near}" }}]
            node = [{{ key = "a", at = "10,10" }}, {{ key = "b", at = "10,40" }}, {{ key = "c", at = "60,40" }}]
            path = [{{ from = "a", to = "b" }}, {{ from = "b", to = "c" }}]
            "#
        );
        let map: Map = toml::from_str(&text).unwrap();
        read(map, Source::Values).unwrap()
    }

    #[test]
    fn the_way_is_told_as_one_walks_it() {
        for (at, near, way) in [
            ("10,10", "a", "就在本机旁边。"),
            ("10,40", "b", "直行3米，就到。"),
            ("60,40", "c", "直行3米，左转，走5米，就到。"),
            ("60,20", "c", "直行3米，左转，走5米，左转，走2米，就到。"),
            ("60,60", "c", "直行3米，左转，走5米，右转，走2米，就到。"),
            ("100,40", "c", "直行3米，左转，走9米，就到。"),
        ] {
            let map = plan(at, near);
            assert_eq!(route_text(&map, &map.places[0]), way, "{at}");
        }
    }
}
