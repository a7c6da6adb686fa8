//! Keys that were taken back: used all the same, or taken back in secret.

use policy::belief::{Delivery, Evidence, Quorum, verify};

use super::{Check, LIAR, Network, OTHER, READER, accepted, told};
use crate::network::Way;

impl Network {
    /// The liar releases a record that was signed with its first key, now.
    fn tell_under_first_key(&mut self) -> Result<(record::Signed<record::Record>, u64, [u8; 32]), String> {
        let treaty = &self.treaty;
        let liar = self.actors.get_mut(LIAR).ok_or("there is no liar")?;
        let (record, leaf) = liar.incident(true)?;
        let entry = liar.release(&record, leaf, treaty)?;
        liar.feed(treaty.digest(), &[entry])?;
        self.show_honestly()?;
        Ok((record.record().clone(), leaf.index, leaf.salt))
    }

    /// The retirement of the first key is named from now on.
    fn name_retirement(&mut self, leaf: u64) -> Check {
        self.actor_mut(LIAR)?.take_second_turn(leaf)?;
        self.pass_minutes(61)?;
        self.show_honestly()
    }

    pub(super) fn revoked_key(&mut self) -> Check {
        let leaf = self.actor_mut(LIAR)?.log_second_key_record()?;
        self.name_retirement(leaf)?;
        self.read(READER)?;
        let _record = self.tell_under_first_key()?;
        self.must_catch(READER, |_, answer| answer, "revoked-key").map(drop)
    }

    /// Whoever had it before it was named goes on believing it; whoever comes later is told.
    pub(super) fn hidden_retirement(&mut self) -> Check {
        let leaf = self.actor_mut(LIAR)?.log_second_key_record()?;
        let (record, index, salt) = self.tell_under_first_key()?;
        let came = self.pull(READER, LIAR, Way::default())?;
        accepted(&came)?;
        if came.proven.is_empty() {
            return Err("nothing came".to_owned());
        }
        let delivery = Delivery::new(self.heard(READER)?);
        self.name_retirement(leaf)?;
        self.read(READER)?;
        let liar = self.actor(LIAR)?;
        let proof = liar.sender.prove_to_ourselves(index, salt).map_err(told)?.ok_or("there is no proof")?;
        let knowledge = self.actor(READER)?.ring(liar.id())?.knowledge;
        if knowledge.named(&liar.member.second.head().digest()).is_none() {
            return Err("the retirement was not named".to_owned());
        }
        let evidence = Evidence::new(proof, delivery);
        let stands = verify(record, &evidence, &liar.member.second.history, &Quorum::none(), &knowledge);
        drop(stands.map_err(|doubt| format!("it is disowned: {doubt}"))?);
        self.must_catch(OTHER, |_, answer| answer, "revoked-key").map(drop)
    }

    /// The number of what a reader heard last.
    fn heard(&self, reader: usize) -> Result<u64, String> {
        use storage::Store as _;
        let heads = self.actor(reader)?.store.heads().map_err(told)?;
        let heard = heads.iter().find(|head| head.log.as_str() == node::exchange::HEARD);
        Ok(heard.map_or(0, |head| head.size.saturating_sub(1)))
    }
}
