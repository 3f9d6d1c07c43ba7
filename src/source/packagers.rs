//! Owners on GitHub whose repositories hold the packaging of other people's programs. What such a repository publishes
//! says nothing about the program.

use super::page::SourceRepository;

const OWNERS: [&str; 13] = [
    "11notes",
    "bitnami",
    "chainguard-images",
    "docker-library",
    "home-operations",
    "hotio",
    "imagegenius",
    "iron-bank",
    "linuxserver",
    "onedr0p",
    "rapidfort",
    "tiredofit",
    "truecharts",
];

/// Whether a repository belongs to a packager.
pub(crate) fn is_packagers(source: &SourceRepository) -> bool {
    let owner = source.path().split('/').find(|part| !part.is_empty()).unwrap_or_default();
    source.host() == "github.com" && OWNERS.iter().any(|known| known.eq_ignore_ascii_case(owner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::host::ReleaseHosts;

    #[test]
    fn packagers_are_known_by_their_owner() {
        let is_one = |source: &str| {
            SourceRepository::parse(source, &ReleaseHosts::default()).as_ref().is_some_and(is_packagers)
        };
        assert!(
            is_one("https://github.com/linuxserver/docker-sonarr")
                && is_one("git@github.com:Bitnami/containers.git")
        );
        assert!(!is_one("https://github.com/grafana/grafana") && !is_one("https://gitlab.com/bitnami/x"));
    }
}
