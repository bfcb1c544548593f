//! Errors on their way to JavaScript.

use wasm_bindgen::JsValue;

/// What a call gives that can throw.
pub(crate) type Result<T> = std::result::Result<T, JsValue>;

/// The error as the text from which JavaScript makes an `LrmError`.
#[expect(clippy::needless_pass_by_value, reason = "so `map_err` can be given it")]
pub(crate) fn thrown(error: lrm_core::Error) -> JsValue {
    JsValue::from_str(&error.to_json())
}
