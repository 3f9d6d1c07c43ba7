//! The referrers of a manifest: by the API of the OCI distribution specification 1.1, or else by its tag schema.

use std::sync::Arc;

use super::{
    answer::Answer,
    client::RegistryClient,
    repository_cache::Content,
    resource::{Resource, named, refused},
};
use crate::{
    error::{Error, Limit, Result},
    http::{error_document::explained, host::places::Rank, response::Response},
    image::{
        reference::Repository,
        referrers::{self, Referrer},
    },
    text::link::{self, NextLink},
};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The most pages of one list. Known images have a few referrers.
const MAX_PAGES: usize = 4;

/// A page of referrers, and the query of the next one.
type Page = (Vec<(Referrer, String)>, Option<String>);

impl RegistryClient {
    /// Returns the known referrers of a manifest, each with its digest.
    ///
    /// # Errors
    /// The error that kept the registry from answering. A registry that has no such list has no referrers.
    pub(crate) async fn referrers(
        self: &Arc<Self>,
        repository: &Repository,
        digest: &str,
    ) -> Result<Vec<(Referrer, String)>> {
        let repository = &*self.settings.upstream(repository);
        let (mut found, mut query) = (Vec::new(), String::new());
        for _ in 0..MAX_PAGES {
            let Some((page, next)) = self.page_of_referrers(repository, digest, &query).await? else {
                return self.referrers_by_tag(repository, digest).await;
            };
            found.extend(page);
            match next {
                Some(next) => query = format!("?{next}"),
                None => return Ok(found),
            }
        }
        let message = format!("{repository} lists more than {MAX_PAGES} pages of referrers of {digest}");
        Err(Error::too_large(message, None))
    }

    /// Returns a manifest or index as the registry stores it.
    ///
    /// # Errors
    /// The error that kept the registry from answering, a refusal included.
    pub(crate) async fn stored(
        self: &Arc<Self>,
        repository: &Repository,
        digest: &str,
    ) -> Result<Arc<Content>> {
        let repository = &*self.settings.upstream(repository);
        self.fetch_manifest(repository, digest, Rank::LeadsOn).await?.found()
    }

    /// Returns a page of the API's list; `None` if the registry has no such API.
    async fn page_of_referrers(
        self: &Arc<Self>,
        repository: &Repository,
        digest: &str,
        query: &str,
    ) -> Result<Option<Page>> {
        // The digest is checked as that of a manifest is.
        let resource = named("manifests", digest, self.bound(Limit::ManifestBytes))?;
        let path = format!("referrers/{digest}{query}");
        let resource = Resource { kind: "referrers", path, accept: Some(INDEX), ..resource };
        let read = |response: Response| match response.status() {
            200..=299 => {
                let page = referrers::read(response.body()).map_err(|error| explained(&response, error))?;
                Ok(Some((page, next_query(&response)?)))
            }
            // Statuses by which registries without this API answer.
            400 | 404..=406 | 415 | 501 => Ok(None),
            _ => Err(refused(&response, repository, &resource)),
        };
        Ok(self.ask(repository, |_| resource.clone(), read).await?.1)
    }

    /// Returns the list that clients push under a tag where the API is missing (OCI distribution specification,
    /// "Referrers Tag Schema").
    async fn referrers_by_tag(
        self: &Arc<Self>,
        repository: &Repository,
        digest: &str,
    ) -> Result<Vec<(Referrer, String)>> {
        match self.fetch_manifest(repository, &tag_of(digest, ""), Rank::LeadsOn).await? {
            Answer::Found(content) => referrers::read(&content.body),
            Answer::Refused(error) if error.is_not_found() => Ok(Vec::new()),
            Answer::Refused(error) => Err(error),
        }
    }
}

/// Returns the tag under which something about a manifest is pushed: `sha256-<hex>` with a suffix such as `.sig`.
pub(crate) fn tag_of(digest: &str, suffix: &str) -> String {
    format!("{}{suffix}", digest.replacen(':', "-", 1))
}

/// The query of the next page. Nothing else of the address that the server names is used.
fn next_query(response: &Response) -> Result<Option<String>> {
    match link::next(response.all_bytes("link")) {
        NextLink::Nothing => Ok(None),
        NextLink::Unreadable => {
            Err(Error::bad_response("The Link header of a list of referrers cannot be read"))
        }
        NextLink::Target(target) => {
            let url = response.url().join(target).ok();
            let query = url.as_ref().and_then(|url| url.query()).filter(|query| !query.is_empty());
            let missing = || Error::bad_response("The next page of a list of referrers has no query");
            query.map(str::to_owned).ok_or_else(missing).map(Some)
        }
    }
}
