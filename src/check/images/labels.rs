//! What an image says about its source.

use serde::{Deserialize, Serialize};

use crate::image::{
    config::{DOCUMENTATION_LABEL, ImageConfig, OLD_SOURCE_LABEL, URL_LABEL},
    manifest::{ImageManifest, SOURCE_LABEL},
};

/// The most bytes of a label that may name a source. A URL is shorter.
const MAX_LABEL: usize = 2048;

/// The texts by which an image names its source repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceLabels {
    /// The annotation `org.opencontainers.image.source` of the index or the manifest (OCI image specification,
    /// "Annotations"), else the label of that name, else the label `org.label-schema.vcs-url`.
    pub(crate) source: Option<String>,
    /// What may name the repository where the source does not: the labels `org.label-schema.vcs-url`,
    /// `org.opencontainers.image.url` and `org.opencontainers.image.documentation`. `None` if the config was not read.
    pub(crate) others: Option<Vec<String>>,
}

impl SourceLabels {
    /// Reads the annotations of an index and a manifest, and the labels of a config.
    pub(crate) fn of(
        index_source: Option<&str>,
        manifest: Option<&ImageManifest>,
        config: Option<&ImageConfig>,
    ) -> Self {
        let by_manifest = || manifest?.source.as_deref();
        let by_label = || config?.label(SOURCE_LABEL).or_else(|| config?.label(OLD_SOURCE_LABEL));
        let source = index_source.or_else(by_manifest).or_else(by_label);
        let others = |config: &ImageConfig| {
            let labels = [SOURCE_LABEL, OLD_SOURCE_LABEL, URL_LABEL, DOCUMENTATION_LABEL];
            let texts = labels.into_iter().filter_map(|name| config.label(name));
            texts.filter(|text| Some(*text) != source && text.len() <= MAX_LABEL).map(str::to_owned).collect()
        };
        Self { source: source.map(str::to_owned), others: config.map(others) }
    }

    /// What an image says that names nothing.
    pub(crate) fn none() -> Self {
        Self { source: None, others: Some(Vec::new()) }
    }

    /// All texts, the likeliest first.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.source.iter().chain(self.others.iter().flatten()).map(String::as_str)
    }
}
