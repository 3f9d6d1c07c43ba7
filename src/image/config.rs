//! Image configs, as the OCI image specification defines them: the platform, the date and the labels of an image.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    manifest::SOURCE_LABEL,
    platform::{Platform, RawPlatform},
};
use crate::error::{Result, json_fault, not_json};

/// The label that named the source repository before there was an OCI specification.
pub const OLD_SOURCE_LABEL: &str = "org.label-schema.vcs-url";

/// What this crate reads of an image config.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageConfig {
    /// The platform the image was built for; `None` if the config states none.
    pub platform: Option<Platform>,
    /// When it was built, as the config writes it (RFC 3339); builds that are to be reproducible state 1970 or 1980.
    pub created: Option<String>,
    labels: HashMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct RawConfig {
    config: Option<RawContainerConfig>,
    created: Option<serde_json::Value>,
    #[serde(flatten)]
    platform: RawPlatform,
}

#[derive(Deserialize)]
struct RawContainerConfig {
    #[serde(rename = "Labels")]
    labels: Option<HashMap<String, serde_json::Value>>,
}

impl ImageConfig {
    /// Reads an image config (OCI image specification, "Image Configuration").
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] for anything that is no JSON object of that shape.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let raw: RawConfig = serde_json::from_slice(body)
            .map_err(|error| not_json(format!("Not an image config: {}", json_fault(&error)), &error))?;
        let platform = Platform::from(raw.platform);
        Ok(Self {
            platform: (!platform.is_unknown()).then_some(platform),
            created: raw.created.and_then(|created| created.as_str().map(str::to_owned)),
            labels: raw.config.and_then(|config| config.labels).unwrap_or_default(),
        })
    }

    /// The source repository that the labels name.
    pub fn source(&self) -> Option<&str> {
        self.label(SOURCE_LABEL).or_else(|| self.label(OLD_SOURCE_LABEL))
    }

    /// A label's text; `None` if it is absent, empty or no text.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_tells_platform_and_labels() {
        let config = ImageConfig::parse(
            br#"{"architecture":"arm","os":"linux","variant":"v7","config":{"Labels":{"a":"b","n":1,"e":""}}}"#,
        )
        .expect("a config");
        assert_eq!(config.platform, Some(Platform::parse("linux/arm/v7")));
        assert_eq!((config.label("a"), config.label("n"), config.label("e")), (Some("b"), None, None));
        let bare = ImageConfig::parse(br#"{"config":{"Labels":null}}"#).expect("a config");
        assert_eq!((bare.platform.clone(), bare.label("a")), (None, None));
        assert!(ImageConfig::parse(b"<html>").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = ImageConfig::parse(&body);
        }
    }
}
