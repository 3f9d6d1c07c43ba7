//! Finds where the version begins in the tag of a release, and whose version it is by the text before it.

/// Words before a version that name no part of a project.
const GENERAL: [&str; 7] = ["jdk", "rel", "release", "releases", "v", "ver", "version"];
/// Words that name a packaging of the program for Kubernetes, which has versions of its own.
const CHARTS: [&str; 3] = ["chart", "charts", "helm"];
/// What separates words.
const SEPARATORS: [char; 6] = ['-', '_', '/', '@', '.', ' '];

/// The text before a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prefix {
    /// As the tag writes it.
    pub(crate) written: String,
    /// Its words in lower case, without those that name no part.
    words: Vec<String>,
    /// Whether it begins with a scope, as in `@scope/name@`.
    has_scope: bool,
}

/// What a prefix says about the image, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It names the image, as a package of a repository.
    Package,
    /// It names nothing.
    Bare,
    /// It names the image, as charts of that name do as well.
    Name,
    /// It is the same in all releases.
    Shared,
}

impl Prefix {
    /// Reads the text before a version.
    pub(crate) fn read(written: &str) -> Self {
        let lower = written.to_ascii_lowercase();
        Self {
            has_scope: lower.starts_with('@'),
            words: words(&lower).filter(|word| !GENERAL.contains(&word.as_str())).collect(),
            written: written.to_owned(),
        }
    }

    /// Whether two prefixes name the same part.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.words == other.words
    }

    /// Whether it names no part.
    pub(crate) fn is_bare(&self) -> bool {
        self.words.is_empty()
    }

    /// What it says about an image of this name; `None` if it names another part. `is_shared` says that all releases have it.
    pub(crate) fn standing(&self, name: &str, is_shared: bool) -> Option<Standing> {
        if self.is_bare() {
            return Some(Standing::Bare);
        }
        let name: Vec<String> = words(&name.to_ascii_lowercase()).collect();
        let without_scope =
            if self.has_scope { self.words.get(1..).unwrap_or_default() } else { &self.words };
        // A name may be one of the general words.
        let is_named = name == self.words || name == without_scope;
        if is_named {
            let is_package = self.written.ends_with(['/', '@', 'v', 'V']);
            return Some(if is_package { Standing::Package } else { Standing::Name });
        }
        let is_chart = |word: &String| CHARTS.contains(&word.as_str()) && !name.contains(word);
        (is_shared && !self.words.iter().any(is_chart)).then_some(Standing::Shared)
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(SEPARATORS).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Where the version begins in the tag of a release, for an image of this name; `None` if the tag has no digits.
pub(crate) fn version_start(tag: &str, name: &str) -> Option<usize> {
    let scoped = |at: usize| starts_with_version(tag.get(at..)?).map(|digits| at + digits);
    if let Some(start) = tag.rfind('@').filter(|at| *at > 0).and_then(|at| scoped(at + 1)) {
        return Some(start);
    }
    // A name may have digits of its own.
    let after_name = tag.to_ascii_lowercase().find(&name.to_ascii_lowercase()).map(|at| at + name.len());
    let after_name = after_name
        .filter(|at| !name.is_empty() && tag.get(*at..).is_some_and(|rest| rest.starts_with(SEPARATORS)));
    let after_path = tag.rfind('/').map(|at| at + 1).filter(|at| tag.get(*at..).is_some_and(has_digit));
    let from = after_name.filter(|at| tag.get(*at..).is_some_and(has_digit)).max(after_path).unwrap_or(0);
    let rest = tag.get(from..)?;
    let runs = || digit_runs(rest);
    let dotted = runs().find(|run| run.is_at_word && run.has_more('.', rest));
    let joined = || runs().find(|run| run.is_at_word && run.has_more('_', rest));
    let alone = || runs().find(|run| run.is_alone);
    dotted.or_else(joined).or_else(alone).or_else(|| runs().next()).map(|run| from + run.start)
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Where the digits begin in a text that is a version, with or without a `v`.
fn starts_with_version(text: &str) -> Option<usize> {
    let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
    bare.starts_with(|c: char| c.is_ascii_digit()).then(|| text.len() - bare.len())
}

/// A run of digits.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    /// Whether nothing but letters stands between it and the separator before it.
    is_at_word: bool,
    /// Whether at most a `v` stands there.
    is_alone: bool,
}

impl Run {
    /// Whether this separator and another run follow.
    fn has_more(&self, separator: char, text: &str) -> bool {
        let behind = text.get(self.end..).and_then(|behind| behind.strip_prefix(separator));
        behind.is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
    }
}

fn digit_runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let (mut at, mut word, mut is_word_of_letters) = (0, 0, true);
    std::iter::from_fn(move || {
        loop {
            let first = text.get(at..)?.chars().next()?;
            if first.is_ascii_digit() {
                let rest = text.get(at..)?;
                let end = at + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let before = text.get(word..at)?;
                let is_alone = before.is_empty() || before.eq_ignore_ascii_case("v");
                let run = Run { start: at, end, is_at_word: is_word_of_letters, is_alone };
                at = end;
                is_word_of_letters = false;
                return Some(run);
            }
            at += first.len_utf8();
            if SEPARATORS.contains(&first) || first == '+' {
                word = at;
                is_word_of_letters = true;
            }
        }
    })
}
