//! Errors on their way to JavaScript.

use wasm_bindgen::JsValue;

/// What a call gives that can throw.
pub(crate) type Result<T> = std::result::Result<T, JsValue>;

/// The error as the text from which JavaScript makes an `LrmError`.
pub(crate) fn thrown(error: lrm_core::Error) -> JsValue {
    JsValue::from_str(&error.to_json())
}
