//! How much text one answer may have: ids and reasons can be long, and the same one can stand in it many times.

use crate::error::{Code, Error, Result};
use crate::limits::ANSWER;

/// What a text takes besides its bytes.
const EACH: usize = 32;

/// The room that is left in an answer.
#[derive(Debug)]
pub(super) struct Room {
    left: usize,
    /// Where the answer ends if there is none.
    path: &'static str,
}

impl Room {
    pub(super) const fn new(path: &'static str) -> Self {
        Self { left: ANSWER, path }
    }

    /// A text of the answer.
    ///
    /// # Errors
    /// `limit-exceeded` where there is no room for it.
    pub(super) fn text(&mut self, text: &str) -> Result<String> {
        self.left = self.left.checked_sub(text.len() + EACH).ok_or_else(|| {
            let message = format!("the answer has more than {ANSWER} bytes of texts, {EACH} more counted for each");
            Error::new(Code::LimitExceeded, self.path, message)
        })?;
        Ok(text.to_owned())
    }

    /// The same for a text that may not be there.
    ///
    /// # Errors
    /// As [`Self::text`].
    #[cfg(feature = "zones")]
    pub(super) fn maybe(&mut self, text: Option<&str>) -> Result<Option<String>> {
        text.map(|text| self.text(text)).transpose()
    }
}
