//! On macOS a library that Python loads has to be told that Python brings the missing symbols.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
