//! The public incidents that are published beside the program, as data/incidents/README.md tells of them.

mod checked;
mod labelled;
mod twins;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use incident::Incident;
use record::json::{Json, Map, parse};
use record::stix::StixObject;

use crate::shared::{files, read};

/// The folder of the files.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/incidents")
}

fn object(file: &Path) -> Map {
    let json = parse(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    json.as_object().unwrap_or_else(|| panic!("{}: is no object", file.display())).clone()
}

fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    name.split('.').next().unwrap().to_owned()
}

/// The objects of a folder by the names of their files.
fn objects(part: &str) -> BTreeMap<String, Map> {
    let folder = folder().join(part);
    let here = files(&folder, ".json").into_iter().filter(|file| file.parent() == Some(folder.as_path()));
    here.map(|file| (stem(&file), object(&file))).collect()
}

fn incident(name: &str, members: &Map) -> Incident {
    let object = StixObject::from_map(members.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    Incident::of_object(&object).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn incidents(part: &str) -> BTreeMap<String, Incident> {
    objects(part).iter().map(|(name, members)| (name.clone(), incident(name, members))).collect()
}

/// The elements of a list in a file of checks/.
fn listed(file: &str, name: &str) -> Vec<Map> {
    let members = object(&folder().join("checks").join(file));
    let list = members.get(name).and_then(Json::as_array).unwrap_or_else(|| panic!("{file} has no list `{name}`"));
    list.iter().map(|element| element.as_object().unwrap().clone()).collect()
}

fn word(members: &Map, name: &str) -> String {
    members.text(name).unwrap_or_else(|| panic!("`{name}` is missing in {}", members.to_text())).to_owned()
}
