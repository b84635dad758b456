//! QR codes: one encoder for paper and screen, and what a guide's code carries.
//! It never points to a host that the hall has not allowed, and never uses Model 1.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use serde::{Deserialize, Serialize};

use crate::content::{Answers, ChecklistLine, Guide, Site, Window};

/// White modules that a code needs around it.
pub const QUIET_MODULES: usize = 4;
/// Longest text in one code: about 500 hanzi in UTF-8.
pub const TEXT_BYTES_MAX: usize = 1_500;
/// Up to this length a code can afford the stronger correction.
const STRONG_BYTES_MAX: usize = 300;
/// Extended channel interpretation 26: the bytes are UTF-8.
const ECI_UTF_8: u32 = 26;
/// Mode and number of that announcement.
const ECI_BITS: usize = 12;
/// Closes a text that had to be cut.
const CUT_NOTE: &str = "\n（内容较长，余下请看屏幕或纸面）";

/// The modules of one code, without the quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    size: usize,
    dark: Vec<bool>,
}

/// Error correction of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// L, 7 %: for long texts.
    Low,
    /// M, 15 %: for links.
    Medium,
}

/// What a code carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// The official page.
    Link(String),
    /// The text itself, so that it works without any network; may be cut to what the paper can hold.
    Text(String),
}

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// More than fits.
    #[error("二维码内容过长：{bytes} 字节，最多 {bytes_max} 字节")]
    TooLong {
        /// Length of the content.
        bytes: usize,
        /// The most that fits.
        bytes_max: usize,
    },
    /// Nothing to encode.
    #[error("二维码没有内容")]
    Empty,
}

impl Matrix {
    /// Encodes a text as UTF-8 bytes, with the smallest code that holds it.
    pub fn encode(text: &str) -> Result<Self, QrError> {
        if text.is_empty() {
            return Err(QrError::Empty);
        }
        let correction = Correction::of(text);
        let too_long = QrError::TooLong { bytes: text.len(), bytes_max: capacity_bytes(177, correction) };
        let version = (1..=40).find(|v| bytes_in(*v, correction) >= text.len()).ok_or(too_long.clone())?;
        // Byte mode only: the library's optimiser takes UTF-8 Chinese for Shift JIS and phones then read rubbish.
        let mut bits = Bits::new(Version::Normal(version));
        // Readers guess the encoding of short Chinese texts wrongly unless they are told; ASCII needs no telling.
        let told = if text.is_ascii() { Ok(()) } else { bits.push_eci_designator(ECI_UTF_8) };
        let code = told
            .and_then(|()| bits.push_byte_data(text.as_bytes()))
            .and_then(|()| bits.push_terminator(correction.level()))
            .and_then(|()| QrCode::with_bits(bits, correction.level()))
            .map_err(|_| too_long)?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { size: code.width(), dark })
    }

    /// Modules on a side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in column `x` of row `y` is dark; everything outside is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark.get(y * self.size + x).copied().unwrap_or(false)
    }
}

impl Correction {
    /// The correction that a text gets.
    pub fn of(text: &str) -> Self {
        if text.len() <= STRONG_BYTES_MAX { Self::Medium } else { Self::Low }
    }

    fn level(self) -> EcLevel {
        match self {
            Self::Low => EcLevel::L,
            Self::Medium => EcLevel::M,
        }
    }
}

impl Payload {
    /// What is encoded.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Link(text) | Self::Text(text) => text,
        }
    }

    /// The payload as it fits in `bytes_max`: a text is cut at a line or sentence and says so, a link is never cut.
    pub fn fit(&self, bytes_max: usize) -> Result<String, QrError> {
        let text = self.as_str();
        if text.len() <= bytes_max {
            return Ok(text.to_owned());
        }
        let too_long = QrError::TooLong { bytes: text.len(), bytes_max };
        match self {
            Self::Link(_) => Err(too_long),
            Self::Text(text) => cut(text, bytes_max).ok_or(too_long),
        }
    }
}

/// Bytes that fit in a code of at most `size_max` modules a side.
pub fn capacity_bytes(size_max: usize, correction: Correction) -> usize {
    (1..=40i16).filter(|v| *v as usize * 4 + 17 <= size_max).map(|v| bytes_in(v, correction)).max().unwrap_or(0)
}

/// The code of a guide: its official page when the hall allows the host, otherwise what the resident needs, as text.
pub fn payload(guide: &Guide, answers: &Answers, windows: &[Window], site: &Site) -> Payload {
    match guide.imprint.url.as_deref().filter(|url| is_allowed(url, &site.qr_hosts)) {
        Some(url) => Payload::Link(url.to_owned()),
        None => {
            let text = guide_text(guide, answers, windows, site);
            Payload::Text(cut(&text, TEXT_BYTES_MAX).unwrap_or(text))
        }
    }
}

/// The code of any other page: its official page when the hall allows the host, otherwise the text itself.
pub fn page_payload(url: Option<&str>, text: &str, site: &Site) -> Payload {
    match url.filter(|url| is_allowed(url, &site.qr_hosts)) {
        Some(url) => Payload::Link(url.to_owned()),
        None => Payload::Text(cut(text, TEXT_BYTES_MAX).unwrap_or_else(|| text.to_owned())),
    }
}

/// Whether a URL may stand in a code: http(s), no user name, its host exactly one of the allowed ones.
fn is_allowed(link: &str, hosts: &[String]) -> bool {
    let Ok(parsed) = url::Url::parse(link) else {
        return false;
    };
    matches!(parsed.scheme(), "https" | "http")
        && parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.host_str().is_some_and(|host| hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)))
}

fn guide_text(guide: &Guide, answers: &Answers, windows: &[Window], site: &Site) -> String {
    let checklist = guide.checklist(answers);
    let mut lines = vec![guide.title.clone()];
    if site.is_sample {
        lines.push("（样例，不作办事依据）".to_owned());
    }
    lines.extend(checklist.situation.iter().cloned());
    lines.push("要带的材料：".to_owned());
    for (i, line) in checklist.lines.iter().enumerate() {
        lines.push(match line {
            ChecklistLine::Paper(paper) => format!("{}. {}（{}）", i + 1, paper.name, paper.amount()),
            ChecklistLine::OneOf { label, papers } => {
                let names: Vec<_> = papers.iter().map(|p| format!("{}（{}）", p.name, p.amount())).collect();
                format!("{}. {label}，任选其一：{}", i + 1, names.join("；"))
            }
        });
    }
    for window in guide.contact.windows.iter().filter_map(|id| windows.iter().find(|w| w.id == *id)) {
        lines.push(format!("窗口：{}号 {}，{}", window.number, window.name, window.place));
    }
    lines.push(format!("时限：{}", guide.promise_limit));
    lines.push(format!("咨询：{}；投诉：{}", guide.contact.consult, guide.contact.complain));
    lines.push(format!("大厅地址：{}", site.address));
    lines.iter().map(|line| super::document::clean(line)).collect::<Vec<_>>().join("\n")
}

/// The longest beginning that ends a line or a sentence and leaves room to say that it was cut.
fn cut(text: &str, bytes_max: usize) -> Option<String> {
    if text.len() <= bytes_max {
        return Some(text.to_owned());
    }
    let room = bytes_max.checked_sub(CUT_NOTE.len())?;
    let head: &str = {
        let end = (0..=room).rev().find(|i| text.is_char_boundary(*i))?;
        &text[..end]
    };
    let sensible = head.rfind(['\n', '。', '；']).filter(|at| *at >= room / 2);
    let end = match sensible {
        // The sign itself stays, a line break goes.
        Some(at) if head[at..].starts_with('\n') => at,
        Some(at) => at + head[at..].chars().next().map_or(0, char::len_utf8),
        None => head.len(),
    };
    (end > 0).then(|| format!("{}{CUT_NOTE}", &head[..end]))
}

fn bytes_in(version: i16, correction: Correction) -> usize {
    let bits = Bits::new(Version::Normal(version)).max_len(correction.level()).unwrap_or(0);
    let count_bits = if version < 10 { 8 } else { 16 };
    bits.saturating_sub(ECI_BITS + 4 + count_bits) / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(matrix: &Matrix) -> String {
        let margin = QUIET_MODULES;
        let scale = 3;
        let side = (matrix.size() + 2 * margin) * scale;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            let (x, y) = ((x / scale).wrapping_sub(margin), (y / scale).wrapping_sub(margin));
            if matrix.is_dark(x, y) { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        grids[0].decode().unwrap().1
    }

    #[test]
    fn chinese_text_is_read_back_as_it_was_written() {
        for text in ["https://www.example.gov.cn/guide/1", "带身份证原件1份，到3号窗口。", "年长者你好𠮷"]
        {
            assert_eq!(read(&Matrix::encode(text).unwrap()), text);
        }
    }

    #[test]
    fn five_hundred_hanzi_fit_and_too_many_are_refused_with_the_limit() {
        let text = "政".repeat(500);
        assert_eq!(read(&Matrix::encode(&text).unwrap()), text);
        let error = Matrix::encode(&"政".repeat(1_000)).unwrap_err();
        assert_eq!(error, QrError::TooLong { bytes: 3_000, bytes_max: 2_952 });
        assert_eq!(Matrix::encode(""), Err(QrError::Empty));
    }

    #[test]
    fn only_allowed_hosts_get_into_a_code() {
        let hosts = vec!["www.example.gov.cn".to_owned()];
        assert!(is_allowed("https://www.example.gov.cn/a", &hosts));
        for bad in [
            "https://www.example.gov.cn.evil.com/",
            "https://evil.com/www.example.gov.cn",
            "https://www.example.gov.cn@evil.com/",
            "https://a:b@www.example.gov.cn/",
            "javascript:alert(1)",
            "www.example.gov.cn",
        ] {
            assert!(!is_allowed(bad, &hosts), "{bad}");
        }
    }

    #[test]
    fn a_cut_text_ends_with_a_sentence_and_says_so() {
        let text = "第一句话在这里说完了。".repeat(100);
        let short = Payload::Text(text).fit(600).unwrap();
        assert!(short.len() <= 600);
        assert!(short.ends_with(CUT_NOTE));
        assert!(short.trim_end_matches(CUT_NOTE).ends_with('。'));
    }

    #[test]
    fn a_link_is_never_cut() {
        let link = Payload::Link(format!("https://www.example.gov.cn/{}", "a".repeat(400)));
        assert!(matches!(link.fit(100), Err(QrError::TooLong { .. })));
    }
}
