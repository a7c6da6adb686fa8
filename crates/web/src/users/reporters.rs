//! Whoever reports something in confidence: nobody knows here who it is, also where the same browser has signed in.
//!
//! There is no session, so no token makes a form ours, and none is needed: such a form borrows nothing from the browser that sends it.
//! Whatever another site makes a browser send here, it could send by itself, and it has no code of anybody's. What it could do is use up
//! what one address may hand in; so a form that a browser says was sent from elsewhere is refused, as at the sign-in.

use std::sync::{Mutex, PoisonError};

use access::rates::{Counted, Rate, Rates};
use node::server::{Admitted, BodyClass, Method, Request, Share, Status};
use pages::{Page, Say};

use super::page::{PageAnswer, PageAsk, is_from_elsewhere};
use super::who::Who;
use super::{Answered, Inner, UserDesk};

/// The form's own path; whatever comes behind it is of reporters too.
const PATH: &str = "/report";

/// What one address may hand in: a whole office behind one router in an hour, and less than a fifth of what the desk takes in then, so
/// that no one keeps all others out.
const HANDED_IN: Rate = Rate::per_hour(10, 10);

/// Octets of all such forms at once: some twenty long ones, and a sixteenth of the room for bodies.
const SHARE_BYTES: usize = 4 * 1024 * 1024;

/// Room for what reporters send.
#[derive(Debug)]
pub(super) struct Room {
    share: Share,
    handed_in: Mutex<Rates>,
}

impl Default for Room {
    fn default() -> Self {
        Self { share: Share::new(SHARE_BYTES), handed_in: Mutex::default() }
    }
}

impl Room {
    /// What goes with a form: the longest report has 64 KiB, of which each octet may take three in a form.
    pub(super) fn admit(&self) -> Admitted {
        Admitted::from(BodyClass::Message).within(self.share.clone())
    }
}

/// Whether that is a page of reporters.
pub(super) fn is_path(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl<D: UserDesk> Inner<D> {
    pub(super) fn report(&self, who: &Who, request: &Request) -> Answered {
        let mut ask = PageAsk::new(&who.caller, None, request, self.desk.now()).with_form(!is_from_elsewhere(request));
        let house = self.desk.house(ask.language);
        if request.method == Method::Post && ask.form.is_none() {
            let page = super::pages_site::with_refusal(Page::new("page-missing-title"), Say::Word("form-too-large"));
            let reply = ask.reply(PageAnswer::Page(Status::BadRequest, Box::new(page)), house);
            return Answered { reply, route: None, caller: who.caller.clone() };
        }
        ask.waits_micros = self.wait_of(&ask);
        let (answer, route) = self.desk.page(&ask);
        Answered { reply: ask.reply(answer, house), route, caller: who.caller.clone() }
    }

    /// How long this address has to wait before it hands in something more; none if it need not. It is counted in memory, and only
    /// what is handed in: whoever reads answers waits for nothing.
    fn wait_of(&self, ask: &PageAsk<'_>) -> Option<i64> {
        let hands_in = |form: &&pages::Typed| form.get("text").is_some_and(|text| !text.trim().is_empty());
        let _form = ask.form.as_ref().filter(|_| ask.is_genuine).filter(hands_in)?;
        let counted = Counted::of(ask.caller, ask.request.remote.ip());
        let mut rates = self.reporters.handed_in.lock().unwrap_or_else(PoisonError::into_inner);
        rates.take_at(counted, HANDED_IN, ask.now).err().map(|wait| wait.retry_after_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_the_form_is_not_of_reporters() {
        assert!(is_path("/report") && is_path("/report/return"));
        assert!(!is_path("/reports") && !is_path("/") && !is_path("/reports/abc"));
    }

    #[test]
    fn an_address_hands_in_so_much_and_waits_for_minutes_then() {
        let (mut rates, mut now) = (Rates::new(), record::time::Timestamp::from_micros(0));
        let counted = || Counted::of(&access::Caller::nobody(), "192.0.2.7".parse().unwrap());
        let taken = (0..20).take_while(|_| rates.take_at(counted(), HANDED_IN, now).is_ok()).count();
        assert_eq!(taken, 10);
        let wait = rates.take_at(counted(), HANDED_IN, now).unwrap_err().retry_after_micros;
        assert_eq!(wait, 6 * 60 * 1_000_000);
        now = record::time::Timestamp::from_micros(wait);
        assert!(rates.take_at(counted(), HANDED_IN, now).is_ok());
    }
}
