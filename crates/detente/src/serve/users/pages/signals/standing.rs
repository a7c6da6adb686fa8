//! How a signal stands: whether it is looked for now, and if not, why.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use matching::bank::SignalName;
use matching::signal::{State, Target};
use pages::{Inline, Say, Tone};
use record::stix::StixId;
use record::time::Timestamp;

use crate::scanning::{Known, Scanner};

/// How a signal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is looked for: found, confirmed or disputed, by its author's word.
    InForce(State),
    /// Its time has not begun.
    NotYet,
    /// Its time is over.
    Over,
    /// Its author took it back.
    TakenBack,
    /// Its author sent too many: it waits for a person.
    FeedWaits,
    /// It was found too often: it waits for a person.
    Waits,
    /// It is a rule that is not run.
    NotRun,
    /// It can be asked about privately, and is found in no content.
    Private,
}

/// Words for how signals stand, as a query has them.
pub(super) const STANDINGS: [&str; 9] =
    ["seen", "confirmed", "disputed", "waits", "not-run", "not-yet", "over", "taken-back", "private"];

impl Standing {
    /// Its word. The two ways to wait are one for whoever looks for what waits.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::InForce(State::Confirmed) => "confirmed",
            Self::InForce(State::Disputed) => "disputed",
            Self::InForce(_) => "seen",
            Self::NotYet => "not-yet",
            Self::Over => "over",
            Self::TakenBack => "taken-back",
            Self::FeedWaits | Self::Waits => "waits",
            Self::NotRun => "not-run",
            Self::Private => "private",
        }
    }

    pub(super) const fn is_in_force(self) -> bool {
        matches!(self, Self::InForce(_))
    }

    pub(super) fn say(self) -> Say {
        Say::known("signal-standing", self.name())
    }

    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::InForce(State::Confirmed) => Tone::Good,
            Self::InForce(State::Disputed) | Self::FeedWaits | Self::Waits | Self::NotRun => Tone::Watch,
            Self::TakenBack => Tone::Grave,
            Self::InForce(_) | Self::NotYet | Self::Over | Self::Private => Tone::Calm,
        }
    }

    pub(super) fn tag(self) -> Inline {
        Inline::tag(self.tone(), self.say())
    }
}

/// What is needed to say how signals stand.
pub(super) struct Standings<'s> {
    scanner: &'s Scanner,
    stopped: BTreeSet<SignalName>,
    /// Read when the first rule is asked about: it takes a look at every signal.
    not_run: OnceCell<BTreeSet<(&'s str, &'s StixId)>>,
    now: Timestamp,
}

impl<'s> Standings<'s> {
    pub(super) fn new(scanner: &'s Scanner, now: Timestamp) -> Self {
        Self { scanner, stopped: scanner.bank.quarantined().into_iter().collect(), not_run: OnceCell::new(), now }
    }

    pub(super) fn of(&self, name: &SignalName, known: &Known) -> Standing {
        let signal = &known.signal;
        let state = self.scanner.bank.state(&name.author, &name.id);
        match state {
            None => Standing::FeedWaits,
            Some(State::Retracted) => Standing::TakenBack,
            Some(_) if signal.valid_until.is_some_and(|until| until <= self.now) => Standing::Over,
            Some(State::Seen | State::Confirmed | State::Disputed) if signal.valid_from > self.now => Standing::NotYet,
            Some(State::Seen | State::Confirmed | State::Disputed) if self.stopped.contains(name) => Standing::Waits,
            Some(_) if matches!(signal.target, Target::Private) => Standing::Private,
            Some(_) if self.is_not_run(name, &signal.target) => Standing::NotRun,
            Some(state @ (State::Seen | State::Confirmed | State::Disputed)) => Standing::InForce(state),
            Some(State::Expired | _) => Standing::Over,
        }
    }

    fn is_not_run(&self, name: &SignalName, target: &Target) -> bool {
        if !matches!(target, Target::Rule { .. }) {
            return false;
        }
        let not_run = self.not_run.get_or_init(|| {
            let all = self.scanner.bank.not_run();
            all.map(|(author, id, _)| (author, id)).collect()
        });
        not_run.contains(&(&*name.author, &name.id))
    }
}

#[cfg(test)]
mod tests {
    use api::Language;

    use super::*;

    #[test]
    fn every_standing_has_words_in_both_languages() {
        for name in STANDINGS {
            let say = Say::known("signal-standing", name);
            for language in Language::ALL {
                assert!(pages::keys(language).contains(format!("signal-standing-{name}").as_str()), "{name}");
                assert_ne!(say.text(language), "");
            }
        }
        let all = [Standing::InForce(State::Seen), Standing::NotYet, Standing::Over, Standing::TakenBack]
            .into_iter()
            .chain([Standing::FeedWaits, Standing::Waits, Standing::NotRun, Standing::Private]);
        assert!(all.into_iter().all(|standing| STANDINGS.contains(&standing.name())));
    }
}
