//! The private keys on disk: in clear under mode 0600, or encrypted under a passphrase.
//!
//! Passphrase to key: Argon2id (RFC 9106, second recommended setting). Encryption: ChaCha20-Poly1305 (RFC 8439) under that
//! key, with a fresh salt and so a fresh key for every writing.

use std::path::Path;

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use record::base64url;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{self, Json, Map};
use record::key_record::{PartyKeys, Purpose};
use record::suite::{PrivateKey, SEED_BYTES, Suite};
use zeroize::Zeroizing;

use crate::arguments::PassphraseArguments;
use crate::home::{Home, check_private, read_input};
use crate::outcome::{Done, Failure};

/// Memory of Argon2id in KiB: RFC 9106 section 4, second recommended setting.
const ARGON2_MEMORY_KIB: u32 = 64 * 1024;
/// Passes of Argon2id, from the same setting.
const ARGON2_PASSES: u32 = 3;
/// Lanes of Argon2id, from the same setting.
const ARGON2_LANES: u32 = 4;
/// Octets of the salt, from the same setting.
const SALT_BYTES: usize = 16;
/// Fewest characters of a passphrase. Argon2 slows guessing down; it cannot rescue a short word.
const PASSPHRASE_MIN: usize = 12;

/// Most octets of a passphrase: whoever names a longer file has named the wrong one.
const PASSPHRASE_MAX: usize = 1024;

/// A passphrase, wiped when it is dropped.
pub(crate) type Passphrase = Zeroizing<String>;

/// Asks for the passphrase as the arguments say; `None` if the keys are to lie in clear.
pub(crate) fn new_passphrase(arguments: &PassphraseArguments) -> Done<Option<Passphrase>> {
    let Some(passphrase) = ask(arguments, "Passphrase for the new keys: ")? else { return Ok(None) };
    if passphrase.chars().count() < PASSPHRASE_MIN {
        return Err(Failure::input(format!("a passphrase needs at least {PASSPHRASE_MIN} characters"))
            .advise("take four or five words that have nothing to do with one another"));
    }
    if arguments.passphrase && *prompt("Once more: ")? != *passphrase {
        return Err(Failure::input("the two passphrases differ"));
    }
    Ok(Some(passphrase))
}

fn ask(arguments: &PassphraseArguments, question: &str) -> Done<Option<Passphrase>> {
    if let Some(path) = &arguments.passphrase_file {
        let octets = Zeroizing::new(read_input(path)?);
        let text = std::str::from_utf8(&octets).map_err(|_| Failure::input("the passphrase file is not UTF-8"))?;
        let line = text.lines().next().unwrap_or_default();
        if line.len() > PASSPHRASE_MAX {
            return Err(Failure::input(format!("a passphrase has at most {PASSPHRASE_MAX} octets"))
                .advise("is this the right passphrase file? Its first line is longer"));
        }
        return Ok(Some(Zeroizing::new(line.to_owned())));
    }
    if arguments.passphrase { prompt(question).map(Some) } else { Ok(None) }
}

fn prompt(question: &str) -> Done<Passphrase> {
    let answer = rpassword::prompt_password(question).map(Zeroizing::new);
    answer.map_err(|error| {
        Failure::environment(format!("cannot ask for a passphrase: {error}")).advise("use --passphrase-file")
    })
}

/// The text of a key file.
pub(crate) fn write(keys: &PartyKeys, passphrase: Option<&Passphrase>) -> Done<Zeroizing<String>> {
    let rows = keys.seeds().map(|(purpose, suite, seed)| {
        let row = Map::new().with("purpose", purpose.name()).with("suite", suite.name());
        Json::from(row.with("seed", base64url::encode(seed)))
    });
    let keys = Zeroizing::new(Map::new().with("keys", Json::Array(rows.collect())).to_text());
    passphrase.map_or_else(|| Ok(keys.clone()), |passphrase| encrypt(&keys, passphrase))
}

/// Opens a node's private keys.
pub(crate) fn open(home: &Home, arguments: &PassphraseArguments) -> Done<PartyKeys> {
    let path = home.keys_path();
    check_private(&path)?;
    let file = parse(&path)?;
    let Some(sealed) = file.text("encrypted") else { return read_keys(&file, &path) };
    let Some(passphrase) = ask(arguments, "Passphrase: ")? else {
        return Err(
            Failure::input("the private keys are encrypted").advise("add --passphrase or --passphrase-file FILE")
        );
    };
    let plain = decrypt(sealed, file.text("salt").unwrap_or_default(), &passphrase)?;
    let Ok(Json::Object(keys)) = json::parse(&plain) else { return Err(damaged(&path)) };
    read_keys(&keys, &path)
}

fn parse(path: &Path) -> Done<Map> {
    match json::parse(&Zeroizing::new(read_input(path)?)) {
        Ok(Json::Object(file)) => Ok(file),
        Ok(_) => Err(damaged(path)),
        Err(error) => Err(Failure::input(format!("`{}`: {error}", path.display()))),
    }
}

fn damaged(path: &Path) -> Failure {
    Failure::input(format!("`{}` is damaged", path.display()))
        .advise("restore it from your backup; keys cannot be replaced by a command yet: that comes with the logs")
}

fn read_keys(file: &Map, path: &Path) -> Done<PartyKeys> {
    let mut keys = PartyKeys::new();
    for row in file.get("keys").and_then(Json::as_array).unwrap_or_default() {
        let (purpose, key) = read_key(row).ok_or_else(|| damaged(path))?;
        keys.insert(purpose, key);
    }
    Ok(keys)
}

fn read_key(row: &Json) -> Option<(Purpose, PrivateKey)> {
    let row = row.as_object()?;
    let suite: Suite = row.text("suite")?.parse().ok()?;
    let seed = Zeroizing::new(base64url::decode_exactly::<SEED_BYTES>(row.text("seed")?).ok()?);
    Some((row.text("purpose")?.parse().ok()?, PrivateKey::from_seed(suite, &seed).ok()?))
}

fn encrypt(plain: &str, passphrase: &Passphrase) -> Done<Zeroizing<String>> {
    let mut salt = [0; SALT_BYTES];
    SystemEntropy::new().fill(&mut salt).map_err(Failure::environment)?;
    let mut octets = plain.as_bytes().to_vec();
    let key = stretch(passphrase, &salt)?;
    key.seal_in_place_append_tag(fixed_nonce(), Aad::empty(), &mut octets)
        .map_err(|_| Failure::environment("the keys could not be encrypted"))?;
    let file = Map::new().with("salt", base64url::encode(&salt)).with("encrypted", base64url::encode(&octets));
    Ok(Zeroizing::new(file.to_text()))
}

fn decrypt(sealed: &str, salt: &str, passphrase: &Passphrase) -> Done<Zeroizing<Vec<u8>>> {
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
