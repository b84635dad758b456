//! Words that no dictionary has, guessed from where in words their characters usually stand (jieba's hidden Markov model,
//! decoded by Viterbi's method).

use std::ops::Range;

/// Packed by `build/words.rs`: a character in four bytes, then how likely it is in each state.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guess.bin"));
const ENTRY: usize = 4 + STATES * 8;
/// What never happens; it swallows whatever is added to it.
const NEVER: f64 = -3.14e100;

/// A character begins a word, ends it, stands in its middle, or is a word alone.
const STATES: usize = 4;
const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;
/// How likely each state is for the first character, as logarithms like all that follow; from jieba, as trained.
const FIRST: [f64; STATES] = [-0.262_686_608_092_500_16, NEVER, NEVER, -1.465_263_339_853_767_8];
/// The two states that may come before each, and how likely they lead to it.
const BEFORE: [[(usize, f64); 2]; STATES] = [
    [(END, -0.589_714_973_685_451_3), (SINGLE, -0.721_196_565_466_984_1)],
    [(BEGIN, -0.510_825_623_765_99), (MIDDLE, -0.333_448_568_119_485_14)],
    [(BEGIN, -0.916_290_731_874_155), (MIDDLE, -1.260_362_382_026_822_6)],
    [(END, -0.808_525_047_466_993_7), (SINGLE, -0.665_863_144_879_821_2)],
];

/// The words of characters that the dictionary leaves single; they cover them in order.
pub(super) fn words(chars: Vec<char>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, state) in states(&chars).into_iter().enumerate() {
        if matches!(state, END | SINGLE) {
            words.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < chars.len() {
        words.push(start..chars.len());
    }
    words
}

/// The likeliest states; of two equal ways the one from the later state.
fn states(chars: &[char]) -> Vec<usize> {
    let Some((first, rest)) = chars.split_first() else { return Vec::new() };
    let said = chances(*first);
    let mut now: [f64; STATES] = std::array::from_fn(|state| FIRST[state] + said[state]);
    let mut ways: Vec<[usize; STATES]> = Vec::with_capacity(rest.len());
    for c in rest {
        let said = chances(*c);
        let best = |state: usize| {
            let [a, b] = BEFORE[state].map(|(before, chance)| (now[before] + chance + said[state], before));
            if a.0 > b.0 { a } else { b }
        };
        let next: [(f64, usize); STATES] = std::array::from_fn(best);
        now = next.map(|(chance, _)| chance);
        ways.push(next.map(|(_, before)| before));
    }
    let mut state = if now[END] > now[SINGLE] { END } else { SINGLE };
    let mut states = vec![state];
    for way in ways.iter().rev() {
        state = way[state];
        states.push(state);
    }
    states.reverse();
    states
}

/// How likely a character is in each state.
fn chances(c: char) -> [f64; STATES] {
    let entries = PACKED.as_chunks::<ENTRY>().0;
    let code = |entry: &[u8; ENTRY]| u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
    let found = entries.binary_search_by_key(&u32::from(c), code).ok().and_then(|at| entries.get(at));
    let Some(entry) = found else { return [NEVER; STATES] };
    let eight = entry[4..].as_chunks::<8>().0;
    let number = |state: usize| eight.get(state).map_or(NEVER, |bytes| f64::from_le_bytes(*bytes));
    std::array::from_fn(|state| Some(number(state)).filter(|chance| !chance.is_nan()).unwrap_or(NEVER))
}
