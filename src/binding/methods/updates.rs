//! Methods that name newer versions only.

use std::sync::Arc;

use napi::{
    Env, Result,
    bindgen_prelude::{External, Object, Unknown},
};
use napi_derive::napi;

use super::service::ContainerRegistryService;
use crate::binding::{
    abortable_call::Call,
    input::{
        arguments::{Argument, Checked, checked},
        policy::{self, Given},
    },
    output::reports::json,
};
use crate::{
    check::request::CheckRequest,
    version::{Rule, original::filter_compatible_updates},
};

#[napi]
impl ContainerRegistryService {
    /// Filters and sorts tags: plain versions `x.y` and `x.y.z`, with or without a `v`, of the given major version and newer
    /// than `currentTag`, newest first.
    ///
    /// @param tags the tags to choose from
    /// @param currentTag the tag that runs
    /// @param majorVersion the major version that is looked for
    /// @example
    /// service.filterCompatibleUpdates(['1.2.0', '1.3.0', '2.0.0'], '1.2.0', 1) // ['1.3.0']
    #[napi(
        ts_args_type = "tags: string[], currentTag: string, majorVersion: number",
        ts_return_type = "string[]"
    )]
    pub fn filter_compatible_updates(
        &self,
        env: Env,
        tags: Unknown<'_>,
        current_tag: Unknown<'_>,
        major_version: Unknown<'_>,
    ) -> Result<Vec<String>> {
        let updates = || -> Checked<_> {
            let tags = Argument::new("tags", tags).strings()?;
            let current = Argument::new("currentTag", current_tag).string()?;
            let major = Argument::new("majorVersion", major_version).number()?;
            let updates = filter_compatible_updates(tags.iter().map(String::as_str), &current, major);
            Ok(updates.into_iter().map(str::to_owned).collect())
        };
        checked(&env, updates)
    }

    /// Does the same for tags in one text, each followed by a line feed, because fetching the elements of an array
    /// costs more than the rest of the call. Returns nothing unless the text has `count` lines: a tag that contains a
    /// line feed makes more.
    #[napi(skip_typescript)]
    pub fn filter_lines(
        &self,
        env: Env,
        lines: String,
        count: u32,
        current_tag: Unknown<'_>,
        major_version: Unknown<'_>,
    ) -> Result<Option<Vec<String>>> {
        if lines.bytes().filter(|byte| *byte == b'\n').count() != count as usize {
            return Ok(None);
        }
        let updates = || -> Checked<_> {
            let current = Argument::new("currentTag", current_tag).string()?;
            let major = Argument::new("majorVersion", major_version).number()?;
            let updates = filter_compatible_updates(lines.split_terminator('\n'), &current, major);
            Ok(updates.into_iter().map(str::to_owned).collect())
        };
        checked(&env, updates).map(Some)
    }

    /// Finds newer versions of an image that run on an architecture, newest first, with their release pages.
    ///
    /// `fallbackSourceRepo` is the source repository of an image that names none. The architecture of the first ten
    /// candidates is checked. A candidate that could not be looked at counts as one that runs. The tag `latest` has no
    /// version to compare, so the answer is `[]`, with a warning.
    ///
    /// With a `policy`, of the call or of the service, the answer is the `updates` of `checkImage` under that policy.
    ///
    /// With `staleIfError`, the last updates that were found stand in for a failure that the option covers, each marked
    /// `stale`. An empty list never stands in.
    ///
    /// Rejects with `INVALID_REFERENCE`, or with the error that kept the tag list from being complete.
    ///
    /// @param containerImage the image that runs, with its tag
    /// @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
    /// @param fallbackSourceRepo the source repository of an image that names none
    /// @param options `policy`, which versions are updates; `signal`, which ends the call
    /// @example
    /// const [newest] = await service.getAvailableUpdates('ghcr.io/kiwix/kiwix-serve:3.7.0', 'arm64')
    /// newest?.releaseUrl // 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1'
    #[napi(
        ts_args_type = "containerImage: string, hostArch: string, fallbackSourceRepo?: string | null, options?: UpdateOptions",
        ts_return_type = "Promise<AvailableUpdate[]>"
    )]
    pub fn get_available_updates<'env>(
        &self,
        env: &'env Env,
        container_image: Unknown<'_>,
        host_arch: Unknown<'_>,
        fallback_source_repo: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let arguments = || -> Checked<_> {
            let image = Argument::new("containerImage", container_image).string()?;
            let arch = Argument::new("hostArch", host_arch).string()?;
            let fallback = match Argument::new("fallbackSourceRepo", fallback_source_repo).optional()? {
                Some(fallback) => Some(fallback.string()?),
                None => None,
            };
            let original = Given { policy: Rule::Original, now: None };
            let Given { policy, now } = match Argument::new("options", options).optional()? {
                Some(options) => {
                    options.object()?.get("policy")?.map(|policy| policy::read(&policy)).transpose()?
                }
                None => None,
            }
            .or_else(|| self.own_policy())
            .unwrap_or(original);
            let request = CheckRequest::new(image, arch).policy(policy);
            Ok(CheckRequest { now, fallback_source: fallback, ..request })
        };
        let request = checked(env, arguments)?;
        let core = self.core();
        let work = async move { core.available_updates(&request).await };
        self.run(env, call, work, |updates| json(&updates))
    }
}
