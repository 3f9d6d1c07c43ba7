//! Checks many images at once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::{
    checker::Checker,
    report::{ImageReport, Status},
    request::CheckRequest,
};
use crate::{error::Result, http::client::Client, image::reference::ImageReference};

/// The most images that are checked at once. It bounds the memory for thousands of images; the limits of each host
/// bound the requests.
const AT_ONCE: usize = 64;

/// The images whose tokens are requested before the first of them is checked. A token lives for minutes, so those of the last
/// of thousands would have expired when its turn comes.
const STRETCH: usize = 500;

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
    /// failure concerns one image only.
    pub(crate) async fn check_all(
        &self,
        images: &[CheckRequest],
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Vec<Arc<ImageReport>> {
        let reports: Mutex<Vec<Option<Arc<ImageReport>>>> = Mutex::new(vec![None; images.len()]);
        let keep = |event: Progress| {
            if let Some(slot) = reports.lock().get_mut(event.position) {
                slot.clone_from(&event.report);
            }
            progress(event);
        };
        self.watch_all(images, keep).await;
        // Every position belongs to one group, so no report is missing.
        reports.into_inner().into_iter().flatten().collect()
    }

    /// Checks many images likewise, and hands each report out by `progress` as soon as it is there. None is kept. One
    /// token is requested for many repositories where the token service is known to allow that.
    pub(crate) async fn watch_all(&self, images: &[CheckRequest], progress: impl Fn(Progress) + Send + Sync) {
        Client::prepare();
        let groups = grouped(images);
        let stretches: Vec<_> = groups.chunks(STRETCH).map(Stretch::new).collect();
        let mut waiting = Vec::with_capacity(groups.len());
        for stretch in &stretches {
            for group in stretch.groups {
                waiting.push((stretch, group));
            }
        }
        let mut waiting = waiting.into_iter();
        let done = AtomicUsize::new(0);
        let event = |group: &Group<'_>, position: usize, phase, report| Progress {
            done: done.load(Ordering::Relaxed),
            total: images.len(),
            image: group.first.image.clone(),
            position,
            phase,
            report,
        };
        let (progress, event) = (&progress, &event);
        let mut checks = FuturesUnordered::new();
        loop {
            // A check is as large as everything that it waits for, so only those that run are there.
            for (stretch, group) in waiting.by_ref().take(AT_ONCE.saturating_sub(checks.len())) {
                let check = async move {
                    stretch.tokens.get_or_init(|| self.gather_tokens(stretch.groups)).await;
                    if let Some(position) = group.positions.first() {
                        progress(event(group, *position, Phase::Started, None));
                    }
                    (group, Arc::new(self.check_read(group.first, &group.reference).await))
                };
                checks.push(check.boxed());
            }
            let Some((group, report)) = checks.next().await else { return };
            let phase = if report.status == Status::Failed { Phase::Failed } else { Phase::Done };
            for position in &group.positions {
                done.fetch_add(1, Ordering::Relaxed);
                progress(event(group, *position, phase, Some(report.clone())));
            }
        }
    }

    async fn gather_tokens(&self, groups: &[Group<'_>]) {
        let named = groups.iter().filter_map(|group| group.reference.as_ref().ok());
        let repositories: Vec<_> = named.map(ImageReference::repository).collect();
        // What every check needs besides is made ready while the tokens are on their way.
        let ready = async { self.lifecycle.prepare() };
        tokio::join!(biased; self.images.registry.gather_tokens(&repositories), ready);
    }
}

/// Groups that follow one another, and whether their tokens were asked for.
struct Stretch<'a> {
    groups: &'a [Group<'a>],
    tokens: OnceCell<()>,
}

impl<'a> Stretch<'a> {
    fn new(groups: &'a [Group<'a>]) -> Self {
        Self { groups, tokens: OnceCell::new() }
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
