//! Where the files of a log come from: a folder, or a web server.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tlog::limits::{MAX_BUNDLE_BYTES, MAX_NOTE_BYTES};

use crate::outcome::{Done, Failure};

/// How long one answer of a server may take: a bundle of 16 MiB over a line of 1 Mbit/s.
const ANSWER_SECONDS: u64 = 180;

/// A log's published files.
#[derive(Clone)]
pub(crate) enum Source {
    /// A folder that holds `checkpoint`.
    Folder(PathBuf),
    /// The URL under which `checkpoint` lies.
    Url {
        /// It ends with a slash.
        base: String,
        agent: ureq::Agent,
    },
}

impl Source {
    pub(crate) fn url(url: &str) -> Done<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ureq::tls::TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS)))
            // Where else a server points is not the log that was named, and may be a machine that only this one can reach.
            .max_redirects(0)
            .user_agent(concat!("detente/", env!("CARGO_PKG_VERSION")))
            .build();
        if url.contains(['?', '#']) {
            return Err(Failure::arguments("a log's URL has no `?` and no `#`"));
        }
        Ok(Self::Url { base: format!("{}/", url.trim_end_matches('/')), agent: config.into() })
    }

    /// What to call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Url { base, .. } => base.clone(),
        }
    }

    /// One file, whole. A longer one than any honest log has is not read to its end.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let limit = if path == "checkpoint" { MAX_NOTE_BYTES } else { MAX_BUNDLE_BYTES };
        let octets = match self {
            Self::Folder(folder) => {
                let place = folder.join(path);
                // A pipe in its place would keep us waiting for ever.
                if !std::fs::metadata(&place).map_err(|error| error.to_string())?.is_file() {
                    return Err("not a file".to_owned());
                }
                let file = std::fs::File::open(place).map_err(|error| error.to_string())?;
                read_limited(file, limit)?
            }
            Self::Url { base, agent } => {
                let answer = agent.get(format!("{base}{path}")).call().map_err(|error| error.to_string())?;
                if answer.status() != 200 {
                    return Err(format!("the server answered {}", answer.status()));
                }
                read_limited(answer.into_body().into_reader(), limit)?
            }
        };
        if octets.len() > limit { Err(format!("longer than {limit} octets")) } else { Ok(octets) }
    }
}

fn read_limited(from: impl std::io::Read, limit: usize) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_end(&mut octets).map_err(|error| error.to_string())?;
    Ok(octets)
}
