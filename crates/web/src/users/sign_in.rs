//! Signing in and out.

use std::sync::Arc;

use access::sign_in::{Attempt, Lane, Wait, mark};
use access::{AccountName, Begun, Caller};
use node::server::{Fields, Header, Method, Reply, Request, Status};
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use super::who::{SESSION_COOKIE, Who};
use super::{Answered, Inner, SESSION, UserDesk, Users};

/// The header field in which a form's token is sent.
pub(super) const FORM_TOKEN: &str = "detente-form-token";

/// The cookie with the mark of a browser that has signed in before.
const MARK_COOKIE: &str = "__Host-detente-mark";

/// How long a browser keeps its mark, in seconds: as long as it counts, 180 days.
const MARK_SECONDS: i64 = access::sign_in::MARK_LASTS_MICROS / 1_000_000;

/// Passwords that are stretched at once: each takes 19 MiB and a core for some tens of milliseconds.
const STRETCHED_AT_ONCE: usize = access::password::SIGN_INS_AT_ONCE;

/// Of these, those for browsers that are not known: guesses never take the last place.
const OF_STRANGERS: usize = STRETCHED_AT_ONCE - 1;

/// Places among those whose passwords are stretched.
#[derive(Debug)]
pub(super) struct Stretching {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Default for Stretching {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self { all: places(STRETCHED_AT_ONCE), strangers: places(OF_STRANGERS) }
    }
}

impl Stretching {
    /// Waits for a place. Neither is ever closed.
    pub(super) async fn place(&self, lane: Lane) -> (Option<OwnedSemaphorePermit>, Option<OwnedSemaphorePermit>) {
        let stranger = match lane {
            Lane::Known => None,
            Lane::Stranger => Arc::clone(&self.strangers).acquire_owned().await.ok(),
        };
        (stranger, Arc::clone(&self.all).acquire_owned().await.ok())
    }
}

/// What was typed.
pub(super) struct Typed {
    pub(super) account: String,
    pub(super) password: Zeroizing<String>,
}

/// Why nobody is signed in.
pub(super) enum Denied {
    /// Too many attempts.
    Wait(Wait),
    /// The name or the password is wrong.
    Wrong,
}

/// A session that has begun.
pub(super) struct Began {
    form_token: String,
    cookies: [String; 2],
}

impl Began {
    /// What makes forms of the session ours.
    pub(super) fn form_token(&self) -> &str {
        &self.form_token
    }

    /// The answer with its cookies.
    pub(super) fn set_on(self, reply: Reply) -> Reply {
        self.cookies.into_iter().fold(reply, |reply, cookie| reply.with(Header::Field("set-cookie", cookie)))
    }
}

impl Typed {
    /// A JSON object with these two members and no other.
    fn read(body: &[u8]) -> Option<Self> {
        let Ok(Json::Object(map)) = json::parse(body) else { return None };
        let text = |name: &str| map.text(name).map(str::to_owned);
        let typed = Self { account: text("name")?, password: Zeroizing::new(text("password")?) };
        (map.len() == 2).then_some(typed)
    }
}

impl<D: UserDesk> Users<D> {
    pub(super) async fn session(&self, who: Who, request: Request) -> Answered {
        let is_sign_in = request.method == Method::Post;
        let (reply, caller) = if is_sign_in { self.sign_in(&request).await } else { self.sign_out(who, &request) };
        Answered { reply, route: Some(SESSION), caller }
    }

    async fn sign_in(&self, request: &Request) -> (Reply, Caller) {
        let (desk, fields) = (&self.inner.desk, &request.fields);
        let refuse = |status, why: &str| (desk.api_refusal(fields, status, why), Caller::nobody());
        // A page of another site cannot send this type without asking the browser first, which nobody here answers.
        let is_json = fields.get("content-type").is_some_and(|form| form.starts_with("application/json"));
        let Some(typed) = Typed::read(&request.body).filter(|_| is_json) else {
            return refuse(400, "send a JSON object with `name` and `password`, as application/json");
        };
        let caller = match self.authenticate(typed, request).await {
            Ok(caller) => caller,
            Err(Denied::Wait(wait)) => return refuse(429, &wait.to_string()),
            Err(Denied::Wrong) => return refuse(401, "wrong name or password"),
        };
        let begun = self.begin(&caller, fields);
        let Some(begun) = begun else {
            return refuse(503, "no session could be begun: this machine has no randomness");
        };
        let told = Map::new().with("form_token", begun.form_token.as_str()).with("account", desk.account(&caller));
        let reply = Reply::whole(Status::Created, "application/json", told.to_text().into_bytes());
        (begun.set_on(reply), caller)
    }

    /// Whose name and password these are.
    pub(super) async fn authenticate(&self, typed: Typed, request: &Request) -> Result<Caller, Denied> {
        let desk = &self.inner.desk;
        let mark = request.fields.cookie(MARK_COOKIE);
        let attempt = Attempt { account: &typed.account, address: request.remote.ip(), mark: mark.as_deref() };
        let admitted = self.inner.sign_ins().admit(desk.secret(), &attempt, desk.now()).map_err(Denied::Wait)?;
        if admitted.raises_alarm() {
            desk.guessed_at(&typed.account);
        }
        let places = self.inner.stretching.place(admitted.lane()).await;
        let accounts = desk.accounts();
        // Stretching goes on when whoever asked has hung up, and so do its places.
        let stretch = move |_: &Inner<D>| {
            let _places = places;
            accounts.sign_in(&typed.account, &typed.password)
        };
        let checked = self.work(stretch).await;
        let Some(Ok(caller)) = checked else { return Err(Denied::Wrong) };
        self.inner.sign_ins().succeeded(admitted);
        Ok(caller)
    }

    /// A session that a browser had before ends with the new one.
    pub(super) fn begin(&self, caller: &Caller, fields: &Fields) -> Option<Began> {
        let (desk, now) = (&self.inner.desk, self.inner.desk.now());
        let (before, mut entropy) = (fields.cookie(SESSION_COOKIE), SystemEntropy::new());
        let begun = self.inner.sessions().begin(desk.secret(), caller, before.as_deref(), now, &mut entropy);
        let begun: Begun = begun.ok().flatten()?;
        let account: &AccountName = caller.account()?;
        let mark = mark(desk.secret(), account, now, &mut entropy).ok()?;
        let cookie = format!("{SESSION_COOKIE}={}; {COOKIE_RULES}", begun.cookie.as_str());
        let mark = format!("{MARK_COOKIE}={mark}; Max-Age={MARK_SECONDS}; {COOKIE_RULES}");
        Some(Began { form_token: begun.form_token, cookies: [cookie, mark] })
    }

    fn sign_out(&self, who: Who, request: &Request) -> (Reply, Caller) {
        if let Some(refusal) = self.inner.unless_genuine(&who, request) {
            return (refusal, who.caller);
        }
        (self.end(&who, Reply::empty(Status::NoContent)), who.caller)
    }

    /// Ends a session, here and in the browser.
    pub(super) fn end(&self, who: &Who, reply: Reply) -> Reply {
        if let Some(cookie) = &who.cookie {
            self.inner.sessions().end(self.inner.desk.secret(), cookie);
        }
        reply.with(Header::Field("set-cookie", format!("{SESSION_COOKIE}=; Max-Age=0; {COOKIE_RULES}")))
    }
}

/// Over TLS alone, to no script, with no request that another site began.
const COOKIE_RULES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
