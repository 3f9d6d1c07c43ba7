//! Methods that report on images, and methods that help to apply a report.

use std::sync::Arc;

use napi::{
    Env, Result,
    bindgen_prelude::{External, Object, Unknown},
};
use napi_derive::napi;

use super::service::ContainerRegistryService;
use crate::binding::{
    abortable_call::Call,
    check_requests,
    input::arguments::{Argument, Checked, checked},
    output::reports::{Document, json},
};
use crate::check::request::{CheckRequest, UpdateRequest};

#[napi]
impl ContainerRegistryService {
    /// Checks an image: which newer version can be run, on which track, where its release notes are, and why other tags
    /// are not offered. A failure is a report with the status `failed`; it never looks like `up-to-date`.
    ///
    /// The policy is that of the call, else that of the service, else the defaults of `UpdatePolicy`. Every tag that is
    /// named as the newest on its track was found to have an image for the platform.
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
        let request = checked(env, || check_requests::single(image, options, self.defaults()))?;
        let core = self.core();
        let work = async move { Ok(core.check_image(&request).await) };
        self.run(env, call, work, |report| json(&Document::of(&report)))
    }

    /// Checks many images at once, and returns one report for each, in their order. Equal images are checked once, and
    /// a failure concerns one image only. No host gets more than `concurrency` requests at once. Where a token service
    /// is known to allow it, one token is requested for many repositories.
    ///
    /// `onProgress` is called when an image's check begins and when it ends. Rejects with `INVALID_ARGUMENT`, and with
    /// `ABORTED` when the signal aborts; it never rejects because of an image.
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
        let requests = checked(env, || check_requests::many(images, options, self.defaults()))?;
        let (core, told) = (self.core(), Arc::clone(call));
        // The reports are told one by one, because thousands of them at once would hold the thread of JavaScript.
        let work = async move {
            core.watch_images(&requests, |progress| told.tell(&progress)).await;
            Ok(())
        };
        self.run(env, call, work, |()| ())
    }

    /// Looks at a tag before an image is moved to it: whether it has an image for the platform, what would be
    /// downloaded, what changes in a container, where its release notes are, and which reference to pull so that a moving
    /// tag changes nothing. It takes four manifests and two configs at most, and none of them again.
    ///
    /// A missing tag is an answer, not an error. Rejects with `INVALID_REFERENCE` for an image or a tag that is none,
    /// and with the error that kept the answer from being found.
    ///
    /// @param image the image that runs
    /// @param targetTag the tag that it may be moved to
    /// @param options `arch`, `currentDigest` and `container`; `signal`, which ends the call
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
        container: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let update = || -> Checked<_> {
            let request = check_requests::single(image, options, self.defaults())?;
            let target = Argument::new("targetTag", target_tag).string()?;
            let container = check_requests::container(options, &Argument::new("container", container))?;
            let CheckRequest { image, arch, current_digest, now, provenance, .. } = request;
            let update = UpdateRequest::new(image, target, arch);
            Ok(UpdateRequest { current_digest, container, now, provenance, ..update })
        };
        let update = checked(env, update)?;
        let core = self.core();
        // The future is large in a build without optimization. On the main thread's stack it would leave V8 no room.
        let work = async move { Box::pin(core.inspect_update(&update)).await };
        self.run(env, call, work, |inspection| json(&inspection))
    }
}
