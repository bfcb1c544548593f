//! Watches the size of a module: it is what a browser has to load first.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Result;

/// Bytes of the module, as it is and compressed.
pub(crate) struct Size {
    raw: usize,
    gzip: usize,
    budget: usize,
}

pub(crate) fn measure(module: &Path, budget: usize) -> Result<Size> {
    let bytes = fs::read(module)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    Ok(Size { raw: bytes.len(), gzip: encoder.finish()?.len(), budget })
}

impl Size {
    /// Fails when the module outgrew its budget.
    pub(crate) fn check(&self) -> Result<()> {
        if self.gzip > self.budget {
            return Err(format!("a module has {} bytes after gzip, more than {}", self.gzip, self.budget).into());
        }
        Ok(())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {} after gzip (at most {})", self.raw, self.gzip, self.budget)
    }
}
