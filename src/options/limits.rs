//! How much is read of what servers send.

/// Bounds of single answers, and of the queue for a host. Bytes are counted after decompression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a token service's answer. Default 64 KiB.
    pub token_bytes: usize,
    /// Bytes that are read of an answer with an error status. Default 64 KiB.
    pub error_bytes: usize,
    /// Bytes of a manifest or an index. Default 4 MiB (OCI distribution specification, "Pushing Manifests").
    pub manifest_bytes: usize,
    /// Bytes of an image config. Default 8 MiB.
    pub config_bytes: usize,
    /// Bytes of one page of tags. Default 32 MiB.
    pub tag_page_bytes: usize,
    /// Bytes of the releases of a source repository, one or as many as are listed. Default 8 MiB.
    pub release_bytes: usize,
    /// Bytes of what Docker Hub's own API answers. Default 4 MiB.
    pub hub_bytes: usize,
    /// Entries of an index, those of indexes within it included. Default 10,000.
    pub index_entries: usize,
    /// Bytes of all header fields of an answer. Default 64 KiB.
    pub header_bytes: usize,
    /// Redirects that one request follows. Default 5.
    pub redirects: usize,
    /// Requests that wait for one host. Default 20,000.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_bytes: 64 * 1024,
            error_bytes: 64 * 1024,
            manifest_bytes: 4 * 1024 * 1024,
            config_bytes: 8 * 1024 * 1024,
            tag_page_bytes: 32 * 1024 * 1024,
            release_bytes: 8 * 1024 * 1024,
            hub_bytes: 4 * 1024 * 1024,
            index_entries: 10_000,
            header_bytes: 64 * 1024,
            redirects: 5,
            waiting: 20_000,
        }
    }
}
