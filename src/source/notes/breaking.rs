//! Finds the parts of release notes that speak of breaking changes, and quotes them.

use super::{Fences, Heading, cut};

/// The most quotes of one release.
const MOST: usize = 100;
/// The most bytes of a quote.
const MAX_QUOTE: usize = 8 * 1024;
/// Words of a part that speaks of what breaks, or of what has to be done.
const WORDS: [&str; 21] = [
    "action required",
    "backward incompatib",
    "backward-incompatib",
    "backwards incompatib",
    "backwards-incompatib",
    "before upgrading",
    "before you upgrade",
    "breaking",
    "deprecat",
    "incompatible change",
    "manual action",
    "manual intervention",
    "manual step",
    "manual upgrade",
    "migrat",
    "update note",
    "upgrade guide",
    "upgrade instruction",
    "upgrade note",
    "upgrading from",
    "upgrading note",
];
/// Words that deny, in front of those.
const DENIALS: [&str; 8] = ["no", "non", "not", "never", "none", "without", "zero", "isn't"];
/// Words that may stand between.
const BETWEEN: [&str; 8] = ["a", "any", "database", "further", "is", "known", "new", "other"];
/// Sections that say no more than that they are empty.
const EMPTY: [&str; 7] = ["", "-", "n/a", "na", "nil", "none", "nothing"];

/// The sections, paragraphs and items of a list that speak of breaking changes, migrations, upgrade notes, manual steps and
/// deprecations, and commits marked by `!:` (Conventional Commits 1.0.0, section 13), as they stand.
pub(crate) fn breaking(notes: &str) -> Vec<String> {
    let lines: Vec<&str> = notes.lines().collect();
    let mut fences = Fences::default();
    let is_code: Vec<bool> = lines.iter().map(|line| fences.is_code(line)).collect();
    let heading = |index: usize| match is_code.get(index) {
        Some(false) => lines.get(index).and_then(|line| Heading::read(line)),
        _ => None,
    };
    let (mut quotes, mut at) = (Vec::new(), 0);
    while at < lines.len() && quotes.len() < MOST {
        let end = match heading(at) {
            Some(found) if says(found.text) => {
                let is_end = |index: &usize| heading(*index).is_some_and(|next| next.level <= found.level);
                let end = (at + 1..lines.len()).find(is_end).unwrap_or(lines.len());
                if !is_empty(lines.get(at + 1..end).unwrap_or_default()) {
                    quotes.extend(quoted(&lines, at, end));
                }
                end
            }
            Some(_) => at + 1,
            None => {
                let is_end = |index: &usize| {
                    let line = lines.get(*index).copied().unwrap_or_default();
                    let is_code = is_code.get(*index).is_some_and(|is_code| *is_code);
                    heading(*index).is_some() || !is_code && (line.trim().is_empty() || is_item(line))
                };
                let end = (at + 1..lines.len()).find(is_end).unwrap_or(lines.len());
                let is_text = |index: &usize| is_code.get(*index).is_some_and(|is_code| !is_code);
                let text = (at..end).filter(is_text).filter_map(|index| lines.get(index).copied());
                let text = text.collect::<Vec<_>>().join(" ");
                if says(&text) || is_breaking_commit(&text) {
                    quotes.extend(quoted(&lines, at, end));
                }
                end
            }
        };
        at = end;
    }
    quotes
}

fn quoted(lines: &[&str], start: usize, end: usize) -> Option<String> {
    let mut quote = lines.get(start..end)?.join("\n").trim_matches('\n').trim_end().to_owned();
    cut(&mut quote, MAX_QUOTE);
    (!quote.is_empty()).then_some(quote)
}

/// Whether a line begins an item of a list (CommonMark, "List items").
fn is_item(line: &str) -> bool {
    let text = line.trim_start();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark))
        || number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") "))
}

/// Whether a section says nothing, or that there is nothing.
fn is_empty(lines: &[&str]) -> bool {
    let text = lines.join(" ");
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '*' | '-' | '_')).to_lowercase();
    EMPTY.contains(&&*text) || text.starts_with("no ") && text.split_whitespace().count() <= 6
}

/// Whether a text speaks of what breaks, and does not deny it.
fn says(text: &str) -> bool {
    let text = text.to_lowercase();
    WORDS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let is_at_word = !before.ends_with(|c: char| c.is_alphanumeric());
            is_at_word && !is_denied(before)
        })
    })
}

fn is_denied(before: &str) -> bool {
    let words = before.rsplit(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty());
    words.take(3).find(|word| !BETWEEN.contains(word)).is_some_and(|word| DENIALS.contains(&word))
}

/// Whether a text is a commit that is marked as breaking: `feat!: …`, `fix(api)!: …`.
fn is_breaking_commit(text: &str) -> bool {
    text.match_indices("!:").any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let word = before
            .rsplit(|c: char| c.is_whitespace() || matches!(c, '*' | '`' | '['))
            .next()
            .unwrap_or_default();
        let kind = word.split('(').next().unwrap_or_default();
        let is_scoped = !word.contains('(') || word.ends_with(')');
        let is_kind = kind.bytes().all(|byte| byte.is_ascii_lowercase());
        // Release tools put the scope alone in front of a breaking change.
        is_scoped && is_kind && !word.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_of_breaking_changes_is_quoted_as_it_stands() {
        let cases: [(&str, &[&str]); 22] = [
            (
                "# 2.0.0\n\n## Breaking changes\n\n- The port is 8080.\n- `x` is gone.\n\n## Fixes\n- y",
                &["## Breaking changes\n\n- The port is 8080.\n- `x` is gone."],
            ),
            (
                "### ⚠ BREAKING CHANGES\n\n* **api:** gone\n\n### Features\n",
                &["### ⚠ BREAKING CHANGES\n\n* **api:** gone"],
            ),
            (
                "## Upgrade notes\nRun `migrate`.\n### Details\nmore\n## Next\n",
                &["## Upgrade notes\nRun `migrate`.\n### Details\nmore"],
            ),
            ("**Breaking changes:**\n- a\n\n**Fixes**\n- b", &["**Breaking changes:**\n- a"]),
            (
                "Intro.\n\nThis release needs a manual step:\nrun it.\n\nBye.",
                &["This release needs a manual step:\nrun it."],
            ),
            ("- feat!: drop Node 18\n- fix: y", &["- feat!: drop Node 18"]),
            ("* abc1234 fix(api)!: rename\n* chore: z", &["* abc1234 fix(api)!: rename"]),
            ("- deprecated `foo`\n- bar", &["- deprecated `foo`"]),
            ("1. Migrate the database\n   with `x`\n2. Other", &["1. Migrate the database\n   with `x`"]),
            ("## Deprecations\n- a", &["## Deprecations\n- a"]),
            ("## Migration guide\nText", &["## Migration guide\nText"]),
            ("BREAKING: the default is on", &["BREAKING: the default is on"]),
            ("## Breaking changes\n\nNone.\n\n## Fixes\n", &[]),
            ("## Breaking changes\n", &[]),
            ("## Breaking changes\n- No breaking changes in this release.\n", &[]),
            ("There are no breaking changes.", &[]),
            ("A non-breaking change.", &[]),
            ("No database migrations.", &[]),
            ("Not a breaking change", &[]),
            ("Warning! Important: read on", &[]),
            ("```\n## Breaking changes\nfeat!: x\n```\nText", &[]),
            ("", &[]),
        ];
        for (notes, expected) in cases {
            assert_eq!(breaking(notes), expected, "{notes}");
        }
    }

    #[test]
    fn quotes_are_bounded() {
        let many = "- breaking\n".repeat(MOST + 5);
        assert_eq!(breaking(&many).len(), MOST);
        let long = format!("## Breaking\n{}", "é".repeat(MAX_QUOTE));
        assert!(breaking(&long).iter().all(|quote| quote.len() <= MAX_QUOTE));
    }
}
