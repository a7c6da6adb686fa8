//! What parties say to one another, as state machines.
