//! Compares the digest of a tag with that of the running image.

use futures_util::future::join_all;

use super::{checker::Checker, images::HubAnswer, report::DigestReport};
use crate::{
    error::{Error, Result, Setting},
    image::{
        digest::is_digest,
        manifest::{Descriptor, Manifest},
        reference::ImageReference,
    },
    registry::{answer::Answer, tags::readers::TagFilter},
    version::tag::scheme::TagScheme,
};

/// The most version tags whose digest is requested to find the version behind a floating tag.
const MAX_ASKED: usize = 5;

/// Extracts the digest from a RepoDigest as Docker prints it, `name@sha256:…`, or from a plain digest.
///
/// # Errors
/// `InvalidArgument` for any other text.
pub(crate) fn plain_digest(text: &str) -> Result<String> {
    let digest = text.rsplit_once('@').map_or(text, |(_, digest)| digest);
    if is_digest(digest) {
        return Ok(digest.to_owned());
    }
    Err(Error::invalid_argument(format!(
        "What is compared with must be a digest such as sha256:<64 hexadecimal digits>, alone or behind name@, not {text:?}"
    ))
    .with_setting(Setting::CurrentDigest))
}

impl Checker {
    /// Reports the digest that a tag points to now and whether it differs from `current`. For a floating tag it also
    /// finds the version.
    pub(crate) async fn digest_report(
        &self,
        reference: &ImageReference,
        current: Option<&str>,
        hub: HubAnswer,
    ) -> Result<DigestReport> {
        let scheme = &TagScheme::read(&reference.tag);
        let available = self.images.digest(&reference.repository(), &reference.tag).await?;
        let is_same = async {
            match current {
                Some(current) if current != available => {
                    self.lists(reference, &available, current, hub.clone()).await
                }
                _ => Ok(true),
            }
        };
        let version = async {
            match scheme.is_orderable() {
                true => None,
                false => self.version_of(reference, scheme, &available, hub.clone()).await,
            }
        };
        let (is_same, version) = tokio::join!(is_same, version);
        Ok(DigestReport {
            current: current.map(str::to_owned),
            changed: !is_same?,
            available,
            version,
            compared_with: None,
        })
    }

    /// Whether an index lists a manifest, because Docker may name either as the digest of the running image. Docker
    /// Hub's API answers if it knows this very index, else the index itself does.
    async fn lists(
        &self,
        reference: &ImageReference,
        index: &str,
        manifest: &str,
        hub: HubAnswer,
    ) -> Result<bool> {
        if let Some(hub) = hub.await
            && let Some(tag) =
                self.images.registry.hub_tag(&reference.repository(), &reference.tag, &hub).await
            && tag.digest() == Some(index)
            && let Some(is_listed) = tag.has_image(manifest)
        {
            return Ok(is_listed);
        }
        let fetched = match self.images.registry.manifest(&reference.repository(), index).await? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) => return Err(error),
        };
        let is_it = |entry: &Descriptor| entry.digest().ok().flatten() == Some(manifest);
        Ok(matches!(&fetched.manifest, Manifest::Index(index) if index.manifests.iter().any(is_it)))
    }

    /// The version tag with the digest that a floating tag points to. Docker Hub's API names it; at other registries
    /// the newest versions that the tag may stand for are requested.
    async fn version_of(
        &self,
        reference: &ImageReference,
        scheme: &TagScheme<'_>,
        digest: &str,
        hub: HubAnswer,
    ) -> Option<String> {
        let repository = reference.repository();
        if let Some(hub) = hub.await {
            let named = hub.with_digest(digest).map(|tag| tag.name());
            let named = named.filter(|tag| scheme.may_stand_for(&TagScheme::read(tag)));
            if let Some(tag) = most_exact(named) {
                return Some(tag);
            }
        }
        let floating = reference.tag.clone();
        let may_be_meant =
            TagFilter::by(move |tag| TagScheme::read(&floating).may_stand_for(&TagScheme::read(tag)));
        let tags = self.images.registry.read_tags(&repository, may_be_meant).await.ok()?.tags;
        let newest = scheme.newest_it_may_stand_for(tags.iter(), MAX_ASKED);
        let digests = join_all(newest.iter().map(|tag| self.images.registry.digest(&repository, tag))).await;
        let has_it =
            |answer: &Result<Answer<String>>| matches!(answer, Ok(Answer::Found(found)) if found == digest);
        let named = newest.iter().zip(&digests).filter(|(_, answer)| has_it(answer)).map(|(tag, _)| *tag);
        most_exact(named)
    }
}

/// The most exact of several tags for one image: `1.27.3` before `1.27`.
fn most_exact<'a>(tags: impl Iterator<Item = &'a str>) -> Option<String> {
    tags.max_by_key(|tag| (TagScheme::read(tag).numbers().len(), std::cmp::Reverse(tag.len()), *tag))
        .map(str::to_owned)
}
