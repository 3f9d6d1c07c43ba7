//! Docker's `config.json`: which credentials, or which helper, belong to a registry. Pure.
//!
//! The file is the one that `docker login` writes: `auths` by registry, `credHelpers` by registry, and `credsStore` for
//! all others. A helper that is named comes before what stands in `auths`.

use std::collections::HashMap;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;

use crate::{
    error::json_fault,
    image::reference::{DOCKER_HUB, canonical_registry},
    registry::settings::Credential,
    secret::Secret,
};

/// The name under which Docker keeps the credentials for Docker Hub.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// The user name that says that what comes with it is a refresh token.
pub(crate) const TOKEN_USER: &str = "<token>";

/// `auth` fields are written with padding, and by some tools without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What stands in the file, as far as it concerns credentials.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct DockerConfigFile {
    #[serde(default)]
    auths: HashMap<String, Entry>,
    #[serde(default, rename = "credHelpers")]
    helpers: HashMap<String, String>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where a registry's credentials are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// In the file itself.
    Credential(Credential),
    /// With the program `docker-credential-<name>`, under `key`.
    Helper { name: String, key: String },
    /// Nowhere.
    Nothing,
}

impl DockerConfigFile {
    /// Reads the file's text; the message of the error quotes nothing of it.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|error| json_fault(&error))
    }

    /// The credentials for a registry's host.
    pub(crate) fn find(&self, registry: &str) -> Found {
        let registry = canonical_registry(registry);
        let key = if registry == DOCKER_HUB { HUB_KEY } else { &registry };
        if let Some(name) = lookup(&self.helpers, &registry) {
            return Found::Helper { name: name.clone(), key: key.to_owned() };
        }
        if let Some(name) = self.store.as_ref().filter(|name| !name.is_empty()) {
            return Found::Helper { name: name.clone(), key: key.to_owned() };
        }
        lookup(&self.auths, &registry).and_then(Entry::credential).map_or(Found::Nothing, Found::Credential)
    }
}

/// The entry for a registry: under its very host first, then under any way of writing it.
fn lookup<'a, T>(entries: &'a HashMap<String, T>, registry: &str) -> Option<&'a T> {
    entries.get(registry).or_else(|| {
        let mut keys: Vec<&String> = entries.keys().filter(|key| host_of(key) == registry).collect();
        keys.sort();
        keys.first().and_then(|key| entries.get(*key))
    })
}

/// The registry that a key names: with and without scheme, with and without a path.
fn host_of(key: &str) -> String {
    let rest = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    canonical_registry(rest.split('/').next().unwrap_or(rest))
}

impl Entry {
    fn credential(&self) -> Option<Credential> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = given(&self.identitytoken) {
            return Some(Credential::Identity(Secret::new(token)));
        }
        if let Some(token) = given(&self.registrytoken) {
            return Some(Credential::Token(Secret::new(token)));
        }
        let (username, password) = match given(&self.auth) {
            Some(auth) => decode(&auth)?,
            None => (given(&self.username)?, given(&self.password)?),
        };
        Some(credential(username, password))
    }
}

/// A user name and what came with it, which is a refresh token where the name says so.
pub(crate) fn credential(username: String, secret: String) -> Credential {
    if username == TOKEN_USER {
        Credential::Identity(Secret::new(secret))
    } else {
        Credential::Password { username, password: Secret::new(secret) }
    }
}

/// `auth`: base64 of `username:password`; old clients pad the password with NUL.
fn decode(auth: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64.decode(auth.trim()).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    Some((username.to_owned(), password.trim_end_matches('\0').to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn find(file: &serde_json::Value, registry: &str) -> Found {
        DockerConfigFile::parse(file.to_string().as_bytes()).expect("a file").find(registry)
    }

    fn password(username: &str, password: &str) -> Found {
        Found::Credential(Credential::Password { username: username.into(), password: Secret::new(password) })
    }

    #[test]
    fn auths_are_found_however_their_key_is_written() {
        // dTpw is u:p.
        let keys = [
            "nas.lan:5000",
            "https://nas.lan:5000",
            "http://nas.lan:5000/v2/",
            "nas.lan:5000/v1/",
            "NAS.lan:5000",
        ];
        for key in keys {
            assert_eq!(
                find(&json!({"auths": {key: {"auth": "dTpw"}}}), "nas.lan:5000"),
                password("u", "p"),
                "{key}"
            );
        }
        for key in ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io", "index.docker.io"] {
            for registry in ["docker.io", "registry-1.docker.io"] {
                assert_eq!(
                    find(&json!({"auths": {key: {"auth": "dTpw"}}}), registry),
                    password("u", "p"),
                    "{key}"
                );
            }
        }
        assert_eq!(find(&json!({"auths": {"nas.lan": {"auth": "dTpw"}}}), "nas.lan:5000"), Found::Nothing);
    }

    #[test]
    fn entries_in_all_their_forms() {
        let entry = |entry: serde_json::Value| find(&json!({"auths": {"r.example": entry}}), "r.example");
        assert_eq!(entry(json!({"auth": "dTpwOnE"})), password("u", "p:q"));
        assert_eq!(entry(json!({"username": "u", "password": "p"})), password("u", "p"));
        let identity = Found::Credential(Credential::Identity(Secret::new("refresh")));
        assert_eq!(entry(json!({"auth": "dTpw", "identitytoken": "refresh"})), identity);
        assert_eq!(entry(json!({"username": "<token>", "password": "refresh"})), identity);
        assert_eq!(
            entry(json!({"registrytoken": "t"})),
            Found::Credential(Credential::Token(Secret::new("t")))
        );
        for odd in [json!({}), json!({"auth": ""}), json!({"auth": "!!"}), json!({"auth": "bm9jb2xvbg=="})] {
            assert_eq!(entry(odd.clone()), Found::Nothing, "{odd}");
        }
    }

    #[test]
    fn helpers_come_first() {
        let helper = |name: &str, key: &str| Found::Helper { name: name.into(), key: key.into() };
        let file =
            json!({"auths": {"r.example": {"auth": "dTpw"}}, "credHelpers": {"ecr.example": "ecr-login"}});
        assert_eq!(find(&file, "ecr.example"), helper("ecr-login", "ecr.example"));
        assert_eq!(find(&file, "r.example"), password("u", "p"));
        let store = json!({"auths": {"r.example": {}}, "credsStore": "pass"});
        assert_eq!(find(&store, "r.example"), helper("pass", "r.example"));
        assert_eq!(find(&store, "docker.io"), helper("pass", "https://index.docker.io/v1/"));
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_read_or_refused(text in ".*", auth in ".*", key in ".*") {
            let _ = DockerConfigFile::parse(text.as_bytes());
            let _ = find(&json!({"auths": {key.as_str(): {"auth": auth}}}), "r.example");
        }
    }
}
