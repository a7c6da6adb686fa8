//! Whose sites people sign in to in this story, and what they may do there. All are invented.

use crate::demo::cast::Cast;
use crate::demo::steps::act;
use crate::demo::story::Story;
use crate::outcome::Done;

/// An account of the story.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo) struct Account {
    /// At whose site.
    at: &'static str,
    /// Its name.
    pub(in crate::demo) name: &'static str,
    /// Its role.
    pub(in crate::demo) role: &'static str,
    /// The party that it belongs to, if that is another one.
    partner: Option<&'static str>,
}

const fn own(at: &'static str, name: &'static str, role: &'static str) -> Account {
    Account { at, name, role, partner: None }
}

/// The accounts; a site's first is its administrator.
const ACCOUNTS: [Account; 13] = [
    own("harbour", "kim", "administrator"),
    own("harbour", "ana", "analyst"),
    own("harbour", "bo", "releaser"),
    own("harbour", "dee", "duty-officer"),
    Account { at: "harbour", name: "hills", role: "reader", partner: Some("hills") },
    Account { at: "harbour", name: "brumeval", role: "reader", partner: Some("brumeval") },
    own("hills", "lin", "administrator"),
    own("hills", "wei", "analyst"),
    own("hills", "ning", "releaser"),
    own("brumeval", "lea", "administrator"),
    own("brumeval", "noe", "duty-officer"),
    own("reeds", "sam", "administrator"),
    own("reeds", "una", "duty-officer"),
];

/// The accounts of a site.
pub(in crate::demo) fn of(site: &str) -> impl Iterator<Item = Account> {
    ACCOUNTS.into_iter().filter(move |account| account.at == site)
}

impl Account {
    /// What is said of it to whoever may sign in.
    pub(in crate::demo) fn words(&self) -> String {
        let whose = self.partner.map_or("", |_| " of a partner: it sees what was released to that party");
        format!("{:<9} {}{whose}", self.name, self.role)
    }
}

/// Opens them, before the nodes run.
pub(super) fn open(cast: &Cast, story: &Story<'_>) -> Done {
    for account in ACCOUNTS {
        let partner = cast.players().into_iter().find(|player| Some(player.code) == account.partner);
        let partner = partner.map(|player| format!(" --partner={}", player.id())).unwrap_or_default();
        let by = of(account.at).next().map_or("kim", |first| first.name);
        let (name, role, at) = (account.name, account.role, account.at);
        let add = format!(
            "account add {name} --role {role}{partner} --password-file DIR/password --by {by} --yes --dir DIR/{at}"
        );
        act(cast, story, &add)?;
    }
    Ok(())
}
