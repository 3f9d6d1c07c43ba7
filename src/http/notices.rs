//! What processes tell each other of hosts that are to be left alone.

use std::{fmt::Debug, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tracing::instrument::WithSubscriber;

use super::{pace::Host, rest::Rest};

/// Time for which what others said of a host is taken to be all they have to say.
const NEWS_AGE: Duration = Duration::from_secs(2);

/// A board that other processes read, too. Nothing here fails: a board out of reach has nothing on it.
pub trait Notices: Debug + Send + Sync {
    /// Tells others how long a host is to be left alone.
    fn post<'a>(&'a self, host: &'a str, rest: Rest) -> BoxFuture<'a, ()>;

    /// What others, or this process itself, have said of a host and still holds.
    fn read<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Vec<Rest>>;
}

/// Learns what others say of a host, named `name`. Whoever is the first in this process to ask it waits for that; from then
/// on it is found out once in a while, and nobody waits.
pub(super) async fn listen(host: &Arc<Host>, name: &str, notices: &Arc<dyn Notices>) {
    let mut heard = host.heard.lock().await;
    match *heard {
        Some(time) if time.elapsed() < NEWS_AGE => {}
        Some(_) => {
            *heard = Some(Instant::now());
            let (host, name, notices) = (host.clone(), name.to_owned(), notices.clone());
            let listening = async move { host.hear(notices.read(&name).await) };
            tokio::spawn(listening.with_current_subscriber());
        }
        None => {
            host.hear(notices.read(name).await);
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
        fn post<'a>(&'a self, _: &'a str, rest: Rest) -> BoxFuture<'a, ()> {
            self.says.lock().expect("no panic").push(rest);
            async {}.boxed()
        }

        fn read<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Vec<Rest>> {
            self.read.fetch_add(1, Ordering::SeqCst);
            let says = self.says.lock().expect("no panic").clone();
            async move {
                tokio::task::yield_now().await;
                says
            }
            .boxed()
        }
    }

    async fn may_enter(host: &Arc<Host>, is_counted: bool) -> bool {
        host.enter(4, 10, is_counted, Duration::ZERO).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_callers_wait_for_what_others_say_and_ask_once() {
        let board = Arc::new(Board::default());
        board.post("host", Rest::All(MINUTE)).await;
        let (host, notices) = (Arc::new(Host::default()), board.clone() as Arc<dyn Notices>);
        let callers = (0..100).map(|_| async {
            listen(&host, "host", &notices).await;
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
        let (host, notices) = (Arc::new(Host::default()), board.clone() as Arc<dyn Notices>);
        listen(&host, "host", &notices).await;
        board.post("host", Rest::Counted(MINUTE)).await;
        listen(&host, "host", &notices).await;
        assert_eq!(board.read.load(Ordering::SeqCst), 1, "what was just heard is believed");
        advance(NEWS_AGE).await;
        assert_eq!(listen(&host, "host", &notices).now_or_never(), Some(()), "nobody waits");
        while may_enter(&host, true).await {
            tokio::task::yield_now().await;
        }
        assert!(may_enter(&host, false).await, "what is not counted goes on");
        assert_eq!(board.read.load(Ordering::SeqCst), 2);
    }
}
