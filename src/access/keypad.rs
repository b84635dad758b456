//! Keypads for those who do not see the screen: which key does what, and what a key is called.
//! It hears no key itself; the window says which one was pressed, a profile says what that means.

use std::fmt;

/// What a key of a keypad does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyAct {
    /// To the stop after this one.
    Next,
    /// To the stop before this one.
    Previous,
    /// Does what the stop is for.
    Activate,
    /// Back to the page before.
    Back,
    /// To the first page.
    Home,
    /// Says again where one is.
    Help,
    /// Begins; what a pad sends when headphones are put in.
    Start,
    /// Is silent; what a pad sends when headphones are pulled out.
    Leave,
}

impl KeyAct {
    /// All of them, in the order in which they are explained.
    pub const ALL: [Self; 8] =
        [Self::Next, Self::Previous, Self::Activate, Self::Back, Self::Home, Self::Help, Self::Start, Self::Leave];

    /// Its name in a profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Previous => "previous",
            Self::Activate => "activate",
            Self::Back => "back",
            Self::Home => "home",
            Self::Help => "help",
            Self::Start => "start",
            Self::Leave => "leave",
        }
    }

    /// What it does, as residents hear it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Next => "下一项",
            Self::Previous => "上一项",
            Self::Activate => "确定",
            Self::Back => "返回",
            Self::Home => "回到首页",
            Self::Help => "再听一遍",
            Self::Start => "开始语音",
            Self::Leave => "停止语音",
        }
    }

    /// Whether nobody can go through the pages without it.
    pub fn is_needed(self) -> bool {
        match self {
            Self::Next | Self::Previous | Self::Activate | Self::Back | Self::Help => true,
            Self::Home | Self::Start | Self::Leave => false,
        }
    }
}

/// A key, whatever it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyName {
    /// One of [`NAMED_KEYS`].
    Named(&'static str),
    /// A key that types one character.
    Char(char),
}

/// Keys that type nothing, and what they are called.
pub const NAMED_KEYS: [(&str, &str); 39] = [
    ("Up", "向上键"),
    ("Down", "向下键"),
    ("Left", "向左键"),
    ("Right", "向右键"),
    ("Return", "回车键"),
    ("Escape", "Esc键"),
    ("Backspace", "退格键"),
    ("Tab", "制表键"),
    ("Space", "空格键"),
    ("Delete", "Delete键"),
    ("Insert", "Insert键"),
    ("Home", "Home键"),
    ("End", "End键"),
    ("PageUp", "上翻页键"),
    ("PageDown", "下翻页键"),
    ("F1", "F1键"),
    ("F2", "F2键"),
    ("F3", "F3键"),
    ("F4", "F4键"),
    ("F5", "F5键"),
    ("F6", "F6键"),
    ("F7", "F7键"),
    ("F8", "F8键"),
    ("F9", "F9键"),
    ("F10", "F10键"),
    ("F11", "F11键"),
    ("F12", "F12键"),
    ("F13", "F13键"),
    ("F14", "F14键"),
    ("F15", "F15键"),
    ("F16", "F16键"),
    ("F17", "F17键"),
    ("F18", "F18键"),
    ("F19", "F19键"),
    ("F20", "F20键"),
    ("F21", "F21键"),
    ("F22", "F22键"),
    ("F23", "F23键"),
    ("F24", "F24键"),
];

impl KeyName {
    /// A key by its name in a profile: one of [`NAMED_KEYS`], or the one character that it types.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((known, _)) = NAMED_KEYS.iter().find(|(known, _)| *known == name) {
            return Some(Self::Named(known));
        }
        let mut chars = name.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Some(Self::Char(c)),
            (_, _) => None,
        }
    }

    /// What it is called.
    pub fn words(self) -> String {
        match self {
            Self::Named(name) => {
                NAMED_KEYS.iter().find(|(known, _)| *known == name).map_or(name, |(_, w)| w).to_owned()
            }
            Self::Char(c) => format!("{c}键"),
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Char(c) => write!(f, "{c}"),
        }
    }
}

/// A keypad: its keys and what they do. Without keys it is no keypad.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keypad {
    keys: Vec<(KeyName, KeyAct)>,
}

/// Why keys make no keypad.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeypadProblem {
    /// One key for two things.
    #[error("{0} 同时用于 {first} 和 {second}，一个键只能有一个功能", first = .1.name(), second = .2.name())]
    Twice(KeyName, KeyAct, KeyAct),
    /// Something that is needed has no key.
    #[error("{} 没有设定按键", .0.name())]
    Missing(KeyAct),
}

impl Keypad {
    /// A keypad of these keys.
    pub fn new(keys: Vec<(KeyName, KeyAct)>) -> Result<Self, KeypadProblem> {
        for (i, (key, act)) in keys.iter().enumerate() {
            if let Some((_, other)) = keys.iter().take(i).find(|(known, _)| known == key) {
                return Err(KeypadProblem::Twice(*key, *other, *act));
            }
        }
        let is_there = |act: KeyAct| keys.iter().any(|(_, known)| *known == act);
        match KeyAct::ALL.into_iter().find(|act| act.is_needed() && !is_there(*act)) {
            Some(missing) => Err(KeypadProblem::Missing(missing)),
            None => Ok(Self { keys }),
        }
    }

    /// What a key does; nothing where the profile does not name it.
    pub fn act(&self, key: KeyName) -> Option<KeyAct> {
        self.keys.iter().find(|(known, _)| *known == key).map(|(_, act)| *act)
    }

    /// The keys that do this.
    pub fn keys(&self, act: KeyAct) -> impl Iterator<Item = KeyName> {
        self.keys.iter().filter(move |(_, known)| *known == act).map(|(key, _)| *key)
    }

    /// Whether there is no keypad.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_meaning_and_nothing_that_is_needed_is_missing() {
        let key = |name| KeyName::parse(name).unwrap();
        let whole = vec![
            (key("Down"), KeyAct::Next),
            (key("Up"), KeyAct::Previous),
            (key("5"), KeyAct::Activate),
            (key("Escape"), KeyAct::Back),
            (key("F1"), KeyAct::Help),
        ];
        let keypad = Keypad::new(whole.clone()).unwrap();
        assert_eq!(keypad.act(key("5")), Some(KeyAct::Activate));
        assert_eq!(keypad.act(key("6")), None);
        let twice = [whole.clone(), vec![(key("5"), KeyAct::Home)]].concat();
        assert_eq!(Keypad::new(twice).unwrap_err(), KeypadProblem::Twice(key("5"), KeyAct::Activate, KeyAct::Home));
        assert_eq!(Keypad::new(whole[1..].to_vec()).unwrap_err(), KeypadProblem::Missing(KeyAct::Next));
    }

    #[test]
    fn a_key_is_a_known_name_or_one_character() {
        assert_eq!(KeyName::parse("F17"), Some(KeyName::Named("F17")));
        assert_eq!(KeyName::parse("*"), Some(KeyName::Char('*')));
        for wrong in ["", " ", "F25", "down", "ab", "\u{7}"] {
            assert_eq!(KeyName::parse(wrong), None, "{wrong:?}");
        }
    }
}
