//! What the service's files name of tokio: shuttle's, but for `sleep`. In shuttle's own a task that sleeps cannot be aborted.

pub use shuttle_tokio::sync;

pub mod time {
    //! Time that a model moves.

    pub use shuttle_tokio::time::Instant;
    use std::time::Duration;

    /// Lets others go on; whoever sleeps looks at the clock again by itself.
    pub async fn sleep(_: Duration) {
        shuttle::future::yield_now().await;
    }
}
