//! Finds where the version begins in the tag of a release, and whose version it is by the text before it.

/// Words before a version that name no part of a project.
const GENERAL: [&str; 7] = ["jdk", "rel", "release", "releases", "v", "ver", "version"];
/// Words that name the image among what is made of the program.
const IMAGES: [&str; 4] = ["container", "docker", "image", "oci"];
/// Words that name something else that is made of the program, with versions of its own.
const OTHERS: [&str; 8] = ["chart", "charts", "cli", "client", "docs", "helm", "plugin", "sdk"];
/// Words that name no part where all releases have them.
const CHANNELS: [&str; 1] = ["stable"];
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
    /// It says that this is an image.
    Image,
    /// It names the image, as charts of that name do as well.
    Name,
    /// It is the same in all releases.
    Shared,
}

/// Which releases have one prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Not all.
    Few,
    /// All of the list, which has further pages.
    Seen,
    /// All.
    All,
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

    /// What it says about an image of this name, whose repository has the name `project`; `None` if it names another part.
    pub(super) fn standing(&self, name: &str, project: &str, sharing: Sharing) -> Option<Standing> {
        if self.is_bare() {
            return Some(Standing::Bare);
        }
        // A name may be one of the general words.
        if self.names(name) {
            let is_package = self.written.ends_with(['/', '@', 'v', 'V']);
            return Some(if is_package { Standing::Package } else { Standing::Name });
        }
        if self.words.iter().all(|word| IMAGES.contains(&word.as_str())) {
            return Some(Standing::Image);
        }
        let is_the_projects = match sharing {
            Sharing::Few => false,
            // What follows may belong to other parts.
            Sharing::Seen => self.names(project) || self.is_mark(),
            Sharing::All => true,
        };
        (is_the_projects && !self.is_of_another_kind(name)).then_some(Standing::Shared)
    }

    /// Whether it says that the release is something else than the image of this name, such as a chart.
    pub(super) fn is_of_another_kind(&self, name: &str) -> bool {
        let own: Vec<String> = words(&name.to_ascii_lowercase()).collect();
        self.words.iter().any(|word| OTHERS.contains(&word.as_str()) && !own.contains(word))
    }

    fn names(&self, name: &str) -> bool {
        let name: Vec<String> = words(&name.to_ascii_lowercase()).collect();
        let without_scope =
            if self.has_scope { self.words.get(1..).unwrap_or_default() } else { &self.words };
        !name.is_empty() && (name == self.words || name == without_scope)
    }

    /// Whether it is a mark of versions, as in `b3121` and `go1.22.5`, or a channel.
    fn is_mark(&self) -> bool {
        let is_glued = self.written.ends_with(|c: char| c.is_ascii_alphabetic());
        let [word] = self.words.as_slice() else { return false };
        is_glued && word.len() <= 2 || CHANNELS.contains(&word.as_str())
    }

    /// The prefix that the image of this name has, if its part is tagged as the one that this prefix names.
    pub(super) fn with_name(&self, name: &str) -> String {
        let part = self.written.trim_end_matches(['v', 'V']);
        let mark = self.written.get(part.len()..).unwrap_or_default();
        // The module in the root of a repository has no folder before its version (Go, "Mapping versions to commits").
        if !self.has_scope && self.written.contains('/')
            || self.words.iter().any(|word| OTHERS.contains(&word.as_str()))
        {
            return mark.to_owned();
        }
        let Some(separator) = part.chars().last().filter(|c| SEPARATORS.contains(c)) else {
            return mark.to_owned();
        };
        let scope = part.split_once('/').filter(|_| self.has_scope).map(|(scope, _)| format!("{scope}/"));
        format!("{}{name}{separator}{mark}", scope.unwrap_or_default())
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
