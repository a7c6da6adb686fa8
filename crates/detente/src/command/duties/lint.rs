//! `detente duties lint` and `test`: whether packs are well made, and whether they do what their vignettes say.

use std::path::Path;

use duties::{PackFault, Packs, scenario};
use record::json::Json;

use crate::arguments::{DutiesLintArguments, DutiesTestArguments};
use crate::clock;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::rules::{self, RuleFile, fault_map, faulty};

pub(super) fn lint(arguments: &DutiesLintArguments, report: &mut Report) -> Done {
    let files = read(&arguments.files)?;
    let packs = match rules::load(&files, clock::now()) {
        Ok(packs) => packs,
        Err(faults) => return refuse(&faults, report),
    };
    let mut rows = Vec::new();
    for file in &files {
        let Some(pack) = packs.packs().iter().find(|pack| pack.octets() == file.octets) else { continue };
        for finding in packs.lint(pack, rules::today(clock::now())?) {
            report.line(format!("{}: {}: {}", file.name, finding.weight.name(), finding.fault));
            rows.push(Json::from(fault_map(&file.name, &finding.fault).with("weight", finding.weight.name())));
        }
    }
    let vignettes = packs.packs().iter().map(|pack| pack.vignettes.len() as u64).sum::<u64>();
    report.data("findings", Json::Array(rows));
    report.data("faults", Json::Array(Vec::new()));
    report.fact("vignettes", Json::count(vignettes));
    report.line("Every file is whole, and every vignette of all packs together comes out as it says.");
    Ok(())
}

fn read(paths: &[std::path::PathBuf]) -> Done<Vec<RuleFile>> {
    paths.iter().map(|path| RuleFile::read(Path::new(path))).collect()
}

/// Faults are the answer, and the command fails.
fn refuse(faults: &[PackFault], report: &mut Report) -> Done {
    for fault in faults {
        report.line(fault.to_string());
    }
    report.data("faults", Json::Array(faults.iter().map(|one| Json::from(fault_map(&one.pack, &one.fault))).collect()));
    Err(Failure::refused(format!("{} faults; nothing of these files would be used", faults.len()))
        .advise("mend the lines named above; docs/rule-packs.md tells the format"))
}

pub(super) fn test(arguments: &DutiesTestArguments, report: &mut Report) -> Done {
    let files = read(&arguments.files)?;
    let packs = match rules::load(&files, clock::now()) {
        Ok(packs) => packs,
        Err(faults) => return refuse(&faults, report),
    };
    let mut sum = 0_u64;
    for pack in packs.packs() {
        let count = pack.vignettes.len() as u64;
        sum = sum.saturating_add(count);
        report.line(format!("ok  {:<28} {count:>3} vignettes", pack.id));
    }
    report.fact("vignettes", Json::count(sum));
    let scenarios = read(&arguments.scenarios)?;
    scenarios.iter().try_for_each(|file| play(&packs, file, report))?;
    report.fact("scenarios", Json::count(scenarios.len() as u64));
    Ok(())
}

fn play(packs: &Packs, file: &RuleFile, report: &mut Report) -> Done {
    let vignette = scenario(&file.octets, packs.dictionary()).map_err(|faults| faulty(&file.name, &faults))?;
    let wrong = packs.run(&vignette);
    if wrong.is_empty() {
        report.line(format!("ok  {}", file.name));
        return Ok(());
    }
    wrong.iter().for_each(|fault| report.line(format!("{}: {fault}", file.name)));
    let rows = wrong.iter().map(|fault| Json::from(fault_map(&file.name, fault))).collect();
    report.data("faults", Json::Array(rows));
    Err(Failure::refused(format!("the scenario of {} comes out otherwise", file.name))
        .advise("each line above names what was expected and what was found"))
}
