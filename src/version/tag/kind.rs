//! The kinds of tags, and how the numbers of a version are written.

/// What a tag is, without a look at any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TagKind {
    /// Numbers of which the first counts breaking changes: `1.2.3`, `v3.1`, `8u502`.
    ///
    /// A first number of two digits is never taken for a year. Ubuntu's `24.04` is read like any other `x.y`, so that
    /// its next release is a major one.
    Semantic,
    /// A date, or numbers that begin with a year of four digits: `2024.10.22`, `20260701`, `2024-05-28T17-19-04Z`.
    Calendar,
    /// One number that counts builds: `b3121`, `240531`.
    Build,
    /// A name that moves on to newer images: `latest`, `stable`, `v2`, `7-alpine`, `1.x`.
    Floating,
    /// A name that has no order: `sha-4bfc5bb`, `pr-123`.
    Unorderable,
    /// A signature, attestation or list of referrers of another manifest: `sha256-….sig`.
    Signature,
}

impl TagKind {
    /// Whether tags of this kind have an order among themselves.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Semantic | Self::Calendar | Self::Build)
    }

    /// The name by which JavaScript knows the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Semantic => "semver",
            Self::Calendar => "calendar",
            Self::Build => "build",
            Self::Floating => "floating",
            Self::Unorderable => "unorderable",
            Self::Signature => "signature",
        }
    }
}

/// How the numbers of a version are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `1.2.3`, `20240528`.
    Dotted,
    /// `2024-05-28`.
    Dashed,
    /// `2024-05-28T17-19-04Z`, `20240528T171904Z`.
    Stamp,
}
