//! The signal by which a caller gives a call up.

use napi::{Either, Env, Result, bindgen_prelude::Unknown};
use napi_derive::napi;

use super::arguments::{Argument, Checked, checked};

/// The signal among the options of a call; `undefined` if there is none.
///
/// `INVALID_ARGUMENT` for options that are no object, for keys that are neither `signal` nor among `others`, and for anything that is no `AbortSignal`.
#[napi(skip_typescript)]
pub fn signal_of<'env>(
    env: Env,
    options: Unknown<'env>,
    others: Vec<String>,
) -> Result<Either<Unknown<'env>, ()>> {
    let signal = || -> Checked<_> {
        let Some(options) = Argument::new("options", options).optional()? else { return Ok(None) };
        let fields = options.object()?;
        let known: Vec<&str> = std::iter::once("signal").chain(others.iter().map(String::as_str)).collect();
        fields.only(&known)?;
        if let Some(listener) = fields.get("onProgress")?
            && !listener.is_function()?
        {
            return Err(listener.invalid("a function"));
        }
        let Some(signal) = fields.get("signal")? else { return Ok(None) };
        let methods = signal.object()?;
        let is_signal = methods.required("aborted")?.boolean().is_ok()
            && methods.required("addEventListener")?.is_function()?
            && methods.required("removeEventListener")?.is_function()?;
        if is_signal { Ok(Some(signal.value())) } else { Err(signal.invalid("an AbortSignal")) }
    };
    Ok(checked(&env, signal)?.map_or(Either::B(()), Either::A))
}
