//! Connection pools. All clients of the process with the same settings share one.

use std::{collections::VecDeque, time::Duration};

use parking_lot::Mutex;
use reqwest::{Proxy, redirect::Policy};
use url::Url;

use super::{
    address::Reach,
    ahead::{Hosts, Keeper},
    cause::root_cause,
    resolver::Resolver,
    tls::{self, ClientCertificate, Pem, certificates},
};
use crate::error::{Error, ErrorKind, Result};

/// Pools by their settings, the most recently used ones first.
static POOLS: Mutex<VecDeque<(Settings, Pool)>> = Mutex::new(VecDeque::new());

/// Pools that are kept. Beyond them, the least recently used one is dropped, and its connections close when nothing
/// uses them.
const MAX_POOLS: usize = 64;

/// Time for which a connection is kept that nothing uses. Many servers close theirs earlier, and routers at home forget
/// silent ones after some minutes.
const IDLE: Duration = Duration::from_secs(90);

/// Time of silence on a connection over HTTP/2 after which a request that waits there has it pinged, and time that the answer
/// to a ping may take. Without requests nothing is sent. Both together are shorter than an attempt.
const SILENCE: Duration = Duration::from_secs(5);

/// Drops all pools, and with them the connections that nothing uses.
pub(super) fn drop_all() {
    POOLS.lock().clear();
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    pub(crate) client: reqwest::Client,
    /// The hosts of its connections, and connections that were opened ahead.
    pub(crate) hosts: Hosts,
}

/// The settings that tell pools apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    /// The proxy, which resolves names and hides addresses.
    pub(crate) proxy: Option<Url>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    /// Certificate authorities that are trusted beside the system's.
    pub(crate) authorities: Vec<Pem>,
    /// Accept any certificate.
    pub(crate) insecure: bool,
    pub(crate) reach: Reach,
}

impl Settings {
    /// Returns the pool of these settings, and makes it if there is none.
    ///
    /// # Errors
    /// `InvalidArgument` for a certificate authority that does not parse.
    pub(crate) fn pool(&self) -> Result<Pool> {
        let mut pools = POOLS.lock();
        let known = pools.iter().position(|(settings, _)| settings == self);
        let entry = match known.and_then(|position| pools.remove(position)) {
            Some(entry) => entry,
            None => (self.clone(), self.build()?),
        };
        let pool = entry.1.clone();
        pools.push_front(entry);
        pools.truncate(MAX_POOLS);
        Ok(pool)
    }

    /// Drops the pool of these settings. Requests in flight go on, and their connections close behind them. New requests make new
    /// connections.
    pub(crate) fn drop_pool(&self) {
        POOLS.lock().retain(|(settings, _)| settings != self);
    }

    fn build(&self) -> Result<Pool> {
        tls::install_provider();
        let unusable = |error: reqwest::Error| {
            let message = format!("The HTTP client could not be set up: {}", root_cause(&error));
            Error::new(ErrorKind::Network, message).with_source(error.without_url())
        };
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .http2_keep_alive_while_idle(false)
            .http2_keep_alive_interval(SILENCE)
            .http2_keep_alive_timeout(SILENCE);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(Proxy::all(proxy.clone()).map_err(unusable)?);
        } else {
            builder = builder.no_proxy();
        }
        builder = builder.dns_resolver(Resolver::new(self.reach));
        if let Some(certificate) = &self.client_certificate {
            builder = builder.identity(certificate.identity()?);
        }
        if self.insecure {
            builder = builder.tls_danger_accept_invalid_certs(true);
        } else {
            let mut roots = tls::roots().to_vec();
            for pem in &self.authorities {
                roots.extend(certificates(pem)?);
            }
            builder = builder.tls_certs_only(roots);
        }
        let hosts = Hosts::default();
        let client = builder.connector_layer(Keeper(hosts.clone())).build().map_err(unusable)?;
        Ok(Pool { client, hosts })
    }
}
