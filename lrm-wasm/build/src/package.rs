//! Lays out the npm package.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::Result;

/// Stands in `js/package.json` for the version of the workspace.
const VERSION: &str = "\"version\": \"0.0.0\"";

/// Writes the JavaScript half of a module, and the module beside it.
pub(crate) fn add_module(package: &Path, compiled: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(true)
        // A tenth of the download that says nothing to those who use the package.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(package)?;
    Ok(())
}

/// Adds what is written by hand.
pub(crate) fn finish(crate_dir: &Path, package: &Path) -> Result<()> {
    for entry in fs::read_dir(crate_dir.join("js"))? {
        let entry = entry?;
        copy(&entry.path(), &package.join(entry.file_name()))?;
    }
    copy(&crate_dir.join("README.md"), &package.join("README.md"))?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&crate_dir.join("..").join(licence), &package.join(licence))?;
    }
    set_version(&package.join("package.json"))
}

/// Makes the folder, or empties it: the folder itself stays, since a `node_modules` may link to it.
pub(crate) fn start(package: &Path) -> Result<()> {
    match fs::read_dir(package) {
        Ok(entries) => {
            for entry in entries {
                fs::remove_file(entry?.path())?;
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(fs::create_dir_all(package)?),
        Err(error) => Err(error.into()),
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}

fn set_version(manifest: &Path) -> Result<()> {
    let text = fs::read_to_string(manifest)?;
    if !text.contains(VERSION) {
        return Err("js/package.json does not have the version 0.0.0".into());
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    Ok(fs::write(manifest, text.replacen(VERSION, &version, 1))?)
}
