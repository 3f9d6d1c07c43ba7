//! Bounds what is looked up at GitHub without a token, which allows 60 requests an hour.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime},
};

use super::remember;
use crate::{
    cache::Cache,
    error::{Error, ErrorKind, Result},
    source::{page::SourceRepository, probe::GitHub},
};

const HOUR: Duration = Duration::from_secs(3600);
/// Look-ups in an hour. They leave room for nineteen lists of releases.
const IN_AN_HOUR: u32 = 40;
/// Look-ups that every image may take: seventeen images take thirty-four.
const FOR_AN_IMAGE: usize = 2;
/// Look-ups in an hour up to which an image may take more than its own.
const SHARED: u32 = 8;

/// The look-ups of one image.
pub(crate) struct Allowance(Option<AtomicUsize>);

/// The look-ups of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    most: u32,
}

/// Counts the look-ups of an hour in the cache, for all processes that share it. The lock is for those of this process.
#[derive(Default)]
pub(super) struct Hourly(tokio::sync::Mutex<()>);

/// Whether look-ups at the host of a repository are counted.
fn is_counted(github: &GitHub, source: &SourceRepository) -> bool {
    source.host() == "github.com" && github.api(source).1.is_none()
}

impl Allowance {
    pub(crate) fn at(github: &GitHub, source: &SourceRepository) -> Self {
        Self(is_counted(github, source).then(AtomicUsize::default))
    }

    /// Whether it has an end, so that what matters most is to be looked up first.
    pub(crate) fn is_bounded(&self) -> bool {
        self.0.is_some()
    }

    /// Takes one look-up, and tells how much of the hour it may come from.
    pub(super) fn take(&self) -> Option<Share> {
        let taken = self.0.as_ref()?.fetch_add(1, Ordering::Relaxed);
        Some(Share { most: if taken < FOR_AN_IMAGE { IN_AN_HOUR } else { SHARED } })
    }
}

impl Hourly {
    /// Takes one look-up at the host of a repository.
    ///
    /// # Errors
    /// `RateLimited` if none is left.
    pub(super) async fn take(
        &self,
        share: Option<Share>,
        cache: &Cache,
        (github, source): (&GitHub, &SourceRepository),
    ) -> Result<()> {
        let Some(Share { most }) = share else { return Ok(()) };
        let key = format!("look-ups {}", github.viewer(source));
        let _turn = self.0.lock().await;
        let entry = cache.get(&key).await;
        let spent =
            entry.as_ref().and_then(|entry| std::str::from_utf8(&entry.value).ok()?.parse::<u32>().ok());
        let spent = spent.unwrap_or_default();
        if spent >= most {
            let why = "No more is looked up at GitHub without a token for now";
            return Err(Error::new(ErrorKind::RateLimited, why));
        }
        // The hour is that of the first look-up.
        let left = entry.and_then(|entry| entry.time_left(SystemTime::now())).unwrap_or(HOUR);
        remember(cache, &key, &(spent + 1).to_string(), left).await;
        Ok(())
    }
}
