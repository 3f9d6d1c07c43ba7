//! What can go wrong.

/// What went wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text that is no image reference.
    InvalidReference,
    /// An argument or an option of the wrong type or out of its range.
    InvalidArgument,
    /// The registry wants credentials, or refuses those it was given (401, 403).
    AuthFailed,
    /// No such repository, tag, manifest or blob (404).
    NotFound,
    /// The server asks for fewer requests (429).
    RateLimited,
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke.
    Network,
    /// An answer that is not what the protocol promises.
    BadResponse,
    /// An answer beyond one of the documented bounds.
    TooLarge,
    /// The caller gave up.
    Aborted,
    /// Any other refusal by a server.
    Registry,
}

impl ErrorKind {
    /// The name under which JavaScript sees this kind, as `error.code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidReference => "INVALID_REFERENCE",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::AuthFailed => "AUTH_FAILED",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::Timeout => "TIMEOUT",
            Self::Network => "NETWORK",
            Self::BadResponse => "BAD_RESPONSE",
            Self::TooLarge => "TOO_LARGE",
            Self::Aborted => "ABORTED",
            Self::Registry => "REGISTRY_ERROR",
        }
    }

    /// The kind that an HTTP status stands for when it is the final answer.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::AuthFailed,
            404 => Self::NotFound,
            429 => Self::RateLimited,
            _ => Self::Registry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_the_codes_that_the_readme_promises() {
        for status in 100..600 {
            let expected = match status {
                401 | 403 => "AUTH_FAILED",
                404 => "NOT_FOUND",
                429 => "RATE_LIMITED",
                _ => "REGISTRY_ERROR",
            };
            assert_eq!(ErrorKind::of_status(status).code(), expected, "status {status}");
        }
    }
}
