//! A form that can be filled in at the terminal: its questions, what they may hold, what is personal and what becomes
//! of it. It holds no answer of anybody.

use super::imprint::Imprint;
use super::org::Org;
use super::schema::{
    At, Blank, Checked, Checks, Flag, Flat, Id, List, Map, May, Name, Num, Part, Phone, Ref, Term, Text, Title, fields,
    kind, terms,
};

fields! {
    /// A form (表格): `forms/<id>.toml`.
    pub struct Form {
        /// `form/…`.
        id: Id<Form> = "编号",
        /// Its title.
        title: Title = "表格名称",
        /// The office that receives it.
        org: Ref<Org> = "受理单位",
        /// What it is for.
        purpose: Text = "用途",
        /// What happens to what one writes.
        keep: Text = "信息保存",
        /// The resident must agree before the first personal question.
        asks_consent as "ask_consent": Flag = "征得同意",
        /// Where a blank one is to be had.
        blank_at: Blank<Title> = "空表领取",
        /// What the terminal can do with it; nothing: it is only explained.
        ways as "way": List<Term<FormWay>, 0, 4> = "本机能办",
        /// What must be clear before the first question.
        notes as "note": List<Part<FormNote>, 0, 12> = "填前须知",
        /// A question that turns away whoever needs something else.
        gate: May<Part<FormGate>> = "先问一句",
        /// What it costs, such as nothing.
        fee: Blank<Title> = "收费",
        /// By when it is answered.
        answer: May<Part<FormAnswer>> = "答复",
        /// Its groups of questions.
        groups as "group": List<Part<FormGroup>, 1, 20> = "分组",
        /// When and by whom.
        imprint: Flat<Imprint> = "发布信息",
    }
    keeps Form::makes_sense, shows Form::example_without_a_condition
}
kind!(Form: "form" = "表格", title, org);

terms! {
    /// What the terminal can do with a form.
    pub enum FormWay {
        /// A slip with the entries and a code that carries them, for the counter.
        Slip = "打印填好的凭单",
        /// A slip with the questions alone.
        Blank = "打印空白样表",
        /// A sheet of A4, where an office printer is fitted.
        Sheet = "打印A4表格",
        /// Sealed and delivered to the office.
        Submit = "加密提交",
    }
}

fields! {
    /// One point that must be clear before the first question, such as who may apply.
    pub struct FormNote {
        /// Its heading.
        title: Title = "标题",
        /// What it says.
        text: Text = "内容",
    }
}

fields! {
    /// A question before the form: who answers yes is told the better way.
    pub struct FormGate {
        /// What is asked, so that yes means elsewhere.
        question: Title = "问题",
        /// The better way.
        advice: Text = "应走的渠道",
        /// Its telephone.
        phone: Blank<Phone> = "电话",
    }
}

fields! {
    /// By when a form is answered.
    pub struct FormAnswer {
        /// Working days.
        days: Num<60> = "工作日",
        /// From which day they count; from the office's confirmation when it is not said, which promises less.
        received: May<Term<Received>> = "收到日",
    }
}

terms! {
    /// The day on which an office has received what was sent from a terminal (政府信息公开条例 31).
    pub enum Received {
        /// Handed in in person.
        Handed = "提交之日",
        /// Confirmed by both sides.
        Confirmed = "双方确认之日",
    }
}

fields! {
    /// Questions that belong together: one screen.
    pub struct FormGroup {
        /// Its heading.
        title: Title = "标题",
        /// Only asked when an earlier choice was so: `who==person`.
        when: Blank<Title> = "出现条件",
        /// How often it can be filled in at most, such as for each child; once when it is not said.
        repeat: Num<10> = "最多几份",
        /// The questions.
        fields as "field": List<Part<FormField>, 1, 30> = "字段",
    }
}

fields! {
    /// One question.
    pub struct FormField {
        /// Unique in the form.
        id: Name = "编号",
        /// What is asked.
        label: Title = "名称",
        /// What the answer is.
        kind as "type": Term<FieldKind> = "类型",
        /// What one can choose.
        options: List<Part<FieldOption>, 0, 30> = "选项",
        /// It must be answered.
        is_required as "required": Flag = "必填",
        /// It tells who somebody is.
        is_personal as "pii": Flag = "个人信息",
        /// Sensitive personal information: agreed to on its own (PIPL art. 28, 29).
        is_sensitive as "sensitive": Flag = "敏感个人信息",
        /// How it is shown and printed.
        mask: May<Term<FieldMask>> = "遮盖",
        /// One of all questions with the same word here must be answered.
        one_of: Blank<Name> = "任填其一",
        /// Only asked when an earlier choice was so: `get==mail`.
        when: Blank<Title> = "出现条件",
        /// Most characters of a text.
        max: Num<2_000> = "最多字数",
        /// A word of help.
        hint: Blank<Text> = "提示",
    }
    keeps FormField::is_plain, shows FormField::example_of_a_choice
}

fields! {
    /// One choice of a question.
    pub struct FieldOption {
        /// Unique in the question; conditions refer to it.
        key: Name = "编号",
        /// What the resident reads.
        label: Title = "文字",
    }
}

terms! {
    /// What an answer is.
    pub enum FieldKind {
        Name = "姓名", IdCard = "身份证号", Uscc = "统一社会信用代码", Mobile = "手机号", Phone = "电话",
        Postcode = "邮政编码", Plate = "车牌号", Date = "日期", Money = "金额", Email = "电子邮箱", Address = "地址",
        Choice = "单选", Choices = "多选", Line = "单行文字", LongText = "多行文字", Number = "数字",
        /// Drawn with a finger.
        Signature = "手写签名",
    }
}

terms! {
    /// How a personal answer is shown and printed.
    pub enum FieldMask {
        /// 张*
        Name = "姓名",
        /// Only the last four.
        LastFour = "后四位",
        /// 138****1234
        Phone = "电话",
    }
}

impl FieldMask {
    /// A personal answer as it is shown and printed. Short ones are hidden whole.
    pub fn cover(self, answer: &str) -> String {
        let answer = answer.trim();
        match self {
            Self::Name => covered(answer, 1, 0),
            Self::LastFour => covered(answer, 0, 4),
            Self::Phone => covered(answer, 3, 4),
        }
    }
}

/// All but the first and last characters as stars; nothing is left of a text that is not longer than what would be seen.
pub fn covered(text: &str, head: usize, tail: usize) -> String {
    let chars = text.chars().count();
    let is_short = chars <= head + tail;
    let star = |(i, c): (usize, char)| if is_short || (i >= head && i + tail < chars) { '*' } else { c };
    text.chars().enumerate().map(star).collect()
}

impl FormAnswer {
    /// From which day the days count.
    pub fn received(&self) -> Received {
        self.received.unwrap_or(Received::Confirmed)
    }
}

impl FormGroup {
    /// How often it can be filled in.
    pub fn times_max(&self) -> usize {
        usize::try_from(self.repeat).unwrap_or(1).max(1)
    }
}

impl Form {
    /// A question by its id.
    pub fn field(&self, id: &str) -> Option<&FormField> {
        self.groups.iter().flat_map(|g| &g.fields).find(|f| f.id == id)
    }

    /// Whether the terminal offers this.
    pub fn can(&self, way: FormWay) -> bool {
        self.ways.contains(&way)
    }

    fn example_without_a_condition(map: &mut Map) {
        if let Some(group) = map.get_mut("group").and_then(|groups| groups[0].as_object_mut()) {
            group.remove("when");
        }
    }

    fn makes_sense(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        let mut earlier: Vec<&FormField> = Vec::new();
        let groups = at.key("group");
        for (g, group) in self.groups.iter().enumerate() {
            let at_group = groups.entry(g);
            if let Some(problem) = condition_problem(&group.when, &earlier) {
                result = Err(c.refuse(&at_group.key("when"), problem));
            }
            let fields = at_group.key("field");
            for (i, field) in group.fields.iter().enumerate() {
                let at = fields.entry(i);
                if earlier.iter().any(|f| f.id == field.id) {
                    result = Err(c.refuse(&at.key("id"), format!("“{}”重复", field.id)));
                }
                if let Some(problem) = condition_problem(&field.when, &earlier) {
                    result = Err(c.refuse(&at.key("when"), problem));
                }
                if group.repeat > 1 && !field.options.is_empty() && self.is_asked_about(&field.id) {
                    result = Err(c.refuse(&at.key("id"), "可以填几份的分组里，选项不能当作出现条件"));
                }
                earlier.push(field);
            }
        }
        let repeats = |way: &FormWay| self.ways.iter().filter(|other| *other == way).count() > 1;
        if self.ways.iter().any(repeats) {
            result = Err(c.refuse(&at.key("way"), "同一种办法写了两次"));
        }
        if earlier.iter().any(|f| f.is_personal) && !self.asks_consent {
            result = Err(c.refuse(&at.key("ask_consent"), "要填个人信息的表格必须先征得同意（ask_consent = true）"));
        }
        result
    }
}

impl Form {
    /// Whether some condition depends on a question.
    fn is_asked_about(&self, id: &str) -> bool {
        let names = |when: &str| condition(when).is_some_and(|(field, _)| field == id);
        self.groups.iter().any(|g| names(&g.when) || g.fields.iter().any(|f| names(&f.when)))
    }
}

/// The question and the choice that a condition such as `who==person` names.
pub fn condition(when: &str) -> Option<(&str, &str)> {
    when.split_once("==")
}

/// The question and the choice that an exception such as `who!=person` names: asked unless it was answered so. Surveys
/// are written with exceptions, forms with conditions.
pub fn exception(when: &str) -> Option<(&str, &str)> {
    when.split_once("!=")
}

/// What is wrong with a condition such as `who==person`, given the questions before it.
fn condition_problem(when: &str, earlier: &[&FormField]) -> Option<String> {
    if when.is_empty() {
        return None;
    }
    let Some((id, option)) = condition(when) else {
        return Some(format!("应写成 字段==选项，写的是“{when}”"));
    };
    match earlier.iter().find(|f| f.id == id) {
        None => Some(format!("前面没有字段“{id}”")),
        Some(field) if field.options.iter().any(|o| o.key == option) => None,
        Some(_) => Some(format!("字段“{id}”没有选项“{option}”")),
    }
}

impl FormField {
    /// A question that may be left out, with nothing else said of it.
    pub fn of(id: &str, label: &str, kind: FieldKind) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
            options: Vec::new(),
            is_required: false,
            is_personal: false,
            is_sensitive: false,
            mask: None,
            one_of: String::new(),
            when: String::new(),
            max: 0,
            hint: String::new(),
        }
    }

    fn is_plain(&self, c: &mut Checks, at: &At<'_>) -> Checked<()> {
        let mut result = Ok(());
        for (key, problem) in self.problems() {
            result = Err(c.refuse(&at.key(key), problem));
        }
        result
    }

    fn example_of_a_choice(map: &mut Map) {
        map.insert("type".to_owned(), FieldKind::Choice.term().into());
        let option = |key: &str| serde_json::json!({ "key": key, "label": "示例" });
        map.insert("options".to_owned(), vec![option("a"), option("b")].into());
        map.remove("when");
        map.remove("max");
    }

    fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let wants_options = matches!(self.kind, FieldKind::Choice | FieldKind::Choices);
        let is_text = matches!(self.kind, FieldKind::Line | FieldKind::LongText);
        let tells_who = matches!(
            self.kind,
            FieldKind::Name
                | FieldKind::IdCard
                | FieldKind::Mobile
                | FieldKind::Phone
                | FieldKind::Email
                | FieldKind::Address
                | FieldKind::Signature
        );
        let repeated = self.options.iter().enumerate().any(|(i, o)| self.options[..i].iter().any(|p| p.key == o.key));
        let mut found = Vec::new();
        if wants_options && self.options.len() < 2 {
            found.push(("options", "至少要有两个选项"));
        }
        if !wants_options && !self.options.is_empty() {
            found.push(("options", "这种类型不写选项"));
        }
        if repeated {
            found.push(("options", "选项编号重复"));
        }
        if self.max > 0 && !is_text {
            found.push(("max", "只有文字可以限制字数"));
        }
        if tells_who && !self.is_personal {
            found.push(("pii", "这是个人信息，应写 pii = true"));
        }
        if self.is_sensitive && !self.is_personal {
            found.push(("sensitive", "敏感个人信息也是个人信息，应写 pii = true"));
        }
        if self.kind == FieldKind::IdCard && self.mask.is_none() {
            found.push(("mask", "证件号码要遮盖，应写 mask = \"后四位\""));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_covered() {
        let cases = [
            (FieldMask::Name, "张三", "张*"),
            (FieldMask::Name, " 欧阳小明 ", "欧***"),
            (FieldMask::Name, "张", "*"),
            (FieldMask::LastFour, "11010519491231002X", "**************002X"),
            (FieldMask::LastFour, "1234", "****"),
            (FieldMask::Phone, "13812345678", "138****5678"),
            (FieldMask::Phone, "5550100", "*******"),
            (FieldMask::Phone, "", ""),
        ];
        for (mask, answer, shown) in cases {
            assert_eq!(mask.cover(answer), shown, "{answer}");
        }
    }
}
