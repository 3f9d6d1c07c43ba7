//! JSON of other programs. An object must be an object, a list ends at its bound, and unread parts take no memory.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// The words by which the error of a list that is too long is recognised.
pub(crate) const TOO_MANY_ENTRIES: &str = "more entries than";

/// A value that stands in JSON as an object. Serde alone also accepts a list, and takes its items for the fields in
/// their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// A list of at most `MAX` values. A longer one is refused at the first value beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AtMost<T, const MAX: usize>(pub(crate) Vec<T>);

impl<T, const MAX: usize> Default for AtMost<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for AtMost<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Bounded { max: MAX, item: PhantomData }.deserialize(deserializer).map(Self)
    }
}

/// Reads a list of at most `max` values.
pub(crate) struct Bounded<T> {
    pub(crate) max: usize,
    pub(crate) item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Bounded<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Bounded<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            if values.len() >= self.max {
                return Err(A::Error::custom(format_args!("{TOO_MANY_ENTRIES} {}", self.max)));
            }
            values.push(value);
        }
        Ok(values)
    }
}

/// A value of any kind. Only a text or a number is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// `null`.
    Null,
    /// Anything else.
    Other,
}

impl Scalar {
    /// Returns the text, unless it is empty.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(text))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "numbers past 2^53 are of no interest")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "numbers past 2^53 are of no interest")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number as f64))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Scalar, E> {
                Ok(Scalar::Other)
            }

            fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
                Ok(Scalar::Null)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Named {
        name: String,
    }

    #[test]
    fn a_list_is_no_object() {
        let read = serde_json::from_str::<Vec<Object<Named>>>;
        assert_eq!(read(r#"[{"name":"a","more":[]}]"#).expect("objects").len(), 1);
        for list in [r#"[["a"]]"#, r#"["a"]"#, "[null]", "[7]"] {
            assert!(read(list).is_err(), "{list}");
        }
    }

    #[test]
    fn a_list_ends_at_its_bound() {
        let read = serde_json::from_str::<AtMost<u8, 2>>;
        assert_eq!(read("[1,2]").expect("a list").0, [1, 2]);
        assert!(read("[1,2,3]").expect_err("too long").to_string().contains("more entries than 2"));
        assert!(read("{}").is_err() && read("null").is_err());
    }

    #[test]
    fn of_anything_a_text_and_a_number_are_kept() {
        let read = |text| serde_json::from_str::<Scalar>(text).expect(text);
        assert_eq!(read(r#""a\n""#), Scalar::Text("a\n".to_owned()));
        assert_eq!(
            (read("7"), read("-7"), read("0.5")),
            (Scalar::Number(7.0), Scalar::Number(-7.0), Scalar::Number(0.5))
        );
        assert_eq!(
            (read("null"), read("true"), read("[[1]]"), read(r#"{"a":{}}"#)),
            (Scalar::Null, Scalar::Other, Scalar::Other, Scalar::Other)
        );
    }
}
