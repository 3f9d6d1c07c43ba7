//! The methods that report on images, and those that help to apply what they found.

use std::sync::Arc;

use napi::{
    Env, Result,
    bindgen_prelude::{External, Object, Unknown},
};
use napi_derive::napi;

use super::{
    arguments::{Argument, Checked},
    batch,
    call::Call,
    reports::{Document, json},
    service::{ContainerRegistryService, checked},
};
use crate::{
    check::PreparedUpdate,
    image::reference::{ImageReference, with_tag},
    service::MAX_RELEASES,
    version::explain::{compare_tags as compare, explain},
};

/// Releases that are listed where nothing is said.
const USUAL_RELEASES: u32 = 30;

#[napi]
impl ContainerRegistryService {
    /// Checks an image: which newer version can be run, on which track, where its release notes are, and why other tags are
    /// not offered. A failure is in the report, with the status `failed`; it never looks like `up-to-date`.
    ///
    /// Goes by the policy of the call, else by that of the service, else by the defaults of `UpdatePolicy`. Every tag that is
    /// named as the newest on its track was found to be there for the platform.
    ///
    /// Rejects with `INVALID_ARGUMENT`, and with `ABORTED` when the signal aborts.
    #[napi(ts_args_type = "image: string, options?: CheckOptions", ts_return_type = "Promise<ImageReport>")]
    pub fn check_image<'env>(
        &self,
        env: &'env Env,
        image: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let request = checked(env, batch::single(image, options, &self.policy()))?;
        let core = self.core();
        let work = async move { Ok(core.check_image(&request).await) };
        self.run(env, call, work, |report| json(&Document::of(&report)))
    }

    /// Checks many images at once: one report for each, in their order. What is asked for twice is checked once, and a
    /// failure is one image's alone. No host is asked for more than `concurrency` things at once, and tokens are asked for in
    /// batches where that is known to work.
    ///
    /// `onProgress` is told when an image's check begins and when it ends. Rejects with `INVALID_ARGUMENT`, and with
    /// `ABORTED` when the signal aborts; never because of an image.
    #[napi(
        ts_args_type = "images: (string | CheckRequest)[], options?: BatchOptions",
        ts_return_type = "Promise<ImageReport[]>"
    )]
    pub fn check_images<'env>(
        &self,
        env: &'env Env,
        images: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let requests = checked(env, batch::requests(images, options, &self.policy()))?;
        let (core, told) = (self.core(), Arc::clone(call));
        let work = async move { Ok(core.check_images(&requests, |progress| told.tell(progress)).await) };
        self.run(env, call, work, |reports| {
            json(&reports.iter().map(|report| Document::of(report)).collect::<Vec<_>>())
        })
    }

    /// Looks at a tag before an image is moved to it: whether it is there for the platform, what would be downloaded, where
    /// its release notes are, and what to pull so that a tag that moves changes nothing.
    ///
    /// That there is no such tag is an answer. Rejects with `INVALID_REFERENCE` for an image or a tag that is none, and with
    /// what kept it from being found out.
    #[napi(
        ts_args_type = "image: string, targetTag: string, options?: InspectOptions",
        ts_return_type = "Promise<UpdateInspection>"
    )]
    pub fn inspect_update<'env>(
        &self,
        env: &'env Env,
        image: Unknown<'_>,
        target_tag: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let update = || -> Checked<_> {
            let request = batch::single(image, options, &self.policy())?;
            Ok(PreparedUpdate {
                image: request.image,
                target_tag: Argument::new("targetTag", target_tag).string()?,
                arch: request.arch,
                current_digest: request.current_digest,
            })
        };
        let update = checked(env, update())?;
        let core = self.core();
        let work = async move { core.inspect_update(&update).await };
        self.run(env, call, work, |inspection| json(&inspection))
    }

    /// Lists the latest releases of a source repository on GitHub, GitLab, Gitea or Forgejo, the newest first. One request,
    /// not repeated within `tagTtlMs`, and after that made with the `ETag` of the last answer. `limit` is 1 to 100, by default
    /// 30.
    ///
    /// Rejects with `INVALID_ARGUMENT` for a URL of a host that is not known to list releases (see `releaseHosts`), and with
    /// what kept the list from being complete.
    #[napi(
        ts_args_type = "sourceUrl: string, options?: ReleaseOptions",
        ts_return_type = "Promise<Release[]>"
    )]
    pub fn list_releases<'env>(
        &self,
        env: &'env Env,
        source_url: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let arguments = || -> Checked<_> {
            let source = Argument::new("sourceUrl", source_url).string()?;
            let limit = match Argument::new("options", options).optional()? {
                Some(options) => options.object()?.get("limit")?,
                None => None,
            };
            let most = u32::try_from(MAX_RELEASES).unwrap_or(u32::MAX);
            let limit = limit.map_or(Ok(USUAL_RELEASES), |limit| limit.integer(1, most))?;
            Ok((source, limit as usize))
        };
        let (source, limit) = checked(env, arguments())?;
        let core = self.core();
        let work = async move { core.list_releases(&source, limit).await };
        self.run(env, call, work, |releases| json(&releases))
    }
}

/// Writes a parsed reference as a person does and as Docker takes it: `nginx:1.27`, `nas.lan:5000/team/app:1@sha256:…`.
///
/// @throws `INVALID_REFERENCE` for parts that make no reference.
#[napi(ts_args_type = "parsed: ParsedImageReference")]
pub fn format_image_reference(env: Env, parsed: Unknown<'_>) -> Result<String> {
    let text = || -> Checked<_> {
        let fields = Argument::new("parsed", parsed).object()?;
        let part = |key: &str| fields.required(key)?.string();
        let mut text = format!("{}/{}:{}", part("registry")?, part("fullName")?, part("tag")?);
        if let Some(digest) = fields.get("digest")? {
            text.push('@');
            text.push_str(&digest.string()?);
        }
        Ok(ImageReference::parse(&text)?.familiar())
    };
    checked(&env, text())
}

/// Gives an image another tag. The rest stays as it was written, but for a digest, which is of the tag it had.
///
/// @throws `INVALID_REFERENCE` for a text that is no image reference, or no tag.
#[napi(js_name = "withTag", ts_args_type = "image: string, tag: string")]
pub fn with_another_tag(env: Env, image: Unknown<'_>, tag: Unknown<'_>) -> Result<String> {
    let text = || -> Checked<_> {
        Ok(with_tag(&Argument::new("image", image).string()?, &Argument::new("tag", tag).string()?)?)
    };
    checked(&env, text())
}

/// Tells what a tag is read as.
#[napi(ts_args_type = "tag: string", ts_return_type = "TagExplanation")]
pub fn explain_tag(env: Env, tag: Unknown<'_>) -> Result<String> {
    checked(&env, (|| Ok(json(&explain(&Argument::new("tag", tag).string()?))))())
}

/// Compares two tags: negative if `a` is older, 0 if they say the same, positive if `a` is newer; `null` if they cannot be
/// compared, being of other variants, schemes or numbers of numbers.
#[napi(ts_args_type = "a: string, b: string", ts_return_type = "-1 | 0 | 1 | null")]
pub fn compare_tags(env: Env, a: Unknown<'_>, b: Unknown<'_>) -> Result<Option<i32>> {
    let order = || -> Checked<_> {
        let (a, b) = (Argument::new("a", a).string()?, Argument::new("b", b).string()?);
        Ok(compare(&a, &b).map(i32::from))
    };
    checked(&env, order())
}
