//! Many images at once.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt, future::BoxFuture, stream};

use crate::{
    error::Result,
    image::reference::ImageReference,
    service::{AvailableUpdate, ContainerRegistryService},
};

/// Images that are checked at once. How much is asked of a host at once is its pace's affair; this only bounds what is held
/// in memory for thousands of images.
const AT_ONCE: usize = 64;

/// An image to check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CheckRequest {
    /// The image, as a person writes it.
    pub image: String,
    /// Architecture of the machine that is to run it.
    pub arch: String,
    /// The source repository to go by where the image names none.
    pub fallback_source: Option<String>,
}

/// How far a batch has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Images that are done, failed ones among them.
    pub done: usize,
    /// Images in all.
    pub total: usize,
    /// The image that this is about.
    pub image: String,
    /// What has happened to it.
    pub phase: Phase,
}

/// What happens to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its check begins.
    Started,
    /// Its check has ended with an answer.
    Done,
    /// Its check has ended with an error.
    Failed,
}

/// A request and what came of it.
type Checked<'a> = (&'a CheckRequest, Result<Vec<AvailableUpdate>>);

impl ContainerRegistryService {
    /// Checks many images: one result for each, in their order; what is named twice is checked once, and a failure is one
    /// image's alone. Tokens are asked for in batches where the token service is known to allow it.
    pub async fn check_images(
        &self,
        images: &[CheckRequest],
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Vec<Result<Vec<AvailableUpdate>>> {
        let mut positions: HashMap<&CheckRequest, Vec<usize>> = HashMap::new();
        let mut distinct = Vec::new();
        for (position, image) in images.iter().enumerate() {
            let same = positions.entry(image).or_default();
            if same.is_empty() {
                distinct.push(image);
            }
            same.push(position);
        }
        let named = distinct.iter().filter_map(|request| ImageReference::parse(&request.image).ok());
        let repositories: Vec<_> =
            named.filter(|image| image.tag != "latest").map(|image| image.repository()).collect();
        self.gather_tokens(&repositories).await;

        let total = images.len();
        let done = AtomicUsize::new(0);
        let tell = |done, request: &CheckRequest, phase| {
            progress(Progress { done, total, image: request.image.clone(), phase });
        };
        let (tell, done) = (&tell, &done);
        let mut checks: Vec<BoxFuture<'_, Checked<'_>>> = Vec::new();
        for request in distinct {
            checks.push(Box::pin(async move {
                tell(done.load(Ordering::Relaxed), request, Phase::Started);
                let fallback = request.fallback_source.as_deref();
                (request, self.available_updates(&request.image, &request.arch, fallback).await)
            }));
        }
        let mut checks = stream::iter(checks).buffer_unordered(AT_ONCE);
        let mut results: Vec<Option<Result<Vec<AvailableUpdate>>>> = vec![None; total];
        while let Some((request, result)) = checks.next().await {
            let phase = if result.is_ok() { Phase::Done } else { Phase::Failed };
            let same = positions.get(request).map(Vec::as_slice).unwrap_or_default();
            for position in same {
                if let Some(slot) = results.get_mut(*position) {
                    *slot = Some(result.clone());
                }
                let before = done.fetch_add(1, Ordering::Relaxed);
                tell(before + 1, request, phase);
            }
        }
        // Every position belongs to one of the distinct images.
        results.into_iter().flatten().collect()
    }
}
