//! Validates arguments and options from JavaScript.

use std::cell::RefCell;

use napi::{
    Env, JsDate, ValueType,
    bindgen_prelude::{Array, FromNapiValue, JsObjectValue, JsValue, Object, Unknown},
};

use crate::binding::output::{error::thrown, panic::caught};
use crate::error::Error;

/// A value with the name by which its caller knows it, such as `hostArch` or `options.timeoutMs`.
pub(crate) struct Argument<'env> {
    name: String,
    value: Unknown<'env>,
}

/// The reason to refuse a value: an error of ours, or an exception that the caller's own code threw while it was read.
pub(crate) enum Complaint {
    Ours(Error),
    Theirs(napi::Error),
}

pub(crate) type Checked<T> = std::result::Result<T, Complaint>;

impl From<napi::Error> for Complaint {
    fn from(error: napi::Error) -> Self {
        Self::Theirs(error)
    }
}

impl From<Error> for Complaint {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Runs the synchronous part of a call, and throws its complaint if there is one.
pub(crate) fn checked<T>(env: &Env, work: impl FnOnce() -> Checked<T>) -> napi::Result<T> {
    caught(work).unwrap_or_else(|panic| Err(panic.into())).map_err(|complaint| match complaint {
        Complaint::Ours(error) => thrown(env, &error),
        Complaint::Theirs(error) => error,
    })
}

impl<'env> Argument<'env> {
    pub(crate) fn new(name: impl Into<String>, value: Unknown<'env>) -> Self {
        Self { name: name.into(), value }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn value(&self) -> Unknown<'env> {
        self.value
    }

    fn wrong<T>(&self, expected: &str) -> Checked<T> {
        Err(Error::invalid_argument(format!("{} must be {expected}", self.name)).into())
    }

    fn is(&self, expected: ValueType) -> Checked<bool> {
        Ok(self.value.get_type()? == expected)
    }

    /// Returns `None` for `undefined` and `null`, which stand for an argument that was left out.
    pub(crate) fn optional(self) -> Checked<Option<Self>> {
        Ok(match self.value.get_type()? {
            ValueType::Undefined | ValueType::Null => None,
            _ => Some(self),
        })
    }

    pub(crate) fn string(&self) -> Checked<String> {
        if !self.is(ValueType::String)? {
            return self.wrong("a string");
        }
        Ok(String::from_unknown(self.value)?)
    }

    pub(crate) fn boolean(&self) -> Checked<bool> {
        if !self.is(ValueType::Boolean)? {
            return self.wrong("true or false");
        }
        Ok(bool::from_unknown(self.value)?)
    }

    pub(crate) fn number(&self) -> Checked<f64> {
        if !self.is(ValueType::Number)? {
            return self.wrong("a number");
        }
        Ok(f64::from_unknown(self.value)?)
    }

    /// Returns the value of one of several words.
    pub(crate) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Checked<T> {
        let word = self.is(ValueType::String)?.then(|| self.string()).transpose()?;
        match words.iter().find(|(known, _)| Some(*known) == word.as_deref()) {
            Some((_, meaning)) => Ok(*meaning),
            None => {
                let known: Vec<String> = words.iter().map(|(known, _)| format!("{known:?}")).collect();
                self.wrong(&format!("one of {}", known.join(", ")))
            }
        }
    }

    /// Returns the milliseconds since 1970 of a `Date`, and NaN for an invalid one.
    pub(crate) fn date(&self) -> Checked<f64> {
        Ok(JsDate::from_unknown(self.value)?.value_of()?)
    }

    /// Returns a whole number from `least` to `most`.
    pub(crate) fn integer(&self, least: u32, most: u32) -> Checked<u32> {
        let expected = format!("a whole number from {least} to {most}");
        if !self.is(ValueType::Number)? {
            return self.wrong(&expected);
        }
        let number = f64::from_unknown(self.value)?;
        if number.fract() != 0.0 || !(f64::from(least)..=f64::from(most)).contains(&number) {
            return self.wrong(&expected);
        }
        Ok(number as u32)
    }

    pub(crate) fn strings(&self) -> Checked<Vec<String>> {
        if !self.is(ValueType::Object)? || !self.value.is_array()? {
            return self.wrong("an array of strings");
        }
        let array = Array::from_unknown(self.value)?;
        let mut strings = Vec::with_capacity(array.len() as usize);
        for index in 0..array.len() {
            match array.get::<Unknown>(index)? {
                Some(item) if item.get_type()? == ValueType::String => {
                    strings.push(String::from_unknown(item)?)
                }
                _ => return self.wrong("an array of strings"),
            }
        }
        Ok(strings)
    }

    pub(crate) fn array(&self) -> Checked<Array<'env>> {
        if !self.is(ValueType::Object)? || !self.value.is_array()? {
            return self.wrong("an array");
        }
        Ok(Array::from_unknown(self.value)?)
    }

    pub(crate) fn is_string(&self) -> Checked<bool> {
        self.is(ValueType::String)
    }

    pub(crate) fn is_function(&self) -> Checked<bool> {
        self.is(ValueType::Function)
    }

    pub(crate) fn object(&self) -> Checked<Fields<'env>> {
        self.object_like("an object")
    }

    /// Returns the fields of an object. A complaint describes the object as `expected`.
    pub(crate) fn object_like(&self, expected: &str) -> Checked<Fields<'env>> {
        if !self.is(ValueType::Object)? || self.value.is_array()? {
            return self.wrong(expected);
        }
        let object = Object::from_unknown(self.value)?;
        Ok(Fields { name: self.name.clone(), object, known: RefCell::default() })
    }

    pub(crate) fn invalid(&self, expected: &str) -> Complaint {
        Error::invalid_argument(format!("{} must be {expected}", self.name)).into()
    }
}

/// The fields of an object. Every field that is read becomes one that may be there.
pub(crate) struct Fields<'env> {
    name: String,
    object: Object<'env>,
    known: RefCell<Vec<String>>,
}

impl<'env> Fields<'env> {
    /// Refuses any key that was not read: a misspelt option must not be ignored in silence.
    pub(crate) fn no_others(&self) -> Checked<()> {
        let known = self.known.borrow();
        match self.keys()?.iter().find(|key| !known.contains(key)) {
            None => Ok(()),
            Some(key) => {
                let known = known.join(", ");
                let message = format!("{} has an unknown key {key:?}; the known ones are {known}", self.name);
                Err(Error::invalid_argument(message).into())
            }
        }
    }

    /// Allows a field that is read elsewhere.
    pub(crate) fn may_have(&self, key: &str) {
        self.known.borrow_mut().push(key.to_owned());
    }

    pub(crate) fn keys(&self) -> Checked<Vec<String>> {
        Ok(Object::keys(&self.object)?)
    }

    /// Returns a field that may be left out.
    pub(crate) fn get(&self, key: &str) -> Checked<Option<Argument<'env>>> {
        self.required(key)?.optional()
    }

    /// Returns a field, `undefined` if it is missing.
    pub(crate) fn required(&self, key: &str) -> Checked<Argument<'env>> {
        self.known.borrow_mut().push(key.to_owned());
        let value = self.object.get_named_property::<Unknown>(key)?;
        Ok(Argument::new(format!("{}.{key}", self.name), value))
    }

    /// Returns a field whose key is data. Its name is `name["key"]`.
    pub(crate) fn entry(&self, key: &str) -> Checked<Argument<'env>> {
        let value = self.object.get_named_property::<Unknown>(key)?;
        Ok(Argument::new(format!("{}[{key:?}]", self.name), value))
    }
}
