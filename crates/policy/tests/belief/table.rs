//! Every case of a record, its key and its log, with what comes of it.

use record::key_record::Purpose;
use tlog::note::KeyKind;

use self::Turn::{Does, Logs, Named, Revokes, Rotates, Signed};
use super::stage::{CAME, Stage, is_named, name_of};
use super::turns;
use crate::scene::{salt, witness};

/// What happens next, in the order of the author's log and of our deliveries.
#[derive(Clone, Copy)]
enum Turn {
    /// The record is logged.
    Logs,
    /// The author replaces all keys, and logs the key record.
    Rotates,
    /// The same, and withdraws those for a purpose.
    Revokes(Purpose),
    /// That key record is named to us with this delivery. The record comes with delivery 10.
    Named(u64),
    /// Only the first so many sign the checkpoint: two log keys, two of the east, one of the west.
    Signed(usize),
    /// Something else.
    Does(fn(&mut Stage)),
}

impl Turn {
    fn play(self, stage: &mut Stage) {
        match self {
            Logs => stage.log_record(),
            Rotates => stage.rotate(),
            Revokes(purpose) => stage.revoke(purpose),
            Named(delivery) => stage.name(delivery),
            Signed(signers) => stage.signers.truncate(signers),
            Does(change) => change(stage),
        }
    }
}

type Row = (&'static str, &'static [Turn], &'static str);

const RECORD: Turn = Revokes(Purpose::Record);
const LOG: Turn = Revokes(Purpose::Log);
const UNPROVED: Turn = Does(|it| it.key_records.clear());

const KEYS: &[Row] = &[
    ("in force", &[Logs], "Believed"),
    ("retired after, and named", &[Logs, Rotates, Named(5)], "Believed"),
    ("retired after, and named later", &[Logs, Rotates, Named(15)], "Believed"),
    ("retired before, and named", &[Rotates, Named(5), Logs], "Retired"),
    ("retired before, and named with the record", &[Rotates, Named(CAME), Logs], "Retired"),
    ("hidden retirement: before, and never named", &[Rotates, Logs], "Believed"),
    ("retired before, and named later", &[Rotates, Named(CAME + 1), Logs], "Believed"),
    ("revoked after", &[Logs, RECORD, Named(5)], "Believed"),
    ("revoked before", &[RECORD, Named(5), Logs], "Revoked"),
    ("revoked before, and named later", &[RECORD, Named(15), Logs], "Believed"),
    ("stolen key with a backdated time", &[RECORD, Named(5), Does(turns::backdate), Logs], "Revoked"),
    ("a key record named before keeps the key", &[Does(turns::renew_log_keys), Named(5), Logs], "Believed"),
    ("stolen key, unlogged", &[RECORD, Named(5), Does(turns::backdate)], "Unlogged"),
    ("retired before, its leaf only said", &[Rotates, Named(5), Logs, UNPROVED], "LeafUnproved"),
    ("retired after, its leaf only said", &[Logs, Rotates, Named(5), UNPROVED], "LeafUnproved"),
    (
        "named with a lower leaf than the true one",
        &[Logs, Rotates, Does(|it| turns::misname(it, 2))],
        "LeafContradicted",
    ),
    (
        "named with a higher leaf than the true one",
        &[Rotates, Does(|it| turns::misname(it, 40)), Logs],
        "LeafContradicted",
    ),
    ("logged between a retirement that is hidden and one that is not", &[Does(turns::retired_twice)], "Believed"),
    ("logged between its retirement and its revocation", &[Does(turns::retired_then_revoked)], "Retired"),
    (
        "signed under a key record that was overruled",
        &[Does(turns::steal), Does(turns::recover), Named(5), Logs],
        "Overruled",
    ),
    ("the same, logged before", &[Does(turns::steal), Logs, Does(turns::recover), Named(5)], "Believed"),
    ("the same, logged after and not named", &[Does(turns::steal), Does(turns::recover), Logs], "Believed"),
    ("under a key that a recovery replaced", &[Does(turns::recover), Named(5), Logs], "Retired"),
    ("under the new keys", &[Rotates, Named(5), Does(turns::sign_anew), Logs], "Believed"),
];

const PROOFS: &[Row] = &[
    ("unlogged", &[], "Unlogged"),
    ("relayed with the author's proof", &[Logs, Does(turns::relay)], "Believed"),
    ("relayed with the relayer's proof", &[Logs, Does(turns::relay_with_own_proof)], "AnotherLog"),
    ("proof of another record", &[Logs, Does(|it| it.proof = Some(it.prove(1)))], "NotOfThis"),
    ("salt of another record", &[Logs, Does(|it| turns::resalt(it, Some(salt(1).to_vec())))], "NotOfThis"),
    ("no salt", &[Logs, Does(|it| turns::resalt(it, None))], "NoSalt"),
    ("checkpoint below the index", &[Logs, Does(turns::below)], "CheckpointBelow"),
    ("another party's key history", &[Logs, Does(|it| it.history = it.other.history())], "AnotherParty"),
    (
        "a key record that is not known",
        &[Rotates, Does(turns::sign_anew), Logs, Does(turns::forget)],
        "UnknownKeyRecord",
    ),
];

const CHECKPOINTS: &[Row] = &[
    ("unsigned by any log key", &[Logs, Does(turns::unsigned)], "LogUnsigned"),
    ("signed by another's log keys", &[Logs, Does(turns::strange_signers)], "LogUnsigned"),
    ("the post-quantum signature missing", &[Logs, Does(|it| drop(it.signers.remove(1)))], "LogSignatureMissing"),
    ("the classical signature missing", &[Logs, Does(|it| drop(it.signers.remove(0)))], "LogSignatureMissing"),
    ("signed by new log keys", &[Logs, Rotates, Does(turns::new_signers)], "Believed"),
    ("signed by old log keys after a rotation", &[Rotates, Logs], "Believed"),
    ("signed by one old log key and one new", &[Logs, Rotates, Does(turns::mixed_signers)], "Believed"),
    (
        "signed by log keys of an overruled key record",
        &[Does(turns::steal), Logs, Does(turns::recover), Does(turns::new_signers)],
        "LogUnsigned",
    ),
    ("signed by revoked log keys, under a quorum", &[Logs, LOG, Named(5)], "Believed"),
    ("the same, and nobody is asked to witness", &[Logs, LOG, Does(turns::ask_nobody)], "LogKeysRevoked"),
    ("nobody is asked to witness", &[Logs, Does(turns::ask_nobody), Signed(2)], "Believed"),
    ("the same, one signature missing", &[Logs, Does(turns::ask_nobody), Signed(1)], "LogSignatureMissing"),
    ("nobody cosigned", &[Logs, Signed(2)], "QuorumUnmet"),
    ("one group lacks one", &[Logs, Does(|it| it.drop_signers(is_named("east-1")))], "QuorumUnmet"),
    ("the other group lacks all", &[Logs, Does(|it| it.drop_signers(is_named("west")))], "QuorumUnmet"),
    ("a stranger in place of one", &[Logs, Does(|it| turns::replace(it, "nobody"))], "QuorumUnmet"),
    (
        "a stranger beside them",
        &[Logs, Does(|it| it.signers.push(witness("nobody", KeyKind::CosignatureEd25519)))],
        "Believed",
    ),
    ("one of the east in place of another", &[Logs, Does(|it| turns::replace(it, "east-2"))], "Believed"),
    ("the author as its own witness", &[Logs, Does(|it| turns::own_witness(it, false))], "QuorumUnmet"),
    (
        "the same, with a key that an overruled key record lists",
        &[Does(turns::steal), Logs, Does(turns::recover), Does(|it| turns::own_witness(it, true))],
        "QuorumUnmet",
    ),
    ("a suite that the author requires later", &[Logs, Does(turns::require_sm2)], "Believed"),
    (
        "a suite that the author requires since",
        &[Does(turns::require_sm2), Does(turns::sign_anew), Logs],
        "LogSignatureMissing",
    ),
];

const OWN: &[Row] = &[
    ("own record logged", &[Logs, Signed(2)], "Believed"),
    ("at the commit point, before the second signature", &[Logs, Signed(1)], "Believed"),
    ("own record unlogged", &[], "Unlogged"),
    ("another's record", &[Logs, Does(|it| it.history = it.other.history())], "AnotherParty"),
    ("under a checkpoint that witnesses alone signed", &[Logs, Does(turns::unsigned)], "LogUnsigned"),
    ("under keys that were revoked", &[Logs, LOG], "LogKeysRevoked"),
    ("under the keys that took their place", &[Logs, LOG, Does(turns::new_signers)], "Believed"),
    ("proof of another record", &[Logs, Does(|it| it.proof = Some(it.prove(1)))], "NotOfThis"),
    ("in another's log", &[Logs, Does(turns::relay_with_own_proof)], "AnotherLog"),
];

fn staged(turns: &[Turn]) -> Stage {
    let mut stage = Stage::new();
    turns.iter().for_each(|turn| turn.play(&mut stage));
    stage
}

#[test]
fn a_signature_counts_as_the_table_says() {
    for (name, turns, expected) in [KEYS, PROOFS, CHECKPOINTS].concat() {
        assert_eq!(name_of(staged(turns).verify()), expected, "{name}");
    }
}

#[test]
fn an_own_record_is_logged_as_the_table_says() {
    for (name, turns, expected) in OWN {
        assert_eq!(&name_of(staged(turns).logged()), expected, "{name}");
    }
}
