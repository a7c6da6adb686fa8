//! Tests of pages as a whole.

mod rendered;
