//! Keeps the support data in the cache, and refreshes them.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{
    cache::{Cache, single_flight::SingleFlight},
    http::client::Client,
    lifecycle::{catalog::Catalog, summary::Names},
    source::endoflife_date::{Current, LifecycleOptions, fetch},
};

/// The time for which support data are kept, to be requested by `ETag` and to be used while their server is down.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// The time after a failure without another request, so that not every check waits for a server that is down.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(15 * 60);

/// Support data as the cache stores them.
#[derive(Serialize, Deserialize)]
struct Remembered {
    etag: Option<String>,
    /// The catalog, serialised.
    #[serde(rename = "facts")]
    catalog: String,
}

/// Provides the newest support data.
pub(crate) struct LifecycleData {
    http: Client,
    cache: Arc<Cache>,
    options: LifecycleOptions,
    fetches: SingleFlight<(), Arc<Catalog>>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The catalog, and the time until which it is current.
    current: Option<(Arc<Catalog>, SystemTime)>,
    failed: Option<Instant>,
}

impl LifecycleData {
    pub(crate) fn new(options: LifecycleOptions, http: Client, cache: Arc<Cache>) -> Self {
        Self { http, cache, options, fetches: SingleFlight::default(), state: Arc::default() }
    }

    /// Unpacks the support data that the package carries, unless the options name a server of newer ones.
    pub(crate) fn prepare(&self) {
        if self.options.refresh.is_none() {
            Catalog::embedded();
        }
    }

    /// Returns the support data that the package carries, or newer ones if the options name a server. If that fails, a
    /// warning is logged and the newest data that are available are used.
    pub(crate) async fn newest(&self) -> Arc<Catalog> {
        let Some(url) = self.options.refresh.clone() else { return Catalog::embedded() };
        if let Some((catalog, expires)) = &self.state.lock().current
            && SystemTime::now() < *expires
        {
            return catalog.clone();
        }
        let look = Look {
            key: format!("support data {url}"),
            url,
            every: self.options.every,
            http: self.http.clone(),
            cache: self.cache.clone(),
            state: self.state.clone(),
        };
        self.fetches.join((), look.newest()).await
    }

    /// The products in the caller's own images.
    pub(crate) fn names(&self) -> &Names {
        self.options.images()
    }

    /// Whether reports contain lifecycles.
    pub(crate) fn is_told(&self) -> bool {
        self.options.is_told
    }

    /// Forgets the data that were requested.
    pub(crate) fn forget(&self) {
        *self.state.lock() = State::default();
    }
}

/// A request for current support data.
struct Look {
    key: String,
    url: url::Url,
    every: Duration,
    http: Client,
    cache: Arc<Cache>,
    state: Arc<Mutex<State>>,
}

impl Look {
    async fn newest(self) -> Arc<Catalog> {
        let entry = self.cache.get(&self.key).await;
        let cached = entry.as_ref().and_then(|entry| serde_json::from_slice::<Remembered>(&entry.value).ok());
        let cached = cached.and_then(|cached| Some((Arc::new(Catalog::read(&cached.catalog)?), cached)));
        if let (Some(entry), Some((catalog, _))) = (&entry, &cached)
            && let Some(expires) = entry.learnt.checked_add(self.every)
            && SystemTime::now() < expires
        {
            return self.keep(catalog.clone(), expires);
        }
        if self.state.lock().failed.is_some_and(|failed| failed.elapsed() < PAUSE_AFTER_FAILURE) {
            return newer(cached.map(|(catalog, _)| catalog));
        }
        let etag = cached.as_ref().and_then(|(_, cached)| cached.etag.as_deref());
        let (catalog, remembered) = match (fetch(&self.http, &self.url, etag).await, cached) {
            (Ok(Current::Changed(catalog, text, etag)), _) => {
                (Arc::new(catalog), Remembered { etag, catalog: text })
            }
            (Ok(Current::Unchanged), Some(cached)) => cached,
            (Ok(Current::Unchanged), None) => return Catalog::embedded(),
            (Err(error), cached) => {
                let catalog = newer(cached.map(|(catalog, _)| catalog));
                tracing::warn!("Support data of {} are used: {error}", catalog.as_of);
                self.state.lock().failed = Some(Instant::now());
                return catalog;
            }
        };
        if let Ok(value) = serde_json::to_vec(&remembered) {
            self.cache.put(&self.key, value, Some(KEPT)).await;
        }
        let expires = SystemTime::now().checked_add(self.every).unwrap_or(SystemTime::UNIX_EPOCH);
        self.keep(catalog, expires)
    }

    fn keep(&self, catalog: Arc<Catalog>, expires: SystemTime) -> Arc<Catalog> {
        let catalog = newer(Some(catalog));
        *self.state.lock() = State { current: Some((catalog.clone(), expires)), failed: None };
        catalog
    }
}

/// Returns the newer catalog: the one that was requested, or the one that the package carries.
fn newer(cached: Option<Arc<Catalog>>) -> Arc<Catalog> {
    let embedded = Catalog::embedded();
    cached.filter(|cached| cached.as_of >= embedded.as_of).unwrap_or(embedded)
}
