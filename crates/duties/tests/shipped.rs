//! What is shipped.

use std::path::Path;

use duties::{Day, PackFault, Packs, scenario, shipped};

fn today() -> Day {
    "2026-11-30".parse().unwrap()
}

fn told(faults: &[PackFault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn packs() -> Packs {
    shipped::packs(today()).unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

#[test]
fn the_shipped_packs_load_with_every_vignette() {
    let packs = packs();
    let vignettes: usize = packs.packs().iter().map(|pack| pack.vignettes.len()).sum();
    assert!(vignettes >= 90, "{vignettes} vignettes");
}

#[test]
fn every_file_in_the_folder_is_shipped() {
    let folder = Path::new("../../data/duties/packs");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".json").to_owned())
        .collect();
    names.sort();
    let shipped: Vec<&str> = shipped::PACKS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, shipped);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read files; the core does not")]
fn every_scenario_comes_out() {
    let packs = packs();
    let mut told = String::new();
    let mut count = 0;
    for entry in std::fs::read_dir("../../data/duties/scenarios").unwrap() {
        let path = entry.unwrap().path();
        let octets = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match scenario(&octets, packs.dictionary()) {
            Ok(found) => {
                count += 1;
                for fault in packs.run(&found) {
                    told += &format!("{name}: {fault}\n");
                }
            }
            Err(faults) => faults.iter().for_each(|fault| told += &format!("{name}: {fault}\n")),
        }
    }
    assert!(told.is_empty(), "{told}");
    assert!(count >= 1, "no scenario was found");
}

#[test]
fn nothing_in_the_shipped_packs_wants_repair() {
    let packs = packs();
    for pack in packs.packs() {
        let found = packs.lint(pack, today());
        let warnings: Vec<String> = found
            .iter()
            .filter(|finding| finding.weight == duties::lint::Weight::Warning)
            .map(|finding| finding.fault.to_string())
            .collect();
        assert!(warnings.is_empty(), "{}: {warnings:#?}", pack.id);
    }
}

/// A date that was moved is told with the time in which each of the two was the law.
#[test]
fn an_explanation_tells_which_of_two_dates_was_the_law() {
    let packs = packs();
    let vignette = packs.pack("eu-ai-act-73").unwrap().vignettes.iter().find(|one| one.id == "two-days-in-the-week");
    let step = &vignette.unwrap().steps[0];
    let answers = packs.evaluate(&step.facts, step.as_of);
    let answer = answers.iter().find(|answer| answer.duty.id == "report-annex-iii").unwrap();
    let steps = packs.explain(answer, &step.facts);
    let told = |words: &str| steps.iter().any(|step| step.what.en.contains(words));
    assert!(told("from 2026-08-02 (as the law stood until 2026-07-27)"));
    assert!(told("from 2027-12-02 (as the law stands since 2026-07-27)"));
}
