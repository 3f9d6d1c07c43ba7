//! Digests: finding the digest of a tag, and checking content against a digest.

use std::sync::Arc;

use super::{
    answer::Answer,
    client::RegistryClient,
    resource::{Resource, named, refused},
};
use crate::{
    error::{Error, Limit, Result},
    http::{error_document::explained, host::places::Rank, response::Response},
    image::{
        digest::{has_digest, is_digest, is_verifiable, sha256},
        manifest::ACCEPT,
        reference::{DOCKER_HUB, Repository, canonical_registry, is_tag},
    },
};

impl RegistryClient {
    /// Asks for the digest that a tag points to. HEAD is tried first, which no registry counts as a pull, and GET if
    /// HEAD is refused or states no digest.
    ///
    /// # Errors
    /// No answer at all. An error status is [`Answer::Refused`].
    pub(crate) async fn digest(
        self: &Arc<Self>,
        repository: &Repository,
        tag_or_digest: &str,
    ) -> Result<Answer<String>> {
        let repository = &*self.settings.upstream(repository);
        let digest = match self.head(repository, tag_or_digest, Rank::LeadsOn).await? {
            Answer::Found(Some(digest)) if is_digest(tag_or_digest) && digest != tag_or_digest => {
                let message =
                    format!("{} names {digest} when asked for {tag_or_digest}", repository.registry());
                return Err(Error::bad_response(message));
            }
            Answer::Found(Some(digest)) => digest,
            Answer::Found(None) => match self.fetch_manifest(repository, tag_or_digest, Rank::LeadsOn).await?
            {
                Answer::Found(content) => sha256(&content.body),
                Answer::Refused(error) => return Ok(Answer::Refused(error)),
            },
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        };
        if is_tag(tag_or_digest) {
            self.cache_of(repository).await.keep_pointer(tag_or_digest, &digest).await;
        }
        Ok(Answer::Found(digest))
    }

    /// Returns the digest of a tag: the remembered one while it is younger than the time for tags, else the one that
    /// HEAD states. `None` if HEAD states none.
    ///
    /// # Errors
    /// No answer at all. An error status is [`Answer::Refused`].
    pub(crate) async fn pointed(
        self: &Arc<Self>,
        repository: &Repository,
        tag: &str,
    ) -> Result<Answer<Option<String>>> {
        let repository = &*self.settings.upstream(repository);
        let cache = self.cache_of(repository).await;
        if let Some(pointer) = cache.pointer(tag).await.filter(|it| it.is_fresh(self.settings.tag_ttl)) {
            return Ok(Answer::Found(Some(pointer.digest)));
        }
        let answer = self.head(repository, tag, Rank::LeadsOn).await?;
        if let Answer::Found(Some(digest)) = &answer {
            cache.keep_pointer(tag, digest).await;
        }
        Ok(answer)
    }

    /// Asks for a digest by HEAD, or by GET if only HEAD is refused. `None` if the server states no digest.
    pub(crate) async fn head(
        self: &Arc<Self>,
        repository: &Repository,
        name: &str,
        rank: Rank,
    ) -> Result<Answer<Option<String>>> {
        let (client, asked, owned) = (Arc::clone(self), repository.clone(), name.to_owned());
        let resource = Resource {
            accept: Some(ACCEPT),
            head: true,
            rank,
            ..named("manifests", name, self.bound(Limit::ManifestBytes))?
        };
        let work = async move { client.ask_for_digest(&asked, &owned, &resource).await };
        let key = format!("{} {repository} {name}", self.viewer(repository).await);
        self.shared.digests.join(key, work).await
    }

    async fn ask_for_digest(
        self: &Arc<Self>,
        repository: &Repository,
        name: &str,
        resource: &Resource,
    ) -> Result<Answer<Option<String>>> {
        // Docker Hub answers HEAD, and counts a GET as a pull.
        let may_get = canonical_registry(repository.registry()) != DOCKER_HUB;
        let registry = self.registry_of(repository)?;
        if may_get && registry.head_support.is_refused() {
            return Ok(self.digest_by_get(repository, name).await?.map(Some));
        }
        let read = |response: Response| {
            let told = response.header("docker-content-digest").filter(|digest| is_verifiable(digest));
            Ok(match response.is_success() {
                true => Answer::Found(told.map(str::to_owned)),
                false => Answer::Refused(refused(&response, repository, resource)),
            })
        };
        let (_, answer) = self.ask(repository, |_| resource.clone(), read).await?;
        let Answer::Refused(refusal) = answer else { return Ok(answer) };
        let status = refusal.status().unwrap_or_default();
        if !may_get || !registry.head_support.is_doubtful(status) {
            return Ok(Answer::Refused(refusal));
        }
        let answer = self.digest_by_get(repository, name).await?;
        registry.head_support.learn(status, &answer);
        Ok(answer.map(Some))
    }

    async fn digest_by_get(self: &Arc<Self>, repository: &Repository, name: &str) -> Result<Answer<String>> {
        Ok(self
            .fetch_manifest(repository, name, Rank::LeadsOn)
            .await?
            .map(|content| if is_digest(name) { name.to_owned() } else { sha256(&content.body) }))
    }
}

/// Checks a body against the digest by which it was asked for (OCI image specification, "Digests"). The registered
/// algorithms are supported, and content with another digest is refused.
pub(crate) fn verify(response: &Response, asked: &str) -> Result<()> {
    let Some((algorithm, _)) = asked.split_once(':') else { return Ok(()) };
    match has_digest(response.body(), asked) {
        Some(true) => return Ok(()),
        Some(false) => {}
        None => {
            let message =
                format!("{algorithm} is no digest algorithm that can be verified; sha256 and sha512 are");
            return Err(Error::bad_response(message).with_host(response.host()));
        }
    }
    let message = format!("{} sent something else than what has the digest {asked}", response.host());
    // Damage on the way is transient, and so is an answer by something in between.
    Err(explained(response, Error::bad_response(message).passing()))
}
