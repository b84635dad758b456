//! Who publishes and where people go: the site, its offices, windows, agents and machines.
//! Phones and addresses live here only; guides refer to them.

use super::catalogue::CatalogueField;
use super::guide::{Guide, Level};
use super::hours::Hours;
use super::schema::{
    Blank, Flag, Host, Id, List, May, Only, Phone, Ref, RowNumber, Term, Text, Title, fields, kind, terms,
};

fields! {
    /// The hall this content is for: `site.toml`.
    pub struct Site {
        /// Always `site/main`.
        id: Only<Site> = "编号",
        /// The hall's name, shown on every page.
        hall: Title = "大厅名称",
        /// The administrative division it serves.
        region: Title = "行政区",
        /// The publishing office.
        publisher: Title = "发布机构",
        /// The citizens' hotline, 12345 nearly everywhere.
        hotline: Phone = "热线",
        /// Where a person helps: which counter.
        help_desk: Title = "人工窗口",
        /// The counter's phone.
        help_phone: Phone = "人工窗口电话",
        /// Opening hours of the help desk.
        hours: Ref<Hours> = "开放时间",
        /// The hall's address.
        address: Title = "地址",
        /// Hosts that QR codes may point to.
        qr_hosts: List<Host> = "二维码白名单",
        /// Guides on the home shelf, most asked first.
        frequent: List<Ref<Guide>> = "常办事项",
        /// The disclosure fields this hall shows, in order; empty means all of them.
        fields: List<Ref<CatalogueField>> = "公开领域",
        /// What the attract screen shows in turn.
        attract: List<Text> = "待机画面",
        /// Content made up to show the program; said on screen and on receipts.
        is_sample: Flag = "示例内容",
    }
}
kind!(Site: "site" = "大厅", hall, none);

fields! {
    /// An office: department, township, village or public enterprise: a row of `orgs.csv`.
    pub struct Org {
        /// `org/…`.
        id: Id<Org> = "编号",
        /// Full official name.
        name: Title = "机构名称",
        /// The name people use.
        short: Title = "简称",
        /// The office above, if any.
        parent: May<Ref<Org>> = "上级机构",
        /// What sort of office it is.
        kind: May<Term<OrgKind>> = "机构类型",
        /// Level of government.
        level: May<Term<Level>> = "层级",
        /// Unified social credit code (统一社会信用代码), 18 characters.
        uscc: Blank<Title> = "统一社会信用代码",
        /// Enquiries.
        phone: Phone = "电话",
        /// Complaints.
        complain: Phone = "投诉电话",
        /// Street address.
        address: Title = "地址",
        /// One line of what it is for.
        about: Text = "职责",
        /// When it is open.
        hours: May<Ref<Hours>> = "开放时间",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Org: "org" = "机构", name, may parent);

terms! {
    /// Sort of office.
    pub enum OrgKind {
        Government = "行政机关", Institution = "事业单位", Enterprise = "公共企事业", Township = "乡镇街道",
        Village = "村民委员会", Community = "居民委员会", People = "群团组织",
    }
}

fields! {
    /// A counter in the hall or elsewhere: a row of `windows.csv`.
    pub struct Window {
        /// `window/…`.
        id: Id<Window> = "编号",
        /// The number on the sign above it.
        number: Title = "窗口号",
        /// The sign's text.
        name: Title = "窗口名称",
        /// The office that staffs it.
        org: Ref<Org> = "机构",
        /// Where: building, floor, zone.
        place: Title = "位置",
        /// The counter's own phone, may be empty.
        phone: Blank<Phone> = "电话",
        /// When it is open.
        hours: Ref<Hours> = "开放时间",
        /// What the ticket machine puts before the number, may be empty.
        queue_prefix: Blank<Title> = "取号前缀",
        /// Has a lowered counter for wheelchairs.
        has_low_counter: Flag = "低位柜台",
        /// Somebody there signs.
        has_sign_language: Flag = "手语服务",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Window: "window" = "窗口", name, org);

fields! {
    /// Somebody who gets things done for others (代办员): a row of `agents.csv`.
    pub struct Agent {
        /// `agent/…`.
        id: Id<Agent> = "编号",
        /// How people address them.
        name: Title = "姓名",
        /// The village or office they belong to.
        org: Ref<Org> = "所在村（社区）",
        /// Their phone.
        phone: Phone = "电话",
        /// When and how to reach them.
        note: Blank<Text> = "说明",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Agent: "agent" = "代办员", name, org);

fields! {
    /// A machine or aid in the hall: a row of `devices.csv`.
    pub struct Device {
        /// `device/…`.
        id: Id<Device> = "编号",
        /// What its label says.
        name: Title = "名称",
        /// What it is.
        kind: Term<DeviceKind> = "类型",
        /// The office that looks after it.
        org: Ref<Org> = "机构",
        /// Where it stands.
        place: Title = "位置",
        /// What it does.
        about: Text = "用途",
        /// Place in the publisher's list: the row of its file.
        order: RowNumber = "顺序",
    }
}
kind!(Device: "device" = "设备", name, org);

terms! {
    /// What a machine or aid is.
    pub enum DeviceKind {
        Terminal = "自助终端", FormMachine = "填表机", CertificatePrinter = "证照打印机", Camera = "照相机",
        TicketMachine = "取号机", Copier = "复印机", Defibrillator = "急救设备", Wheelchair = "轮椅",
        ReadingGlasses = "老花镜", Other = "其他",
    }
}
