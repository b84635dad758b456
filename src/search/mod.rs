//! Search by title.
