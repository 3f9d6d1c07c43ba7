//! The changelog of a source repository that has no releases.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    check::checker::Checker,
    error::Result,
    source::{
        files::{self, Text},
        notes::{
            changelog::{Reading, Section, sections},
            cut,
        },
        page::SourceRepository,
    },
};

/// The most bytes of a changelog that are read. Its beginning has the newest versions.
const MAX_BYTES: usize = 1024 * 1024;
/// The time for which it is not asked for again.
const FRESH: Duration = Duration::from_secs(3600);
/// The time for which it is kept, to be requested by `ETag`.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A changelog.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Changelog {
    text: String,
    /// Whether it was read to its end.
    pub(crate) is_whole: bool,
    etag: Option<String>,
}

impl Changelog {
    pub(crate) fn sections(&self, reading: Reading<'_>) -> Vec<Section<'_>> {
        sections(&self.text, reading)
    }
}

/// Reads `CHANGELOG.md` at the default branch, by one request, and after an hour by its `ETag`; `None` if there is none.
///
/// # Errors
/// The error that kept the host from answering.
pub(crate) async fn read(checker: &Checker, source: &SourceRepository) -> Result<Option<Changelog>> {
    let github = checker.releases.github();
    let key = format!("changelog {} {}", github.viewer(source), source.url());
    let entry = checker.cache.get(&key).await;
    let cached =
        entry.as_ref().and_then(|entry| serde_json::from_slice::<Option<Changelog>>(&entry.value).ok());
    if let (Some(entry), Some(cached)) = (&entry, &cached)
        && entry.learnt.elapsed().is_ok_and(|age| age < FRESH)
    {
        return Ok(cached.clone());
    }
    let cached = cached.flatten();
    let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
    let asked = files::changelog(github, &checker.http, source, etag);
    let changelog = match checker.in_time(asked).await? {
        Text::Unchanged => cached,
        Text::Missing => None,
        Text::Is { mut text, etag } => {
            let is_whole = !cut(&mut text, MAX_BYTES);
            Some(Changelog { text, is_whole, etag })
        }
    };
    if let Ok(value) = serde_json::to_vec(&changelog) {
        checker.cache.put(&key, value, Some(KEPT)).await;
    }
    Ok(changelog)
}
