//! Input that nobody should send: a typed error or a finding with its place, in bounded time, and never a panic.

#[cfg(test)]
#[path = "hostile/calendars.rs"]
mod calendars;
#[cfg(test)]
#[path = "hostile/columns.rs"]
mod columns;
#[cfg(test)]
#[path = "hostile/documents.rs"]
mod documents;
#[cfg(test)]
#[path = "hostile/encoded.rs"]
mod encoded;
#[cfg(test)]
#[path = "hostile/graphs.rs"]
mod graphs;
#[cfg(test)]
#[path = "hostile/json.rs"]
mod json;
#[cfg(test)]
#[path = "hostile/layers.rs"]
mod layers;
#[cfg(test)]
#[path = "hostile/logs.rs"]
mod logs;
#[cfg(test)]
#[path = "hostile/mutations.rs"]
mod mutations;
#[cfg(test)]
#[path = "hostile/numbers.rs"]
mod numbers;
#[cfg(test)]
#[path = "hostile/prerequisites.rs"]
mod prerequisites;
#[cfg(test)]
#[path = "hostile/records.rs"]
mod records;
#[cfg(test)]
#[path = "hostile/requirements.rs"]
mod requirements;
#[cfg(test)]
#[path = "hostile/rules.rs"]
mod rules;
#[cfg(test)]
#[path = "hostile/support.rs"]
mod support;
#[cfg(test)]
#[path = "hostile/texts.rs"]
mod texts;
