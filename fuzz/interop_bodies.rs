//! What the fuzz targets of `interop` do with their input.

use interop::stix::pattern::Pattern;
use interop::stix::{BundleId, CheckedObject, bundle, read};

/// Whatever a file is, there is a report of it; what was taken is written and read again as the same, and the quarantine is a
/// file of which nothing more is taken.
pub fn interop_stix(data: &[u8]) {
    let report = read(data);
    report.lines().for_each(|line| assert!(!line.finding.english().is_empty() && !line.finding.chinese().is_empty()));
    let id: BundleId = "bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0".parse().unwrap();
    let again = read(bundle(&id, &report.objects).as_bytes());
    assert!(again.is_valid());
    assert!(again.objects.iter().map(CheckedObject::as_map).eq(report.objects.iter().map(CheckedObject::as_map)));
    if let Some(file) = report.quarantine_file() {
        assert_eq!(read(file.as_bytes()).quarantined.len(), report.quarantined.len());
    }
}

/// A text that is a pattern is written, and reads as the same.
pub fn interop_pattern(data: &[u8]) {
    let Ok(pattern) = String::from_utf8_lossy(data).parse::<Pattern>() else { return };
    assert_eq!(pattern.to_string().parse().as_ref(), Ok(&pattern));
    assert!(!pattern.paths().is_empty());
}
