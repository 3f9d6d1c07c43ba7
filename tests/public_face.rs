//! Lists the public items, fields, variants and methods of the crate as the source declares them, so that every change
//! is seen. `UPDATE=1 cargo test --test public_face` writes the listing anew.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops where it cannot be set up")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const LISTING: &str = "tests/data/public-face.txt";

/// The source of a file without its tests.
fn source(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

/// All files of the crate that are not the binding's.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        match path.is_dir() {
            true if name != "binding" && !name.ends_with("_tests") => files(&path, found),
            false if name.ends_with(".rs") && !name.ends_with("_tests.rs") && name != "fuzzing.rs" => {
                found.push(path)
            }
            _ => {}
        }
    }
}

/// The names that a source re-exports.
fn exported(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in text.split("pub use ").skip(1) {
        let tree = statement.split(';').next().unwrap_or_default();
        for part in tree.split([',', '{', '}']) {
            let name = part.trim().rsplit("::").next().unwrap_or_default().trim();
            if name.starts_with(|c: char| c.is_ascii_uppercase()) || !name.is_empty() && !part.contains("::")
            {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The files of public modules, found through their `pub mod` declarations.
fn open_files(folder: &Path, file: &Path, found: &mut Vec<PathBuf>) {
    found.push(file.to_owned());
    for line in source(file).lines() {
        let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) else {
            continue;
        };
        let (plain, nested) = (folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs"));
        match (plain.exists(), nested.exists()) {
            (true, _) => open_files(&folder.join(name), &plain, found),
            (false, true) => open_files(&folder.join(name), &nested, found),
            (false, false) => {}
        }
    }
}

/// A declaration, from its first line to the beginning of its body.
fn declaration(lines: &[&str], start: usize) -> String {
    let mut text = String::new();
    for line in &lines[start..] {
        text.push_str(line.trim());
        text.push(' ');
        if line.ends_with(['{', ';', ',']) && !line.trim_end().ends_with("(,") && balanced(&text) {
            break;
        }
    }
    let text = text.split(" where ").next().unwrap_or_default().to_owned();
    text.trim().trim_end_matches(['{', ';', ',', ' ']).split(" = ").next().unwrap_or_default().to_owned()
}

fn balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

/// The declarations of a file: top-level items, and the fields, variants and methods of types.
fn declarations(text: &str, is_shown: impl Fn(&str) -> bool, found: &mut BTreeSet<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut within: Option<(String, bool)> = None;
    for (number, line) in lines.iter().enumerate() {
        if *line == "}" {
            within = None;
        }
        if let Some(rest) = line.strip_prefix("pub ") {
            let words: Vec<&str> = rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let kind = words
                .iter()
                .position(|word| ["struct", "enum", "trait", "fn", "const", "type"].contains(word));
            if let Some(name) = kind.and_then(|kind| words.get(kind + 1)).filter(|name| is_shown(name)) {
                found.insert(declaration(&lines, number).replacen("pub ", "", 1));
                within = line.ends_with('{').then(|| ((*name).to_owned(), rest.starts_with("enum")));
            }
        } else if line.starts_with("impl") && line.ends_with('{') && !line.contains(" for ") {
            let head = line.trim_start_matches("impl").trim_start_matches(|c| c != ' ' && c != '>');
            let name: String = head
                .trim_start_matches(['>', ' '])
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            within = is_shown(&name).then_some((name, false));
        } else if let Some((name, is_enum)) = &within
            && let Some(member) = line.strip_prefix("    ").filter(|member| !member.starts_with(' '))
        {
            let is_variant = *is_enum && member.starts_with(|c: char| c.is_ascii_uppercase());
            if member.starts_with("pub ") || is_variant {
                let text = declaration(&lines, number);
                found.insert(format!("{name}: {}", text.trim_start_matches("pub ")));
            }
        }
    }
}

#[test]
fn a_change_of_the_public_face_is_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let src = root.join("src");
    let mut open = Vec::new();
    open_files(&src, &src.join("lib.rs"), &mut open);
    let names: BTreeSet<String> = open.iter().flat_map(|file| exported(&source(file))).collect();
    let mut all = Vec::new();
    files(&src, &mut all);
    let mut found = BTreeSet::new();
    for file in &all {
        let is_open = open.contains(file);
        declarations(&source(file), |name| is_open || names.contains(name), &mut found);
    }
    let listing = found.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    let path = root.join(LISTING);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &listing).expect("a file that can be written");
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (recorded, listing) = (lines(&recorded), lines(&listing));
    let gone: Vec<_> = recorded.difference(&listing).collect();
    let new: Vec<_> = listing.difference(&recorded).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew: {new:#?}\nUPDATE=1 writes {LISTING} anew"
    );
}
