//! Finds newer versions of an image by the rule of the class that this crate replaces.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::future::{FutureExt, join_all};

use super::{
    checker::Checker,
    images::{HubAnswer, support_or_warn},
    report::AvailableUpdate,
};
use crate::{
    error::{Error, Result},
    http::host::places::Rank,
    image::{
        platform::Platform,
        reference::{ImageReference, Repository},
    },
    registry::{
        answer::{Answer, Fetched},
        hub::tags::HubTags,
        tags::readers::TagFilter,
    },
    version::original::{CandidateRule, filter_compatible_updates, parse_major_version},
};

/// The number of candidates whose architecture is checked. Further ones are offered unchecked.
const MAX_ARCH_CHECKS: usize = 10;

/// The answers that arrive beside the tag list.
#[derive(Clone)]
struct Lookups {
    hub: Option<Arc<HubTags>>,
    /// The manifests of the last check's candidates, by tag.
    manifests: HashMap<String, Result<Answer<Arc<Fetched>>>>,
}

/// The findings of a check by the original rule.
pub(crate) struct Outcome {
    /// Newer versions; `None` for a tag that has no versions.
    pub(crate) updates: Option<Vec<AvailableUpdate>>,
    /// The source repository that the image names, or the fallback.
    pub(crate) source: Option<String>,
}

impl Checker {
    /// Returns the newer versions of an image that run on `host_arch`, the newest first, by the rule of
    /// [`crate::version::original`].
    ///
    /// `fallback` replaces the source repository of an image that names none. The tag `latest` has no versions; a
    /// warning says so.
    ///
    /// Requests that do not depend on another answer are sent at once: the tag list with the source, and the
    /// architectures of all candidates with the release prefix.
    ///
    /// # Errors
    /// The error that kept the tag list from being complete.
    pub(crate) async fn original_updates(
        &self,
        image: &str,
        reference: &ImageReference,
        host_arch: &str,
        fallback: Option<&str>,
    ) -> Result<Outcome> {
        if reference.tag == "latest" {
            tracing::warn!("Cannot check updates for {image} — using :latest tag");
            return Ok(Outcome { updates: None, source: None });
        }
        let (repository, machine) = (reference.repository(), Platform::parse(host_arch));

        let hub = self.images.hub_answer(&repository);
        let candidates = self.original_candidates(reference, &repository, hub.clone()).boxed().shared();
        // Both wait for the candidates, and both run to their end: a failed token request has to be logged as the
        // source's warning before it fails the check.
        let supported = async {
            let (candidates, lookups) = candidates.clone().await?;
            let support = self.supported(&repository, &reference.tag, &candidates, &lookups, &machine).await;
            Ok::<_, Error>((support, candidates))
        };
        let release = async {
            let has_candidates =
                async { candidates.clone().await.is_ok_and(|(candidates, _)| !candidates.is_empty()) };
            self.source_and_prefix(reference, (&repository, hub), fallback, has_candidates).await
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
            let release_url = source.as_deref().and_then(|source| self.releases.page(source, &tag, prefix));
            let is_latest = checked.is_some() && updates.is_empty();
            updates.push(AvailableUpdate::new(tag, is_latest, release_url));
        }
        Ok(Outcome { updates: Some(updates), source })
    }

    /// Returns the tags that are updates, the newest first, and the answers beside the tag list. The candidates of the
    /// last check are looked at again while the list is read.
    async fn original_candidates(
        &self,
        reference: &ImageReference,
        repository: &Repository,
        hub: HubAnswer,
    ) -> Result<(Vec<String>, Lookups)> {
        let major = parse_major_version(&reference.tag);
        let rule = CandidateRule::new(&reference.tag, major);
        let candidates = TagFilter::by(move |tag| rule.admits(tag));
        let tags = self.images.registry.read_tags(repository, candidates);
        let look_again = async {
            let last = self.last_candidates.of(repository, &reference.tag).await;
            let looked = last.into_iter().map(|tag| async {
                let answer = self.images.registry.ranked_manifest(repository, &tag, Rank::EndsChain).await;
                (tag, answer)
            });
            join_all(looked).await
        };
        let (tags, hub, seen) = tokio::join!(tags, hub, look_again);
        let tags = tags?.tags;
        let updates = filter_compatible_updates(tags.iter(), &reference.tag, major);
        let lookups = Lookups { hub, manifests: seen.into_iter().collect() };
        // A tag that the registry lists twice is one update.
        let mut seen = HashSet::new();
        let updates = updates.into_iter().filter(|tag| seen.insert(*tag)).map(str::to_owned);
        Ok((updates.collect(), lookups))
    }

    /// Whether the first candidates run on a machine, by Docker Hub's API if it knows, else by their manifests.
    async fn supported(
        &self,
        repository: &Repository,
        current: &str,
        candidates: &[String],
        lookups: &Lookups,
        machine: &Platform,
    ) -> Vec<Result<bool>> {
        let first = candidates.iter().take(MAX_ARCH_CHECKS);
        let said = join_all(first.clone().map(|tag| async {
            let hub = lookups.hub.as_deref()?;
            self.images.registry.hub_tag(repository, tag, hub).await?.supports(machine)
        }))
        .await;
        let silent = first.clone().zip(&said).filter(|(_, said)| said.is_none());
        let silent = silent.map(|(tag, _)| tag.clone()).collect();
        self.last_candidates.remember(repository, current, silent).await;
        join_all(first.zip(said).map(|(tag, said)| async move {
            match said {
                Some(supported) => Ok(supported),
                None => {
                    self.images
                        .arch_support(repository, tag, lookups.manifests.get(tag).cloned(), machine)
                        .await
                }
            }
        }))
        .await
    }

    /// Returns the source repository and the prefix of its release tags. GitHub is asked only if there are candidates.
    /// The fallback's prefix is requested beside the image's own source, because the two are nearly always the same.
    async fn source_and_prefix(
        &self,
        reference: &ImageReference,
        (repository, hub): (&Repository, HubAnswer),
        fallback: Option<&str>,
        has_candidates: impl Future<Output = bool>,
    ) -> (Option<String>, &'static str) {
        // A source that is known is asked as soon as there are candidates. Any other is on GitHub, as far as can be said.
        let remembered = self.sources.remembered(repository).await;
        let known = remembered.as_ref().and_then(|labels| labels.source.as_deref()).or(fallback);
        if let Some(source) = known {
            self.releases.connect_for_prefix(source).await;
        }
        let is_public = self.images.registry.is_at_public_registry(repository);
        let guess = async {
            let has_candidates = has_candidates.await;
            if has_candidates && remembered.is_none() && known.is_none() && is_public {
                self.releases.connect_to_github();
            }
            match (has_candidates, fallback) {
                (false, _) => None,
                (true, None) => Some(None),
                (true, Some(fallback)) => Some(Some(self.releases.prefix(fallback, &reference.tag).await)),
            }
        };
        let own = self.sources.of_listed(repository, reference.tag_or_digest(), hub);
        let (guess, own) = tokio::join!(guess, own);
        let source = own.or_else(|| fallback.map(str::to_owned));
        let prefix = match (guess, &source, fallback) {
            (Some(Some(prefix)), Some(source), Some(fallback))
                if self.releases.is_same_source(source, fallback) =>
            {
                prefix
            }
            (Some(_), Some(source), _) => self.releases.prefix(source, &reference.tag).await,
            _ => "",
        };
        (source, prefix)
    }
}
