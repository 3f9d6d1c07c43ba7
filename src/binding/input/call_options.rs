//! Reads the signal that aborts a call.

use napi::{Either, Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use super::arguments::{Argument, Checked, checked};

/// Returns the option names beside `signal` for a kind of call.
fn others(kind: &str) -> &'static [&'static str] {
    match kind {
        "updates" => &["policy"],
        "check" => &["arch", "policy", "currentDigest", "compareWith", "fallbackSourceRepo", "provenance"],
        "checks" => &["arch", "policy", "provenance", "onProgress"],
        "watch" => &["arch", "policy", "provenance"],
        "inspect" => &["arch", "currentDigest", "container", "provenance"],
        "releases" | "notes" => &["limit"],
        _ => &[],
    }
}

/// Returns the signal in the options of a call; `undefined` if there is none.
///
/// Throws `INVALID_ARGUMENT` for options that are no object, for an unknown key, and for a signal that is no
/// `AbortSignal`.
#[napi(skip_typescript)]
pub fn signal_of<'env>(env: Env, options: Unknown<'env>, kind: String) -> Result<Either<Unknown<'env>, ()>> {
    let signal = || -> Checked<_> {
        let Some(options) = Argument::new("options", options).optional()? else { return Ok(None) };
        let fields = options.object()?;
        for key in others(&kind) {
            fields.may_have(key);
        }
        if others(&kind).contains(&"onProgress")
            && let Some(listener) = fields.get("onProgress")?
            && !listener.is_function()?
        {
            return Err(listener.invalid("a function"));
        }
        let signal = fields.get("signal")?;
        fields.no_others()?;
        let Some(signal) = signal else { return Ok(None) };
        let methods = signal.object()?;
        let is_signal = methods.required("aborted")?.boolean().is_ok()
            && methods.required("addEventListener")?.is_function()?
            && methods.required("removeEventListener")?.is_function()?;
        if is_signal { Ok(Some(signal.value())) } else { Err(signal.invalid("an AbortSignal")) }
    };
    Ok(checked(&env, signal)?.map_or(Either::B(()), Either::A))
}
