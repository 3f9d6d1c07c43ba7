//! Methods about source repositories and their releases.

use std::sync::Arc;

use napi::{
    Either, Env, Result,
    bindgen_prelude::{External, Object, Unknown},
};
use napi_derive::napi;

use super::service::ContainerRegistryService;
use crate::binding::{
    abortable_call::Call,
    input::{
        arguments::{Argument, Checked, checked},
        images::tagged,
    },
    output::reports::json,
};
use crate::service::MAX_RELEASES;

/// Releases that are listed unless the call states a number.
const USUAL_RELEASES: u32 = 30;

#[napi]
impl ContainerRegistryService {
    /// Finds the source repository of an image: the annotation `org.opencontainers.image.source` (OCI image
    /// specification, "Annotations") of its index or manifest, else the label of that name, else the label
    /// `org.label-schema.vcs-url`.
    ///
    /// A final answer is remembered for the repository, not for the tag. Does not reject if the registry fails. The
    /// answer is then `null`, with a warning unless the registry answered with an error status.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.getSourceUrl('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'https://github.com/kiwix/kiwix-tools'
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, options?: CallOptions",
        ts_return_type = "Promise<string | null>"
    )]
    pub fn get_source_url<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, || tagged(parsed))?;
        let core = self.core();
        let work = async move { Ok(core.source_url(&repository, &name).await) };
        self.run(env, call, work, |source| source)
    }

    /// Finds the prefix of a repository's release tags: `v` or nothing. GitHub is asked for the release of `sampleTag`,
    /// first with a `v`, then without. On other hosts the prefix is empty.
    ///
    /// A final answer is remembered for the source URL. Does not reject if GitHub fails. The answer is then `''`.
    ///
    /// @param sourceUrl the source repository, as `getSourceUrl` gives it
    /// @param sampleTag a tag that has a release
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.detectReleaseTagPrefix('https://github.com/kiwix/kiwix-tools', '3.8.1') // ''
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
        let (source, tag) = checked(env, || {
            Ok((
                Argument::new("sourceUrl", source_url).string()?,
                Argument::new("sampleTag", sample_tag).string()?,
            ))
        })?;
        let core = self.core();
        let work = async move { Ok(core.detect_release_tag_prefix(&source, &tag).await) };
        self.run(env, call, work, |prefix| prefix)
    }

    /// Builds the URL of the page with a tag's release notes: `/releases/tag/<tag>` on GitHub, Codeberg, Gitea and
    /// Forgejo, `/-/releases/<tag>` on GitLab. Returns `undefined` for other hosts (see `releaseHosts`).
    /// `releaseTagPrefix` replaces the tag's own `v`; it is `''` if left out.
    /// @param sourceUrl the source repository, as `getSourceUrl` gives it
    /// @param tag the tag whose page it is
    /// @param releaseTagPrefix what release tags start with, as `detectReleaseTagPrefix` tells
    /// @example
    /// service.buildReleaseUrl('https://github.com/kiwix/kiwix-tools', '3.8.1', '')
    /// // 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1'
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
            Ok(self.core().build_release_url(&source, &tag, &prefix))
        };
        Ok(checked(&env, page)?.map_or(Either::B(()), Either::A))
    }

    /// Lists the latest releases of a source repository on GitHub, GitLab, Gitea or Forgejo, the newest first. It takes
    /// one request. The answer is used again within `tagTtlMs`, and after that a request carries its `ETag`. `limit` is
    /// 1 to 100, by default 30.
    ///
    /// Rejects with `INVALID_ARGUMENT` for a host that is not known to list releases (see `releaseHosts`), and with the
    /// error that kept the list from being complete.
    ///
    /// @param sourceUrl the source repository, as `getSourceUrl` gives it
    /// @param options `limit`, how many; `signal`, which ends the call
    /// @example
    /// const [newest] = await service.listReleases('https://github.com/kiwix/kiwix-tools', { limit: 5 })
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
        let (source, limit) = checked(env, arguments)?;
        let core = self.core();
        let work = async move { core.list_releases(&source, limit).await };
        self.run(env, call, work, |releases| json(&releases))
    }
}
