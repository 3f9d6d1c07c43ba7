//! `WWW-Authenticate`: the scheme by which a registry wants to be asked. Pure.
//!
//! ```text
//! WWW-Authenticate = 1#challenge                                          RFC 9110, section 11.6.1
//! challenge        = scheme [ 1*SP #( token "=" ( token / quoted-string ) ) ]
//! ```
//!
//! A registry that hands out tokens sends `Bearer realm="https://…",service="…",scope="…"` (Distribution, "Token
//! Authentication Specification"). Scheme and parameter names are read in any case. Several challenges may stand in one
//! header or in several.
//!
//! Registries and their proxies break this grammar, and the parser accepts what they send: values without quotes that
//! contain `/`, `:` and letters of any script, parameters without commas or with several blanks, and unknown schemes
//! beside the known ones.

/// The scheme by which a registry wants to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// The registry wants a token from a token service.
    Bearer {
        /// URL of the token service, absolute or relative to the URL that was asked.
        realm: String,
        /// The service that the token is requested for.
        service: Option<String>,
        /// The scope that the token must have, in the registry's spelling.
        scope: Option<String>,
    },
    /// The registry wants a user name and a password.
    Basic,
}

/// Returns the challenge to answer. Bearer goes before Basic, and the first of a kind before the others. Bearer without
/// a realm is skipped; Basic needs no parameters. `headers` has one item for each header.
pub(crate) fn choose<'a>(headers: impl IntoIterator<Item = &'a [u8]>) -> Option<Challenge> {
    let mut basic = None;
    for header in headers {
        let header = String::from_utf8_lossy(header);
        if names_basic(&header) {
            basic = Some(Challenge::Basic);
        }
        for stated in read(&header) {
            if stated.scheme.eq_ignore_ascii_case("bearer") {
                if let Some(realm) = stated.parameter("realm") {
                    let (service, scope) = (stated.parameter("service"), stated.parameter("scope"));
                    return Some(Challenge::Bearer { realm, service, scope });
                }
            } else if names_basic(stated.scheme) {
                basic = Some(Challenge::Basic);
            }
        }
    }
    basic
}

/// Whether a text begins with the name of the scheme Basic, whatever marks stand around it: it needs nothing that would have to
/// be read.
fn names_basic(word: &str) -> bool {
    let name = word.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let end = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
    let (name, marks) = name.split_at(end);
    name.eq_ignore_ascii_case("basic")
        && !marks.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '_')
}

/// A challenge as a header states it.
struct Stated<'a> {
    scheme: &'a str,
    parameters: Vec<(&'a str, String)>,
}

impl Stated<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        let (_, value) = self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.clone()).filter(|value| !value.is_empty())
    }
}

/// Reads the challenges of one header. A word with a `=` behind it is a parameter; any other word begins a challenge.
fn read(header: &str) -> Vec<Stated<'_>> {
    let mut challenges: Vec<Stated<'_>> = Vec::new();
    let is_between = |c: char| c.is_whitespace() || c == ',';
    let mut rest = header.trim_start_matches(is_between);
    while !rest.is_empty() {
        let end = rest.find(|c| is_between(c) || c == '=').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = match after.trim_start().strip_prefix('=') {
            Some(value) => {
                let (value, after) = value_of(value.trim_start());
                if let (Some(challenge), Some(value)) = (challenges.last_mut(), value) {
                    challenge.parameters.push((word, value));
                }
                after
            }
            None => {
                challenges.push(Stated { scheme: word, parameters: Vec::new() });
                after
            }
        }
        .trim_start_matches(is_between);
    }
    challenges
}

/// Reads the value of a parameter, and returns what follows it. A quoted value without an end is no value.
fn value_of(text: &str) -> (Option<String>, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) =
            text.split_at(text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len()));
        return (Some(value.to_owned()), after);
    };
    let (mut value, mut is_escaped) = (String::new(), false);
    for (position, c) in quoted.char_indices() {
        match c {
            '"' if !is_escaped => return (Some(value), quoted.get(position + 1..).unwrap_or_default()),
            '\\' if !is_escaped => is_escaped = true,
            _ => {
                value.push(c);
                is_escaped = false;
            }
        }
    }
    (None, "")
}

/// Returns the scopes of a challenge that only allow to read: `repository:<name>:pull`, or `metadata_read`, with which
/// Azure's registry lets a client list tags. No other scope is requested.
pub(crate) fn reading_scopes(scope: &str) -> Vec<String> {
    scope.split_whitespace().filter(|scope| *scope != PLACEHOLDER).filter_map(reading_scope).collect()
}

/// The scope that GHCR names where no repository was asked about.
const PLACEHOLDER: &str = "repository:user/image:pull";

fn reading_scope(scope: &str) -> Option<String> {
    let (resource, actions) = scope.rsplit_once(':')?;
    let name = resource.strip_prefix("repository:")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':');
    let actions: Vec<&str> =
        actions.split(',').filter(|action| matches!(*action, "pull" | "metadata_read")).collect();
    let is_good = !name.is_empty() && name.len() <= 512 && name.chars().all(is_name) && !actions.is_empty();
    is_good.then(|| format!("{resource}:{}", actions.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(headers: &[&str]) -> Option<Challenge> {
        choose(headers.iter().map(|header| header.as_bytes()))
    }

    fn bearer(realm: &str, service: &str, scope: &str) -> Option<Challenge> {
        let stated = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(Challenge::Bearer { realm: realm.to_owned(), service: stated(service), scope: stated(scope) })
    }

    #[test]
    fn challenges_as_registries_send_them() {
        let pull = "repository:a/b:pull";
        let cases: [(&[&str], _); 26] = [
            (&["Basic;realm=\"x\""], Some(Challenge::Basic)),
            (&["Basic:realm=\"x\""], Some(Challenge::Basic)),
            (&["\"Basic\" realm=\"x\""], Some(Challenge::Basic)),
            (&["Basic-x realm=\"x\""], None),
            (&["Basically realm=\"x\""], None),
            (
                &[r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#],
                bearer("https://auth.docker.io/token", "registry.docker.io", ""),
            ),
            (
                &[r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull""#],
                bearer("https://ghcr.io/token", "ghcr.io", pull),
            ),
            (&[r#"bearer Realm="/v2/token""#], bearer("/v2/token", "", "")),
            (
                &[r#"Basic realm="a, b=c", Bearer realm="https://x.example/t", service="s,\"q\"""#],
                bearer("https://x.example/t", "s,\"q\"", ""),
            ),
            (
                &[r#"Bearer realm="https://c.org/t",scope="*""#, r#"Basic realm="Gitea Container Registry""#],
                bearer("https://c.org/t", "", "*"),
            ),
            (
                &[r#"Basic realm="x"#, r#"Bearer realm="https://c.org/t",service=container_registry"#],
                bearer("https://c.org/t", "container_registry", ""),
            ),
            (
                &["Bearer realm=https://x.example:5000/t,service=x.example:5000"],
                bearer("https://x.example:5000/t", "x.example:5000", ""),
            ),
            (
                &["Bearer realm=https://x.example/t?a=b service=s scope=repository:a/b:pull"],
                bearer("https://x.example/t?a=b", "s", pull),
            ),
            (
                &[r#"Bearer  realm="https://x.example/t"   ,  service = "s s""#],
                bearer("https://x.example/t", "s s", ""),
            ),
            (
                &[r#"Bearer realm="https://x.example/t" service="Docker Registry""#],
                bearer("https://x.example/t", "Docker Registry", ""),
            ),
            (
                &[r#"Bearer realm="https://x.example/t",service="Registre privé""#],
                bearer("https://x.example/t", "Registre privé", ""),
            ),
            (
                &[r#"Negotiate, NTLM, Bearer realm="https://x.example/t""#],
                bearer("https://x.example/t", "", ""),
            ),
            (
                &[r#"Negotiate YII==, Bearer realm="https://x.example/t", Basic realm="b""#],
                bearer("https://x.example/t", "", ""),
            ),
            (&[r#"BASIC realm="Sonatype Nexus Repository Manager""#], Some(Challenge::Basic)),
            (&["Basic"], Some(Challenge::Basic)),
            (&[r#"Basic realm="unclosed"#], Some(Challenge::Basic)),
            (&[r#"Negotiate, Basic realm="x""#], Some(Challenge::Basic)),
            (&["Bearer", r#"Bearer service="x""#, r#"Bearer realm="""#], None),
            (&["", ",", "Bearer realm=\"unclosed", "\u{7f}"], None),
            (&["Digest realm=\"x\""], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            assert_eq!(chosen(headers), expected, "{headers:?}");
        }
        assert_eq!(
            choose([b"Bearer realm=\"/t\",service=\"\xff\"".as_slice()]),
            bearer("/t", "\u{fffd}", "")
        );
    }

    #[test]
    fn of_a_scope_only_what_reads_is_asked_for() {
        let cases: [(&str, &[&str]); 8] = [
            ("repository:a/b:pull", &["repository:a/b:pull"]),
            ("repository:a/b:metadata_read", &["repository:a/b:metadata_read"]),
            ("repository:a/b:pull,push,delete", &["repository:a/b:pull"]),
            ("repository:a/b:push registry:catalog:*  repository:c:pull", &["repository:c:pull"]),
            ("repository:user/image:pull", &[]),
            ("*", &[]),
            ("repository::pull", &[]),
            ("repository:a&b=c:pull", &[]),
        ];
        for (scope, expected) in cases {
            assert_eq!(reading_scopes(scope), expected, "{scope}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_passed_over(header in ".*", dense in "[Bb=,\" \\\\a-c]*") {
            let _ = (chosen(&[&header]), chosen(&[&dense]), reading_scopes(&header));
        }
    }
}
