//! Docker's `config.json`: which credentials, or which helper, belong to a registry. Pure.
//!
//! `docker login` writes the file: `auths` by registry, `credHelpers` by registry, and `credsStore` for all others. A
//! helper goes before an entry in `auths`.

use std::collections::HashMap;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Deserializer};

use crate::{
    error::json_fault,
    image::reference::{DOCKER_HUB, canonical_registry},
    registry::settings::Credential,
    text::json::Object,
    text::secret::Secret,
};

/// The name under which Docker keeps the credentials for Docker Hub.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// The user name that marks its secret as a refresh token.
pub(crate) const TOKEN_USER: &str = "<token>";

/// `auth` fields have padding, but some tools leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fields of the file that concern credentials.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct DockerConfigFile {
    #[serde(default, deserialize_with = "entries")]
    auths: Option<HashMap<String, Raw>>,
    #[serde(default, rename = "credHelpers", deserialize_with = "entries")]
    helpers: Option<HashMap<String, Raw>>,
    #[serde(rename = "credsStore")]
    store: Option<Raw>,
}

/// Reads entries by registry; an empty list, as some tools write it, has none.
fn entries<'de, D: Deserializer<'de>>(field: D) -> Result<Option<HashMap<String, Raw>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Entries(HashMap<String, Raw>),
        Empty([(); 0]),
    }
    Ok(match Option::<Written>::deserialize(field)? {
        Some(Written::Entries(entries)) => Some(entries),
        Some(Written::Empty([])) | None => None,
    })
}

/// A value that is parsed only if it concerns the registry at hand.
#[derive(Deserialize)]
#[serde(transparent)]
struct Raw(serde_json::Value);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Raw {
    /// Returns the name of a helper. An empty name switches the helper off.
    fn helper(&self) -> Option<&str> {
        self.0.as_str().filter(|name| !name.is_empty())
    }
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// The place of a registry's credentials.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// They are in the file itself.
    Credential(Credential),
    /// The program `docker-credential-<name>` has them under `key`.
    Helper { name: String, key: String },
    /// They are in an entry that cannot be read.
    Broken(String),
    /// There are none.
    Nothing,
}

impl DockerConfigFile {
    /// Parses the file. The error message quotes nothing of it. An empty file has no credentials.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
        if text.is_empty() || text == b"null" {
            return Ok(Self::default());
        }
        match serde_json::from_slice::<Object<Self>>(text) {
            Ok(Object(file)) => Ok(file),
            Err(error) => Err(json_fault(&error)),
        }
    }

    /// Finds the credentials for a repository. A key may name a registry, or a path on one, as Podman writes it. The
    /// longest path wins, and for the same path a helper goes before an entry.
    pub(crate) fn find(&self, registry: &str, repository: &str) -> Found {
        let registry = canonical_registry(registry);
        let auth = lookup(self.auths.as_ref(), &registry, repository);
        let helper = lookup(self.helpers.as_ref(), &registry, repository);
        let helper_key = |key: &Key| match (key.path, registry == DOCKER_HUB) {
            ("", true) => HUB_KEY.to_owned(),
            ("", false) => registry.clone(),
            (path, _) => format!("{registry}/{path}"),
        };
        let path_of = |found: &Option<(Key<'_>, &Raw)>| found.as_ref().map(|(key, _)| key.path.len());
        if let Some((key, raw)) = &helper
            && path_of(&helper) >= path_of(&auth)
        {
            match raw.helper() {
                Some(name) => return Found::Helper { name: name.to_owned(), key: helper_key(key) },
                None => return auth.map_or(Found::Nothing, |(_, raw)| raw.credential()),
            }
        }
        let has_path = auth.as_ref().is_some_and(|(key, _)| !key.path.is_empty());
        if !has_path && let Some(name) = self.store.as_ref().and_then(Raw::helper) {
            let host = Key { host: registry.clone(), path: "" };
            return Found::Helper { name: name.to_owned(), key: helper_key(&host) };
        }
        auth.map_or(Found::Nothing, |(_, raw)| raw.credential())
    }
}

/// The registry or the path that a key of the file names.
struct Key<'a> {
    host: String,
    /// The beginning of the repositories' names; empty for the whole registry.
    path: &'a str,
}

impl<'a> Key<'a> {
    /// Reads a key. A path behind a scheme, and a path `v1` or `v2`, is that of the API and names no repository.
    fn read(text: &'a str) -> Self {
        let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let (host, path) = bare.unwrap_or(text).split_once('/').unwrap_or((bare.unwrap_or(text), ""));
        let path = path.trim_matches('/');
        let is_of_api = bare.is_some() || matches!(path, "v1" | "v2");
        Self { host: canonical_registry(host), path: if is_of_api { "" } else { path } }
    }

    fn covers(&self, registry: &str, repository: &str) -> bool {
        let rest = repository.strip_prefix(self.path);
        self.host == registry
            && (self.path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }
}

/// Returns the entry with the longest path that covers a repository. For a whole registry, the entry under Docker's own
/// spelling goes before the others, and then the first by name.
fn lookup<'a>(
    entries: Option<&'a HashMap<String, Raw>>,
    registry: &str,
    repository: &str,
) -> Option<(Key<'a>, &'a Raw)> {
    let own = if registry == DOCKER_HUB { HUB_KEY } else { registry };
    entries?
        .iter()
        .filter(|(_, raw)| !raw.0.is_null())
        .map(|(text, raw)| (text, Key::read(text), raw))
        .filter(|(_, key, _)| key.covers(registry, repository))
        .max_by_key(|(text, key, _)| (key.path.len(), *text == own, std::cmp::Reverse(*text)))
        .map(|(_, key, raw)| (key, raw))
}

impl Raw {
    fn credential(&self) -> Found {
        match serde_json::from_value::<Object<Entry>>(self.0.clone()) {
            Ok(Object(Entry { auth: Some(auth), .. })) if !auth.is_empty() && decode(&auth).is_none() => {
                Found::Broken("its auth is not base64 of a user name and a password".to_owned())
            }
            Ok(Object(entry)) => entry.credential().map_or(Found::Nothing, Found::Credential),
            Err(_) => Found::Broken("its fields are no texts".to_owned()),
        }
    }
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

/// Makes a credential of a user name and a secret. Under the name [`TOKEN_USER`], the secret is a refresh token.
pub(crate) fn credential(username: String, secret: String) -> Credential {
    if username == TOKEN_USER {
        Credential::Identity(Secret::new(secret))
    } else {
        Credential::Password { username, password: Secret::new(secret) }
    }
}

/// Decodes `auth`: base64 of `username:password`. Old clients pad the password with NUL.
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
        DockerConfigFile::parse(file.to_string().as_bytes()).expect("a file").find(registry, "team/app")
    }

    fn password(username: &str, password: &str) -> Found {
        Found::Credential(Credential::Password { username: username.into(), password: Secret::new(password) })
    }

    #[test]
    fn auths_are_found_however_their_key_is_written() {
        // `dTpw` is `u:p` in base64.
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
        for empty in [json!({}), json!({"auth": ""})] {
            assert_eq!(entry(empty.clone()), Found::Nothing, "{empty}");
        }
        for odd in [json!({"auth": "!!"}), json!({"auth": "bm9jb2xvbg=="})] {
            assert!(matches!(entry(odd.clone()), Found::Broken(_)), "{odd}");
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

    #[test]
    fn a_file_is_read_as_it_is_found() {
        for text in [
            "",
            " \n",
            "null",
            "\u{feff}{}",
            r#"{"auths":[],"credHelpers":[]}"#,
            "{}",
            r#"{"auths":null,"credHelpers":null,"credsStore":null}"#,
        ] {
            let file = DockerConfigFile::parse(text.as_bytes()).expect(text);
            assert_eq!(file.find("r.example", "team/app"), Found::Nothing, "{text}");
        }
        for text in ["[]", "{", "7", r#"{"auths":[1]}"#] {
            assert!(DockerConfigFile::parse(text.as_bytes()).is_err(), "{text}");
        }
        let file = json!({"auths": {"other.example": null, "odd.example": {"auth": 7}, "r.example": {"auth": "dTpw"}},
                          "credHelpers": {"r.example": "", "other.example": "x"}, "credsStore": ""});
        assert_eq!(find(&file, "r.example"), password("u", "p"), "an empty helper is none");
        assert!(matches!(find(&file, "odd.example"), Found::Broken(_)));
        let hub = json!({"auths": {"docker.io": {"auth": "eDp5"}, "https://index.docker.io/v1/": {"auth": "dTpw"}}});
        assert_eq!(find(&hub, "docker.io"), password("u", "p"));
    }

    #[test]
    fn the_longest_path_wins() {
        let entry = |name: &str| json!({"username": name, "password": "p"});
        let file = json!({"auths": {"r.example": entry("host"), "r.example/team": entry("team"),
                                    "r.example/team/app": entry("app"), "docker.io/team": entry("hub")}});
        let file = DockerConfigFile::parse(file.to_string().as_bytes()).expect("a file");
        for (registry, repository, name) in [
            ("r.example", "team/app", "app"),
            ("r.example", "team/app/sub", "app"),
            ("r.example", "team/apple", "team"),
            ("r.example", "teams/app", "host"),
            ("docker.io", "team/app", "hub"),
        ] {
            assert_eq!(file.find(registry, repository), password(name, "p"), "{registry}/{repository}");
        }
        assert_eq!(file.find("docker.io", "library/nginx"), Found::Nothing);
        let stored = json!({"auths": {"r.example/team": entry("team")}, "credsStore": "pass"});
        assert_eq!(find(&stored, "r.example"), password("team", "p"), "a path comes before the store");
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_read_or_refused(text in ".*", auth in ".*", key in ".*") {
            let _ = DockerConfigFile::parse(text.as_bytes());
            let _ = find(&json!({"auths": {key.as_str(): {"auth": auth}}}), "r.example");
        }
    }
}
