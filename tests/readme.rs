//! The quick start in the README is the code of the examples, to the letter; `examples/compare.py` runs those and compares what
//! they print with `examples/expected`.

#![expect(clippy::expect_used, reason = "a README that is not as described shall fail the test at once")]

use std::path::Path;

/// The first code block of that language.
fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let after = readme.split_once(&format!("```{language}\n")).expect("a block of that language").1;
    after.split_once("\n```").expect("the end of the block").0
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root");
    std::fs::read_to_string(root.join(path)).expect(path)
}

#[test]
fn the_quick_start_is_the_code_of_the_examples() {
    let readme = read("README.md");
    for (language, file) in [
        ("rust", "examples/rust/quick_start.rs"),
        ("python", "examples/python/quick_start.py"),
        ("js", "examples/js/quick_start.mjs"),
        ("text", "examples/expected/quick_start.txt"),
    ] {
        let code = read(file);
        // the first lines of the files say what they are
        assert!(code.trim_end().ends_with(block(&readme, language)), "{file} and the README differ");
    }
}
