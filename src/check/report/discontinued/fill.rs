//! Puts into a report what of the running image has ended.

use super::{Newer, numbering::Renumbered};
use crate::{
    check::{
        checker::Checker,
        report::{AvailableUpdate, ImageReport, assemble::Question},
        search::running_image::RunningImage,
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
        running: &RunningImage<'_>,
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
        if let Some(successor) = successor.filter(|_| is_followed) {
            report.updates.push(AvailableUpdate::new(&*successor.tag, true, None));
        }
    }
}
