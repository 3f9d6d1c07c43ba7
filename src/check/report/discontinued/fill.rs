//! Puts into a report what of the running image has ended.

use super::{Newer, numbering::Renumbered};
use crate::{
    check::{
        checker::Checker,
        images::found::Found,
        published::{pages::Pages, source::Source},
        report::{AvailableUpdate, ImageReport, assemble::Question},
        search::{newest_tag, running_image::RunningImage},
    },
    version::policy::{Runtime, Track},
};

impl Checker {
    /// Reports what of the running image has ended, after a check that found nothing newer on the chosen track. The
    /// successor of a variant is an update if the policy follows it.
    pub(in crate::check::report) async fn fill_end(
        &self,
        report: &mut ImageReport,
        question: &Question<'_>,
        (running, source): (&RunningImage<'_>, &Source),
        renumbered: Option<&Renumbered>,
        newer: Newer<'_>,
    ) {
        let ended = match renumbered {
            Some(renumbered) => self.ended_numbering(running, renumbered, question.now).await,
            None => {
                let hub = running.hub.clone().await;
                self.ended(running, newer, &report.latest, hub.as_deref(), question.now).await
            }
        };
        match ended {
            Ok(ended) => report.ended = ended,
            Err(error) => {
                report.is_partial = true;
                report.warnings.push(format!(
                    "Whether the running variant has ended could not be found out: {}",
                    error.message()
                ));
            }
        }
        let is_followed = renumbered.is_none()
            && question.policy.runtime == Runtime::Follow
            && question.policy.track == Track::Major;
        let successor = report.ended.as_ref().and_then(|ended| ended.successor.as_ref());
        if let Some(tag) = successor.filter(|_| is_followed).map(|successor| successor.tag.clone()) {
            self.offer_successor(report, question, (running, source), &tag).await;
        }
    }

    /// Makes a successor, which was found to run, an update on the major track. The report describes it as any other
    /// newest tag.
    async fn offer_successor(
        &self,
        report: &mut ImageReport,
        question: &Question<'_>,
        (running, source): (&RunningImage<'_>, &Source),
        tag: &str,
    ) {
        let hub = running.hub.clone().await;
        let found = self.images.find_sparingly(running.repository, tag, running.machine, hub.as_deref());
        let found = match found.await {
            Ok(found) => found,
            Err(error) => {
                report.is_partial = true;
                report.warnings.push(format!("Could not look at {tag}: {}", error.message()));
                return;
            }
        };
        let Found::Image(image) = found else { return };
        let mut pages = Pages::read(&self.releases, source, running.reference).await;
        pages.look_up(&[tag]).await;
        let page = pages.of(tag, None);
        report.updates.push(AvailableUpdate::at(tag, true, page.clone()));
        let current = running.image().await.ok().flatten();
        let newest = newest_tag(question.lifecycle, tag, &image, image.made(), page, current.as_deref());
        report.latest.major = Some(newest);
    }
}
