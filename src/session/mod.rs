//! State of one visit; pure.
