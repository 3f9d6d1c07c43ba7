//! Limits of answers, and the settings that change them.

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $limit:ident, $field:ident = $usual:expr, at least $least:literal;)+) => {
        /// Limits of single answers, and of the queue for a host. Bytes are counted after decompression.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $field: usize,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $usual,)+ }
            }
        }

        /// One of the [`Limits`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Limit {
            $($(#[doc = $doc])+ $limit,)+
        }

        impl Limit {
            /// All limits.
            pub const ALL: &[Self] = &[$(Self::$limit,)+];

            /// The name of the limit's field.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$limit => stringify!($field),)+
                }
            }

            /// The least value that the limit accepts.
            pub fn least(self) -> usize {
                match self {
                    $(Self::$limit => $least,)+
                }
            }
        }

        impl Limits {
            /// The value of a limit.
            pub fn get(&self, limit: Limit) -> usize {
                match limit {
                    $(Limit::$limit => self.$field,)+
                }
            }

            /// Sets a limit.
            pub fn set(&mut self, limit: Limit, value: usize) {
                match limit {
                    $(Limit::$limit => self.$field = value,)+
                }
            }
        }
    };
}

limits! {
    /// Bytes of a token service's answer. Default 64 KiB.
    TokenBytes, token_bytes = 64 * 1024, at least 1;
    /// Bytes of an answer with an error status that are read. Further bytes are dropped. Default 64 KiB.
    ErrorBytes, error_bytes = 64 * 1024, at least 0;
    /// Bytes of a manifest or an index. Default 4 MiB (OCI distribution specification, "Pushing Manifests").
    ManifestBytes, manifest_bytes = 4 * 1024 * 1024, at least 1;
    /// Bytes of an image config. Default 8 MiB.
    ConfigBytes, config_bytes = 8 * 1024 * 1024, at least 1;
    /// Bytes of one page of tags. Default 32 MiB.
    TagPageBytes, tag_page_bytes = 32 * 1024 * 1024, at least 1;
    /// Bytes of all tags of one list, whatever the number of its pages. Default 32 MiB.
    TagListBytes, tag_list_bytes = 32 * 1024 * 1024, at least 1;
    /// Bytes of the releases of a source repository, both of one and of a list, and of a page of its security advisories.
    /// Default 8 MiB.
    ReleaseBytes, release_bytes = 8 * 1024 * 1024, at least 1;
    /// Bytes of an answer of Docker Hub's own API. Default 4 MiB.
    HubBytes, hub_bytes = 4 * 1024 * 1024, at least 1;
    /// Bytes of the list of support data, which is about 10 MiB long. Default 32 MiB.
    SupportBytes, support_bytes = 32 * 1024 * 1024, at least 1;
    /// Entries of an index, including those of nested indexes. Default 10,000.
    IndexEntries, index_entries = 10_000, at least 1;
    /// Bytes of all header fields of an answer. Default 64 KiB.
    HeaderBytes, header_bytes = 64 * 1024, at least 1;
    /// Redirects that one request follows. Default 5.
    Redirects, redirects = 5, at least 0;
    /// Requests that wait for one host. Default 20,000.
    Waiting, waiting = 20_000, at least 0;
    /// Tags of a track about which one check asks its registry. Default 32.
    Candidates, candidates = 32, at least 1;
    /// Pages of one tag list. Default 10,000.
    TagPages, tag_pages = 10_000, at least 1;
    /// Tags of one tag list. Default 2,000,000.
    Tags, tags = 2_000_000, at least 1;
}

/// The settings that a caller may change after a call failed because of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// A limit of answers.
    Limit(Limit),
    /// The time for one attempt.
    Timeout,
    /// The time for a connection.
    ConnectTimeout,
    /// The time for a call as a whole.
    Deadline,
    /// The longest wait for a retry.
    MaxRetryDelay,
    /// Whether servers may point to private addresses.
    AllowPrivateAddresses,
    /// The proxy for all requests, or for those to one registry.
    Proxy,
    /// Certificate authorities that are trusted.
    CertificateAuthorities,
    /// The client certificate for a registry.
    ClientCertificate,
    /// Whether a registry may be reached by plain http.
    Insecure,
    /// The token service of a registry, where its name does not show that it is the registry's.
    TokenService,
    /// Which software a source host runs.
    ReleaseHosts,
    /// The digest that runs.
    CurrentDigest,
}

impl Setting {
    /// The name of the option, such as `limits.token_bytes`.
    pub fn name(self) -> String {
        let name = match self {
            Self::Limit(limit) => return format!("limits.{}", limit.name()),
            Self::Timeout => "timeout",
            Self::ConnectTimeout => "connect_timeout",
            Self::Deadline => "deadline",
            Self::MaxRetryDelay => "max_retry_delay",
            Self::AllowPrivateAddresses => "allow_private_addresses",
            Self::Proxy => "proxy",
            Self::CertificateAuthorities => "ca",
            Self::ClientCertificate => "registries.client_certificate",
            Self::Insecure => "registries.insecure",
            Self::TokenService => "registries.token_service",
            Self::ReleaseHosts => "release_hosts",
            Self::CurrentDigest => "current_digest",
        };
        name.to_owned()
    }
}

/// The most bytes of a body, and the limit that says so, if one does.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// The most bytes after decompression.
    pub bytes: usize,
    /// The limit that a longer body exceeds.
    pub limit: Option<Limit>,
}

impl Bound {
    /// No bound.
    pub const NONE: Self = Self { bytes: usize::MAX, limit: None };
}

impl Limits {
    /// A limit of bytes as the bound of a body.
    pub fn bound(&self, limit: Limit) -> Bound {
        Bound { bytes: self.get(limit), limit: Some(limit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_field_of_its_own() {
        let mut limits = Limits::default();
        for (value, limit) in Limit::ALL.iter().enumerate() {
            limits.set(*limit, value);
        }
        let values: Vec<usize> = Limit::ALL.iter().map(|limit| limits.get(*limit)).collect();
        assert_eq!(values, (0..Limit::ALL.len()).collect::<Vec<_>>());
    }
}
