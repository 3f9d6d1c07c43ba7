//! Checks many images at once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt, future::BoxFuture, stream};

use super::{
    checker::Checker,
    report::{ImageReport, Status},
    request::CheckRequest,
};
use crate::{error::Result, image::reference::ImageReference};

/// The most images that are checked at once. It bounds the memory for thousands of images; the limits of each host
/// bound the requests.
const AT_ONCE: usize = 64;

/// The progress of a batch of checks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Progress {
    /// How many images are done, including failed ones.
    pub done: usize,
    /// How many images the batch has.
    pub total: usize,
    /// The image of this event.
    pub image: String,
    /// Its index among the images.
    pub position: usize,
    /// The event.
    pub phase: Phase,
    /// Its report, if the check has ended.
    pub report: Option<Arc<ImageReport>>,
}

/// The phase of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The check begins.
    Started,
    /// The check has ended with an answer.
    Done,
    /// The check has ended with an error.
    Failed,
}

impl Checker {
    /// Checks many images and returns one report for each, in their order. Equal requests are checked once, and a
    /// failure concerns one image only. One token is requested for many repositories where the token service is known
    /// to allow that.
    pub(crate) async fn check_all(
        &self,
        images: &[CheckRequest],
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Vec<Arc<ImageReport>> {
        let groups = grouped(images);
        let named = groups.iter().filter_map(|group| group.reference.as_ref().ok());
        let repositories: Vec<_> = named.map(ImageReference::repository).collect();
        self.images.registry.gather_tokens(&repositories).await;

        let total = images.len();
        let done = AtomicUsize::new(0);
        let (tell, done) = (&progress, &done);
        let mut checks: Vec<BoxFuture<'_, (&Group<'_>, Arc<ImageReport>)>> = Vec::new();
        for group in &groups {
            checks.push(Box::pin(async move {
                if let Some(position) = group.positions.first() {
                    tell(Progress {
                        done: done.load(Ordering::Relaxed),
                        total,
                        image: group.first.image.clone(),
                        position: *position,
                        phase: Phase::Started,
                        report: None,
                    });
                }
                (group, Arc::new(self.check_read(group.first, &group.reference).await))
            }));
        }
        let mut checks = stream::iter(checks).buffer_unordered(AT_ONCE);
        let mut reports: Vec<Option<Arc<ImageReport>>> = vec![None; total];
        while let Some((group, report)) = checks.next().await {
            let phase = if report.status == Status::Failed { Phase::Failed } else { Phase::Done };
            for position in &group.positions {
                if let Some(slot) = reports.get_mut(*position) {
                    *slot = Some(report.clone());
                }
                let before = done.fetch_add(1, Ordering::Relaxed);
                progress(Progress {
                    done: before + 1,
                    total,
                    image: group.first.image.clone(),
                    position: *position,
                    phase,
                    report: Some(report.clone()),
                });
            }
        }
        // Every position belongs to one group, so no report is missing.
        reports.into_iter().flatten().collect()
    }
}

/// Equal requests, by their positions.
struct Group<'a> {
    first: &'a CheckRequest,
    reference: Result<ImageReference>,
    positions: Vec<usize>,
}

#[expect(
    clippy::mutable_key_type,
    reason = "a regular expression has a cache inside; the text by which it is compared stays"
)]
fn grouped(images: &[CheckRequest]) -> Vec<Group<'_>> {
    let mut by_request: HashMap<&CheckRequest, usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (position, request) in images.iter().enumerate() {
        let index = *by_request.entry(request).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.positions.push(position),
            None => {
                let reference = ImageReference::parse(&request.image);
                groups.push(Group { first: request, reference, positions: vec![position] });
            }
        }
    }
    groups
}
