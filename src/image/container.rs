//! How an image is run, as the `config` of its config says (OCI image specification, "Image Configuration"; `Healthcheck`
//! and `Shell` are Docker's). Builders write these fields in several shapes, and none of them is an error.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

/// Bytes of the longest container config that is read. Known ones have at most a few kilobytes.
pub(crate) const MAX_BYTES: usize = 512 * 1024;

/// How a container of an image is run, unless it sets something else.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ContainerConfig {
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) cmd: Option<Vec<String>>,
    pub(crate) user: Option<String>,
    pub(crate) working_dir: Option<String>,
    pub(crate) stop_signal: Option<String>,
    pub(crate) shell: Option<Vec<String>>,
    pub(crate) healthcheck: Option<Healthcheck>,
    /// Ports with their protocol: `80/tcp`.
    pub(crate) ports: BTreeSet<String>,
    /// Paths without a slash at their end.
    pub(crate) volumes: BTreeSet<String>,
    /// Variables by name. If one is set twice, the last value counts.
    pub(crate) env: BTreeMap<String, String>,
    /// The labels whose values are texts.
    pub(crate) labels: BTreeMap<String, String>,
}

/// How Docker tests whether a container is healthy.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Healthcheck {
    /// The test: `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", …]`.
    pub test: Vec<String>,
    /// Milliseconds between two tests; `None` for Docker's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_ms: Option<f64>,
    /// Milliseconds after which a test has failed; `None` for Docker's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<f64>,
    /// Milliseconds after the start in which a failure does not count; `None` for Docker's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_period_ms: Option<f64>,
    /// Failures in a row after which a container is unhealthy; `None` for Docker's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<f64>,
}

impl ContainerConfig {
    /// Reads the `config` of an image config or of a container. Whatever has another shape than expected counts as not
    /// stated. `None` for a text that is no JSON or longer than [`MAX_BYTES`].
    pub(crate) fn read(json: &str) -> Option<Self> {
        if json.len() > MAX_BYTES {
            return None;
        }
        serde_json::from_str(json).ok().as_ref().map(Self::of)
    }

    /// Reads the same from a document that is parsed.
    pub(crate) fn of(config: &Value) -> Self {
        Self {
            entrypoint: command(&config["Entrypoint"]),
            cmd: command(&config["Cmd"]),
            user: text(&config["User"]),
            working_dir: text(&config["WorkingDir"]),
            stop_signal: text(&config["StopSignal"]),
            shell: command(&config["Shell"]),
            healthcheck: Healthcheck::of(&config["Healthcheck"]),
            ports: names(&config["ExposedPorts"]).into_iter().map(with_protocol).collect(),
            volumes: names(&config["Volumes"]).into_iter().map(trimmed).collect(),
            env: names(&config["Env"]).into_iter().map(variable).collect(),
            labels: labels(&config["Labels"]),
        }
    }
}

impl Healthcheck {
    /// A check without a test is that of the base image, which its config would state.
    fn of(check: &Value) -> Option<Self> {
        // Docker counts in nanoseconds, and 0 stands for its default.
        let number = |field: &str| check[field].as_f64().filter(|number| *number > 0.0);
        let milliseconds = |field: &str| number(field).map(|number| number / 1e6);
        Some(Self {
            test: command(&check["Test"])?,
            interval_ms: milliseconds("Interval"),
            timeout_ms: milliseconds("Timeout"),
            start_period_ms: milliseconds("StartPeriod"),
            retries: number("Retries"),
        })
    }
}

/// A text that is not empty.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A command as a list. A single text is a list of one, as for Docker, and an empty list is none.
pub(crate) fn command(value: &Value) -> Option<Vec<String>> {
    let words = match value {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        value => vec![text(value)?],
    };
    (!words.is_empty()).then_some(words)
}

/// The names in an object, or the texts of a list.
pub(crate) fn names(value: &Value) -> Vec<&str> {
    let names: Vec<&str> = match value {
        Value::Object(fields) => fields.keys().map(String::as_str).collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    };
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// A port with its protocol, which is TCP where none is named.
pub(crate) fn with_protocol(port: &str) -> String {
    if port.contains('/') { port.to_ascii_lowercase() } else { format!("{port}/tcp") }
}

/// A path without a slash at its end.
pub(crate) fn trimmed(path: &str) -> String {
    let bare = path.trim_end_matches('/');
    if bare.is_empty() { "/".to_owned() } else { bare.to_owned() }
}

fn variable(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (name.to_owned(), value.to_owned())
}

fn labels(value: &Value) -> BTreeMap<String, String> {
    let fields = value.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set<T: Ord + From<&'static str>, const N: usize>(items: [&'static str; N]) -> BTreeSet<T> {
        items.into_iter().map(T::from).collect()
    }

    #[test]
    fn a_container_config_is_read() {
        let config = ContainerConfig::of(&json!({
            "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres"], "User": "999:999", "WorkingDir": "/srv",
            "StopSignal": "SIGINT", "Shell": ["/bin/bash", "-c"], "ExposedPorts": {"5432/tcp": {}, "53/UDP": {}},
            "Volumes": {"/var/lib/postgresql/data/": {}}, "Env": ["PATH=/bin", "A=1", "A=2=3", "B"],
            "Labels": {"a": "b", "n": 1},
            "Healthcheck": {"Test": ["CMD", "x"], "Interval": 30_000_000_000_u64, "Timeout": 0, "Retries": 3},
        }));
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert_eq!(
            config,
            ContainerConfig {
                entrypoint: Some(vec!["docker-entrypoint.sh".to_owned()]),
                cmd: Some(vec!["postgres".to_owned()]),
                user: Some("999:999".to_owned()),
                working_dir: Some("/srv".to_owned()),
                stop_signal: Some("SIGINT".to_owned()),
                shell: Some(vec!["/bin/bash".to_owned(), "-c".to_owned()]),
                healthcheck: Some(Healthcheck {
                    test: vec!["CMD".to_owned(), "x".to_owned()],
                    interval_ms: Some(30_000.0),
                    retries: Some(3.0),
                    ..Healthcheck::default()
                }),
                ports: set(["5432/tcp", "53/udp"]),
                volumes: set(["/var/lib/postgresql/data"]),
                env: pairs(&[("A", "2=3"), ("B", ""), ("PATH", "/bin")]),
                labels: pairs(&[("a", "b")]),
            }
        );
    }

    #[test]
    fn no_shape_is_an_error() {
        let odd = json!({
            "Entrypoint": "sh", "Cmd": [], "User": 0, "WorkingDir": null, "Shell": {}, "Healthcheck": [],
            "ExposedPorts": ["80", 443, ""], "Volumes": "/data", "Env": {"A": 1}, "Labels": ["a"],
        });
        let config = ContainerConfig::of(&odd);
        assert_eq!(
            config,
            ContainerConfig {
                entrypoint: Some(vec!["sh".to_owned()]),
                ports: set(["80/tcp"]),
                volumes: set(["/data"]),
                env: [("A".to_owned(), String::new())].into(),
                ..ContainerConfig::default()
            }
        );
        for nothing in ["null", "[]", "7", "\"x\"", "{}"] {
            assert_eq!(ContainerConfig::read(nothing), Some(ContainerConfig::default()), "{nothing}");
        }
        assert_eq!(ContainerConfig::read("{"), None);
        assert_eq!(ContainerConfig::read(&" ".repeat(MAX_BYTES + 1)), None);
        let twice = ContainerConfig::read(r#"{"User":"a","User":"b"}"#).expect("a config");
        assert_eq!(twice.user.as_deref(), Some("b"));
    }
}
