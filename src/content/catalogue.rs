//! The standard catalogues of government disclosure (基层政务公开标准目录): 26 fields and their entries.
//! An entry says what is public, by whom, when and where; the information itself is elsewhere.

use std::fmt;

use super::limit::PublishLimit;
use super::org::Org;
use super::schema::{
    AnyRef, At, Blank, Checked, Checks, Day, Id, List, Map, May, Phone, Ref, RowNumber, TITLE_CHARS_MAX, Term, Text,
    Title, Written, WrittenAs, fields, kind, terms,
};

fields! {
    /// A field of disclosure (试点领域): a row of `catalogue/fields.csv`.
    pub struct CatalogueField {
        /// `field/…`; the 26 national ones have fixed names.
        id: Id<CatalogueField> = "编号",
        /// Its name.
        name: Title = "领域",
        /// What sort of field it is.
        section: Term<FieldSection> = "类别",
        /// The offices that answer for it, the lead office first.
        orgs: List<Ref<Org>, 1, 40> = "责任单位",
        /// One line of what is in it.
        about: Text = "说明",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(CatalogueField: "field" = "公开领域", name, none);

terms! {
    /// What sort of field it is.
    pub enum FieldSection {
        /// One of the 26 national fields.
        Standard = "试点领域",
        /// Schools, hospitals, water, gas, buses.
        Enterprise = "公共企事业单位",
        /// A field of this place.
        Local = "地方领域",
    }
}

fields! {
    /// One entry (公开事项): a row of `catalogue/<field>.csv`, the columns of the national template.
    pub struct Entry {
        /// `entry/<field>-<no>`; made from the file's name and the row's number.
        id: Id<Entry> = "编号",
        /// The field; taken from the file's name.
        field: Ref<CatalogueField> = "领域",
        /// Its number in the field (序号).
        no: Title = "序号",
        /// 一级事项
        item1: Title = "一级事项",
        /// 二级事项; may be empty.
        item2: Blank<Title> = "二级事项",
        /// What is disclosed (公开内容).
        content: Text = "公开内容",
        /// Why (公开依据).
        basis: Text = "公开依据",
        /// By when (公开时限).
        time_limit: WrittenAs<PublishLimit> = "公开时限",
        /// Who discloses (公开主体), as published.
        org: Title = "公开主体",
        /// The office of this hall that this is, where it is one.
        office: May<Ref<Org>> = "对应机构",
        /// Where (公开渠道和载体).
        channels: List<Term<DisclosureChannel>> = "公开渠道和载体",
        /// Channels the template has no box for.
        channels_other: Blank<Text> = "其他渠道",
        /// To whom (公开对象).
        public: WrittenAs<Audience> = "公开对象",
        /// How (公开方式).
        mode: Term<DisclosureMode> = "公开方式",
        /// At which level (公开层级).
        level: List<Term<DisclosureLevel>, 1> = "公开层级",
        /// Which of the five kinds of openness (五公开).
        wugongkai: List<Term<FiveOpen>> = "五公开",
        /// Before, during or after the matter.
        stage: May<Term<Stage>> = "公开环节",
        /// The article that allows withholding; 不予公开 must name it.
        ground: May<Term<Ground>> = "不予公开理由",
        /// Kind of matter (事项类别).
        category: Blank<Title> = "事项类别",
        /// Where to complain; the office's where it is empty.
        complain: Blank<Phone> = "监督投诉",
        /// The record that discloses it here.
        doc_ref: May<AnyRef> = "公开内容所在",
        /// Last day on which the entry was confirmed.
        updated: May<Day> = "更新日期",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
    keeps Entry::has_ground, shows Entry::example_that_is_open
}

impl super::schema::Kind for Entry {
    const KIND: &'static str = "entry";
    const LABEL: &'static str = "公开事项";
    fn id(&self) -> &crate::base::id::RecordId {
        &self.id
    }
    fn title(&self) -> &str {
        if self.item2.is_empty() { &self.item1 } else { &self.item2 }
    }
    fn org(&self) -> Option<&crate::base::id::RecordId> {
        self.office.as_ref()
    }
}

terms! {
    /// A channel of the national template.
    pub enum DisclosureChannel {
        Website = "政府网站", Gazette = "政府公报", SocialMedia = "两微一端", Briefing = "发布会/听证会",
        Broadcast = "广播电视", Print = "纸质媒体", ReadingPoint = "公开查阅点", ServiceCentre = "政务服务中心",
        ServiceStation = "便民服务站", Visit = "入户/现场", NoticeBoard = "社区/企事业单位/村公示栏（电子屏）",
        Push = "精准推送", Other = "其他",
    }
}

terms! {
    /// How information is open.
    pub enum DisclosureMode { Proactive = "主动", OnRequest = "依申请", Closed = "不予" }
}

terms! {
    /// At which level an entry is disclosed.
    pub enum DisclosureLevel { City = "市级", County = "县级", Township = "乡级", Village = "村级" }
}

terms! {
    /// The five kinds of openness (五公开).
    pub enum FiveOpen {
        Decision = "决策公开", Execution = "执行公开", Management = "管理公开", Service = "服务公开", Result = "结果公开",
    }
}

terms! {
    /// When in the course of a matter.
    pub enum Stage { Before = "事前", During = "事中", After = "事后" }
}

terms! {
    /// The articles of the Regulations (State Council order 711) that allow withholding.
    pub enum Ground {
        /// State secrets, security, stability.
        Secret = "14",
        /// Trade secrets, privacy.
        Private = "15",
        /// Internal affairs.
        Internal = "16-1",
        /// Drafts, files of enforcement.
        Process = "16-2",
    }
}

/// To whom information is open (公开对象).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// 全社会
    Everyone,
    /// 特定群体, and which.
    Group(String),
}

impl Written for Audience {
    const WANTED: &'static str = "特定群体：申请人";
    fn of(text: &str) -> Option<Self> {
        if text == "全社会" {
            return Some(Self::Everyone);
        }
        let group = text.strip_prefix("特定群体：")?;
        let is_fine = !group.trim().is_empty() && group.chars().count() <= 60 && !group.chars().any(char::is_control);
        is_fine.then(|| Self::Group(group.to_owned()))
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("全社会"),
            Self::Group(group) => write!(f, "特定群体：{group}"),
        }
    }
}

impl Written for PublishLimit {
    const WANTED: &'static str = "自信息形成或变更之日起20个工作日内公开";
    fn of(text: &str) -> Option<Self> {
        // What cannot be read is kept word for word; only what no table holds is refused.
        let is_fine =
            !text.trim().is_empty() && text.chars().count() <= TITLE_CHARS_MAX && !text.chars().any(char::is_control);
        is_fine.then(|| Self::parse(text))
    }
}

impl Ground {
    /// What it means, for residents.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Secret => "依照政府信息公开条例第十四条，涉及国家秘密、安全或者社会稳定的，不予公开。",
            Self::Private => "依照政府信息公开条例第十五条，涉及商业秘密、个人隐私的，不予公开。",
            Self::Internal => "依照政府信息公开条例第十六条，属于行政机关内部事务的，可以不予公开。",
            Self::Process => "依照政府信息公开条例第十六条，属于过程性信息或者行政执法案卷的，可以不予公开。",
        }
    }
}

impl Entry {
    fn example_that_is_open(map: &mut Map) {
        map.remove("ground");
    }

    fn has_ground(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        match (self.mode, self.ground) {
            (DisclosureMode::Closed, None) => {
                Err(c.refuse(&at.key("ground"), "不予公开的，要写理由：14、15、16-1 或 16-2（条例条款）"))
            }
            (DisclosureMode::Proactive | DisclosureMode::OnRequest, Some(_)) => {
                Err(c.refuse(&at.key("ground"), "只有不予公开的才写理由"))
            }
            (DisclosureMode::Closed, Some(_)) | (DisclosureMode::Proactive | DisclosureMode::OnRequest, None) => Ok(()),
        }
    }
}
