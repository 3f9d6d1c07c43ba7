//! Withholds versions without a signature where the running version has one.

use futures_util::FutureExt;

use super::{Search, candidates::Verdict};
use crate::{error::Result, registry::answer::Answer};

impl Search<'_, '_> {
    /// Refuses a version that would be offered, if the policy keeps signatures and it has none. If that cannot be found
    /// out, the version is held back.
    pub(super) async fn keep_signed(&self, tag: &str, verdict: Verdict, was_asked: bool) -> (Verdict, bool) {
        if !self.policy.keeps_signatures || !verdict.passes() {
            return (verdict, was_asked);
        }
        let is_kept = match self.is_signed.get_or_init(|| self.is_running_signed().boxed()).await.clone() {
            Ok(true) => self.is_tag_signed(tag, &verdict).await,
            Ok(false) => return (verdict, was_asked),
            Err(error) => Err(error),
        };
        match is_kept {
            Ok(true) => (verdict, true),
            Ok(false) => (Verdict::Unsigned, true),
            Err(error) => {
                let why =
                    format!("{tag} is not offered: whether it is signed could not be found out: {error}");
                (Verdict::Held(why), true)
            }
        }
    }

    /// Whether the running image is signed. One that is gone has no signature to keep.
    async fn is_running_signed(&self) -> Result<bool> {
        match self.running.image().await? {
            Some(image) => {
                self.running.checker.images.is_signed(self.running.repository, &image.digest).await
            }
            None => Ok(false),
        }
    }

    async fn is_tag_signed(&self, tag: &str, verdict: &Verdict) -> Result<bool> {
        let (images, repository) = (&self.running.checker.images, self.running.repository);
        let digest = match verdict {
            Verdict::Is(image, _) => image.digest.clone(),
            _ => match images.registry.digest(repository, tag).await? {
                Answer::Found(digest) => digest,
                Answer::Refused(error) => return Err(error),
            },
        };
        images.is_signed(repository, &digest).await
    }
}
