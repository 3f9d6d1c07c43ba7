//! Looks at what stands beside an image: signatures, a bill of materials, and provenance. Nothing of it is verified.

use std::{collections::HashMap, fmt::Display};

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::{
    check::{checker::Checker, images::Images, report::ImageReport, search::running_image::RunningImage},
    error::{Error, Result},
    image::{
        manifest::Manifest,
        platform::Platform,
        reference::Repository,
        referrers::{self, Referrer, SignatureKind},
    },
    registry::{answer::Answer, referrers::tag_of},
};

/// The most attestation manifests of one image that are read. BuildKit writes one.
const MAX_ATTESTATIONS: usize = 4;

/// What stands beside an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Provenance {
    /// The signatures.
    pub signatures: Vec<Signature>,
    /// Whether there is a bill of materials.
    pub sbom: bool,
    /// Whether there is a statement about how the image was built.
    pub provenance: bool,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Signature {
    /// The program that made it.
    pub kind: SignatureKind,
    /// The digest of its manifest.
    pub digest: String,
    /// Whether it was verified: never, because only its presence is looked at.
    pub verified: bool,
}

impl Provenance {
    fn add(&mut self, referrer: Referrer, digest: &str) {
        match referrer {
            Referrer::Signature(kind) => {
                let signature = Signature { kind, digest: digest.to_owned(), verified: false };
                if !self.signatures.contains(&signature) {
                    self.signatures.push(signature);
                }
            }
            Referrer::Sbom => self.sbom = true,
            Referrer::Provenance => self.provenance = true,
            Referrer::Unstated => {}
        }
    }
}

impl Images {
    /// Whether an image is signed, by the tag of cosign or by the referrers of its digest.
    ///
    /// # Errors
    /// The error of a look-up, which leaves open whether there is a signature.
    pub(crate) async fn is_signed(&self, repository: &Repository, digest: &str) -> Result<bool> {
        if self.tagged(repository, digest, ".sig").await?.is_some() {
            return Ok(true);
        }
        let referrers = self.referrers(repository, digest).await?;
        Ok(referrers.iter().any(|(referrer, _)| matches!(referrer, Referrer::Signature(_))))
    }

    /// Looks at everything that stands beside an image: cosign's tags, the referrers of its digest, and the attestations
    /// in its index that are about the machine's image.
    ///
    /// # Errors
    /// The error of a look-up, which leaves open what stands there.
    pub(crate) async fn provenance(
        &self,
        repository: &Repository,
        digest: &str,
        machine: &Platform,
    ) -> Result<Provenance> {
        // The first tag alone shows whether the registry refuses HEAD; then the others need no GET.
        let signature = self.tagged(repository, digest, ".sig").await?;
        let (sbom, attested, referrers, inside) = tokio::try_join!(
            self.tagged(repository, digest, ".sbom"),
            self.attested_by_tag(repository, digest),
            self.referrers(repository, digest),
            self.attested_in_index(repository, digest, machine),
        )?;
        let mut found = Provenance { sbom: sbom.is_some(), ..Provenance::default() };
        if let Some(digest) = signature {
            found.add(Referrer::Signature(SignatureKind::Cosign), &digest);
        }
        for (referrer, digest) in &referrers {
            found.add(*referrer, digest);
        }
        for referrer in attested.into_iter().chain(inside) {
            found.add(referrer, "");
        }
        Ok(found)
    }

    /// What the referrers of an image are. Those whose entries do not say it are read themselves.
    async fn referrers(&self, repository: &Repository, digest: &str) -> Result<Vec<(Referrer, String)>> {
        let listed = self.registry.referrers(repository, digest).await?;
        let (unstated, mut known): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|(referrer, _)| *referrer == Referrer::Unstated);
        if unstated.len() > MAX_ATTESTATIONS
            && !known.iter().any(|(of, _)| matches!(of, Referrer::Signature(_)))
        {
            return Err(Error::bad_response(format!(
                "{} referrers do not say what they are, and at most {MAX_ATTESTATIONS} of them are read",
                unstated.len()
            )));
        }
        let read = unstated.into_iter().take(MAX_ATTESTATIONS).map(async |(_, digest)| {
            match self.registry.stored(repository, &digest).await {
                Ok(content) => Ok(referrers::of_manifest(&content.body)?.map(|referrer| (referrer, digest))),
                // A list may name what was deleted since.
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        });
        known.extend(try_join_all(read).await?.into_iter().flatten());
        Ok(known)
    }

    /// The digest of what cosign has pushed about a manifest under the tag with a suffix.
    async fn tagged(&self, repository: &Repository, digest: &str, suffix: &str) -> Result<Option<String>> {
        let tag = tag_of(digest, suffix);
        let answer = match self.registry.pointed(repository, &tag).await? {
            Answer::Found(Some(digest)) => return Ok(Some(digest)),
            Answer::Found(None) => self.registry.digest(repository, &tag).await?,
            Answer::Refused(error) => Answer::Refused(error),
        };
        match answer {
            Answer::Found(digest) => Ok(Some(digest)),
            Answer::Refused(error) if error.is_not_found() => Ok(None),
            Answer::Refused(error) => Err(error),
        }
    }

    /// The statements that cosign has pushed under its tag.
    async fn attested_by_tag(&self, repository: &Repository, digest: &str) -> Result<Vec<Referrer>> {
        match self.tagged(repository, digest, ".att").await? {
            Some(manifest) => self.attested(repository, &manifest).await,
            None => Ok(Vec::new()),
        }
    }

    /// The statements in the index about the machine's image.
    async fn attested_in_index(
        &self,
        repository: &Repository,
        digest: &str,
        machine: &Platform,
    ) -> Result<Vec<Referrer>> {
        let content = self.registry.stored(repository, digest).await?;
        let Manifest::Index(index) = Manifest::parse(&content.body, &content.media_type)? else {
            return Ok(Vec::new());
        };
        let image = index.choose(machine).and_then(|entry| entry.digest().ok().flatten());
        let Some(image) = image else { return Ok(Vec::new()) };
        let about = referrers::attestations_of(&content.body, image)?;
        let read = about.iter().take(MAX_ATTESTATIONS).map(|digest| self.attested(repository, digest));
        Ok(try_join_all(read).await?.into_iter().flatten().collect())
    }

    /// What an attestation manifest states.
    async fn attested(&self, repository: &Repository, digest: &str) -> Result<Vec<Referrer>> {
        let content = self.registry.stored(repository, digest).await?;
        referrers::attested(&content.body)
    }
}

impl Checker {
    /// Adds what stands beside the running image and the newest ones. Tags of one image are looked up once.
    pub(in crate::check) async fn fill_provenance(
        &self,
        report: &mut ImageReport,
        running: &RunningImage<'_>,
    ) {
        let (repository, machine, tag) = (running.repository, running.machine, &running.reference.tag);
        let mut known: HashMap<String, Result<Provenance>> = HashMap::new();
        let (warnings, latest) = (&mut report.warnings, &mut report.latest);
        // A report without an update need not have looked at the running image yet.
        let image = running.image().await;
        if let Ok(None) = &image {
            warnings.push(unknown(tag, "it is gone, or no image for this machine"));
        }
        if let Err(error) = &image {
            warnings.push(unknown(tag, error));
        }
        let digest = image.ok().flatten().map(|image| image.digest.clone());
        let of_running = digest.map(|digest| (tag.clone(), digest, &mut report.provenance));
        let newest = [&mut latest.patch, &mut latest.minor, &mut latest.major].into_iter().flatten();
        let of_newest =
            newest.map(|newest| (newest.tag.clone(), newest.digest.clone(), &mut newest.provenance));
        for (tag, digest, found) in of_running.into_iter().chain(of_newest) {
            let looked = match known.get(&digest) {
                Some(looked) => looked,
                None => {
                    let looked = self.images.provenance(repository, &digest, machine).await;
                    if let Err(error) = &looked {
                        warnings.push(unknown(&tag, error));
                    }
                    known.entry(digest).or_insert(looked)
                }
            };
            *found = looked.as_ref().ok().cloned();
        }
    }
}

/// The warning of an image about which nothing is known.
fn unknown(tag: &str, why: impl Display) -> String {
    format!("What stands beside {tag} is unknown: {why}")
}
