//! Functions that read and compare tags.

use napi::{Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use crate::binding::{
    input::arguments::{Argument, Checked, checked},
    output::reports::json,
};
use crate::version::explain::{compare_tags as compare, explain};

/// Explains how a tag is read.
///
/// @param tag the tag
/// @example
/// explainTag('0.6.26-ls391').scheme // 'semantic version of 3 numbers, build counter ls391'
#[napi(ts_args_type = "tag: string", ts_return_type = "TagExplanation")]
pub fn explain_tag(env: Env, tag: Unknown<'_>) -> Result<String> {
    checked(&env, || Ok(json(&explain(&Argument::new("tag", tag).string()?))))
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
