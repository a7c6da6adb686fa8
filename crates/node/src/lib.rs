//! The running node: who is at the other end, how much of what they do is borne, and what is exchanged with them.
//!
//! It decides nothing about content. A [`server::Site`] is told which party asks and answers; a [`client::Client`] is told
//! which party to ask. Both sides know one another by the transport keys that key records pin, and both assume that
//! whoever is at the other end means harm: time, size, rate and number are bounded before anything is believed.

pub mod backoff;
pub mod client;
pub mod clock;
pub mod exchange;
mod gather;
pub mod limits;
pub mod metrics;
mod pace;
pub mod server;
pub mod tls;
mod wire;
