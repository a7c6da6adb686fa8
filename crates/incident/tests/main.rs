//! Stories about incidents.
