//! How long versions live: the facts, as new as they can be had, and what a caller says of them.

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

/// Time for which facts are kept to be asked for by `ETag`, and to serve while their server is down.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// Time after a failure in which they are not asked for again, lest every check waits for a server that is down.
const REST: Duration = Duration::from_secs(15 * 60);

/// Facts as they lie in the cache.
#[derive(Serialize, Deserialize)]
struct Remembered {
    etag: Option<String>,
    /// In the catalog's form.
    facts: String,
}

/// What is known of the lifecycles of versions.
pub(crate) struct LifecycleData {
    http: Client,
    cache: Arc<Cache>,
    options: LifecycleOptions,
    flights: SingleFlight<(), Arc<Catalog>>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The facts, and until when they are current.
    current: Option<(Arc<Catalog>, SystemTime)>,
    failed: Option<Instant>,
}

impl LifecycleData {
    pub(crate) fn new(options: LifecycleOptions, http: Client, cache: Arc<Cache>) -> Self {
        Self { http, cache, options, flights: SingleFlight::default(), state: Arc::default() }
    }

    /// The facts: those that the package carries, or newer ones where the options say where these are. A failure to get
    /// them is a log line, and the newest that are at hand serve, with their date.
    pub(crate) async fn newest(&self) -> Arc<Catalog> {
        let Some(url) = self.options.refresh.clone() else { return Catalog::embedded() };
        if let Some((catalog, until)) = &self.state.lock().current
            && SystemTime::now() < *until
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
        self.flights.join((), look.newest()).await
    }

    /// Which products the caller's own images hold.
    pub(crate) fn names(&self) -> &Names {
        self.options.images()
    }

    /// Whether reports tell how long versions live.
    pub(crate) fn is_told(&self) -> bool {
        self.options.is_told
    }

    /// Forgets what was asked for.
    pub(crate) fn forget(&self) {
        *self.state.lock() = State::default();
    }
}

/// A look for current facts.
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
        let known = entry.as_ref().and_then(|entry| serde_json::from_slice::<Remembered>(&entry.value).ok());
        let known = known.and_then(|known| Some((Arc::new(Catalog::read(&known.facts)?), known)));
        if let (Some(entry), Some((catalog, _))) = (&entry, &known)
            && let Some(until) = entry.learnt.checked_add(self.every)
            && SystemTime::now() < until
        {
            return self.keep(catalog.clone(), until);
        }
        if self.state.lock().failed.is_some_and(|failed| failed.elapsed() < REST) {
            return newer(known.map(|(catalog, _)| catalog));
        }
        let etag = known.as_ref().and_then(|(_, known)| known.etag.as_deref());
        let (catalog, remembered) = match (fetch(&self.http, &self.url, etag).await, known) {
            (Ok(Current::Changed(catalog, facts, etag)), _) => {
                (Arc::new(catalog), Remembered { etag, facts })
            }
            (Ok(Current::Unchanged), Some(known)) => known,
            (Ok(Current::Unchanged), None) => return Catalog::embedded(),
            (Err(error), known) => {
                let catalog = newer(known.map(|(catalog, _)| catalog));
                tracing::warn!("Support data of {} are used: {error}", catalog.as_of);
                self.state.lock().failed = Some(Instant::now());
                return catalog;
            }
        };
        if let Ok(value) = serde_json::to_vec(&remembered) {
            self.cache.put(&self.key, value, Some(KEPT)).await;
        }
        let until = SystemTime::now().checked_add(self.every).unwrap_or(SystemTime::UNIX_EPOCH);
        self.keep(catalog, until)
    }

    fn keep(&self, catalog: Arc<Catalog>, until: SystemTime) -> Arc<Catalog> {
        let catalog = newer(Some(catalog));
        *self.state.lock() = State { current: Some((catalog.clone(), until)), failed: None };
        catalog
    }
}

/// Of facts that were asked for and those that the package carries the newer ones.
fn newer(known: Option<Arc<Catalog>>) -> Arc<Catalog> {
    let embedded = Catalog::embedded();
    known.filter(|known| known.as_of >= embedded.as_of).unwrap_or(embedded)
}
