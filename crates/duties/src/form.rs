//! Filings as data.

/// The names of the forms.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["eu-art-73", "eu-gpai", "us-ca-sb53", "us-ny-raise", "cn-incident-report", "eu-nis2", "eu-gdpr-33", "oecd-29"].into_iter()
}
