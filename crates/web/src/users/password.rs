//! The page on which people change their own password. The old one is asked, and counted as at the sign-in: whoever finds a desk that was
//! left can guess as often as anybody, and no more. All other sessions of the account end with it; this one begins anew.

use access::password::{Password, PasswordHash, WeakPassword};
use access::sign_in::Lane;
use access::{Resource, Right, Verdict, judge};
use node::server::{Method, Request, Status};
use pages::{OWN_PASSWORD, Outcome, Overlay, Refusal, Say, Typed as Form};
use record::entropy::SystemEntropy;
use zeroize::Zeroizing;

use super::page::{PageAnswer, PageAsk, done_word};
use super::pages_site::waiting;
use super::sign_in::{Began, Denied, Typed};
use super::who::Who;
use super::{Answered, Inner, UserDesk, Users};

/// Where somebody goes on when it is done.
const THEN: &str = "/settings";

/// Why it stays as it was: under which status, in which words, at which field.
struct Refused(Status, Say, Option<&'static str>);

fn refused(status: Status, why: &'static str, member: Option<&'static str>) -> Refused {
    Refused(status, Say::Word(why), member)
}

/// Whether somebody who has signed in sends that form.
pub(super) fn is_sent(who: &Who, request: &Request) -> bool {
    request.path == OWN_PASSWORD && request.method == Method::Post && who.cookie.is_some()
}

impl<D: UserDesk> Users<D> {
    pub(super) async fn own_password(&self, who: Who, request: Request) -> Answered {
        let caller = who.caller.clone();
        let reply = match self.change_password(&who, &request).await {
            Ok(began) => {
                let then = format!("{THEN}?done={}", done_word(began.form_token(), THEN, "account-password"));
                let ask = PageAsk::new(&caller, None, &request, self.inner.desk.now());
                let house = self.inner.desk.house(ask.language);
                Some(began.set_on(ask.reply(PageAnswer::SeeOther(then), house)))
            }
            Err(why) => self.work(move |inner| inner.password_again(&who, &request, why)).await,
        };
        let reply = reply.unwrap_or_else(|| node::server::Reply::empty(Status::Internal));
        Answered { reply, route: Some(OWN_PASSWORD), caller }
    }

    async fn change_password(&self, who: &Who, request: &Request) -> Result<Began, Refused> {
        let form = self.inner.own_form(who, request);
        let form = form.ok_or_else(|| refused(Status::Forbidden, "form-not-ours", None))?;
        let (account, password) = (who.caller.account(), chosen(who, &form)?);
        let old = Zeroizing::new(form.get("old").unwrap_or_default().to_owned());
        let typed = Typed { account: account.map(ToString::to_string).unwrap_or_default(), password: old };
        let proved = self.authenticate(typed, request).await.map_err(|denied| match denied {
            Denied::Wrong => refused(Status::Forbidden, "settings-password-wrong", Some("old")),
            Denied::Wait(wait) => {
                let why = waiting(wait.until.micros(), self.inner.desk.now().micros());
                Refused(Status::TooMany, why, Some("old"))
            }
        })?;
        let failed = || refused(Status::Unavailable, "settings-password-failed", None);
        let places = self.inner.stretching.place(Lane::Known).await;
        let caller = proved.clone();
        let set = self.work(move |inner| {
            let hash = PasswordHash::of(&password, &mut SystemEntropy::new()).map_err(|error| error.to_string());
            drop(places);
            hash.and_then(|hash| inner.desk.set_password(&caller, hash))
        });
        set.await.and_then(Result::ok).ok_or_else(failed)?;
        self.begin(&proved, &request.fields).ok_or_else(failed)
    }
}

impl<D: UserDesk> Inner<D> {
    /// What was typed, if a page of this session sent it and the account may.
    fn own_form(&self, who: &Who, request: &Request) -> Option<Form> {
        let ask = PageAsk::new(&who.caller, None, request, self.desk.now()).with_form(false);
        let may = judge(&who.caller, Right::OwnAccount, &Resource::Node) == Verdict::Allowed;
        (may && self.is_genuine(who, &ask)).then_some(ask.form).flatten()
    }

    /// The page again, and why nothing was changed. Passwords are typed anew.
    fn password_again(&self, who: &Who, request: &Request, why: Refused) -> node::server::Reply {
        let Refused(status, why, member) = why;
        let token = self.form_token(who);
        let ask = PageAsk::new(&who.caller, token.as_deref(), request, self.desk.now());
        let mut answer = self.desk.page(&ask).0;
        if let PageAnswer::Page(shown @ Status::Ok, page) = &mut answer {
            let refusal = Refusal { why, advice: None, member: member.map(str::to_owned) };
            let (form, typed) = ("password".to_owned(), Form::default());
            let overlay = Overlay { form, typed, outcome: Some(Outcome::Refused(refusal)) };
            (*shown, **page) = (status, page.as_ref().clone().filled(&overlay));
        }
        ask.reply(answer, self.desk.house(ask.language))
    }
}

/// The password that was chosen.
fn chosen(who: &Who, form: &Form) -> Result<Password, Refused> {
    let field = |name: &str| Zeroizing::new(form.get(name).unwrap_or_default().to_owned());
    let wrong = |why, member| refused(Status::Unprocessable, why, Some(member));
    let (old, new, again) = (field("old"), field("new"), field("again"));
    if *new != *again {
        return Err(wrong("settings-password-differ", "again"));
    }
    if *new == *old {
        return Err(wrong("settings-password-same", "new"));
    }
    let account = who.caller.account().ok_or_else(|| refused(Status::Forbidden, "form-not-ours", None))?;
    Password::new(&new, account).map_err(|weak| match weak {
        WeakPassword::Short => wrong("settings-password-short", "new"),
        WeakPassword::Long => wrong("settings-password-long", "new"),
        WeakPassword::Name => wrong("settings-password-name", "new"),
        _ => wrong("settings-password-weak", "new"),
    })
}
