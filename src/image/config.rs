//! Image configs, as the OCI image specification defines them: the platform, the date and the labels of an image.

use std::collections::HashMap;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    container::{self, ContainerConfig},
    manifest::SOURCE_LABEL,
    platform::{Platform, RawPlatform},
};
use crate::{
    error::{Error, Result, json_fault, not_json},
    text::json::{Object, Scalar},
};

/// The label for the source repository of the Label Schema convention, which preceded the OCI annotations.
pub const OLD_SOURCE_LABEL: &str = "org.label-schema.vcs-url";

/// The label for the page of an image or its program (OCI image specification, "Annotations").
pub(crate) const URL_LABEL: &str = "org.opencontainers.image.url";
/// The label for the documentation of an image (OCI image specification, "Annotations").
pub(crate) const DOCUMENTATION_LABEL: &str = "org.opencontainers.image.documentation";
/// The label for the version of the packaged software (OCI image specification, "Annotations").
pub(crate) const VERSION_LABEL: &str = "org.opencontainers.image.version";

/// The fields of an image config that this crate reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageConfig {
    /// The platform the image was built for; `None` if the config states none.
    pub platform: Option<Platform>,
    /// The time at which it was built, as the config writes it (RFC 3339). Reproducible builds state 1970 or 1980.
    pub created: Option<String>,
    labels: HashMap<String, String>,
    /// The text of its `config`, which says how it is run. Only few questions need it parsed.
    container: Option<Box<str>>,
    /// Whether it says what it must (OCI image specification, "Image Configuration"): layers, or the platform.
    pub(crate) is_whole: bool,
}

/// The most labels that are kept of one image. Known images have at most a few dozen.
const MAX_LABELS: usize = 4096;

#[derive(Deserialize)]
struct RawConfig<'a> {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    created: Option<Scalar>,
    #[serde(borrow)]
    config: Option<&'a RawValue>,
    rootfs: Option<Object<IgnoredAny>>,
    history: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawContainerConfig {
    #[serde(rename = "Labels")]
    labels: Option<Labels>,
}

/// The labels whose values are texts.
struct Labels(HashMap<String, String>);

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Labels;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("labels")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Labels, A::Error> {
                let mut labels = HashMap::new();
                while let Some((name, value)) = map.next_entry::<String, Scalar>()? {
                    if let Scalar::Text(text) = value
                        && labels.len() < MAX_LABELS
                    {
                        labels.insert(name, text);
                    }
                }
                Ok(Labels(labels))
            }
        }

        deserializer.deserialize_map(Texts)
    }
}

impl ImageConfig {
    /// Parses an image config (OCI image specification, "Image Configuration").
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::BadResponse`] for anything but a JSON object with an `architecture`, an `os`, a
    /// `rootfs`, a `history` or a `config`.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let fault = |error| not_json(format!("Not an image config: {}", json_fault(&error)), &error);
        let Object(raw): Object<RawConfig<'_>> = serde_json::from_slice(body).map_err(fault)?;
        let is_stated = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        let is_whole = (is_stated(&raw.architecture) && is_stated(&raw.os)) || raw.rootfs.is_some();
        let is_config = raw.architecture.is_some()
            || raw.os.is_some()
            || raw.rootfs.is_some()
            || raw.history.is_some()
            || raw.config.is_some();
        if !is_config {
            return Err(Error::bad_response(
                "Not an image config: it is a JSON object without an architecture, an os, a rootfs and a config",
            ));
        }
        let platform = Platform::from(RawPlatform::new(raw.os, raw.architecture, raw.variant));
        let labels = match raw.config {
            Some(config) => {
                serde_json::from_str::<Object<RawContainerConfig>>(config.get()).map_err(fault)?.0.labels
            }
            None => None,
        };
        let container = raw.config.map_or("null", RawValue::get);
        Ok(Self {
            is_whole,
            platform: (!platform.is_unknown()).then_some(platform),
            created: raw.created.and_then(Scalar::text),
            labels: labels.map(|Labels(labels)| labels).unwrap_or_default(),
            container: (container.len() <= container::MAX_BYTES).then(|| container.into()),
        })
    }

    /// How a container of it is run. `None` if the config says it in more bytes than any image needs.
    pub(crate) fn container(&self) -> Option<ContainerConfig> {
        ContainerConfig::read(self.container.as_deref()?)
    }

    /// The source repository that the labels name.
    pub fn source(&self) -> Option<&str> {
        self.label(SOURCE_LABEL).or_else(|| self.label(OLD_SOURCE_LABEL))
    }

    /// The text of a label; `None` if it is absent, empty or no text.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str).filter(|text| !text.is_empty())
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
        for odd in [
            "<html>",
            "{}",
            "[]",
            r#"["linux","arm64"]"#,
            r#"{"message":"no"}"#,
            r#"{"errors":[]}"#,
            r#"{"config":[{}]}"#,
            r#"{"rootfs":null}"#,
        ] {
            assert_eq!(ImageConfig::parse(odd.as_bytes()).expect_err(odd).code(), "BAD_RESPONSE");
        }
        let is_whole = |text: &str| ImageConfig::parse(text.as_bytes()).expect(text).is_whole;
        for part in
            [r#"{"config":{}}"#, r#"{"history":[]}"#, r#"{"os":"","architecture":""}"#, r#"{"os":"linux"}"#]
        {
            assert!(!is_whole(part), "{part}");
        }
        assert!(is_whole(r#"{"os":"linux","architecture":"s390x"}"#) && is_whole(r#"{"rootfs":{}}"#));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = ImageConfig::parse(&body);
        }
    }
}
