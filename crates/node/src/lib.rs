//! The running node: it executes what the protocol decides, over a store and a network, and decides nothing itself.

pub mod exchange;
