//! Chapter: the reader's own snapshot of the AI Incident Database, taken in at Harbour's desk.

use std::path::{Path, PathBuf};

use record::json::Map;

use super::cast::{Cast, TEMPE, id_of};
use super::steps::{count, perform_and_hear, rows, told};
use super::story::Story;
use crate::outcome::{Done, Failure};

/// The table without which there is no snapshot.
const TABLE: &str = "incidents.csv";

/// Rows that were refused and are named one by one; the others are in the file.
const NAMED: usize = 5;

/// Refuses a directory without a snapshot, before anything is begun.
pub(super) fn check(data: &Path) -> Done {
    folder(data).map(drop)
}

/// The folder of the snapshot: the directory itself, or `aiid` in it.
fn folder(data: &Path) -> Done<PathBuf> {
    let found = [data.to_owned(), data.join("aiid")].into_iter().find(|folder| folder.join(TABLE).is_file());
    let missing = || {
        Failure::input(format!("there is no snapshot of the AI Incident Database in `{}`", data.display()))
            .advise(format!("give the folder that holds its `{TABLE}`"))
    };
    std::fs::canonicalize(found.ok_or_else(missing)?).map_err(Failure::environment)
}

pub(super) fn tell(cast: &Cast, story: &mut Story<'_>, data: &Path) -> Done {
    story.chapter("Your own snapshot of the AI Incident Database comes in at Harbour's desk");
    let folder = folder(data)?;
    let import = format!("import \"{}\" --from aiid --rejected DIR/refused.csv --dir DIR/harbour", folder.display());
    let first = take_in(cast, story, &import)?;
    let (rows_read, made, refused) = (count(&first, "rows"), count(&first, "made"), count(&first, "rejected"));
    story.page(&cast.harbour, "/intake");
    story.say(&format!("   {rows_read} rows: {made} were taken in as incidents, {refused} were refused"));
    name_refused(cast, story, &first, refused);
    let same = ["made", "changed", "unchanged", "left", "withdrawn", "erased", "rejected"];
    let told_of = same.iter().map(|name| count(&first, name)).fold(0, u64::saturating_add);
    story.claim(
        "every row of your snapshot was taken in, or is named as refused",
        rows_read > 0 && told_of == rows_read,
    );
    let again = take_in(cast, story, &import.replace("refused.csv", "refused-again.csv"))?;
    story.claim(
        "taken in once more, it makes nothing twice",
        count(&again, "made") == 0 && count(&again, "rows") == rows_read,
    );
    look_alike(cast, story)
}

/// Runs the import. That some rows are refused is a failure to the command, and told by the story.
fn take_in(cast: &Cast, story: &Story<'_>, import: &str) -> Done<Map> {
    story.command(import);
    let (answer, done) = perform_and_hear(cast, import)?;
    let facts = told(&answer);
    if count(&facts, "rejected") == 0 {
        done?;
    }
    Ok(facts)
}

fn name_refused(cast: &Cast, story: &Story<'_>, facts: &Map, refused: u64) {
    let errors = rows(facts, "errors");
    for error in errors.iter().take(NAMED) {
        let (row, field) = (count(error, "row"), error.text("field").unwrap_or_default());
        story.say(&format!("   refused: row {row}, {field}: {}", error.text("reason").unwrap_or_default()));
    }
    if refused > 0 {
        let file = cast.dir.join("refused.csv");
        story.say(&format!(
            "   all of them are in `{}`, each with its reason, to be mended and imported",
            file.display()
        ));
    }
}

/// What of the snapshot may be the event in Tempe.
fn look_alike(cast: &Cast, story: &Story<'_>) -> Done {
    let ask = format!("incident candidates {} --dir DIR/harbour", id_of(TEMPE)?);
    story.command(&ask);
    let (answer, done) = perform_and_hear(cast, &ask)?;
    done?;
    let first = rows(&told(&answer), "candidates").into_iter().next().unwrap_or_default();
    story.say(&format!("   next to look at beside the event in Tempe: {}", first.text("id").unwrap_or("nothing")));
    story.page(&cast.harbour, "/incidents");
    Ok(())
}
