//! Lists the advisories of source repositories, and remembers them.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    advisory::Advisory,
    cache::{Cache, single_flight::SingleFlight},
    error::{Error, Result},
    http::client::Client,
    source::{
        advisories::{self, Answer, MAX_PAGES, Page},
        page::SourceRepository,
        probe::GitHub,
    },
};

/// The time for which a list is kept, to be requested by `ETag`.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// The advisories of a repository.
#[derive(Debug, Clone)]
pub(crate) struct AdvisoryList {
    pub(crate) advisories: Vec<Advisory>,
    /// Whether all published ones are among them.
    pub(crate) is_complete: bool,
    pub(crate) as_of: SystemTime,
}

/// A list as the cache stores it.
#[derive(Serialize, Deserialize)]
struct Remembered {
    pages: Vec<RememberedPage>,
}

#[derive(Clone, Serialize, Deserialize)]
struct RememberedPage {
    etag: Option<String>,
    next: Option<String>,
    is_whole: bool,
    advisories: Vec<Advisory>,
}

/// Lists the advisories of source repositories, and remembers them.
pub(crate) struct AdvisoryLists {
    http: Client,
    cache: Arc<Cache>,
    /// The time for which a list is used without a request.
    fresh: Duration,
    lists: SingleFlight<String, Result<Arc<AdvisoryList>>>,
}

impl AdvisoryLists {
    pub(crate) fn new(http: Client, cache: Arc<Cache>, fresh: Duration) -> Self {
        Self { http, cache, fresh, lists: SingleFlight::default() }
    }

    /// Returns the published advisories of a repository on GitHub, at most three pages of a hundred. A list is reused for
    /// a time; after that each page is requested with the `ETag` of its last answer.
    ///
    /// # Errors
    /// The error that kept the list from being read.
    pub(crate) async fn of(&self, github: &GitHub, source: &SourceRepository) -> Result<Arc<AdvisoryList>> {
        let key = format!("advisories {} {}{}", github.viewer(source), source.origin(), source.path());
        let (github, source, http) = (github.clone(), source.clone(), self.http.clone());
        let (cache, fresh, name) = (self.cache.clone(), self.fresh, key.clone());
        let work = async move {
            let entry = cache.get(&name).await;
            let known =
                entry.as_ref().and_then(|entry| serde_json::from_slice::<Remembered>(&entry.value).ok());
            if let (Some(entry), Some(known)) = (&entry, &known)
                && entry.learnt.elapsed().is_ok_and(|age| age < fresh)
            {
                return Ok(Arc::new(known.list(entry.learnt)));
            }
            let known = known.map(|known| known.pages).unwrap_or_default();
            let remembered = Remembered { pages: read(&github, &http, &source, known).await? };
            if let Ok(value) = serde_json::to_vec(&remembered) {
                cache.put(&name, value, Some(KEPT)).await;
            }
            Ok(Arc::new(remembered.list(SystemTime::now())))
        };
        self.lists.join(key, work).await
    }
}

/// Reads the pages of a list, of which those with an `ETag` in `known` may be answered by "unchanged".
async fn read(
    github: &GitHub,
    http: &Client,
    source: &SourceRepository,
    known: Vec<RememberedPage>,
) -> Result<Vec<RememberedPage>> {
    let (mut pages, mut cursor) = (Vec::<RememberedPage>::new(), None);
    for _ in 0..MAX_PAGES {
        // A page that is remembered is that behind the same cursor.
        let before = pages.len().checked_sub(1).and_then(|index| known.get(index));
        let is_same = pages.is_empty() || before.is_some_and(|before| before.next == cursor);
        let same = known.get(pages.len()).filter(|_| is_same);
        let etag = same.and_then(|page| page.etag.as_deref());
        let page = match (advisories::page(github, http, source, cursor.as_deref(), etag).await?, same) {
            (Answer::Unchanged, Some(same)) => same.clone(),
            (Answer::Unchanged, None) => return Err(Error::bad_response("304 to what nobody had asked")),
            (Answer::Page(Page { advisories, is_whole, next, etag }), _) => {
                RememberedPage { etag, next, is_whole, advisories }
            }
        };
        cursor.clone_from(&page.next);
        pages.push(page);
        if cursor.is_none() {
            break;
        }
    }
    Ok(pages)
}

impl Remembered {
    fn list(&self, as_of: SystemTime) -> AdvisoryList {
        let is_whole = self.pages.iter().all(|page| page.is_whole);
        AdvisoryList {
            advisories: self.pages.iter().flat_map(|page| page.advisories.iter().cloned()).collect(),
            is_complete: is_whole && self.pages.last().is_none_or(|page| page.next.is_none()),
            as_of,
        }
    }
}
