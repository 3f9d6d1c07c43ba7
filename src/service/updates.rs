//! Newer versions of an image, by the rule of the class that this crate replaces.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use serde::{Deserialize, Serialize};

use super::{ContainerRegistryService, images::support_or_warn};
use crate::{
    error::{Error, Result},
    image::{
        platform::Platform,
        reference::{ImageReference, Repository},
    },
    registry::{
        answer::{Answer, Fetched},
        hub::tags::HubTags,
        tags::readers::TagFilter,
    },
    version::original::{filter_compatible_updates, is_candidate, parse_major_version},
};

/// Candidates whose architecture is checked; those behind them are offered unchecked.
const MAX_ARCH_CHECKS: usize = 10;
/// Images whose candidates are remembered.
const MAX_REMEMBERED: usize = 1024;

/// Candidates whose manifests were looked at when an image was checked last.
pub(crate) type Candidates = HashMap<(Repository, String), Vec<String>>;

/// What was found out beside the tag list.
#[derive(Clone)]
struct Beside {
    hub: Option<Arc<HubTags>>,
    /// What the candidates of the last check point to now, by tag.
    manifests: HashMap<String, Result<Answer<Arc<Fetched>>>>,
}

/// A newer version of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailableUpdate {
    /// Tag of the newer version.
    pub tag: String,
    /// Whether it is the newest one that was found to run on the asked architecture.
    pub is_latest: bool,
    /// Page with the release notes, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
}

impl ContainerRegistryService {
    /// Newer versions of an image that run on `host_arch`, newest first, by the rule of [`crate::version::original`].
    ///
    /// `fallback_source` stands in where the image names no source repository. The tag `latest` has no versions: empty,
    /// with a warning.
    ///
    /// What does not need another answer is asked at once: the tag list beside the source; the architectures of all
    /// candidates beside each other and beside the release prefix.
    ///
    /// # Errors
    /// `InvalidReference` for a text that is no reference; whatever keeps the tag list from being complete.
    pub fn available_updates<'a>(
        &'a self,
        image: &'a str,
        host_arch: &'a str,
        fallback_source: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<AvailableUpdate>>> {
        Box::pin(self.in_time(self.check(image, host_arch, fallback_source)))
    }

    async fn check(
        &self,
        image: &str,
        host_arch: &str,
        fallback_source: Option<&str>,
    ) -> Result<Vec<AvailableUpdate>> {
        let reference = ImageReference::parse(image)?;
        if reference.tag == "latest" {
            tracing::warn!("Cannot check updates for {image} — using :latest tag");
            return Ok(Vec::new());
        }
        let (repository, machine) = (reference.repository(), Platform::parse(host_arch));
        let fallback = fallback_source.filter(|source| !source.is_empty());

        let candidates = self.candidates(&reference, &repository).boxed().shared();
        // Each waits for the candidates. Both are waited for: a failure of the token is due as the source's warning before it
        // fails the check.
        let supported = async {
            let (candidates, beside) = candidates.clone().await?;
            let support = self.supported(&repository, &reference.tag, &candidates, &beside, &machine).await;
            Ok::<_, Error>((support, candidates))
        };
        let release = async {
            let has_candidates =
                async { candidates.clone().await.is_ok_and(|(candidates, _)| !candidates.is_empty()) };
            self.release(&reference, &repository, fallback, has_candidates).await
        };
        let (supported, (source, prefix)) = tokio::join!(supported, release);
        let (support, candidates) = supported?;

        let mut support = support.into_iter();
        let mut updates = Vec::new();
        for tag in candidates {
            let checked = support.next().map(|support| support_or_warn(&tag, support));
            if checked == Some(false) {
                continue;
            }
            let release_url =
                source.as_deref().and_then(|source| self.build_release_url(source, &tag, prefix));
            updates.push(AvailableUpdate {
                is_latest: checked.is_some() && updates.is_empty(),
                release_url,
                tag,
            });
        }
        Ok(updates)
    }

    /// The tags that are updates, newest first. Candidates of the last check whose digests are due are looked at again
    /// beside the tag list; what that has shown is given as well.
    async fn candidates(
        &self,
        reference: &ImageReference,
        repository: &Repository,
    ) -> Result<(Vec<String>, Beside)> {
        let major = parse_major_version(&reference.tag);
        let current = reference.tag.clone();
        let candidates = TagFilter::by(move |tag| is_candidate(tag, &current, major));
        let tags = self.registry.read_tags(repository, candidates);
        let known = self.known_candidates(repository, &reference.tag);
        let look_again = join_all(known.iter().map(|tag| self.registry.manifest(repository, tag)));
        let (tags, hub, seen) = tokio::join!(tags, self.registry.hub_tags(repository), look_again);
        let tags = tags?.tags;
        let updates = filter_compatible_updates(tags.iter(), &reference.tag, major);
        let beside = Beside { hub, manifests: known.into_iter().zip(seen).collect() };
        Ok((updates.into_iter().map(str::to_owned).collect(), beside))
    }

    /// Whether the first candidates run on a machine: by Docker Hub's API where it says, else by their manifests.
    async fn supported(
        &self,
        repository: &Repository,
        current: &str,
        candidates: &[String],
        beside: &Beside,
        machine: &Platform,
    ) -> Vec<Result<bool>> {
        let first = candidates.iter().take(MAX_ARCH_CHECKS);
        let said = join_all(first.clone().map(|tag| async {
            let hub = beside.hub.as_deref()?;
            self.registry.hub_tag(repository, tag, hub).await?.supports(machine)
        }))
        .await;
        let silent = first.clone().zip(&said).filter(|(_, said)| said.is_none());
        self.remember_candidates(repository, current, silent.map(|(tag, _)| tag.clone()).collect());
        join_all(first.zip(said).map(|(tag, said)| async move {
            match said {
                Some(supported) => Ok(supported),
                None => self.arch_support(repository, tag, beside.manifests.get(tag).cloned(), machine).await,
            }
        }))
        .await
    }

    /// The source repository, and what its release tags start with. GitHub is asked only if there is something to offer;
    /// the fallback's prefix is asked for beside the image's own source, as the two are nearly always the same.
    async fn release(
        &self,
        reference: &ImageReference,
        repository: &Repository,
        fallback: Option<&str>,
        has_candidates: impl Future<Output = bool>,
    ) -> (Option<String>, &'static str) {
        let guess = async {
            match (has_candidates.await, fallback) {
                (false, _) => None,
                (true, None) => Some(None),
                (true, Some(fallback)) => {
                    Some(Some(self.detect_release_tag_prefix(fallback, &reference.tag).await))
                }
            }
        };
        let own = self.source_url(repository, reference.tag_or_digest());
        let (guess, own) = tokio::join!(guess, own);
        let source = own.or_else(|| fallback.map(str::to_owned));
        let prefix = match (guess, &source, fallback) {
            (Some(Some(prefix)), Some(source), Some(fallback)) if self.is_same_source(source, fallback) => {
                prefix
            }
            (Some(_), Some(source), _) => self.detect_release_tag_prefix(source, &reference.tag).await,
            _ => "",
        };
        (source, prefix)
    }

    fn known_candidates(&self, repository: &Repository, current: &str) -> Vec<String> {
        let known = self.candidates.lock();
        known.get(&(repository.clone(), current.to_owned())).cloned().unwrap_or_default()
    }

    fn remember_candidates(&self, repository: &Repository, current: &str, candidates: Vec<String>) {
        let mut known = self.candidates.lock();
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert((repository.clone(), current.to_owned()), candidates);
    }
}
