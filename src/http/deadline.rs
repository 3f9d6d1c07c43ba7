//! The deadline of a whole call, with all its requests, waits and retries.

use std::time::Duration;

use futures_util::FutureExt;

use crate::error::{Error, ErrorKind, Result, Setting};

/// Returns the result of `work` if it ends within `time` from now. Otherwise `work` is dropped, and with it the requests in
/// flight. Needs a runtime of tokio around it.
///
/// It is no `async fn`, because such a future has room for its argument twice, and a whole check takes some KiB.
///
/// # Errors
/// `Timeout`, which names the bound, and the errors of `work`.
pub(crate) fn within<T>(
    time: Duration,
    work: impl Future<Output = Result<T>>,
) -> impl Future<Output = Result<T>> {
    tokio::time::timeout(time, work).map(move |ended| {
        ended.unwrap_or_else(|_| {
            let message = format!("The call was not done within {} ms", time.as_millis());
            Err(Error::new(ErrorKind::Timeout, message).with_setting(Setting::Deadline))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_at_its_deadline() {
        let time = Duration::from_secs(1);
        assert_eq!(within(time, async { Ok(1) }).await.ok(), Some(1));
        let error = within::<()>(time, std::future::pending()).await.expect_err("too late");
        assert_eq!(error.to_string(), "The call was not done within 1000 ms (deadline)");
        assert!(error.is_timeout() && error.is_transient());
    }
}
