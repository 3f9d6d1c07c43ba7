//! The signal by which a caller gives a call up.

use napi::{Either, Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use super::arguments::{Argument, Checked, checked};

/// What the options of a call may have beside `signal`, by the kind of the call.
fn others(kind: &str) -> &'static [&'static str] {
    match kind {
        "updates" => &["policy"],
        "check" => &["arch", "policy", "currentDigest", "compareWith", "fallbackSourceRepo"],
        "checks" => &["arch", "policy", "onProgress"],
        "watch" => &["arch", "policy"],
        "inspect" => &["arch", "currentDigest"],
        "releases" => &["limit"],
        _ => &[],
    }
}

/// The signal among the options of a call; `undefined` if there is none.
///
/// `INVALID_ARGUMENT` for options that are no object, for a key that this kind of call does not know, and for anything that
/// is no `AbortSignal`.
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
