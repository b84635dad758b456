//! The 14-column table of 基层政务公开标准目录 in all its variations, and what is written of each row.
//! It takes no tick for granted: an object, mode or level that is not marked, or marked twice, is refused.

use std::collections::BTreeMap;

use super::cells;
use super::header::{Header, normal};
use super::report::Report;
use super::rows::{Made, MadeRow};
use super::target::{CellKind, Home, Target, TargetColumn, Term};

/// The written columns.
const KEYS: &[&str] = &[
    "no",
    "item1",
    "item2",
    "content",
    "basis",
    "time_limit",
    "org",
    "channels",
    "channels_other",
    "public",
    "mode",
    "level",
    "wugongkai",
    "ground",
    "doc_ref",
];
/// What a published table should have; without its column, each row lacks it.
const EXPECTED: &[(&str, &[&str])] = &[
    ("二级事项", &["item2"]),
    ("公开依据", &["basis"]),
    ("公开时限", &["time_limit"]),
    ("公开主体", &["org"]),
    ("公开渠道和载体", &["channels"]),
    ("公开对象", PUBLIC_KEYS),
    ("公开方式", MODE_KEYS),
    ("公开层级", LEVEL_KEYS),
];
const EVERYBODY: &str = "全社会";
const GROUP: &str = "特定群体";
/// The channel that is written in words.
const OTHER: &str = "其他";
const PUBLIC_KEYS: &[&str] = &["public_all", "public_some", "public"];
const MODE_KEYS: &[&str] = &["mode_active", "mode_request", "mode"];
const LEVEL_KEYS: &[&str] = &[
    "level_city",
    "level_county",
    "level_county_township",
    "level_township",
    "level_township_village",
    "level_village",
    "level",
];
/// Each tick column of a level and the levels that it means.
const LEVELS: &[(&str, &[&str])] = &[
    ("level_city", &["市级"]),
    ("level_county", &["县级"]),
    ("level_county_township", &["县级", "乡级"]),
    ("level_township", &["乡级"]),
    ("level_township_village", &["乡级", "村级"]),
    ("level_village", &["村级"]),
];
/// Words in a level cell and the level that they mean, the longest first.
const LEVEL_WORDS: &[(&str, &[&str])] = &[
    ("县乡村", &["县级", "乡级", "村级"]),
    ("乡村", &["乡级", "村级"]),
    ("镇村", &["乡级", "村级"]),
    ("县乡", &["县级", "乡级"]),
    ("乡镇街道", &["乡级"]),
    ("乡镇", &["乡级"]),
    ("镇街", &["乡级"]),
    ("街道", &["乡级"]),
    ("县市区", &["县级"]),
    ("区县", &["县级"]),
    ("县区", &["县级"]),
    ("社区", &["村级"]),
    ("市", &["市级"]),
    ("县", &["县级"]),
    ("区", &["县级"]),
    ("乡", &["乡级"]),
    ("镇", &["乡级"]),
    ("村", &["村级"]),
];

/// The table that is read.
pub fn target() -> Target {
    let text = |key, label| TargetColumn::new(key, label, CellKind::Text);
    let tick = |key, label| TargetColumn::new(key, label, CellKind::Tick).explained("适用就打√", "√");
    let mut columns = vec![
        TargetColumn::new("no", "序号", CellKind::Code).also(&["编号"]).explained("", "1"),
        text("item1", "公开事项/一级事项")
            .also(&["一级事项", "公开事项", "一级公开事项", "公开事项一级事项"])
            .required()
            .explained("同一个一级事项的几行可以合并", "养老服务通用政策"),
        text("item2", "公开事项/二级事项")
            .also(&["二级事项", "二级公开事项"])
            .explained("", "国家和地方层面养老服务相关法律、法规、政策文件"),
        text("content", "公开内容（要素）")
            .also(&["公开内容", "公开要素", "公开内容及要素", "公开内容要素标准"])
            .required()
            .explained("", "文件名称；文号；发文部门；成文日期"),
        text("basis", "公开依据")
            .also(&["依据", "法律依据", "公开的依据"])
            .explained("法律、法规或文件名称", "《中华人民共和国政府信息公开条例》"),
        text("time_limit", "公开时限").also(&["时限"]).explained("", "形成或变更之日起20个工作日内"),
        text("org", "公开主体")
            .also(&["责任主体", "公开单位", "责任单位", "公开责任主体"])
            .explained("", "云川市民政局"),
        TargetColumn::new("channels", "公开渠道和载体", CellKind::Channels)
            .also(&["公开渠道", "公开渠道及载体", "公开渠道与载体", "公开载体", "公开渠道和载体选择"])
            .explained("", "■政府网站 □政府公报 ■公开查阅点"),
        text("channels_other", "其他渠道").also(&["其他公开渠道"]),
        tick("public_all", "公开对象/全社会").also(&["全社会", "面向全社会", "社会公众"]),
        TargetColumn::new("public_some", "公开对象/特定群体", CellKind::TickOrText)
            .also(&["特定群体", "特定群众", "特定人群", "特定对象"])
            .explained("打√，或写明是哪些人", ""),
        text("public", "公开对象").also(&["公开范围"]),
        tick("mode_active", "公开方式/主动").also(&["主动", "主动公开"]),
        tick("mode_request", "公开方式/依申请").also(&["依申请", "依申请公开", "申请公开"]),
        text("mode", "公开方式"),
    ];
    columns.extend(level_columns());
    let fields = ["决策", "执行", "管理", "服务", "结果"];
    let terms = fields.iter().map(|f| Term { word: (*f).to_owned(), synonyms: vec![format!("{f}公开")] }).collect();
    columns.extend([
        TargetColumn::new("wugongkai", "五公开", CellKind::Terms(terms)).also(&["五公开类别", "五公开属性"]),
        text("ground", "不予公开依据").also(&["不予公开理由", "不予公开的依据"]),
        text("doc_ref", "关联文件").also(&["关联文件编号"]),
    ]);
    Target { kind: super::CATALOGUE, label: "政务公开标准目录", home: Home::Named("catalogue"), columns }
}

fn level_columns() -> Vec<TargetColumn> {
    let tick = |key, label, also: &[&str]| {
        TargetColumn::new(key, label, CellKind::Tick).also(also).explained("适用就打√", "√")
    };
    vec![
        tick("level_city", "公开层级/市级", &["市级"]),
        // 市 beside 镇街 and 村 is a city of county level.
        tick(
            "level_county",
            "公开层级/县级",
            &[
                "县级",
                "区级",
                "区县级",
                "县区级",
                "县市区级",
                "市区级",
                "县市级",
                "公开层级/市",
                "公开层级/县",
                "公开层级/区",
            ],
        ),
        tick("level_county_township", "公开层级/县、乡级", &["县乡级", "县级乡级"]),
        tick(
            "level_township",
            "公开层级/乡级",
            &[
                "乡级",
                "镇级",
                "乡镇级",
                "镇街级",
                "街道级",
                "公开层级/镇街",
                "公开层级/乡镇",
                "公开层级/街道",
                "公开层级/乡镇街道",
                "镇街道",
                "镇街",
                "乡镇街道",
                "乡镇街道级",
            ],
        ),
        tick(
            "level_township_village",
            "公开层级/乡、村级",
            &["乡村级", "镇村级", "乡级村级", "镇级村级", "乡镇村级", "乡镇村"],
        ),
        tick("level_village", "公开层级/村级", &["村级", "公开层级/村", "公开层级/村居", "村社区", "村居", "村社区级"]),
        TargetColumn::new("level", "公开层级", CellKind::Text).also(&["层级"]),
    ]
}

/// The keys of the written columns.
pub fn keys() -> Vec<String> {
    KEYS.iter().map(|key| (*key).to_owned()).collect()
}

/// The target with the columns that one table has.
pub struct Table<'a> {
    header: &'a Header,
    places: BTreeMap<&'a str, usize>,
}

impl<'a> Table<'a> {
    /// The columns under a heading.
    pub fn of(target: &'a Target, header: &'a Header) -> Self {
        let places = target.columns.iter().enumerate().map(|(at, column)| (column.key.as_str(), at)).collect();
        Self { header, places }
    }

    /// Tells once which columns the table lacks, so that nobody looks for them in every row.
    pub fn tell_missing(&self, report: &mut Report) {
        for (name, keys) in EXPECTED {
            if !self.has_any(keys) {
                report.warn(None, None, format!("表里没有“{name}”这一列"));
            }
        }
    }

    /// What is written of one row, whose cells are in the order of the target.
    pub fn make(&self, cells: &[String]) -> Made {
        let mut refused = Vec::new();
        let mut note = |column: &'static str, result: Result<String, String>| match result {
            Ok(text) => text,
            Err(reason) => {
                refused.push((column, reason));
                String::new()
            }
        };
        let public = note("公开对象", self.public(cells));
        let mode = note("公开方式", self.mode(cells));
        let level = note("公开层级", self.level(cells));
        if !refused.is_empty() {
            return Err(refused);
        }
        let (channels, other) = cells::split_other(self.get(cells, "channels"));
        let others =
            [other.as_str(), self.get(cells, "channels_other")].into_iter().filter(|o| !o.is_empty() && *o != OTHER);
        let others = others.collect::<Vec<_>>().join("、");
        let written = |key: &&str| match *key {
            "channels" => channels.clone(),
            "channels_other" => others.clone(),
            "public" => public.clone(),
            "mode" => mode.clone(),
            "level" => level.clone(),
            key => self.get(cells, key).to_owned(),
        };
        let doubts = match public.as_str() {
            GROUP => vec![("公开对象", "标了“特定群体”，没有写明是哪些人".to_owned())],
            _ => Vec::new(),
        };
        Ok(MadeRow { cells: KEYS.iter().map(written).collect(), doubts })
    }

    fn public(&self, cells: &[String]) -> Result<String, String> {
        let all = !self.get(cells, "public_all").is_empty();
        let (some, written) = (self.get(cells, "public_some"), self.get(cells, "public"));
        match (all, some, written) {
            (true, "", _) => Ok(EVERYBODY.into()),
            (true, _, _) => Err("“全社会”和“特定群体”都标了，只能选一个".into()),
            (false, "是", _) => Ok(GROUP.into()),
            (false, "", "") if self.has_any(PUBLIC_KEYS) => Err("“全社会”和“特定群体”都没有标".into()),
            (false, "", "") => Ok(String::new()),
            (false, "", written) => Ok(public_of(written)),
            (false, some, _) => Ok(public_of(some)),
        }
    }

    fn mode(&self, cells: &[String]) -> Result<String, String> {
        let text = self.get(cells, "mode");
        let written = normal(text);
        let active = !self.get(cells, "mode_active").is_empty() || matches!(written.as_str(), "主动" | "主动公开");
        let request = !self.get(cells, "mode_request").is_empty()
            || matches!(written.as_str(), "依申请" | "依申请公开" | "申请公开");
        match (active, request) {
            (true, false) => Ok("主动".into()),
            (false, true) => Ok("依申请".into()),
            (true, true) => Err("“主动”和“依申请”都标了，只能选一个".into()),
            (false, false) if !written.is_empty() => Err(format!("不认识“{text}”，可以写：主动、依申请")),
            (false, false) if self.has_any(MODE_KEYS) => Err("“主动”和“依申请”都没有标".into()),
            (false, false) => Ok(String::new()),
        }
    }

    fn level(&self, cells: &[String]) -> Result<String, String> {
        let ticked = LEVELS.iter().filter(|(key, _)| !self.get(cells, key).is_empty());
        let mut levels: Vec<&str> = ticked.flat_map(|(_, meant)| meant.iter().copied()).collect();
        let written = self.get(cells, "level");
        for part in written.split(['、', '/', '，', ',', '；', ' ', '和']).filter(|part| !part.is_empty()) {
            let bare = normal(part);
            let bare = bare.strip_suffix('级').unwrap_or(&bare);
            let meant = LEVEL_WORDS.iter().find(|(word, _)| *word == bare).map(|(_, meant)| *meant);
            levels.extend_from_slice(meant.ok_or_else(|| format!("不认识“{part}”，可以写：市级、县级、乡级、村级"))?);
        }
        if levels.is_empty() && self.has_any(LEVEL_KEYS) {
            return Err("一个层级都没有标".into());
        }
        let order = ["市级", "县级", "乡级", "村级"];
        Ok(order.into_iter().filter(|level| levels.contains(level)).collect::<Vec<_>>().join("、"))
    }

    fn has_any(&self, keys: &[&str]) -> bool {
        let place = |key: &&str| self.places.get(*key).and_then(|at| self.header.places.get(*at));
        keys.iter().filter_map(place).any(|places| !places.is_empty())
    }

    fn get<'c>(&self, cells: &'c [String], key: &str) -> &'c str {
        self.places.get(key).and_then(|at| cells.get(*at)).map_or("", String::as_str)
    }
}

/// `全社会`, or the group in words.
fn public_of(text: &str) -> String {
    let everybody = [EVERYBODY, "社会", "社会公众", "面向社会", "面向全社会", "公众"];
    if everybody.contains(&normal(text).as_str()) {
        return EVERYBODY.into();
    }
    let Some(group) = ["特定群体", "特定群众", "特定人群"].iter().find_map(|word| text.strip_prefix(word))
    else {
        return format!("{GROUP}：{text}");
    };
    let bare = group.trim_matches([' ', '：', ':']);
    let inside = bare.strip_prefix(['（', '(']).and_then(|rest| rest.strip_suffix(['）', ')']));
    match inside.unwrap_or(bare) {
        "" => GROUP.into(),
        words => format!("{GROUP}：{words}"),
    }
}
