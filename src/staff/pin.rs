//! A PIN on its way from the keys to the check: digits that nobody can print, overwritten when dropped.
//! It refuses what is too short, too long, or what anybody would try first.

use std::fmt;

/// Fewest digits of a PIN.
pub const PIN_DIGITS_MIN: usize = 6;
/// Most digits of a PIN.
pub const PIN_DIGITS_MAX: usize = 12;
/// A PIN that repeats a pattern of so many digits is no better than the pattern.
const PATTERN_DIGITS_MAX: usize = 3;

/// One key of the pad, `0` to `9`. It cannot be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digit(u8);

impl Digit {
    /// The digit of this value; none above nine.
    pub fn new(value: u8) -> Option<Self> {
        (value <= 9).then_some(Self(value))
    }
}

impl fmt::Debug for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digit(…)")
    }
}

/// Digits as they are typed, at most [`PIN_DIGITS_MAX`]. They stay in one place in memory, which is overwritten when
/// the value is dropped.
#[derive(Default)]
pub struct Pin {
    digits: Box<[u8; PIN_DIGITS_MAX]>,
    len: usize,
}

/// Why digits cannot be a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Something that is no digit.
    #[error("PIN 只能是数字")]
    NotDigits,
    /// Too short or too long.
    #[error("PIN 要 {PIN_DIGITS_MIN} 至 {PIN_DIGITS_MAX} 位数字")]
    Length,
    /// `000000`, `121212`, `123123`.
    #[error("PIN 太容易猜：不能是重复的数字，请另选一个")]
    Repeats,
    /// `123456`, `987654`.
    #[error("PIN 太容易猜：不能是连续的数字，请另选一个")]
    Runs,
}

impl Pin {
    /// Reads digits from text, as the command line does.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let mut pin = Self::default();
        for byte in text.bytes() {
            let digit = byte.checked_sub(b'0').and_then(Digit::new).ok_or(PinError::NotDigits)?;
            if !pin.push(digit) {
                return Err(PinError::Length);
            }
        }
        if pin.is_long_enough() { Ok(pin) } else { Err(PinError::Length) }
    }

    /// Takes one more digit; false when it is full.
    pub fn push(&mut self, digit: Digit) -> bool {
        let Some(place) = self.digits.get_mut(self.len) else {
            return false;
        };
        *place = b'0' + digit.0;
        self.len += 1;
        true
    }

    /// Takes the last digit away.
    pub fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
        if let Some(place) = self.digits.get_mut(self.len) {
            *place = 0;
        }
    }

    /// How many digits there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Nothing typed yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Enough digits to be asked for.
    pub fn is_long_enough(&self) -> bool {
        self.len >= PIN_DIGITS_MIN
    }

    /// Whether it may be somebody's PIN.
    pub fn check(&self) -> Result<(), PinError> {
        if !self.is_long_enough() {
            return Err(PinError::Length);
        }
        let digits = self.bytes();
        let repeats = |len: usize| digits.iter().zip(&digits[len..]).all(|(a, b)| a == b);
        if (1..=PATTERN_DIGITS_MAX).any(repeats) {
            return Err(PinError::Repeats);
        }
        let runs = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
        // Nine steps up are one step down.
        if runs(1) || runs(9) { Err(PinError::Runs) } else { Ok(()) }
    }

    /// The digits as ASCII, for the hash and nothing else.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.digits[..self.len]
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.digits.fill(0);
        // Keeps the stores from being optimised away.
        std::hint::black_box(&self.digits);
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdict(text: &str) -> Result<(), PinError> {
        Pin::parse(text).and_then(|pin| pin.check())
    }

    #[test]
    fn what_anybody_would_try_first_is_refused() {
        for text in ["000000", "121212", "123123", "9999999"] {
            assert_eq!(verdict(text), Err(PinError::Repeats), "{text}");
        }
        for text in ["123456", "654321", "012345", "789012", "210987"] {
            assert_eq!(verdict(text), Err(PinError::Runs), "{text}");
        }
        for text in ["", "12345", "4071962840713"] {
            assert_eq!(verdict(text), Err(PinError::Length), "{text}");
        }
        for text in ["40719a", "４０７１９６", "-40719"] {
            assert_eq!(verdict(text), Err(PinError::NotDigits), "{text}");
        }
        assert_eq!(verdict("407196"), Ok(()));
        assert_eq!(verdict("407196284071"), Ok(()));
    }

    #[test]
    fn neither_a_pin_nor_a_digit_can_be_printed() {
        let pin = Pin::parse("407196").unwrap();
        assert_eq!(format!("{pin:?} {:?}", Digit::new(7).unwrap()), "Pin(…) Digit(…)");
        assert!(Digit::new(10).is_none());
    }

    proptest! {
        #[test]
        fn what_is_typed_and_taken_back_is_what_stays(keys in proptest::collection::vec(0u8..11, 0..40)) {
            let mut pin = Pin::default();
            let mut model = Vec::new();
            for key in keys {
                match Digit::new(key) {
                    Some(digit) => {
                        let is_taken = pin.push(digit);
                        prop_assert_eq!(is_taken, model.len() < PIN_DIGITS_MAX);
                        if is_taken { model.push(b'0' + key); }
                    }
                    None => { pin.pop(); model.pop(); }
                }
                prop_assert_eq!(pin.bytes(), &model[..]);
                prop_assert!(pin.digits[pin.len..].iter().all(|b| *b == 0), "what was taken back is gone");
            }
        }
    }
}
