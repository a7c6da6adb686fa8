//! What `serve.json` says of the site for users.

use std::net::SocketAddr;
use std::path::PathBuf;

use record::json::{Json, Map};

use crate::outcome::{Done, Failure};

/// Where and under which names the site is to be had.
#[derive(Debug, Clone)]
pub(in crate::serve) struct UsersSettings {
    pub(super) listen: SocketAddr,
    /// By which programs reach it, as `https://desk.example:8443`: they do not resolve what is only a path.
    pub(super) origin: Option<String>,
    /// Names and addresses for which its certificate is made.
    pub(super) names: Vec<String>,
    /// Whether everybody may read, without an account, what is marked for everybody.
    pub(super) is_public: bool,
    /// Whether people without an account can report something in confidence by a page.
    pub(super) takes_reports: bool,
    /// A certificate from an authority, and its key.
    pub(super) certificate: Option<(PathBuf, PathBuf)>,
}

/// The members of the setting `users`.
const MEMBERS: &str = "listen, origin, names, public, reports, certificate, key";

/// Names of the machine itself, which every certificate of ours has.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

impl UsersSettings {
    /// At this address, with nothing else said.
    pub(in crate::serve) fn at(listen: &str) -> Done<Self> {
        let listen: SocketAddr = listen.parse().map_err(|_| {
            Failure::input(format!("`{listen}` is no address to listen at"))
                .advise("such as 127.0.0.1:8443 or [::]:8443")
        })?;
        let mut names: Vec<String> = LOCAL.map(str::to_owned).to_vec();
        let own = listen.ip().to_string();
        if !listen.ip().is_unspecified() && !names.contains(&own) {
            names.push(own);
        }
        Ok(Self { listen, origin: None, names, is_public: false, takes_reports: false, certificate: None })
    }

    /// The same at another address.
    pub(in crate::serve) fn listening(self, at: &Self) -> Self {
        Self { listen: at.listen, ..self }
    }

    /// The value of the setting. A member that this build does not know is refused.
    pub(in crate::serve) fn read(value: &Json) -> Done<Self> {
        let map = value.as_object().ok_or_else(|| Failure::input("the setting `users` is no object"))?;
        if let Some(other) = map.names().find(|name| !MEMBERS.split(", ").any(|known| known == *name)) {
            return Err(Failure::input(format!("there is no setting `{other}` in `users`"))
                .advise(format!("the settings are: {MEMBERS}")));
        }
        let listen = map.text("listen").ok_or_else(|| Failure::input("the setting `users` has no `listen`"))?;
        let settings = Self::at(listen)?;
        let origin = map.text("origin").map(origin).transpose()?;
        let (is_public, takes_reports) = (switch(map, "public")?, switch(map, "reports")?);
        let (names, certificate) = (names(map, settings.names)?, certificate(map)?);
        Ok(Self { origin, names, is_public, takes_reports, certificate, ..settings })
    }
}

/// What is off unless it is said to be on.
fn switch(map: &Map, name: &str) -> Done<bool> {
    match map.get(name) {
        None => Ok(false),
        Some(Json::Bool(is_on)) => Ok(*is_on),
        Some(_) => Err(Failure::input(format!("the setting `{name}` is true or false"))),
    }
}

/// Scheme, host and port, and nothing after them.
fn origin(text: &str) -> Done<String> {
    let host = text.strip_prefix("https://").filter(|host| !host.is_empty() && !host.contains('/'));
    let wrong = || Failure::input(format!("`{text}` is no origin")).advise("such as https://desk.example:8443");
    host.map(|_| text.to_owned()).ok_or_else(wrong)
}

fn names(map: &Map, mut names: Vec<String>) -> Done<Vec<String>> {
    let Some(listed) = map.get("names") else { return Ok(names) };
    let wrong = || Failure::input("the setting `names` is a list of names of hosts and of addresses");
    let listed = listed.as_array().ok_or_else(wrong)?;
    let texts: Option<Vec<&str>> = listed.iter().map(Json::as_str).collect();
    // The first is the one that a person reads.
    for (at, name) in texts.ok_or_else(wrong)?.into_iter().enumerate() {
        names.retain(|known| known != name);
        names.insert(at.min(names.len()), name.to_owned());
    }
    Ok(names)
}

fn certificate(map: &Map) -> Done<Option<(PathBuf, PathBuf)>> {
    match (map.text("certificate"), map.text("key")) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some((certificate.into(), key.into()))),
        _ => Err(Failure::input("`certificate` and `key` are given together, as two files in PEM form")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Done<UsersSettings> {
        record::json::parse(text.as_bytes()).map_err(Failure::input).and_then(|value| UsersSettings::read(&value))
    }

    #[test]
    fn an_address_is_enough() {
        let settings = read(r#"{"listen":"127.0.0.1:8443"}"#).unwrap();
        assert_eq!(settings.names, LOCAL.map(str::to_owned));
        assert!(settings.origin.is_none() && settings.certificate.is_none() && !settings.is_public);
        assert!(read(r#"{"listen":"127.0.0.1:8443","public":true}"#).unwrap().is_public);
        assert!(!settings.takes_reports && read(r#"{"listen":"[::]:1","reports":true}"#).unwrap().takes_reports);
    }

    #[test]
    fn a_typing_error_is_no_setting_that_silently_is_not_there() {
        for text in [
            r#"{"listen":"127.0.0.1:8443","orgin":"https://a.example"}"#,
            r#"{"origin":"https://a.example"}"#,
            r#"{"listen":"somewhere"}"#,
            r#"{"listen":"[::]:8443","origin":"http://a.example"}"#,
            r#"{"listen":"[::]:8443","names":"a.example"}"#,
            r#"{"listen":"[::]:8443","certificate":"a.crt"}"#,
            r#"{"listen":"[::]:8443","public":"yes"}"#,
            r#"{"listen":"[::]:8443","reports":1}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_name_leads() {
        let settings = read(r#"{"listen":"[::]:8443","names":["desk.example","10.0.0.7"]}"#).unwrap();
        assert_eq!(settings.names.first().map(String::as_str), Some("desk.example"));
        assert_eq!(settings.names.len(), 5);
    }
}
