//! The published incidents and the world around them: the table of what they cover, and what the world's labels name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Where the table stands in data/incidents/README.md.
const BEGIN: &str = "<!-- the table below is written by `cargo xtask data` -->";
const END: &str = "<!-- end of the table -->";

/// The regions, and the countries of the files in each.
const REGIONS: [(&str, &[&str]); 9] = [
    ("United States", &["US"]),
    ("China", &["CN", "HK"]),
    ("Europe", &["BE", "DE", "ES", "FR", "GB", "IT", "NL", "RU", "SE", "SK", "UA"]),
    ("India", &["IN"]),
    ("Other Asia", &["ID", "JP", "KR", "MY", "PH", "SG", "TH", "VN"]),
    ("Africa", &["BF", "ET", "KE", "LY", "NG", "ZA"]),
    ("Latin America", &["AR", "BR", "CL", "CO", "MX", "VE"]),
    ("Oceania", &["AU", "NZ"]),
    ("Canada", &["CA"]),
];

const SECTORS: [&str; 12] = [
    "driving",
    "health",
    "finance",
    "justice",
    "hiring",
    "education",
    "media",
    "elections",
    "security",
    "children",
    "agents",
    "infrastructure",
];

const NATURES: [&str; 4] = ["accident", "misuse", "hazard", "near miss"];

/// One file, as the table counts it.
struct Covered {
    regions: BTreeSet<&'static str>,
    sectors: Vec<String>,
    nature: String,
}

/// Writes the table anew.
///
/// # Errors
/// When a file cannot be read or written, or names a country or sector that no row has.
pub(crate) fn write(root: &Path) -> Result<()> {
    let readme = root.join("data/incidents/README.md");
    let text = fs::read_to_string(&readme).with_context(|| readme.display().to_string())?;
    fs::write(&readme, with_table(&text, &table(root)?)?).with_context(|| readme.display().to_string())
}

/// What is wrong with the table or the world.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    let text = fs::read_to_string(root.join("data/incidents/README.md")).context("data/incidents/README.md")?;
    if with_table(&text, &table(root)?)? != text {
        broken.push("data/incidents/README.md: the table is not what the files say".to_owned());
    }
    broken.extend(world(root)?);
    Ok(broken)
}

fn with_table(text: &str, table: &str) -> Result<String> {
    let (head, rest) = text.split_once(BEGIN).with_context(|| format!("the line `{BEGIN}` is missing"))?;
    let (_, tail) = rest.split_once(END).with_context(|| format!("the line `{END}` is missing"))?;
    Ok(format!("{head}{BEGIN}\n\n{table}\n{END}{tail}"))
}

fn json(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    let list = value.get(name).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn extension(incident: &Value) -> Option<&Value> {
    incident.get("extensions")?.as_object()?.values().next()
}

fn covered(root: &Path) -> Result<BTreeMap<String, Covered>> {
    let folder = root.join("data/incidents");
    let listed = json(&folder.join("checks/coverage.json"))?;
    let listed = listed.as_object().context("checks/coverage.json is no object")?;
    let mut found = BTreeMap::new();
    for (name, says) in listed {
        let incident = json(&folder.join(format!("{name}.json")))?;
        found.insert(name.clone(), one(name, says, &incident)?);
    }
    let files = names(&folder)?;
    if files != found.keys().cloned().collect() {
        bail!("checks/coverage.json and data/incidents do not name the same incidents");
    }
    Ok(found)
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        found.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    Ok(found)
}

fn one(name: &str, says: &Value, incident: &Value) -> Result<Covered> {
    let countries = extension(incident).map(|own| texts(own, "countries")).unwrap_or_default();
    let mut regions = BTreeSet::new();
    for country in &countries {
        let region = REGIONS.iter().find(|(_, inside)| inside.contains(&country.as_str()));
        regions.insert(region.with_context(|| format!("{name}: no row has the country {country}"))?.0);
    }
    let sectors = texts(says, "sectors");
    if let Some(other) = sectors.iter().find(|sector| !SECTORS.contains(&sector.as_str())) {
        bail!("{name}: no row has the sector `{other}`");
    }
    Ok(Covered { regions, sectors, nature: text(says, "nature") })
}

fn table(root: &Path) -> Result<String> {
    let all: Vec<Covered> = covered(root)?.into_values().collect();
    let head = format!("| | {} | all |\n|---|{}\n", NATURES.join(" | "), "---|".repeat(NATURES.len() + 1));
    let regions = REGIONS.iter().map(|(region, _)| line(region, &all, &|one| one.regions.contains(region)));
    let sectors = SECTORS.iter().map(|sector| line(sector, &all, &|one| one.sectors.iter().any(|have| have == sector)));
    Ok(head + &regions.chain(sectors).collect::<String>() + &line("**all**", &all, &|_| true))
}

fn line(name: &str, all: &[Covered], is_in: &dyn Fn(&Covered) -> bool) -> String {
    let inside: Vec<&Covered> = all.iter().filter(|one| is_in(one)).collect();
    let of = |nature: &&str| inside.iter().filter(|one| one.nature == **nature).count().to_string();
    let cells: Vec<String> = NATURES.iter().map(of).collect();
    format!("| {name} | {} | {} |\n", cells.join(" | "), inside.len())
}

/// What the world's files name that is not there.
fn world(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("data/world");
    let parties: BTreeSet<String> =
        list(&json(&folder.join("parties.json"))?, "parties").iter().map(|party| text(party, "code")).collect();
    let agreements = fs::read_to_string(root.join("docs/agreements.md"))?;
    let mut broken = Vec::new();
    for held in list(&json(&folder.join("holdings.json"))?, "holdings") {
        broken.extend(named(&parties, &text(&held, "party")));
        let lost = texts(&held, "holds").into_iter().filter(|file| !root.join("data").join(file).is_file());
        broken.extend(lost.map(|file| format!("data/world/holdings.json: {file} does not exist")));
    }
    for label in list(&json(&folder.join("labels.json"))?, "labels") {
        broken.extend(named(&parties, &text(&label, "party")));
        broken.extend(texts(&label, "recipients").iter().filter_map(|party| named(&parties, party)));
        broken.extend(marks(root, &label, &agreements)?);
    }
    Ok(broken)
}

fn list(value: &Value, name: &str) -> Vec<Value> {
    value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn named(parties: &BTreeSet<String>, party: &str) -> Option<String> {
    (!parties.contains(party)).then(|| format!("data/world: `{party}` is no party of parties.json"))
}

/// Tags and levels are those of the published schema, and a labelled place has something to label.
fn marks(root: &Path, label: &Value, agreements: &str) -> Result<Vec<String>> {
    let record = text(label, "record");
    let object = json(&root.join("data").join(&record))?;
    let mut broken = Vec::new();
    let words = texts(label, "tags").into_iter().chain([text(label, "tlp")]);
    let unknown = words.filter(|word| !agreements.contains(&format!("\"{word}\"")));
    broken.extend(unknown.map(|word| format!("data/world/labels.json: {record}: policies do not know `{word}`")));
    let place = text(label, "place");
    let is_there = object.get(&place).is_some() || extension(&object).is_some_and(|own| own.get(&place).is_some());
    if !place.is_empty() && !is_there {
        broken.push(format!("data/world/labels.json: {record} has no `{place}`"));
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_put_between_its_marks_and_nothing_else_changes() {
        let text = format!("# A\n\n{BEGIN}\nold\n{END}\n\nend\n");
        let new = with_table(&text, "| a |\n").unwrap();
        assert_eq!(new, format!("# A\n\n{BEGIN}\n\n| a |\n\n{END}\n\nend\n"));
        assert_eq!(with_table(&new, "| a |\n").unwrap(), new);
        assert!(with_table("no marks", "").is_err());
    }

    #[test]
    fn a_country_that_no_row_has_is_named() {
        let incident = serde_json::json!({"extensions": {"x": {"countries": ["US", "QQ"]}}});
        let says = serde_json::json!({"sectors": ["driving"], "nature": "accident"});
        let error = one("a", &says, &incident).err().unwrap().to_string();
        assert_eq!(error, "a: no row has the country QQ");
    }

    #[test]
    fn a_line_counts_by_nature() {
        let one = |nature: &str| Covered { regions: BTreeSet::new(), sectors: Vec::new(), nature: nature.to_owned() };
        assert_eq!(line("x", &[one("misuse"), one("hazard")], &|_| true), "| x | 0 | 1 | 1 | 0 | 2 |\n");
    }
}
