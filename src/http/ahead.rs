//! Does before requests need it what they would wait for: connections, and the authorities of the first one.

use std::time::Duration;

use super::{
    client::Client,
    connect::{
        ahead::{InUse, PURPOSE, Purpose},
        resolver::LED_BY,
        tls::{begin_to_load_roots, load_roots},
    },
    request::Request,
};
use crate::text::redact::authority;

impl Client {
    /// Begins with what the first request of a process waits for.
    pub(crate) fn prepare() {
        begin_to_load_roots();
    }

    /// Opens a connection on which a request like this one can be sent soon. Nothing is sent on it. A failure is none of the
    /// caller's, whose request meets it by itself. A connection that no request takes is closed after some seconds.
    ///
    /// Nothing happens where the pool has a connection already, and with hosts that are left alone.
    pub(crate) fn connect_ahead(&self, request: Request) {
        if request.url.scheme() != "https" {
            return;
        }
        let peer = self.peer(&request);
        let is_paused = peer.allowance.left(request.is_pull).is_some_and(|left| left > Duration::ZERO);
        if is_paused || peer.host.health.is_down() {
            return;
        }
        let Ok(settings) = self.settings(&request) else { return };
        let work = async move {
            load_roots().await;
            let Ok(pool) = settings.pool() else { return };
            let origin = request.url.origin().ascii_serialization();
            let Some(opening) = pool.hosts.open(&origin) else { return };
            let asking = pool.client.get(request.url.clone()).send();
            let led_by = request.led_by.clone().unwrap_or_else(|| authority(&request.url));
            let outcome = LED_BY.scope(led_by, PURPOSE.scope(Purpose::Later(origin), asking)).await;
            drop((pool, settings, outcome));
            opening.kept().await;
        };
        tokio::spawn(work);
    }
}

/// Sends a request, and again if the connection was opened ahead and its server has closed it since.
pub(super) async fn send_once_or_again(
    outgoing: reqwest::RequestBuilder,
    using: &InUse,
    request: &Request,
) -> reqwest::Result<reqwest::Response> {
    let Some(again) = outgoing.try_clone().filter(|_| request.is_repeatable()) else {
        return outgoing.send().await;
    };
    let sent = PURPOSE.scope(Purpose::Now(using.0.clone()), outgoing.send()).await;
    match sent {
        Err(error) if using.0.was_given() && !error.is_timeout() => again.send().await,
        sent => sent,
    }
}
