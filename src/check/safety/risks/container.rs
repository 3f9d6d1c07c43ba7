//! The container that would be moved, as `docker inspect` and the Docker Engine API (`GET /containers/{id}/json`) tell it.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use crate::{
    error::{Error, Result},
    image::container::{command, names, text, trimmed, with_protocol},
};

/// Bytes of the longest answer that is read. Known ones have some ten kilobytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What a container sets, mounts and publishes: those settings only that decide about risks. Its environment, which may
/// hold secrets, is not kept.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RunningContainer {
    /// The user that it runs as: that of its image, unless it sets another one. The same holds for the next two.
    pub(crate) user: Option<String>,
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) cmd: Option<Vec<String>>,
    pub(crate) mounts: Vec<Mount>,
    /// Ports with their protocol that are published on the host.
    pub(crate) published: BTreeSet<String>,
}

/// Commands may hold secrets, so that nothing is written.
impl fmt::Debug for RunningContainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningContainer").finish_non_exhaustive()
    }
}

/// Something that is mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Mount {
    /// The path in the container, without a slash at its end.
    pub(crate) path: String,
    /// Whether it is a volume without a name of its own, which no other container gets.
    pub(crate) is_anonymous: bool,
    pub(crate) is_writable: bool,
}

impl RunningContainer {
    /// Reads the answer of `docker inspect` for one container: its object, or a list of that object. What has another
    /// shape in it counts as not stated.
    ///
    /// # Errors
    /// `InvalidArgument` for anything else, and for an answer of more than 4 MiB.
    pub fn parse(json: &str) -> Result<Self> {
        if json.len() > MAX_BYTES {
            return Err(Error::invalid_argument("the answer of docker inspect is longer than 4 MiB"));
        }
        let refused = || {
            Error::invalid_argument(
                "this is not what docker inspect answers for one container: an object with Config, or a list of it",
            )
        };
        let answer: Value = serde_json::from_str(json).map_err(|_| refused())?;
        let container = match &answer {
            Value::Array(list) => match list.as_slice() {
                [only] => only,
                _ => return Err(refused()),
            },
            other => other,
        };
        let config = container.get("Config").filter(|config| config.is_object()).ok_or_else(refused)?;
        let null = Value::Null;
        let host = container.get("HostConfig").unwrap_or(&null);
        let mut mounts: Vec<Mount> = items(&container["Mounts"]).filter_map(Mount::of).collect();
        let others = items(&host["Binds"])
            .filter_map(Mount::of_bind)
            .chain(names(&host["Tmpfs"]).into_iter().map(Mount::of_tmpfs));
        for mount in others {
            if mounts.iter().all(|known| known.path != mount.path) {
                mounts.push(mount);
            }
        }
        let bindings = [host.get("PortBindings"), container.pointer("/NetworkSettings/Ports")];
        let published = bindings.into_iter().flatten().filter_map(Value::as_object).flatten();
        let is_bound = |(_, to): &(&String, &Value)| to.as_array().is_some_and(|to| !to.is_empty());
        Ok(Self {
            user: text(&config["User"]),
            entrypoint: command(&config["Entrypoint"]),
            cmd: command(&config["Cmd"]),
            mounts,
            published: published.filter(is_bound).map(|(port, _)| with_protocol(port)).collect(),
        })
    }

    /// The paths of the mounts below a path.
    pub(crate) fn mounts_below<'m>(&'m self, path: &'m str) -> impl Iterator<Item = &'m str> {
        self.mounts.iter().map(|mount| mount.path.as_str()).filter(move |below| is_within(below, path))
    }

    /// The mount that holds a path: that with the longest path of all above it.
    pub(crate) fn mount_of(&self, path: &str) -> Option<&Mount> {
        let above = self.mounts.iter().filter(|mount| is_within(path, &mount.path));
        above.max_by_key(|mount| mount.path.len())
    }
}

/// Whether a path is another one or lies below it.
pub(crate) fn is_within(path: &str, above: &str) -> bool {
    match path.strip_prefix(above) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || above.ends_with('/'),
        None => false,
    }
}

impl Mount {
    fn of(mount: &Value) -> Option<Self> {
        let path = text(&mount["Destination"])?;
        let name = mount["Name"].as_str().unwrap_or_default();
        // Docker names an anonymous volume by 64 hexadecimal digits.
        let is_anonymous = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { path: trimmed(&path), is_anonymous, is_writable: mount["RW"].as_bool().unwrap_or(true) })
    }

    /// A bind as it is set: `/host:/container[:options]`, `name:/container`.
    fn of_bind(bind: &Value) -> Option<Self> {
        let mut parts = bind.as_str()?.split(':').skip(1);
        let path = parts.next().filter(|path| path.starts_with('/'))?;
        let is_writable = parts.next().is_none_or(|options| options.split(',').all(|option| option != "ro"));
        Some(Self { path: trimmed(path), is_anonymous: false, is_writable })
    }

    fn of_tmpfs(path: &str) -> Self {
        Self { path: trimmed(path), is_anonymous: false, is_writable: true }
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mount(path: &str, is_anonymous: bool, is_writable: bool) -> Mount {
        Mount { path: path.to_owned(), is_anonymous, is_writable }
    }

    #[test]
    fn the_answer_of_docker_inspect_is_read() {
        let container = json!({
            "Id": "0a", "Name": "/db",
            "Config": {"Image": "postgres:17", "User": "1000", "Cmd": ["postgres"], "Env": ["POSTGRES_PASSWORD=hunter2"]},
            "HostConfig": {
                "Binds": ["/srv/pg:/var/lib/postgresql/data", "backup:/backup:ro,z", "odd"],
                "Tmpfs": {"/tmp": ""}, "PortBindings": {"5432/tcp": [{"HostPort": "5432"}], "80": null},
            },
            "Mounts": [
                {"Type": "bind", "Source": "/srv/pg", "Destination": "/var/lib/postgresql/data", "RW": true},
                {"Type": "volume", "Name": "ab".repeat(32), "Destination": "/cache/", "RW": true},
                {"Type": "bind", "RW": true}, 7,
            ],
            "NetworkSettings": {"Ports": {"53/udp": [{"HostPort": "53"}], "443/tcp": null, "1/tcp": []}},
        });
        let expected = RunningContainer {
            user: Some("1000".to_owned()),
            cmd: Some(vec!["postgres".to_owned()]),
            entrypoint: None,
            mounts: vec![
                mount("/var/lib/postgresql/data", false, true),
                mount("/cache", true, true),
                mount("/backup", false, false),
                mount("/tmp", false, true),
            ],
            published: ["5432/tcp", "53/udp"].map(str::to_owned).into(),
        };
        for answer in [container.clone(), json!([container])] {
            let read = RunningContainer::parse(&answer.to_string()).expect("a container");
            assert!(read == expected, "{:?}", read.mounts);
            assert_eq!(format!("{read:?}"), "RunningContainer { .. }");
        }
        let holding = |path| expected.mount_of(path).map(|mount| mount.path.as_str());
        assert_eq!(holding("/var/lib/postgresql/data/base"), Some("/var/lib/postgresql/data"));
        assert_eq!((holding("/backup2"), holding("/var/lib")), (None, None));
    }

    #[test]
    fn what_is_no_container_is_refused_and_odd_parts_are_not() {
        for odd in ["", "null", "[]", "{}", "[[]]", r#"{"Config":[]}"#, r#"[{"Config":{}},{"Config":{}}]"#] {
            assert_eq!(RunningContainer::parse(odd).expect_err(odd).code(), "INVALID_ARGUMENT");
        }
        for odd in [
            r#"{"Config":{}}"#,
            r#"{"Config":{"Env":{}},"Mounts":{},"HostConfig":[],"NetworkSettings":{"Ports":[]}}"#,
            r#"{"Config":{},"Mounts":null,"HostConfig":{"Binds":"x","PortBindings":[],"Tmpfs":null}}"#,
        ] {
            assert_eq!(RunningContainer::parse(odd).expect(odd), RunningContainer::default());
        }
    }
}
