//! A value that must never be seen outside the session that made it.
//! It cannot be printed, logged, compared or serialised; dropping it overwrites it.

use std::fmt;

/// What a resident chose or typed; opened only by [`Private::reveal`].
#[derive(Default)]
pub struct Private<T: Wipe>(T);

/// Values that can be overwritten in place.
pub trait Wipe {
    /// Overwrites the value's memory with zeros.
    fn wipe(&mut self);
}

impl Wipe for String {
    fn wipe(&mut self) {
        // Zeros are valid UTF-8; `black_box` keeps the stores from being optimised away.
        let mut bytes = std::mem::take(self).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}

impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        self.fill(0);
        std::hint::black_box(&*self);
    }
}

impl<T: Wipe> Private<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place to look at in review.
    pub fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, to be added to. A buffer that has to grow leaves a copy behind: give it room first.
    pub fn reveal_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Wipe> Drop for Private<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Wipe> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_value_never_shows_in_debug_output() {
        let secret = Private::new("340524198001010016".to_owned());
        assert_eq!(format!("{secret:?}"), "Private(…)");
        assert_eq!(secret.reveal().len(), 18);
    }
}
