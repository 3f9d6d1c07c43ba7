//! JSON documents made of any bytes: of the names and values that registries write, in any order and nesting. Bytes by
//! themselves seldom get past a parser of JSON.

use serde_json::{Map, Value, json};

/// Levels of a document.
const DEPTH: usize = 6;
/// Items of a list or an object, at most.
const WIDTH: usize = 9;

const KEYS: [&str; 48] = [
    "tags",
    "errors",
    "name",
    "message",
    "code",
    "detail",
    "token",
    "access_token",
    "expires_in",
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "platform",
    "os",
    "architecture",
    "variant",
    "os.version",
    "digest",
    "size",
    "annotations",
    "created",
    "Labels",
    "rootfs",
    "diff_ids",
    "history",
    "subject",
    "fsLayers",
    "auths",
    "auth",
    "credHelpers",
    "credsStore",
    "registry.example.org",
    "results",
    "next",
    "images",
    "tag_name",
    "prerelease",
    "ghsa_id",
    "state",
    "published_at",
    "vulnerabilities",
    "package",
    "vulnerable_version_range",
    "patched_versions",
    "summary",
];

const TEXTS: [&str; 23] = [
    "1.2.3",
    "latest",
    "v2",
    "linux",
    "amd64",
    "arm",
    "v7",
    "unknown",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.cncf.helm.config.v1+json",
    "application/vnd.oci.empty.v1+json",
    "text/html",
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "sha512:00",
    "YWxpY2U6c2VjcmV0",
    "2026-01-02T03:04:05Z",
    "TOOMANYREQUESTS",
    "published",
    "GHSA-aaaa-bbbb-cccc",
    ">= 1.2, < 1.2.5",
];

/// The document that these bytes stand for.
pub(super) fn document(mut data: &[u8]) -> Value {
    value(&mut data, DEPTH)
}

fn value(data: &mut &[u8], depth: usize) -> Value {
    match next(data) % 10 {
        0 => Value::Null,
        1 => Value::Bool(next(data).is_multiple_of(2)),
        2 => json!(i64::from(next(data)) << (next(data) % 56)),
        3 => json!(f64::from(next(data)) / 7.0 - 3.0),
        4 | 5 => json!(TEXTS.get(usize::from(next(data)) % TEXTS.len())),
        6 => json!(text(data)),
        7 if depth > 0 => (0..width(data)).map(|_| value(data, depth - 1)).collect(),
        _ if depth > 0 => Value::Object(
            (0..width(data)).map(|_| (key(data), value(data, depth - 1))).collect::<Map<_, _>>(),
        ),
        _ => Value::Null,
    }
}

fn key(data: &mut &[u8]) -> String {
    match KEYS.get(usize::from(next(data)) % (KEYS.len() + 1)) {
        Some(key) => (*key).to_owned(),
        None => text(data),
    }
}

fn text(data: &mut &[u8]) -> String {
    let length = usize::from(next(data)).min(data.len());
    let (text, rest) = data.split_at(length);
    *data = rest;
    String::from_utf8_lossy(text).into_owned()
}

fn width(data: &mut &[u8]) -> usize {
    usize::from(next(data)) % WIDTH
}

/// The next byte; nothing but zeros behind the last one.
fn next(data: &mut &[u8]) -> u8 {
    let Some((first, rest)) = data.split_first() else { return 0 };
    *data = rest;
    *first
}
