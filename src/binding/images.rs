//! Images as JavaScript names them in its arguments.

use napi::bindgen_prelude::Unknown;

use super::arguments::{Argument, Checked};
use crate::{
    error::Error,
    image::reference::{Repository, is_digest, is_tag},
};

/// What a parsed reference has to be.
pub(crate) const PARSED: &str = "an object as parseImageReference gives it";

/// Registry and repository of a parsed reference; the other fields are not looked at.
pub(crate) fn repository(parsed: Unknown<'_>) -> Checked<Repository> {
    let fields = Argument::new("parsed", parsed).object_like(PARSED)?;
    Ok(Repository::new(&fields.required("registry")?.string()?, &fields.required("fullName")?.string()?)?)
}

/// Repository of a parsed reference, and its digest or else its tag.
pub(crate) fn tagged(parsed: Unknown<'_>) -> Checked<(Repository, String)> {
    let fields = Argument::new("parsed", parsed).object_like(PARSED)?;
    let name = match fields.get("digest")? {
        Some(digest) => named(&digest)?,
        None => named(&fields.required("tag")?)?,
    };
    Ok((repository(parsed)?, name))
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

/// Repository of a parsed reference, and the tag or digest that is asked about: the one given, else the reference's own.
pub(crate) fn tag_or_own(parsed: Unknown<'_>, tag: Unknown<'_>) -> Checked<(Repository, String)> {
    match Argument::new("tag", tag).optional()? {
        Some(tag) => Ok((repository(parsed)?, named(&tag)?)),
        None => tagged(parsed),
    }
}

/// A tag or a digest.
fn named(argument: &Argument<'_>) -> Checked<String> {
    let name = argument.string()?;
    if is_tag(&name) || is_digest(&name) {
        return Ok(name);
    }
    Err(Error::invalid_argument(format!("{} must be a tag or a digest, not {name:?}", argument.name()))
        .into())
}
