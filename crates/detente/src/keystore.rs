//! The private keys on disk: in clear under mode 0600, or encrypted under a passphrase.

mod cipher;
mod file;
pub(crate) mod left;

pub(crate) use file::{KeyFile, write};

use record::key_history::{KeyHistory, Moment};
use record::key_record::{PartyKeys, Use};
use record::suite::PrivateKey;
use zeroize::Zeroizing;

use crate::arguments::PassphraseArguments;
use crate::home::{Home, read_input};
use crate::node_keys::NodeKeys;
use crate::outcome::{Done, Failure};
use crate::{clock, key_change};

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
    crate::operations::asked::refuse("a passphrase")?;
    let answer = rpassword::prompt_password(question).map(Zeroizing::new);
    answer.map_err(|error| {
        Failure::environment(format!("cannot ask for a passphrase: {error}")).advise("use --passphrase-file")
    })
}

/// Private keys that were opened.
pub(crate) struct Opened {
    pub(crate) keys: NodeKeys,
    /// What they were encrypted under; `None` if they lie in clear.
    pub(crate) passphrase: Option<Passphrase>,
}

impl Opened {
    /// Refuses a passphrase for keys that lie in clear: who gives one would believe that the new keys are encrypted.
    pub(crate) fn check_passphrase(&self, arguments: &PassphraseArguments) -> Done {
        let is_given = arguments.passphrase || arguments.passphrase_file.is_some();
        if is_given && self.passphrase.is_none() {
            return Err(Failure::arguments("the private keys are not encrypted, and this command leaves them so")
                .advise("leave the passphrase out"));
        }
        Ok(())
    }
}

/// Opens a node's private keys, after settling what a crash may have left of a change of keys. Keys of another key record
/// than the one in force are refused before anybody is asked for a passphrase.
pub(crate) fn open(home: &Home, history: &KeyHistory, arguments: &PassphraseArguments) -> Done<Opened> {
    key_change::settle(home)?;
    let file = KeyFile::read(&home.keys_path())?;
    if !file.fits(history.head().content()) {
        let was_changed = home.history()?.head().digest() != history.head().digest();
        return Err(if was_changed { changed_meanwhile() } else { not_in_force() });
    }
    if !file.is_encrypted() {
        return Ok(Opened { keys: file.open(None)?, passphrase: None });
    }
    if let Some(keys) = left::taken(home, &file)? {
        return Ok(Opened { keys, passphrase: None });
    }
    let Some(passphrase) = ask(arguments, "Passphrase: ")? else {
        return Err(
            Failure::input("the private keys are encrypted").advise("add --passphrase or --passphrase-file FILE")
        );
    };
    Ok(Opened { keys: file.open(Some(&passphrase))?, passphrase: Some(passphrase) })
}

fn changed_meanwhile() -> Failure {
    Failure::environment("another command has changed the keys while this one ran").advise("try again")
}

/// What is said of private keys that belong to another key record.
pub(crate) fn not_in_force() -> Failure {
    Failure::environment("the private keys here are not those of the key record in force").advise(
        "restore keys.json from the same backup as profile.json; without one, replace them with: detente key recover",
    )
}

/// The private keys that the key record in force requires for a use.
pub(crate) fn signers<'k>(history: &KeyHistory, keys: &'k PartyKeys, usage: Use) -> Done<Vec<&'k PrivateKey>> {
    let head = history.head().digest();
    let required = history.keys_in_force(&head, usage, Moment::At(clock::now()));
    let required = required.map_err(|error| {
        Failure::refused(error).advise("these keys do not sign today; replace them with: detente key rotate")
    })?;
    let find = |id| keys.keys().find(|key| key.public().id() == id);
    let found: Option<Vec<_>> = required.iter().map(|key| find(key.id())).collect();
    found.ok_or_else(not_in_force)
}
