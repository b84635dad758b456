//! A page cut into sentences, each with what is said and where it stands on the screen.
//! It leaves no visible character out, and never cuts inside a number or a date.

use std::ops::Range;

use super::diction::{Chime, Diction, Language, Speaker, english_sentences, stretches};
use super::reading::{Kind, Piece, read};

/// From this length on, in shown characters, a sentence is cut at its clause marks.
pub const SENTENCE_CHARS_MAX: usize = 60;
/// A sentence without clause marks is cut at this length, between two words or numbers.
pub const CLAUSE_CHARS_MAX: usize = 100;
/// Most characters of a page that are read; no page of a hall comes near.
pub const PAGE_CHARS_MAX: usize = 200_000;

/// A block of text as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The shown text.
    pub text: String,
    /// Its language; `None` finds it in the text, stretch by stretch.
    pub language: Option<Language>,
    /// Whose voice says it.
    pub speaker: Speaker,
}

impl Paragraph {
    /// What the office has published, in whatever language it is.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), language: None, speaker: Speaker::Content }
    }

    /// What the terminal itself says.
    pub fn of_interface(text: &str) -> Self {
        Self { speaker: Speaker::Interface, ..Self::of(text) }
    }

    /// The same, known to be in this language.
    pub fn in_language(self, language: Language) -> Self {
        Self { language: Some(language), ..self }
    }
}

/// What is read out, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The sentences of all paragraphs.
    pub sentences: Vec<Sentence>,
}

/// One sentence: its place in the paragraph and its reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// First shown character, counted in characters of the paragraph.
    pub start: usize,
    /// One past the last shown character.
    pub end: usize,
    /// What an engine is given; empty when the sentence has nothing that sounds.
    pub spoken: String,
    /// How the two belong together; the spans cover both without a gap.
    pub spans: Vec<Span>,
    /// In whose voice and in which language.
    pub diction: Diction,
    /// A chime in the place of words.
    pub chime: Option<Chime>,
}

/// A part of the spoken text and the shown characters it stands for, both counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First spoken character.
    pub spoken_start: usize,
    /// One past the last spoken character; equal to the start where nothing is heard.
    pub spoken_end: usize,
    /// First shown character, counted in the paragraph.
    pub display_start: usize,
    /// One past the last shown character.
    pub display_end: usize,
}

impl Script {
    /// Cuts shown paragraphs into sentences.
    pub fn of(paragraphs: &[Paragraph]) -> Self {
        let mut left = PAGE_CHARS_MAX;
        let mut sentences = Vec::new();
        for (index, paragraph) in paragraphs.iter().enumerate() {
            let text: String = paragraph.text.chars().take(left).collect();
            left -= text.chars().count();
            sentences.extend(sentences_of(index, &text, paragraph));
        }
        Self { sentences }
    }

    /// The script of plain lines, one paragraph each.
    pub fn of_lines<S: AsRef<str>>(lines: &[S]) -> Self {
        let paragraphs: Vec<Paragraph> = lines.iter().map(|line| Paragraph::of(line.as_ref())).collect();
        Self::of(&paragraphs)
    }

    /// The same of what the terminal itself says: places, warnings, errors.
    pub fn of_interface<S: AsRef<str>>(lines: &[S]) -> Self {
        let paragraphs: Vec<Paragraph> = lines.iter().map(|line| Paragraph::of_interface(line.as_ref())).collect();
        Self::of(&paragraphs)
    }

    /// With a chime before its first sentence; for announcements, whose sentences are not marked on a page.
    pub fn after(mut self, chime: Chime) -> Self {
        let diction = Diction { speaker: Speaker::Interface, language: Language::Mandarin };
        let chime = Some(chime);
        let spans = Vec::new();
        let rung = Sentence { paragraph: 0, start: 0, end: 0, spoken: String::new(), spans, diction, chime };
        self.sentences.insert(0, rung);
        self
    }

    /// True when there is nothing to read.
    pub fn is_empty(&self) -> bool {
        !self.sentences.iter().any(Sentence::is_heard)
    }
}

impl Sentence {
    /// True when it makes a sound.
    pub fn is_heard(&self) -> bool {
        !self.spoken.is_empty() || self.chime.is_some()
    }

    /// The shown character that is being said when `spoken_char` characters of the reading have been said.
    pub fn display_at(&self, spoken_char: usize) -> usize {
        let Some(span) = self.spans.iter().find(|s| spoken_char < s.spoken_end).or(self.spans.last()) else {
            return self.start;
        };
        let spoken = span.spoken_end - span.spoken_start;
        let shown = span.display_end - span.display_start;
        let inside = spoken_char.saturating_sub(span.spoken_start).min(spoken);
        // Inside a number the mark moves in proportion; at its end it stays on the last character.
        let offset = (inside * shown).checked_div(spoken).unwrap_or(0);
        (span.display_start + offset).min(span.display_end.saturating_sub(1))
    }
}

/// The sentences of a paragraph: stretch by stretch, each in its language.
fn sentences_of(index: usize, text: &str, paragraph: &Paragraph) -> Vec<Sentence> {
    let shown: Vec<char> = text.chars().collect();
    let visible: Vec<bool> = shown.iter().map(|c| !c.is_whitespace() && !c.is_control()).collect();
    let stretches = match paragraph.language {
        None => stretches(&shown),
        Some(language) => vec![(0..shown.len(), language)],
    };
    let mut sentences = Vec::new();
    for (stretch, language) in stretches {
        let diction = Diction { speaker: paragraph.speaker, language };
        let page = Page { index, shown: &shown, visible: &visible, diction };
        match language {
            Language::English => page.add_english(stretch, &mut sentences),
            Language::Mandarin | Language::Cantonese => page.add_hanzi(stretch, &mut sentences),
        }
    }
    sentences
}

/// A stretch of a paragraph with what is known of it.
struct Page<'p> {
    index: usize,
    shown: &'p [char],
    visible: &'p [bool],
    diction: Diction,
}

impl Page<'_> {
    /// English is said as it is written; its spans cover the stretch character by character.
    fn add_english(&self, stretch: Range<usize>, sentences: &mut Vec<Sentence>) {
        // Nobody promises that a text which is called English has no control characters.
        let sounding = |c: &char| if c.is_control() { ' ' } else { *c };
        let plain: Vec<char> = self.shown.iter().map(sounding).collect();
        for part in english_sentences(&plain, stretch) {
            let spoken: String = plain.get(part.clone()).unwrap_or_default().iter().collect();
            let (spoken_end, display_start, display_end) = (part.len(), part.start, part.end);
            let span = Span { spoken_start: 0, spoken_end, display_start, display_end };
            sentences.push(self.sentence(part.start, part.end, spoken, vec![span]));
        }
    }

    /// Cantonese is written with the same marks and numbers, and they are read out in the same way.
    fn add_hanzi(&self, stretch: Range<usize>, sentences: &mut Vec<Sentence>) {
        let text: String = self.shown.get(stretch.clone()).unwrap_or_default().iter().collect();
        let moved =
            |piece: Piece| Piece { start: piece.start + stretch.start, end: piece.end + stretch.start, ..piece };
        let pieces: Vec<Piece> = read(&text).into_iter().map(moved).collect();
        for whole in at_stops(&pieces, self.shown) {
            for part in at_clauses(whole) {
                let part = trimmed(part, self.visible);
                let Some((first, last)) = part.first().zip(part.last()) else { continue };
                let (spoken, spans) = join(part);
                let sounds = spoken.chars().any(super::reading::sounds);
                match sentences.last_mut() {
                    // Marks alone are no sentence: they belong to the one before.
                    Some(before) if !sounds && before.end <= first.start => absorb(before, part),
                    _ if sounds => sentences.push(self.sentence(first.start, last.end, spoken, spans)),
                    _ => sentences.push(self.sentence(first.start, last.end, String::new(), silent(part))),
                }
            }
        }
    }

    fn sentence(&self, start: usize, end: usize, spoken: String, spans: Vec<Span>) -> Sentence {
        Sentence { paragraph: self.index, start, end, spoken, spans, diction: self.diction, chime: None }
    }
}

/// Cuts after each 。！？； and line end, with the closing quotes and brackets that follow.
fn at_stops<'p>(pieces: &'p [Piece], shown: &[char]) -> Vec<&'p [Piece]> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut next = 0;
    while let Some(piece) = pieces.get(next) {
        next += 1;
        if piece.kind != Kind::Stop {
            continue;
        }
        while pieces.get(next).is_some_and(|p| p.kind == Kind::Stop || is_closing(p, shown)) {
            next += 1;
        }
        parts.extend(pieces.get(start..next));
        start = next;
    }
    parts.extend(pieces.get(start..).filter(|rest| !rest.is_empty()));
    parts
}

/// A closing quote or bracket; opening ones begin the next sentence.
fn is_closing(piece: &Piece, shown: &[char]) -> bool {
    piece.end - piece.start == 1 && shown.get(piece.start).is_some_and(|c| "”’」』》〉）)】］〕]\"'".contains(*c))
}

/// Cuts a long sentence at its last clause mark before the limit, or between two pieces when it has none.
fn at_clauses(pieces: &[Piece]) -> Vec<&[Piece]> {
    let mut parts = Vec::new();
    let mut rest = pieces;
    while let Some(cut) = clause_cut(rest) {
        let (part, after) = rest.split_at(cut);
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

fn clause_cut(pieces: &[Piece]) -> Option<usize> {
    let start = pieces.first()?.start;
    if pieces.last()?.end - start <= SENTENCE_CHARS_MAX {
        return None;
    }
    let within = |limit: usize| pieces.iter().take_while(move |p| p.end - start <= limit).count();
    let mark_before = |count: usize| {
        let strong = |p: &Piece| p.kind == Kind::Clause && p.spoken != "、";
        let last = |fits: &dyn Fn(&Piece) -> bool| pieces.iter().take(count).rposition(fits).map(|i| i + 1);
        last(&strong).or_else(|| last(&|p| matches!(p.kind, Kind::Clause | Kind::Pause)))
    };
    let cut = mark_before(within(SENTENCE_CHARS_MAX)).or_else(|| mark_before(within(CLAUSE_CHARS_MAX)));
    let too_long = pieces.last()?.end - start > CLAUSE_CHARS_MAX;
    let cut = cut.or_else(|| too_long.then(|| within(CLAUSE_CHARS_MAX).max(1)))?;
    (cut < pieces.len()).then_some(cut)
}

/// Without the blanks and control characters at both ends.
fn trimmed<'p>(mut pieces: &'p [Piece], visible: &[bool]) -> &'p [Piece] {
    let blank = |p: &Piece| !visible.get(p.start..p.end).is_some_and(|range| range.contains(&true));
    while let [first, rest @ ..] = pieces {
        if !blank(first) {
            break;
        }
        pieces = rest;
    }
    while let [rest @ .., last] = pieces {
        if !blank(last) {
            break;
        }
        pieces = rest;
    }
    pieces
}

/// Joins pieces to one spoken text; pauses that touch another mark or an end fall away.
fn join(pieces: &[Piece]) -> (String, Vec<Span>) {
    let mut spoken = String::new();
    let mut length = 0;
    let mut spans = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        let said = said_in_place(piece, &spoken, pieces.get(index + 1..).unwrap_or_default());
        let end = length + said.chars().count();
        spans.push(Span { spoken_start: length, spoken_end: end, display_start: piece.start, display_end: piece.end });
        spoken.push_str(said);
        length = end;
    }
    (spoken, spans)
}

fn said_in_place<'p>(piece: &'p Piece, before: &str, after: &[Piece]) -> &'p str {
    let said = piece.spoken.as_str();
    // A list mark brings its pause along, also where the text has one already.
    let said = if ends_in_pause(before) || before.is_empty() { said.trim_start_matches('，') } else { said };
    let next_is_mark = after
        .iter()
        .find(|p| p.kind != Kind::Silent && p.kind != Kind::Pause)
        .is_none_or(|p| matches!(p.kind, Kind::Stop | Kind::Clause));
    match piece.kind {
        Kind::Pause if next_is_mark || before.is_empty() || ends_in_pause(before) => "",
        Kind::Silent if next_is_mark || ends_in_pause(before) => "",
        Kind::Clause if before.is_empty() || ends_in_pause(before) => "",
        _ => said,
    }
}

fn ends_in_pause(text: &str) -> bool {
    text.ends_with(['，', '、', '：', '。', '！', '？', '；'])
}

fn absorb(sentence: &mut Sentence, pieces: &[Piece]) {
    let end = sentence.spans.last().map_or(0, |span| span.spoken_end);
    // The blanks between the two were trimmed away: they belong to the first of these pieces.
    let mut from = sentence.end;
    for piece in pieces {
        let span = Span { spoken_start: end, spoken_end: end, display_start: from, display_end: piece.end };
        sentence.spans.push(span);
        from = piece.end;
    }
    sentence.end = from;
}

fn silent(pieces: &[Piece]) -> Vec<Span> {
    let quiet = |p: &Piece| Span { spoken_start: 0, spoken_end: 0, display_start: p.start, display_end: p.end };
    pieces.iter().map(quiet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spoken(text: &str) -> Vec<String> {
        Script::of_lines(&[text]).sentences.into_iter().map(|s| s.spoken).collect()
    }

    #[test]
    fn a_paragraph_is_cut_after_its_sentence_marks() {
        assert_eq!(
            spoken("请带身份证。“需要复印件吗？”需要；复印2份！"),
            ["请带身份证。", "需要复印件吗？", "需要；", "复印两份！"]
        );
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_clause_mark_and_never_inside_a_number() {
        let text = format!("{}1,234.50元，{}。", "办理时间".repeat(12), "请到窗口".repeat(12));
        let script = Script::of_lines(&[&text]);
        assert_eq!(script.sentences.len(), 2);
        assert!(script.sentences[0].spoken.ends_with("一千二百三十四元五角，"));
    }

    #[test]
    fn a_sentence_without_marks_is_cut_between_words() {
        let script = Script::of_lines(&["政".repeat(350)]);
        assert!(script.sentences.len() >= 4);
        assert!(script.sentences.iter().all(|s| s.end - s.start <= CLAUSE_CHARS_MAX));
        assert_eq!(script.sentences.iter().map(|s| s.end - s.start).sum::<usize>(), 350);
    }

    #[test]
    fn brackets_and_blanks_leave_one_pause() {
        assert_eq!(
            spoken("周一至周五（10月1日至4月30日） 9:00–12:00，13:30–17:30"),
            ["周一至周五，十月一日至四月三十日，九点到十二点，十三点三十分到十七点三十分"]
        );
        assert_eq!(spoken("（原件）。"), ["原件。"]);
    }

    #[test]
    fn marks_alone_belong_to_the_sentence_before() {
        let script = Script::of_lines(&["请稍候。……", "……", ""]);
        assert_eq!(script.sentences.len(), 2);
        assert_eq!((script.sentences[0].start, script.sentences[0].end), (0, 6));
        assert!(script.sentences[1].spoken.is_empty(), "nothing is said for dots alone");
    }

    #[test]
    fn a_rare_character_is_not_taken_for_silence() {
        let script = Script::of_lines(&["\u{3347a}\u{b}"]);
        assert_eq!(script.sentences[0].spoken, "\u{3347a}");
    }

    #[test]
    fn the_mark_follows_the_voice_through_a_number() {
        let script = Script::of_lines(&["共1062件"]);
        let sentence = &script.sentences[0];
        assert_eq!(sentence.spoken, "共一千零六十二件");
        assert_eq!(sentence.display_at(0), 0);
        assert_eq!(sentence.display_at(1), 1);
        assert_eq!(sentence.display_at(6), 4);
        assert_eq!(sentence.display_at(7), 5);
        assert_eq!(sentence.display_at(99), 5);
    }

    #[test]
    fn english_in_a_page_is_said_as_it_is_written_and_marked_where_it_stands() {
        let script = Script::of_lines(&["请带护照。Please bring your passport. Thank you very much! 谢谢。"]);
        let said: Vec<(&str, Language)> =
            script.sentences.iter().map(|s| (s.spoken.as_str(), s.diction.language)).collect();
        assert_eq!(
            said,
            [
                ("请带护照。", Language::Mandarin),
                ("Please bring your passport.", Language::English),
                ("Thank you very much!", Language::English),
                ("谢谢。", Language::Mandarin),
            ]
        );
        assert_eq!(script.sentences[1].display_at(7), 12);
        let named = Script::of(&[Paragraph::of("Window 3\u{0}").in_language(Language::English)]);
        assert_eq!(named.sentences[0].spoken, "Window 3");
    }

    #[test]
    fn what_the_terminal_says_has_its_own_voice_and_its_chime_first() {
        let script = Script::of_interface(&["请注意"]).after(Chime::Warning);
        assert_eq!(script.sentences[0].chime, Some(Chime::Warning));
        assert!(script.sentences.iter().all(|s| s.diction.speaker == Speaker::Interface && s.is_heard()));
        assert!(Script::of_interface(&["……"]).is_empty());
    }

    fn check(text: &str) {
        let script = Script::of_lines(&[text]);
        let shown: Vec<char> = text.chars().collect();
        let mut covered = 0;
        for sentence in &script.sentences {
            let between = &shown[covered..sentence.start];
            assert!(between.iter().all(|c| c.is_whitespace() || c.is_control()), "{between:?} is left out");
            let mut display = sentence.start;
            let mut said = 0;
            for span in &sentence.spans {
                assert_eq!((span.display_start, span.spoken_start), (display, said), "{sentence:?}");
                assert!(span.display_end > span.display_start && span.spoken_end >= span.spoken_start);
                (display, said) = (span.display_end, span.spoken_end);
            }
            assert_eq!((display, said), (sentence.end, sentence.spoken.chars().count()), "{sentence:?}");
            assert!(!sentence.spoken.chars().any(|c| c.is_control()), "{sentence:?}");
            let own = &shown[sentence.start..sentence.end];
            if own.iter().any(|c| c.is_ascii_alphanumeric() || super::super::reading::is_hanzi(*c)) {
                assert!(!sentence.spoken.is_empty(), "{sentence:?}");
            }
            for spoken_char in 0..=said {
                assert!((sentence.start..sentence.end).contains(&sentence.display_at(spoken_char)));
            }
            covered = sentence.end;
        }
        assert!(shown[covered..].iter().all(|c| c.is_whitespace() || c.is_control()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_visible_character_is_covered_in_order(text in ".{0,80}") {
            check(&text);
        }

        #[test]
        fn every_visible_character_of_a_text_with_english_is_covered(
            text in "(Please|take|a|number|one by one| |, |\\. |。|请|A4|9:30|\\(|！|嘅|喺){0,40}"
        ) {
            check(&text);
        }

        #[test]
        fn every_guide_like_text_is_covered_in_order(
            text in "([0-9]{1,4}|[，。；：、（）〔〕()%¥/.:,～–-]|[元年月日号个份时分]|电话|周一|第|A4|km|https://a\\.cn| |\\n){0,40}"
        ) {
            check(&text);
        }
    }
}
