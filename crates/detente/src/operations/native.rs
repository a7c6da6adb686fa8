//! What is asked at `/api/v1` beside the commands: descriptions. The listener for users serves them; [`super::read`] has what it
//! answers with.

use access::Right;
use api::webhook::MAX_URL_BYTES;
use api::{Access, Answer, Effect, Form, Kind, Member, NotATemplate, Operation, Shape};

use crate::outcome::{Done, Failure};
use crate::scanning::{ContentKind, MAX_ITEMS, MAX_NAME_CHARACTERS};

/// All of them.
pub(super) fn operations() -> Done<Vec<Operation>> {
    let all = [about(), account(), sign_in(), sign_out(), records(), record(), alarms(), feeds(), search(), events()];
    let hooks = [webhooks(), webhook_make(), webhook_delete(), scan(), scan_late()];
    all.into_iter().chain(hooks).collect::<Result<_, _>>().map_err(Failure::environment)
}

type Described = Result<Operation, NotATemplate>;

const fn text(min: usize, max: usize) -> Shape {
    Shape::text_of(Form::Any, min, max)
}

fn digest() -> Shape {
    Shape::form(Form::Digest)
}

fn needed(name: &str, about: &str, shape: Shape) -> Member {
    Member::new(name, about, shape).required()
}

/// Names and titles in answers: what a record says of itself, cut by the view.
const MAX_NAME: usize = 1_000;

/// A page: elements, and where to go on.
fn page(name: &str, about: &str, element: Vec<Member>) -> Shape {
    let next = text(1, api::limits::MAX_CURSOR_CHARACTERS).or_null();
    Shape::Object(vec![
        needed(name, about, Shape::list(Shape::Object(element))),
        needed("next", "The cursor for `after`, if there may be more.", next),
    ])
}

fn about() -> Described {
    let shape = Shape::Object(vec![
        needed("party", "Whose node this is.", digest()),
        needed("name", "What the party calls itself.", text(1, MAX_NAME).or_null()),
        needed("version", "The version of this program.", text(1, 64)),
        needed("openapi", "Where the document lies.", text(1, 200)),
    ]);
    let operation =
        Operation::get("about", "/api/v1/about", Access::Account, Answer::json("The node.", shape).tagged())?;
    Ok(operation.about("node", "Say whose node this is", ""))
}

fn account_shape() -> Shape {
    Shape::Object(vec![
        needed("account", "Its name.", text(1, access::MAX_NAME_CHARACTERS)),
        needed(
            "token",
            "The token that it came with; none in a session.",
            text(1, access::MAX_NAME_CHARACTERS).or_null(),
        ),
        needed("belongs", "Whose account it is: `own`, or a party.", text(1, 100)),
        needed("roles", "Its roles.", Shape::list(Shape::choice(access::Role::ALL.iter().map(|role| role.name())))),
        needed("rights", "What it may do as it came.", Shape::list(rights())),
    ])
}

fn rights() -> Shape {
    Shape::choice(Right::ALL.iter().map(|right| right.name()))
}

fn account() -> Described {
    let answer = Answer::json("The account.", account_shape()).tagged();
    Ok(Operation::get("account", "/api/v1/account", Access::Account, answer)?.about(
        "node",
        "Say who I am, and what I may do",
        "",
    ))
}

fn sign_in() -> Described {
    let shape = Shape::Object(vec![
        needed("form_token", "What every change within the session carries, in `Detente-Form-Token`.", text(1, 200)),
        needed("account", "Who is signed in.", account_shape()),
    ]);
    let answer = Answer::made("Signed in: the cookie `__Host-detente` is set.", shape);
    let operation = Operation::post("sign_in", "/api/v1/session", (Access::Anybody, Effect::Changes), answer)?;
    let operation =
        operation.about("session", "Sign in", "Tries are counted; whoever guesses waits. Programs use tokens instead.");
    Ok(operation.body_member(needed("name", "The account.", text(1, access::MAX_NAME_CHARACTERS))).body_member(needed(
        "password",
        "Its password.",
        Shape::form(Form::Secret),
    )))
}

fn sign_out() -> Described {
    let answer = Answer::nothing("Signed out.");
    let operation = Operation::delete("sign_out", "/api/v1/session", Access::Account, answer)?;
    Ok(operation.about("session", "Sign out", "Ends the session that the request came with."))
}

fn record_row() -> Vec<Member> {
    vec![
        needed("digest", "The record's digest.", digest()),
        needed("index", "Where it stands in the node's log.", Shape::count()),
        needed("type", "The STIX type of its object.", text(0, MAX_NAME).or_null()),
        needed("id", "The id of its object.", text(0, MAX_NAME).or_null()),
        needed("author", "The party that made it.", text(0, MAX_NAME).or_null()),
        needed("created", "When the object was made, as its author wrote it.", text(0, MAX_NAME).or_null()),
        needed("modified", "When this version was made.", text(0, MAX_NAME).or_null()),
        needed("name", "What its author calls it.", text(0, MAX_NAME).or_null()),
    ]
}

fn records() -> Described {
    let answer =
        Answer::json("A page of records.", page("records", "The records, the oldest first.", record_row())).tagged();
    let operation = Operation::get("records", "/api/v1/records", Access::Right(Right::Read), answer)?;
    let more = "Only records of which the account may see every part. What may be seen in part is at its own address.";
    Ok(operation
        .about("records", "List the records of the node's log", more)
        .query_member(Member::new("type", "Only those of this STIX type.", text(1, record::limits::MAX_NAME_BYTES)))
        .query_member(Member::new("author", "Only those of this party.", digest()))
        .query_member(Member::new(
            "since",
            "Only those whose version was made at this time or later.",
            Shape::form(Form::Instant),
        ))
        .paged())
}

fn record() -> Described {
    let shape = Shape::Object(vec![
        needed("digest", "Its digest.", digest()),
        needed("index", "Where it stands in the node's log.", Shape::count()),
        needed("record", "The record, in JWS JSON, with what the account may see of it disclosed.", Shape::AnyObject),
        needed("withheld", "The places that the account may not see.", Shape::list(text(1, 4 * MAX_NAME))),
    ]);
    let answer = Answer::json("The record.", shape).tagged();
    let operation = Operation::get("record", "/api/v1/records/{digest}", Access::Right(Right::Read), answer)?;
    Ok(operation
        .about(
            "records",
            "Show a record, as far as the account may see it",
            "It checks against its author's signature as it is.",
        )
        .path_member(Member::new("digest", "The record's digest.", digest())))
}

fn alarms() -> Described {
    let shape = Shape::Object(vec![needed("alarms", "The alarms, the newest last.", Shape::list(Shape::AnyObject))]);
    let answer = Answer::json("The alarms.", shape).tagged();
    let operation = Operation::get("alarms", "/api/v1/alarms", Access::Right(Right::Alarms), answer)?;
    let closed = Member::new("all", "Those too that were dealt with.", Shape::Flag).or(record::json::Json::Bool(false));
    Ok(operation.about("exchange", "List what peers were caught at", "").query_member(closed))
}

fn feeds() -> Described {
    let shape = Shape::Object(vec![
        needed("own", "Feeds of this node.", Shape::list(Shape::AnyObject)),
        needed("read", "Feeds that it reads.", Shape::list(Shape::AnyObject)),
    ]);
    let answer = Answer::json("The feeds.", shape).tagged();
    let operation = Operation::get("feeds", "/api/v1/feeds", Access::Right(Right::ReadFeeds), answer)?;
    Ok(operation.about("exchange", "List the feeds, how far each was read, and who acknowledged what", ""))
}

fn search() -> Described {
    let hit = vec![
        needed("record_digest", "The record.", digest()),
        needed("id", "The id of its object.", text(0, MAX_NAME).or_null()),
        needed("date", "The day that it counts under.", text(10, 10)),
        needed("title", "What it is called.", text(0, 10 * MAX_NAME)),
        needed("snippet", "The part of its text that shows why it was found.", text(0, 10 * MAX_NAME)),
        needed("log", "The log that it lies in.", text(1, 200)),
        needed("index", "Where in that log.", Shape::count()),
        needed("is_older", "Whether another version, or another showing of it, stands before it.", Shape::Flag),
    ];
    let answer = Answer::json("A page of hits.", page("hits", "The hits.", hit));
    let operation = Operation::get("search", "/api/v1/search", Access::Right(Right::Read), answer)?;
    let more = "`docs/search.md` has the language of queries. Only records of which the account may see every part.";
    Ok(operation
        .about("records", "Find records by words, phrases, fields and dates", more)
        .query_member(needed("q", "What is searched for.", text(1, MAX_QUERY)))
        .query_member(
            Member::new("all_versions", "Older versions too.", Shape::Flag).or(record::json::Json::Bool(false)),
        )
        .paged())
}

/// Characters of a query: more is no question that a person asks.
const MAX_QUERY: usize = 1_000;

fn events() -> Described {
    let operation = Operation::get(
        "events",
        "/api/v1/events",
        Access::Right(Right::Read),
        Answer::events(
            "A stream of server-sent events: `id` is its number, `event` its kind, `data` JSON with ids and no content.",
        ),
    )?;
    let more = "Records that the account may not see make no event. With `Last-Event-ID` it goes on behind that event.";
    Ok(operation.about("events", "Hear of what happens, by ids", more))
}

fn kinds() -> Shape {
    Shape::list_of(Shape::choice(Kind::ALL.iter().map(|kind| kind.name())), 1, Kind::ALL.len())
}

fn hook() -> Vec<Member> {
    let instant = || text(1, 40);
    vec![
        needed("id", "Its id.", text(16, 16)),
        needed("url", "Where it calls.", text(1, MAX_URL_BYTES)),
        needed("events", "Of what it tells.", kinds()),
        needed("created", "When it was made.", instant()),
        needed("failing_since", "Since when nothing was taken there.", instant().or_null()),
        needed("ended", "When it was ended by itself.", instant().or_null()),
    ]
}

fn webhooks() -> Described {
    let shape = Shape::Object(vec![needed("webhooks", "The account's webhooks.", Shape::list(Shape::Object(hook())))]);
    let answer = Answer::json("The webhooks.", shape).tagged();
    let operation = Operation::get("webhooks", "/api/v1/webhooks", Access::Right(Right::Read), answer)?;
    Ok(operation.about("events", "List the account's webhooks", ""))
}

fn webhook_make() -> Described {
    let mut members = hook();
    members.push(needed("secret", "What its calls are signed with. Shown this once.", text(1, 200)));
    let answer = Answer::made("The webhook, with its secret.", Shape::Object(members));
    let access = (Access::Right(Right::Read), Effect::Changes);
    let operation = Operation::post("webhook_make", "/api/v1/webhooks", access, answer)?;
    let more = "Calls carry ids and no content, signed as Standard Webhooks has it. They go to public addresses alone, follow no \
                redirect, and are tried again for three days.";
    Ok(operation
        .about("events", "Be called when something happens", more)
        .body_member(needed("url", "Where to call: https, and a public address.", text(1, MAX_URL_BYTES)))
        .body_member(needed("events", "Of what to be told.", kinds())))
}

fn webhook_delete() -> Described {
    let answer = Answer::nothing("It is gone.");
    let operation = Operation::delete("webhook_delete", "/api/v1/webhooks/{id}", Access::Right(Right::Read), answer)?;
    Ok(operation.about("events", "Be called no more", "").path_member(Member::new(
        "id",
        "The webhook's id.",
        text(16, 16),
    )))
}

/// One content of a request to scan.
fn item() -> Shape {
    let kinds = Shape::choice(ContentKind::ALL.iter().map(|kind| kind.name()));
    Shape::Object(vec![
        Member::new("name", "The caller's name for it, which comes back in the answer.", text(1, MAX_NAME_CHARACTERS)),
        Member::new("content", "A text, or the octets of a picture or a file.", Shape::File),
        Member::new("kind", "What the content is taken for; if not said, what it begins like.", kinds),
        Member::new("sha256", "In place of content: the SHA-256 of a file, or the HMAC of a value.", digest()),
        Member::new("key", "The name of the agreement's key that the HMAC was made with.", text(1, MAX_KEY_NAME)),
        Member::new(
            "package",
            "In place of content: the name of a package that is about to be installed.",
            text(1, MAX_PACKAGE),
        ),
        Member::new("ecosystem", "Where the package is looked for, such as `pypi`.", text(1, MAX_PACKAGE)),
    ])
}

/// Characters of the name of an agreement's key.
const MAX_KEY_NAME: usize = 64;

/// Characters of the name of a package: longer than any registry takes.
const MAX_PACKAGE: usize = 300;

/// Characters of one sentence of a scan.
const MAX_SENTENCE: usize = 10_000;

fn found() -> Shape {
    Shape::Object(found_members())
}

fn found_members() -> Vec<Member> {
    let percent = || Shape::integer(0, 100);
    vec![
        needed("signal", "The id of the signal.", text(1, MAX_NAME)),
        needed("author", "Whose it is.", text(1, MAX_NAME)),
        needed("record_digest", "The record that it came in.", digest().or_null()),
        needed("kind", "What it names.", text(1, MAX_NAME)),
        needed("state", "How it stands: seen, confirmed or disputed.", text(1, MAX_NAME)),
        needed("confidence", "How sure its author was, of 100.", percent().or_null()),
        needed("method", "How it was found.", text(1, MAX_NAME)),
        needed("read", "What was looked through: the text as it is, or a disguise undone.", text(1, MAX_NAME)),
        needed("nearness_percent", "How near it is.", percent()),
        needed("why", "The same in words.", text(1, MAX_SENTENCE)),
    ]
}

fn scan() -> Described {
    let mut of_match = found_members();
    of_match.push(needed("waits", "Whether the signal waits for a person, because it is found so often.", Shape::Flag));
    let result = vec![
        needed("name", "The caller's name for it.", text(1, MAX_NAME_CHARACTERS).or_null()),
        needed("kind", "What it was taken for.", text(1, 20)),
        needed("problem", "Why it could not be looked through.", text(1, MAX_SENTENCE).or_null()),
        needed("matches", "What was found, the nearest first, what waits last.", Shape::list(Shape::Object(of_match))),
        needed("harmless", "What was found in content that is known to be harmless.", Shape::list(found())),
        needed("waiting", "The matches of signals that wait for a person, once more.", Shape::list(found())),
        needed("not_looked_at", "What was not looked at.", Shape::list(text(1, MAX_SENTENCE))),
    ];
    let shape = Shape::Object(vec![
        needed("found", "Matches in all.", Shape::count()),
        needed("results", "One for each item, in their order.", Shape::list(Shape::Object(result))),
    ]);
    let access = (Access::Right(Right::Scan), Effect::Reads);
    let operation = Operation::post("scan", "/api/v1/scan", access, Answer::json("What was found.", shape))?;
    let more = "Content is looked through and not kept. With `remember` digests of it are kept in memory, so that a signal that comes \
                later is looked for in it too: `GET /api/v1/scan/late` has what was found. `docs/signals.md` says what matching does not \
                find. Whoever may scan is told which signal it was, whatever the record is marked.";
    Ok(operation
        .about("signals", "Look for known misuse in texts, pictures, digests and names of packages", more)
        .body_member(needed("items", "What is scanned.", Shape::list_of(item(), 1, MAX_ITEMS)))
        .body_member(
            Member::new("remember", "Whether digests of what has a name are remembered.", Shape::Flag)
                .or(record::json::Json::Bool(false)),
        ))
}

fn scan_late() -> Described {
    let late = vec![
        needed("number", "Its number, for `after`.", Shape::count()),
        needed("name", "The caller's name for the content.", text(1, MAX_NAME_CHARACTERS)),
        needed("scanned_at", "When it was scanned.", text(1, 40)),
        needed("signal", "The id of the signal.", text(1, MAX_NAME)),
        needed("author", "Whose it is.", text(1, MAX_NAME)),
        needed("record_digest", "The record that it came in.", digest().or_null()),
        needed("why", "How it was found.", text(1, MAX_SENTENCE)),
    ];
    let shape =
        Shape::Object(vec![needed("late", "What was found, the oldest first.", Shape::list(Shape::Object(late)))]);
    let answer = Answer::json("What was found later.", shape);
    let operation = Operation::get("scan_late", "/api/v1/scan/late", Access::Right(Right::Scan), answer)?;
    let more = "Of what this account had scanned with `remember`, since the node was started. Keywords, rules and names cannot be looked \
                for, since content is not kept.";
    Ok(operation.about("signals", "Hear of new signals in what was scanned before", more).query_member(
        Member::new("after", "Only those after this number.", Shape::count()).or(record::json::Json::count(0)),
    ))
}
