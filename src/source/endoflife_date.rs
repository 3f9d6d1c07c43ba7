//! Current support data, asked of endoflife.date or of a server that speaks like it.

use std::time::Duration;

use url::Url;

use crate::{
    error::{Error, ErrorKind, Limit, Result},
    http::{client::Client, request::Request},
    image::reference::{DOCKER_HUB, ImageReference},
    lifecycle::{catalog::Catalog, feed, summary::Names},
};

/// The API's list of all products with all that it knows of them.
pub const FULL_LIST: &str = "https://endoflife.date/api/v1/products/full";

/// How long versions live: what is told of it, and by which facts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LifecycleOptions {
    /// Whether reports tell it. Default `true`. Policies that ask for it do so in any case.
    pub is_told: bool,
    /// Where current facts are listed. Default: nowhere, and those that the package carries serve.
    pub refresh: Option<Url>,
    /// Time after which they are asked for again. Default a day.
    pub every: Duration,
    /// Which products the caller's own images hold.
    images: Names,
}

impl Default for LifecycleOptions {
    fn default() -> Self {
        Self { is_told: true, refresh: None, every: Duration::from_secs(24 * 3600), images: Names::new() }
    }
}

impl LifecycleOptions {
    /// States which product an image of the caller's own holds, by the product's name at endoflife.date.
    ///
    /// # Errors
    /// `InvalidReference` for a text that is no image.
    pub fn add_image(&mut self, image: &str, product: &str) -> Result<()> {
        let reference = ImageReference::parse(image)?;
        let name = match reference.registry.as_str() {
            DOCKER_HUB => reference.full_name,
            registry => format!("{registry}/{}", reference.full_name),
        };
        self.images.insert(name, product.to_owned());
        Ok(())
    }

    /// The caller's own images.
    pub(crate) fn images(&self) -> &Names {
        &self.images
    }
}

/// What the list says to those who may know it already.
pub(crate) enum Current {
    /// Other facts, with the form in which they are kept and the `ETag` under which they can be asked for again.
    Changed(Catalog, String, Option<String>),
    /// They are still what they were under the `ETag` that was sent.
    Unchanged,
}

/// Asks for current facts; with an `ETag` for those that have changed since.
///
/// # Errors
/// What kept them from being had, or an answer that is no list of products.
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
