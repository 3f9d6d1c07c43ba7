//! Risks of another user, of ports that went, and of another entrypoint or command.

use super::{Risk, RiskKind, container::RunningContainer, listed, short};
use crate::check::safety::changes::Configs;

pub(super) fn risks(configs: &Configs, container: Option<&RunningContainer>) -> Vec<Risk> {
    let mut risks: Vec<Risk> = user(configs, container).into_iter().collect();
    risks.extend(ports(configs, container));
    risks.extend(entrypoint(configs, container));
    risks.extend(command(configs, container));
    risks
}

/// A user without a group that is root, by whichever of its names.
fn name(user: Option<&String>) -> &str {
    match user.map_or("", String::as_str) {
        "" | "0" | "0:0" | "root" | "root:root" | "0:root" | "root:0" => "root",
        other => other,
    }
}

fn user(configs: &Configs, container: Option<&RunningContainer>) -> Option<Risk> {
    let (old, new) = (name(configs.from.user.as_ref()), name(configs.to.user.as_ref()));
    if old == new {
        return None;
    }
    let changes = format!("The user changes from {} to {}", short(old), short(new));
    let text = match container {
        None => format!("{changes}: the new one may not read or write what the old one left on mounts"),
        Some(container) => {
            let own = name(container.user.as_ref());
            let writable = container.mounts.iter().filter(|mount| mount.is_writable);
            let mounts: Vec<&str> = writable.map(|mount| mount.path.as_str()).collect();
            if own != old {
                format!(
                    "{changes}, and this container sets its own, {}: files of the new image may not be for it",
                    short(own)
                )
            } else if mounts.is_empty() {
                return None;
            } else {
                format!(
                    "{changes}: the new one may not read or write what the old one left on {} of this container",
                    listed(mounts)
                )
            }
        }
    };
    Some(Risk { kind: RiskKind::User, text })
}

fn ports(configs: &Configs, container: Option<&RunningContainer>) -> Option<Risk> {
    let gone: Vec<&str> = configs.from.ports.difference(&configs.to.ports).map(String::as_str).collect();
    if gone.is_empty() {
        return None;
    }
    let published = |port: &&str| container.is_some_and(|container| container.published.contains(*port));
    let text = match gone.iter().copied().filter(published).collect::<Vec<_>>() {
        published if published.is_empty() => {
            format!("The new image does not expose {}: nothing may listen there any more", listed(gone))
        }
        published => format!(
            "This container publishes {}, which the new image does not expose: nothing may listen there any more",
            listed(published)
        ),
    };
    Some(Risk { kind: RiskKind::PortRemoved, text })
}

/// A container that sets its own entrypoint or command runs that, and its words may hold secrets, so that they are not
/// shown.
fn entrypoint(configs: &Configs, container: Option<&RunningContainer>) -> Option<Risk> {
    let (old, new) = (&configs.from.entrypoint, &configs.to.entrypoint);
    if old == new {
        return None;
    }
    let changes =
        format!("The entrypoint changes from {} to {}", words(old.as_deref()), words(new.as_deref()));
    let consequence = match container {
        Some(own) if starts_the_same(configs) && sets_nothing(own, configs) => return None,
        None if starts_the_same(configs) => {
            ": the image starts the same, but a command of your own is put behind the new one"
        }
        Some(own) if own.entrypoint != *old => {
            ", and this container sets its own: what the new one would prepare is left out"
        }
        Some(own) if own.cmd != configs.from.cmd => {
            ", which gets the command that this container sets: it may not understand it"
        }
        _ => ": commands and scripts that were made for the old one may not work",
    };
    Some(Risk { kind: RiskKind::Entrypoint, text: format!("{changes}{consequence}") })
}

fn command(configs: &Configs, container: Option<&RunningContainer>) -> Option<Risk> {
    let (old, new) = (&configs.from.cmd, &configs.to.cmd);
    if old == new {
        return None;
    }
    let is_asked = container.is_none_or(|own| sets_nothing(own, configs));
    if is_asked && starts_the_same(configs) {
        return None;
    }
    let changes = format!("The command changes from {} to {}", words(old.as_deref()), words(new.as_deref()));
    let consequence = match container {
        // Docker drops the image's command where a container sets an entrypoint.
        Some(own) if own.cmd != *old || own.entrypoint != configs.from.entrypoint => {
            ", and this container sets its own, which stays: it may not fit the new image"
        }
        _ => ": the container starts something else, or with other arguments",
    };
    Some(Risk { kind: RiskKind::Command, text: format!("{changes}{consequence}") })
}

/// Whether both images start the same words, as where `node` goes from the command to the entrypoint.
fn starts_the_same(configs: &Configs) -> bool {
    let [from, to] = [&configs.from, &configs.to]
        .map(|config| [&config.entrypoint, &config.cmd].into_iter().flatten().flatten().collect::<Vec<_>>());
    from == to
}

/// Whether a container starts what its image says.
fn sets_nothing(own: &RunningContainer, configs: &Configs) -> bool {
    own.entrypoint == configs.from.entrypoint && own.cmd == configs.from.cmd
}

fn words(command: Option<&[String]>) -> String {
    command.map_or_else(|| "none".to_owned(), |words| short(&words.join(" ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::image::container::ContainerConfig;

    /// The kinds and texts for a move between two configs, of a container with these settings.
    fn of(from: &Value, to: &Value, container: Option<Value>) -> Vec<(RiskKind, String)> {
        let configs = Configs { from: ContainerConfig::of(from), to: ContainerConfig::of(to) };
        let container =
            container.map(|container| RunningContainer::parse(&container.to_string()).expect("a container"));
        risks(&configs, container.as_ref()).into_iter().map(|risk| (risk.kind, risk.text)).collect()
    }

    fn one(from: &Value, to: &Value, container: Option<Value>) -> String {
        let mut risks = of(from, to, container);
        assert!(risks.len() < 2, "{risks:?}");
        risks.pop().map(|(_, text)| text).unwrap_or_default()
    }

    #[test]
    fn another_user_is_a_risk_for_what_is_mounted() {
        let user = |user: &str| json!({"User": user});
        let mounted = |user: &str, mounts: Value| Some(json!({"Config": {"User": user}, "Mounts": mounts}));
        let data = json!([{"Destination": "/data"}, {"Destination": "/etc/x", "RW": false}]);
        let cases = [
            (user(""), user("root"), None, ""),
            (user("0:0"), user(""), None, ""),
            (user(""), user("1000"), None, "from root to 1000: the new one may not read"),
            (user("a"), user("b"), mounted("a", data.clone()), "what the old one left on /data of this"),
            (user("a"), user("b"), mounted("a", json!([])), ""),
            (user(""), user("b"), mounted("7:7", data), "this container sets its own, 7:7: files"),
        ];
        for (from, to, container, expected) in cases {
            let text = one(&from, &to, container);
            assert!(text.contains(expected) && text.is_empty() == expected.is_empty(), "{text}: {expected}");
        }
    }

    #[test]
    fn a_port_that_went_is_a_risk() {
        let (from, to) = (json!({"ExposedPorts": ["80", "81"]}), json!({"ExposedPorts": ["8080/tcp"]}));
        assert!(one(&from, &to, None).starts_with("The new image does not expose 80/tcp, 81/tcp: "));
        let container =
            json!({"Config": {}, "HostConfig": {"PortBindings": {"81/tcp": [{}], "8080/tcp": [{}]}}});
        assert!(one(&from, &to, Some(container)).starts_with("This container publishes 81/tcp, which"));
        assert_eq!(one(&to, &json!({"ExposedPorts": ["8080/tcp", "9/udp"]}), None), "");
    }

    #[test]
    fn another_entrypoint_or_command_is_a_risk() {
        let (from, to) = (json!({"Entrypoint": ["/init"], "Cmd": ["serve"]}), json!({"Cmd": ["serve"]}));
        let own = |config: Value| Some(json!({"Config": config}));
        let secret = "--password=hunter2";
        assert!(one(&from, &to, None).starts_with("The entrypoint changes from /init to none: commands"));
        assert!(one(&from, &to, own(from.clone())).contains("from /init to none: commands"));
        let text = one(&from, &to, own(json!({"Entrypoint": ["/init"], "Cmd": ["serve", secret]})));
        assert!(
            text.contains("gets the command that this container sets") && !text.contains(secret),
            "{text}"
        );
        let text = one(&from, &to, own(json!({"Entrypoint": ["/mine", secret]})));
        assert!(
            text.contains("this container sets its own: what the new") && !text.contains(secret),
            "{text}"
        );
        let new = json!({"Entrypoint": ["/init"], "Cmd": ["run", "--all"]});
        assert!(one(&from, &new, None).starts_with("The command changes from serve to run --all: the"));
        let text = one(&from, &new, own(json!({"Entrypoint": ["/init"], "Cmd": [secret]})));
        assert!(text.contains("sets its own, which stays") && !text.contains(secret), "{text}");
    }

    #[test]
    fn words_that_go_from_the_command_to_the_entrypoint_start_the_same() {
        let (from, to) = (json!({"Cmd": ["node", "x.js"]}), json!({"Entrypoint": ["node"], "Cmd": ["x.js"]}));
        assert!(one(&from, &to, None).contains("starts the same, but a command of your own is put behind"));
        let config = |config: &Value| ContainerConfig::of(config);
        let configs = Configs { from: config(&from), to: config(&to) };
        let of = |own: Value| {
            let container =
                RunningContainer::parse(&json!({"Config": own}).to_string()).expect("a container");
            risks(&configs, Some(&container)).into_iter().map(|risk| risk.kind).collect::<Vec<_>>()
        };
        assert_eq!(of(from.clone()), []);
        assert_eq!(of(json!({"Cmd": ["node", "y.js"]})), [RiskKind::Entrypoint, RiskKind::Command]);
    }

    #[test]
    fn no_variable_is_in_a_risk() {
        let (from, to) =
            (json!({"User": "a", "Env": ["A=secret-a"]}), json!({"User": "b", "Env": ["A=secret-b"]}));
        let container = json!({"Config": {"User": "c", "Env": ["A=secret-c"]}});
        let text = one(&from, &to, Some(container));
        assert!(!text.is_empty() && !text.contains("secret"), "{text}");
    }
}
