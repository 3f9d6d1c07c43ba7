//! Calls the caller's function for credentials.

use std::{collections::HashMap, fmt, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use napi::{
    bindgen_prelude::{Either, FnArgs, FromNapiValue, Function, Promise},
    threadsafe_function::ThreadsafeFunction,
};

use super::arguments::{Argument, Checked};
use crate::options::{Credential, CredentialProvider, ProvidedCredential, Secret};

/// The function's answer, by field.
type GivenCredential = HashMap<String, Option<String>>;

type Asked = FnArgs<(String, String)>;
type Given = Either<Promise<Option<GivenCredential>>, Option<GivenCredential>>;

/// Calls the function on the JavaScript thread. A call under way does not keep the process alive.
struct AskCaller(ThreadsafeFunction<Asked, Given, Asked, napi::Status, false, true>);

impl fmt::Debug for AskCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a function of the caller's")
    }
}

impl CredentialProvider for AskCaller {
    fn credential<'a>(&'a self, host: &'a str, repository: &'a str) -> BoxFuture<'a, ProvidedCredential> {
        async move {
            let asked = (host.to_owned(), repository.to_owned()).into();
            let given = match self.0.call_async_catch(asked).await.map_err(failure)? {
                Either::A(promise) => promise.await.map_err(failure)?,
                Either::B(given) => given,
            };
            given.map(credential).transpose().map_err(Into::into)
        }
        .boxed()
    }
}

pub(crate) fn read(value: &Argument<'_>) -> Checked<Arc<dyn CredentialProvider>> {
    if !value.is_function()? {
        return Err(value.invalid("a function of host and repository"));
    }
    let function = Function::<'_, Asked, Given>::from_unknown(value.value())?;
    let function = function.build_threadsafe_function::<Asked>().weak::<true>().build()?;
    Ok(Arc::new(AskCaller(function)))
}

/// Returns the message of what the caller's code threw.
fn failure(error: napi::Error) -> String {
    match error.reason.is_empty() {
        true => "the function failed".to_owned(),
        false => error.reason.clone(),
    }
}

fn credential(mut given: GivenCredential) -> Result<Credential, String> {
    let mut stated = |name: &str| given.remove(name).flatten().filter(|text| !text.is_empty());
    match (stated("username"), stated("password"), stated("token"), stated("identityToken")) {
        (Some(username), Some(password), None, None) if !username.contains(':') => {
            Ok(Credential::Password { username, password: Secret::new(password) })
        }
        (None, None, Some(token), None) => Ok(Credential::Token(Secret::new(token))),
        (_, None, None, Some(token)) => Ok(Credential::Identity(Secret::new(token))),
        _ => {
            let wanted = "one of username with password, token, and identityToken, or null";
            Err(format!("the function must give {wanted}"))
        }
    }
}
