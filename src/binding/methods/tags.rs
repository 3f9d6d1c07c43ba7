//! Functions that read and compare tags.

use napi::{Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use crate::binding::{
    input::arguments::{Argument, Checked, checked},
    output::reports::json,
};
use crate::version::explain::{compare_tags as compare, explain, explain_among};

/// Explains how a tag is read. With the tags of its repository, `evidence` adds what the list shows: whether the tag
/// floats, what the number behind its version counts, which way of writing updates follow.
///
/// @param tag the tag
/// @param options `among` are tags of the repository
/// @example
/// explainTag('0.6.26-ls391').description // 'semantic version of 3 numbers, build counter ls391'
/// explainTag('6.4', { among: ['6.4.7', '7.0'] }).evidence // ['another tag extends its numbers, …']
#[napi(
    ts_args_type = "tag: string, options?: { among?: readonly string[] }",
    ts_return_type = "TagExplanation"
)]
pub fn explain_tag(env: Env, tag: Unknown<'_>, options: Option<Unknown<'_>>) -> Result<String> {
    checked(&env, || {
        let tag = Argument::new("tag", tag).string()?;
        let mut among = None;
        if let Some(options) =
            options.and_then(|value| Argument::new("options", value).optional().transpose())
        {
            let fields = options?.object()?;
            among = fields.get("among")?.map(|tags| tags.strings()).transpose()?;
            fields.no_others()?;
        }
        Ok(json(&match among {
            Some(tags) => explain_among(&tag, tags.iter().map(String::as_str)),
            None => explain(&tag),
        }))
    })
}

/// Compares two tags: negative if `a` is older, 0 if they are the same version, positive if `a` is newer. Returns
/// `null` if they differ in variant, scheme or number of numbers, and so cannot be compared.
///
/// @param a one tag
/// @param b the other
/// @example
/// compareTags('7.4.2-alpine', '7.4.1-alpine') // 1
#[napi(ts_args_type = "a: string, b: string", ts_return_type = "-1 | 0 | 1 | null")]
pub fn compare_tags(env: Env, a: Unknown<'_>, b: Unknown<'_>) -> Result<Option<i32>> {
    let order = || -> Checked<_> {
        let (a, b) = (Argument::new("a", a).string()?, Argument::new("b", b).string()?);
        Ok(compare(&a, &b).map(i32::from))
    };
    checked(&env, order)
}
