//! What is fuzzed: everything that reads a text of somebody else's. Each function takes any bytes and panics if a promise
//! about them is broken. `fuzz/` drives them; the tests replay its corpus.

mod shapes;

use std::time::{Duration, UNIX_EPOCH};

use crate::{
    advisory::{
        Affected, Concern,
        range::{Ranges, Release},
    },
    cache::{Entry, seal::Seal},
    check::report::ImageReport,
    error::printable,
    http::retry::parse_retry_after,
    image::{
        config::ImageConfig,
        digest::is_digest,
        manifest::Manifest,
        platform::Platform,
        reference::{ImageReference, is_tag},
        referrers,
    },
    registry::{
        auth::{challenge, docker_config::contents::DockerConfigFile},
        hub::tags::HubTags,
        repository_cache,
        tags::page::{Room, TagPage},
    },
    source::{
        advisories,
        host::{HostKind, ReleaseHosts},
        naming::{List, Naming},
        notes::{self, changelog::Reading},
        page::{SourceRepository, build_release_url},
        releases::RawRelease,
    },
    text::link::{self, NextLink},
    version::{
        compare::order::compare, explain::explain, original::filter_compatible_updates,
        select::sibling::sibling, tag::scheme::TagScheme,
    },
};

/// A target by its name, which is its corpus's too.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 15] = [
    ("reference", reference),
    ("link", link_header),
    ("challenge", challenge_header),
    ("manifest", manifest),
    ("docker_config", docker_config),
    ("release_page", release_page),
    ("retry_after", retry_after),
    ("tag_scheme", tag_scheme),
    ("log_line", log_line),
    ("lists", lists),
    ("cache_entry", cache_entry),
    ("shapes", shapes),
    ("notes", notes),
    ("advisories", advisories),
    ("referrers", referrers),
];

/// A reference that is read is written as something that reads the same.
pub fn reference(data: &[u8]) {
    let Ok(reference) = ImageReference::parse(&text(data)) else { return };
    let written = reference.to_string();
    assert!(written.chars().all(|c| c.is_ascii_graphic()), "{written:?}");
    assert_eq!(ImageReference::parse(&written).as_ref().ok(), Some(&reference), "{written}");
}

/// The next page is a part of the header.
pub fn link_header(data: &[u8]) {
    let text = text(data);
    if let NextLink::Target(next) = link::next([text.as_bytes()]) {
        assert!(text.contains(next), "{next:?}");
    }
}

/// A token service has a name.
pub fn challenge_header(data: &[u8]) {
    let text = text(data);
    if let Some(challenge::Challenge::Bearer { realm, .. }) =
        challenge::choose(text.lines().map(str::as_bytes))
    {
        assert!(!realm.is_empty());
    }
}

/// What is read of a manifest or a config can be asked anything.
pub fn manifest(data: &[u8]) {
    let machine = Platform::parse("linux/arm/v7");
    match Manifest::parse(data, "application/vnd.oci.image.index.v1+json") {
        Ok(Manifest::Index(index)) => {
            let chosen = index.choose(&machine);
            assert_eq!(chosen.is_some(), index.supports(&machine), "{index:?}");
            let digests = [chosen, index.first()].map(|entry| entry.map(|entry| entry.digest().is_ok()));
            assert!(digests.iter().all(|digest| digest.is_none() || !index.manifests.is_empty()));
        }
        Ok(Manifest::Image(image)) => {
            let _ = image.download_size();
        }
        Err(error) => assert_eq!(error.code(), "BAD_RESPONSE"),
    }
    if let Ok(config) = ImageConfig::parse(data) {
        let _ = (config.source().map(str::len), config.platform.map(|platform| machine.supports(&platform)));
    }
}

/// Finding credentials in Docker's configuration tells nothing of it in the error.
pub fn docker_config(data: &[u8]) {
    match DockerConfigFile::parse(data) {
        Ok(file) => {
            for registry in ["docker.io", "ghcr.io", "nas.lan:5000"] {
                let _ = file.find(registry, "team/app");
            }
        }
        Err(error) => assert!(error.starts_with("it is "), "{error}"),
    }
}

/// A page is one of the source's own origin, and has a scheme that the replaced class gives too, whatever the label says. The first line is the label, the second the
/// tag.
pub fn release_page(data: &[u8]) {
    let text = text(data);
    let (source, tag) = text.split_once('\n').unwrap_or((&text, "1.0.0"));
    let hosts = ReleaseHosts::new([("forge.example".to_owned(), HostKind::Gitea)]);
    let Some(page) = build_release_url(source, tag, "v", &hosts) else { return };
    assert!(
        ["http", "https", "ftp", "ws", "wss"].contains(&page.split(':').next().unwrap_or_default()),
        "{page}"
    );
    let repository = SourceRepository::parse(source, &hosts).map(|source| source.origin().to_string());
    assert!(repository.is_some_and(|origin| page.starts_with(&origin)), "{page}");
}

/// Quotes and sections are parts of the text, within their bounds, and the release of a tag is one of the list. The first line is
/// the tag, the second an image, and the headings of the text are releases, too.
pub fn notes(data: &[u8]) {
    let text = notes::cleaned(&text(data));
    assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
    for quote in notes::breaking(&text) {
        assert!(text.contains(&quote) && quote.len() <= notes::MAX_BYTES, "{quote:?}");
    }
    let plain = notes::with_plain_hyphens(&text);
    for number in notes::security(&text) {
        assert!(plain.to_ascii_lowercase().contains(&number.to_ascii_lowercase()), "{number}");
    }
    let sections = notes::changelog::sections(&text, Reading { names: &["app"], has_single: true });
    assert!(sections.iter().all(|section| text.contains(section.notes) && text.contains(section.tag)));
    let (mut lines, tags) = (text.lines(), || text.lines().chain(sections.iter().map(|section| section.tag)));
    let (tag, image) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    for is_whole in [false, true] {
        let naming = Naming::read(List { image, project: tag, is_whole }, tags());
        assert!(naming.find(tag).is_none_or(|found| found < tags().count()));
        let _ = naming.spelled(tag);
    }
    let naming = Naming::read(List { image, project: image, is_whole: true }, tags());
    for pair in naming.versions([tag, image]).windows(2) {
        let [a, b] = pair else { continue };
        assert_eq!(a.version.order(b.version), b.version.order(a.version).reverse(), "{} {}", a.text, b.text);
    }
}

/// A wait is a time, and a date in the past is none.
pub fn retry_after(data: &[u8]) {
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let _ = parse_retry_after(&text(data), now);
}

/// The order of two tags is that of the same two the other way round.
pub fn tag_scheme(data: &[u8]) {
    let text = text(data);
    let (a, b) = text.split_once('\n').unwrap_or((&text, "1.2.3"));
    let (forth, back) = (compare(a, b), compare(b, a));
    assert_eq!(forth, back.map(std::cmp::Ordering::reverse), "{a:?} {b:?}");
    let scheme = TagScheme::read(a);
    let _ = (scheme.kind(), scheme.version(), scheme.describe());
    let _ = (explain(a), sibling(a, b));
}

/// A line for people is one line, of characters that can be seen.
pub fn log_line(data: &[u8]) {
    let text = text(data);
    let shown = printable(&text);
    assert!(!shown.contains(char::is_control));
    assert_eq!(shown == text.as_str(), printable(&shown) == text.as_str());
}

/// Tags, those that Docker Hub's API lists, and releases are read from any JSON or refused.
pub fn lists(data: &[u8]) {
    if let Ok(TagPage { tags, bytes, .. }) = TagPage::read(data, Room { tags: 1000, bytes: 4096 }) {
        assert!(tags.iter().all(is_tag) && tags.len() <= 1000 && bytes <= 4096, "{tags:?}");
        let updates = filter_compatible_updates(tags.iter(), "1.2.3", 1.0);
        assert!(updates.iter().all(|update| tags.iter().any(|tag| tag == *update)), "{updates:?}");
    }
    if let Ok(tags) = serde_json::from_slice::<HubTags>(data) {
        let machine = Platform::parse("amd64");
        for tag in ["1.2.3", "latest", ""].iter().filter_map(|tag| tags.tag(tag)) {
            assert!(tag.choose(&machine).is_none() || tag.supports(&machine) == Some(true), "{tag:?}");
        }
    }
    if let Ok(releases) = serde_json::from_slice::<Vec<RawRelease>>(data) {
        let source = SourceRepository::parse("https://github.com/o/r", &ReleaseHosts::new([]));
        for release in releases {
            let release = source.as_ref().map(|source| release.of(source));
            assert!(release.is_some_and(|release| release.url.starts_with("https://github.com/o/r/")));
        }
    }
}

/// An advisory is a published one with a name that fits into a URL, and one whose range cannot be read is never taken to
/// spare a version.
pub fn advisories(data: &[u8]) {
    let Some(release) = Release::read("1.2.3") else { return };
    if let Ok((advisories, _)) = advisories::read(data) {
        for advisory in &advisories {
            assert!(
                advisory.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
                "{advisory:?}"
            );
            assert!(!advisory.summary.contains(char::is_control), "{advisory:?}");
            let is_readable = |affected: &Affected| Ranges::read(&affected.range).is_some();
            if !advisory.affected.iter().any(is_readable) {
                assert_eq!(advisory.concerns(&["app"], &release), Concern::Unclear, "{advisory:?}");
            }
            let _ = advisory.patched_in(&["app"]);
        }
    }
    let text = text(data);
    if let Some(ranges) = Ranges::read(&text) {
        let _ = ranges.contain(&release);
    }
}

/// What stands beside an image has a digest that can be asked for.
pub fn referrers(data: &[u8]) {
    if let Ok(found) = referrers::read(data) {
        assert!(found.iter().all(|(_, digest)| is_digest(digest)), "{found:?}");
    }
    let image = format!("sha256:{}", "0a".repeat(32));
    if let Ok(attestations) = referrers::attestations_of(data, &image) {
        assert!(attestations.iter().all(|digest| is_digest(digest)), "{attestations:?}");
    }
    let _ = referrers::attested(data);
}

/// The same, manifests, configs and Docker's configuration, for documents that have what such documents have.
pub fn shapes(data: &[u8]) {
    let document = shapes::document(data).to_string();
    lists(document.as_bytes());
    advisories(document.as_bytes());
    referrers(document.as_bytes());
    manifest(document.as_bytes());
    docker_config(document.as_bytes());
}

/// What lies in a folder or in Redis is read or refused, with a checksum that is right as well as with one that is not.
pub fn cache_entry(data: &[u8]) {
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    assert_eq!(Entry::open(data, "key", &Seal::Checksum, now), None);
    let Some(entry) = Entry::open(&Entry::with_checksum(data), "key", &Seal::Checksum, now) else { return };
    assert_eq!(
        Entry::open(&entry.seal("key", &Seal::Checksum), "key", &Seal::Checksum, now).as_ref(),
        Some(&entry)
    );
    let _ = repository_cache::lines(&entry);
    if let Ok(report) = serde_json::from_slice::<ImageReport>(&entry.value) {
        assert!(serde_json::to_string(&report).is_ok(), "{report:?}");
    }
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_corpus_holds() {
        for (name, target) in TARGETS {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files = fs::read_dir(&corpus).expect("a corpus").map(|file| file.expect("a file").path());
            let seeds: Vec<_> = files.map(|path| fs::read(path).expect("a seed")).collect();
            assert!(!seeds.is_empty(), "{name} has no corpus");
            seeds.iter().for_each(|seed| target(seed));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_hold(data: Vec<u8>) {
            TARGETS.iter().for_each(|(_, target)| target(&data));
        }
    }
}
