//! Python objects as JSON text: exact, and with the place of whatever JSON cannot say.
//!
//! The standard encoder would write `NaN`, refuse decimals and name no place.

use std::fmt::Write as _;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::decimal::decimal_type;
use crate::enter::refused;
use crate::instant;

/// Deeper than any document; a list that contains itself ends here.
const MAX_DEPTH: usize = 120;

/// The JSON text of dicts, lists, tuples, texts, numbers, decimals, datetimes, booleans and None. Places begin with that of the
/// value.
pub(crate) fn json(value: &Bound<'_, PyAny>, place: &str) -> PyResult<String> {
    let path = place.split('/').skip(1).map(str::to_owned).collect();
    let mut encoder = Encoder { text: String::new(), path };
    encoder.value(value)?;
    Ok(encoder.text)
}

/// The JSON text of one element of a list, so that places begin with its number. It has to be a mapping.
pub(crate) fn item(value: &Bound<'_, PyAny>, at: usize) -> PyResult<String> {
    let mut encoder = Encoder { text: String::new(), path: vec![at.to_string()] };
    if value.cast::<PyMapping>().is_err() {
        let message = format!("an item of evidence is a dict, not a {}", value.get_type().name()?);
        return Err(encoder.refuse(value.py(), "invalid-value", &message));
    }
    encoder.value(value)?;
    Ok(encoder.text)
}

struct Encoder {
    text: String,
    /// The steps to the value at hand.
    path: Vec<String>,
}

impl Encoder {
    fn value(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = value.py();
        if self.path.len() > MAX_DEPTH {
            return Err(self.refuse(py, "limit-exceeded", "this nests too deeply, or contains itself"));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return self.string(text);
        }
        if let Ok(boolean) = value.cast::<PyBool>() {
            self.text.push_str(if boolean.is_true() { "true" } else { "false" });
            return Ok(());
        }
        if value.is_none() {
            self.text.push_str("null");
            return Ok(());
        }
        if let Ok(number) = value.cast::<PyFloat>() {
            return self.float(number);
        }
        if let Ok(number) = value.cast::<PyInt>() {
            return self.int(number);
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            return self.object(dict.iter().map(Ok));
        }
        if let Ok(list) = value.cast::<PyList>() {
            return self.list(list.iter());
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return self.list(tuple.iter());
        }
        self.rarer(value)
    }

    fn rarer(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = value.py();
        if value.is_instance(decimal_type(py)?)? {
            if !value.call_method0("is_finite")?.is_truthy()? {
                return Err(self.not_a_number(value));
            }
            // Python writes decimals as JSON writes numbers, exponents included
            self.text.push_str(value.str()?.to_str()?);
            return Ok(());
        }
        if value.cast::<PyDateTime>().is_ok() {
            let instant = instant::of_datetime(value, &self.place())?;
            let _ = write!(self.text, "\"{instant}\"");
            return Ok(());
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            let items = mapping.items()?;
            return self.object(items.iter().map(|item| item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()));
        }
        // scalars of array libraries have a shape without dimensions, and know their own Python form
        if value.getattr("shape").is_ok_and(|shape| shape.len().is_ok_and(|dimensions| dimensions == 0)) {
            let plain = value.call_method0("item")?;
            if !plain.hasattr("shape")? {
                return self.value(&plain);
            }
        }
        let kind = value.get_type().name()?;
        Err(self.refuse(py, "invalid-value", &format!("a {kind} has no form in JSON")))
    }

    fn object<'py>(
        &mut self,
        items: impl Iterator<Item = PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)>>,
    ) -> PyResult<()> {
        self.text.push('{');
        for (at, item) in items.enumerate() {
            let (key, value) = item?;
            if at > 0 {
                self.text.push(',');
            }
            let Ok(name) = key.cast::<PyString>() else {
                let message = format!("the key {} is not a text", key.repr()?);
                return Err(self.refuse(key.py(), "invalid-value", &message));
            };
            self.string(name)?;
            self.text.push(':');
            self.path.push(name.to_str()?.replace('~', "~0").replace('/', "~1"));
            self.value(&value)?;
            self.path.pop();
        }
        self.text.push('}');
        Ok(())
    }

    fn list<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> PyResult<()> {
        self.text.push('[');
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.path.push(at.to_string());
            self.value(&item)?;
            self.path.pop();
        }
        self.text.push(']');
        Ok(())
    }

    fn string(&mut self, text: &Bound<'_, PyString>) -> PyResult<()> {
        let Ok(text) = text.to_str() else {
            return Err(self.refuse(
                text.py(),
                "invalid-value",
                "this text has a lone surrogate, which is not Unicode",
            ));
        };
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                control if control < ' ' => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(control));
                }
                plain => self.text.push(plain),
            }
        }
        self.text.push('"');
        Ok(())
    }

    fn float(&mut self, number: &Bound<'_, PyFloat>) -> PyResult<()> {
        if !number.value().is_finite() {
            return Err(self.not_a_number(number));
        }
        // the shortest text that reads back as the same number
        let _ = write!(self.text, "{:?}", number.value());
        Ok(())
    }

    fn int(&mut self, number: &Bound<'_, PyInt>) -> PyResult<()> {
        if let Ok(small) = number.extract::<i64>() {
            let _ = write!(self.text, "{small}");
            return Ok(());
        }
        // Python refuses to write thousands of digits, which takes quadratic time
        let Ok(digits) = number.str() else {
            return Err(self.refuse(number.py(), "limit-exceeded", "this whole number has too many digits"));
        };
        self.text.push_str(digits.to_str()?);
        Ok(())
    }

    fn not_a_number(&self, value: &Bound<'_, PyAny>) -> PyErr {
        let shown = value.str().map_or_else(|_| "this".to_owned(), |text| text.to_string());
        self.refuse(value.py(), "invalid-value", &format!("{shown} is not a number that JSON knows"))
    }

    fn refuse(&self, py: Python<'_>, code: &str, message: &str) -> PyErr {
        refused(py, code, &self.place(), message, &[])
    }

    fn place(&self) -> String {
        self.path.iter().fold(String::new(), |place, step| place + "/" + step)
    }
}
