//! `cargo run -p lrm-wasm-build` compiles `lrm-wasm` and writes the npm package `lrm-wasm/pkg`.
//!
//! Nothing else has to be installed: the glue is written by the library behind the `wasm-bindgen` tool,
//! whose version `Cargo.lock` holds together with that of the crate.

mod compile;
mod package;
mod size;

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let crate_dir =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the builder lies inside the crate it builds")?;
    let module = compile::wasm(crate_dir)?;
    let package = crate_dir.join("pkg");
    package::write(crate_dir, &module, &package)?;
    let size = size::measure(&package.join(package::WASM))?;
    writeln!(stdout(), "{}: {size}", package.display())?;
    size.check()
}
