//! Accessibility choices and millimetre geometry; pure.
