//! What can be done with a text.

use access::Right;
use pages::{Block, Field, Form, Say, Tone};
use policy::agreement::Reproduction;
use protocol::negotiation::{Period, Stand, State};
use record::label::Tlp;

use super::super::Asked;
use super::one::View;

/// The forms that this account can send now.
pub(super) fn blocks(asked: &Asked<'_>, view: &View, tried: &Reproduction) -> Vec<Block> {
    let Some(own) = view.own(asked).filter(|_| asked.may(Right::Publish)) else { return Vec::new() };
    if view.state.is_final() || view.period == Period::Over {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if own.signed.is_none() && !own.has_ended {
        blocks.push(sign(view, own, tried));
    }
    let is_in_force = matches!(view.state, State::InForce | State::Suspended);
    let mut more = Vec::new();
    if is_in_force && own.holds_back {
        blocks.push(plain(view, ("resume", "agreement resume"), "agreement-resume").into());
    } else if is_in_force {
        let form = plain(view, ("suspend", "agreement suspend"), "agreement-suspend");
        more.push(with_reason(form, false).into());
    }
    if own.has_proposed && own.signed.is_none() {
        more.push(plain(view, ("withdraw", "agreement withdraw"), "agreement-withdraw").into());
    }
    let form = plain(view, ("terminate", "agreement terminate"), "agreement-terminate");
    more.push(with_reason(form, true).into());
    blocks.push(Block::Fold("agreement-more".into(), more));
    blocks
}

/// Signing asks nothing of itself: what is signed stands on the page, and whoever signs says that it was read.
fn sign(view: &View, own: &Stand, tried: &Reproduction) -> Block {
    if view.is_blocked() || tried.failed().count() > 0 {
        return Block::notice(Tone::Grave, "agreement-sign-blocked");
    }
    let form = Form::command("sign", "agreement sign", page_of(view))
        .titled("agreement-sign-title", "agreement-sign-button")
        .helped("agreement-sign-help")
        .given("agreement", view.agreement.digest())
        .field(Field::flag("read", "agreement-sign-read").required());
    // Whoever accepted and tried it already has nothing but the signature left.
    let is_new = !(own.has_accepted && own.has_verified);
    let accept = Field::flag("accept_only", "agreement-accept-only").helped("agreement-accept-only-help");
    if is_new { form.field(accept).into() } else { form.into() }
}

fn page_of(view: &View) -> String {
    format!("/agreements/{}", view.agreement.digest())
}

/// A form whose words stand under one key: its title and button, and what it leads to.
fn plain(view: &View, (id, command): (&'static str, &'static str), key: &'static str) -> Form {
    let say = |part: &str| Say::known(key, part);
    Form::command(id, command, page_of(view))
        .titled(say("title"), say("button"))
        .helped(say("help"))
        .given("agreement", view.agreement.digest())
        .bound(view.standing())
        .previewed()
}

/// Why, in words that pass the floors like any text that leaves.
fn with_reason(form: Form, is_required: bool) -> Form {
    let levels = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict];
    let level = |level: Tlp| (level.name().to_owned(), Say::sign(format!("TLP:{}", level.name().to_uppercase())));
    let none = (!is_required).then(|| (String::new(), Say::Word("agreement-no-reason")));
    let levels = none.into_iter().chain(levels.map(level)).collect();
    form.field(Field::area("reason:en", "agreement-reason-en"))
        .field(Field::area("reason:zh-Hans", "agreement-reason-zh"))
        .field(Field::choice("tlp", "agreement-reason-marking", levels).helped("agreement-reason-help"))
}
