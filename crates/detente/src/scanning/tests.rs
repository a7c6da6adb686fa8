//! A bank that follows the logs of a node: what it reads, when it shows it, and what counts.

mod following;
mod late;
mod port;
mod taken_back;
