//! The native class. The doc comments of its methods become those of `index.d.ts`; the JavaScript face adds real errors
//! and promises that reject where a native method throws.

use std::{future::Future, sync::Arc};

use napi::{
    Either, Env, Result,
    bindgen_prelude::{External, Function, Object, Unknown},
};
use napi_derive::napi;
use tracing::instrument::WithSubscriber;

use super::{
    arguments::{Argument, Checked, Complaint},
    call::{Call, Closing, promise, settle},
    error::thrown,
    images::{image_on_host, repository, tag_or_own, tagged},
    logger::Log,
    options,
    policy::{self, Given},
    shared,
    stats::ServiceStats,
    types::{FoundUpdate, ImagePlatform, ParsedImageReference},
};
use crate::{
    check::CheckRequest,
    image::reference::ImageReference,
    service::ContainerRegistryService as Core,
    version::{original::filter_compatible_updates, policy::Policy},
};

/// Answers which newer versions of container images can be run, and where their release notes are.
///
/// Tokens, source URLs and prefixes are remembered by the instance; connections are shared within the process. Errors are
/// `ContainerRegistryError`s: synchronous methods throw them, asynchronous ones reject with them, for a wrong argument
/// too (`INVALID_ARGUMENT`). Every asynchronous method rejects with `ABORTED` when its `signal` aborts.
#[napi]
pub struct ContainerRegistryService {
    core: Arc<Core>,
    log: Log,
    closing: Closing,
    policy: Option<Given>,
}

#[napi]
impl ContainerRegistryService {
    /// Makes a service. All options may be left out.
    ///
    /// @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
    #[napi(constructor, ts_args_type = "options?: ServiceOptions")]
    pub fn new(env: Env, options: Unknown<'_>, wake: Function<'_, (), ()>) -> Result<Self> {
        let given = checked(&env, options::read(Argument::new("options", options)))?;
        let log = Log::new(&wake, given.has_logger)?;
        let core = if given.is_shared {
            shared::service(given.options)
        } else {
            Core::new(given.options).map(Arc::new)
        };
        Ok(Self {
            core: checked(&env, core.map_err(Into::into))?,
            log,
            closing: Closing::new(),
            policy: given.policy,
        })
    }

    /// Reads an image reference such as `nginx:1.27` or `ghcr.io/kiwix/kiwix-serve@sha256:…`.
    ///
    /// @throws `INVALID_REFERENCE` for a text that is no image reference.
    #[napi(ts_args_type = "image: string")]
    pub fn parse_image_reference(&self, env: Env, image: Unknown<'_>) -> Result<ParsedImageReference> {
        checked(&env, (|| Ok(ImageReference::parse(&Argument::new("image", image).string()?)?.into()))())
    }

    /// Lists all tags of an image's repository, in the registry's order.
    ///
    /// Rejects with what kept the list from being complete: `Failed to list tags for <fullName>: <status>`, or
    /// `Failed to get auth token from <registry>: <status>`.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, options?: CallOptions",
        ts_return_type = "Promise<string[]>"
    )]
    pub fn list_tags<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let repository = checked(env, repository(parsed))?;
        let core = self.core.clone();
        self.run(env, call, async move { core.list_tags(&repository).await }, |tags| tags)
    }

    /// Tells whether a tag runs on an architecture.
    ///
    /// `hostArch` is an OCI architecture (`amd64`, `arm64`, `arm/v7`) or another name of it (`x86_64`, `aarch64`,
    /// `armv7l`). Does not reject when the registry fails: the answer is then `true`, with a warning unless the registry
    /// answered with an error status.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, tag: string, hostArch: string, options?: CallOptions",
        ts_return_type = "Promise<boolean>"
    )]
    pub fn check_arch_support<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        host_arch: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, tag, arch) = checked(env, image_on_host(parsed, tag, host_arch))?;
        let core = self.core.clone();
        let work = async move { Ok(core.check_arch_support(&repository, &tag, &arch).await) };
        self.run(env, call, work, |supported| supported)
    }

    /// Tells how many bytes pulling a tag downloads if no layer is there yet: the compressed layers of the manifest for
    /// `hostArch`, or of the first image where an index has none for it.
    ///
    /// Does not reject when the registry fails: the answer is then `null`, with a warning.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, tag: string, hostArch: string, options?: CallOptions",
        ts_return_type = "Promise<number | null>"
    )]
    pub fn get_image_download_size<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        host_arch: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, tag, arch) = checked(env, image_on_host(parsed, tag, host_arch))?;
        let core = self.core.clone();
        let work = async move { Ok(core.image_download_size(&repository, &tag, &arch).await) };
        // Sizes are far below 2^53 bytes, where doubles are exact.
        self.run(env, call, work, |size| size.map(|size| size as f64))
    }

    /// Tells the digest that a tag points to now, as `sha256:…`: of the index, if there is one. Asked by HEAD, which is no
    /// pull. `tag` may be left out; the reference's own digest or tag then stands in.
    ///
    /// Rejects with `Failed to get digest of <fullName>:<tag>: <status>`, or with why there was no answer.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, tag?: string | null, options?: CallOptions",
        ts_return_type = "Promise<string>"
    )]
    pub fn get_digest<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, tag_or_own(parsed, tag))?;
        let core = self.core.clone();
        self.run(env, call, async move { core.image_digest(&repository, &name).await }, |digest| digest)
    }

    /// Lists the platforms that an image is built for, in the order of its index; attestations are left aside. `tag` may be
    /// left out; the reference's own digest or tag then stands in.
    ///
    /// Rejects with `Failed to get platforms of <fullName>:<tag>: <status>`, or with why there was no answer.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, tag?: string | null, options?: CallOptions",
        ts_return_type = "Promise<ImagePlatform[]>"
    )]
    pub fn get_platforms<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, tag_or_own(parsed, tag))?;
        let core = self.core.clone();
        let work = async move { core.image_platforms(&repository, &name).await };
        self.run(env, call, work, |platforms| {
            platforms.into_iter().map(ImagePlatform::from).collect::<Vec<_>>()
        })
    }

    /// Finds the source repository of an image: from the annotation `org.opencontainers.image.source` of its index or
    /// manifest, else from the label of that name, else from the label `org.label-schema.vcs-url`.
    ///
    /// Remembered per repository, not per tag, once the answer is final. Does not reject when the registry fails: the
    /// answer is then `null`, with a warning unless the registry answered with an error status.
    #[napi(
        ts_args_type = "parsed: ParsedImageReference, options?: CallOptions",
        ts_return_type = "Promise<string | null>"
    )]
    pub fn get_source_url<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, tagged(parsed))?;
        let core = self.core.clone();
        let work = async move { Ok(core.source_url(&repository, &name).await) };
        self.run(env, call, work, |source| source)
    }

    /// Finds out what a repository's release tags start with: `v` or nothing. Asks GitHub for the release of `sampleTag`,
    /// first with a `v`, then without; other hosts have the empty prefix.
    ///
    /// Remembered per source URL once the answer is final. Does not reject when GitHub fails: the answer is then `''`.
    #[napi(
        ts_args_type = "sourceUrl: string, sampleTag: string, options?: CallOptions",
        ts_return_type = "Promise<string>"
    )]
    pub fn detect_release_tag_prefix<'env>(
        &self,
        env: &'env Env,
        source_url: Unknown<'_>,
        sample_tag: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (source, tag) = checked(
            env,
            (|| {
                Ok((
                    Argument::new("sourceUrl", source_url).string()?,
                    Argument::new("sampleTag", sample_tag).string()?,
                ))
            })(),
        )?;
        let core = self.core.clone();
        let work = async move { Ok(core.detect_release_tag_prefix(&source, &tag).await) };
        self.run(env, call, work, |prefix| prefix)
    }

    /// Builds the address of the page with a tag's release notes: `/releases/tag/<tag>` on GitHub, Codeberg, Gitea and
    /// Forgejo, `/-/releases/<tag>` on GitLab; `undefined` for hosts that are none of these (see `releaseHosts`). The tag's own `v` gives way to `releaseTagPrefix`, which is `''` if left out.
    #[napi(
        ts_args_type = "sourceUrl: string, tag: string, releaseTagPrefix?: string",
        ts_return_type = "string | undefined"
    )]
    pub fn build_release_url(
        &self,
        env: Env,
        source_url: Unknown<'_>,
        tag: Unknown<'_>,
        release_tag_prefix: Unknown<'_>,
    ) -> Result<Either<String, ()>> {
        let page = || -> Checked<_> {
            let source = Argument::new("sourceUrl", source_url).string()?;
            let tag = Argument::new("tag", tag).string()?;
            let prefix = match Argument::new("releaseTagPrefix", release_tag_prefix).optional()? {
                Some(prefix) => prefix.string()?,
                None => String::new(),
            };
            Ok(self.core.build_release_url(&source, &tag, &prefix))
        };
        Ok(checked(&env, page())?.map_or(Either::B(()), Either::A))
    }

    /// Filters and sorts tags: plain versions `x.y` and `x.y.z`, with or without a `v`, of the given major version and newer
    /// than `currentTag`, newest first.
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
        joined_tags: Unknown<'_>,
    ) -> Result<Vec<String>> {
        let updates = || -> Checked<_> {
            let tags = Argument::new("tags", tags).lines(Argument::new("joinedTags", joined_tags))?;
            let current = Argument::new("currentTag", current_tag).string()?;
            let major = Argument::new("majorVersion", major_version).number()?;
            let updates = filter_compatible_updates(tags.all(), &current, major);
            Ok(updates.into_iter().map(str::to_owned).collect())
        };
        checked(&env, updates())
    }

    /// Finds newer versions of an image that run on an architecture, newest first, with their release pages.
    ///
    /// `fallbackSourceRepo` is the source repository to go by where the image names none. The architecture of the first
    /// ten candidates is checked. An image with the tag `latest` has no versions to compare: `[]`, with a warning.
    ///
    /// With a `policy`, of the call or of the service, it gives the `updates` of `checkImage` by that policy instead.
    ///
    /// With `staleIfError` the last updates that were found stand in for a failure that may pass, each marked `stale`; no
    /// updates at all never do.
    ///
    /// Rejects with `INVALID_REFERENCE`, or with what kept the tag list from being complete.
    #[napi(
        ts_args_type = "containerImage: string, hostArch: string, fallbackSourceRepo?: string | null, options?: UpdateOptions",
        ts_return_type = "Promise<FoundUpdate[]>"
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
            let original = Given { policy: Policy::Original, now: None };
            let Given { policy, now } = match Argument::new("options", options).optional()? {
                Some(options) => {
                    options.object()?.get("policy")?.map(|policy| policy::read(&policy)).transpose()?
                }
                None => None,
            }
            .or_else(|| self.policy.clone())
            .unwrap_or(original);
            Ok(CheckRequest { image, arch, policy, now, current_digest: None, fallback_source: fallback })
        };
        let request = checked(env, arguments())?;
        let core = self.core.clone();
        let work = async move { core.updates_by(&request).await };
        self.run(env, call, work, FoundUpdate::list)
    }

    /// Tells what this service has asked and remembered since it was made; in scope `process`, what all those have that it
    /// shares with.
    #[napi(ts_return_type = "ServiceStats")]
    pub fn stats(&self) -> ServiceStats {
        self.core.stats().into()
    }

    /// Forgets everything that was learnt: tokens, and all in the cache, in its folder and in Redis too.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn clear_cache<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let core = self.core.clone();
        let work = async move {
            core.clear_cache().await;
            Ok(())
        };
        settle(env, work, |()| ())
    }

    /// Ends the service: what is in flight rejects with `ABORTED`, and so does whatever is asked later. Resolves when what was
    /// learnt is written.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn close<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        self.closing.close();
        let core = self.core.clone();
        let work = async move {
            core.close().await;
            Ok(())
        };
        settle(env, work, |()| ())
    }

    /// Log lines that have not been taken yet, oldest first, as pairs of level and message.
    #[napi(skip_typescript)]
    pub fn take_log_lines(&self) -> Vec<Vec<String>> {
        self.log.take()
    }

    /// Says whether requests and checks are to be told among the log lines, as pairs of `request` or `check` and JSON.
    #[napi(skip_typescript)]
    pub fn observe(&self, is_observed: bool) {
        self.log.observe(is_observed);
    }

    pub(super) fn core(&self) -> Arc<Core> {
        self.core.clone()
    }

    /// The policy of checks that state none.
    pub(super) fn policy(&self) -> Given {
        self.policy.clone().unwrap_or_default()
    }

    /// Starts a call whose log lines go to this service's logger.
    pub(super) fn run<'env, T, V>(
        &self,
        env: &'env Env,
        call: &Call,
        work: impl Future<Output = crate::error::Result<T>> + Send + 'static,
        convert: impl FnOnce(T) -> V + Send + 'static,
    ) -> Result<Object<'env>>
    where
        T: Send + 'static,
        V: napi::bindgen_prelude::ToNapiValue + 'static,
    {
        match self.log.is_heard() {
            true => {
                promise(env, call, self.closing.clone(), work.with_subscriber(self.log.dispatch()), convert)
            }
            false => promise(env, call, self.closing.clone(), work, convert),
        }
    }
}

/// The signal among the options of a call; `undefined` if there is none.
///
/// `INVALID_ARGUMENT` for options that are no object, for keys that are neither `signal` nor among `others`, and for anything that is no `AbortSignal`.
#[napi(skip_typescript)]
pub fn signal_of<'env>(
    env: Env,
    options: Unknown<'env>,
    others: Vec<String>,
) -> Result<Either<Unknown<'env>, ()>> {
    let signal = || -> Checked<_> {
        let Some(options) = Argument::new("options", options).optional()? else { return Ok(None) };
        let fields = options.object()?;
        let known: Vec<&str> = std::iter::once("signal").chain(others.iter().map(String::as_str)).collect();
        fields.only(&known)?;
        if let Some(listener) = fields.get("onProgress")?
            && !listener.is_function()?
        {
            return Err(listener.invalid("a function"));
        }
        let Some(signal) = fields.get("signal")? else { return Ok(None) };
        let methods = signal.object()?;
        let is_signal = methods.required("aborted")?.boolean().is_ok()
            && methods.required("addEventListener")?.is_function()?
            && methods.required("removeEventListener")?.is_function()?;
        if is_signal { Ok(Some(signal.value())) } else { Err(signal.invalid("an AbortSignal")) }
    };
    Ok(checked(&env, signal())?.map_or(Either::B(()), Either::A))
}

pub(super) fn checked<T>(env: &Env, result: Checked<T>) -> Result<T> {
    result.map_err(|complaint| match complaint {
        Complaint::Ours(error) => thrown(env, &error),
        Complaint::Theirs(error) => error,
    })
}
