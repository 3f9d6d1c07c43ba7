//! Reads current support data from the API of endoflife.date.

use std::fmt::Write;

use serde::Deserialize;

use super::catalog::Catalog;
use crate::error::{Error, Result};

/// The answer to `GET /api/v1/products/full`, with the API's field names. Each flag belongs to a date.
#[derive(Deserialize)]
struct Feed {
    generated_at: String,
    result: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(default)]
    identifiers: Vec<Identifier>,
    #[serde(default)]
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    name: String,
    #[serde(default)]
    codename: Option<String>,
    release_date: String,
    #[serde(default)]
    is_lts: bool,
    #[serde(default)]
    lts_from: Option<String>,
    #[serde(default)]
    is_eoas: Option<bool>,
    #[serde(default)]
    eoas_from: Option<String>,
    #[serde(default)]
    is_eol: Option<bool>,
    #[serde(default)]
    eol_from: Option<String>,
    #[serde(default)]
    is_eoes: Option<bool>,
    #[serde(default)]
    eoes_from: Option<String>,
}

/// Converts the API's list into a catalog. Only products that images hold are kept, with the dates of their cycles.
///
/// # Errors
/// `BAD_RESPONSE` for anything but such a list.
pub(crate) fn read(body: &[u8]) -> Result<(Catalog, String)> {
    let feed: Feed = serde_json::from_slice(body).map_err(|error| {
        Error::bad_response(format!("The support data are no list of products: {error}")).with_source(error)
    })?;
    let text = written(&feed);
    match Catalog::read(&text) {
        Some(catalog) => Ok((catalog, text)),
        None => Err(Error::bad_response(
            "The support data name no day or no product that an image holds, so they are not used",
        )),
    }
}

fn written(feed: &Feed) -> String {
    let embedded = Catalog::embedded();
    let mut text = format!("asOf {}\n", day(feed.generated_at.get(..10).unwrap_or_default()));
    for product in &feed.result {
        let images: Vec<String> = product
            .identifiers
            .iter()
            .filter(|one| one.kind == "purl")
            .filter_map(|one| image(&one.id))
            .collect();
        if images.is_empty() && embedded.product(&product.name).is_none() || !is_word(&product.name) {
            continue;
        }
        // A cycle that cannot be parsed is left out.
        let cycles: Vec<String> = product
            .releases
            .iter()
            .map(cycle)
            .filter(|line| super::cycle::Cycle::read(line).is_some())
            .collect();
        if !cycles.is_empty() {
            let _ = write!(text, "={}", product.name);
            images.iter().for_each(|image| text.extend([" ", image]));
            cycles.iter().for_each(|cycle| text.extend(["\n", cycle]));
            text.push('\n');
        }
    }
    text
}

fn cycle(release: &Release) -> String {
    let end = ending(release.is_eol, release.eol_from.as_deref()).unwrap_or_else(|| "?".to_owned());
    let name: String = release.name.split_whitespace().collect::<Vec<_>>().join("_");
    let mut line = format!("{name} {} {end}", day(&release.release_date));
    if let Some(end) = ending(release.is_eoas, release.eoas_from.as_deref()) {
        let _ = write!(line, " a{end}");
    }
    if let Some(end) = ending(release.is_eoes, release.eoes_from.as_deref()) {
        let _ = write!(line, " x{end}");
    }
    match &release.lts_from {
        Some(from) => {
            let _ = write!(line, " l{}", day(from));
        }
        None if release.is_lts => line.push_str(" l"),
        None => {}
    }
    let codename = release.codename.as_deref().and_then(|name| name.split_whitespace().next());
    if let Some(word) = codename.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        let _ = write!(line, " c{}", word.to_ascii_lowercase());
    }
    line
}

/// Encodes the end of a phase; a date is preferred because it says more than a flag.
fn ending(is_over: Option<bool>, from: Option<&str>) -> Option<String> {
    match (from, is_over) {
        (Some(from), _) => Some(day(from)),
        (None, Some(true)) => Some("-".to_owned()),
        (None, Some(false)) => Some("+".to_owned()),
        (None, None) => None,
    }
}

fn day(date: &str) -> String {
    date.replace('-', "")
}

/// The repository that the package URL of an image names, without Docker Hub's host.
fn image(purl: &str) -> Option<String> {
    let (kind, path_and_query) = purl.strip_prefix("pkg:")?.split_once('/')?;
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let path = path.split('@').next()?;
    let at = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "repository_url");
    let at = at.map(|(_, url)| url.trim_start_matches("https://").trim_end_matches('/').to_owned());
    let repository = match (kind, at) {
        ("docker", None) => path.to_owned(),
        ("docker", Some(at)) => format!("{at}/{path}"),
        ("oci", Some(at)) => {
            // Some package URLs name the web page in place of the repository.
            let at = at.replacen("quay.io/repository/", "quay.io/", 1);
            format!("{at}/{}", path.rsplit('/').next()?)
        }
        _ => return None,
    };
    let repository = repository.strip_prefix("docker.io/").unwrap_or(&repository);
    is_word(repository).then(|| repository.to_owned())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::lifecycle::cycle::{LongTerm, Support};

    const FEED: &str = r#"{
        "schema_version": "1.2.0", "generated_at": "2026-11-20T01:02:03+00:00", "total": 4,
        "result": [
            {"name": "nodejs", "aliases": [], "label": "Node.js", "category": "lang",
             "identifiers": [{"type": "purl", "id": "pkg:docker/library/node"}, {"type": "cpe", "id": "cpe:/a:x"}],
             "releases": [
                {"name": "27", "codename": null, "label": "27", "releaseDate": "2026-10-14", "isLts": false, "ltsFrom": "2027-10-27",
                 "isEoas": false, "eoasFrom": "2028-10-20", "isEol": false, "eolFrom": "2030-04-30", "isMaintained": true,
                 "latest": {"name": "27.0.1", "date": "2026-10-20", "link": null}, "custom": null},
                {"name": "24", "codename": null, "releaseDate": "2025-05-06", "isLts": true, "ltsFrom": null,
                 "isEoas": true, "eoasFrom": null, "isEol": false, "eolFrom": null, "isEoes": null, "eoesFrom": null}]},
            {"name": "newcomer", "identifiers": [{"type": "purl", "id": "pkg:oci/thing?repository_url=quay.io/repository/some"}],
             "releases": [{"name": "1", "releaseDate": "2026-01-01", "isEol": false, "eolFrom": null},
                          {"name": "0", "releaseDate": "some day", "isEol": true}]},
            {"name": "iphone", "identifiers": [], "releases": [{"name": "17", "releaseDate": "2025-09-19", "isEol": false}]},
            {"name": "redis", "identifiers": [], "releases": [
                {"name": "9.0", "codename": "Sun\nny", "releaseDate": "2026-09-01", "isEol": null, "eolFrom": null}]}
        ]}"#;

    #[test]
    fn the_list_becomes_a_catalog() {
        let (catalog, text) = read(FEED.as_bytes()).expect("a catalog");
        assert_eq!(catalog.as_of, date(2026, 11, 20));
        let names: Vec<&str> = catalog.products().iter().map(|product| product.name.as_str()).collect();
        assert_eq!(names, ["nodejs", "newcomer", "redis"], "{text}");
        let node = catalog.product("nodejs").expect("nodejs");
        let cycle = |name: &str| node.cycles().iter().find(|cycle| cycle.name == name).expect("a cycle");
        assert_eq!(cycle("27").long_term(date(2026, 11, 20)), LongTerm::From(date(2027, 10, 27)));
        assert_eq!(cycle("24").support(date(2026, 11, 20)), Support::Security);
        assert!(cycle("24").is_long_term(date(2026, 11, 20)));
        let own = BTreeMap::new();
        let product = |registry, path| catalog.product_of(registry, path, &own).map(|one| one.name.clone());
        assert_eq!(product("quay.io", "some/thing").as_deref(), Some("newcomer"));
        assert_eq!(
            product("docker.io", "library/redis").as_deref(),
            Some("redis"),
            "a name that the package knows"
        );
        assert_eq!(product("docker.io", "library/postgres"), None, "the list does not have it");
        assert_eq!(
            catalog.product("redis").expect("redis").cycles()[0].support(date(2026, 11, 20)),
            Support::Unknown
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for body in
            ["", "{}", "[]", r#"{"generated_at": "2026-01-01", "result": []}"#, r#"{"result": []}"#, "<html>"]
        {
            let error = read(body.as_bytes()).expect_err(body);
            assert_eq!(error.code(), "BAD_RESPONSE", "{body}");
        }
        let undated = FEED.replace("2026-11-20T01:02:03+00:00", "today");
        assert_eq!(read(undated.as_bytes()).expect_err("no day").code(), "BAD_RESPONSE");
    }
}
