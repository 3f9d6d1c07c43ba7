//! `WWW-Authenticate`: how a registry wants to be asked. Pure.
//!
//! ```text
//! WWW-Authenticate = 1#challenge                                          RFC 9110, section 11.6.1
//! challenge        = scheme [ 1*SP #( token "=" ( token / quoted-string ) ) ]
//! ```
//!
//! A registry that hands out tokens sends `Bearer realm="https://…",service="…",scope="…"` (Distribution, "Token
//! Authentication Specification"). Schemes and parameter names are read in any case; several challenges may stand in one
//! header or in several.

use http_auth::{ChallengeRef, parse_challenges};

/// How a registry wants to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// With a token from a token service.
    Bearer {
        /// URL of the token service, absolute or relative to the URL that was asked.
        realm: String,
        /// The service a token is asked for.
        service: Option<String>,
    },
    /// With a user name and a password.
    Basic,
}

/// The challenge to answer among all those of an answer, one item a header: Bearer before Basic, the first of its kind.
/// A header that does not parse is passed over, and so is Bearer without a realm.
///
/// The scope of a challenge is left aside: what is needed is always `pull` of the repository at hand, and GHCR sends the
/// placeholder `repository:user/image:pull` on `/v2/`.
pub(crate) fn choose<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<Challenge> {
    let mut basic = None;
    for challenge in headers.into_iter().filter_map(|header| parse_challenges(header).ok()).flatten() {
        if challenge.scheme.eq_ignore_ascii_case("bearer") {
            if let Some(realm) = parameter(&challenge, "realm") {
                return Some(Challenge::Bearer { realm, service: parameter(&challenge, "service") });
            }
        } else if challenge.scheme.eq_ignore_ascii_case("basic") {
            basic = Some(Challenge::Basic);
        }
    }
    basic
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let (_, value) = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value.to_unescaped()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_as_registries_send_them() {
        let bearer = |realm: &str, service: &str| {
            let service = (!service.is_empty()).then(|| service.to_owned());
            Some(Challenge::Bearer { realm: realm.to_owned(), service })
        };
        let hub = bearer("https://auth.docker.io/token", "registry.docker.io");
        let forgejo = bearer("https://codeberg.org/v2/token", "container_registry");
        let cases: [(&[&str], _); 12] = [
            (&[r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#], hub),
            (
                &[
                    r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull""#,
                ],
                bearer("https://ghcr.io/token", "ghcr.io"),
            ),
            (&[r#"bearer Realm="/v2/token""#], bearer("/v2/token", "")),
            (
                &[r#"Basic realm="a, b=c", Bearer realm="https://x.example/t", service="s,\"q\"""#],
                bearer("https://x.example/t", "s,\"q\""),
            ),
            (
                &[
                    r#"Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*""#,
                    r#"Basic realm="Gitea Container Registry""#,
                ],
                forgejo.clone(),
            ),
            (
                &[
                    r#"Basic realm="x"#,
                    r#"Bearer realm="https://codeberg.org/v2/token",service=container_registry"#,
                ],
                forgejo,
            ),
            (&[r#"BASIC realm="Sonatype Nexus Repository Manager""#], Some(Challenge::Basic)),
            (&[r#"Negotiate, Basic realm="x""#], Some(Challenge::Basic)),
            (&["Bearer", r#"Bearer service="x""#, r#"Bearer realm="""#], None),
            (&["", ",", "Bearer realm=\"unclosed", "\u{7f}"], None),
            (&["Digest realm=\"x\""], None),
            (&[], None),
        ];
        for (headers, expected) in cases {
            assert_eq!(choose(headers.iter().copied()), expected, "{headers:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_passed_over(header in ".*") {
            let _ = choose([header.as_str()]);
        }
    }
}
