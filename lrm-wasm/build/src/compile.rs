//! Compiles the crate to WebAssembly.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Result;

/// What makes code longer than speed is worth: less is inlined than with `opt-level = "s"`, loops are not unrolled, and more than
/// six stores in a row are one copy. The core is compiled with `opt-level = 2`, which without this makes the module a sixth larger.
const SPARINGLY: &str = "-Cllvm-args=-inline-threshold=20 \
    -unroll-threshold=30 -unroll-partial-threshold=0 -unroll-allow-peeling=false \
    -max-store-memcpy=6 -max-store-memmove=6 -max-store-memset=6";

/// Runs cargo for `lrm-wasm` with one feature and returns the module it wrote.
pub(crate) fn wasm(crate_dir: &Path, feature: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(crate_dir)
        .args(["build", "--package", "lrm-wasm", "--profile", "wasm"])
        .args(["--no-default-features", "--features", feature])
        .args(["--target", "wasm32-unknown-unknown", "--config", &flags()])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("lrm-wasm does not compile".into());
    }
    module_in(&String::from_utf8(output.stdout)?).ok_or_else(|| "cargo names no module of lrm-wasm".into())
}

/// How the compiler is called.
fn flags() -> String {
    let flags: Vec<Value> = std::iter::once(SPARINGLY.to_owned()).chain(anywhere()).map(Value::from).collect();
    format!("target.wasm32-unknown-unknown.rustflags={}", Value::from(flags))
}

/// What makes the module the same wherever it is built: the folders where cargo keeps the sources of packages are not in it.
fn anywhere() -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| home.join("registry/src").read_dir().ok());
    let folders =
        sources.into_iter().flatten().filter_map(|folder| folder.ok()?.path().into_os_string().into_string().ok());
    folders.map(|folder| format!("--remap-path-prefix={folder}=")).collect()
}

/// Cargo says where its files are, so that no target directory has to be guessed.
fn module_in(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message.pointer("/target/name") == Some(&Value::from("lrm_wasm")))
        .filter_map(|message| message.get("filenames")?.as_array().cloned())
        .flatten()
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .find(|name| name.extension().is_some_and(|extension| extension == "wasm"))
}
