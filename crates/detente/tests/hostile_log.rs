//! Logs that a thief wrote, that came back in part, or that are none.

use crate::scene::Desk;

/// A node that logged a record, its proof, and a copy of all of it in a thief's hands.
fn robbed() -> Desk {
    let desk = Desk::with_record();
    desk.run("log append whole.json --dir harbour").ends_with(0);
    desk.run_script("cp -r harbour thief").ends_with(0);
    desk.run("log append whole.json --dir thief").ends_with(0);
    desk.run("log prove whole.json --dir thief --out whole.proof").ends_with(0);
    desk
}

fn revoke(desk: &Desk, purpose: &str) {
    let listed = desk.run("--json key list --dir harbour").json();
    for key in listed["key_records"][0]["keys"].as_array().unwrap() {
        if key["purpose"] == purpose {
            let id = key["key_id"].as_str().unwrap();
            desk.run(&format!("key revoke {id} --dir harbour --reason compromised")).ends_with(0);
        }
    }
}

#[test]
fn a_log_under_revoked_keys_proves_nothing() {
    let desk = robbed();
    desk.run("verify thief/log/node --keys harbour/profile.json").ends_with(0).says(&["whole log"]);
    revoke(&desk, "log");
    for what in ["thief/log/node", "whole.json --proof whole.proof"] {
        desk.run(&format!("verify {what} --keys harbour/profile.json")).refuses(1, &["revoked"]);
    }
    desk.run("verify harbour/log/node --keys harbour/profile.json").ends_with(0).says(&["whole log"]);
}

#[test]
fn a_proof_does_not_save_a_record_whose_key_was_revoked() {
    let desk = robbed();
    revoke(&desk, "record");
    desk.run("verify whole.json --proof whole.proof --keys harbour/profile.json").refuses(1, &["revoked"]);
}

#[test]
fn a_checkpoint_with_one_of_two_signatures_is_refused() {
    let desk = robbed();
    let checkpoint = desk.read("thief/log/node/checkpoint");
    let one = checkpoint.trim_end().rsplit_once('\n').unwrap().0;
    desk.write("thief/log/node/checkpoint", format!("{one}\n"));
    desk.run("verify thief/log/node --keys harbour/profile.json").refuses(1, &["both signatures"]);
}

#[test]
fn a_log_that_somebody_remembers_is_not_begun_again() {
    let desk = robbed();
    desk.run_script("mkdir heads part").ends_with(0);
    desk.run("log guard --dir harbour --add heads").ends_with(0);
    desk.run_script("cp harbour/keys.json harbour/profile.json harbour/head-sources part").ends_with(0);
    desk.run("log append whole.json --dir part").refuses(4, &["restore `layout` and `segments`"]);
    desk.run("log migrate --dir part").refuses(1, &["nothing was signed"]);
    assert!(!desk.has("part/layout") && !desk.has("part/log"));
}

#[test]
fn a_store_whose_log_is_gone_signs_nothing() {
    let desk = robbed();
    desk.run_script("mkdir part && cp harbour/keys.json harbour/profile.json harbour/layout part").ends_with(0);
    desk.run("log append whole.json --dir part").refuses(1, &["no log in it"]);
    assert!(!desk.has("part/log/node/checkpoint"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_keeps_nobody_waiting() {
    let desk = robbed();
    desk.run_script("cp -r harbour/log/node pipes && rm pipes/checkpoint && mkfifo pipes/checkpoint").ends_with(0);
    desk.run("verify pipes --keys harbour/profile.json").refuses(3, &["not a file"]);
}

#[test]
fn views_are_made_anew_while_nothing_may_be_signed() {
    let desk = robbed();
    desk.run_script("mkdir heads && rm -r harbour/views harbour/log/node/tile").ends_with(0);
    desk.run("log guard --dir harbour --add heads").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0).says(&["were made anew"]);
    desk.run("verify harbour").ends_with(0).says(&["sound"]);
    desk.run("verify harbour/log/node --keys harbour/profile.json").ends_with(0).says(&["whole log"]);
}
