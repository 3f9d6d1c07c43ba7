//! Looks for single releases and git tags, within what may be asked of a host.

use std::sync::Arc;

use super::{
    FOUND_TTL, NONE_TTL,
    allowance::Allowance,
    recall,
    releases::{FRESH, Releases},
    remember,
};
use crate::{
    error::Result,
    source::{
        lookups::{self, Lookup},
        page::SourceRepository,
    },
};

impl Releases {
    /// Whether a repository has a release or a git tag of this name. A definite answer is remembered: a find for a day, its
    /// absence for an hour. Only what is not remembered is taken from the allowance.
    ///
    /// # Errors
    /// The error that kept the host from answering; `RateLimited` if the allowance is used up.
    pub(crate) async fn has(
        &self,
        source: &SourceRepository,
        (lookup, tag): (Lookup, &str),
        allowance: &Allowance,
    ) -> Result<bool> {
        let key = format!("{} {} {tag}", lookup.name(), self.place(source));
        if let Some(known) = recall(&self.cache, &key).await {
            return Ok(known == "yes");
        }
        let (share, hourly) = (allowance.take(), self.hourly.clone());
        let (github, http, cache) = (self.github.clone(), self.http.clone(), self.cache.clone());
        let (retry, source, name, tag) =
            (self.http.options().retry, source.clone(), key.clone(), tag.to_owned());
        let work = async move {
            if let Some(known) = recall(&cache, &name).await {
                return Ok(known == "yes");
            }
            hourly.take(share, &cache, (&github, &source)).await?;
            let exists = lookups::exists(&github, &http, &source, (lookup, &tag), &retry).await?;
            let (text, time_to_live) = if exists { ("yes", FOUND_TTL) } else { ("no", NONE_TTL) };
            remember(&cache, &name, text, time_to_live).await;
            Ok(exists)
        };
        self.lookups.join(key, work).await
    }

    /// Returns the git tags of a repository, as many as one answer has. They are requested again after an hour.
    ///
    /// # Errors
    /// The error that kept the host from answering; `RateLimited` if the allowance is used up.
    pub(crate) async fn tags(
        &self,
        source: &SourceRepository,
        allowance: &Allowance,
    ) -> Result<Arc<[String]>> {
        let key = format!("git tags {}", self.place(source));
        let known = recall(&self.cache, &key).await.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(tags) = known {
            return Ok(tags);
        }
        let (share, hourly) = (allowance.take(), self.hourly.clone());
        let (github, http, cache) = (self.github.clone(), self.http.clone(), self.cache.clone());
        let (retry, source, name) = (self.http.options().retry, source.clone(), key.clone());
        let work = async move {
            let known = recall(&cache, &name).await.and_then(|text| serde_json::from_str(&text).ok());
            if let Some(tags) = known {
                return Ok(tags);
            }
            hourly.take(share, &cache, (&github, &source)).await?;
            let tags: Arc<[String]> = lookups::tags(&github, &http, &source, &retry).await?.into();
            if let Ok(text) = serde_json::to_string(&tags) {
                remember(&cache, &name, &text, FRESH).await;
            }
            Ok(tags)
        };
        self.tag_lists.join(key, work).await
    }
}
