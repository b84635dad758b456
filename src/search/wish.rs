//! What a person means by the words typed: the office's synonyms put in, the wrapping of a question left out.
//! Each word is replaced once, the longest first; what was put in is not looked at again.

use std::collections::HashMap;
use std::rc::Rc;

use super::names::Names;
use super::spell::{Speller, Steps};
use super::text::significant;

/// Fewest letters that are taken for a whole word of the office's; two could be anything.
const LETTERS_MIN: usize = 3;

/// What people wrap a wish in; of no weight when the query holds anything else. Longer ones stand before their parts.
const WRAPPING: &[&str] = &[
    "我想要",
    "我想",
    "我要",
    "想要",
    "请问",
    "怎么样",
    "怎么办理",
    "怎么办",
    "怎么弄",
    "怎么",
    "咋办",
    "咋弄",
    "咋",
    "如何",
    "在哪里",
    "在哪儿",
    "哪里",
    "哪儿",
    "去哪",
    "需要什么",
    "需要",
    "要什么",
    "带什么",
    "什么时候",
    "什么",
    "哪些",
    "多少钱",
    "多久",
    "可以",
    "能不能",
    "一下",
    "帮我",
    "给我",
    "吗",
    "呢",
    "吧",
    "啊",
    "呀",
    "的",
    "了",
];

/// Words of offices that stand in very many titles and in every question; they count a little.
const COMMON: &[&str] = &["办理", "申请", "登记", "手续", "流程", "条件", "材料", "资料"];

/// What people say has happened to a paper, and what offices call the remedy; in every hall the same.
const REMEDIES: &[(&[&str], &[&str])] = &[
    (
        &["丢了", "丢失了", "丢失", "掉了", "不见了", "找不到了"],
        &["遗失", "补领", "补办", "补发", "补证", "挂失", "补换领"],
    ),
    (&["过期了", "过期", "到期了", "到期"], &["换领", "换证", "期满换证", "延续", "失效重新申领"]),
    (&["写错了", "写错", "错了"], &["更正"]),
];

/// A word as people say it, and as documents do.
type Meaning = (Vec<char>, Vec<char>);

/// What people say for official terms.
#[derive(Debug, Default)]
pub struct Words {
    /// Words by their first character, the longest first, with what they mean.
    by_first: HashMap<char, Vec<Meaning>>,
    /// The words, to be found by their pronunciation.
    names: Names,
    meanings: Vec<Vec<char>>,
}

impl Words {
    /// Pairs of what people say and what documents say.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let names = Names::new((0..).zip(&pairs).map(|(at, (word, _))| (at, *word)));
        let mut by_first: HashMap<char, Vec<Meaning>> = HashMap::new();
        let mut meanings = Vec::new();
        for (word, means) in pairs {
            let (word, means) = (significant(word), significant(means));
            meanings.push(means.clone());
            if let Some(first) = word.first() {
                by_first.entry(*first).or_default().push((word, means));
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        Self { by_first, names, meanings }
    }

    /// The query in the words of documents; none when it has none of the office's words.
    pub fn in_official_words(&self, typed: &[char]) -> Option<Vec<char>> {
        let mut said = Vec::new();
        let mut is_changed = false;
        let mut at = 0;
        while let Some(c) = typed.get(at) {
            let rest = typed.get(at..).unwrap_or_default();
            let fitting = self.by_first.get(c).into_iter().flatten();
            // 执照 in 营业执照 is no word of its own.
            let word = fitting.clone().find(|(word, means)| rest.starts_with(word) && !contains(typed, means));
            match word {
                Some((word, means)) => {
                    // A blank keeps it from making pairs with what stands beside it.
                    said.push(' ');
                    said.extend(means);
                    said.push(' ');
                    is_changed = true;
                    at += word.len();
                }
                None => {
                    said.push(*c);
                    at += 1;
                }
            }
        }
        is_changed.then_some(said)
    }

    /// What words mean that are typed by their pronunciation, from the first letter to the last.
    pub fn spelt(&self, steps: &Rc<Steps>) -> Vec<&[char]> {
        if steps.letters() < LETTERS_MIN {
            return Vec::new();
        }
        let speller = Speller::new(Rc::clone(steps), &self.names);
        let whole = (0..self.names.len()).filter(|name| {
            let letters = self.names.letters(*name);
            speller.find(letters).is_some_and(|spelt| spelt.at == (0..letters.len()))
        });
        whole.filter_map(|name| self.meanings.get(self.names.owner(name)).map(Vec::as_slice)).collect()
    }
}

/// What was typed with the trouble put in the words of its remedies, one text for each remedy that is known to the hall;
/// empty when it tells of no trouble.
pub fn in_hall_words(typed: &[char], is_known: impl Fn(&[char]) -> bool) -> Vec<Vec<char>> {
    let found = REMEDIES.iter().find_map(|(troubles, remedies)| {
        let chars = troubles.iter().map(|trouble| trouble.chars().collect::<Vec<char>>());
        let trouble = chars.into_iter().find(|trouble| contains(typed, trouble))?;
        Some((trouble, remedies))
    });
    let Some((trouble, remedies)) = found else { return Vec::new() };
    let remedies = remedies.iter().map(|remedy| remedy.chars().collect::<Vec<char>>());
    remedies.filter(|remedy| is_known(remedy)).map(|remedy| replaced(typed, &trouble, &remedy)).collect()
}

fn replaced(text: &[char], part: &[char], by: &[char]) -> Vec<char> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, others)) = rest.split_first() {
        match rest.strip_prefix(part) {
            Some(after) => {
                replaced.extend(by);
                rest = after;
            }
            None => {
                replaced.push(*first);
                rest = others;
            }
        }
    }
    replaced
}

/// The query without the words that people wrap a wish in; the whole query when nothing else is in it.
pub fn unwrapped(typed: &[char]) -> Vec<char> {
    without(WRAPPING, typed)
}

/// A wish without the words of offices that say little; the whole wish when nothing else is in it.
pub fn distinct(wish: &[char]) -> Vec<char> {
    without(COMMON, wish)
}

fn without(left_out: &[&str], typed: &[char]) -> Vec<char> {
    let mut rest: String = typed.iter().collect();
    for words in left_out {
        // A blank keeps the characters on both sides from becoming neighbours.
        rest = rest.replace(words, " ");
    }
    let rest: Vec<char> = rest.chars().collect();
    if rest.iter().all(|c| *c == ' ') { typed.to_vec() } else { rest }
}

/// Whether a text holds another one.
pub fn contains<T: PartialEq>(text: &[T], part: &[T]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|w| w == part)
}

#[cfg(test)]
mod tests {
    use super::super::spell::Spelling;
    use super::*;

    fn said(pairs: &[(&str, &str)], typed: &str) -> Option<String> {
        let words = Words::new(pairs.iter().copied());
        words.in_official_words(&significant(typed)).map(|said| said.iter().filter(|c| **c != ' ').collect())
    }

    #[test]
    fn the_longest_word_counts_and_what_was_put_in_is_not_looked_at_again() {
        let pairs = [("驾照", "机动车驾驶证"), ("驾照丢了", "机动车驾驶证补领"), ("机动车", "车子"), ("证", "证件")];
        assert_eq!(said(&pairs, "驾照换证").as_deref(), Some("机动车驾驶证换证件"));
        assert_eq!(said(&pairs, "我的驾照丢了").as_deref(), Some("我的机动车驾驶证补领"));
        assert_eq!(said(&pairs, "落户"), None);
    }

    #[test]
    fn a_word_inside_its_own_official_term_is_left_alone() {
        assert_eq!(said(&[("执照", "营业执照")], "营业执照变更"), None);
    }

    #[test]
    fn a_word_is_known_by_its_pronunciation_as_a_whole() {
        let words = Words::new([("驾照", "机动车驾驶证"), ("打井", "取水许可")]);
        let meant =
            |typed: &str| words.spelt(&Rc::new(Steps::new(&significant(typed), Spelling::Right).unwrap())).len();
        assert_eq!((meant("jiazhao"), meant("jiazh"), meant("dajing"), meant("dj"), meant("zhao")), (1, 1, 1, 0, 0));
    }
}
