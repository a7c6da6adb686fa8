//! Encryption of the private keys under a passphrase.
//!
//! Passphrase to key: Argon2id (RFC 9106, second recommended setting). Encryption: ChaCha20-Poly1305 (RFC 8439) under that
//! key, with a fresh salt and so a fresh key for every writing.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use record::base64url;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::Map;
use zeroize::Zeroizing;

use super::Passphrase;
use crate::outcome::{Done, Failure};

/// Memory of Argon2id in KiB: RFC 9106 section 4, second recommended setting.
const ARGON2_MEMORY_KIB: u32 = 64 * 1024;
/// Passes of Argon2id, from the same setting.
const ARGON2_PASSES: u32 = 3;
/// Lanes of Argon2id, from the same setting.
const ARGON2_LANES: u32 = 4;
/// Octets of the salt, from the same setting.
const SALT_BYTES: usize = 16;
/// The members of a key file that hold this text, encrypted.
pub(super) fn encrypt(plain: &str, passphrase: &Passphrase) -> Done<Map> {
    let mut salt = [0; SALT_BYTES];
    SystemEntropy::new().fill(&mut salt).map_err(Failure::environment)?;
    let mut octets = plain.as_bytes().to_vec();
    let key = stretch(passphrase, &salt)?;
    key.seal_in_place_append_tag(fixed_nonce(), Aad::empty(), &mut octets)
        .map_err(|_| Failure::environment("the keys could not be encrypted"))?;
    Ok(Map::new().with("salt", base64url::encode(&salt)).with("encrypted", base64url::encode(&octets)))
}

/// The text that was encrypted.
pub(super) fn decrypt(sealed: &str, salt: &str, passphrase: &Passphrase) -> Done<Zeroizing<Vec<u8>>> {
    let unreadable = |_| Failure::input("the encrypted keys are damaged");
    let mut octets = Zeroizing::new(base64url::decode(sealed).map_err(unreadable)?);
    let salt = base64url::decode_exactly::<SALT_BYTES>(salt).map_err(unreadable)?;
    let key = stretch(passphrase, &salt)?;
    let plain = key.open_in_place(fixed_nonce(), Aad::empty(), &mut octets);
    let plain = plain.map_err(|_| Failure::refused("the passphrase does not open the keys"))?;
    Ok(Zeroizing::new(plain.to_vec()))
}

/// The key comes from a fresh salt and is used once, so its nonce need not differ.
fn fixed_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn stretch(passphrase: &Passphrase, salt: &[u8]) -> Done<LessSafeKey> {
    let failed = |error: argon2::Error| Failure::environment(format!("the passphrase could not be stretched: {error}"));
    let params = argon2::Params::new(ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES, Some(32)).map_err(failed)?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Zeroizing::new([0; 32]);
    argon2.hash_password_into(passphrase.as_bytes(), salt, &mut *key).map_err(failed)?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &*key);
    key.map(LessSafeKey::new).map_err(|_| Failure::environment("the key could not be set up"))
}
