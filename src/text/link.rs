//! The `Link` header, which states the next page of a list. Pure.
//!
//! ```text
//! Link       = #( "<" URI-Reference ">" *( OWS ";" OWS parameter ) )     RFC 8288, section 3
//! parameter  = token [ "=" ( token / quoted-string ) ]
//! ```
//!
//! `rel` holds one or more relation types, separated by blanks, in any case. Some registries leave out the angle
//! brackets. Some leave out `rel`: a target whose query has `last` then counts as the next page.

/// What the headers of an answer say about a next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextLink<'a> {
    /// There is no next page.
    Nothing,
    /// The next page is at this target, which is not yet parsed.
    Target(&'a str),
    /// The headers cannot be read. To treat that as the end would cut the list.
    Unreadable,
}

/// Finds the next page in the headers of an answer. `headers` has one item for each header.
pub(crate) fn next<'a>(headers: impl IntoIterator<Item = &'a [u8]>) -> NextLink<'a> {
    let mut found = NextLink::Nothing;
    for header in headers {
        let read = match std::str::from_utf8(header) {
            Ok(text) if text.is_ascii() => next_of(text),
            _ => NextLink::Unreadable,
        };
        match read {
            NextLink::Target(_) => return read,
            NextLink::Unreadable => found = read,
            NextLink::Nothing => {}
        }
    }
    found
}

fn next_of(header: &str) -> NextLink<'_> {
    let mut rest = header.trim();
    while !rest.is_empty() {
        let is_enclosed = rest.starts_with('<');
        let (target, after) = match rest.strip_prefix('<') {
            Some(enclosed) => match enclosed.split_once('>') {
                Some((target, after)) => (target.trim(), after),
                None => return NextLink::Unreadable,
            },
            None => {
                let (target, after) = rest.split_at(rest.find([';', ',']).unwrap_or(rest.len()));
                (target.trim(), after)
            }
        };
        let (relation, after) = parameters(after);
        let is_next = match relation {
            Relation::Next => true,
            Relation::Unstated => has_last(target),
            Relation::Other => false,
        };
        if is_next {
            let is_target = !target.is_empty() && !target.contains(['<', '>', '"', ' ']);
            return if is_target { NextLink::Target(target) } else { NextLink::Unreadable };
        }
        // Without brackets and a relation, only `last` tells a link from a text that says nothing.
        if !is_enclosed && matches!(relation, Relation::Unstated) && !target.is_empty() {
            return NextLink::Unreadable;
        }
        // A link whose target is `rel="next"` promises a next page, but has no address of it.
        if target.to_ascii_lowercase().starts_with("rel=") && target.to_ascii_lowercase().contains("next") {
            return NextLink::Unreadable;
        }
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    NextLink::Nothing
}

/// Whether the query of a target has `last`, the tag after which a page begins.
fn has_last(target: &str) -> bool {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.strip_prefix("last=").is_some_and(|last| !last.is_empty()))
}

/// Whether the query of a target has a cursor without a value: there is nothing behind it.
pub(crate) fn has_empty_cursor(target: &str) -> bool {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair == "last=" || pair == "last") || query.is_empty()
}

/// The relation of a target to the page.
enum Relation {
    Next,
    Other,
    Unstated,
}

/// Reads the parameters of one link. Returns their relation, and what follows them.
fn parameters(mut rest: &str) -> (Relation, &str) {
    let mut relation = Relation::Unstated;
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else { return (relation, rest) };
        let name_end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let (name, after) = after.split_at(name_end);
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        // RFC 8288, section 3.3: only the first rel counts.
        if matches!(relation, Relation::Unstated) && name.trim().eq_ignore_ascii_case("rel") {
            let mut relations = value.trim_matches('\'').split_ascii_whitespace();
            let is_next = relations.any(|relation| relation.eq_ignore_ascii_case("next"));
            relation = if is_next { Relation::Next } else { Relation::Other };
        }
        rest = after;
    }
}

/// Reads a parameter's value without its quotes. Returns what follows it as well.
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

    fn read(header: &str) -> NextLink<'_> {
        next([header.as_bytes()])
    }

    #[test]
    fn links_as_registries_send_them() {
        let target = NextLink::Target("/v2/a/tags/list?last=x&n=100");
        let cases = [
            (r#"</v2/a/tags/list?last=x&n=100>; rel="next""#, target),
            (r#"</v2/a/tags/list?last=x&n=100>;rel=next"#, target),
            (r#"</v2/a/tags/list?last=x&n=100>; title="a;b,c\"<"; REL="prev NEXT""#, target),
            (r#"<p>; rel="prev", </v2/a/tags/list?last=x&n=100>; rel="next""#, target),
            (r#"<p>; rel=prev,</v2/a/tags/list?last=x&n=100>; x; rel=next; y"#, target),
            (r#"/v2/a/tags/list?last=x&n=100; rel="next""#, target),
            (r#"/v2/a/tags/list?last=x&n=100;rel=next, </p>; rel=prev"#, target),
            ("</v2/a/tags/list?last=x&n=100>", target),
            ("/v2/a/tags/list?last=x&n=100", target),
            (r#"<a,b;c>; rel="next""#, NextLink::Target("a,b;c")),
            (r#"<p>; rel="next"#, NextLink::Target("p")),
            (r#"<p>; rel="prev"; rel="next""#, NextLink::Nothing),
            (r#"<p>; rel="nextish""#, NextLink::Nothing),
            (r#"</v2/a/tags/list?last=x>; rel="first""#, NextLink::Nothing),
            ("<p>", NextLink::Nothing),
            ("<p?n=1&last=>", NextLink::Nothing),
            ("", NextLink::Nothing),
            (r#"<p; rel="next""#, NextLink::Unreadable),
            (r#"<>; rel="next""#, NextLink::Unreadable),
            (r#"; rel="next""#, NextLink::Unreadable),
            (r#"rel="next""#, NextLink::Unreadable),
            (r#"</v2/é?last=x>; rel="next""#, NextLink::Unreadable),
        ];
        for (header, expected) in cases {
            assert_eq!(read(header), expected, "{header}");
        }
        assert_eq!(next([br#"<p>; rel="prev""#.as_slice(), br#"<n>; rel="next""#]), NextLink::Target("n"));
        assert_eq!(next([b"\xff".as_slice(), br#"<n>; rel="next""#]), NextLink::Target("n"));
        assert_eq!(next([b"\xff".as_slice(), br#"<p>; rel="prev""#]), NextLink::Unreadable);
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_or_refused(header in ".*", dense in "[<>;,=\" \\\\a-c]*") {
            let _ = (read(&header), read(&dense));
        }
    }
}
