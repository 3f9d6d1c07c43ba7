//! The native class. The build writes the doc comments of its methods into `index.d.ts`. The JavaScript class around it
//! adds real errors, and promises that reject where a native method throws.

use std::{future::Future, sync::Arc};

use napi::{
    Env, Result,
    bindgen_prelude::{Function, Object, Unknown},
};
use napi_derive::napi;
use tracing::instrument::WithSubscriber;

use crate::binding::{
    abortable_call::{Call, Closing, promise},
    check_requests::Defaults,
    input::{
        arguments::{Argument, checked},
        options,
        policy::Given,
    },
    output::logger::Log,
    process_scope,
};
use crate::service::ContainerRegistryService as Core;

/// Answers which newer versions of container images can be run, and where their release notes are.
///
/// The instance remembers tokens, source URLs and release tag prefixes. Connections are shared within the process.
/// Errors are `ContainerRegistryError`s: synchronous methods throw them and asynchronous ones reject with them, for a
/// wrong argument too (`INVALID_ARGUMENT`). Every asynchronous method rejects with `ABORTED` when its `signal` aborts.
#[napi]
pub struct ContainerRegistryService {
    core: Arc<Core>,
    log: Log,
    closing: Closing,
    policy: Option<Given>,
    provenance: bool,
}

#[napi]
impl ContainerRegistryService {
    /// Makes a service.
    ///
    /// @param options settings, of which each may be left out
    /// @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
    /// @example
    /// const service = new ContainerRegistryService({ logger: console, cache: { directory: '/var/cache/app' } })
    #[napi(constructor, ts_args_type = "options?: ServiceOptions")]
    pub fn new(env: Env, options: Unknown<'_>, wake: Function<'_, (), ()>) -> Result<Self> {
        let given = checked(&env, || options::read(Argument::new("options", options)))?;
        let log = Log::new(&wake, given.has_logger)?;
        let core = if given.is_shared {
            process_scope::service(given.options)
        } else {
            Core::new(given.options).map(Arc::new)
        };
        Ok(Self {
            core: checked(&env, || core.map_err(Into::into))?,
            log,
            closing: Closing::new(),
            policy: given.policy,
            provenance: given.provenance,
        })
    }

    pub(crate) fn core(&self) -> Arc<Core> {
        self.core.clone()
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn closing(&self) -> &Closing {
        &self.closing
    }

    /// Returns the policy that the service was given.
    pub(crate) fn own_policy(&self) -> Option<Given> {
        self.policy.clone()
    }

    /// Returns what holds for checks that do not say it themselves.
    pub(crate) fn defaults(&self) -> Defaults {
        Defaults::of_service(self.own_policy().unwrap_or_default(), self.provenance)
    }

    /// Starts a call whose log lines go to this service's logger.
    pub(crate) fn run<'env, T, V>(
        &self,
        env: &'env Env,
        call: &Call,
        work: impl Future<Output = crate::error::Result<T>> + Send + 'static,
        convert: impl FnOnce(T) -> V + Send + 'static,
    ) -> Result<Object<'env>>
    where
        T: Send + 'static,
        V: napi::bindgen_prelude::ToNapiValue + 'static,
    {
        match self.log.is_heard() {
            true => {
                promise(env, call, self.closing.clone(), work.with_subscriber(self.log.dispatch()), convert)
            }
            false => promise(env, call, self.closing.clone(), work, convert),
        }
    }
}
