//! Tests of what parties say.
