//! Methods that look after the service itself.

use napi::{Env, Result, bindgen_prelude::Object};
use napi_derive::napi;
use tracing::instrument::WithSubscriber as _;

use super::service::ContainerRegistryService;
use crate::{
    binding::{abortable_call::settle, output::reports::json},
    error::printable,
};

#[napi]
impl ContainerRegistryService {
    /// Returns the counts of this service since it was made. In the scope `process`, they cover all services that share
    /// with it.
    ///
    /// @example
    /// service.stats().requests['registry-1.docker.io'] // 12
    #[napi(ts_return_type = "ServiceStats")]
    pub fn stats(&self) -> String {
        // A server may have led to a host whose name is what it was shown.
        printable(&json(&self.core().stats())).into_owned()
    }

    /// Forgets everything that was learnt: tokens, and the whole cache, in its folder and in Redis too.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn clear_cache<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let core = self.core();
        let work = async move {
            core.clear_cache().await;
            Ok(())
        };
        settle(env, work.with_subscriber(self.log().dispatch()), |()| ())
    }

    /// Ends the service: calls in flight reject with `ABORTED`, and so do later ones. Resolves when everything that was
    /// learnt is written.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn close<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        self.closing().close();
        let core = self.core();
        let work = async move {
            core.close().await;
            Ok(())
        };
        settle(env, work.with_subscriber(self.log().dispatch()), |()| ())
    }

    /// Takes the log lines since the last time, oldest first, as pairs of level and message.
    #[napi(skip_typescript)]
    pub fn take_log_lines(&self) -> Vec<Vec<String>> {
        self.log().take()
    }

    /// Sets whether requests and checks are published among the log lines, as pairs of `request` or `check` and JSON.
    #[napi(skip_typescript)]
    pub fn observe(&self, is_observed: bool) {
        self.log().observe(is_observed);
    }
}
