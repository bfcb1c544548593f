//! CASE packages: real and made-up files, every quirk known from the wild, and hostile input.

#[cfg(test)]
#[path = "case/files.rs"]
mod files;
#[cfg(test)]
#[path = "case/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "case/quirks.rs"]
mod quirks;
#[cfg(test)]
#[path = "case/structure.rs"]
mod structure;
#[cfg(test)]
#[path = "case/support.rs"]
mod support;
