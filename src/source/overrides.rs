//! What a caller knows about images: their sources, and the pages of their releases. Nothing here uses a network.

use url::Url;

use super::{address::web_address, page::without_v};
use crate::{
    error::{Error, Result},
    image::reference::{DOCKER_HUB, ImageReference},
    version::tag::scheme::TagScheme,
};

/// The placeholders of a template.
const PLACEHOLDERS: [&str; 6] = ["tag", "version", "major", "minor", "patch", "source"];

/// Values by patterns over references. The first pattern that matches counts.
///
/// In a pattern, `*` stands for any characters, also `/`, and `?` for one. It is held against the whole reference with and
/// without its tag; images of Docker Hub also go by their short names: `nginx`, `grafana/grafana`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByImage(Vec<(String, String)>);

impl ByImage {
    /// Adds the source repository of the images that match.
    ///
    /// # Errors
    /// `InvalidArgument` for anything but an http or https URL without user name and password.
    pub fn add_source(&mut self, pattern: &str, source: &str) -> Result<()> {
        let url = Url::parse(source).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let is_plain = url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
        if !is_plain || web_address(source).is_none() {
            return Err(Error::invalid_argument("A source must be an http or https URL without a user name"));
        }
        self.0.push((pattern.to_owned(), source.to_owned()));
        Ok(())
    }

    /// Adds the template of the pages of the images that match: an http or https URL with `{tag}`, `{version}`, `{major}`,
    /// `{minor}`, `{patch}` and `{source}`.
    ///
    /// # Errors
    /// `InvalidArgument` for another placeholder, and for a template that gives no http or https URL.
    pub fn add_release_url(&mut self, pattern: &str, template: &str) -> Result<()> {
        if filled(template, "1.2.3", Some("https://source.example/owner/name")).is_none() {
            return Err(Error::invalid_argument(format!(
                "A template must be an http or https URL, with no placeholders but {{{}}}",
                PLACEHOLDERS.join("}, {")
            )));
        }
        self.0.push((pattern.to_owned(), template.to_owned()));
        Ok(())
    }

    /// The value for an image.
    pub(crate) fn of(&self, image: &ImageReference) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        let names = names(image);
        let is_its = |(pattern, _): &&(String, String)| names.iter().any(|name| matches(pattern, name));
        self.0.iter().find(is_its).map(|(_, value)| value.as_str())
    }
}

/// A template with the values of a tag; `None` if that is no http or https URL.
pub(crate) fn filled(template: &str, tag: &str, source: Option<&str>) -> Option<String> {
    let scheme = TagScheme::read(tag);
    let (numbers, version) = (scheme.numbers(), scheme.version());
    let number = |index: usize| numbers.get(index).copied().unwrap_or("0");
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}')?;
        text.push_str(before);
        text.push_str(match name {
            "tag" => tag,
            "version" => without_v(&version),
            "major" => number(0),
            "minor" => number(1),
            "patch" => number(2),
            "source" => source?,
            _ => return None,
        });
        rest = after;
    }
    text.push_str(rest);
    let url = Url::parse(&text).ok()?;
    let is_shown =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (is_shown && !text.contains('}')).then(|| url.into())
}

/// The names of an image, with its tag and without.
fn names(image: &ImageReference) -> Vec<String> {
    let path = &image.full_name;
    let mut names = match image.registry.as_str() {
        DOCKER_HUB => vec![format!("docker.io/{path}"), path.clone()],
        registry => vec![format!("{registry}/{path}")],
    };
    if image.registry == DOCKER_HUB {
        names.extend(path.strip_prefix("library/").map(str::to_owned));
    }
    let tagged: Vec<String> = names.iter().map(|name| format!("{name}:{}", image.tag)).collect();
    names.into_iter().chain(tagged).collect()
}

/// Whether a text matches a pattern. It takes no more steps than the product of both lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text, mut star): (usize, usize, Option<(usize, usize)>) = (0, 0, None);
    while let Some(c) = text.get(in_text) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == c => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, begun)) = star else { return false };
                star = Some((star_at, begun + 1));
                (at, in_text) = (star_at + 1, begun + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pattern_that_matches_counts() {
        let mut sources = ByImage::default();
        for (pattern, name) in [
            ("ghcr.io/team/app:1.*", "one"),
            ("ghcr.io/team/*", "team"),
            ("nginx", "nginx"),
            ("docker.io/grafana/?????", "five"),
            ("registry.example/*", "all"),
        ] {
            sources.add_source(pattern, &format!("https://github.com/own/{name}")).expect(pattern);
        }
        let of = |image: &str| {
            let found = sources.of(&ImageReference::parse(image).expect(image));
            found.map(|url| url.rsplit('/').next().unwrap_or_default().to_owned())
        };
        let cases = [
            ("ghcr.io/team/app:1.2", Some("one")),
            ("ghcr.io/team/app:2.0", Some("team")),
            ("ghcr.io/team/a/b:2.0", Some("team")),
            ("nginx:1.27", Some("nginx")),
            ("docker.io/library/nginx", Some("nginx")),
            ("my/nginx:1.27", None),
            ("grafana/tempo:1", Some("five")),
            ("registry.example/team/app:1.0.0", Some("all")),
            ("registry.example.org/team/app:1.0.0", None),
        ];
        for (image, expected) in cases {
            assert_eq!(of(image).as_deref(), expected, "{image}");
        }
    }

    #[test]
    fn templates_give_web_addresses() {
        let source = Some("https://github.com/o/r");
        let cases = [
            (
                "https://x.example/{major}.{minor}/#{version}",
                "v1.3.7-alpine",
                Some("https://x.example/1.3/#1.3.7"),
            ),
            (
                "{source}/blob/main/notes/{tag}.md",
                "1.3-rc1",
                Some("https://github.com/o/r/blob/main/notes/1.3-rc1.md"),
            ),
            ("https://x.example/{patch}", "1.3", Some("https://x.example/0")),
            ("https://x.example/{other}", "1.3", None),
            ("https://x.example/{tag", "1.3", None),
            ("https://x.example/tag}", "1.3", None),
            ("javascript:{tag}", "1.3", None),
            ("{tag}", "1.3", None),
            ("https://user:secret@x.example/{tag}", "1.3", None),
        ];
        for (template, tag, expected) in cases {
            assert_eq!(filled(template, tag, source).as_deref(), expected, "{template}");
        }
        assert_eq!(filled("{source}/x", "1.3", None), None, "the source is unknown");
    }

    #[test]
    fn what_is_no_source_and_no_template_is_refused() {
        let mut values = ByImage::default();
        for source in
            ["javascript:x", "ftp://x.example", "https://u:p@x.example/o/r", "git@github.com:o/r.git", ""]
        {
            assert_eq!(values.add_source("*", source).expect_err(source).code(), "INVALID_ARGUMENT");
        }
        for template in ["{nothing}", "/x", "ftp://x.example/{tag}", ""] {
            assert_eq!(values.add_release_url("*", template).expect_err(template).code(), "INVALID_ARGUMENT");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_text_matches_itself_and_stars(text in "[a-z/:.]{0,20}") {
            let stars = ["*", &text, "*"].concat();
            let is_matched = [text.as_str(), "*", &stars].into_iter().all(|pattern| matches(pattern, &text));
            proptest::prop_assert!(is_matched);
        }
    }
}
