//! What processes tell each other of hosts that are to be left alone.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tracing::instrument::WithSubscriber;

use super::{known::Known, rest::Rest};

/// Time for which what others said of a host is taken to be all they have to say.
const NEWS_AGE: Duration = Duration::from_secs(2);

/// A board that other processes read, too. Nothing here fails: a board out of reach has nothing on it.
pub trait Notices: Debug + Send + Sync {
    /// Tells others how long a host is to be left alone, by everybody or by an account.
    fn post<'a>(&'a self, host: &'a str, account: &'a str, rest: Rest) -> BoxFuture<'a, ()>;

    /// What others, or this process itself, have said of a host and an account, and still holds.
    fn read<'a>(&'a self, host: &'a str, account: &'a str) -> BoxFuture<'a, Vec<Rest>>;
}

/// Learns what others say of a host and an account. Whoever is the first in this process to ask it so waits for that; from
/// then on it is found out once in a while, and nobody waits.
pub(crate) async fn listen(known: &Known, notices: &Arc<dyn Notices>) {
    let mut heard = known.quota.heard.lock().await;
    match *heard {
        Some(time) if time.elapsed() < NEWS_AGE => {}
        Some(_) => {
            *heard = Some(Instant::now());
            let (known, notices) = (known.clone(), notices.clone());
            let listening = async move { known.hear(notices.read(&known.name, &known.account).await) };
            tokio::spawn(listening.with_current_subscriber());
        }
        None => {
            known.hear(notices.read(&known.name, &known.account).await);
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

    const MINUTE: Duration = Duration::from_secs(60);

    #[derive(Debug, Default)]
    struct Board {
        says: Mutex<Vec<Rest>>,
        read: AtomicUsize,
    }

    impl Notices for Board {
        fn post<'a>(&'a self, _: &'a str, _: &'a str, rest: Rest) -> BoxFuture<'a, ()> {
            self.says.lock().expect("no panic").push(rest);
            async {}.boxed()
        }

        fn read<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Vec<Rest>> {
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
    fn known() -> Known {
        Known { host: Arc::default(), quota: Arc::default(), name: "host".into(), account: "ada".into() }
    }

    async fn may_enter(known: &Known, is_counted: bool) -> bool {
        known.host.enter(&known.quota, 4, 10, is_counted, Duration::ZERO).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_callers_wait_for_what_others_say_and_ask_once() {
        let board = Arc::new(Board::default());
        board.post("host", "ada", Rest::All(MINUTE)).await;
        let (host, notices) = (known(), board.clone() as Arc<dyn Notices>);
        let callers = (0..100).map(|_| async {
            listen(&host, &notices).await;
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
        let (host, notices) = (known(), board.clone() as Arc<dyn Notices>);
        listen(&host, &notices).await;
        board.post("host", "ada", Rest::Counted(MINUTE)).await;
        listen(&host, &notices).await;
        assert_eq!(board.read.load(Ordering::SeqCst), 1, "what was just heard is believed");
        advance(NEWS_AGE).await;
        assert_eq!(listen(&host, &notices).now_or_never(), Some(()), "nobody waits");
        while may_enter(&host, true).await {
            tokio::task::yield_now().await;
        }
        assert!(may_enter(&host, false).await, "what is not counted goes on");
        assert_eq!(board.read.load(Ordering::SeqCst), 2);
    }
}
