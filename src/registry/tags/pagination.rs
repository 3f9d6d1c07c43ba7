//! Reads a tag list page by page, along the registry's Links and within bounds.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    page::{PageFault, Room, TagPage},
    readers::{ReadTags, TagReaders, read_along},
};
use crate::registry::{
    client::RegistryClient,
    endpoint::Endpoint,
    resource::{Next, Resource, resource_url},
};
use crate::{
    error::{Error, Limit, Result},
    http::{
        connect::address::Reach,
        error_document::{explained, refusal},
        redirect::{same_host, same_origin},
        response::Response,
    },
    image::reference::Repository,
    text::{
        link::{self, NextLink},
        redact::{authority, shown},
    },
};

/// Tags per page that are asked for. A registry with a lower maximum usually sends that many. Some refuse the number
/// instead (ECR above 1000, and Distribution 3.1), so a lower one is tried next, and then none.
const PAGE_SIZE: usize = 1000;
const SMALL_PAGE_SIZE: usize = 100;

/// Empty pages in a row that are followed. No registry is known to have more than one.
const MAX_EMPTY_PAGES: usize = 16;
/// Largest page sizes of known registries that send fewer tags than were asked for. A page of such a size without a
/// Link may be the beginning of a list whose Link something in between has dropped.
const FULL_PAGES: [usize; 5] = [50, 100, 200, 250, 500];

/// A page and its answer.
struct Arrived {
    response: Response,
    page: TagPage,
}

/// Totals of the pages that were read.
#[derive(Default)]
struct Progress {
    urls: HashSet<url::Url>,
    tags: usize,
    left_out: usize,
    bytes: usize,
}

impl RegistryClient {
    /// Gives the tags of a repository to a reader, page by page as they arrive, in the registry's order and with
    /// duplicates. No page is kept. Every call requests the list.
    ///
    /// # Errors
    /// `Failed to list tags for <name>: <status>` for a page that is refused; `BadResponse` for one that is no tag list
    /// or names a next page elsewhere; `TooLarge` beyond the settings' bounds.
    pub(crate) async fn read_tags<R: ReadTags>(
        self: &Arc<Self>,
        repository: &Repository,
        reader: R,
    ) -> Result<R> {
        let repository = &*self.settings.upstream(repository);
        let key = format!("{} {repository}", self.viewer(repository).await);
        let (client, asked) = (Arc::clone(self), repository.clone());
        let work = |readers: Arc<TagReaders>| async move { client.list_tags(&asked, &readers).await };
        let reader = read_along(&self.shared.tags, key, reader, work).await?;
        reader.ok_or_else(|| Error::bad_response(format!("The tags of {repository} are still being read")))
    }

    async fn list_tags(&self, repository: &Repository, readers: &TagReaders) -> Result<()> {
        let cache = self.cache_of(repository).await;
        let (known_etag, known) = cache.tag_list().await.unzip();
        let (endpoint, first) = self.first_page(repository, known_etag).await?;
        let mut arrived = match (first, known) {
            (FirstPage::Page(arrived), _) => arrived,
            (FirstPage::Refused(response), Some(known)) if response.status() == 304 => {
                readers.read(known.iter());
                return Ok(());
            }
            (FirstPage::Refused(response), _) => return Err(refused(&response, repository)),
        };
        let mut progress = Progress::default();
        let mut empty_pages = 0;
        loop {
            let Arrived { response, page } = arrived;
            empty_pages = if page.count() == 0 { empty_pages + 1 } else { 0 };
            if empty_pages > MAX_EMPTY_PAGES {
                let message = format!(
                    "{} answered with more than {MAX_EMPTY_PAGES} empty pages of tags in a row",
                    response.host()
                );
                return Err(Error::bad_response(message).with_host(response.host()));
            }
            progress.count(&page);
            readers.read(page.tags.iter());
            let is_first = progress.urls.is_empty();
            progress.urls.insert(response.url().clone());
            let next = match self.next_page(repository, &endpoint, &response, &page)? {
                // Forgejo puts a Link on its last page too, which leads to an empty page.
                Some(next) if progress.urls.contains(next.url()) => None,
                next => next,
            };
            let is_full = next.is_none() && endpoint.may_be_cut(page.count());
            if is_first
                && next.is_none()
                && !is_full
                && let Some(etag) = response.header("etag")
            {
                cache.keep_tag_list(etag, &page.tags).await;
            }
            arrived = match next {
                Some(next) => self.page_at(&endpoint, repository, next, &progress).await?,
                None if is_full => match self.page_after(&endpoint, repository, &page, &progress).await? {
                    Some(arrived) => arrived,
                    None => break,
                },
                None => break,
            };
        }
        progress.conclude(repository)
    }

    /// Requests the first page, with the largest page size that the server accepts.
    async fn first_page(
        &self,
        repository: &Repository,
        unless: Option<String>,
    ) -> Result<(Arc<Endpoint>, FirstPage)> {
        loop {
            let tried = AtomicUsize::new(0);
            let resource = |endpoint: &Endpoint| {
                tried.store(endpoint.refused_page_sizes(), Ordering::Relaxed);
                Resource { unless: unless.clone(), ..self.page(&list_path(endpoint.asked_page_size(), None)) }
            };
            let read = |response: Response| match response.is_success() {
                true => self.read_page(response, &Progress::default()).map(FirstPage::Page),
                false => Ok(FirstPage::Refused(response)),
            };
            let (endpoint, first) = self.ask(repository, resource, read).await?;
            let next = tried.load(Ordering::Relaxed) + 1;
            match &first {
                FirstPage::Refused(response)
                    if matches!(response.status(), 400 | 405) && next < endpoint.page_sizes().count() =>
                {
                    endpoint.set_refused_page_sizes(next);
                }
                _ => return Ok((endpoint, first)),
            }
        }
    }

    async fn page_at(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        next: Next,
        progress: &Progress,
    ) -> Result<Arrived> {
        self.bound_pages(&next, progress)?;
        let response = self.follow(endpoint, repository, &self.page(""), next).await?;
        if !response.is_success() {
            return Err(refused(&response, repository));
        }
        self.read_page(response, progress)
    }

    /// Requests the page after one that is full and has no Link. A registry that ignores `last` answers with the same
    /// page again, or refuses.
    async fn page_after(
        &self,
        endpoint: &Endpoint,
        repository: &Repository,
        page: &TagPage,
        progress: &Progress,
    ) -> Result<Option<Arrived>> {
        let (Some(base), Some(last)) = (endpoint.bases().into_iter().next(), page.tags.last()) else {
            return Ok(None);
        };
        let next = Next::Own(resource_url(
            &base,
            &endpoint.path_of(repository),
            &list_path(endpoint.asked_page_size(), Some(last)),
        )?);
        if progress.urls.contains(next.url()) {
            return Ok(None);
        }
        self.bound_pages(&next, progress)?;
        let response = self.follow(endpoint, repository, &self.page(""), next).await?;
        match response.status() {
            200..=299 => {}
            400 | 404 | 405 => return Ok(None),
            _ => return Err(refused(&response, repository)),
        }
        let arrived = self.read_page(response, progress)?;
        let is_new = arrived.page.count() > 0 && arrived.page.tags != page.tags;
        Ok(is_new.then_some(arrived))
    }

    fn bound_pages(&self, next: &Next, progress: &Progress) -> Result<()> {
        let bound = self.limit(Limit::TagPages);
        if progress.urls.len() < bound {
            return Ok(());
        }
        Err(too_large(next.url(), &format!("more than {bound} pages"), Limit::TagPages))
    }

    fn read_page(&self, response: Response, progress: &Progress) -> Result<Arrived> {
        let (most_tags, most_bytes) = (self.limit(Limit::Tags), self.limit(Limit::TagListBytes));
        let room = Room {
            tags: most_tags.saturating_sub(progress.tags),
            bytes: most_bytes.saturating_sub(progress.bytes),
        };
        match TagPage::read(response.body(), room) {
            Ok(page) => Ok(Arrived { response: response.without_body(), page }),
            Err(PageFault::TooManyTags) => {
                Err(too_large(response.url(), &format!("more than {most_tags} tags"), Limit::Tags))
            }
            Err(PageFault::TooManyBytes) => {
                let what = format!("tags of more than {most_bytes} bytes");
                Err(too_large(response.url(), &what, Limit::TagListBytes))
            }
            Err(PageFault::Json(error)) => Err(response.not_json(&error)),
            Err(PageFault::NoTags) => {
                let message = format!("{} answered with something that is no tag list", response.host());
                Err(explained(&response, Error::bad_response(message)))
            }
        }
    }

    fn page(&self, path: &str) -> Resource {
        let limit = self.bound(Limit::TagPageBytes);
        Resource::new("tags", path.to_owned(), limit)
    }

    /// Returns the next page by a page's Link. The Link must name the registry itself, because the authorization of
    /// this page goes along. Only the query of its URL is used: Artifactory leaves out its prefix, Nexus names an
    /// internal path, and a server behind a proxy names the scheme and port that the proxy uses.
    fn next_page(
        &self,
        repository: &Repository,
        endpoint: &Endpoint,
        response: &Response,
        page: &TagPage,
    ) -> Result<Option<Next>> {
        let asked = response.url();
        let refused = |target: String| {
            Error::bad_response(format!("Refused the next page of {}: its Link names {target}", shown(asked)))
                .with_host(response.host())
        };
        let target = match link::next(response.all_bytes("link")) {
            NextLink::Nothing => return Ok(None),
            NextLink::Target(target) => target,
            NextLink::Unreadable => return Err(refused("something that cannot be read".to_owned())),
        };
        // Forgejo links from its last page to an empty one, whose own Link has an empty cursor.
        if page.count() == 0 && link::has_empty_cursor(target) {
            return Ok(None);
        }
        let url = asked.join(target).map_err(|error| refused(format!("a text that is no URL: {error}")))?;
        let is_plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let base = endpoint.bases().into_iter().find(|base| same_origin(base, asked));
        match base {
            Some(base) if is_plain && (same_host(asked, &url) || endpoint.is_named(&url)) => {
                let mut own = resource_url(&base, &endpoint.path_of(repository), "tags/list")?;
                own.set_query(url.query());
                Ok(Some(Next::Own(own)))
            }
            None if is_plain && same_origin(asked, &url) => {
                Ok(Some(Next::Elsewhere(url, Reach::of_server(response.server()))))
            }
            _ => Err(refused(format!("{}, on another origin", shown(&url)))),
        }
    }
}

enum FirstPage {
    Page(Arrived),
    /// An answer without a page: an error status, or 304.
    Refused(Response),
}

impl Progress {
    fn count(&mut self, page: &TagPage) {
        self.tags += page.count();
        self.left_out += page.left_out;
        self.bytes += page.bytes;
    }

    /// Logs how many entries were left out. A list without a single tag is an error.
    fn conclude(&self, repository: &Repository) -> Result<()> {
        match self.left_out {
            0 => Ok(()),
            all if all == self.tags => Err(Error::bad_response(format!(
                "The tag list of {repository} has {all} entries, none of which is a tag"
            ))),
            some => {
                tracing::warn!(
                    "The tag list of {repository} has {some} entries that are no tags; they are left out"
                );
                Ok(())
            }
        }
    }
}

impl Endpoint {
    /// Returns the page sizes to ask for, the best one first.
    fn page_sizes(&self) -> impl Iterator<Item = Option<usize>> {
        let first = self.page_size.unwrap_or(PAGE_SIZE);
        [Some(first), Some(SMALL_PAGE_SIZE).filter(|small| *small < first), None]
            .into_iter()
            .enumerate()
            .filter_map(|(position, size)| (position == 0 || position == 2 || size.is_some()).then_some(size))
    }

    /// Returns the page size to ask for; `None` leaves it to the registry.
    fn asked_page_size(&self) -> Option<usize> {
        self.page_sizes().nth(self.refused_page_sizes()).flatten()
    }

    /// Whether a page without a Link may be the beginning of a longer list, judged by its number of entries.
    fn may_be_cut(&self, entries: usize) -> bool {
        match self.asked_page_size() {
            Some(size) => entries == size || (entries < size && FULL_PAGES.contains(&entries)),
            None => FULL_PAGES.contains(&entries),
        }
    }
}

/// Returns path and query of a page.
fn list_path(size: Option<usize>, last: Option<&str>) -> String {
    let size = size.map(|size| format!("n={size}"));
    let last = last.map(|last| format!("last={last}"));
    let query = size.into_iter().chain(last).collect::<Vec<_>>().join("&");
    if query.is_empty() { "tags/list".to_owned() } else { format!("tags/list?{query}") }
}

fn refused(response: &Response, repository: &Repository) -> Error {
    refusal(response, format!("Failed to list tags for {}: {}", repository.name(), response.status()))
}

fn too_large(url: &url::Url, what: &str, limit: Limit) -> Error {
    let message = format!("The tag list at {} has {what}", shown(url));
    Error::too_large(message, Some(limit)).with_host(authority(url))
}
