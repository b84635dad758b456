//! A form laid out on sheets of A4: title, groups, a box for every question, room to sign.
//! An answer that is longer than a sheet goes on upon the next one; nothing is cut off.

use jiff::Zoned;

use super::FormPage;
use super::setter::{Line, SetError, Setter, Weight};
use crate::content::form::{FieldKind, FormField, FormGroup};
use crate::content::letter::LetterEntry;

/// A4 in points.
pub const WIDTH: f32 = 595.28;
/// A4 in points.
pub const HEIGHT: f32 = 841.89;
/// 18 mm.
const MARGIN: f32 = 51.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Above the line with the page's number.
const BOTTOM: f32 = HEIGHT - MARGIN - 16.0;
/// The part of a row that holds the question.
const LABEL: f32 = INNER * 0.3;
const PAD: f32 = 5.0;
const TITLE_SIZE: f32 = 20.0;
const HEADING_SIZE: f32 = 12.0;
const TEXT_SIZE: f32 = 10.5;
const SMALL_SIZE: f32 = 9.0;
/// Room to write by hand: a line, and several.
const BLANK_LINE: f32 = 27.0;
const BLANK_TEXT: f32 = 120.0;
/// A drawn signature.
const SIGNATURE: f32 = 56.0;
/// So many lines of an answer stay together at least.
const TOGETHER_MIN: usize = 3;
/// The longest form with every answer at its longest.
const SHEETS_MAX: usize = 40;
/// The sides of the field that a signature is drawn in.
const DRAWING_SIDE: f32 = 1000.0;

/// Something on a sheet; places in points from the upper left corner.
pub enum Mark {
    /// A line of text whose base line begins here.
    Text {
        /// From the left.
        x: f32,
        /// From above.
        y: f32,
        /// The line.
        line: Line,
    },
    /// A box.
    Frame {
        /// Its left edge.
        x: f32,
        /// Its upper edge.
        y: f32,
        /// How wide.
        width: f32,
        /// How high.
        height: f32,
    },
    /// A stroke of a pen.
    Stroke(Vec<(f32, f32)>),
}

/// One sheet.
pub type Sheet = Vec<Mark>;

/// Lays a form out.
pub fn set(page: &FormPage, setter: &mut Setter) -> Result<Vec<Sheet>, SetError> {
    let mut composer = Composer { setter, sheets: vec![Sheet::new()], y: MARGIN };
    composer.centered(&page.form.title, TITLE_SIZE, Weight::Bold)?;
    composer.y += PAD;
    composer.left(&format!("受理单位：{}", page.office), TEXT_SIZE, Weight::Regular)?;
    if page.entries.is_empty() {
        for group in &page.form.groups {
            composer.heading(&blank_heading(group, page))?;
            for field in &group.fields {
                composer.blank(field)?;
            }
        }
    } else {
        filled(page, &mut composer)?;
    }
    composer.signing(page)?;
    composer.numbered(page)
}

/// The groups that have answers, each copy on its own.
fn filled(page: &FormPage, composer: &mut Composer<'_>) -> Result<(), SetError> {
    for group in &page.form.groups {
        let of_group = |entry: &&LetterEntry| group.fields.iter().any(|field| field.id == entry.id);
        let copies = page.entries.iter().filter(of_group).map(|entry| entry.copy + 1).max().unwrap_or(0);
        for copy in 0..copies {
            let entries: Vec<_> = page.entries.iter().filter(of_group).filter(|entry| entry.copy == copy).collect();
            if entries.is_empty() {
                continue;
            }
            let which = if copies > 1 { format!("（第{}份）", copy + 1) } else { String::new() };
            composer.heading(&format!("{}{which}", group.title))?;
            for entry in entries {
                composer.answered(page.form.field(&entry.id), entry)?;
            }
        }
    }
    Ok(())
}

/// A blank form asks everything; what is for some only says for whom.
fn blank_heading(group: &FormGroup, page: &FormPage) -> String {
    let for_whom = crate::content::form::condition(&group.when).and_then(|(id, key)| {
        let field = page.form.field(id)?;
        let option = field.options.iter().find(|option| option.key == key)?;
        Some(format!("（{}“{}”的填写）", field.label, option.label))
    });
    format!("{}{}", group.title, for_whom.unwrap_or_default())
}

struct Composer<'a> {
    setter: &'a mut Setter,
    sheets: Vec<Sheet>,
    y: f32,
}

impl Composer<'_> {
    fn centered(&mut self, text: &str, size: f32, weight: Weight) -> Result<(), SetError> {
        for line in self.setter.lines(text, size, weight, INNER)? {
            let x = MARGIN + (INNER - line.width) / 2.0;
            self.line(x, line)?;
        }
        Ok(())
    }

    fn left(&mut self, text: &str, size: f32, weight: Weight) -> Result<(), SetError> {
        for line in self.setter.lines(text, size, weight, INNER)? {
            self.line(MARGIN, line)?;
        }
        Ok(())
    }

    /// A heading never stands alone at the foot of a sheet.
    fn heading(&mut self, text: &str) -> Result<(), SetError> {
        self.y += PAD;
        if self.y + HEADING_SIZE * 2.0 + BLANK_LINE > BOTTOM {
            self.next()?;
        }
        self.left(text, HEADING_SIZE, Weight::Bold)?;
        self.y += PAD / 2.0;
        Ok(())
    }

    fn answered(&mut self, field: Option<&FormField>, entry: &LetterEntry) -> Result<(), SetError> {
        if let Some(strokes) = entry.strokes() {
            return self.signature(&entry.label, &strokes);
        }
        let text = match field.filter(|field| is_choice(field.kind)) {
            Some(field) => choices(field, if entry.value.is_empty() { &entry.text } else { &entry.value }),
            None => entry.text.clone(),
        };
        self.row(&entry.label, &text, 0.0)
    }

    fn blank(&mut self, field: &FormField) -> Result<(), SetError> {
        let star = if field.is_required { "*" } else { "" };
        let room = match field.kind {
            FieldKind::LongText => BLANK_TEXT,
            FieldKind::Signature => SIGNATURE,
            FieldKind::Name
            | FieldKind::IdCard
            | FieldKind::Uscc
            | FieldKind::Mobile
            | FieldKind::Phone
            | FieldKind::Postcode
            | FieldKind::Plate
            | FieldKind::Date
            | FieldKind::Money
            | FieldKind::Email
            | FieldKind::Address
            | FieldKind::Choice
            | FieldKind::Choices
            | FieldKind::Line
            | FieldKind::Number => BLANK_LINE,
        };
        let text = if is_choice(field.kind) { choices(field, "") } else { String::new() };
        self.row(&format!("{}{star}", field.label), &text, room)
    }

    /// A question and its answer side by side, on as many sheets as they need.
    fn row(&mut self, label: &str, text: &str, room: f32) -> Result<(), SetError> {
        let width = INNER - LABEL - 2.0 * PAD;
        let mut labels = self.setter.lines(label, TEXT_SIZE, Weight::Regular, LABEL - 2.0 * PAD)?;
        let mut answers = self.setter.lines(text, TEXT_SIZE, Weight::Regular, width)?;
        let line_height = labels.first().map_or(TEXT_SIZE, Line::height);
        let mut room = room;
        while !labels.is_empty() || !answers.is_empty() {
            let wanted = labels.len().max(answers.len());
            let free = BOTTOM - self.y - 2.0 * PAD;
            let fits = (free / line_height).max(0.0) as usize;
            if fits < wanted.min(TOGETHER_MIN) || free < room {
                self.next()?;
                continue;
            }
            let count = wanted.min(fits);
            let height = (count as f32 * line_height + 2.0 * PAD).max(room);
            room = 0.0;
            let top = self.y;
            self.frame(MARGIN, LABEL, height);
            self.frame(MARGIN + LABEL, INNER - LABEL, height);
            for (x, lines) in [(MARGIN + PAD, &mut labels), (MARGIN + LABEL + PAD, &mut answers)] {
                for (i, line) in lines.drain(..lines.len().min(count)).enumerate() {
                    let y = top + PAD + i as f32 * line_height + line.base();
                    self.mark(Mark::Text { x, y, line });
                }
            }
            self.y = top + height;
        }
        Ok(())
    }

    fn signature(&mut self, label: &str, strokes: &[Vec<(u16, u16)>]) -> Result<(), SetError> {
        if self.y + SIGNATURE > BOTTOM {
            self.next()?;
        }
        let top = self.y;
        self.row(label, "", SIGNATURE)?;
        // The field is twice as wide as it is high.
        let (left, height) = (MARGIN + LABEL + PAD, SIGNATURE - 2.0 * PAD);
        for stroke in strokes {
            let place = |(x, y): &(u16, u16)| {
                let (x, y) = (f32::from(*x) / DRAWING_SIDE, f32::from(*y) / DRAWING_SIDE);
                (left + x * 2.0 * height, top + PAD + y * height)
            };
            self.mark(Mark::Stroke(stroke.iter().map(place).collect()));
        }
        Ok(())
    }

    fn signing(&mut self, page: &FormPage) -> Result<(), SetError> {
        let is_signed = page.entries.iter().any(|entry| entry.strokes().is_some());
        if !is_signed {
            self.y += 3.0 * PAD;
            let text = "填表人签名：____________________　　日期：________年____月____日";
            if self.y + 2.0 * TEXT_SIZE > BOTTOM {
                self.next()?;
            }
            self.left(text, TEXT_SIZE, Weight::Regular)?;
        }
        Ok(())
    }

    /// Every sheet says which it is, and where and when it was printed.
    fn numbered(mut self, page: &FormPage) -> Result<Vec<Sheet>, SetError> {
        let sheets = self.sheets.len();
        for (i, sheet) in self.sheets.iter_mut().enumerate() {
            let text = format!("{}　{}打印　第{}页，共{sheets}页", page.hall, day(&page.at), i + 1);
            for line in self.setter.lines(&text, SMALL_SIZE, Weight::Regular, INNER)?.into_iter().take(1) {
                let (x, y) = (MARGIN + (INNER - line.width) / 2.0, HEIGHT - MARGIN);
                sheet.push(Mark::Text { x, y, line });
            }
        }
        Ok(self.sheets)
    }

    fn line(&mut self, x: f32, line: Line) -> Result<(), SetError> {
        if self.y + line.height() > BOTTOM {
            self.next()?;
        }
        let (y, height) = (self.y + line.base(), line.height());
        self.mark(Mark::Text { x, y, line });
        self.y += height;
        Ok(())
    }

    fn frame(&mut self, x: f32, width: f32, height: f32) {
        let y = self.y;
        self.mark(Mark::Frame { x, y, width, height });
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(mark);
        }
    }

    fn next(&mut self) -> Result<(), SetError> {
        if self.sheets.len() >= SHEETS_MAX {
            return Err(SetError::Long(SHEETS_MAX));
        }
        self.sheets.push(Sheet::new());
        self.y = MARGIN;
        Ok(())
    }
}

fn is_choice(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Choice | FieldKind::Choices)
}

/// All options, those chosen marked; what was chosen comes as keys with commas between.
fn choices(field: &FormField, chosen: &str) -> String {
    let keys: Vec<&str> = chosen.split(',').collect();
    let option = |key: &str, label: &str| format!("{}{label}", if keys.contains(&key) { "☑" } else { "□" });
    field.options.iter().map(|o| option(&o.key, &o.label)).collect::<Vec<_>>().join("　")
}

fn day(at: &Zoned) -> String {
    format!("{}年{}月{}日 {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}
