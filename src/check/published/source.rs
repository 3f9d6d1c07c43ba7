//! The source repository of an image.

use crate::{
    check::images::labels::SourceLabels,
    source::{address::web_address, host::ReleaseHosts, page::SourceRepository},
};

/// The source of an image, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its address: http or https, without a user name and a password.
    pub(crate) url: Option<String>,
    /// The repository, if its host is known to have release pages.
    pub(crate) repository: Option<SourceRepository>,
}

impl Source {
    /// The source that the first label names which leads to a repository. Where none does, its address is that of the source
    /// label.
    pub(crate) fn of_labels(labels: &SourceLabels, hosts: &ReleaseHosts) -> Self {
        let mut found = labels.texts().map(|text| Self::of(text, hosts));
        found
            .find(|source| source.repository.is_some())
            .unwrap_or_else(|| labels.source.as_deref().map(|text| Self::of(text, hosts)).unwrap_or_default())
    }

    /// The source that a text names.
    pub(crate) fn of(text: &str, hosts: &ReleaseHosts) -> Self {
        let repository = SourceRepository::of_label(text, hosts);
        let url = repository.as_ref().map(SourceRepository::url);
        Self { url: url.or_else(|| web_address(text).map(String::from)), repository }
    }

    /// This source, or another one if this one leads nowhere.
    pub(crate) fn or_else(self, other: impl FnOnce() -> Option<Self>) -> Self {
        match (&self.repository, &self.url) {
            (Some(_), _) => self,
            (None, None) => other().unwrap_or(self),
            (None, Some(_)) => other().filter(|other| other.repository.is_some()).unwrap_or(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_label_that_leads_to_a_repository_counts() {
        let hosts = ReleaseHosts::default();
        let of = |source: Option<&str>, others: &[&str]| {
            let others = others.iter().map(|text| (*text).to_owned()).collect();
            let labels = SourceLabels { source: source.map(str::to_owned), others: Some(others) };
            let Source { url, repository } = Source::of_labels(&labels, &hosts);
            (url, repository.is_some())
        };
        let github = "https://github.com/o/r";
        let found = |url: &str, leads: bool| (Some(url.to_owned()), leads);
        assert_eq!(of(Some(github), &["https://github.com/o/docs"]), found(github, true));
        assert_eq!(of(Some("https://git.example/o/r"), &[github]), found(github, true));
        assert_eq!(
            of(Some("unknown"), &["https://app.example", "github.com/o/r#readme"]),
            found(github, true)
        );
        assert_eq!(of(Some("https://u:p@git.example/o/r"), &[]), found("https://git.example/o/r", false));
        assert_eq!(of(None, &["https://app.example"]), (None, false), "a home page is no source");
        assert_eq!(of(Some("javascript:alert(1)"), &[]), (None, false));
    }
}
