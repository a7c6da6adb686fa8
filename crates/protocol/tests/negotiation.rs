//! Negotiations, told as stories.

mod hostile;
mod properties;
mod scene;
mod stories;
mod unread;
mod words;
