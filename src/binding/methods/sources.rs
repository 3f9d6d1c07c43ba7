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
use crate::{
    check::published::notes::NotesRequest,
    service::{MAX_NOTED, MAX_RELEASES, USUAL_NOTED},
};

/// Releases that are listed unless the call states a number.
const USUAL_RELEASES: usize = 30;

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
            Ok((source, limit(options, USUAL_RELEASES, MAX_RELEASES)?))
        };
        let (source, limit) = checked(env, arguments)?;
        let core = self.core();
        let work = async move { core.list_releases(&source, limit).await };
        self.run(env, call, work, |releases| json(&releases))
    }

    /// Returns what was written about the versions after `from` up to `to`: the releases of the image's source, ordered by
    /// version, the newest first. Only releases of this image count, and prereleases only where one runs. The sections of
    /// `CHANGELOG.md` serve where the source has no releases.
    ///
    /// At most three pages of releases are requested, each used again for an hour and then requested by its `ETag`. `complete` is
    /// `false` if a part of the stretch was not seen, which includes an image without a source that lists releases. Notes are
    /// untrusted text: escape them in HTML, and fence them in Markdown.
    ///
    /// Rejects with `INVALID_REFERENCE` for an image or a tag that is none, and with the error that kept the registry or the
    /// source from answering.
    ///
    /// @param image the image; its tag does not matter
    /// @param from the tag that runs
    /// @param to the tag that it may be moved to
    /// @param options `limit`, the most releases (1 to 300, by default 100); `signal`, which ends the call
    /// @example
    /// const { releases } = await service.releaseNotes('ghcr.io/kiwix/kiwix-serve', '3.7.0', '3.8.1')
    /// for (const { version, breaking, security } of releases) console.log(version, breaking, security)
    #[napi(
        ts_args_type = "image: string, from: string, to: string, options?: NotesOptions",
        ts_return_type = "Promise<ReleaseNotes>"
    )]
    pub fn release_notes<'env>(
        &self,
        env: &'env Env,
        image: Unknown<'_>,
        from: Unknown<'_>,
        to: Unknown<'_>,
        options: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let arguments = || -> Checked<_> {
            let image = Argument::new("image", image).string()?;
            let from = Argument::new("from", from).string()?;
            let to = Argument::new("to", to).string()?;
            let limit = limit(options, USUAL_NOTED, MAX_NOTED)?;
            Ok(NotesRequest { limit, ..NotesRequest::new(image, from, to) })
        };
        let request = checked(env, arguments)?;
        let core = self.core();
        // The future is large in a build without optimization. On the main thread's stack it would leave V8 no room.
        let work = async move { Box::pin(core.release_notes(&request)).await };
        self.run(env, call, work, |notes| json(&notes))
    }
}

/// Reads the option `limit` of a call.
fn limit(options: Unknown<'_>, usual: usize, most: usize) -> Checked<usize> {
    let limit = match Argument::new("options", options).optional()? {
        Some(options) => options.object()?.get("limit")?,
        None => None,
    };
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    limit.map_or(Ok(usual), |limit| Ok(limit.integer(1, most)? as usize))
}
