//! When a signature counts.

mod corpus;
mod partial;
mod policies;
mod properties;
mod single;
mod stage;
mod table;
mod turns;
