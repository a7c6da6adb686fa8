//! A log is checked by anybody who has its files, from a folder or over the network.

use std::time::{Duration, Instant};

use record::suite::{PrivateKey, Suite};
use tlog::Hash;
use tlog::bundle::push_entry;
use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::edge::Edge;
use tlog::note::{KeyKind, Signer};
use tlog::tile::{TileKind, TilePath, write_hashes};

use crate::nodes::desk_with_log;
use crate::scene::Desk;
use crate::web::{Answer, serve};

/// A desk with a copy of Harbour's published log in `public`, and its `profile.json`.
fn desk_with_copy() -> Desk {
    let desk = desk_with_log();
    desk.copy("harbour/log/node", "public");
    desk.copy("harbour/profile.json", "profile.json");
    desk
}

#[test]
fn a_copied_log_is_checked_without_its_node() {
    let desk = desk_with_copy();
    let facts = desk.run("--json verify public --keys profile.json").ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["size"]), (&"whole log".into(), &3.into()));
    assert_eq!((&facts["tiles_checked"], &facts["bundles_checked"]), (&1.into(), &1.into()));
    desk.run("verify public --keys profile.json").ends_with(0).says(&["\nProved: ", "\nNot proved: that others"]);
}

#[test]
fn a_log_whose_key_is_not_known_is_refused_with_advice() {
    let desk = desk_with_copy();
    desk.run("verify public").refuses(1, &["detente/log/", "--keys", "--log-key"]);
    desk.make_node("hills");
    desk.run("verify public --keys hills/profile.json").refuses(1, &["--keys"]);
}

#[test]
fn a_file_that_does_not_hold_is_named() {
    let desk = desk_with_copy();
    for file in ["public/tile/0/000.p/3", "public/tile/entries/000.p/3"] {
        for bit in [0, 77, 300] {
            desk.flip(file, bit);
            let run = desk.run("verify public --keys profile.json").ends_with(1);
            assert!(run.err.contains("tile/"), "{run:#?}");
            desk.flip(file, bit);
        }
        std::fs::rename(desk.path(file), desk.path("away")).unwrap();
        desk.run("verify public --keys profile.json").refuses(1, &[file.strip_prefix("public/").unwrap()]);
        std::fs::rename(desk.path("away"), desk.path(file)).unwrap();
    }
    for bit in desk.bits("public/checkpoint", 60) {
        desk.flip("public/checkpoint", bit);
        desk.run("verify public --keys profile.json").ends_with(1);
        desk.flip("public/checkpoint", bit);
    }
    std::fs::remove_file(desk.path("public/checkpoint")).unwrap();
    desk.run("verify public --keys profile.json").ends_with(3);
}

#[test]
fn a_log_is_checked_over_the_network() {
    let desk = desk_with_copy();
    let folder = desk.path("public");
    let url = serve(move |path| Answer::File(folder.join(path)));
    for url in [url.clone(), format!("{url}/")] {
        let facts = desk.run(&format!("--json verify {url} --keys profile.json")).ends_with(0).json();
        assert_eq!((&facts["verdict"], &facts["size"]), (&"whole log".into(), &3.into()));
    }
    desk.run(&format!("verify {url}?x=1 --keys profile.json")).refuses(2, &["no `?`"]);
    desk.run("verify http://127.0.0.1:1/log --keys profile.json").refuses(3, &["the URL under which"]);
}

#[test]
fn a_server_that_lies_is_refused_and_holds_nobody_up() {
    let desk = desk_with_copy();
    let elsewhere = {
        let folder = desk.path("public");
        serve(move |path| Answer::File(folder.join(path)))
    };
    type Lie = (&'static str, fn(String) -> Answer, i32, &'static str);
    let lies: [Lie; 7] = [
        ("checkpoint", |_| Answer::NotFound, 3, "404"),
        ("checkpoint", |_| Answer::Endless, 3, "longer than"),
        ("checkpoint", Answer::Elsewhere, 3, "302"),
        ("checkpoint", |_| Answer::Octets(b"hello".to_vec()), 1, "checkpoint"),
        ("tile/", |_| Answer::NotFound, 1, "tile/"),
        ("tile/", |_| Answer::Endless, 1, "tile/"),
        ("tile/", |_| Answer::Octets(vec![0; 96]), 1, "tile/"),
    ];
    for (lied_about, answer, code, word) in lies {
        let (folder, elsewhere) = (desk.path("public"), elsewhere.clone());
        let url = serve(move |path| {
            if path.starts_with(lied_about) {
                answer(format!("{elsewhere}/{path}"))
            } else {
                Answer::File(folder.join(path))
            }
        });
        let began = Instant::now();
        let run = desk.run(&format!("--json verify {url} --keys profile.json")).ends_with(code);
        assert!(run.out.contains(word) || run.err.contains(word), "{run:#?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{lied_about} {word}: {:?}", began.elapsed());
    }
}

const ORIGIN: &str = "other.example/log";

/// Publishes a log of another maker in a folder; answers its verifier key.
fn make_foreign_log(desk: &Desk, folder: &str, count: u16) -> String {
    let key = PrivateKey::from_seed(Suite::Ed25519, &[9; 32]).unwrap();
    let signer = Signer::new(ORIGIN.parse().unwrap(), KeyKind::Ed25519, key).unwrap();
    let put = |path: TilePath, octets: &[u8]| {
        let file = desk.path(folder).join(path.to_string());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, octets).unwrap();
    };
    let (mut edge, mut bundle, mut leaves) = (Edge::new(), Vec::new(), Vec::new());
    for number in 0..count {
        let entry = vec![b'e'; usize::from(number) * 7 % 900];
        push_entry(&mut bundle, &entry).unwrap();
        leaves.push(Hash::leaf(&entry));
        let filled = edge.append(Hash::leaf(&entry)).unwrap();
        if !filled.is_empty() {
            put(TilePath::new(TileKind::Entries, u64::from(number / 256), 256).unwrap(), &std::mem::take(&mut bundle));
        }
        filled.iter().for_each(|(path, hashes)| put(*path, &write_hashes(hashes)));
    }
    edge.partial().iter().for_each(|(path, hashes)| put(*path, &write_hashes(hashes)));
    if let Some(path) = TilePath::in_tree(TileKind::Entries, u64::from(count / 256), u64::from(count)) {
        put(path, &bundle);
    }
    let root = root_of(&leaves);
    let signed = SignedCheckpoint::sign(Checkpoint::new(ORIGIN, count.into(), root).unwrap(), &[&signer], 0).unwrap();
    desk.write(&format!("{folder}/checkpoint"), signed.to_string());
    signer.verifier().to_string()
}

/// RFC 9162, 2.1.1, as it is written there.
fn root_of(leaves: &[Hash]) -> Hash {
    if let [leaf] = leaves {
        return *leaf;
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    Hash::node(&root_of(left), &root_of(right))
}

#[test]
fn a_log_of_another_maker_is_checked_with_its_key() {
    let desk = Desk::new();
    let key = make_foreign_log(&desk, "foreign", 300);
    let run = desk.run_words(&["--json", "verify", "foreign", "--log-key", &key]).ends_with(0);
    assert_eq!((&run.json()["size"], &run.json()["bundles_checked"]), (&300.into(), &2.into()));
    desk.run("verify foreign").refuses(1, &["other.example/log", "--log-key"]);
    desk.run("verify foreign --log-key nonsense").refuses(2, &["--log-key"]);
    desk.flip("foreign/tile/entries/000", 4_000);
    desk.run_words(&["verify", "foreign", "--log-key", &key]).refuses(1, &["tile/entries/000"]);
}
