//! Chapter: the log. What was logged can be proved to a stranger, cannot be rewritten unnoticed, is not signed on from an
//! old backup, and what must be forgotten is forgotten.
//!
//! Every step runs the command that is shown, by its own code.

use std::fs;

use super::cast::{AIRLINE, Cast, HONG_KONG};
use super::steps::{act, copy, folder_holds};
use super::story::Story;
use crate::outcome::{Done, Failure};

/// A word of one record's title alone: it must be nowhere on the disk once that record is erased.
const FORGOTTEN: &str = "synthetic";

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>) -> Done {
    append_and_prove(cast, story)?;
    copy(&cast.dir.join("harbour"), &cast.dir.join("harbour-backup"))?;
    cosign(cast, story)?;
    old_backup(cast, story)?;
    two_histories(cast, story)?;
    erase(cast, story)?;
    flip(cast, story)
}

fn append_and_prove(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Harbour logs what it signed, and proves it to a stranger");
    cast.write("hong-kong-object.json", HONG_KONG)?;
    act(cast, story, "record sign DIR/hong-kong-object.json --dir DIR/harbour --out DIR/hong-kong.json")?;
    act(cast, story, "log append DIR/tempe.json DIR/hong-kong.json --dir DIR/harbour")?;
    act(cast, story, "log prove DIR/tempe.json --dir DIR/harbour --out DIR/tempe.proof")?;
    let checked = act(cast, story, "verify DIR/tempe.json --proof DIR/tempe.proof --keys DIR/harbour/profile.json");
    story.claim("record, proof and profile are enough to check that it was logged", checked.is_ok());
    let part = "verify DIR/tempe-for-hills.json --proof DIR/tempe.proof --keys DIR/harbour/profile.json";
    story.claim("the part that 北岭 was shown has the same place in the log", act(cast, story, part).is_ok());
    let other = "verify DIR/hong-kong.json --proof DIR/tempe.proof --keys DIR/harbour/profile.json";
    let outcome = act(cast, story, other);
    story.refusal("the proof is shown beside another record", outcome);
    Ok(())
}

fn cosign(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("北岭 remembers Harbour's head, as a witness does");
    act(cast, story, COSIGN)?;
    act(cast, story, "log guard --dir DIR/harbour --add DIR/heads")?;
    let object = AIRLINE;
    cast.write("airline-object.json", object)?;
    act(cast, story, "record sign DIR/airline-object.json --dir DIR/harbour --out DIR/airline.json")?;
    let logged = act(cast, story, "log append DIR/airline.json --dir DIR/harbour");
    story.claim("the log goes on from what 北岭 remembers", logged.is_ok());
    act(cast, story, COSIGN)?;
    Ok(())
}

/// What a witness does, with folders in place of a network.
const COSIGN: &str =
    "log cosign DIR/harbour/log/node --keys DIR/harbour/profile.json --heads DIR/heads --dir DIR/hills";

fn old_backup(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Somebody restores last night's backup of Harbour's node");
    act(cast, story, "log guard --dir DIR/harbour-backup --add DIR/heads")?;
    let outcome = act(cast, story, "log append DIR/tempe.json --dir DIR/harbour-backup");
    story.refusal("the restored node wants to sign on from an old state", outcome);
    let outcome = act(cast, story, "log resume --dir DIR/harbour-backup --checked-by Somebody");
    story.refusal("somebody gives his word that it is the newest state", outcome);
    Ok(())
}

fn two_histories(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("Harbour's operator rewrites the log, without the guard, and is caught");
    let rewritten = cast.dir.join("harbour-rewritten");
    copy(&cast.dir.join("harbour-backup"), &rewritten)?;
    fs::remove_file(rewritten.join("head-sources")).map_err(Failure::environment)?;
    cast.write("other-object.json", &AIRLINE.replace("refund", "voucher"))?;
    act(cast, story, "record sign DIR/other-object.json --dir DIR/harbour-rewritten --out DIR/other.json")?;
    act(cast, story, "log append DIR/other.json --dir DIR/harbour-rewritten")?;
    let cosigned = COSIGN.replace("DIR/harbour/log", "DIR/harbour-rewritten/log");
    let outcome = act(cast, story, &cosigned);
    story.refusal("北岭 is asked to cosign the rewritten log", outcome);
    let head = head_file(cast)?;
    let against = format!(
        "verify DIR/harbour-rewritten/log/node --keys DIR/harbour/profile.json --against DIR/heads/{head} --evidence \
         DIR/two-histories.evidence"
    );
    let outcome = act(cast, story, &against);
    story.refusal("the rewritten log is compared with the head that 北岭 holds", outcome);
    let checked = act(cast, story, "verify DIR/two-histories.evidence --keys DIR/harbour/profile.json");
    story.claim("the evidence checks by itself and names Harbour's own key", checked.is_ok());
    Ok(())
}

fn head_file(cast: &Cast) -> Done<String> {
    let heads = fs::read_dir(cast.dir.join("heads")).map_err(Failure::environment)?;
    let first = heads.flatten().next().ok_or_else(|| Failure::environment("there is no head"))?;
    Ok(first.file_name().to_string_lossy().into_owned())
}

fn erase(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("One record must be forgotten");
    let node = cast.dir.join("harbour");
    let before = act(cast, story, "log list --dir DIR/harbour")?;
    act(cast, story, "log erase 3 --dir DIR/harbour --reason \"the person asked for it\" --yes")?;
    let after = act(cast, story, "verify DIR/harbour --keys DIR/harbour/profile.json")?;
    story.claim(
        "its body cannot be opened any more, and its place in the log stays",
        after.contains("\"bodies_erased\":1"),
    );
    story.claim(
        "its words stand in no file of the node, views included",
        before.contains(FORGOTTEN) && !folder_holds(&node, FORGOTTEN.as_bytes()),
    );
    Ok(())
}

fn flip(cast: &Cast, story: &mut Story<'_>) -> Done {
    story.chapter("One bit of a stored frame is flipped");
    let broken = cast.dir.join("harbour-broken");
    copy(&cast.dir.join("harbour"), &broken)?;
    let path = broken.join(storage::layout::segment_path(0));
    let mut octets = fs::read(&path).map_err(Failure::environment)?;
    let middle = octets.len() / 2;
    octets.get_mut(middle).into_iter().for_each(|octet| *octet ^= 1);
    fs::write(&path, octets).map_err(Failure::environment)?;
    let outcome = act(cast, story, "verify DIR/harbour-broken");
    story.refusal("the directory is checked", outcome);
    Ok(())
}
