//! Connects to the API of a source's host before it is asked.

use url::Url;

use super::{
    prefixes::is_remembered,
    releases::{Extent, FRESH, Releases},
};
use crate::{
    http::request::Request,
    source::{page::SourceRepository, releases::api_of},
};

impl Releases {
    /// Opens a connection to GitHub's API, because a source that is still unknown may be there.
    pub(crate) fn connect_to_github(&self) {
        if let Ok(url) = Url::parse(self.github().usual_api()) {
            self.http.connect_ahead(Request::get(url));
        }
    }

    /// Opens a connection to the API of a source's host, if the prefix of its release tags is not known.
    pub(crate) async fn connect_for_prefix(&self, source_url: &str) {
        let source = SourceRepository::parse(source_url, self.hosts());
        if let Some(source) = source.filter(SourceRepository::is_github)
            && !is_remembered((self.github(), &self.cache), (source_url, &source)).await
        {
            self.connect_to(&source);
        }
    }

    /// Opens a connection to the API of a source's host, if its latest releases are not known.
    pub(crate) async fn connect_for_pages(&self, source: &SourceRepository) {
        for extent in [Extent::Notes(1), Extent::Pages] {
            if matches!(self.remembered(source, extent, FRESH).await, Some((_, true))) {
                return;
            }
        }
        self.connect_to(source);
    }

    fn connect_to(&self, source: &SourceRepository) {
        if let Ok(request) = api_of(self.github(), source) {
            self.http.connect_ahead(request);
        }
    }
}
