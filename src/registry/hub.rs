//! Docker Hub's own API, which tells the platforms of a hundred tags in one request that is no pull.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::Deserialize;
use url::Url;

use super::client::RegistryClient;
use crate::{
    error::{Error, Result},
    http::{request::Request, retry::RetryPolicy},
    image::{
        platform::{Platform, RawPlatform},
        reference::{DOCKER_HUB, Repository, canonical_registry, is_digest},
    },
    options::HubApi,
};

const HUB: &str = "https://hub.docker.com";
/// An answer that takes longer is of no use: the manifests say the same.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Bytes of an answer.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Time for which the API is not asked after it failed.
const REST: Duration = Duration::from_secs(5 * 60);

/// The platforms of a repository's tags that were changed last.
#[derive(Debug)]
pub struct HubTags {
    tags: HashMap<String, HubTag>,
    learnt: Instant,
}

#[derive(Debug)]
struct HubTag {
    platforms: Vec<Platform>,
    digest: Option<String>,
    changed: Option<String>,
}

/// A page of the API's tags, as far as it is of interest.
#[derive(Deserialize)]
pub(crate) struct Page {
    results: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    #[serde(default)]
    images: Vec<RawPlatform>,
    digest: Option<String>,
    last_updated: Option<String>,
}

impl HubTags {
    pub(crate) fn parse(page: Page) -> Self {
        let tags = page.results.into_iter().map(|tag| {
            let platforms = tag.images.into_iter().map(Platform::from).collect();
            let digest = tag.digest.filter(|digest| is_digest(digest));
            (tag.name, HubTag { platforms, digest, changed: tag.last_updated })
        });
        Self { tags: tags.collect(), learnt: Instant::now() }
    }

    /// Whether a tag is built for a machine; `None` if the API does not say.
    pub fn supports(&self, tag: &str, machine: &Platform) -> Option<bool> {
        let platforms = &self.tags.get(tag)?.platforms;
        let is_telling = platforms.iter().any(|platform| !platform.is_unknown());
        is_telling.then(|| platforms.iter().any(|platform| machine.supports(platform)))
    }

    /// When a tag was changed last, as the API writes it (RFC 3339).
    pub fn changed(&self, tag: &str) -> Option<&str> {
        self.tags.get(tag)?.changed.as_deref()
    }

    /// The tags that point to a digest, in no order. That of an index, or of an image that has none.
    pub fn with_digest(&self, digest: &str) -> impl Iterator<Item = &str> {
        let has_it = move |tag: &&HubTag| tag.digest.as_deref() == Some(digest);
        self.tags.iter().filter(move |(_, tag)| has_it(tag)).map(|(name, _)| name.as_str())
    }
}

impl RegistryClient {
    /// The platforms of a Docker Hub repository's latest tags; `None` for other registries, where the API is not to be
    /// used, and where it does not answer.
    pub async fn hub_tags(self: &Arc<Self>, repository: &Repository) -> Option<Arc<HubTags>> {
        let url = self.hub_url(repository)?;
        let key = repository.name().to_owned();
        let ttl = self.settings.tag_ttl;
        if let Some(known) = self.hub_memory.get(&key, ttl) {
            return Some(known);
        }
        if self.hub_memory.is_resting() {
            return None;
        }
        let client = Arc::clone(self);
        let work = async move {
            // Another caller's answer may have arrived between the look above and this flight.
            if let Some(known) = client.hub_memory.get(&key, ttl) {
                return Some(known);
            }
            match client.ask_hub(url).await {
                Ok(tags) => Some(client.hub_memory.keep(key, tags)),
                Err(error) => {
                    tracing::debug!(
                        "[ContainerRegistryService] Docker Hub's API is left alone for five minutes: {error}"
                    );
                    client.hub_memory.rest(REST);
                    None
                }
            }
        };
        self.flying.hub.join(repository.to_string(), work).await
    }

    /// Where the API is, if it is to be asked about a repository: it sees what everybody may see, so only the Hub itself,
    /// asked anonymously, gives the same answers.
    fn hub_url(&self, repository: &Repository) -> Option<Url> {
        if canonical_registry(repository.registry()) != DOCKER_HUB {
            return None;
        }
        let options = self.settings.registries.get(DOCKER_HUB);
        let has_account = options.is_some_and(|options| options.credential.is_some());
        let is_elsewhere =
            options.is_some_and(|options| options.url.is_some() || !options.mirrors.is_empty());
        let base = match &self.settings.hub_api {
            _ if has_account || self.settings.docker_config.is_some() => return None,
            HubApi::Off => return None,
            HubApi::Default if is_elsewhere => return None,
            HubApi::Default => HUB,
            HubApi::At(url) => url.as_str().trim_end_matches('/'),
        };
        let path = format!("v2/repositories/{}/tags?page_size=100&ordering=last_updated", repository.name());
        Url::parse(&format!("{base}/{path}")).ok()
    }

    async fn ask_hub(&self, url: Url) -> Result<HubTags> {
        let policy = RetryPolicy { max_retries: 0, ..self.retry };
        let response =
            self.http.send(Request::get(url).kind("hub").limit(MAX_BODY).within(TIME_LIMIT), &policy).await?;
        match response.status() {
            200..=299 => response.json().map(HubTags::parse),
            // It knows nothing of the repository, which is no failure of the API.
            404 => Ok(HubTags::parse(Page { results: Vec::new() })),
            status => Err(Error::bad_response(format!("{} answered {status}", response.host()))),
        }
    }
}

/// What the API said, and whether it is left alone.
#[derive(Debug, Default)]
pub(super) struct HubMemory {
    known: Mutex<HashMap<String, Arc<HubTags>>>,
    rests_until: Mutex<Option<Instant>>,
}

impl HubMemory {
    fn get(&self, key: &str, ttl: Duration) -> Option<Arc<HubTags>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, tags| tags.learnt.elapsed() < ttl);
        known.get(key).cloned()
    }

    fn keep(&self, key: String, tags: HubTags) -> Arc<HubTags> {
        let tags = Arc::new(tags);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, tags.clone());
        tags
    }

    fn is_resting(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self, time: Duration) {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + time);
    }

    pub(super) fn clear(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_read_and_silence_is_no_answer() {
        let page = r#"{"count": 3, "results": [
            {"name": "1.2", "digest": "sha256:…", "images": [
                {"architecture": "unknown", "os": "unknown", "size": 1},
                {"architecture": "arm64", "os": "linux", "variant": "v8", "size": 2}]},
            {"name": "1.1", "images": []},
            {"name": "1.0", "images": [{"architecture": "unknown"}]}]}"#;
        let tags = HubTags::parse(serde_json::from_str(page).expect("a page"));
        let supports = |tag, arch| tags.supports(tag, &Platform::parse(arch));
        assert_eq!((supports("1.2", "aarch64"), supports("1.2", "amd64")), (Some(true), Some(false)));
        assert_eq!(
            (supports("1.1", "amd64"), supports("1.0", "amd64"), supports("0.9", "amd64")),
            (None, None, None)
        );
    }
}
