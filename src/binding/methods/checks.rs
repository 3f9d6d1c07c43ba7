//! The methods that report on images, and those that help to apply what they found.

use std::sync::Arc;

use napi::{
    Env, Result,
    bindgen_prelude::{External, Object, Unknown},
};
use napi_derive::napi;

use super::service::ContainerRegistryService;
use crate::binding::{
    abortable_call::Call,
    batch,
    input::arguments::{Argument, Checked, checked},
    output::reports::{Document, json},
};
use crate::check::request::UpdateRequest;

#[napi]
impl ContainerRegistryService {
    /// Checks an image: which newer version can be run, on which track, where its release notes are, and why other tags are
    /// not offered. A failure is in the report, with the status `failed`; it never looks like `up-to-date`.
    ///
    /// Goes by the policy of the call, else by that of the service, else by the defaults of `UpdatePolicy`. Every tag that is
    /// named as the newest on its track was found to be there for the platform.
    ///
    /// Rejects with `INVALID_ARGUMENT`, and with `ABORTED` when the signal aborts.
    ///
    /// @param image the image that runs, with its tag
    /// @param options `arch`, `policy`, `currentDigest` and others; `signal`, which ends the call
    /// @example
    /// const report = await service.checkImage('redis:7.4.1-alpine', { arch: 'arm64', policy: { track: 'patch' } })
    /// if (report.status === 'failed') console.error(report.error.message)
    #[napi(ts_args_type = "image: string, options?: CheckOptions", ts_return_type = "Promise<ImageReport>")]
    pub fn check_image<'env>(
        &self,
        env: &'env Env,
        image: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let request = checked(env, || batch::single(image, options, &self.policy()))?;
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
    ///
    /// @param images the images, each as text or with options of its own
    /// @param options `arch`, `policy` and `onProgress`; `signal`, which ends the call
    /// @example
    /// const reports = await service.checkImages(['redis:7.4.1', 'nginx:1.27.0'], { arch: 'arm64' })
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
        let requests = checked(env, || batch::requests(images, options, &self.policy()))?;
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
    ///
    /// @param image the image that runs
    /// @param targetTag the tag that it may be moved to
    /// @param options `arch` and `currentDigest`; `signal`, which ends the call
    /// @example
    /// const { runs, pullReference } = await service.inspectUpdate('redis:7.4.1', '7.4.2', { arch: 'arm64' })
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
            let target = Argument::new("targetTag", target_tag).string()?;
            let update = UpdateRequest::new(request.image, target, request.arch);
            Ok(UpdateRequest { current_digest: request.current_digest, ..update })
        };
        let update = checked(env, update)?;
        let core = self.core();
        // The future is large in a build without optimization; on the main thread's stack it would leave V8 no room.
        let work = async move { Box::pin(core.inspect_update(&update)).await };
        self.run(env, call, work, |inspection| json(&inspection))
    }
}
