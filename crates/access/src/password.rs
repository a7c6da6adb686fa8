//! Passwords: stretched at sign-in and nowhere else.
//!
//! There is no list of passwords that were found in breaches here: none that may be copied is small enough to carry. A long
//! minimum stands in for it, and whoever has such a list can look before a password gets here.

use std::fmt;

use record::base64url;
use record::entropy::{Entropy, NoEntropy};
use zeroize::Zeroizing;

use crate::keyed::same;
use crate::name::{AccountName, Skeleton};

/// Characters of a password at least: NIST SP 800-63B-4 asks for 15 where a password is the only factor.
pub const MIN_PASSWORD_CHARACTERS: usize = 15;

/// Octets of a password at most, as typed: a bound on what a stranger can make us normalise. Whole sentences fit.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Memory of Argon2id in KiB: 19 MiB, with two passes in one lane the setting that OWASP's cheat sheet on storing passwords
/// names first. More would let fewer sign in at once on a small machine; the keys, which are opened once at a start, have more.
pub const MEMORY_KIB: u32 = 19 * 1024;

/// Passes, of the same setting.
pub const PASSES: u32 = 2;

/// Lanes, of the same setting.
pub const LANES: u32 = 1;

/// How many passwords may be stretched at once: each takes [`MEMORY_KIB`] and one core for some tens of milliseconds. The
/// caller counts.
pub const SIGN_INS_AT_ONCE: usize = 3;

/// How many of those may be for strangers ([`crate::sign_in::Lane::Stranger`]): one place is kept for browsers that have
/// signed in before, so that a flood of guesses does not keep an officer out.
pub const STRANGERS_AT_ONCE: usize = 2;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// The one setting of this version. Another one in a document is refused: a cheaper one would be a downgrade, and a dearer
/// one a way to stop the node.
const SETTING: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// A password that may be set for one account. Wiped when dropped.
pub struct Password(Zeroizing<String>);

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    salt: [u8; SALT_BYTES],
    hash: [u8; HASH_BYTES],
}

/// A password that is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeakPassword {
    /// Fewer than [`MIN_PASSWORD_CHARACTERS`].
    #[error("a password has at least {MIN_PASSWORD_CHARACTERS} characters; a few words in a row are easy to keep")]
    Short,
    /// More than [`MAX_PASSWORD_BYTES`].
    #[error("a password has at most {MAX_PASSWORD_BYTES} octets")]
    Long,
    /// It looks like the account's name.
    #[error("the password is the account's name; choose another")]
    Name,
}

/// A password could not be stretched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// No salt.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// Argon2 did not answer.
    #[error("the password could not be stretched: {0}")]
    Argon2(String),
}

/// A text is no kept password of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kept password under {SETTING}; set the password anew")]
#[non_exhaustive]
pub struct NotAPasswordHash;

impl Password {
    /// A password for this account, in normalisation form KC: one password however a keyboard composes it.
    ///
    /// # Errors
    /// [`WeakPassword`].
    pub fn new(typed: &str, account: &AccountName) -> Result<Self, WeakPassword> {
        if typed.len() > MAX_PASSWORD_BYTES {
            return Err(WeakPassword::Long);
        }
        let normal = Zeroizing::new(text::nfkc(typed));
        if normal.chars().count() < MIN_PASSWORD_CHARACTERS {
            return Err(WeakPassword::Short);
        }
        let is_name = Skeleton::of(&normal) == *account.skeleton();
        if is_name { Err(WeakPassword::Name) } else { Ok(Self(normal)) }
    }
}

impl PasswordHash {
    /// Stretches a password under a fresh salt. Takes tens of milliseconds and [`MEMORY_KIB`].
    ///
    /// # Errors
    /// [`HashError`].
    pub fn of(password: &Password, entropy: &mut impl Entropy) -> Result<Self, HashError> {
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt)?;
        let hash = stretch(&password.0, &salt).map_err(|error| HashError::Argon2(error.to_string()))?;
        Ok(Self { salt, hash })
    }

    /// As it is kept: the text that other libraries write too (PHC string format).
    #[must_use]
    pub fn to_text(&self) -> String {
        let usual = |octets: &[u8]| base64url::encode(octets).replace('-', "+").replace('_', "/");
        format!("{SETTING}{}${}", usual(&self.salt), usual(&self.hash))
    }

    /// One that was kept.
    ///
    /// # Errors
    /// [`NotAPasswordHash`], for other settings too.
    pub fn from_text(text: &str) -> Result<Self, NotAPasswordHash> {
        let rest = text.strip_prefix(SETTING).ok_or(NotAPasswordHash)?;
        let (salt, hash) = rest.split_once('$').ok_or(NotAPasswordHash)?;
        Ok(Self { salt: octets(salt)?, hash: octets(hash)? })
    }

    /// What an account without a password is checked against, so that it takes as long. Nothing is known that stretches to it,
    /// and if something did, it would not count.
    const NOBODY: Self = Self { salt: *b"detente: nobody.", hash: [0; HASH_BYTES] };
}

/// Whether this is the password that was kept. One stretching in every case, whether there is one or not.
pub(crate) fn is_right(kept: Option<&PasswordHash>, typed: &str) -> bool {
    let fits = typed.len() <= MAX_PASSWORD_BYTES;
    let normal = Zeroizing::new(text::nfkc(if fits { typed } else { "" }));
    let against = kept.unwrap_or(&PasswordHash::NOBODY);
    let is_same = stretch(&normal, &against.salt).is_ok_and(|hash| same(&hash, &against.hash));
    is_same & fits & kept.is_some()
}

/// Octets in the usual alphabet of base64, in their one spelling.
fn octets<const N: usize>(text: &str) -> Result<[u8; N], NotAPasswordHash> {
    if text.contains(['-', '_']) {
        return Err(NotAPasswordHash);
    }
    base64url::decode_exactly(&text.replace('+', "-").replace('/', "_")).map_err(|_| NotAPasswordHash)
}

fn stretch(normal: &str, salt: &[u8; SALT_BYTES]) -> Result<[u8; HASH_BYTES], argon2::Error> {
    let params = argon2::Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES))?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut hash = [0; HASH_BYTES];
    argon2.hash_password_into(normal.as_bytes(), salt, &mut hash)?;
    Ok(hash)
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(..)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordHash(..)")
    }
}
