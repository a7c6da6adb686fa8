//! Messages, signed as Standard Webhooks has it.

use record::time::Timestamp;

use super::secret::WebhookSecret;
use super::subscription::SubscriptionId;
use crate::notice::Notice;

/// How far the clocks of the two sides may differ, in seconds: a message that is older was kept and sent again by somebody.
pub const MAX_CLOCK_SKEW_SECONDS: i64 = 5 * 60;

/// One call: the header fields and the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// `webhook-id`: the same for each try, so that the other side takes it once.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970, of this try.
    pub timestamp: String,
    /// `webhook-signature`: one for each secret, with a space between.
    pub signature: String,
    /// The body: ids and no content.
    pub body: String,
}

/// A message that is not what its sender signed, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSigned {
    /// Its time is none, or too far from ours.
    #[error("`webhook-timestamp` is not within {MAX_CLOCK_SKEW_SECONDS} s of now")]
    Time,
    /// No signature fits.
    #[error("no signature of `webhook-signature` fits")]
    Signature,
}

impl Message {
    /// What is sent of a notice to a subscription, in one try. While a secret is changed, name the old one too.
    #[must_use]
    pub fn of(notice: &Notice, to: &SubscriptionId, secrets: &[&WebhookSecret], now: Timestamp) -> Self {
        let id = format!("{to}.{}", notice.number);
        let body = notice.to_json().to_text();
        let timestamp = seconds(now).to_string();
        let signed = signed(&id, &timestamp, body.as_bytes());
        let signatures: Vec<_> = secrets.iter().map(|secret| secret.signature(&signed)).collect();
        Self { id, timestamp, signature: signatures.join(" "), body }
    }

    /// The header fields, besides `Content-Type: application/json`.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [("webhook-id", &self.id), ("webhook-timestamp", &self.timestamp), ("webhook-signature", &self.signature)]
    }
}

const fn seconds(now: Timestamp) -> i64 {
    now.micros().div_euclid(1_000_000)
}

fn signed(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

/// What the other side does: checks a message's header fields and body. It is here for tests, and for nodes that are called by
/// nodes.
///
/// # Errors
/// [`NotSigned`].
pub fn verify(
    [id, timestamp, signature]: [&str; 3],
    body: &[u8],
    secret: &WebhookSecret,
    now: Timestamp,
) -> Result<(), NotSigned> {
    let time: i64 = timestamp.parse().map_err(|_| NotSigned::Time)?;
    if seconds(now).saturating_sub(time).saturating_abs() > MAX_CLOCK_SKEW_SECONDS {
        return Err(NotSigned::Time);
    }
    let signed = signed(id, timestamp, body);
    let fits = signature.split(' ').any(|signature| secret.is_signature(signature, &signed));
    if fits { Ok(()) } else { Err(NotSigned::Signature) }
}
