//! Requests current support data from endoflife.date or a compatible server.

use std::time::Duration;

use url::Url;

use crate::{
    error::{Error, ErrorKind, Limit, Result},
    http::{client::Client, request::Request},
    image::reference::{DOCKER_HUB, ImageReference},
    lifecycle::{catalog::Catalog, feed, summary::Names},
};

/// The URL of the API's list of all products with all their data.
pub const FULL_LIST: &str = "https://endoflife.date/api/v1/products/full";

/// Settings for support data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LifecycleOptions {
    /// Whether reports contain lifecycles. Default `true`. Policies use them in any case.
    pub is_told: bool,
    /// The URL of current support data. Default: none; the data that the package carries are used.
    pub refresh: Option<Url>,
    /// The time after which they are requested again. Default: one day.
    pub every: Duration,
    /// The products in the caller's own images.
    images: Names,
}

impl Default for LifecycleOptions {
    fn default() -> Self {
        Self { is_told: true, refresh: None, every: Duration::from_secs(24 * 3600), images: Names::new() }
    }
}

impl LifecycleOptions {
    /// States which product one of the caller's own images holds, by the product's name at endoflife.date.
    ///
    /// # Errors
    /// `InvalidReference` for a text that is no image reference.
    pub fn add_image(&mut self, image: &str, product: &str) -> Result<()> {
        let reference = ImageReference::parse(image)?;
        let name = match reference.registry.as_str() {
            DOCKER_HUB => reference.full_name,
            registry => format!("{registry}/{}", reference.full_name),
        };
        self.images.insert(name, product.to_owned());
        Ok(())
    }

    /// The products in the caller's own images.
    pub(crate) fn images(&self) -> &Names {
        &self.images
    }
}

/// The answer to a request for support data.
pub(crate) enum Current {
    /// Other data: the catalog, its text for the cache, and the `ETag` for the next request.
    Changed(Catalog, String, Option<String>),
    /// The data have not changed since the answer with the `ETag` that was sent.
    Unchanged,
}

/// Requests current support data. With an `ETag`, the server answers only if they have changed.
///
/// # Errors
/// The error that kept the server from answering, or `BadResponse` for an answer that is no list of products.
pub(crate) async fn fetch(client: &Client, url: &Url, etag: Option<&str>) -> Result<Current> {
    let bound = client.options().limits.bound(Limit::SupportBytes);
    let mut request = Request::get(url.clone()).kind("support").accept("application/json").bound(bound);
    if let Some(etag) = etag {
        request = request.unless(etag);
    }
    let response = client.send(request, &client.options().retry).await?;
    match response.status() {
        304 if etag.is_some() => Ok(Current::Unchanged),
        200..=299 => {
            let (catalog, text) = feed::read(response.body())?;
            Ok(Current::Changed(catalog, text, response.header("etag").map(str::to_owned)))
        }
        status => {
            let message = format!("Failed to get support data of {}: {status}", response.host());
            let error = Error::new(ErrorKind::of_status(status), message);
            Err(error.with_status(status).with_host(response.host()))
        }
    }
}
