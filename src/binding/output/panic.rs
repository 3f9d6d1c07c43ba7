//! Turns a panic in a call into an error of that call. The process goes on.

use std::{
    any::Any,
    fmt::Display,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::error::{Error, ErrorKind};

/// Returns the result of `work`.
///
/// # Errors
/// A panic. State behind locks stays usable, because a lock is taken whether or not its last owner panicked.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| unforeseen(words(&*panic)))
}

/// Returns the error of a call that failed by a fault in this package.
pub(crate) fn unforeseen(why: impl Display) -> Error {
    let message = format!("The call failed in an unforeseen way, please report it: {why}");
    Error::new(ErrorKind::Registry, message)
}

/// Returns the message of a panic.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it gave no reason")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panics_are_errors_with_a_code_at_once_and_later() {
        assert_eq!(caught(|| 1).ok(), Some(1));
        let at_once = [
            caught(|| -> () { panic!("a text") }),
            caught(|| -> () { panic!("a text, {}", "formatted") }),
            caught(|| std::panic::panic_any(7)),
        ];
        let words = ["a text", "a text, formatted", "it gave no reason"];
        for (outcome, words) in at_once.into_iter().zip(words) {
            let error = outcome.expect_err("a panic");
            assert_eq!((error.code(), error.is_transient()), ("REGISTRY_ERROR", false));
            assert!(error.message().ends_with(&format!("please report it: {words}")), "{error}");
        }
        let later = tokio::spawn(async { panic!("in a task") }).await.map_err(unforeseen);
        assert!(later.expect_err("a panic").message().contains("in a task"));
    }
}
