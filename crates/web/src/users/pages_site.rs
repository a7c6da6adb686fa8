//! Pages of the site: signing in and out, and everything else, which is the desk's.

use access::{Belongs, Caller};
use node::server::{BodyClass, Method, Reply, Request, Status};
use pages::{OWN_PASSWORD, Outcome, Overlay, Page, Refusal, SIGN_IN, SIGN_OUT, Say, Typed, sign_in};
use zeroize::Zeroizing;

use super::page::{PageAnswer, PageAsk, is_from_elsewhere, local, unmasked};
use super::sign_in::{self as signing, Denied};
use super::who::Who;
use super::{API, Answered, Inner, MISP, UserDesk, Users, taxii_site};

/// Whether people look there, and not programs.
pub(super) fn is_path(path: &str) -> bool {
    !path.starts_with(API) && !path.starts_with(MISP) && !taxii_site::is_path(path)
}

/// Whether signing in or out happens there.
pub(super) fn is_door(request: &Request) -> bool {
    [SIGN_IN, SIGN_OUT].contains(&request.path.as_str())
}

/// How long a form may be, for whoever sends it.
pub(super) fn body_class(who: &Who, request: &Request) -> BodyClass {
    // A form is sent by somebody who has signed in, and no page for a partner's account has one.
    let is_own = matches!(who.caller.belongs(), Some(Belongs::Own)) && who.cookie.is_some();
    if is_door(request) || request.path == OWN_PASSWORD || !is_own { BodyClass::Small } else { BodyClass::Package }
}

impl<D: UserDesk> Inner<D> {
    /// A page, or what a form of one came to.
    pub(super) fn page(&self, who: &Who, request: &Request) -> (Reply, Option<&'static str>) {
        let token = self.form_token(who);
        let ask = PageAsk::new(&who.caller, token.as_deref(), request, self.desk.now()).with_form(false);
        let is_genuine = self.is_genuine(who, &ask);
        let ask = PageAsk { is_genuine, ..ask };
        if request.method == Method::Post && ask.form.is_none() {
            let page = with_refusal(Page::new("page-missing-title"), Say::Word("form-too-large"));
            return (
                ask.reply(PageAnswer::Page(Status::BadRequest, Box::new(page)), self.desk.house(ask.language)),
                None,
            );
        }
        let (answer, route) = if who.caller.account().is_none() { self.to_nobody(&ask) } else { self.desk.page(&ask) };
        (ask.reply(answer, self.desk.house(ask.language)), route)
    }

    /// Whether a page of this session sent what was sent.
    pub(super) fn is_genuine(&self, who: &Who, ask: &PageAsk<'_>) -> bool {
        let sent = ask.form.as_ref().and_then(|form| form.get("form_token")).unwrap_or_default();
        who.cookie.as_deref().is_some_and(|cookie| {
            self.sessions().is_own_form(self.desk.secret(), cookie, &unmasked(sent)) && !is_from_elsewhere(ask.request)
        })
    }

    /// What everybody may see is the desk's to say; for the rest one signs in first.
    fn to_nobody(&self, ask: &PageAsk<'_>) -> (PageAnswer, Option<&'static str>) {
        let (answer, route) = self.desk.page(ask);
        let is_hidden = matches!(&answer, PageAnswer::Page(Status::NotFound, _));
        // Which pages there are is no secret; what stands on them is.
        if !is_hidden || route.is_none() {
            return (answer, route);
        }
        if ask.request.method == Method::Post {
            let page = with_refusal(sign_in(&ask.request.path), Say::Word("form-stale"));
            return (PageAnswer::Page(Status::Unauthorized, Box::new(page)), None);
        }
        let query = ask.request.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        let then = Typed::default().query_with(&[("then", &format!("{}{query}", ask.request.path))]);
        (PageAnswer::SeeOther(format!("{SIGN_IN}?{then}")), None)
    }

    pub(super) fn form_token(&self, who: &Who) -> Option<String> {
        self.sessions().form_token(self.desk.secret(), who.cookie.as_deref()?)
    }
}

impl<D: UserDesk> Users<D> {
    /// The doors: signing in and out.
    pub(super) async fn door(&self, who: Who, request: Request) -> Answered {
        let desk = &self.inner.desk;
        let ask = PageAsk::new(&who.caller, None, &request, desk.now()).with_form(false);
        let route = Some(if request.path == SIGN_IN { SIGN_IN } else { SIGN_OUT });
        let (reply, caller) = match (request.path.as_str(), request.method) {
            (SIGN_IN, Method::Get | Method::Head) => {
                let page = sign_in(local(ask.query.get("then")));
                (ask.reply(PageAnswer::Page(Status::Ok, Box::new(page)), desk.house(ask.language)), Caller::nobody())
            }
            (SIGN_IN, Method::Post) => self.enter(&ask).await,
            (SIGN_OUT, Method::Post) => self.leave(&who, &ask),
            _ => (ask.reply(PageAnswer::SeeOther("/".to_owned()), desk.house(ask.language)), Caller::nobody()),
        };
        Answered { reply, route, caller }
    }

    async fn enter(&self, ask: &PageAsk<'_>) -> (Reply, Caller) {
        let desk = &self.inner.desk;
        let then = local(ask.form.as_ref().and_then(|form| form.get("then"))).to_owned();
        let refuse = |status, why: Say| {
            let page = refused(&then, ask, why);
            (ask.reply(PageAnswer::Page(status, Box::new(page)), desk.house(ask.language)), Caller::nobody())
        };
        if is_from_elsewhere(ask.request) {
            return refuse(Status::Forbidden, Say::Word("sign-in-elsewhere"));
        }
        let field = |name: &str| ask.form.as_ref().and_then(|form| form.get(name)).map(str::to_owned);
        let (Some(account), Some(password)) = (field("name"), field("password")) else {
            return refuse(Status::BadRequest, Say::Word("sign-in-form-broken"));
        };
        let typed = signing::Typed { account, password: Zeroizing::new(password) };
        let caller = match self.authenticate(typed, ask.request).await {
            Ok(caller) => caller,
            Err(Denied::Wrong) => return refuse(Status::Unauthorized, Say::Word("sign-in-wrong")),
            Err(Denied::Wait(wait)) => return refuse(Status::TooMany, waiting(wait.until.micros(), ask.now.micros())),
        };
        let Some(began) = self.begin(&caller, &ask.request.fields) else {
            return refuse(Status::Unavailable, Say::Word("sign-in-busy"));
        };
        (began.set_on(ask.reply(PageAnswer::SeeOther(then), desk.house(ask.language))), caller)
    }

    fn leave(&self, who: &Who, ask: &PageAsk<'_>) -> (Reply, Caller) {
        let (desk, away) = (
            &self.inner.desk,
            ask.reply(PageAnswer::SeeOther(SIGN_IN.to_owned()), self.inner.desk.house(ask.language)),
        );
        let sent = ask.form.as_ref().and_then(|form| form.get("form_token")).unwrap_or_default();
        let cookie = who.cookie.as_deref();
        // Another site must not sign anybody out either.
        let is_own =
            cookie.is_some_and(|cookie| self.inner.sessions().is_own_form(desk.secret(), cookie, &unmasked(sent)));
        let reply = if is_own { self.end(who, away) } else { away };
        (reply, who.caller.clone())
    }
}

pub(super) fn waiting(until_micros: i64, now_micros: i64) -> Say {
    let seconds = until_micros.saturating_sub(now_micros).max(0).div_euclid(1_000_000).saturating_add(1);
    Say::With("sign-in-wait", vec![("seconds", seconds.into())])
}

/// The page again, with the name that was typed; a password is typed anew.
fn refused(then: &str, ask: &PageAsk<'_>, why: Say) -> Page {
    let typed = ask.form.clone().unwrap_or_default();
    let refusal = Refusal { why, advice: None, member: None };
    sign_in(then).filled(&Overlay { form: "sign-in".to_owned(), typed, outcome: Some(Outcome::Refused(refusal)) })
}

pub(super) fn with_refusal(page: Page, why: Say) -> Page {
    let refusal = Refusal { why, advice: None, member: None };
    page.filled(&Overlay { form: String::new(), typed: Typed::default(), outcome: Some(Outcome::Refused(refusal)) })
}
