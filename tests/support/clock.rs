//! Time that passes at once.
//!
//! Sockets need the real clock: while it stands still, a runtime that waits for one jumps to the next timer, which is the
//! time limit of the attempt. So the clock is stopped only between one exchange and the next, while all that the
//! service waits for is time.

use std::time::Duration;

use tokio::{task::yield_now, time};

/// Lets `duration` pass.
pub async fn skip(duration: Duration) {
    time::pause();
    time::advance(duration).await;
    time::resume();
}

/// Lets `duration` pass, and holds the clock until all that this sets off has been done; what `seen` then says is the
/// result. For what must not have happened yet.
pub async fn after<T>(duration: Duration, seen: impl FnOnce() -> T) -> T {
    time::pause();
    time::advance(duration).await;
    // Each turn sees to the sockets; a request needs a handful of them to arrive.
    for _ in 0..100 {
        yield_now().await;
    }
    let seen = seen();
    time::resume();
    seen
}
