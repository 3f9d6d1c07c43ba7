//! Passes errors to JavaScript.

use std::error::Error as _;

use napi::{
    Env, Status,
    bindgen_prelude::{JsObjectValue, JsValue, Object},
};

use serde::Serialize;

use crate::binding::setting_names::setting_name;
use crate::error::Error;

/// Name by which the JavaScript side tells these objects from what a caller's own code threw.
const NAME: &str = "ContainerRegistryError";

/// Fields of an error. The JavaScript side makes an `Error` of the caller's realm from them.
#[derive(Serialize)]
pub(crate) struct PlainError {
    name: &'static str,
    code: &'static str,
    message: String,
    transient: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(rename = "reasonCode", skip_serializing_if = "Option::is_none")]
    reason_code: Option<&'static str>,
}

pub(crate) fn plain(error: &Error) -> PlainError {
    PlainError {
        name: NAME,
        code: error.code(),
        message: match error.setting() {
            Some(setting) => format!("{} ({})", error.message(), setting_name(setting)),
            None => error.message().to_owned(),
        },
        transient: error.is_transient(),
        status: error.status(),
        host: error.host().map(str::to_owned),
        detail: error.detail().map(str::to_owned),
        reason: error.source().map(ToString::to_string),
        reason_code: error.system_code(),
    }
}

/// Returns the value that a promise is rejected with.
pub(crate) fn rejection(env: &Env, error: &Error) -> napi::Error {
    object(env, error).map_or_else(|error| error, |object| napi::Error::from(object.to_unknown()))
}

/// Throws the same value. The returned error tells Node-API that it has been thrown.
pub(crate) fn thrown(env: &Env, error: &Error) -> napi::Error {
    match object(env, error).and_then(|object| env.throw(object)) {
        Ok(()) => napi::Error::from_status(Status::PendingException),
        Err(error) => error,
    }
}

fn object<'env>(env: &'env Env, error: &Error) -> napi::Result<Object<'env>> {
    let plain = plain(error);
    let mut object = Object::new(env)?;
    object.set_named_property("transient", plain.transient)?;
    if let Some(status) = plain.status {
        object.set_named_property("status", u32::from(status))?;
    }
    let texts = [
        ("name", Some(plain.name.to_owned())),
        ("code", Some(plain.code.to_owned())),
        ("message", Some(plain.message)),
        ("host", plain.host),
        ("detail", plain.detail),
        ("reason", plain.reason),
        ("reasonCode", plain.reason_code.map(str::to_owned)),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            object.set_named_property(name, text)?;
        }
    }
    Ok(object)
}
