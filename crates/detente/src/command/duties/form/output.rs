//! Writing a report: as a page, as data, or printed.

use std::path::PathBuf;

use duties::form::Document;

use crate::arguments::{FilingFormat, FilingOutArguments};
use crate::home::{Readers, check_absent, write_octets};
use crate::outcome::{Done, Failure};
use crate::printing::{self, Printed};
use crate::report::{Report, escaped_json};

/// Where a report goes, and how it is written.
pub(super) struct Target {
    path: PathBuf,
    format: FilingFormat,
}

impl Target {
    /// What was asked for; none if nothing was. A file that is there is refused before anything is read.
    pub(super) fn of(out: &FilingOutArguments) -> Done<Option<Self>> {
        let Some(path) = &out.out else { return Ok(None) };
        check_absent(path)?;
        let format = out.format.map_or_else(|| by_name(path), Ok)?;
        Ok(Some(Self { path: path.clone(), format }))
    }
}

/// How a file is written, by its name. One without an ending is a page.
fn by_name(path: &std::path::Path) -> Done<FilingFormat> {
    match path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase()).as_deref() {
        None | Some("html" | "htm") => Ok(FilingFormat::Html),
        Some("json") => Ok(FilingFormat::Json),
        Some("pdf") => Ok(FilingFormat::Pdf),
        Some(other) => Err(Failure::arguments(format!("a report is not written as `.{other}`"))
            .advise("call the file FILE.html, FILE.json or FILE.pdf, or say --as")),
    }
}

/// A report as it will lie in its file.
pub(super) struct Rendered {
    path: PathBuf,
    octets: Vec<u8>,
    printed: Option<Printed>,
}

/// Renders a report. What cannot be printed is told before anything is signed.
pub(super) fn render(target: Option<&Target>, document: &Document) -> Done<Option<Rendered>> {
    let Some(Target { path, format }) = target else { return Ok(None) };
    let mut printed = None;
    let octets = match format {
        FilingFormat::Html => document.to_html().into_bytes(),
        FilingFormat::Json => format!("{}\n", escaped_json(&document.to_json().to_text())).into_bytes(),
        FilingFormat::Pdf => {
            let mut page = printing::pdf(&document.to_html())?;
            let octets = std::mem::take(&mut page.octets);
            printed = Some(page);
            octets
        }
    };
    Ok(Some(Rendered { path: path.clone(), octets, printed }))
}

impl Rendered {
    /// Writes it, and says where.
    pub(super) fn write(&self, report: &mut Report) -> Done {
        write_octets(&self.path, &self.octets, Readers::Owner)?;
        if let Some(printed) = &self.printed {
            report.fact("printed_by", printed.browser.display().to_string());
            if printed.is_without_sandbox {
                report.warn(
                    "this ran as root, to whom Chromium refuses its own sandbox, so it printed without; run it as another user",
                );
            }
        }
        report.fact("written", self.path.display().to_string());
        Ok(())
    }
}

/// Renders and writes a report, if that was asked for.
pub(super) fn write(target: Option<&Target>, document: &Document, report: &mut Report) -> Done {
    render(target, document)?.map_or(Ok(()), |rendered| rendered.write(report))
}
