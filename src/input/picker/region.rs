//! A place from the province down to the village, the hall's own villages first.
//! It knows names alone: no codes, no map, and nothing of who lives there.

use std::ops::Range;
use std::sync::LazyLock;

use super::{Cell, Sheet, TURNS, Tap, page_of};

/// The divisions as the build packed them; empty when the build had none.
const DIVISIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/divisions.txt"));
/// Rows and columns of a sheet.
const SHAPE: (usize, usize) = (5, 3);
/// The tool that goes up, and the one that takes the place one is in; the two that turn come after.
const TOOLS: [&str; 2] = ["‹ 上一级", "就选这里"];
/// What stands between the parts of an address.
const THEN: &str = " › ";
/// A level that has no name of its own: what is below belongs to what is above.
const NAMELESS: &[&str] = &["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// The one table of divisions, read when somebody first asks for it.
static REGIONS: LazyLock<Regions> = LazyLock::new(|| Regions::of(DIVISIONS));

/// The divisions of the country.
#[derive(Debug)]
pub struct Regions {
    text: &'static str,
    places: Vec<Place>,
}

/// A province, city, county, or street.
#[derive(Debug)]
struct Place {
    level: u8,
    name: Range<u32>,
    /// The lines of its villages.
    villages: Range<u32>,
}

impl Regions {
    /// The divisions of the build.
    pub fn of_build() -> &'static Self {
        &REGIONS
    }

    /// Whether the build had none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The names of provinces, cities and counties, each once in its place.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let named = self.places.iter().filter(|place| place.level <= 3).map(|place| self.name(place));
        named.filter(|name| !NAMELESS.contains(name))
    }

    /// The places of the first part of the text and where in the second their villages are, which it does not look at.
    fn of(text: &'static str) -> Self {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut places = Vec::new();
        let mut at = 0;
        let mut last_village = text.find("\n\n").map_or(text.len(), |end| end + 2);
        while let Some(line) = text.get(at..).and_then(|rest| rest.lines().next()).filter(|line| !line.is_empty()) {
            let Some(level @ 1..=4) = line.bytes().next().map(|b| b.wrapping_sub(b'0')) else { break };
            let name = line.split('\t').next().unwrap_or_default();
            let bytes: usize = line.split('\t').nth(1).and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
            let villages = small(last_village)..small(last_village.saturating_add(bytes));
            last_village = last_village.saturating_add(bytes);
            places.push(Place { level, name: small(at + 1)..small(at + name.len()), villages });
            at += line.len() + 1;
        }
        places.shrink_to_fit();
        Self { text, places }
    }

    fn name(&self, place: &Place) -> &'static str {
        self.text.get(place.name.start as usize..place.name.end as usize).unwrap_or_default()
    }

    /// The places one level below one, or the provinces.
    fn below(&self, of: Option<usize>) -> Vec<usize> {
        let (start, level) = of.map_or((0, 0), |of| (of + 1, self.places.get(of).map_or(4, |place| place.level)));
        let inside = self.places.iter().enumerate().skip(start).take_while(|(_, place)| place.level > level);
        let below: Vec<usize> = inside.filter(|(_, place)| place.level == level + 1).map(|(at, _)| at).collect();
        // What has no name of its own is passed over.
        let mut named = Vec::new();
        for at in below {
            match self.places.get(at).is_some_and(|place| NAMELESS.contains(&self.name(place))) {
                true => named.extend(self.below(Some(at))),
                false => named.push(at),
            }
        }
        named
    }

    fn villages(&self, of: usize) -> Vec<&'static str> {
        let Some(place) = self.places.get(of) else { return Vec::new() };
        let lines = self.text.get(place.villages.start as usize..place.villages.end as usize);
        lines.unwrap_or_default().lines().collect()
    }
}

/// A place being chosen.
#[derive(Debug, Clone)]
pub struct RegionPicker {
    /// The hall's own villages.
    own: Vec<String>,
    regions: &'static Regions,
    /// From the province down.
    path: Vec<usize>,
    page: usize,
}

impl RegionPicker {
    /// A picker that offers these villages first, then the country.
    pub fn new(own: Vec<String>, regions: &'static Regions) -> Self {
        Self { own, regions, path: Vec::new(), page: 0 }
    }

    /// What is shown.
    pub fn sheet(&self) -> Sheet {
        let labels = self.labels();
        let (rows, [can_go_back, can_go_on]) = page_of(&labels, self.page, SHAPE.0, SHAPE.1);
        let is_inside = !self.path.is_empty();
        let tools = [(TOOLS[0], is_inside), (TOOLS[1], is_inside), (TURNS[0], can_go_back), (TURNS[1], can_go_on)];
        let heading = match (is_inside, self.regions.is_empty()) {
            (true, _) => self.address(THEN),
            (false, true) => "本地村和社区".to_owned(),
            (false, false) if self.own.is_empty() => "选省份".to_owned(),
            (false, false) => "本地村和社区在前，外地从省份选起".to_owned(),
        };
        let tools = tools.into_iter().map(|(label, is_open)| Cell::new(label, is_open)).collect();
        Sheet { heading, tools, heads: Vec::new(), rows }
    }

    /// Takes a touch; the place when one was chosen, from the province down.
    pub fn tap(&mut self, tap: Tap) -> Option<Vec<String>> {
        let many = SHAPE.0 * SHAPE.1;
        match tap {
            Tap::Tool(0) => {
                self.path.pop();
                self.page = 0;
            }
            Tap::Tool(1) if !self.path.is_empty() => return Some(self.parts()),
            Tap::Tool(2) => self.page = self.page.saturating_sub(1),
            Tap::Tool(3) if (self.page + 1) * many < self.labels().len() => self.page += 1,
            Tap::Tool(_) => {}
            Tap::Cell(row, column) if row < SHAPE.0 && column < SHAPE.1 => {
                return self.choose(self.page * many + row * SHAPE.1 + column);
            }
            Tap::Cell(..) => {}
        }
        None
    }

    fn choose(&mut self, place: usize) -> Option<Vec<String>> {
        if self.path.is_empty() {
            if let Some(village) = self.own.get(place) {
                return Some(vec![village.clone()]);
            }
            let province = self.regions.below(None).get(place - self.own.len()).copied()?;
            self.enter(province);
            return None;
        }
        let last = *self.path.last()?;
        match self.regions.below(Some(last)).get(place) {
            Some(below) => {
                self.enter(*below);
                None
            }
            None => {
                let village = self.labels().get(place).map(|name| (*name).to_owned())?;
                Some(self.parts().into_iter().chain([village]).collect())
            }
        }
    }

    fn enter(&mut self, place: usize) {
        self.path.push(place);
        self.page = 0;
    }

    fn labels(&self) -> Vec<&str> {
        let named = |at: &usize| self.regions.places.get(*at).map_or("", |place| self.regions.name(place));
        let Some(last) = self.path.last() else {
            let provinces = self.regions.below(None);
            return self.own.iter().map(String::as_str).chain(provinces.iter().map(named)).collect();
        };
        let below = self.regions.below(Some(*last));
        if below.is_empty() { self.regions.villages(*last) } else { below.iter().map(named).collect() }
    }

    fn parts(&self) -> Vec<String> {
        let named = |at: &usize| self.regions.places.get(*at).map_or("", |place| self.regions.name(place)).to_owned();
        self.path.iter().map(named).collect()
    }

    fn address(&self, then: &str) -> String {
        self.parts().join(then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Touches what has this label, turning pages until it is there.
    fn touch(picker: &mut RegionPicker, label: &str) -> Option<Vec<String>> {
        loop {
            let sheet = picker.sheet();
            for (row, cells) in sheet.rows.iter().enumerate() {
                if let Some(column) = cells.iter().position(|cell| cell.label == label) {
                    return picker.tap(Tap::Cell(row, column));
                }
            }
            assert!(sheet.tools[3].is_open, "{label} is not in {}", sheet.heading);
            picker.tap(Tap::Tool(3));
        }
    }

    #[test]
    fn one_goes_from_the_province_to_the_village_and_back() {
        let regions = Regions::of_build();
        assert!(!regions.is_empty(), "deploy/setup.sh packs the divisions; the build had none");
        let mut picker = RegionPicker::new(vec!["柳林村".to_owned()], regions);
        assert_eq!(touch(&mut picker, "柳林村"), Some(vec!["柳林村".to_owned()]));
        for part in ["云南省", "昆明市", "官渡区"] {
            assert_eq!(touch(&mut picker, part), None, "{part}");
        }
        assert_eq!(picker.sheet().heading, "云南省 › 昆明市 › 官渡区");
        assert_eq!(picker.tap(Tap::Tool(1)).map(|parts| parts.concat()).as_deref(), Some("云南省昆明市官渡区"));
        let street = picker.sheet().rows[0][0].label.clone();
        assert_eq!(touch(&mut picker, &street), None);
        let village = picker.sheet().rows[0][0].label.clone();
        let chosen = touch(&mut picker, &village).unwrap();
        assert_eq!((chosen.len(), chosen[3].as_str(), chosen[4].as_str()), (5, street.as_str(), village.as_str()));
        for _ in 0..9 {
            picker.tap(Tap::Tool(0));
        }
        assert_eq!(picker.sheet().rows[0][0].label, "柳林村");
    }

    #[test]
    fn a_level_without_a_name_is_passed_over_and_every_province_is_there() {
        let regions = Regions::of_build();
        assert_eq!(regions.below(None).len(), 31);
        let mut picker = RegionPicker::new(Vec::new(), regions);
        touch(&mut picker, "北京市");
        assert_eq!(picker.sheet().rows[0][0].label, "东城区");
        assert!(regions.names().count() > 3_000);
        assert!(regions.names().all(|name| !name.is_empty() && !name.contains('\t')));
    }

    #[test]
    fn without_data_and_with_broken_data_there_are_the_own_villages() {
        for text in ["", "x", "1", "4街道\t99999\n\n村\n", "4街道\t9\n", "1省\n2市\n9\n", "5\n"] {
            let regions: &'static Regions = Box::leak(Box::new(Regions::of(text)));
            let mut picker = RegionPicker::new(vec!["柳林村".to_owned()], regions);
            assert_eq!(picker.tap(Tap::Cell(0, 0)), Some(vec!["柳林村".to_owned()]), "{text:?}");
            for n in 0..30 {
                picker.sheet();
                picker.tap(Tap::Cell(n % 6, n % 4));
                picker.tap(Tap::Tool(n % 5));
            }
        }
    }
}
