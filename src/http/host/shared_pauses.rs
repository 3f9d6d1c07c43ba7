//! Shares with other processes which hosts are to be left alone.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tracing::instrument::WithSubscriber;

use super::{pause::Pause, peer::Peer};

/// Age up to which the answer of other processes about a host is used again.
const NEWS_AGE: Duration = Duration::from_secs(2);

/// Pauses that several processes share. Nothing here fails: if the store is out of reach, no pause of others is known.
pub(crate) trait SharedPauses: Debug + Send + Sync {
    /// Tells other processes how long a host is to be left alone, by everybody or by an account.
    fn announce<'a>(&'a self, host: &'a str, account: &'a str, pause: Pause) -> BoxFuture<'a, ()>;

    /// Returns the pauses for a host and an account that are still on, this process's own included.
    fn read<'a>(&'a self, host: &'a str, account: &'a str) -> BoxFuture<'a, Vec<Pause>>;
}

/// Reads what other processes say of a host and an account. The first caller of this process waits for it. After that
/// it is read in the background every two seconds at most, and nobody waits.
pub(crate) async fn listen(peer: &Peer, pauses: &Arc<dyn SharedPauses>) {
    let mut heard = peer.allowance.heard.lock().await;
    match *heard {
        Some(time) if time.elapsed() < NEWS_AGE => {}
        Some(_) => {
            *heard = Some(Instant::now());
            let (peer, pauses) = (peer.clone(), pauses.clone());
            let listening = async move { peer.hear(pauses.read(&peer.name, &peer.account).await) };
            tokio::spawn(listening.with_current_subscriber());
        }
        None => {
            peer.hear(pauses.read(&peer.name, &peer.account).await);
            *heard = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use futures_util::FutureExt;
    use tokio::time::advance;

    use super::*;
    use crate::http::host::places::Rank;

    const MINUTE: Duration = Duration::from_secs(60);

    #[derive(Debug, Default)]
    struct Board {
        says: Mutex<Vec<Pause>>,
        read: AtomicUsize,
    }

    impl SharedPauses for Board {
        fn announce<'a>(&'a self, _: &'a str, _: &'a str, pause: Pause) -> BoxFuture<'a, ()> {
            self.says.lock().expect("no panic").push(pause);
            async {}.boxed()
        }

        fn read<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Vec<Pause>> {
            self.read.fetch_add(1, Ordering::SeqCst);
            let says = self.says.lock().expect("no panic").clone();
            async move {
                tokio::task::yield_now().await;
                says
            }
            .boxed()
        }
    }

    /// A host that nobody else knows.
    fn peer() -> Peer {
        Peer { host: Arc::default(), allowance: Arc::default(), name: "host".into(), account: "ada".into() }
    }

    async fn may_enter(peer: &Peer, is_pull: bool) -> bool {
        peer.host.enter(&peer.allowance, (4, 10), (Rank::LeadsOn, is_pull), Duration::ZERO).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_callers_wait_for_what_others_say_and_ask_once() {
        let board = Arc::new(Board::default());
        board.announce("host", "ada", Pause::Everybody(MINUTE)).await;
        let (host, pauses) = (peer(), board.clone() as Arc<dyn SharedPauses>);
        let callers = (0..100).map(|_| async {
            listen(&host, &pauses).await;
            may_enter(&host, false).await
        });
        assert_eq!(futures_util::future::join_all(callers).await, [false; 100]);
        assert_eq!(board.read.load(Ordering::SeqCst), 1);
        advance(MINUTE).await;
        assert!(may_enter(&host, false).await);
    }

    #[tokio::test(start_paused = true)]
    async fn later_callers_find_out_in_passing() {
        let board = Arc::new(Board::default());
        let (host, pauses) = (peer(), board.clone() as Arc<dyn SharedPauses>);
        listen(&host, &pauses).await;
        board.announce("host", "ada", Pause::Pulls(MINUTE)).await;
        listen(&host, &pauses).await;
        assert_eq!(board.read.load(Ordering::SeqCst), 1, "what was just heard is believed");
        advance(NEWS_AGE).await;
        assert_eq!(listen(&host, &pauses).now_or_never(), Some(()), "nobody waits");
        while may_enter(&host, true).await {
            tokio::task::yield_now().await;
        }
        assert!(may_enter(&host, false).await, "what is not counted goes on");
        assert_eq!(board.read.load(Ordering::SeqCst), 2);
    }
}
