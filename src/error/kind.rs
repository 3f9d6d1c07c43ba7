//! The kinds of errors.

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text that is no image reference.
    InvalidReference,
    /// An argument or an option of the wrong type or out of its range.
    InvalidArgument,
    /// The registry requires credentials, or refuses those that it received (401, 403).
    AuthFailed,
    /// The repository, tag, manifest or blob does not exist (404).
    NotFound,
    /// The server asks for fewer requests (429).
    RateLimited,
    /// No answer arrived in time.
    Timeout,
    /// No connection was made, or it broke.
    Network,
    /// The answer does not follow the protocol.
    BadResponse,
    /// The answer exceeds a documented limit.
    TooLarge,
    /// The caller cancelled the call.
    Aborted,
    /// Any other refusal by a server.
    Registry,
}

impl ErrorKind {
    /// The name of this kind in JavaScript, as `error.code`.
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

    /// The kind of error of an HTTP status that is the final answer.
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
