//! Lets time pass without waiting.
//!
//! Sockets need the real clock. If the clock is stopped while a runtime waits for a socket, the runtime jumps to the
//! next timer, which is the time limit of the attempt. So the clock is stopped only between two exchanges, while the
//! service waits for nothing but time.

use std::time::Duration;

use tokio::{task::yield_now, time};

/// Lets `duration` pass.
pub async fn skip(duration: Duration) {
    time::pause();
    time::advance(duration).await;
    time::resume();
}

/// Lets `duration` pass, stops the clock until everything that follows from it is done, and returns the result of
/// `seen`. This serves to show that something has not happened yet.
pub async fn after<T>(duration: Duration, seen: impl FnOnce() -> T) -> T {
    time::pause();
    time::advance(duration).await;
    // Each turn of the runtime handles the sockets, and a request arrives within a few turns.
    for _ in 0..100 {
        yield_now().await;
    }
    let seen = seen();
    time::resume();
    seen
}
