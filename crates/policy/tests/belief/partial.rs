//! Belief stays with a record that is shown in part.

use policy::belief::{Believed, log_origin};
use record::key_history::Moment;
use record::path::Path;
use record::{Selection, Unverified};

use super::stage::Stage;
use crate::scene::salt;

#[test]
fn a_verified_record_can_be_shown_in_part() {
    let mut stage = Stage::new();
    stage.log_record();
    let verified = stage.verify().unwrap();
    let less = verified.present(&Selection::without([Path::object("name")])).unwrap();
    assert!(less.record().content().object().text("name").is_none());
    assert_eq!(less.record().digest(), verified.record().digest());
    assert_eq!(less.log_place(), verified.log_place());
    let believed = Believed::from(&less);
    assert!(believed.is_relayed() && believed.author() == stage.author.id());
    assert!(verified.present(&Selection::only([Path::object("nothing")])).is_err());
}

#[test]
fn what_is_passed_on_is_believed_by_the_next_reader() {
    let mut stage = Stage::new();
    stage.log_record();
    let sealed = stage.verify().unwrap().present(&Selection::nothing()).unwrap();
    let text = sealed.record().envelope().to_json();
    stage.record = Unverified::read(text.as_bytes()).unwrap().verify(&stage.history, Moment::AsNamed).unwrap();
    stage.proof = Some(sealed.log_place().proof().clone());
    assert_eq!(stage.verify().unwrap(), sealed);
}

#[test]
fn an_own_record_says_where_it_lies() {
    let mut stage = Stage::new();
    stage.log_record();
    let logged = stage.logged().unwrap();
    let believed = Believed::from(&logged);
    let (index, place) = (stage.index.unwrap(), believed.log_place());
    assert_eq!((place.index(), place.salt()), (index, &salt(index)));
    assert_eq!(place.commitment(), stage.record.commitment(&salt(index)));
    assert_eq!(place.checkpoint().claims().origin(), log_origin(&stage.author.id()));
    assert!(!believed.is_relayed());
    assert_eq!(believed.record(), &stage.record);
    let core = logged.present(&Selection::core(stage.record.content())).unwrap();
    assert_eq!(core.log_place(), logged.log_place());
}
