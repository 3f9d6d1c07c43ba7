//! Methods that ask a registry about an image.

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
        arguments::checked,
        images::{image_on_host, repository, tag_or_own},
    },
    output::reports::json,
};

#[napi]
impl ContainerRegistryService {
    /// Lists all tags of an image's repository, in the registry's order.
    ///
    /// Rejects with the error that kept the list from being complete: `Failed to list tags for <fullName>: <status>`,
    /// or `Failed to get auth token from <registry>: <status>`.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.listTags('ghcr.io/kiwix/kiwix-serve') // ['3.7.0', '3.8.0', …]
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, options?: CallOptions",
        ts_return_type = "Promise<string[]>"
    )]
    pub fn list_tags<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let repository = checked(env, || repository(parsed))?;
        let core = self.core();
        self.run(env, call, async move { core.list_tags(&repository).await }, |tags| tags)
    }

    /// Tells whether a tag runs on an architecture.
    ///
    /// `hostArch` is an OCI architecture (`amd64`, `arm64`, `arm/v7`) or another name of it (`x86_64`, `aarch64`,
    /// `armv7l`). Does not reject if the registry fails. The answer is then `true`, with a warning unless the registry
    /// answered with an error status.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param tag the tag or digest that is asked about
    /// @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.checkArchSupport('ghcr.io/kiwix/kiwix-serve', '3.8.1', 'arm64') // true
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, tag: string, hostArch: string, options?: CallOptions",
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
        let (repository, tag, arch) = checked(env, || image_on_host(parsed, tag, host_arch))?;
        let core = self.core();
        let work = async move { Ok(core.check_arch_support(&repository, &tag, &arch).await) };
        self.run(env, call, work, |supported| supported)
    }

    /// Tells how many bytes pulling a tag downloads if no layer is there yet. It counts the compressed layers of the
    /// manifest for `hostArch`, or of the first image if the index has none for it.
    ///
    /// Does not reject if the registry fails. The answer is then `null`, with a warning.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param tag the tag or digest that is asked about
    /// @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.getImageDownloadSize('ghcr.io/kiwix/kiwix-serve', '3.8.1', 'arm64') // 20000000
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, tag: string, hostArch: string, options?: CallOptions",
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
        let (repository, tag, arch) = checked(env, || image_on_host(parsed, tag, host_arch))?;
        let core = self.core();
        let work = async move { Ok(core.image_download_size(&repository, &tag, &arch).await) };
        // Sizes are far below 2^53 bytes, where doubles are exact.
        self.run(env, call, work, |size| size.map(|size| size as f64))
    }

    /// Returns the digest that a tag points to, as `sha256:…`: that of the index, if there is one. It is asked for
    /// by HEAD, which is no pull. If `tag` is left out, the reference's own digest or tag is used.
    ///
    /// Rejects with `Failed to get digest of <fullName>:<tag>: <status>`, or with the error of a request without an
    /// answer.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param tag the tag or digest that is asked about; where it is left out, the image's own
    /// @param options `signal`, which ends the call
    /// @example
    /// await service.getDigest('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'sha256:…'
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, tag?: string | null, options?: CallOptions",
        ts_return_type = "Promise<string>"
    )]
    pub fn get_digest<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, || tag_or_own(parsed, tag))?;
        let core = self.core();
        self.run(env, call, async move { core.image_digest(&repository, &name).await }, |digest| digest)
    }

    /// Lists the platforms that an image is built for, in the order of its index, without attestations. If `tag` is
    /// left out, the reference's own digest or tag is used.
    ///
    /// Rejects with `Failed to get platforms of <fullName>:<tag>: <status>`, or with the error of a request without an
    /// answer.
    ///
    /// @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
    /// @param tag the tag or digest that is asked about; where it is left out, the image's own
    /// @param options `signal`, which ends the call
    /// @example
    /// const platforms = await service.getPlatforms('ghcr.io/kiwix/kiwix-serve:3.7.0')
    /// platforms.map(({ os, architecture }) => `${os}/${architecture}`) // ['linux/amd64', 'linux/arm64']
    #[napi(
        ts_args_type = "parsed: ParsedImageReference | string, tag?: string | null, options?: CallOptions",
        ts_return_type = "Promise<ImagePlatform[]>"
    )]
    pub fn get_platforms<'env>(
        &self,
        env: &'env Env,
        parsed: Unknown<'_>,
        tag: Unknown<'_>,
        call: &External<Arc<Call>>,
    ) -> Result<Object<'env>> {
        let (repository, name) = checked(env, || tag_or_own(parsed, tag))?;
        let core = self.core();
        let work = async move { core.image_platforms(&repository, &name).await };
        self.run(env, call, work, |platforms| json(&platforms))
    }
}
