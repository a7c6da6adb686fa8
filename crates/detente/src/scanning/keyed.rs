//! Values of which so few are possible that a plain digest would give them away: accounts, domains, addresses, wallets. They are
//! found by a digest that only holders of a common key can compute.
//!
//! `docs/signals.md` has the exact octets, so that other programs compute the same.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use aws_lc_rs::hmac;
use clap::ValueEnum;
use matching::signal::{ExactKey, KeyId, SignalKind};
use zeroize::Zeroizing;

use crate::outcome::{Done, Failure};

/// Octets of a value: the longest address that mail allows is 320.
const MAX_VALUE_BYTES: usize = 1_024;

/// Octets of a common key, at least: as many as its digest has, so that trying keys is no shorter way.
const MIN_KEY_BYTES: usize = 32;

/// At most.
const MAX_KEY_BYTES: usize = 4_096;

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValueKind {
    /// An account on a service, such as someone@service
    Account,
    /// A domain name
    Domain,
    /// An e-mail address
    Email,
    /// An address of the Internet
    Ip,
    /// An account for payments
    Wallet,
}

impl ValueKind {
    pub(crate) const fn signal_kind(self) -> SignalKind {
        match self {
            Self::Account => SignalKind::Account,
            Self::Domain => SignalKind::Domain,
            Self::Email => SignalKind::EmailAddress,
            Self::Ip => SignalKind::IpAddress,
            Self::Wallet => SignalKind::Wallet,
        }
    }

    /// Names of hosts and addresses are written in many ways and mean the same; accounts and wallets may not.
    fn normal(self, value: &str) -> String {
        let value = text::nfkc(value.trim());
        match self {
            Self::Domain => value.to_lowercase().trim_end_matches('.').to_owned(),
            Self::Email | Self::Ip => value.to_lowercase(),
            Self::Account | Self::Wallet => value,
        }
    }
}

/// A key that the parties of an agreement have in common, with its name.
pub(crate) struct CommonKey {
    id: KeyId,
    key: hmac::Key,
}

impl CommonKey {
    /// Of a file: all its octets but a line's end behind them.
    pub(crate) fn read(path: &Path, id: &KeyId) -> Done<Self> {
        let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
        let mut octets = Zeroizing::new(Vec::new());
        let most = u64::try_from(MAX_KEY_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        File::open(path).map_err(cannot)?.take(most).read_to_end(&mut octets).map_err(cannot)?;
        let octets = octets.trim_ascii_end();
        if !(MIN_KEY_BYTES..=MAX_KEY_BYTES).contains(&octets.len()) {
            return Err(Failure::input(format!(
                "`{}` has {} octets; a common key has {MIN_KEY_BYTES} to {MAX_KEY_BYTES}",
                path.display(),
                octets.len()
            ))
            .advise("make one that nobody can guess, such as with: openssl rand -base64 32"));
        }
        Ok(Self { id: id.clone(), key: hmac::Key::new(hmac::HMAC_SHA256, octets) })
    }

    /// The key by which a value is found: HMAC-SHA-256 of the kind, a zero octet, and the value in its normal form.
    pub(crate) fn of(&self, kind: ValueKind, value: &str) -> Done<ExactKey> {
        let normal = kind.normal(value);
        if normal.is_empty() || normal.len() > MAX_VALUE_BYTES {
            return Err(Failure::input(format!("a value has 1 to {MAX_VALUE_BYTES} octets")));
        }
        let mut context = hmac::Context::with_key(&self.key);
        [kind.signal_kind().name().as_bytes(), &[0], normal.as_bytes()].iter().for_each(|part| context.update(part));
        let tag = context.sign();
        let digest: [u8; 32] = tag.as_ref().try_into().map_err(Failure::environment)?;
        Ok(ExactKey::Keyed(self.id.clone(), digest))
    }
}

#[cfg(test)]
mod tests {
    use record::base64url;

    use super::*;

    fn written(dir: &Path, octets: &[u8]) -> std::path::PathBuf {
        let path = dir.join("common");
        std::fs::write(&path, octets).unwrap();
        path
    }

    fn id() -> KeyId {
        "misuse-2026".parse().unwrap()
    }

    #[test]
    fn a_value_is_found_however_it_is_written_and_kinds_stay_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = written(dir.path(), b"0123456789abcdef0123456789abcdef\n");
        let key = CommonKey::read(&path, &id()).unwrap();
        let of = |kind, value| key.of(kind, value).unwrap();
        assert_eq!(of(ValueKind::Domain, "Example.ORG."), of(ValueKind::Domain, " example.org "));
        assert_ne!(of(ValueKind::Domain, "example.org"), of(ValueKind::Account, "example.org"));
        assert_ne!(of(ValueKind::Wallet, "bc1Q"), of(ValueKind::Wallet, "bc1q"));
        // Computed with another program: printf 'domain\0example.org' | openssl dgst -sha256 -mac HMAC -macopt key:...
        let ExactKey::Keyed(_, digest) = of(ValueKind::Domain, "example.org") else { panic!() };
        assert_eq!(base64url::encode(&digest), "PlKlaeT_CP3R1IiPHzdcAvjZcwAbY0vmUJZPjdgMisI");
        assert!(key.of(ValueKind::Ip, " ").is_err());
    }

    #[test]
    fn a_key_that_can_be_guessed_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let told = CommonKey::read(&written(dir.path(), b"secret"), &id()).map(drop).unwrap_err();
        assert!(told.message.contains("has 6 octets"), "{}", told.message);
    }
}
