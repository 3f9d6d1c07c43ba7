//! How registries are reached, and who asks them.

use std::path::PathBuf;

use url::Url;

use super::{Options, Secret, is_loopback};
use crate::{
    error::{Error, Result},
    http::{connect::tls::Pem, redact::authority},
    image::reference::{canonical_registry, is_host},
};

/// How one registry is reached.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RegistryOptions {
    /// Where the registry really is; `None` is `https://<host>`.
    pub url: Option<Url>,
    /// Allow plain http, and https with any certificate.
    pub insecure: bool,
    /// What is asked before the registry itself, in order.
    pub mirrors: Vec<Url>,
    /// Who asks; `None` is anonymous, or what Docker's configuration says.
    pub credential: Option<Credential>,
    /// Certificate authorities of this registry, trusted beside the system's.
    pub ca: Option<Pem>,
}

/// Who asks a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// User name and password: to the token service, or to a registry that asks for Basic.
    Password {
        /// User name.
        username: String,
        /// Password, or an access token that stands for one.
        password: Secret,
    },
    /// A token that the registry takes as it is.
    Token(Secret),
    /// A refresh token, exchanged at the token service (Distribution, "Docker Registry v2 authentication using OAuth2").
    Identity(Secret),
}

/// Where Docker's configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerConfig {
    /// In `$DOCKER_CONFIG`, or else in `~/.docker`; there may be none.
    Default,
    /// In this file, or in this folder as `config.json`.
    Path(PathBuf),
}

impl Options {
    /// Adds a registry under any of its names.
    ///
    /// # Errors
    /// `InvalidArgument` if `host` is no host name, if it is named twice, or if plain http would leave this machine without being marked as insecure.
    pub fn add_registry(&mut self, host: &str, options: RegistryOptions) -> Result<()> {
        let refused = |field: &str, why: &str| {
            Error::invalid_argument(format!("options.registries[{host:?}]{field} {why}"))
        };
        if !is_host(host) {
            return Err(refused(
                "",
                "must have a registry's host as its key, such as \"ghcr.io\" or \"nas.lan:5000\"",
            ));
        }
        if options.url.as_ref().is_some_and(|url| !options.insecure && leaves_in_plain(url)) {
            return Err(refused(
                ".url",
                "is plain http to another machine; set insecure: true if that is meant",
            ));
        }
        if self.registries.insert(canonical_registry(host), options).is_some() {
            return Err(refused("", "is named twice"));
        }
        Ok(())
    }

    /// Checks the mirrors of all registries, once every registry has been added.
    ///
    /// # Errors
    /// `InvalidArgument` if plain http would leave this machine for a mirror, and neither the registry nor the mirror's own
    /// host is marked as insecure.
    pub fn check_mirrors(&self) -> Result<()> {
        for (host, options) in self.registries.iter().filter(|(_, options)| !options.insecure) {
            for (index, url) in options.mirrors.iter().enumerate().filter(|(_, url)| leaves_in_plain(url)) {
                let mirror = authority(url);
                let is_marked =
                    self.registries.get(&canonical_registry(&mirror)).is_some_and(|own| own.insecure);
                if !is_marked {
                    return Err(Error::invalid_argument(format!(
                        "options.registries[{host:?}].mirrors[{index}] is plain http to another machine; \
                         set options.registries[{mirror:?}].insecure: true if that is meant"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Whether a URL is plain http to another machine.
fn leaves_in_plain(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::server_url;

    fn registry(url: &str, insecure: bool) -> RegistryOptions {
        RegistryOptions {
            url: Some(server_url(url, "url").expect(url)),
            insecure,
            ..RegistryOptions::default()
        }
    }

    #[test]
    fn the_hub_is_one_key() {
        let mut options = Options::default();
        options.add_registry("docker.io", RegistryOptions::default()).expect("a registry");
        assert!(options.add_registry("index.docker.io", RegistryOptions::default()).is_err());
        assert!(options.registries.contains_key("registry-1.docker.io"));
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_marked() {
        let mut options = Options::default();
        assert!(options.add_registry("a.example", registry("http://127.0.0.1:5000", false)).is_ok());
        assert!(options.add_registry("b.example", registry("http://nas.lan:5000", false)).is_err());
        assert!(options.add_registry("b.example", registry("http://nas.lan:5000", true)).is_ok());
        assert!(options.add_registry("not a host", RegistryOptions::default()).is_err());
        let mirrors = vec![server_url("http://nas.lan", "mirror").expect("a URL")];
        let mirrored = RegistryOptions { mirrors, ..RegistryOptions::default() };
        options.add_registry("c.example", mirrored).expect("a registry");
        let error = options.check_mirrors().expect_err("plain http");
        assert!(error.message().contains("mirrors[0]"), "{error}");
        let marked = RegistryOptions { insecure: true, ..RegistryOptions::default() };
        options.add_registry("nas.lan", marked).expect("a registry");
        options.check_mirrors().expect("a mirror that is marked");
    }
}
