//! Keys under a passphrase: opened once by whoever serves, and asked of nobody.

use api::ProblemKind;

use super::office::{Office, a_floor};
use crate::arguments::PassphraseArguments;
use crate::keystore;

#[test]
fn a_command_takes_the_keys_that_the_running_node_has_opened() {
    let office = Office::open();
    let (sealed, phrase) = (office.path("sealed"), office.path("phrase"));
    office.write("phrase", "four words without a thread\n");
    office.type_in(&format!("init --dir {} --name en=Vault --passphrase-file {}", sealed.display(), phrase.display()));
    let home = crate::home::Home::open(&sealed).unwrap();
    let (operation, values) = office.read("report open", "{}").unwrap();
    let (append, incident) = office
        .read("floor off", r#"{"floor":"FLOOR","reason":"a drill","yes":true}"#.replace("FLOOR", a_floor()).as_str())
        .unwrap();
    let ada = office.caller("ada");
    let ask = || crate::operations::run(&home, &append, &incident, &ada).map_err(|problem| problem.kind());
    assert!(crate::operations::run(&home, &operation, &values, &ada).is_ok(), "it needs no key");
    assert_eq!(ask().unwrap_err(), ProblemKind::Input, "nobody is asked for a passphrase");
    let arguments = PassphraseArguments { passphrase: false, passphrase_file: Some(phrase) };
    let opened = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap();
    let left = keystore::left::leave(&home, &opened.keys).unwrap();
    ask().unwrap();
    let nobody = PassphraseArguments { passphrase: false, passphrase_file: None };
    assert!(keystore::open(&home, &home.history().unwrap(), &nobody).is_err(), "whoever sits at the machine is asked");
    drop(left);
    assert_eq!(ask().unwrap_err(), ProblemKind::Input, "they are taken back");
}
