//! STIX 2.1: what is taken, what is held back and why, and what is written.

mod corpus;
mod disagreements;
mod files;
mod markings;
mod objects;
mod patterns;
mod scene;
mod standard;
mod vectors;
mod writing;
