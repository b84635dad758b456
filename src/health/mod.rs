//! Probes and self-check.
