//! What was learnt about repositories, in the cache: contents by digest, digests by tag, and tag lists by `ETag`.
//!
//! Every account has entries of its own, and so do anonymous requests. No token and no password is ever kept.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::tags::list::TagList;
use crate::{
    cache::{Cache, Entry},
    image::{digest::has_digest, reference::Repository},
};

/// Time for which contents are kept. They never change, but old ones are rarely asked for.
const CONTENT_TTL: Duration = Duration::from_secs(90 * 24 * 3600);
/// Time for which a tag's digest is kept, to be compared with the present one.
const TAG_TTL: Duration = Duration::from_secs(30 * 24 * 3600);
/// Time for which the host of a registry's blobs is kept.
const BLOB_HOST_TTL: Duration = Duration::from_secs(30 * 24 * 3600);
/// Bytes of the longest tag list that is kept.
const MAX_TAG_LIST: usize = 1024 * 1024;

/// The cache of one repository, as one account sees it.
pub(crate) struct RepositoryCache<'a> {
    pub(crate) cache: &'a Cache,
    /// The registry and the account.
    pub(crate) viewer: String,
    pub(crate) repository: &'a Repository,
}

/// Content that has a digest.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) media_type: String,
    pub(crate) body: Vec<u8>,
}

/// The digest that a tag had when it was last looked at.
pub(crate) struct Pointer {
    pub(crate) digest: String,
    learnt: SystemTime,
}

impl Pointer {
    /// Whether it is younger than `ttl`. After the clock was set back, it is not.
    pub(crate) fn is_fresh(&self, ttl: Duration) -> bool {
        self.learnt.elapsed().is_ok_and(|age| age < ttl)
    }
}

impl RepositoryCache<'_> {
    fn key(&self, kind: &str, name: &str) -> String {
        format!("{kind} {} {} {name}", self.viewer, self.repository.name())
    }

    /// Returns the content with a digest.
    pub(crate) async fn content(&self, digest: &str) -> Option<Content> {
        let entry = self.cache.get(&self.key("content", digest)).await?;
        let (media_type, body) = lines(&entry)?;
        // Somebody else may have written to the store.
        if has_digest(body, digest) != Some(true) {
            tracing::warn!("What the cache has under {digest} is something else, and is not used");
            return None;
        }
        Some(Content { media_type: media_type.to_owned(), body: body.to_vec() })
    }

    /// Keeps a content that has been verified.
    pub(crate) async fn keep_content(&self, digest: &str, media_type: &str, body: &[u8]) {
        let value = [media_type.as_bytes(), b"\n", body].concat();
        self.cache.put(&self.key("content", digest), value, Some(CONTENT_TTL)).await;
    }

    /// Returns the digest that a tag had.
    pub(crate) async fn pointer(&self, tag: &str) -> Option<Pointer> {
        let entry = self.cache.get(&self.key("tag", tag)).await?;
        let digest = std::str::from_utf8(&entry.value).ok()?.to_owned();
        Some(Pointer { digest, learnt: entry.learnt })
    }

    /// Keeps the digest that a tag has.
    pub(crate) async fn keep_pointer(&self, tag: &str, digest: &str) {
        self.cache.put(&self.key("tag", tag), digest.as_bytes().to_vec(), Some(TAG_TTL)).await;
    }

    /// Returns the origin to which the registry has redirected requests for blobs.
    pub(crate) async fn blob_host(&self) -> Option<String> {
        let entry = self.cache.get(&self.blob_host_key()).await?;
        Some(std::str::from_utf8(&entry.value).ok()?.to_owned())
    }

    /// Keeps that origin, which is the same for all repositories of the registry.
    pub(crate) async fn keep_blob_host(&self, origin: &str) {
        if self.blob_host().await.as_deref() != Some(origin) {
            let value = origin.as_bytes().to_vec();
            self.cache.put(&self.blob_host_key(), value, Some(BLOB_HOST_TTL)).await;
        }
    }

    fn blob_host_key(&self) -> String {
        format!("blob host {}", self.viewer)
    }

    /// Returns the last tag list that came with an `ETag`, and that `ETag`.
    pub(crate) async fn tag_list(&self) -> Option<(String, TagList)> {
        let entry = self.cache.get(&self.key("tags", "")).await?;
        let (etag, tags) = lines(&entry)?;
        Some((etag.to_owned(), std::str::from_utf8(tags).ok()?.lines().collect()))
    }

    /// Keeps a tag list. A very long list is not kept, nor one with a tag of several lines.
    pub(crate) async fn keep_tag_list(&self, etag: &str, tags: &TagList) {
        if tags.iter().any(|tag| tag.is_empty() || tag.contains(['\n', '\r'])) {
            return;
        }
        let value = std::iter::once(etag).chain(tags.iter()).collect::<Vec<_>>().join("\n");
        if value.len() <= MAX_TAG_LIST {
            self.cache.put(&self.key("tags", ""), value.into_bytes(), Some(TAG_TTL)).await;
        }
    }
}

/// Splits an entry into its first line and the rest.
pub(crate) fn lines(entry: &Entry) -> Option<(&str, &[u8])> {
    let value: &Arc<[u8]> = &entry.value;
    let end = value.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(value.get(..end)?).ok()?, value.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::digest::sha256;

    #[tokio::test]
    async fn content_that_is_not_what_its_digest_says_is_not_believed() {
        let (cache, repository) = (Cache::default(), Repository::new("r.example", "a/b").expect("a name"));
        let cache = RepositoryCache { cache: &cache, viewer: "nobody".to_owned(), repository: &repository };
        let digest = sha256(b"{}");
        cache.keep_content(&digest, "application/json", b"{}").await;
        assert_eq!(cache.content(&digest).await.map(|content| content.body), Some(b"{}".to_vec()));
        cache.keep_content(&digest, "application/json", br#"{"planted":true}"#).await;
        assert!(cache.content(&digest).await.is_none());
    }
}
