//! Finds the parts of release notes that speak of breaking changes, and quotes them.

use super::{Fences, Heading, cut, indentation, is_item, underline};

/// The most quotes of one release.
const MOST: usize = 100;
/// The most bytes of a quote.
const MAX_QUOTE: usize = 8 * 1024;
/// Words of a part that speaks of what breaks, or of what has to be done.
const WORDS: [&str; 22] = [
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
    "update instruction",
    "update note",
    "upgrade guide",
    "upgrade instruction",
    "upgrade note",
    "upgrading from",
    "upgrading note",
];
/// Words of a heading above what has to be done.
const UPGRADES: [&str; 2] = ["upgrade", "upgrading"];
/// Beginnings of words for what a release itself has upgraded.
const UPGRADED: [&str; 6] = ["build", "dep", "librar", "module", "package", "tool"];
/// Words that deny, in front of those. Those that end with `n't` do as well.
const DENIALS: [&str; 9] = ["cannot", "never", "no", "non", "none", "not", "nothing", "without", "zero"];
/// Words that may stand between.
const BETWEEN: [&str; 35] = [
    "a",
    "and",
    "any",
    "are",
    "breaking",
    "cause",
    "change",
    "changes",
    "contain",
    "contains",
    "database",
    "deprecations",
    "expected",
    "further",
    "have",
    "include",
    "includes",
    "introduce",
    "introduces",
    "is",
    "known",
    "manual",
    "migration",
    "migrations",
    "need",
    "new",
    "nor",
    "or",
    "other",
    "require",
    "requires",
    "step",
    "steps",
    "there",
    "to",
];
/// The most words before one of those that may deny it.
const MOST_BEFORE: usize = 6;
/// The most bytes before a place that are looked at.
const NEAR: usize = 256;
/// The most words of a section that does no more than deny.
const SHORT: usize = 20;
/// Sections that say no more than that they are empty.
const EMPTY: [&str; 7] = ["", "-", "n/a", "na", "nil", "none", "nothing"];

/// The sections, paragraphs and items of a list that speak of breaking changes, migrations, upgrade notes, manual steps and
/// deprecations, and commits marked by `!:` (Conventional Commits 1.0.0, section 13), as they stand.
pub(crate) fn breaking(notes: &str) -> Vec<String> {
    let notes = Lines::read(notes);
    let count = notes.lines.len();
    let (mut quotes, mut at) = (Vec::new(), 0);
    while at < count && quotes.len() < MOST {
        let end = match notes.heading(at) {
            Some(found) if says(found.text) || says_how(found.text) => {
                let is_end =
                    |index: &usize| notes.heading(*index).is_some_and(|next| next.level <= found.level);
                let end = (at + 1..count).find(is_end).unwrap_or(count);
                if !is_empty(notes.lines.get(at + 1..end).unwrap_or_default()) {
                    quotes.extend(quoted(&notes.lines, at, end));
                }
                end
            }
            Some(_) => at + 1,
            None => {
                let end = notes.paragraph_end(at);
                let text = notes.text(at, end);
                if says(&text) || is_breaking_commit(&text) {
                    let end = notes.item_end(at, end);
                    quotes.extend(quoted(&notes.lines, at, end));
                    end
                } else {
                    end
                }
            }
        };
        at = end;
    }
    quotes
}

/// The lines of notes, and what each is.
struct Lines<'t> {
    lines: Vec<&'t str>,
    is_code: Vec<bool>,
    headings: Vec<Option<Heading<'t>>>,
}

impl<'t> Lines<'t> {
    fn read(notes: &'t str) -> Self {
        let lines: Vec<&str> = notes.lines().collect();
        let mut fences = Fences::default();
        let is_code: Vec<bool> = lines.iter().map(|line| fences.is_code(line)).collect();
        let mut read = Self { lines, is_code, headings: Vec::new() };
        read.headings = (0..read.lines.len()).map(|index| read.read_heading(index)).collect();
        read
    }

    fn read_heading(&self, index: usize) -> Option<Heading<'t>> {
        if self.is_code(index) {
            return None;
        }
        let line = self.line(index);
        let is_alone =
            index.checked_sub(1).is_none_or(|before| self.is_blank(before) || self.is_code(before));
        let level =
            underline(self.line(index + 1)).filter(|_| is_alone && !self.is_blank(index) && !is_item(line));
        Heading::read(line).or_else(|| Some(Heading { level: level?, text: line.trim() }))
    }

    fn line(&self, index: usize) -> &'t str {
        self.lines.get(index).copied().unwrap_or_default()
    }

    fn is_code(&self, index: usize) -> bool {
        self.is_code.get(index).is_some_and(|is_code| *is_code)
    }

    fn is_blank(&self, index: usize) -> bool {
        self.line(index).trim().is_empty()
    }

    fn heading(&self, index: usize) -> Option<Heading<'t>> {
        self.headings.get(index).copied().flatten()
    }

    /// Where the paragraph or the item of a list that begins here ends, without the items below it.
    fn paragraph_end(&self, start: usize) -> usize {
        let is_end = |index: &usize| {
            let is_next = self.is_blank(*index) || is_item(self.line(*index));
            self.heading(*index).is_some() || !self.is_code(*index) && is_next
        };
        (start + 1..self.lines.len()).find(is_end).unwrap_or(self.lines.len())
    }

    /// Where the item of a list that begins here ends, with all that is written further in below it.
    fn item_end(&self, start: usize, paragraph_end: usize) -> usize {
        if !is_item(self.line(start)) {
            return paragraph_end;
        }
        let columns = indentation(self.line(start));
        let (mut end, mut is_open) = (paragraph_end, true);
        for index in paragraph_end..self.lines.len() {
            if self.is_blank(index) && !self.is_code(index) {
                is_open = false;
                continue;
            }
            let line = self.line(index);
            let is_below = indentation(line) > columns;
            let is_continued =
                is_open && (self.is_code(index) || !is_item(line) && self.heading(index).is_none());
            if !is_below && !is_continued {
                break;
            }
            (end, is_open) = (index + 1, true);
        }
        end
    }

    /// The text between two lines, without code.
    fn text(&self, start: usize, end: usize) -> String {
        let text = (start..end).filter(|index| !self.is_code(*index)).map(|index| self.line(index));
        text.collect::<Vec<_>>().join(" ")
    }
}

fn quoted(lines: &[&str], start: usize, end: usize) -> Option<String> {
    let mut quote = lines.get(start..end)?.join("\n").trim_matches('\n').trim_end().to_owned();
    cut(&mut quote, MAX_QUOTE);
    (!quote.is_empty()).then_some(quote)
}

/// Whether a section says nothing, or that there is nothing.
fn is_empty(lines: &[&str]) -> bool {
    let text = lines.join(" ");
    let text = text
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '*' | '-' | '_' | '='))
        .to_lowercase();
    let count = text.split_whitespace().count();
    let begins = |word: &str| text.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
    let is_one_sentence = !text.contains(". ") && count <= SHORT;
    EMPTY.contains(&&*text)
        || (begins("no") || begins("nothing")) && count <= 6
        || is_one_sentence && mentions(&text).next().is_some() && !says(&text)
}

/// The places at which a text in lower case speaks of what breaks.
fn mentions(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_at_word =
        |at: &usize| !text.get(..*at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric());
    WORDS.iter().flat_map(|word| text.match_indices(word)).map(|(at, _)| at).filter(is_at_word)
}

/// Whether a text speaks of what breaks, and does not deny it.
fn says(text: &str) -> bool {
    let text = text.to_lowercase();
    mentions(&text).any(|at| !is_denied(text.get(..at).unwrap_or_default()))
}

/// Whether a heading stands above what has to be done for an upgrade, and not above what was upgraded.
fn says_how(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let words = || heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_own = words().any(|word| UPGRADED.iter().any(|begin| word.starts_with(begin)));
    words().any(|word| UPGRADES.contains(&word)) && !is_own && !is_denied_anywhere(&heading)
}

fn is_denied_anywhere(heading: &str) -> bool {
    UPGRADES
        .iter()
        .flat_map(|word| heading.match_indices(word))
        .any(|(at, _)| is_denied(heading.get(..at).unwrap_or_default()))
}

/// Whether the words before one, in its sentence, deny it.
fn is_denied(before: &str) -> bool {
    let sentence = near(before).rsplit(['.', ':', ';', '!', '?']).next().unwrap_or_default();
    let words = sentence
        .rsplit(|c: char| c.is_whitespace() || c == '-')
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty());
    let is_denial =
        |word: &str| DENIALS.contains(&word) || word.ends_with("n't") || word.ends_with("n\u{2019}t");
    words.take(MOST_BEFORE).find(|word| !BETWEEN.contains(word)).is_some_and(is_denial)
}

/// The end of a text, so that a long one is not gone through for each of many places.
fn near(before: &str) -> &str {
    let start = before.len().saturating_sub(NEAR);
    (start..=before.len()).find_map(|start| before.get(start..)).unwrap_or_default()
}

/// Whether a text is a commit that is marked as breaking: `feat!: …`, `fix(api)!: …`.
fn is_breaking_commit(text: &str) -> bool {
    text.match_indices("!:").any(|(at, _)| {
        let word = near(text.get(..at).unwrap_or_default())
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
        let cases: [(&str, &[&str]); 43] = [
            ("## Upgrading\n\nRun it.", &["## Upgrading\n\nRun it."]),
            ("### How to upgrade\n\nStop first.", &["### How to upgrade\n\nStop first."]),
            ("## Upgrade\nText", &["## Upgrade\nText"]),
            ("## Update instructions\nText", &["## Update instructions\nText"]),
            ("## Dependency upgrades\n- a", &[]),
            ("## Upgrade dependencies\n- a", &[]),
            ("### Upgrades\n- a", &[]),
            (
                "Breaking changes\n----------------\n\n- a\n\nFixes\n=====\n- b",
                &["Breaking changes\n----------------\n\n- a"],
            ),
            ("Breaking changes\n===\n\nNone.\n", &[]),
            (
                "- **Breaking:** the port moved\n  - set PORT\n\n    twice\n  - restart\n- other",
                &["- **Breaking:** the port moved\n  - set PORT\n\n    twice\n  - restart"],
            ),
            (
                "* SECURITY\n  * a\n* BREAKING\n  * Remove x\n* ENHANCEMENTS\n  * y",
                &["* BREAKING\n  * Remove x"],
            ),
            ("- a\n  - deprecated b\n  - c", &["  - deprecated b"]),
            (
                "- breaking: run\n  ```\n  a\n\n  b\n  ```\n- c",
                &["- breaking: run\n  ```\n  a\n\n  b\n  ```"],
            ),
            ("## Breaking changes\n\nThere are no breaking changes in this release.", &[]),
            ("This release does not contain breaking changes", &[]),
            ("There aren't any breaking changes.", &[]),
            ("Small fixes (no breaking changes).", &[]),
            ("No breaking changes, no deprecations. Nothing to migrate.", &[]),
            ("No breaking changes or deprecations.", &[]),
            ("Not a fix: a breaking change", &["Not a fix: a breaking change"]),
            ("<!--\n## Breaking changes\n- a\n-->\nText", &[]),
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
