//! A floor of the hall as a plan: areas, places one can go to, and the ways between them.
//! Drawn from numbers, not from a picture, so that it keeps every theme and can be spoken.

use super::imprint::Imprint;
use super::schema::{
    AnyRef, At, Checked, Checks, Flat, Id, List, Name, Part, Point, Term, Title, WrittenAs, fields, kind, terms,
};

fields! {
    /// One floor: `map/<id>.toml`. Lengths are decimetres from the upper left corner.
    pub struct FloorMap {
        /// `map/…`.
        id: Id<FloorMap> = "编号",
        /// Such as 一楼大厅.
        title: Title = "名称",
        /// The lower right corner.
        size: WrittenAs<Point> = "大小",
        /// Where this terminal stands (您在这里).
        here: WrittenAs<Point> = "本机位置",
        /// The node of the path nearest to the terminal.
        here_node: Name = "本机路口",
        /// Zones, walls and rooms.
        areas as "area": List<Part<Area>, 1, 100> = "区域",
        /// What one can walk to.
        places as "place": List<Part<Place>, 1, 200> = "目的地",
        /// Corners of the way.
        nodes as "node": List<Part<Node>, 1, 300> = "路口",
        /// Straight ways between two nodes.
        paths as "path": List<Part<Way>, 0, 600> = "通路",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps FloorMap::is_walkable
}
kind!(FloorMap: "map" = "大厅平面图", title, none);

fields! {
    /// A zone, a room or a wall.
    pub struct Area {
        /// What the sign says.
        name: Title = "名称",
        /// What it is.
        kind: Term<AreaKind> = "类型",
        /// Its corners in order.
        points: List<WrittenAs<Point>, 3, 60> = "边界",
    }
}

terms! {
    /// What an area is.
    pub enum AreaKind {
        Advice = "咨询帮办区", Windows = "业务窗口区", Disclosure = "政务公开区", Rest = "便民休息区",
        SelfService = "自助服务区", Door = "出入口", Toilet = "卫生间", Stairs = "楼梯电梯", Office = "办公区",
        Other = "其他",
    }
}

fields! {
    /// A window, a machine or a door one can walk to.
    pub struct Place {
        /// The record, such as `window/w01`.
        target: AnyRef = "目的地",
        /// Where one stands when one is there.
        at: WrittenAs<Point> = "位置",
        /// The nearest node.
        near: Name = "最近路口",
    }
}

fields! {
    /// A corner of the way.
    pub struct Node {
        /// Unique on the map.
        key: Name = "编号",
        /// Where it is.
        at: WrittenAs<Point> = "位置",
    }
}

fields! {
    /// A straight way between two nodes, walked in both directions.
    pub struct Way {
        /// One end.
        from: Name = "起点",
        /// The other end.
        to: Name = "终点",
    }
}

impl FloorMap {
    /// The nodes from the terminal to a place, the shortest way; none when there is no way.
    pub fn route(&self, place: &Place) -> Option<Vec<&Node>> {
        let index = |key: &str| self.nodes.iter().position(|n| n.key == key);
        let (start, end) = (index(&self.here_node)?, index(&place.near)?);
        // Dijkstra on at most 300 nodes: a plain scan for the nearest is quick enough.
        let mut distance = vec![u64::MAX; self.nodes.len()];
        let mut before = vec![None; self.nodes.len()];
        let mut is_done = vec![false; self.nodes.len()];
        distance[start] = 0;
        while let Some(near) =
            (0..self.nodes.len()).filter(|i| !is_done[*i] && distance[*i] < u64::MAX).min_by_key(|i| distance[*i])
        {
            is_done[near] = true;
            for way in &self.paths {
                let (Some(a), Some(b)) = (index(&way.from), index(&way.to)) else { continue };
                let Some(next) = [(a, b), (b, a)].into_iter().find(|(from, _)| *from == near).map(|(_, to)| to) else {
                    continue;
                };
                let longer = distance[near] + length(self.nodes[near].at, self.nodes[next].at);
                if longer < distance[next] {
                    (distance[next], before[next]) = (longer, Some(near));
                }
            }
        }
        if distance[end] == u64::MAX {
            return None;
        }
        let mut route = vec![end];
        while let Some(up) = route.last().and_then(|last| before[*last]) {
            route.push(up);
        }
        route.reverse();
        Some(route.into_iter().map(|i| &self.nodes[i]).collect())
    }

    fn is_walkable(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        let knows = |key: &str| self.nodes.iter().any(|n| n.key == key);
        for (i, node) in self.nodes.iter().enumerate() {
            if self.nodes[..i].iter().any(|n| n.key == node.key) {
                result = Err(c.refuse(&at.key("node").entry(i).key("key"), format!("路口“{}”写了两次", node.key)));
            }
        }
        for (i, way) in self.paths.iter().enumerate() {
            for (key, name) in [("from", &way.from), ("to", &way.to)] {
                if !knows(name) {
                    result = Err(c.refuse(&at.key("path").entry(i).key(key), format!("没有路口“{name}”")));
                }
            }
        }
        if !knows(&self.here_node) {
            result = Err(c.refuse(&at.key("here_node"), format!("没有路口“{}”", self.here_node)));
        }
        for (i, place) in self.places.iter().enumerate() {
            if self.route(place).is_none() {
                let problem = format!("从本机走不到“{}”，请检查最近路口和通路", place.target);
                result = Err(c.refuse(&at.key("place").entry(i).key("near"), problem));
            }
        }
        result
    }
}

/// Distance in decimetres, rounded down.
fn length(a: Point, b: Point) -> u64 {
    let (dx, dy) = (u64::from(a.x.abs_diff(b.x)), u64::from(a.y.abs_diff(b.y)));
    (dx * dx + dy * dy).isqrt()
}
