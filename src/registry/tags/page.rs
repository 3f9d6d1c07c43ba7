//! Parses one page of a tag list. Pure.
//!
//! The answer is an object with a list `tags` (OCI distribution specification, "Listing Tags"). Distribution writes
//! `null` for an empty list. An object without `tags` is no tag list, whatever its status is. An entry that is no tag
//! by the grammar is left out, so that one odd entry does not hide an image's updates.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::list::TagList;
use crate::image::reference::is_tag;

/// A page of tags.
#[derive(Debug, Default)]
pub(crate) struct TagPage {
    /// The entries that are tags, in the order of the registry.
    pub(crate) tags: TagList,
    /// Number of entries that are no tags.
    pub(crate) left_out: usize,
    /// Bytes of all entries.
    pub(crate) bytes: usize,
}

/// The bounds of a page: what the pages before it have left of the list's bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) tags: usize,
    pub(crate) bytes: usize,
}

/// Why a body is no page of tags.
#[derive(Debug)]
pub(crate) enum PageFault {
    TooManyTags,
    TooManyBytes,
    /// It is not JSON, or JSON of another shape.
    Json(serde_json::Error),
    /// It is an object without a list of tags.
    NoTags,
}

impl TagPage {
    /// Parses a page within its bounds.
    pub(crate) fn read(body: &[u8], room: Room) -> Result<Self, PageFault> {
        let mut reading =
            Reading { page: Self::default(), room, full: None, has_tags: false, has_errors: false };
        let mut json = serde_json::Deserializer::from_slice(body);
        let outcome = json.deserialize_map(&mut reading).and_then(|()| json.end());
        if let Some(full) = reading.full {
            return Err(full);
        }
        outcome.map_err(PageFault::Json)?;
        let is_error = reading.has_errors && reading.page.count() == 0;
        if reading.has_tags && !is_error { Ok(reading.page) } else { Err(PageFault::NoTags) }
    }

    /// Returns the number of all entries.
    pub(crate) fn count(&self) -> usize {
        self.tags.len() + self.left_out
    }
}

struct Reading {
    page: TagPage,
    room: Room,
    full: Option<PageFault>,
    has_tags: bool,
    has_errors: bool,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Field {
    Tags,
    Errors,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for &mut Reading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with tags")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key()? {
            match field {
                Field::Tags if self.has_tags => return Err(A::Error::duplicate_field("tags")),
                Field::Tags => {
                    self.has_tags = true;
                    map.next_value_seed(Entries(self))?;
                }
                Field::Errors => {
                    self.has_errors |= map
                        .next_value::<serde_json::Value>()?
                        .as_array()
                        .is_some_and(|errors| !errors.is_empty())
                }
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the list of tags, or `null`.
struct Entries<'a>(&'a mut Reading);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of tags")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Entry(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads one entry, which must be a string.
struct Entry<'a>(&'a mut Reading);

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tag")
    }

    fn visit_str<E: serde::de::Error>(self, tag: &str) -> Result<(), E> {
        let Reading { page, room, full, .. } = self.0;
        page.bytes = page.bytes.saturating_add(tag.len());
        let fault = match () {
            () if page.bytes > room.bytes => PageFault::TooManyBytes,
            () if page.count() >= room.tags => PageFault::TooManyTags,
            () => {
                if is_tag(tag) {
                    page.tags.push(tag)
                } else {
                    page.left_out += 1
                }
                return Ok(());
            }
        };
        *full = Some(fault);
        Err(E::custom("a list beyond its bounds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { tags: 4, bytes: 100 };

    fn tags(body: &str) -> Result<Vec<String>, PageFault> {
        TagPage::read(body.as_bytes(), ROOM).map(|page| page.tags.iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_page_says_which_tags_there_are() {
        let cases: [(&str, &[&str]); 6] = [
            (r#"{"name":"a/b","tags":["1.0","1.1"]}"#, &["1.0", "1.1"]),
            (r#"{"tags":["1\u002e0"],"next":{"a":[1]}}"#, &["1.0"]),
            (r#"{"tags":null}"#, &[]),
            (r#"{"tags":[]}"#, &[]),
            (r#"{"errors":[],"tags":[]}"#, &[]),
            (r#"{"errors":[{"code":"x"}],"tags":["1.0"]}"#, &["1.0"]),
        ];
        for (body, expected) in cases {
            assert_eq!(tags(body).expect(body), expected, "{body}");
        }
    }

    #[test]
    fn what_does_not_say_it_is_no_page() {
        for body in [
            "{}",
            r#"{"name":"a/b"}"#,
            r#"{"message":"x"}"#,
            r#"{"errors":[{"code":"DENIED"}]}"#,
            r#"{"errors":[{"code":"DENIED"}],"tags":null}"#,
        ] {
            assert!(matches!(tags(body), Err(PageFault::NoTags)), "{body}");
        }
        for body in [
            "",
            "<html>",
            "null",
            "7",
            r#"[["1.0.1"]]"#,
            r#"["1.0.1"]"#,
            r#"{"tags":["1.0",2]}"#,
            r#"{"tags":[null]}"#,
            r#"{"tags":[["1.0"]]}"#,
            r#"{"tags":"1.0"}"#,
            r#"{"tags":{}}"#,
            r#"{"tags":["1.0"],"tags":["1.1"]}"#,
            r#"{"tags":["1.0"]} {}"#,
        ] {
            assert!(matches!(tags(body), Err(PageFault::Json(_))), "{body}");
        }
    }

    #[test]
    fn what_is_no_tag_is_left_out_and_counted() {
        let body = format!(r#"{{"tags":["1.0","","é","-x"],"x":"{}"}}"#, "y".repeat(200));
        let page = TagPage::read(body.as_bytes(), ROOM).expect("a page");
        assert_eq!((page.tags.len(), page.left_out, page.count(), page.bytes), (1, 3, 4, 7));
    }

    #[test]
    fn a_page_is_not_read_beyond_its_room() {
        assert!(matches!(tags(r#"{"tags":["1","2","3","4","5""#), Err(PageFault::TooManyTags)));
        let long = format!(r#"{{"tags":["{}","{}""#, "a".repeat(60), "b".repeat(60));
        assert!(matches!(tags(&long), Err(PageFault::TooManyBytes)));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = TagPage::read(&body, ROOM);
        }
    }
}
