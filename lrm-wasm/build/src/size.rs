//! Watches the size of the module: it is what a browser has to load first.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Result;

/// The most that the module may weigh on the wire, in bytes after gzip.
const BUDGET: usize = 350_000;

/// Bytes of the module, as it is and compressed.
pub(crate) struct Size {
    raw: usize,
    gzip: usize,
}

pub(crate) fn measure(module: &Path) -> Result<Size> {
    let bytes = fs::read(module)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    Ok(Size { raw: bytes.len(), gzip: encoder.finish()?.len() })
}

impl Size {
    /// Fails when the module outgrew its budget.
    pub(crate) fn check(&self) -> Result<()> {
        if self.gzip > BUDGET {
            return Err(format!("the module is larger than {BUDGET} bytes after gzip").into());
        }
        Ok(())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {} after gzip (at most {BUDGET})", self.raw, self.gzip)
    }
}
