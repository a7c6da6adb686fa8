//! Tests of pages as a whole.

#[cfg(test)]
mod rendered;
