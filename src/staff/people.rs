//! The staff file: names and argon2id hashes of their PINs.
//! It holds no PIN, and takes no hash that would cost more memory or time than a terminal has.

use std::fmt;
use std::path::{Path, PathBuf};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::pin::{Pin, PinError};
use crate::base::durable::{self, FileError};
use crate::base::toml_error;

/// Most people of one terminal. Every try is compared with all of them, 0.1 to 0.3 s each on a slow machine.
pub const PEOPLE_MAX: usize = 12;
/// Longest name.
const NAME_CHARS_MAX: usize = 16;
/// Largest staff file.
const FILE_BYTES_MAX: u64 = 64 * 1024;
/// Memory of one hash in KiB: 19 MiB, what OWASP advises with two rounds.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
/// What a hash in the file may ask for at most, and must at least.
const MEMORY_KIB_MIN: u32 = 7 * 1024;
const MEMORY_KIB_MAX: u32 = 64 * 1024;
const ROUNDS_MAX: u32 = 10;
const LANES_MAX: u32 = 4;
const SALT_BYTES: usize = 16;
/// What stands at the top of the file.
const HEADER: &str = "# 工作人员名单，由 kiosk staff set 写入。这里没有 PIN，只有它的 argon2id 散列值。\n\n";

/// Everybody who may enter.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    #[serde(default)]
    person: Vec<Person>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    pin: String,
}

/// What is wrong with the staff file, or with what was to be written into it.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// It cannot be read or written.
    #[error("工作人员名单读写不了")]
    File(#[source] FileError),
    /// Not UTF-8, or not TOML of this form.
    #[error("工作人员名单 {} 写法不对：{problem}", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong, in Chinese.
        problem: String,
    },
    /// A hash that is none, or asks for too much or too little.
    #[error("工作人员名单里“{name}”的散列值不能用，请用 kiosk staff set 重新设置")]
    Hash {
        /// Whose.
        name: String,
    },
    /// A name that cannot be shown on one line.
    #[error("姓名要 1 至 {NAME_CHARS_MAX} 个字，不能有空白和控制字符")]
    Name,
    /// Too many people.
    #[error("工作人员最多 {PEOPLE_MAX} 人")]
    Full,
    /// Digits that cannot be a PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// Somebody else has this PIN.
    #[error("这个 PIN 不能用，请另选一个")]
    Taken,
    /// Not on the list.
    #[error("名单里没有“{name}”")]
    Unknown {
        /// Who was sought.
        name: String,
    },
    /// The system gives no random bytes, or the hash cannot be made.
    #[error("系统现在算不出散列值，请稍后再试")]
    NotMade,
}

impl People {
    /// Reads the staff file; without one there is nobody.
    pub fn load(path: &Path) -> Result<Self, PeopleError> {
        let bytes = match durable::read(path, FILE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(PeopleError::File(error)),
        };
        let form = |problem: String| PeopleError::Form { path: path.to_owned(), problem };
        let text = String::from_utf8(bytes).map_err(|_| form("不是 UTF-8 文字".to_owned()))?;
        let people: Self = toml::from_str(&text).map_err(|error| form(toml_error::in_chinese(&text, &error)))?;
        if people.person.len() > PEOPLE_MAX {
            return Err(PeopleError::Full);
        }
        for person in &people.person {
            check_name(&person.name)?;
            if !person.hash().is_some_and(|hash| is_bearable(&hash)) {
                return Err(PeopleError::Hash { name: person.name.clone() });
            }
        }
        Ok(people)
    }

    /// Writes the staff file, for its owner's eyes only.
    pub fn save(&self, path: &Path) -> Result<(), PeopleError> {
        let text = toml::to_string(self).map_err(|_| PeopleError::NotMade)?;
        durable::replace_private(path, format!("{HEADER}{text}").as_bytes()).map_err(PeopleError::File)
    }

    /// Names, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.person.iter().map(|person| person.name.as_str())
    }

    /// Nobody may enter.
    pub fn is_empty(&self) -> bool {
        self.person.is_empty()
    }

    /// Gives somebody a PIN, a new one where there was one. A PIN names a person, so no two people have the same.
    pub fn set(&mut self, name: &str, pin: &Pin) -> Result<(), PeopleError> {
        check_name(name)?;
        pin.check()?;
        let at = self.person.iter().position(|person| person.name == name);
        if at.is_none() && self.person.len() >= PEOPLE_MAX {
            return Err(PeopleError::Full);
        }
        if self.who(pin).is_some_and(|other| other != name) {
            return Err(PeopleError::Taken);
        }
        let person = Person { name: name.to_owned(), pin: hash_of(pin)? };
        match at.and_then(|at| self.person.get_mut(at)) {
            Some(old) => *old = person,
            None => self.person.push(person),
        }
        Ok(())
    }

    /// Takes somebody off the list.
    pub fn remove(&mut self, name: &str) -> Result<(), PeopleError> {
        let before = self.person.len();
        self.person.retain(|person| person.name != name);
        if self.person.len() == before { Err(PeopleError::Unknown { name: name.to_owned() }) } else { Ok(()) }
    }

    /// Whose PIN this is. A PIN alone says who it is: a list of names on a public screen would tell every resident who
    /// works here, and be one more touch. Everybody is tried, found or not, so that the time tells nothing.
    pub fn who(&self, pin: &Pin) -> Option<&str> {
        let mut found = None;
        for person in &self.person {
            let is_theirs =
                person.hash().is_some_and(|hash| Argon2::default().verify_password(pin.bytes(), &hash).is_ok());
            if is_theirs && found.is_none() {
                found = Some(person.name.as_str());
            }
        }
        found
    }
}

impl Person {
    fn hash(&self) -> Option<PasswordHash<'_>> {
        PasswordHash::new(&self.pin).ok()
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn check_name(name: &str) -> Result<(), PeopleError> {
    let is_short = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
    let is_plain = !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if is_short && is_plain { Ok(()) } else { Err(PeopleError::Name) }
}

fn hash_of(pin: &Pin) -> Result<String, PeopleError> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new().fill(&mut salt).map_err(|_| PeopleError::NotMade)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| PeopleError::NotMade)?;
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, None).map_err(|_| PeopleError::NotMade)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(pin.bytes(), &salt).map_err(|_| PeopleError::NotMade)?;
    Ok(hash.to_string())
}

/// A hash that this program could have made, give or take the cost.
fn is_bearable(hash: &PasswordHash<'_>) -> bool {
    let is_argon2id = hash.algorithm == Algorithm::Argon2id.ident() && hash.version == Some(Version::V0x13.into());
    let Ok(params) = Params::try_from(hash) else {
        return false;
    };
    is_argon2id
        && hash.salt.is_some()
        && hash.hash.is_some()
        && (MEMORY_KIB_MIN..=MEMORY_KIB_MAX).contains(&params.m_cost())
        && params.t_cost() <= ROUNDS_MAX
        && params.p_cost() <= LANES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> Pin {
        Pin::parse(text).unwrap()
    }

    #[test]
    fn a_pin_names_the_one_person_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.toml");
        let mut people = People::load(&path).unwrap();
        assert!(people.is_empty() && people.who(&pin("407196")).is_none());
        people.set("李红", &pin("407196")).unwrap();
        people.set("王强", &pin("831527")).unwrap();
        people.save(&path).unwrap();
        let mut people = People::load(&path).unwrap();
        assert_eq!(people.who(&pin("407196")), Some("李红"));
        assert_eq!(people.who(&pin("831527")), Some("王强"));
        assert_eq!(people.who(&pin("4071960")), None, "a longer PIN is another one");
        assert!(matches!(people.set("王强", &pin("407196")), Err(PeopleError::Taken)));
        assert!(matches!(people.set("张三", &pin("123456")), Err(PeopleError::Pin(PinError::Runs))));
        people.set("李红", &pin("590284")).unwrap();
        assert_eq!(people.who(&pin("407196")), None, "the old PIN is gone");
        people.remove("李红").unwrap();
        assert!(matches!(people.remove("李红"), Err(PeopleError::Unknown { .. })));
        assert_eq!(people.names().collect::<Vec<_>>(), ["王强"]);
    }

    #[test]
    fn no_pin_is_ever_in_the_file_or_in_debug_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.toml");
        let mut people = People::default();
        people.set("李红", &pin("407196")).unwrap();
        people.save(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !text.contains("407196"), "{text}");
        assert_eq!(format!("{people:?}"), "[\"李红\"]");
    }

    #[test]
    fn a_file_that_is_not_ours_lets_nobody_in_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.toml");
        let told = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            People::load(&path).unwrap_err().to_string()
        };
        let with = |pin: &str| format!("[[person]]\nname = \"李红\"\npin = \"{pin}\"\n").into_bytes();
        assert!(told(b"\xff").contains("不是 UTF-8"));
        assert!(told(b"[[person]\n").contains("写法不对"));
        assert!(told(&with("407196")).contains("“李红”的散列值不能用"), "a PIN in plain is no hash");
        // 4 GiB of memory, a hash without rounds to speak of, another algorithm.
        let hash = "c29tZXNhbHRzb21lc2FsdA$fEqvAlPLjZ2eWyk6Rb0JTBt7I5lIJWG5OgJRMSWVoY0";
        assert!(told(&with(&format!("$argon2id$v=19$m=4194304,t=2,p=1${hash}"))).contains("散列值不能用"));
        assert!(told(&with(&format!("$argon2id$v=19$m=8,t=1,p=1${hash}"))).contains("散列值不能用"));
        assert!(told(&with(&format!("$argon2i$v=19$m=19456,t=2,p=1${hash}"))).contains("散列值不能用"));
        assert!(told("[[person]]\nname = \"李 红\"\npin = \"\"\n".as_bytes()).contains("姓名"));
    }

    #[test]
    fn no_more_people_than_a_try_can_be_compared_with() {
        let mut people = People::default();
        people.set("一", &pin("407196")).unwrap();
        let hash = people.person[0].pin.clone();
        let others = (1..PEOPLE_MAX).map(|n| Person { name: format!("第{n}人"), pin: hash.clone() });
        people.person.extend(others);
        assert!(matches!(people.set("又一人", &pin("831527")), Err(PeopleError::Full)));
    }
}
