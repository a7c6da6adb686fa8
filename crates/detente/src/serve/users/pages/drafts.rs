//! What was typed into forms and not sent yet.
//!
//! It lies in the node's directory, readable by its owner alone, one file for each account and form, and goes when the form is sent.
//! A browser keeps nothing: a desk is shared, and a draft may hold a source's name.

use std::fs;
use std::path::PathBuf;

use pages::{Form, Kind, Outcome, Overlay, Sends, Typed};
use record::digest::sha256;
use web::users::PageAsk;

use crate::home::{Home, Readers, replace};
use crate::outcome::{Done, Failure};

/// Name of the folder.
const DRAFTS: &str = "drafts";

/// Most drafts of one account: as many as anybody works on at once, and more. The oldest goes.
const MAX_OF_AN_ACCOUNT: usize = 64;

/// Fields that make a form ours, and are made anew.
const NOT_TYPED: [&str; 8] = ["form", "form_token", "do", "once", "draft", "confirm", "seen", "password"];

/// The drafts of a node.
pub(super) struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    pub(super) fn of(home: &Home) -> Self {
        Self { folder: home.dir().join(DRAFTS) }
    }

    /// The folder of an account: by a digest, so that no name of an account becomes one of a file, and with the time when it was made, so
    /// that a later account of the same name finds nothing.
    fn account(&self, ask: &PageAsk<'_>) -> Option<PathBuf> {
        let account = ask.caller.account()?;
        let made = ask.caller.account_made()?.to_string();
        Some(self.folder.join(name_of(&["account", account.as_str(), &made])))
    }

    fn place(&self, ask: &PageAsk<'_>, form: &Form) -> Option<PathBuf> {
        // What a form gives without asking is part of which form it is: what was typed about one record stands in no form about another.
        let given = form.fields.iter().filter(|field| field.kind == Kind::Hidden).flat_map(|field| &field.values);
        let named = [&ask.request.path, &form.id].into_iter().chain(given).map(String::as_str);
        Some(self.account(ask)?.join(name_of(&std::iter::once("form").chain(named).collect::<Vec<_>>())))
    }

    /// Keeps what was typed in place of what was kept before.
    pub(super) fn keep(&self, ask: &PageAsk<'_>, form: &Form, typed: &Typed) -> Done {
        let (Some(folder), Some(place)) = (self.account(ask), self.place(ask, form)) else { return Ok(()) };
        fs::create_dir_all(&folder).map_err(Failure::environment)?;
        make_room(&folder, &place)?;
        let kept: Typed = typed
            .iter()
            .filter(|(name, _)| !NOT_TYPED.contains(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        replace(&place, &kept.query_with(&[]), Readers::Owner)
    }

    /// What was kept of a form.
    pub(super) fn overlay(&self, ask: &PageAsk<'_>, form: &Form) -> Option<Overlay> {
        if !matches!(form.sends, Sends::Command { saves: true, .. }) {
            return None;
        }
        let typed = Typed::read(&fs::read(self.place(ask, form)?).ok()?)?;
        Some(Overlay { form: form.id.clone(), typed, outcome: Some(Outcome::Kept) })
    }

    /// It was sent.
    pub(super) fn forget(&self, ask: &PageAsk<'_>, form: &Form) {
        // One that cannot be deleted is shown once more, and nothing worse.
        let _gone = self.place(ask, form).map(fs::remove_file);
    }
}

/// The oldest drafts go where there are too many.
fn make_room(folder: &PathBuf, place: &PathBuf) -> Done {
    let entries = fs::read_dir(folder).map_err(Failure::environment)?.flatten();
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path() != *place)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let too_many = files.len().saturating_add(1).saturating_sub(MAX_OF_AN_ACCOUNT);
    files.iter().take(too_many).try_for_each(|(_, path)| fs::remove_file(path)).map_err(Failure::environment)
}

fn name_of(parts: &[&str]) -> String {
    let digest = sha256(&[b"detente/drafts/v1\0", parts.join("\0").as_bytes()]);
    record::base64url::encode(digest.get(..16).unwrap_or_default())
}
