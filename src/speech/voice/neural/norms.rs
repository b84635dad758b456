//! The norms of a voice: means and variances within the model, as they are over minutes of its speech. With them any
//! stretch of a piece sounds as it does within the whole; the model alone would take them from the stretch itself.

/// Speech from which the norms of a Mandarin voice are taken: all initials, finals and tones, marks, numbers.
pub const MANDARIN: [&str; 8] = [
    "政务服务中心欢迎您，请先取号，然后到窗口排队办理。",
    "请带好居民身份证、户口簿原件和复印件，照片要两张。",
    "年满六十周岁的老年人，可以申请高龄津贴。",
    "三个工作日之内，我们会用短信告诉您结果。",
    "如果您对决定不服，可以在六十日内申请行政复议。",
    "村里的账目每个季度公布一次，大家都可以来看。",
    "女儿出生以后，父母双方去派出所登记，不收任何费用。",
    "下雨天路滑，出门请小心；热水在二楼左手边。",
];
/// And of an English one.
pub const ENGLISH: [&str; 4] = [
    "Please bring the original and a copy of your identity card.",
    "The office is open from nine in the morning to five in the afternoon.",
    "You will hear from us within three working days, by letter or by phone.",
    "Which of these would you like to apply for first, and in whose name?",
];

/// The norms of some pieces, each of so many frames, as one.
pub(super) fn mean(pieces: &[(Vec<f32>, usize)]) -> Vec<f32> {
    let frames: usize = pieces.iter().map(|(_, frames)| frames).sum();
    let mut mean = vec![0.0f32; pieces.first().map_or(0, |(norms, _)| norms.len())];
    for (norms, count) in pieces {
        let share = *count as f32 / frames.max(1) as f32;
        mean.iter_mut().zip(norms).for_each(|(sum, norm)| *sum += norm * share);
    }
    mean
}

/// As a file: the upper half of each number's four bytes, little end first. From piece to piece norms differ by more than
/// that leaves out.
pub(super) fn to_bytes(norms: &[f32]) -> Vec<u8> {
    // Half of what is cut off is added first: rounded, not cut.
    norms.iter().flat_map(|norm| (((norm.to_bits() + 0x8000) >> 16) as u16).to_le_bytes()).collect()
}

/// From a file; nothing if these are not so many numbers.
pub(super) fn from_bytes(bytes: &[u8], count: usize) -> Option<Vec<f32>> {
    let number = |two: &[u8]| <[u8; 2]>::try_from(two).map(u16::from_le_bytes).unwrap_or_default();
    let norms: Vec<f32> = bytes.chunks_exact(2).map(|two| f32::from_bits(u32::from(number(two)) << 16)).collect();
    (bytes.len() == count * 2 && norms.iter().all(|norm| norm.is_finite())).then_some(norms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_pieces_count_more() {
        assert_eq!(mean(&[(vec![1.0, 0.0], 30), (vec![2.0, 4.0], 10)]), [1.25, 1.0]);
        assert_eq!(mean(&[]), [0.0; 0]);
    }

    #[test]
    fn a_file_keeps_every_norm_within_half_a_percent() {
        let norms = [0.0, 1.0, -3.2109, 1e-6, 12345.678];
        let file = to_bytes(&norms);
        let again = from_bytes(&file, norms.len()).unwrap();
        assert!(norms.iter().zip(&again).all(|(a, b)| (a - b).abs() <= a.abs() * 0.004), "{again:?}");
        assert_eq!((from_bytes(&file, 4), from_bytes(&file[..9], 5)), (None, None), "another model's, or cut off");
        assert_eq!(from_bytes(&to_bytes(&[f32::NAN]), 1), None);
    }
}
