//! Manifests and configs. Content is verified if its digest is known.

use std::sync::Arc;

use url::Url;

use super::{
    answer::{Answer, Fetched},
    auth::ahead::trusting,
    client::RegistryClient,
    digests::verify,
    repository_cache::Content,
    resource::{Resource, named, refused},
};
use crate::{
    error::{Error, Limit, Result},
    http::{
        connect::address::{AddressClass, Reach},
        error_document::explained,
        host::places::Rank,
        redirect::same_origin,
        request::Request,
        response::Response,
    },
    image::{
        config::ImageConfig,
        digest::{is_digest, sha256},
        manifest::{ACCEPT, Descriptor, Index, Manifest},
        reference::Repository,
    },
};

/// Most indexes within an index that are read, at any depth. Known images have a few at most.
const MAX_NESTED: usize = 32;

impl RegistryClient {
    /// Returns the manifest or index that a tag or a digest points to. Content with a digest is requested once. For a
    /// tag that was read a while ago, only the digest is requested.
    ///
    /// # Errors
    /// No answer at all, or one that is no manifest or does not match the digest. An error status is
    /// [`Answer::Refused`].
    pub(crate) async fn manifest(
        self: &Arc<Self>,
        repository: &Repository,
        tag_or_digest: &str,
    ) -> Result<Answer<Arc<Fetched>>> {
        self.ranked_manifest(repository, tag_or_digest, Rank::LeadsOn).await
    }

    /// Returns a manifest as [`Self::manifest`] does, with the rank of its requests.
    ///
    /// # Errors
    /// Those of [`Self::manifest`].
    pub(crate) async fn ranked_manifest(
        self: &Arc<Self>,
        repository: &Repository,
        tag_or_digest: &str,
        rank: Rank,
    ) -> Result<Answer<Arc<Fetched>>> {
        let repository = self.settings.upstream(repository).into_owned();
        let (client, name) = (Arc::clone(self), tag_or_digest.to_owned());
        let key = format!("{} {repository} {name}", self.viewer(&repository).await);
        let work = async move { client.find_whole_manifest(&repository, &name, rank).await };
        self.shared.manifests.join(key, work).await
    }

    /// Returns a manifest. An index within an index is replaced by its entries.
    async fn find_whole_manifest(
        self: &Arc<Self>,
        repository: &Repository,
        name: &str,
        rank: Rank,
    ) -> Result<Answer<Arc<Fetched>>> {
        let mut fetched = match self.find_manifest(repository, name, rank).await? {
            Answer::Found(fetched) => fetched,
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        };
        if let Manifest::Index(index) = &mut fetched.manifest
            && let Some(refusal) = self.flatten(repository, index).await?
        {
            return Ok(Answer::Refused(refusal));
        }
        Ok(Answer::Found(Arc::new(fetched)))
    }

    async fn find_manifest(
        self: &Arc<Self>,
        repository: &Repository,
        name: &str,
        rank: Rank,
    ) -> Result<Answer<Fetched>> {
        let cache = self.cache_of(repository).await;
        let digest = if is_digest(name) {
            Some(name.to_owned())
        } else {
            match cache.pointer(name).await {
                Some(pointer) if pointer.is_fresh(self.settings.tag_ttl) => Some(pointer.digest),
                Some(_) => match self.head(repository, name, rank).await? {
                    Answer::Found(digest) => digest,
                    Answer::Refused(error) => return Ok(Answer::Refused(error)),
                },
                None => None,
            }
        };
        let known = match &digest {
            Some(digest) => cache.content(digest).await,
            None => None,
        };
        let content = match known {
            Some(content) => Arc::new(content),
            None => match self.fetch_manifest(repository, digest.as_deref().unwrap_or(name), rank).await? {
                Answer::Found(content) => content,
                Answer::Refused(error) => return Ok(Answer::Refused(error)),
            },
        };
        let digest = digest.unwrap_or_else(|| sha256(&content.body));
        if !is_digest(name) {
            cache.keep_pointer(name, &digest).await;
        }
        let manifest = Manifest::parse(&content.body, &content.media_type)?;
        Ok(Answer::Found(Fetched { manifest, digest, size: content.body.len() as u64 }))
    }

    /// Requests a manifest, and keeps it.
    pub(crate) async fn fetch_manifest(
        self: &Arc<Self>,
        repository: &Repository,
        name: &str,
        rank: Rank,
    ) -> Result<Answer<Arc<Content>>> {
        let (client, repository, name) = (Arc::clone(self), repository.clone(), name.to_owned());
        let key = format!("{} {repository} {name}", self.viewer(&repository).await);
        let work = async move { client.ask_for_manifest(&repository, &name, rank).await };
        self.shared.contents.join(key, work).await
    }

    async fn ask_for_manifest(
        &self,
        repository: &Repository,
        name: &str,
        rank: Rank,
    ) -> Result<Answer<Arc<Content>>> {
        let cache = self.cache_of(repository).await;
        // Another caller's answer may have arrived since the look for it.
        if is_digest(name)
            && let Some(known) = cache.content(name).await
        {
            return Ok(Answer::Found(Arc::new(known)));
        }
        let resource = Resource {
            accept: Some(ACCEPT),
            rank,
            ..named("manifests", name, self.bound(Limit::ManifestBytes))?
        };
        let read = |response: Response| {
            if !response.is_success() {
                return Ok(Answer::Refused(refused(&response, repository, &resource)));
            }
            verify(&response, name)?;
            let media_type = response.header("content-type").unwrap_or_default().to_owned();
            // Only a manifest that can be read is kept.
            Manifest::parse(response.body(), &media_type).map_err(|error| explained(&response, error))?;
            Ok(Answer::Found(Content { media_type, body: response.into_body() }))
        };
        let content = match self.ask(repository, |_| resource.clone(), read).await {
            // A host that is left alone counts as one that answers 429.
            Err(error) if error.status() == Some(429) => {
                let reason = error.to_string();
                return Ok(Answer::Refused(error.with_source(reason)));
            }
            other => match other?.1 {
                Answer::Found(content) => content,
                Answer::Refused(error) => return Ok(Answer::Refused(error)),
            },
        };
        let digest = if is_digest(name) { name.to_owned() } else { sha256(&content.body) };
        cache.keep_content(&digest, &content.media_type, &content.body).await;
        Ok(Answer::Found(Arc::new(content)))
    }

    /// Replaces indexes within an index by their entries. Returns the refusal of an index that is refused.
    async fn flatten(self: &Arc<Self>, repository: &Repository, index: &mut Index) -> Result<Option<Error>> {
        let mut looked_into = 0;
        self.bound_entries(index)?;
        while let Some(position) = index.manifests.iter().position(Descriptor::is_index) {
            looked_into += 1;
            if looked_into > MAX_NESTED {
                let message = format!("The index has more than {MAX_NESTED} indexes within it");
                return Err(Error::too_large(message, None));
            }
            let nested = index.manifests.remove(position);
            let Some(digest) = nested.digest()? else { continue };
            let inner = match self.find_manifest(repository, digest, Rank::LeadsOn).await? {
                Answer::Found(inner) => inner,
                Answer::Refused(error) => return Ok(Some(error)),
            };
            if let Manifest::Index(inner) = inner.manifest {
                index.manifests.splice(position..position, inner.manifests);
                self.bound_entries(index)?;
            }
        }
        Ok(None)
    }

    fn bound_entries(&self, index: &Index) -> Result<()> {
        let bound = self.http.options().limits.index_entries;
        if index.manifests.len() <= bound {
            return Ok(());
        }
        let message = format!("The index has more than {bound} entries");
        Err(Error::too_large(message, Some(Limit::IndexEntries)))
    }

    /// Returns the image config with a digest. It is requested once.
    ///
    /// # Errors
    /// No answer at all, or one that is no config or does not match the digest. An error status is [`Answer::Refused`].
    pub(crate) async fn config(
        self: &Arc<Self>,
        repository: &Repository,
        digest: &str,
    ) -> Result<Answer<Arc<ImageConfig>>> {
        let repository = self.settings.upstream(repository).into_owned();
        let (client, digest) = (Arc::clone(self), digest.to_owned());
        let key = format!("{} {repository} {digest}", self.viewer(&repository).await);
        let work = async move { client.find_config(&repository, &digest).await };
        self.shared.configs.join(key, work).await
    }

    async fn find_config(&self, repository: &Repository, digest: &str) -> Result<Answer<Arc<ImageConfig>>> {
        let cache = self.cache_of(repository).await;
        if let Some(content) = cache.content(digest).await {
            return ImageConfig::parse(&content.body).map(|config| Answer::Found(Arc::new(config)));
        }
        let resource = named("blobs", digest, self.bound(Limit::ConfigBytes))?;
        let read = |response: Response| {
            if !response.is_success() {
                return Ok(Answer::Refused(refused(&response, repository, &resource)));
            }
            verify(&response, digest)?;
            let config = ImageConfig::parse(response.body()).map_err(|error| {
                // The digest proves that this is what was pushed, so another request would bring the same.
                let error = Error::bad_response(error.message());
                explained(&response, error)
            })?;
            Ok(Answer::Found((config, response.url().clone(), response.into_body())))
        };
        let (endpoint, answer) = self.ask(repository, |_| resource.clone(), read).await?;
        let (config, url, body) = match answer {
            Answer::Found(found) => found,
            Answer::Refused(error) => return Ok(Answer::Refused(error)),
        };
        let is_elsewhere = endpoint.bases().iter().all(|base| !same_origin(base, &url));
        if !endpoint.is_mirror && is_elsewhere && url.scheme() == "https" {
            cache.keep_blob_host(&url.origin().ascii_serialization()).await;
        }
        cache.keep_content(digest, "", &body).await;
        Ok(Answer::Found(Arc::new(config)))
    }

    /// Whether the digest that a tag had is remembered.
    pub(crate) async fn knows_digest(&self, repository: &Repository, tag: &str) -> bool {
        let repository = self.settings.upstream(repository);
        self.cache_of(&repository).await.pointer(tag).await.is_some()
    }

    /// Opens a connection to the host that has the registry's blobs, if an image is about to be read that was not read
    /// before. The host is known when the registry has led to it once. Returns whether the
    /// image is such a one, and no host is known: [`Self::connect_to_usual_blobs`] may help.
    pub(crate) async fn connect_to_blobs(&self, repository: &Repository, tag_or_digest: &str) -> bool {
        let repository = &*self.settings.upstream(repository);
        let cache = self.cache_of(repository).await;
        let is_known = match is_digest(tag_or_digest) {
            true => cache.content(tag_or_digest).await.is_some(),
            false => cache.pointer(tag_or_digest).await.is_some(),
        };
        if is_known {
            return false;
        }
        let seen = cache.blob_host().await;
        if let Some(origin) = &seen {
            self.connect_for_blobs(repository, origin).await;
        }
        seen.is_none()
    }

    /// Opens a connection to the host that has the blobs of a well-known registry, which has led to it not yet. The registry has
    /// answered, so the network is there, and the config is still two answers away.
    pub(crate) async fn connect_to_usual_blobs(&self, repository: &Repository) {
        let repository = &*self.settings.upstream(repository);
        if let Some(origin) =
            self.registry_of(repository).ok().and_then(|endpoint| endpoint.usual_blob_host())
        {
            self.connect_for_blobs(repository, origin).await;
        }
    }

    /// The address is nothing that a registry has just named, so it may be a public one only.
    async fn connect_for_blobs(&self, repository: &Repository, origin: &str) {
        let (Ok(endpoint), Ok(url)) = (self.registry_of(repository), Url::parse(origin)) else { return };
        let Ok(request) = trusting(Request::get(url), &endpoint).await else { return };
        let request = request.insecure(false).client_certificate(None);
        self.http.connect_ahead(request.reach(Reach::of_server(AddressClass::Public)));
    }
}
