//! The pictures that records name: read beside the text they belong to, and named by their hash from then on.
//! It takes PNG files of a bounded size and looks into them no further than their heads.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::chain::chain;
use crate::base::digest::Sha256;
use crate::base::durable;
use crate::content::Record;
use crate::content::guide::Picture;

use super::problem::Level;
use super::reading::{Asset, Reading};

/// Largest picture in bytes; a palette picture of a full screen stays under 300 KiB.
const PICTURE_BYTES_MAX: u64 = 2 << 20;
/// Longest side in pixels: twice the widest panel.
const SIDE_PX_MAX: u32 = 4320;
/// What its file is called in a release, after the hash.
const ENDING: &str = ".png";
const MEDIA: &str = "image/png";

/// Takes every picture that a record names, and names it by its hash in the record.
pub(super) fn gather(dir: &Path, reading: &mut Reading) {
    let mut assets: BTreeMap<Sha256, Asset> = BTreeMap::new();
    let mut problems = Vec::new();
    for authored in &mut reading.records {
        let folder = dir.join(authored.file.parent().unwrap_or(Path::new("")));
        let mut wrong = Vec::new();
        for (field, picture) in pictures(&mut authored.record) {
            match take(&folder, &picture.file) {
                Ok((sha256, bytes)) => {
                    picture.file = format!("{sha256}{ENDING}");
                    assets.entry(sha256).or_insert(Asset { media: MEDIA, bytes });
                }
                Err(problem) => wrong.push((field, format!("图片“{}”{problem}", picture.file))),
            }
        }
        problems.extend(wrong.into_iter().map(|(field, text)| authored.problem("F10", Level::Error, &field, text)));
    }
    reading.assets = assets.into_values().collect();
    reading.problems.extend(problems);
}

/// Every picture of a record with the path of its field.
fn pictures(record: &mut Record) -> Vec<(String, &mut Picture)> {
    match record {
        Record::Guide(guide) => {
            let steps = guide.steps.iter_mut().enumerate();
            steps
                .filter_map(|(i, step)| Some((format!("step[{}].picture.file", i + 1), step.picture.as_mut()?)))
                .collect()
        }
        Record::Interpretation(text) => {
            let pictures = text.pictures.iter_mut().enumerate();
            pictures.map(|(i, picture)| (format!("picture[{}].file", i + 1), picture)).collect()
        }
        _ => Vec::new(),
    }
}

fn take(folder: &Path, name: &str) -> Result<(Sha256, Vec<u8>), String> {
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    if !name.split('/').all(is_plain) {
        return Err("要放在这份文件的文件夹或它的子文件夹里".to_owned());
    }
    let path = folder.join(name);
    let Ok(meta) = std::fs::symlink_metadata(&path) else { return Err("缺少这个文件".to_owned()) };
    if !meta.is_file() {
        return Err("不是一个文件".to_owned());
    }
    if meta.len() > PICTURE_BYTES_MAX {
        return Err(format!("过大：{}字节，最多{PICTURE_BYTES_MAX}字节", meta.len()));
    }
    let bytes = durable::read(&path, PICTURE_BYTES_MAX).map_err(|error| chain(&error))?;
    let (width, height) = size(&bytes).ok_or_else(|| "不是 PNG 图片，请另存为 PNG".to_owned())?;
    if width.max(height) > SIDE_PX_MAX {
        return Err(format!("过大：{width}×{height}像素，长边最多{SIDE_PX_MAX}像素"));
    }
    Ok((Sha256::of(&bytes), bytes))
}

/// Width and height that a PNG file declares in its first chunk.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
    let rest = bytes.strip_prefix(HEAD)?;
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?)).filter(|(width, height)| *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_beside_the_text_are_taken_and_by_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let png = |width: u32, height: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
            bytes.extend(width.to_be_bytes());
            bytes.extend(height.to_be_bytes());
            bytes
        };
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("good.png", &png(960, 1200));
        write("wide.png", &png(5000, 10));
        write("empty.png", &png(0, 10));
        write("photo.png", b"\xff\xd8\xff\xe0 a JPEG with another ending");
        write("large.png", &[png(10, 10), vec![0; PICTURE_BYTES_MAX as usize]].concat());
        std::os::unix::fs::symlink("good.png", folder.path().join("link.png")).unwrap();
        let (sha256, bytes) = take(folder.path(), "good.png").unwrap();
        assert_eq!(sha256, Sha256::of(&bytes));
        for (name, why) in [
            ("none.png", "缺少"),
            ("../good.png", "子文件夹"),
            ("/etc/passwd", "子文件夹"),
            ("a//good.png", "子文件夹"),
            (".", "子文件夹"),
            ("wide.png", "5000×10"),
            ("empty.png", "不是 PNG"),
            ("photo.png", "不是 PNG"),
            ("large.png", "过大"),
            ("link.png", "不是一个文件"),
        ] {
            let problem = take(folder.path(), name).unwrap_err();
            assert!(problem.contains(why), "{name}: {problem}");
        }
    }
}
