//! Webhooks: telling a program of somebody's, at an address that it named, that something happened.
//!
//! A message holds ids and nothing else, so whoever reads it on the way, or runs the address, learns that something happened
//! and not what. It is signed as Standard Webhooks has it (version 1.0.0). An address is called only if every address that
//! its name stands for is a public one, and it is the address that was checked that is called: no name is looked up twice.
//! Redirects are not followed: where they lead was not checked.

mod address;
mod message;
mod retry;
mod secret;
mod subscription;
mod url;

pub use address::{Callee, NotCallable, is_public};
pub use message::{MAX_CLOCK_SKEW_SECONDS, Message, NotSigned, verify};
pub use retry::{ATTEMPTS, Answered, GIVE_UP_AFTER_MICROS, Next, TIMEOUT_MS, after};
pub use secret::{NotASecret, SECRET_PREFIX, WebhookSecret};
pub use subscription::{
    MAX_SUBSCRIPTIONS, MAX_SUBSCRIPTIONS_PER_ACCOUNT, NotASubscription, Subscription, SubscriptionId,
};
pub use url::{MAX_URL_BYTES, NotAUrl, WebhookUrl};
