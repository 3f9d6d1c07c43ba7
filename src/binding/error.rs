//! Errors on their way to JavaScript.

use std::{collections::HashMap, error::Error as _};

use napi::{
    Env, Status,
    bindgen_prelude::{Either3, JsObjectValue, JsValue, Object},
};

use crate::error::Error;

/// The name by which the JavaScript face knows these objects from what a caller's own code threw.
const NAME: &str = "ContainerRegistryError";

/// The fields of an error, which become a plain object. The JavaScript face makes a real `Error` of it, one of the caller's
/// realm.
pub(super) type Fields = HashMap<&'static str, Either3<String, u32, bool>>;

pub(super) fn fields(error: &Error) -> Fields {
    let text = |text: &str| Some(Either3::A(text.to_owned()));
    let all = [
        ("name", text(NAME)),
        ("code", text(error.code())),
        ("message", text(error.message())),
        ("transient", Some(Either3::C(error.is_transient()))),
        ("status", error.status().map(|status| Either3::B(status.into()))),
        ("host", error.host().and_then(text)),
        ("detail", error.detail().and_then(text)),
        ("reason", error.source().map(|source| Either3::A(source.to_string()))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What a promise is rejected with.
pub(super) fn rejection(env: &Env, error: &Error) -> napi::Error {
    object(env, error).map_or_else(|error| error, |object| napi::Error::from(object.to_unknown()))
}

/// Throws the same object; what is returned tells Node-API that it has been thrown.
pub(super) fn thrown(env: &Env, error: &Error) -> napi::Error {
    match object(env, error).and_then(|object| env.throw(object)) {
        Ok(()) => napi::Error::from_status(Status::PendingException),
        Err(error) => error,
    }
}

fn object<'env>(env: &'env Env, error: &Error) -> napi::Result<Object<'env>> {
    let mut object = Object::new(env)?;
    for (name, value) in fields(error) {
        object.set_named_property(name, value)?;
    }
    Ok(object)
}
