//! Following a publisher.
