//! Builders, simulators and fault injection for the promises.
