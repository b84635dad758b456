//! Closed events, pure update, effects, runner.
