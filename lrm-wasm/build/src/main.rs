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

/// The modules of the package: the feature of the crate that each is made with, its name, and the most that it may weigh
/// on the wire, in bytes after gzip.
const MODULES: [(&str, &str, usize); 2] = [("engine", "lrm", 250_000), ("readers", "readers", 690_000)];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let crate_dir =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the builder lies inside the crate it builds")?;
    let package = crate_dir.join("pkg");
    package::start(&package)?;
    let mut checked = Ok(());
    for (feature, module, budget) in MODULES {
        let compiled = compile::wasm(crate_dir, feature)?;
        package::add_module(&package, &compiled, module)?;
        let size = size::measure(&package.join(format!("{module}_bg.wasm")), budget)?;
        writeln!(stdout(), "{module}: {size}")?;
        checked = checked.and(size.check());
    }
    package::finish(crate_dir, &package)?;
    writeln!(stdout(), "the package is in {}", package.display())?;
    checked
}
