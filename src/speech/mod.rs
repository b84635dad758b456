//! Mandarin readout.
