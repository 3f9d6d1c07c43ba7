//! Docker Hub's own API. It states digests, platforms, sizes and dates of tags, and its requests are no pulls:
//!
//! | request | answer |
//! |---|---|
//! | `GET /v2/repositories/<name>/tags?page_size=100&ordering=last_updated` | the hundred tags that changed last |
//! | `GET /v2/repositories/<name>/tags/<tag>` | one that is not among them |

use std::{sync::Arc, time::Duration};

use url::Url;

use super::tags::{HubTag, HubTags};
use crate::registry::client::RegistryClient;
use crate::{
    error::{Error, Limit, Result},
    http::{request::Request, response::Response, retry::RetryPolicy},
    image::{
        digest::is_digest,
        reference::{DOCKER_HUB, Repository, canonical_registry},
    },
    registry::settings::HubApi,
    text::json::Object,
};

const HUB: &str = "https://hub.docker.com";
/// Longest wait for an answer. After that, manifests give the same information.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Time for which the API is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(5 * 60);

impl RegistryClient {
    /// Returns a Docker Hub repository's latest tags, as the API states them. Returns `None` for other registries,
    /// where the API may not be used, and where it gives no answer.
    pub(crate) async fn hub_tags(self: &Arc<Self>, repository: &Repository) -> Option<Arc<HubTags>> {
        let repository = &*self.settings.upstream(repository);
        let url = self.hub_url(repository)?;
        let (client, name) = (Arc::clone(self), repository.name().to_owned());
        let work = async move {
            if let Some(known) = client.hub_memory.lists.get(&name, client.settings.tag_ttl) {
                return Some(known);
            }
            let answer = client.ask_hub(url).await?;
            let tags = match answer {
                Some(answer) => answer.json().map(|Object(tags)| tags),
                None => Ok(HubTags::nothing()),
            };
            Some(client.hub_memory.lists.keep(name, Arc::new(client.or_rest(tags)?)))
        };
        self.shared.hub.join(repository.to_string(), work).await
    }

    /// Returns a tag, or a tag with a digest, from the latest ones (`known`). A tag that is not among them is requested
    /// by itself.
    pub(crate) async fn hub_tag(
        self: &Arc<Self>,
        repository: &Repository,
        tag_or_digest: &str,
        known: &HubTags,
    ) -> Option<Arc<HubTag>> {
        if is_digest(tag_or_digest) {
            return known.with_digest(tag_or_digest).next().cloned();
        }
        if let Some(tag) = known.tag(tag_or_digest) {
            return Some(tag.clone());
        }
        if known.is_complete() {
            return None;
        }
        let repository = &*self.settings.upstream(repository);
        let mut url = self.hub_url(repository)?;
        url.path_segments_mut().ok()?.push(tag_or_digest);
        url.set_query(None);
        let (client, key) = (Arc::clone(self), format!("{} {tag_or_digest}", repository.name()));
        let name = key.clone();
        let work = async move {
            if let Some(known) = client.hub_memory.tags.get(&name, client.settings.tag_ttl) {
                return known;
            }
            let answer = client.ask_hub(url).await?;
            let tag = client.or_rest(answer.map(|body| body.json::<Object<HubTag>>()).transpose())?;
            client.hub_memory.tags.keep(name, tag.map(|Object(tag)| Arc::new(tag)))
        };
        self.shared.hub_tags.join(key, work).await
    }

    /// Opens a connection to the API, if it is about to be asked for the tags of the first of these repositories that it knows.
    pub(crate) fn connect_to_hub(&self, repositories: &[Repository]) {
        let asked = |repository: &Repository| {
            let repository = self.settings.upstream(repository);
            Some((self.hub_url(&repository)?, repository.name().to_owned()))
        };
        let Some((url, name)) = repositories.iter().find_map(asked) else { return };
        let is_known = self.hub_memory.lists.get(&name, self.settings.tag_ttl).is_some();
        if !is_known && !self.hub_memory.is_left_alone() {
            self.http.connect_ahead(Request::get(url));
        }
    }

    /// Returns the URL of a repository's tags if the API may be used. The API sees public repositories only, so it
    /// stands in only for Docker Hub itself, asked anonymously.
    fn hub_url(&self, repository: &Repository) -> Option<Url> {
        if canonical_registry(repository.registry()) != DOCKER_HUB {
            return None;
        }
        let (_, options) = self.settings.options_for(DOCKER_HUB, repository.name());
        let has_account = options.credential.is_some() || self.settings.credentials.is_some();
        let is_elsewhere = options.url.is_some() || !options.mirrors.is_empty();
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

    /// Asks the API. Returns `Some(None)` if it does not know the resource. Returns `None` if it gave no answer, or is
    /// left alone for that reason.
    async fn ask_hub(&self, url: Url) -> Option<Option<Response>> {
        if self.hub_memory.is_left_alone() {
            return None;
        }
        let policy = RetryPolicy { max_retries: 0, ..self.retry };
        let request = Request::get(url).kind("hub").bound(self.bound(Limit::HubBytes)).within(TIME_LIMIT);
        let answer = self.http.send(request, &policy).await;
        self.or_rest(answer.and_then(|response| match response.status() {
            200..=299 => Ok(Some(response)),
            // An unknown resource is no failure of the API.
            404 => Ok(None),
            status => Err(Error::bad_response(format!("{} answered {status}", response.host()))),
        }))
    }

    /// Turns a failure into `None`, and leaves the API alone for a while.
    fn or_rest<T>(&self, answer: Result<T>) -> Option<T> {
        answer
            .inspect_err(|error| {
                tracing::debug!("Docker Hub's API is left alone for five minutes: {error}");
                self.hub_memory.leave_alone(PAUSE);
            })
            .ok()
    }
}
