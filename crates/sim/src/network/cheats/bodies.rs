//! Bodies that do not come, or are not what their entries say.

use node::exchange::Answer;
use protocol::exchange::Resource;

use super::{Check, Network, READER};

impl Network {
    pub(super) fn withheld_body(&mut self) -> Check {
        self.tell_and_show()?;
        let lie = |resource: &Resource, answer| {
            if matches!(resource, Resource::Body(..)) { Answer::NotThere } else { answer }
        };
        let _evidence = self.must_catch(READER, lie, "missing-body")?;
        self.recovers()
    }

    pub(super) fn tampered_body(&mut self) -> Check {
        self.tell_and_show()?;
        let place = self.seed.index(2_000);
        let lie = |resource: &Resource, answer: Answer| match (resource, answer) {
            (Resource::Body(..), Answer::Octets(mut octets)) => {
                let place = place.checked_rem(octets.len()).unwrap_or(0);
                octets.iter_mut().skip(place).take(1).for_each(|octet| *octet ^= 1);
                Answer::Octets(octets)
            }
            (_, answer) => answer,
        };
        let _evidence = self.must_catch(READER, lie, "tampered-body")?;
        self.recovers()
    }
}
