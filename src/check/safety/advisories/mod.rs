//! Tells which published weaknesses concern a version, and which of them another version mends.

pub(crate) mod list;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::list::AdvisoryList;
use crate::{
    advisory::{Advisory, Concern, range::Release, severity::Severity},
    check::{checker::Checker, published::source::Source, report::ImageReport, search::image_date::written},
    image::reference::ImageReference,
    source::{packagers::is_packagers, upstream::upstream_of},
    version::tag::{kind::TagKind, scheme::TagScheme},
};

/// A published weakness that concerns the running version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Vulnerability {
    /// The advisory's name at GitHub: `GHSA-xxxx-xxxx-xxxx`.
    pub id: String,
    /// Its number in the list of CVE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cve: Option<String>,
    /// How severe it is, where that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Its title.
    pub summary: String,
    /// Its page.
    pub url: String,
    /// The versions that mend it, as its author wrote them.
    pub fixed_in: Vec<String>,
    /// Whether it is unclear that it concerns this version, because its range cannot be read or is about another
    /// package. Default `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unclear: bool,
}

/// What is known of the advisories for an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvisoryState {
    /// The repository whose advisories they are; `None` if none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How many it has published; `None` if that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<usize>,
    /// Whether all of them were read.
    pub complete: bool,
    /// The time at which they were read (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The reason for which nothing is known of vulnerabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingAdvisories>,
}

/// The reason for which nothing is known of vulnerabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MissingAdvisories {
    /// The image names no source repository.
    Source,
    /// Its source repository is that of a packager, whose advisories are not those of the program, and the program's own
    /// is unknown.
    Packager,
    /// The repository of the program is not on GitHub.
    Host,
    /// GitHub did not answer.
    Failed,
    /// The version that runs is unknown.
    Version,
}

/// The outcome of looking for the advisories of a source repository.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    state: AdvisoryState,
    list: Option<Arc<AdvisoryList>>,
    warning: Option<String>,
    /// The names of the program, by which an advisory names its package.
    names: Vec<String>,
}

/// What is known of the weaknesses of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weaknesses {
    /// Those that concern the running version. `None` if that is unknown.
    pub(crate) vulnerabilities: Option<Vec<Vulnerability>>,
    /// The names of those that the other version mends. `None` if that is unknown.
    pub(crate) fixes: Option<Vec<String>>,
    pub(crate) state: AdvisoryState,
    pub(crate) warning: Option<String>,
}

impl Looked {
    fn missing(missing: MissingAdvisories, source: Option<&str>) -> Self {
        let source = source.map(str::to_owned);
        let state =
            AdvisoryState { source, published: None, complete: false, as_of: None, missing: Some(missing) };
        Self { state, list: None, warning: None, names: Vec::new() }
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// The advisories that concern a version, the most severe first. `None` if that is unknown.
    fn vulnerabilities(&self, tag: &str) -> Option<Vec<Vulnerability>> {
        let (list, release, names) = (self.list.as_ref()?, release_of(tag)?, self.names());
        let base = self.state.source.as_deref().unwrap_or_default();
        let concerned = |advisory: &Advisory| {
            let concern = advisory.concerns(&names, &release);
            (concern != Concern::No).then(|| Vulnerability {
                id: advisory.id.clone(),
                cve: advisory.cve.clone(),
                severity: advisory.severity,
                summary: advisory.summary.clone(),
                url: format!("{base}/security/advisories/{}", advisory.id),
                fixed_in: advisory.patched_in(&names),
                unclear: concern == Concern::Unclear,
            })
        };
        let mut found: Vec<Vulnerability> = list.advisories.iter().filter_map(concerned).collect();
        found.sort_by_key(|vulnerability| (vulnerability.unclear, std::cmp::Reverse(vulnerability.severity)));
        Some(found)
    }

    /// The advisories that one version has and another one mends. `None` if one of the two has no order.
    fn mended<'l>(&'l self, running: &str, tag: &str) -> Option<Vec<&'l Advisory>> {
        let (list, from, to) = (self.list.as_ref()?, release_of(running)?, release_of(tag)?);
        let names = self.names();
        let is_mended = |advisory: &&Advisory| advisory.is_mended_between(&names, &from, &to);
        Some(list.advisories.iter().filter(is_mended).collect())
    }

    /// Whether an update mends something of at least this severity.
    pub(crate) fn mends(&self, reference: &ImageReference, tag: &str, least: Severity) -> bool {
        let mended = self.mended(&reference.tag, tag).unwrap_or_default();
        mended.iter().any(|advisory| advisory.severity.is_some_and(|severity| severity >= least))
    }

    /// The names of the advisories that one version has and another one mends. `None` if that is unknown.
    fn fixes(&self, running: &str, tag: &str) -> Option<Vec<String>> {
        let mended = self.mended(running, tag)?;
        Some(mended.iter().map(|advisory| advisory.id.clone()).collect())
    }

    /// What is known of the running version and another one.
    pub(crate) fn between(&self, running: &str, tag: &str) -> Weaknesses {
        let vulnerabilities = self.vulnerabilities(running);
        let mut state = self.state.clone();
        if vulnerabilities.is_none() && state.missing.is_none() {
            state.missing = Some(MissingAdvisories::Version);
        }
        Weaknesses { vulnerabilities, fixes: self.fixes(running, tag), state, warning: self.warning.clone() }
    }

    /// Adds what is known to a report. `version` is the tag of the version that runs.
    pub(crate) fn fill(&self, report: &mut ImageReport, version: &str) {
        let Weaknesses { vulnerabilities, state, warning, .. } = self.between(version, version);
        report.vulnerabilities = vulnerabilities;
        report.advisories = Some(state);
        report.warnings.extend(warning);
        let latest = &mut report.latest;
        for newest in [&mut latest.patch, &mut latest.minor, &mut latest.major].into_iter().flatten() {
            newest.fixes = self.fixes(version, &newest.tag);
        }
    }
}

impl Checker {
    /// Looks for the advisories of the program in an image. `None` if the options do not ask for them.
    ///
    /// The labels of an image whose packager is known name the packaging at most. So the program's own repository is asked
    /// in place of `source`, unless the caller has named one.
    pub(crate) async fn look_for_advisories(
        &self,
        reference: &ImageReference,
        source: impl Future<Output = Source>,
    ) -> Option<Arc<Looked>> {
        let lists = self.advisories.as_ref()?;
        let is_named = self.releases.named_source(reference).is_some();
        let program = upstream_of(&reference.registry, &reference.full_name).filter(|_| !is_named);
        let source = match program {
            Some(page) => Some(page.to_owned()),
            None => source.await.url,
        };
        let looked = match source.map(|source| self.releases.repository(&source)) {
            None => Looked::missing(MissingAdvisories::Source, None),
            Some(None) => Looked::missing(MissingAdvisories::Host, None),
            Some(Some(source)) if !source.is_github() => Looked::missing(MissingAdvisories::Host, None),
            Some(Some(source)) if program.is_none() && is_packagers(&source) => {
                Looked::missing(MissingAdvisories::Packager, None)
            }
            Some(Some(source)) => {
                let page = source.url();
                match lists.of(self.releases.github(), &source).await {
                    Ok(list) => Looked {
                        state: AdvisoryState {
                            source: Some(page),
                            published: Some(list.advisories.len()),
                            complete: list.is_complete,
                            as_of: Some(written(list.as_of)),
                            missing: None,
                        },
                        list: Some(list),
                        warning: None,
                        // The package of a program need not be named like its image: `server` of `nextcloud/server`.
                        names: [Some(reference.full_name.as_str()), program]
                            .into_iter()
                            .flatten()
                            .map(name)
                            .collect(),
                    },
                    Err(error) => Looked {
                        warning: Some(format!("Vulnerabilities are unknown: {error}")),
                        ..Looked::missing(MissingAdvisories::Failed, Some(&page))
                    },
                }
            }
        };
        Some(Arc::new(looked))
    }
}

/// The last part of a path.
fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The version that a tag stands for; `None` for one that floats or has no order.
fn release_of(tag: &str) -> Option<Release> {
    let scheme = TagScheme::read(tag);
    if !matches!(scheme.kind(), TagKind::Semantic | TagKind::Calendar) {
        return None;
    }
    let prerelease = if scheme.is_prerelease() { scheme.explain().prerelease? } else { String::new() };
    Release::of(scheme.numbers(), &prerelease)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_the_version_of_its_numbers() {
        let is_same = |tag: &str, version: &str| release_of(tag) == Release::read(version);
        assert!(is_same("v1.2.3-alpine3.20", "1.2.3") && is_same("1.2.3-rc.1-slim", "1.2.3-rc.1"));
        assert!(is_same("2024.05.1", "2024.5.1") && is_same("16.6-bookworm", "16.6"));
        for none in ["latest", "16", "16-alpine", "sha-4bfc5bb"] {
            assert_eq!(release_of(none), None, "{none}");
        }
    }
}
