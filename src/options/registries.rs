//! Checks the settings of registries when they are added.

use url::Url;

use crate::{
    error::{Error, Result},
    http::connect::address::is_loopback,
    image::reference::{canonical_registry, is_host, is_repository},
    registry::settings::{Alias, RegistryOptions, RegistrySettings},
    text::redact::authority,
};

impl RegistrySettings {
    /// Adds a registry under any of its names.
    ///
    /// # Errors
    /// `InvalidArgument` if `host` is no host name, if it is named twice, or if plain http would leave this machine
    /// although the registry is not marked as insecure.
    pub fn add(&mut self, host: &str, options: RegistryOptions) -> Result<()> {
        let refused =
            |field: &str, why: &str| Error::invalid_argument(format!("registries[{host:?}]{field} {why}"));
        let (name, path) = host.split_once('/').unwrap_or((host, ""));
        let path = path.trim_end_matches('/');
        if !is_host(name) || (!path.is_empty() && !is_repository(path)) {
            return Err(refused(
                "",
                "must have a registry's host as its key, such as \"ghcr.io\" or \"nas.lan:5000\", or a host and the beginning \
                 of a repository's path, such as \"ghcr.io/team\"",
            ));
        }
        let canonical = canonical_registry(name);
        let key = if path.is_empty() { canonical } else { format!("{canonical}/{path}") };
        if options.url.as_ref().is_some_and(|url| !options.insecure && leaves_in_plain(url)) {
            return Err(refused(
                ".url",
                "is plain http to another machine; set insecure: true if that is meant",
            ));
        }
        if self.registries.insert(key, options).is_some() {
            return Err(refused("", "is named twice"));
        }
        Ok(())
    }

    /// Adds a proxy cache and its upstream registry, each as a host with or without a path.
    ///
    /// # Errors
    /// `InvalidArgument` if either does not begin with a host name.
    pub fn add_alias(&mut self, cache: &str, upstream: &str) -> Result<()> {
        for text in [cache, upstream] {
            let (host, path) = text.split_once('/').unwrap_or((text, ""));
            let path = path.trim_end_matches('/');
            if !is_host(host) || (!path.is_empty() && !is_repository(path)) {
                return Err(Error::invalid_argument(format!(
                    "aliases[{cache:?}] must be a host, or a host and the beginning of a repository's path, and so must its key"
                )));
            }
        }
        self.aliases.push(Alias::new(cache, upstream));
        Ok(())
    }

    /// Checks the mirrors of all registries, after every registry has been added.
    ///
    /// # Errors
    /// `InvalidArgument` if plain http would leave this machine for a mirror, although neither the registry nor the
    /// mirror's own host is marked as insecure.
    pub fn check_mirrors(&self) -> Result<()> {
        for (host, options) in self.registries.iter().filter(|(_, options)| !options.insecure) {
            for (index, url) in options.mirrors.iter().enumerate().filter(|(_, url)| leaves_in_plain(url)) {
                let mirror = authority(url);
                let is_marked =
                    self.registries.get(&canonical_registry(&mirror)).is_some_and(|own| own.insecure);
                if !is_marked {
                    return Err(Error::invalid_argument(format!(
                        "registries[{host:?}].mirrors[{index}] is plain http to another machine; \
                         set registries[{mirror:?}].insecure: true if that is meant"
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
        let mut settings = RegistrySettings::default();
        settings.add("docker.io", RegistryOptions::default()).expect("a registry");
        assert!(settings.add("index.docker.io", RegistryOptions::default()).is_err());
        assert!(settings.registries.contains_key("registry-1.docker.io"));
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_marked() {
        let mut settings = RegistrySettings::default();
        assert!(settings.add("a.example", registry("http://127.0.0.1:5000", false)).is_ok());
        assert!(settings.add("b.example", registry("http://nas.lan:5000", false)).is_err());
        assert!(settings.add("b.example", registry("http://nas.lan:5000", true)).is_ok());
        assert!(settings.add("not a host", RegistryOptions::default()).is_err());
        let mirrors = vec![server_url("http://nas.lan", "mirror").expect("a URL")];
        let mirrored = RegistryOptions { mirrors, ..RegistryOptions::default() };
        settings.add("c.example", mirrored).expect("a registry");
        let error = settings.check_mirrors().expect_err("plain http");
        assert!(error.message().contains("mirrors[0]"), "{error}");
        let marked = RegistryOptions { insecure: true, ..RegistryOptions::default() };
        settings.add("nas.lan", marked).expect("a registry");
        settings.check_mirrors().expect("a mirror that is marked");
    }
}
