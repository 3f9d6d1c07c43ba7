//! Risks of volumes that moved, went or are new.

use std::collections::BTreeSet;

use super::{
    Risk, RiskKind,
    container::{Mount, RunningContainer, is_within},
    listed, short,
};
use crate::check::safety::changes::Configs;

pub(super) fn risks(configs: &Configs, container: Option<&RunningContainer>) -> Vec<Risk> {
    let (old, new) = (&configs.from.volumes, &configs.to.volumes);
    let (moved, removed, added) = paired(old, new);
    let mut risks: Vec<Risk> =
        moved.into_iter().filter_map(|(from, to)| moved_risk(from, to, container)).collect();
    risks.extend(removed_risk(&removed, container));
    risks.extend(added_risks(&added, container));
    risks
}

/// Tells volumes that moved from those that went and those that are new. One has moved to a path above or below it, or
/// to the only other one.
fn paired<'a>(
    old: &'a BTreeSet<String>,
    new: &'a BTreeSet<String>,
) -> (Vec<(&'a str, &'a str)>, Vec<&'a str>, Vec<&'a str>) {
    let removed: Vec<&str> = old.difference(new).map(String::as_str).collect();
    let mut added: Vec<&str> = new.difference(old).map(String::as_str).collect();
    if let ([from], [to]) = (removed.as_slice(), added.as_slice()) {
        return (vec![(from, to)], Vec::new(), Vec::new());
    }
    let (mut moved, mut gone) = (Vec::new(), Vec::new());
    for from in removed {
        match added.iter().position(|to| is_within(from, to) || is_within(to, from)) {
            Some(position) => moved.push((from, added.remove(position))),
            None => gone.push(from),
        }
    }
    (moved, gone, added)
}

fn moved_risk(from: &str, to: &str, container: Option<&RunningContainer>) -> Option<Risk> {
    let (old, new) = (short(from), short(to));
    let moves = format!("The volume moves from {old} to {new}");
    let text = match container.map(|container| (container.mount_of(from), container.mount_of(to))) {
        None => format!("{moves}: what is mounted at the old path is not where the new image keeps its data"),
        // One mount holds both paths.
        Some((Some(before), Some(after))) if before.path == after.path => return None,
        Some((Some(Mount { is_anonymous: true, .. }), _)) => format!(
            "{moves}: this container keeps its data in a volume without a name at {old}, which a new container does \
             not get"
        ),
        Some((Some(mount), after)) => {
            let after = after
                .map_or(String::new(), |after| format!(", and something else at {}", short(&after.path)));
            format!(
                "{moves}: this container mounts its data at {}{after}, so the new one starts without them",
                short(&mount.path)
            )
        }
        Some((None, _)) if container.is_some_and(|own| own.mounts_below(from).next().is_some()) => format!(
            "{moves}: of the old path this container mounts only {}, so the new one starts without what stands beside it",
            listed(container.into_iter().flat_map(|own| own.mounts_below(from)))
        ),
        Some((None, _)) => format!("{moves}: this container mounts nothing at {old}, so its data go with it"),
    };
    Some(Risk { kind: RiskKind::VolumeMoved, text })
}

fn removed_risk(removed: &[&str], container: Option<&RunningContainer>) -> Option<Risk> {
    if removed.is_empty() {
        return None;
    }
    let paths = listed(removed.iter().copied());
    let is_anonymous = |path: &&str| {
        container.and_then(|container| container.mount_of(path)).is_some_and(|mount| mount.is_anonymous)
    };
    let lost: Vec<&str> = removed.iter().copied().filter(is_anonymous).collect();
    let text = match container {
        Some(_) if !lost.is_empty() => format!(
            "{paths} is no volume of the new image: this container keeps data in a volume without a name at {}, which \
             a new container does not get",
            listed(lost)
        ),
        Some(own) if removed.iter().all(|path| own.mount_of(path).is_none()) => format!(
            "{paths} is no volume of the new image, and this container mounts nothing there: what is written there goes with it"
        ),
        Some(_) => format!(
            "{paths} is no volume of the new image: what this container mounts there may not be used any more"
        ),
        None => format!(
            "{paths} is no volume of the new image: what is written there goes with the container unless it is mounted"
        ),
    };
    Some(Risk { kind: RiskKind::VolumeRemoved, text })
}

/// Docker puts a volume without a name at each path that an image declares, unless something is mounted at exactly that
/// path.
fn added_risks(added: &[&str], container: Option<&RunningContainer>) -> Vec<Risk> {
    let Some(container) = container else {
        return sentence(added, |paths| {
            format!(
                "{paths} is a new volume: without a mount there, data go into a volume without a name, and a new container does not get it"
            )
        });
    };
    let (mut hidden, mut bare) = (Vec::new(), Vec::new());
    for path in added.iter().copied() {
        match container.mount_of(path) {
            Some(mount) if mount.path == path => {}
            Some(_) => hidden.push(path),
            None => bare.push(path),
        }
    }
    let mut risks = sentence(&hidden, |paths| {
        format!(
            "{paths} is a new volume below a path that this container mounts: an empty volume hides the files there"
        )
    });
    risks.extend(sentence(&bare, |paths| {
        format!("{paths} is a new volume, and this container mounts nothing there: data go into a volume without a name, and a new container does not get it")
    }));
    risks
}

fn sentence(paths: &[&str], text: impl Fn(String) -> String) -> Vec<Risk> {
    if paths.is_empty() {
        return Vec::new();
    }
    vec![Risk { kind: RiskKind::VolumeAdded, text: text(listed(paths.iter().copied())) }]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::image::container::ContainerConfig;

    fn of(old: &[&str], new: &[&str], container: Option<serde_json::Value>) -> Vec<(RiskKind, String)> {
        let config = |volumes: &[&str]| ContainerConfig::of(&json!({"Volumes": volumes}));
        let configs = Configs { from: config(old), to: config(new) };
        let container = container.map(|mut container| {
            container["Config"] = json!({});
            RunningContainer::parse(&container.to_string()).expect("a container")
        });
        risks(&configs, container.as_ref()).into_iter().map(|risk| (risk.kind, risk.text)).collect()
    }

    fn mounts(paths: &[&str]) -> Option<serde_json::Value> {
        let mount = |path: &&str| json!({"Type": "bind", "Source": "/srv", "Destination": path});
        Some(json!({"Mounts": paths.iter().map(mount).collect::<Vec<_>>()}))
    }

    fn anonymous(path: &str) -> Option<serde_json::Value> {
        Some(json!({"Mounts": [{"Type": "volume", "Name": "0f".repeat(32), "Destination": path}]}))
    }

    const DATA: &str = "/var/lib/postgresql/data";
    const HOME: &str = "/var/lib/postgresql";

    #[test]
    fn volumes_move_go_and_come() {
        use RiskKind::{VolumeAdded, VolumeMoved, VolumeRemoved};
        let kinds = |old: &[&str], new: &[&str]| -> Vec<RiskKind> {
            of(old, new, None).into_iter().map(|(kind, _)| kind).collect()
        };
        assert_eq!(kinds(&[DATA], &[HOME]), [VolumeMoved]);
        assert_eq!(kinds(&["/a"], &["/b"]), [VolumeMoved]);
        assert_eq!(kinds(&["/a", "/b/c"], &["/b", "/d"]), [VolumeMoved, VolumeRemoved, VolumeAdded]);
        assert_eq!(kinds(&["/a"], &[]), [VolumeRemoved]);
        assert_eq!(kinds(&[], &["/a", "/b"]), [VolumeAdded]);
        assert_eq!(kinds(&["/a"], &["/a"]), []);
    }

    #[test]
    fn a_container_has_risks_of_its_own() {
        let one = |old: &[&str], new: &[&str], container| {
            let mut risks = of(old, new, container);
            assert!(risks.len() < 2, "{risks:?}");
            risks.pop().map(|(_, text)| text).unwrap_or_default()
        };
        type Case<'a> = (&'a [&'a str], &'a [&'a str], Option<serde_json::Value>, &'a str);
        let cases: [Case<'_>; 14] = [
            (
                &[DATA],
                &[HOME],
                mounts(&[DATA]),
                "this container mounts its data at /var/lib/postgresql/data, so",
            ),
            (
                &[DATA],
                &[HOME],
                mounts(&[DATA, HOME]),
                "at /var/lib/postgresql/data, and something else at /var/lib/postgresql, so",
            ),
            (&[DATA], &[HOME], mounts(&[HOME]), ""),
            (
                &[DATA],
                &[HOME],
                anonymous(DATA),
                "in a volume without a name at /var/lib/postgresql/data, which",
            ),
            (&[DATA], &[HOME], mounts(&[]), "this container mounts nothing at /var/lib/postgresql/data"),
            (&["/a"], &[], mounts(&["/a"]), "what this container mounts there may not be used"),
            (&["/a"], &[], mounts(&["/b"]), "mounts nothing there: what is written there goes with it"),
            (
                &["/a"],
                &["/b"],
                mounts(&["/a/sub", "/c"]),
                "of the old path this container mounts only /a/sub, so",
            ),
            (&["/a"], &[], anonymous("/a"), "keeps data in a volume without a name at /a"),
            (&[], &["/a"], mounts(&["/a"]), ""),
            (&[], &["/a/b"], mounts(&["/a"]), "an empty volume hides the files there"),
            (&[], &["/a"], mounts(&["/b"]), "this container mounts nothing there"),
            (&["/a"], &["/a"], mounts(&["/b"]), ""),
            (&[], &["/a"], anonymous("/a"), ""),
        ];
        for (old, new, container, expected) in cases {
            let text = one(old, new, container);
            assert!(text.contains(expected) && text.is_empty() == expected.is_empty(), "{text}: {expected}");
        }
    }
}
