//! Reads arguments that name an image.

use napi::bindgen_prelude::Unknown;

use super::arguments::{Argument, Checked, Fields};
use crate::{
    error::Error,
    image::{
        digest::is_digest,
        reference::{ImageReference, Repository, is_tag},
    },
};

/// Description of an argument that names an image, for complaints.
const IMAGE: &str = "an image reference, or an object as parseImageReference gives it";

/// An image as an argument names it.
pub(crate) enum Image<'env> {
    Text(ImageReference),
    /// Parts of a reference. Only those that a call needs are read.
    Parts(Fields<'env>),
}

impl<'env> Image<'env> {
    pub(crate) fn read(parsed: Unknown<'env>) -> Checked<Self> {
        let argument = Argument::new("parsed", parsed);
        match argument.is_string()? {
            true => Ok(Self::Text(ImageReference::parse(&argument.string()?)?)),
            false => Ok(Self::Parts(argument.object_like(IMAGE)?)),
        }
    }

    fn repository(&self) -> Checked<Repository> {
        match self {
            Self::Text(reference) => Ok(reference.repository()),
            Self::Parts(fields) => Ok(Repository::new(
                &fields.required("registry")?.string()?,
                &fields.required("fullName")?.string()?,
            )?),
        }
    }

    /// Returns the digest, or else the tag.
    fn name(&self) -> Checked<String> {
        match self {
            Self::Text(reference) => Ok(reference.tag_or_digest().to_owned()),
            Self::Parts(fields) => match fields.get("digest")? {
                Some(digest) => named(&digest),
                None => named(&fields.required("tag")?),
            },
        }
    }
}

/// Returns registry and repository of an image. The rest of the argument is not read.
pub(crate) fn repository(parsed: Unknown<'_>) -> Checked<Repository> {
    Image::read(parsed)?.repository()
}

/// Returns the repository of an image, and its digest or else its tag.
pub(crate) fn tagged(parsed: Unknown<'_>) -> Checked<(Repository, String)> {
    let image = Image::read(parsed)?;
    let name = image.name()?;
    Ok((image.repository()?, name))
}

pub(crate) fn image_on_host(
    parsed: Unknown<'_>,
    tag: Unknown<'_>,
    host_arch: Unknown<'_>,
) -> Checked<(Repository, String, String)> {
    let repository = repository(parsed)?;
    let tag = named(&Argument::new("tag", tag))?;
    Ok((repository, tag, Argument::new("hostArch", host_arch).string()?))
}

/// Returns the repository of an image and a tag or digest: the given one, or else the image's own.
pub(crate) fn tag_or_own(parsed: Unknown<'_>, tag: Unknown<'_>) -> Checked<(Repository, String)> {
    match Argument::new("tag", tag).optional()? {
        Some(tag) => Ok((repository(parsed)?, named(&tag)?)),
        None => tagged(parsed),
    }
}

/// Reads a tag or a digest.
fn named(argument: &Argument<'_>) -> Checked<String> {
    let name = argument.string()?;
    if is_tag(&name) || is_digest(&name) {
        return Ok(name);
    }
    Err(Error::invalid_argument(format!("{} must be a tag or a digest, not {name:?}", argument.name()))
        .into())
}
