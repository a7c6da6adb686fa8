//! Webhooks: signed, tried again, and ended.

use std::collections::BTreeSet;

use access::AccountName;
use api::webhook::{
    ATTEMPTS, Answered, MAX_SUBSCRIPTIONS_PER_ACCOUNT, Message, Next, NotASubscription, NotSigned, Subscription,
    WebhookSecret, WebhookUrl, after, verify,
};
use api::{Kind, Notice, Subject};
use record::digest::RecordDigest;
use record::entropy::SystemEntropy;
use record::json::{self, Json};

use crate::scene::at;

fn notice() -> Notice {
    let subjects = vec![Subject::Record(RecordDigest::from_octets([3; 32]))];
    Notice { number: 41, kind: Kind::RecordLogged, time: at(0), subjects }
}

fn wishes(kinds: impl IntoIterator<Item = Kind>) -> (WebhookUrl, BTreeSet<Kind>) {
    ("https://hooks.example.org/in".parse().unwrap(), kinds.into_iter().collect())
}

fn account(name: &str) -> AccountName {
    name.parse().unwrap()
}

fn hook(others: &[Subscription]) -> Result<Subscription, NotASubscription> {
    let wishes = wishes([Kind::RecordLogged]);
    Subscription::make(account("ada"), wishes, others, at(0), &mut SystemEntropy::new())
}

/// The example of the standard's own libraries.
#[test]
fn another_library_takes_our_signature() {
    let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
    let fields = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="];
    let then = record::time::Timestamp::from_micros(1_614_265_330_000_000);
    assert_eq!(verify(fields, br#"{"test": 2432232314}"#, &secret, then), Ok(()));
    assert_eq!(verify(fields, br#"{"test": 2432232315}"#, &secret, then), Err(NotSigned::Signature));
}

#[test]
fn a_message_is_signed_for_now_and_holds_ids_alone() {
    let hook = hook(&[]).unwrap();
    let message = Message::of(&notice(), &hook.id, &[hook.secret()], at(5));
    let fields = message.headers().map(|(_, value)| value);
    assert_eq!(verify(fields, message.body.as_bytes(), hook.secret(), at(6)), Ok(()));
    assert_eq!(
        verify(fields, message.body.as_bytes(), hook.secret(), at(400)),
        Err(NotSigned::Time),
        "kept and sent again"
    );
    let [id, timestamp, signature] = fields;
    let moved = ["x.41", timestamp, signature];
    assert_eq!(verify(moved, message.body.as_bytes(), hook.secret(), at(6)), Err(NotSigned::Signature));
    assert_eq!(id, format!("{}.41", hook.id), "the same for each try");
    let Json::Object(body) = json::parse(message.body.as_bytes()).unwrap() else { panic!() };
    assert_eq!(body.names().collect::<Vec<_>>(), ["number", "kind", "time", "subjects"]);
}

#[test]
fn while_a_secret_is_changed_both_fit() {
    let (old, new) = (hook(&[]).unwrap(), hook(&[]).unwrap());
    let message = Message::of(&notice(), &new.id, &[new.secret(), old.secret()], at(0));
    let fields = message.headers().map(|(_, value)| value);
    for secret in [old.secret(), new.secret()] {
        assert_eq!(verify(fields, message.body.as_bytes(), secret, at(0)), Ok(()));
    }
    assert_eq!(verify(fields, message.body.as_bytes(), hook(&[]).unwrap().secret(), at(0)), Err(NotSigned::Signature));
}

#[test]
fn what_was_not_taken_is_tried_again_for_three_days() {
    let (mut now, mut waits) = (at(0), Vec::new());
    for attempt in 1..ATTEMPTS {
        let Next::At(next) = after(attempt, Answered::Status(500, None), now, 0) else { panic!("{attempt}") };
        waits.push((next.micros() - now.micros()) / 1_000_000);
        now = next;
    }
    assert_eq!(waits, [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]);
    assert_eq!(after(ATTEMPTS, Answered::Not, now, 0), Next::GiveUp);
    assert_eq!(after(u32::MAX, Answered::Not, now, u64::MAX), Next::GiveUp);
}

#[test]
fn an_answer_says_what_to_do() {
    assert_eq!(after(1, Answered::Status(204, None), at(0), 0), Next::Delivered);
    assert_eq!(after(1, Answered::Status(410, None), at(0), 0), Next::Unsubscribe);
    assert_eq!(after(1, Answered::Status(302, None), at(0), 0), Next::At(at(5)), "a redirect is not followed");
    assert_eq!(after(1, Answered::Status(429, Some(60)), at(0), 0), Next::At(at(60)));
    assert_eq!(after(1, Answered::Status(429, Some(u32::MAX)), at(0), 0), Next::At(at(86400)), "not for ever");
    let Next::At(late) = after(2, Answered::Not, at(0), 999) else { panic!() };
    assert!(late > at(300) && late < at(331), "chance moves it by a tenth at most");
}

#[test]
fn a_webhook_of_which_nothing_is_taken_ends() {
    let mut hook = hook(&[]).unwrap();
    assert!(hook.wants(&notice()));
    hook.tried(false, at(0));
    hook.tried(false, at(4 * 86400));
    assert!(hook.wants(&notice()));
    hook.tried(true, at(4 * 86400 + 1));
    hook.tried(false, at(5 * 86400));
    assert!(hook.wants(&notice()), "it was taken meanwhile");
    hook.tried(false, at(10 * 86400));
    assert!(!hook.wants(&notice()));
    assert_eq!(hook.ended, Some(at(10 * 86400)));
}

#[test]
fn it_is_kept_with_its_secret_and_shown_without() {
    let hook = hook(&[]).unwrap();
    assert!(
        !hook.shown().to_text().contains("whsec_") && !format!("{hook:?}").contains(hook.secret().reveal().as_str())
    );
    assert_eq!(Subscription::from_json(&hook.to_json()), Ok(hook.clone()));
    for name in ["id", "account", "url", "events", "created", "ended", "secret"] {
        let mut map = hook.to_json();
        map.set(name, "");
        assert!(Subscription::from_json(&map).is_err(), "{name}");
    }
}

#[test]
fn an_account_has_a_share() {
    let mut hooks = Vec::new();
    for _ in 0..MAX_SUBSCRIPTIONS_PER_ACCOUNT {
        hooks.push(hook(&hooks).unwrap());
    }
    assert_eq!(hook(&hooks), Err(NotASubscription::TooMany));
    let bo = Subscription::make(account("bo"), wishes([Kind::AlarmRaised]), &hooks, at(0), &mut SystemEntropy::new())
        .unwrap();
    assert!(!bo.wants(&notice()), "it asked for other events");
    let none = Subscription::make(account("bo"), wishes([]), &[], at(0), &mut SystemEntropy::new());
    assert_eq!(none, Err(NotASubscription::NoKinds));
}
