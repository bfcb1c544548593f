//! Derivations: what is tampered with is found, and the words say no more than what is so.

#[cfg(test)]
#[path = "derivation/decided.rs"]
mod decided;
#[cfg(test)]
#[path = "derivation/given.rs"]
mod given;
#[cfg(test)]
#[path = "derivation/tampering.rs"]
mod tampering;
#[cfg(test)]
#[path = "derivation/words.rs"]
mod words;
