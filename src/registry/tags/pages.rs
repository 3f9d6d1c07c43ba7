//! Tag lists, page by page.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde::Deserialize;

use super::{
    link,
    readers::{ReadTags, TagReaders, read_along},
};
use crate::registry::{
    client::RegistryClient,
    endpoint::Endpoint,
    refusal::refusal,
    resource::{Next, Resource, resource_url},
};
use crate::{
    error::{Error, Limit, Limits, Result},
    http::{connect::address::Reach, redact::shown, redirect::same_origin, response::Response},
    image::reference::Repository,
};

/// How a page is asked for, the best way first. Registries that hold a lower number to be the most send that many;
/// some refuse a number (ECR above 1000, Distribution 3.1 alike), so a lower one is tried, then none.
const PAGES: [&str; 3] = ["tags/list?n=1000", "tags/list?n=100", "tags/list"];

/// A page of tags, as far as it is of interest.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) tags: Option<Vec<String>>,
}

impl RegistryClient {
    /// Gives the tags of a repository to a reader, in the registry's order, duplicates kept, page by page as they arrive; no page
    /// is kept. Asked for on every call.
    ///
    /// # Errors
    /// `Failed to list tags for <name>: <status>` for a page that is refused; `BadResponse` for one that is no tag list
    /// or names a next page elsewhere; `TooLarge` beyond the settings' bounds.
    pub async fn read_tags<R: ReadTags>(self: &Arc<Self>, repository: &Repository, reader: R) -> Result<R> {
        let (client, asked) = (Arc::clone(self), repository.clone());
        let work = |readers: Arc<TagReaders>| async move { client.list_tags(&asked, &readers).await };
        let reader = read_along(&self.shared.tags, repository.to_string(), reader, work).await?;
        reader.ok_or_else(|| Error::bad_response(format!("The tags of {repository} are still being read")))
    }

    async fn list_tags(&self, repository: &Repository, readers: &TagReaders) -> Result<()> {
        let cache = self.cache_of(repository).await;
        let (known_etag, known) = cache.tag_list().await.unzip();
        let (endpoint, mut response) = self.first_page(repository, known_etag).await?;
        if let (304, Some(known)) = (response.status(), known) {
            readers.read(known.iter());
            return Ok(());
        }
        let limits = &self.http.options().limits;
        let (mut seen, mut count) = (HashSet::new(), 0);
        loop {
            if !response.is_success() {
                let status = response.status();
                return Err(refusal(
                    &response,
                    format!("Failed to list tags for {}: {status}", repository.name()),
                ));
            }
            let page = response.json::<Page>()?.tags.unwrap_or_default();
            count += page.len();
            if count > limits.tags {
                return Err(too_large(&response, limits, Limit::Tags));
            }
            readers.read(page.iter().map(String::as_str));
            let next = self.next_page(repository, &endpoint, &response)?;
            if let (true, None, Some(etag)) = (seen.is_empty(), &next, response.header("etag")) {
                cache.keep_tag_list(etag, &page.iter().map(String::as_str).collect()).await;
            }
            seen.insert(response.url().clone());
            match next {
                // Forgejo puts a Link on its last page too, which leads to an empty one.
                Some(next) if !page.is_empty() && !seen.contains(next.url()) => {
                    if seen.len() >= limits.tag_pages {
                        return Err(too_large(&response, limits, Limit::TagPages));
                    }
                    response = self.follow(&endpoint, repository, &self.page(""), next).await?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// The first page, in the best way that the server does not refuse.
    async fn first_page(
        &self,
        repository: &Repository,
        unless: Option<String>,
    ) -> Result<(Arc<Endpoint>, Response)> {
        loop {
            let tried = AtomicUsize::new(0);
            let resource = |endpoint: &Endpoint| {
                tried.store(endpoint.refused_page_sizes(), Ordering::Relaxed);
                let path = PAGES.get(endpoint.refused_page_sizes()).copied().unwrap_or_default();
                Resource { unless: unless.clone(), ..self.page(path) }
            };
            let (endpoint, response) = self.ask(repository, resource).await?;
            let next = tried.load(Ordering::Relaxed) + 1;
            if !matches!(response.status(), 400 | 405) || next >= PAGES.len() {
                return Ok((endpoint, response));
            }
            endpoint.set_refused_page_sizes(next);
        }
    }

    fn page(&self, path: &str) -> Resource {
        let limit = self.bound(Limit::TagPageBytes);
        Resource { kind: "tags", path: path.to_owned(), accept: None, limit, head: false, unless: None }
    }

    /// The page after this one. It must be on the same origin, as what was sent for this one is sent along; of the rest
    /// of its URL only the query counts: Artifactory leaves out its prefix, Nexus names an internal path.
    fn next_page(
        &self,
        repository: &Repository,
        endpoint: &Endpoint,
        response: &Response,
    ) -> Result<Option<Next>> {
        let Some(target) = link::next(response.all("link")) else { return Ok(None) };
        let page = response.url();
        let refused = |target: String| {
            Error::bad_response(format!("Refused the next page of {}: its Link names {target}", shown(page)))
                .with_host(response.host())
        };
        let url = page.join(target).map_err(|error| refused(format!("a text that is no URL: {error}")))?;
        if !same_origin(page, &url) || !url.username().is_empty() || url.password().is_some() {
            return Err(refused(format!("{}, on another origin", shown(&url))));
        }
        let base = endpoint.bases().into_iter().find(|base| same_origin(base, page));
        let Some(base) = base else {
            return Ok(Some(Next::Elsewhere(url, Reach::of_server(response.server()))));
        };
        let mut own = resource_url(&base, repository, "tags/list")?;
        own.set_query(url.query());
        Ok(Some(Next::Own(own)))
    }
}

fn too_large(response: &Response, limits: &Limits, limit: Limit) -> Error {
    let what = if limit == Limit::Tags { "tags" } else { "pages" };
    let (list, bound) = (shown(response.url()), limits.get(limit));
    let message = format!("The tag list at {list} has more than {bound} {what}");
    Error::too_large(message, Some(limit)).with_host(response.host())
}
