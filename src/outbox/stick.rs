//! Letters on a stick: out of the terminal only with a signed permit, gone from it only after a signed confirmation.
//! On the stick: `mail/permit.json`, `mail/out/TERMINAL/UUID.age`, `mail/ack/TERMINAL.json`.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::book::{Book, BookError};
use super::signed::{Ack, Permit, SIGNED_BYTES_MAX, SignedError, verify};
use crate::base::durable::{self, FileError, Staged};

/// The folder on the stick.
pub const MAIL: &str = "mail";
/// The permit in it.
pub const PERMIT: &str = "permit.json";
/// Letters in it, by terminal.
pub const OUT: &str = "out";
/// Confirmations in it, by terminal.
pub const ACK: &str = "ack";
/// What the name of a sealed letter ends with.
pub const SEALED_ENDING: &str = "age";
/// Letters read from the book at a time.
const PART: usize = 64;

/// What one meeting with a stick did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// Letters that the office confirmed and that are gone from here.
    pub confirmed: usize,
    /// Letters written.
    pub written: usize,
    /// Letters that were on the stick already.
    pub already: usize,
    /// Why a confirmation on the stick did not count.
    pub ack_refused: Option<SignedError>,
}

/// Why no letters were handed out.
#[derive(Debug, thiserror::Error)]
pub enum StickError {
    /// There is no permit on it.
    #[error("这个U盘没有取信许可，不能把信件拷出来")]
    NoPermit,
    /// The permit does not count.
    #[error("这个U盘的取信许可不能用")]
    Permit(#[source] SignedError),
    /// Something stands where a folder should be.
    #[error("{} 不是普通文件夹，不能往里写", .0.display())]
    Odd(PathBuf),
    /// The book.
    #[error("待送信件读不出来")]
    Book(#[from] BookError),
    /// The stick.
    #[error("U盘不能用")]
    File(#[from] FileError),
}

/// Takes in what the office confirmed, then hands out everything it has not confirmed, each letter whole or not at all.
/// `told` hears of each letter. The letters stay here until a confirmation comes back.
pub fn exchange(
    book: &mut Book,
    stick: &Path,
    terminal: &str,
    desks: &[String],
    now: Timestamp,
    mut told: impl FnMut(usize),
) -> Result<Exchanged, StickError> {
    let mail = stick.join(MAIL);
    let mut done = Exchanged::default();
    match confirmations(&mail, terminal, desks) {
        Ok(Some(letters)) => done.confirmed = book.confirmed(&letters, now)?,
        Ok(None) => {}
        Err(refused) => done.ack_refused = Some(refused),
    }
    let permit = plain_file(&mail.join(PERMIT)).ok_or(StickError::NoPermit)?;
    let permit: Permit = verify(&permit, desks).map_err(StickError::Permit)?;
    permit.check(terminal, now).map_err(StickError::Permit)?;
    let folder = folder(&mail, &[OUT, terminal])?;
    let mut after = String::new();
    loop {
        let letters = book.unconfirmed(&after, PART)?;
        let Some(last) = letters.last() else { return Ok(done) };
        after.clone_from(&last.uuid);
        for letter in &letters {
            let path = folder.join(format!("{}.{SEALED_ENDING}", letter.uuid));
            if is_whole(&path, letter.sealed.len()) {
                done.already += 1;
            } else {
                write(&path, &letter.sealed)?;
                done.written += 1;
            }
            told(done.already + done.written);
        }
    }
}

fn confirmations(
    mail: &Path,
    terminal: &str,
    desks: &[String],
) -> Result<Option<Vec<(String, crate::base::digest::Sha256)>>, SignedError> {
    let Some(file) = plain_file(&mail.join(ACK).join(format!("{terminal}.json"))) else { return Ok(None) };
    verify::<Ack>(&file, desks)?.letters_of(terminal).map(Some)
}

/// The bytes of an ordinary file: a link, a pipe or a device on a stick is none.
fn plain_file(path: &Path) -> Option<Vec<u8>> {
    let is_plain = path.symlink_metadata().is_ok_and(|m| m.is_file() && m.len() <= SIGNED_BYTES_MAX);
    if is_plain { durable::read(path, SIGNED_BYTES_MAX).ok() } else { None }
}

/// A folder below `mail`, made where it is missing; a link on the way would lead off the stick.
fn folder(mail: &Path, names: &[&str]) -> Result<PathBuf, StickError> {
    let mut path = mail.to_owned();
    for name in names {
        path.push(name);
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(StickError::Odd(path)),
            Err(_) => durable::create_dir(&path)?,
        }
    }
    Ok(path)
}

/// Letters are written under their name only when they are whole, so length is enough to know one again.
fn is_whole(path: &Path, length: usize) -> bool {
    path.symlink_metadata().is_ok_and(|m| m.is_file() && m.len() == length as u64)
}

fn write(path: &Path, sealed: &[u8]) -> Result<(), FileError> {
    let mut staged = Staged::create(path)?;
    staged.write_all(sealed).map_err(|source| FileError::new("写入", path, source))?;
    staged.commit()
}
