//! What an update changes in a container: the differences between the configs and the layers of two images.

mod shown;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::shown::Cut;
use crate::{
    check::images::found::{Image, digest_of},
    image::container::{ContainerConfig, Healthcheck},
};

/// The differences between two images for one platform.
///
/// Texts are those of the images' makers. Their control characters are spelt out, secrets of this process are left out,
/// and what is too long is cut (see [`Changes::cut`]). Whether something differs is decided by the whole texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Changes {
    /// The program that a container starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Change<Vec<String>>>,
    /// The arguments of that program, or the program itself if there is no entrypoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Change<Vec<String>>>,
    /// The user, and the group if one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Change<String>>,
    /// The working directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<Change<String>>,
    /// The signal that ends a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<Change<String>>,
    /// The shell of commands that are texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<Change<Vec<String>>>,
    /// The test of a container's health.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<Change<Healthcheck>>,
    /// Exposed ports with their protocol: `80/tcp`.
    pub ports: Difference<String>,
    /// Paths of volumes.
    pub volumes: Difference<String>,
    /// Environment variables that the images set.
    pub env: NamedDifference,
    /// Labels.
    pub labels: NamedDifference,
    /// The base image that the annotation or label `org.opencontainers.image.base.name` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Change<String>>,
    /// Layers, each counted once.
    pub layers: LayerDifference,
    /// The times at which the images were made (RFC 3339, UTC), where they are known.
    pub created_at: Change<String>,
    /// Whether a list or a text was too long to be given whole: a list has at most 128 items, and a text 2048
    /// characters, with `…` behind them. Default `false`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// A value before and after; `None` where an image has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change<T> {
    /// The value of the running image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<T>,
    /// The value of the other image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<T>,
}

/// The items that only one of two images has, in alphabetical order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference<T> {
    /// Those of the other image.
    pub added: Vec<T>,
    /// Those of the running image.
    pub removed: Vec<T>,
}

/// The differences between two sets of named values, in alphabetical order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NamedDifference {
    /// Those that only the other image has.
    pub added: Vec<Named>,
    /// Those that only the running image has.
    pub removed: Vec<Named>,
    /// Those with another value.
    pub changed: Vec<Renewed>,
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A name with two values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Renewed {
    /// The name.
    pub name: String,
    /// The value of the running image.
    pub from: String,
    /// The value of the other image.
    pub to: String,
}

/// The layers of two images.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayerDifference {
    /// Those that both have.
    pub shared: Layers,
    /// Those that only the other image has, which are to be downloaded.
    pub added: Layers,
    /// Those that only the running image has.
    pub removed: Layers,
}

/// Some layers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Layers {
    /// Their number.
    pub count: usize,
    /// Their compressed bytes; `None` if one of them states no size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// Both configs of an update.
pub(crate) struct Configs {
    pub(crate) from: ContainerConfig,
    pub(crate) to: ContainerConfig,
}

impl Configs {
    /// The configs of two images. `None` if one of them states none that can be read.
    pub(crate) fn of(from: &Image, to: &Image) -> Option<Self> {
        let of = |image: &Image| image.config.as_ref()?.container();
        Some(Self { from: of(from)?, to: of(to)? })
    }
}

impl Changes {
    /// Compares two images whose configs are read.
    pub(crate) fn between(from: &Image, to: &Image, configs: &Configs) -> Self {
        let Configs { from: old, to: new } = configs;
        let mut cut = Cut::default();
        let base = |image: &Image| image.base().map(str::to_owned);
        let made = |image: &Image| image.made().map(|made| made.written());
        let mut changes = Self {
            entrypoint: changed(&old.entrypoint, &new.entrypoint, |words| cut.texts(words)),
            cmd: changed(&old.cmd, &new.cmd, |words| cut.texts(words)),
            user: changed(&old.user, &new.user, |text| cut.text(text)),
            working_dir: changed(&old.working_dir, &new.working_dir, |text| cut.text(text)),
            stop_signal: changed(&old.stop_signal, &new.stop_signal, |text| cut.text(text)),
            shell: changed(&old.shell, &new.shell, |words| cut.texts(words)),
            healthcheck: changed(&old.healthcheck, &new.healthcheck, |check| Healthcheck {
                test: cut.texts(&check.test),
                ..check.clone()
            }),
            ports: difference(&old.ports, &new.ports, &mut cut),
            volumes: difference(&old.volumes, &new.volumes, &mut cut),
            env: named_difference(&old.env, &new.env, &mut cut),
            labels: named_difference(&old.labels, &new.labels, &mut cut),
            base: changed(&base(from), &base(to), |name| cut.text(name)),
            layers: layer_difference(from, to),
            created_at: Change { from: made(from), to: made(to) },
            cut: false,
        };
        changes.cut = cut.has_cut();
        changes
    }
}

fn changed<T: PartialEq, S>(
    from: &Option<T>,
    to: &Option<T>,
    mut shown: impl FnMut(&T) -> S,
) -> Option<Change<S>> {
    (from != to).then(|| Change { from: from.as_ref().map(&mut shown), to: to.as_ref().map(&mut shown) })
}

fn difference(from: &BTreeSet<String>, to: &BTreeSet<String>, cut: &mut Cut) -> Difference<String> {
    let mut only = |of: &BTreeSet<String>, other: &BTreeSet<String>| {
        cut.items(of.difference(other), |cut, item| cut.text(item))
    };
    Difference { added: only(to, from), removed: only(from, to) }
}

fn named_difference(
    from: &BTreeMap<String, String>,
    to: &BTreeMap<String, String>,
    cut: &mut Cut,
) -> NamedDifference {
    let mut only = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let those = of.iter().filter(|(name, _)| !other.contains_key(*name));
        cut.items(those, |cut, (name, value)| Named { name: cut.text(name), value: cut.text(value) })
    };
    let (added, removed) = (only(to, from), only(from, to));
    let both = from.iter().filter_map(|(name, from)| Some((name, from, to.get(name)?)));
    let changed = cut.items(both.filter(|(_, from, to)| from != to), |cut, (name, from, to)| Renewed {
        name: cut.text(name),
        from: cut.text(from),
        to: cut.text(to),
    });
    NamedDifference { added, removed, changed }
}

fn layer_difference(from: &Image, to: &Image) -> LayerDifference {
    let layers = |image: &Image| -> BTreeMap<String, Option<u64>> {
        let layers = image.manifest.iter().flat_map(|manifest| &manifest.layers);
        layers.filter_map(|layer| Some((digest_of(layer)?.to_owned(), layer.size))).collect()
    };
    let (old, new) = (layers(from), layers(to));
    let sum = |of: &BTreeMap<String, Option<u64>>, is_in: &dyn Fn(&String) -> bool| {
        let sizes: Vec<Option<u64>> =
            of.iter().filter(|(digest, _)| is_in(digest)).map(|(_, size)| *size).collect();
        let bytes = sizes.iter().try_fold(0u64, |sum, size| sum.checked_add((*size)?));
        Layers { count: sizes.len(), bytes }
    };
    LayerDifference {
        shared: sum(&new, &|digest| old.contains_key(digest)),
        added: sum(&new, &|digest| !old.contains_key(digest)),
        removed: sum(&old, &|digest| !new.contains_key(digest)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::image::{config::ImageConfig, manifest::Manifest};

    fn image(config: &Value, layers: &[(char, u64)]) -> Image {
        let layer = |(letter, size): &(char, u64)| json!({"digest": format!("sha256:{}", letter.to_string().repeat(64)), "size": size});
        let layers: Vec<Value> = layers.iter().map(layer).collect();
        let manifest = json!({"config": {"digest": "d"}, "layers": layers}).to_string();
        let Ok(Manifest::Image(manifest)) = Manifest::parse(manifest.as_bytes(), "") else {
            panic!("{manifest}")
        };
        let config = json!({"os": "linux", "architecture": "amd64", "config": config,
                            "created": "2026-01-02T03:04:05Z"});
        let config = ImageConfig::parse(config.to_string().as_bytes()).expect("a config");
        Image { manifest: Some(manifest), config: Some(Arc::new(config)), ..Image::default() }
    }

    fn between(from: &Image, to: &Image) -> Value {
        let configs = Configs::of(from, to).expect("two configs");
        serde_json::to_value(Changes::between(from, to, &configs)).expect("JSON")
    }

    fn of(from: &Value, to: &Value) -> Value {
        between(&image(from, &[]), &image(to, &[]))
    }

    const NOTHING: fn() -> Value = || {
        let none = json!({"added": [], "removed": []});
        let named = json!({"added": [], "removed": [], "changed": []});
        let layers = json!({"count": 0, "bytes": 0});
        json!({
            "ports": none, "volumes": none, "env": named, "labels": named,
            "layers": {"shared": layers, "added": layers, "removed": layers},
            "createdAt": {"from": "2026-01-02T03:04:05Z", "to": "2026-01-02T03:04:05Z"},
        })
    };

    #[test]
    fn each_field_has_its_difference() {
        let cases = [
            (
                json!({"Entrypoint": ["a"]}),
                json!({"Entrypoint": ["a", "b"]}),
                "/entrypoint",
                json!({"from": ["a"], "to": ["a", "b"]}),
            ),
            (json!({"Cmd": ["a"]}), json!({}), "/cmd", json!({"from": ["a"]})),
            (json!({"User": ""}), json!({"User": "1000"}), "/user", json!({"to": "1000"})),
            (
                json!({"WorkingDir": "/a"}),
                json!({"WorkingDir": "/b"}),
                "/workingDir",
                json!({"from": "/a", "to": "/b"}),
            ),
            (
                json!({"StopSignal": "SIGTERM"}),
                json!({"StopSignal": "SIGQUIT"}),
                "/stopSignal",
                json!({"from": "SIGTERM", "to": "SIGQUIT"}),
            ),
            (json!({}), json!({"Shell": ["/bin/ash"]}), "/shell", json!({"to": ["/bin/ash"]})),
            (
                json!({}),
                json!({"Healthcheck": {"Test": ["CMD", "x"], "Interval": 5e9}}),
                "/healthcheck",
                json!({"to": {"test": ["CMD", "x"], "intervalMs": 5000.0}}),
            ),
            (
                json!({"ExposedPorts": {"80/tcp": {}}}),
                json!({"ExposedPorts": {"8080/tcp": {}, "443/tcp": {}}}),
                "/ports",
                json!({"added": ["443/tcp", "8080/tcp"], "removed": ["80/tcp"]}),
            ),
            (
                json!({"Volumes": {"/a": {}}}),
                json!({"Volumes": null}),
                "/volumes",
                json!({"added": [], "removed": ["/a"]}),
            ),
            (
                json!({"Env": ["A=1", "B=2", "C=3"]}),
                json!({"Env": ["A=1", "B=3", "D=4"]}),
                "/env",
                json!({"added": [{"name": "D", "value": "4"}], "removed": [{"name": "C", "value": "3"}], "changed": [{"name": "B", "from": "2", "to": "3"}]}),
            ),
            (
                json!({"Labels": {"a": "1"}}),
                json!({"Labels": {"a": "2"}}),
                "/labels",
                json!({"added": [], "removed": [], "changed": [{"name": "a", "from": "1", "to": "2"}]}),
            ),
            (
                json!({}),
                json!({"Labels": {"org.opencontainers.image.base.name": "debian:13"}}),
                "/base",
                json!({"to": "debian:13"}),
            ),
        ];
        for (from, to, path, expected) in cases {
            let changes = of(&from, &to);
            assert_eq!(changes.pointer(path), Some(&expected), "{changes}");
        }
    }

    #[test]
    fn what_is_equal_is_absent_or_empty() {
        let same =
            json!({"Entrypoint": "a", "ExposedPorts": ["80"], "Volumes": {"/a/": {}}, "Env": ["A=0", "A=1"]});
        let spelt = json!({"Entrypoint": ["a"], "ExposedPorts": {"80/tcp": {}}, "Volumes": ["/a"], "Env": ["A=1"], "User": ""});
        assert_eq!(of(&same, &spelt), NOTHING());
        assert_eq!(of(&json!(null), &json!({})), NOTHING());
    }

    #[test]
    fn layers_are_counted_once() {
        let (old, new) =
            (image(&json!({}), &[('a', 10), ('b', 5)]), image(&json!({}), &[('a', 10), ('c', 7), ('c', 7)]));
        assert_eq!(
            between(&old, &new)["layers"],
            json!({"shared": {"count": 1, "bytes": 10}, "added": {"count": 1, "bytes": 7}, "removed": {"count": 1, "bytes": 5}})
        );
    }

    #[test]
    fn foreign_texts_are_cleaned_and_cut() {
        let many: Vec<String> = (0..160).map(|number| format!("V{number:03}={}", "x".repeat(2500))).collect();
        let changes = of(&json!({"User": "a\u{1b}[31m"}), &json!({"Env": many}));
        assert_eq!(changes["user"], json!({"from": "a\\u{1b}[31m"}));
        assert_eq!(changes["env"]["added"].as_array().map(Vec::len), Some(128));
        assert_eq!(changes["env"]["added"][0]["value"], format!("{}…", "x".repeat(2048)));
        assert_eq!(changes["cut"], true);
        // What differs beyond the cut differs all the same.
        let long = |end: &str| json!({"Cmd": [format!("{}{end}", "x".repeat(3000))]});
        assert!(of(&long("a"), &long("b")).get("cmd").is_some());
    }
}
