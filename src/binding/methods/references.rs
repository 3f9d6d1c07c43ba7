//! Image references, as texts and in parts.

use napi::{Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use super::service::ContainerRegistryService;
use crate::binding::{
    input::{
        arguments::{Argument, Checked, checked},
        images::Image,
    },
    output::reports::json,
};
use crate::image::reference::{ImageReference, with_tag};

#[napi]
impl ContainerRegistryService {
    /// Reads an image reference such as `nginx:1.27` or `ghcr.io/kiwix/kiwix-serve@sha256:…`.
    ///
    /// @param image the reference, as it stands in a Compose file
    /// @example
    /// service.parseImageReference('ghcr.io/kiwix/kiwix-serve:3.7.0').fullName // 'kiwix/kiwix-serve'
    /// @throws `INVALID_REFERENCE` for a text that is no image reference.
    #[napi(ts_args_type = "image: string", ts_return_type = "ParsedImageReference")]
    pub fn parse_image_reference(&self, env: Env, image: Unknown<'_>) -> Result<String> {
        checked(&env, || Ok(json(&ImageReference::parse(&Argument::new("image", image).string()?)?)))
    }
}

/// Writes a reference in its familiar form, as Docker takes it: `nginx:1.27`, `nas.lan:5000/team/app:1@sha256:…`.
///
/// @param parsed the image, in parts or as text
/// @example
/// formatImageReference('docker.io/library/nginx') // 'nginx:latest'
/// @throws `INVALID_REFERENCE` for parts that make no reference.
#[napi(ts_args_type = "parsed: ParsedImageReference | string")]
pub fn format_image_reference(env: Env, parsed: Unknown<'_>) -> Result<String> {
    let text = || -> Checked<_> {
        let fields = match Image::read(parsed)? {
            Image::Text(reference) => return Ok(reference.familiar()),
            Image::Parts(fields) => fields,
        };
        let part = |key: &str| fields.required(key)?.string();
        let mut text = format!("{}/{}:{}", part("registry")?, part("fullName")?, part("tag")?);
        if let Some(digest) = fields.get("digest")? {
            text.push('@');
            text.push_str(&digest.string()?);
        }
        Ok(ImageReference::parse(&text)?.familiar())
    };
    checked(&env, text)
}

/// Gives an image another tag. The rest stays as it was written, except for a digest, which belongs to the old tag.
///
/// @param image the image as it is written
/// @param tag the other tag
/// @example
/// withTag('nas.lan:5000/team/app:1.0', '1.1') // 'nas.lan:5000/team/app:1.1'
/// @throws `INVALID_REFERENCE` for a text that is no image reference, or no tag.
#[napi(js_name = "withTag", ts_args_type = "image: string, tag: string")]
pub fn with_another_tag(env: Env, image: Unknown<'_>, tag: Unknown<'_>) -> Result<String> {
    let text = || -> Checked<_> {
        Ok(with_tag(&Argument::new("image", image).string()?, &Argument::new("tag", tag).string()?)?)
    };
    checked(&env, text)
}
