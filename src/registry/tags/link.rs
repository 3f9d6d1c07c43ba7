//! The `Link` header: where the next page of tags is. Pure.
//!
//! ```text
//! Link       = #( "<" URI-Reference ">" *( OWS ";" OWS parameter ) )     RFC 8288, section 3
//! parameter  = token [ "=" ( token / quoted-string ) ]
//! ```
//!
//! `rel` holds one or more relation types, separated by blanks, in any case.

/// The target of the first link that is `rel="next"`, as it was written; one item a header.
pub(crate) fn next<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    headers.into_iter().find_map(|header| {
        let mut rest = header;
        loop {
            let (target, after) = rest.split_once('<')?.1.split_once('>')?;
            let (is_next, after) = parameters(after);
            if is_next {
                return Some(target.trim());
            }
            rest = after;
        }
    })
}

/// Whether the parameters of one link say that it is the next page, and what follows them.
fn parameters(mut rest: &str) -> (bool, &str) {
    let mut is_next = false;
    let mut seen_rel = false;
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else { return (is_next, rest) };
        let name_end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let (name, after) = after.split_at(name_end);
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        // RFC 8288, section 3.3: only the first rel counts.
        if !seen_rel && name.trim().eq_ignore_ascii_case("rel") {
            seen_rel = true;
            is_next = value.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"));
        }
        rest = after;
    }
}

/// A parameter's value without its quotes, and what follows it.
fn value(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => {
            let end = closing_quote(quoted).unwrap_or(quoted.len());
            let (value, rest) = quoted.split_at(end);
            (value, rest.strip_prefix('"').unwrap_or(rest))
        }
        None => text.split_at(text.find([';', ',']).unwrap_or(text.len())),
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_as_registries_send_them() {
        let url = "/v2/a/tags/list?last=x&n=100";
        let cases = [
            (r#"</v2/a/tags/list?last=x&n=100>; rel="next""#, Some(url)),
            (r#"</v2/a/tags/list?last=x&n=100>;rel=next"#, Some(url)),
            (r#"</v2/a/tags/list?last=x&n=100>; title="a;b,c\"<"; REL="prev NEXT""#, Some(url)),
            (r#"<p>; rel="prev", </v2/a/tags/list?last=x&n=100>; rel="next""#, Some(url)),
            (r#"<p>; rel=prev,</v2/a/tags/list?last=x&n=100>; x; rel=next; y"#, Some(url)),
            (r#"<a,b;c>; rel="next""#, Some("a,b;c")),
            (r#"<p>; rel="prev"; rel="next""#, None),
            (r#"<p>; rel="nextish""#, None),
            (r#"<p>"#, None),
            (r#"<p; rel="next""#, None),
            (r#"rel="next""#, None),
            (r#"<p>; rel="next"#, Some("p")),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(next([header]), expected, "{header}");
        }
        assert_eq!(next([r#"<p>; rel="prev""#, r#"<n>; rel="next""#]), Some("n"));
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_passed_over(header in ".*", dense in "[<>;,=\" \\\\a-c]*") {
            let _ = (next([header.as_str()]), next([dense.as_str()]));
        }
    }
}
