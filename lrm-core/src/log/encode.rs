//! A log as bytes: packed, with checksums, readable in part if a part is damaged, and growing at the end.
//!
//! ```text
//! bytes  = "\x89lrm-log-bytes/1\n" block block …
//! block  = marker    4 bytes: `lrmS` a snapshot, `lrmE` further events
//!          packed    4 bytes: how many bytes of data follow
//!          unpacked  4 bytes: how many they are when unpacked
//!          check     4 bytes: the first of SHA-256 over these 12 bytes, by which a block is found again after damage
//!          checksum 32 bytes: SHA-256 over these 16 bytes and the data
//!          data      DEFLATE (RFC 1951)
//! ```
//!
//! Numbers have their high byte first. Unpacked, the data is a log as canonical JSON (`lrm-log/1`); in a snapshot the hash of
//! that log and a line break stand before it. The first line stays as it is in later versions, but for the number, and markers
//! of later versions are others, so that each version can tell what it does not know.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use sha2::{Digest, Sha256};

use super::EventLog;
use crate::error::{Code, Error, Finding, Report, Result, quote};
use crate::limits::BLOCK;

/// The first byte is no text, so that what treats files as text shows itself at once.
const START: &[u8] = b"\x89lrm-log-bytes/1\n";
const FORMAT: &str = "lrm-log-bytes/1";
const SNAPSHOT: [u8; 4] = *b"lrmS";
const EVENTS: [u8; 4] = *b"lrmE";
/// Bytes of a block before its data.
const HEAD: usize = 48;
/// DEFLATE makes no byte into more than this many.
const RATIO: u64 = 1_032;
/// How hard data is packed, of ten.
const LEVEL: u8 = 6;
/// How often a damaged whole may be read while its good blocks are looked for.
const READINGS: usize = 4;

impl EventLog {
    /// The log as bytes that keep for a school career: a compact, checksummed snapshot, which may be appended to with
    /// [`EventLog::block`]. Equal logs give equal bytes.
    ///
    /// ```
    /// use lrm_core::{Event, EventLog};
    /// let mut log = EventLog::from_json(r#"[{"id": "e1", "learner": "ana", "competency": "NF.1", "score": 3}]"#)?;
    /// let mut file = log.to_bytes()?;
    /// let new = EventLog::from_events([Event::from_json(r#"{"id": "r1", "event": "retracted", "of": "e1"}"#)?])?;
    /// file.extend(new.block()?);
    /// log.merge(&new)?;
    /// assert!(EventLog::from_bytes(&file)? == log);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `limit-exceeded` if the log's JSON is longer than [`limits::BLOCK`](crate::limits::BLOCK).
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = START.to_vec();
        bytes.extend(packed(SNAPSHOT, &format!("{}\n{}", self.hash(), self.to_json()))?);
        Ok(bytes)
    }

    /// The events of this log as a block that may stand after the bytes of a log of the same learner, so that a file can
    /// grow without being written anew.
    ///
    /// # Errors
    /// As [`EventLog::to_bytes`].
    pub fn block(&self) -> Result<Vec<u8>> {
        packed(EVENTS, &self.to_json())
    }

    /// Reads what [`EventLog::to_bytes`] and [`EventLog::block`] have written. A file that was cut exactly after a block is
    /// what it was before the next one came; any other change to it is found.
    ///
    /// # Errors
    /// `unsupported-format` for bytes of another version, with what was `found` and what is `known`, or of something else;
    /// `damaged`, with the `offset` and what was `expected`, for bytes that were cut or changed: [`EventLog::recover`] gives
    /// what is whole; `limit-exceeded` for a block that claims to be too large; `invalid-value` for blocks of several
    /// learners.
    ///
    /// # Complexity
    /// O(n log n) in the events. Needs memory for the largest block, which is at most 1,032 times as long as the bytes.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self> {
        let (log, findings) = read(bytes.as_ref(), true);
        if findings.is_empty() { Ok(log) } else { Err(Error::from_findings(findings)) }
    }

    /// The events of all blocks that are whole, and what is wrong with the rest: the findings that
    /// [`EventLog::from_bytes`] fails with, one for each damaged place. Without damage the report is empty.
    ///
    /// ```
    /// use lrm_core::EventLog;
    /// let log = EventLog::from_json(r#"[{"id": "e1", "competency": "NF.1", "score": 3}]"#)?;
    /// let mut file = log.to_bytes()?;
    /// file.extend(EventLog::from_json(r#"[{"id": "e2", "competency": "NF.1", "score": 4}]"#)?.block()?);
    /// file.truncate(file.len() - 1);
    /// let (known, report) = EventLog::recover(&file);
    /// assert!(known == log && report.len() == 1);
    /// # Ok::<(), lrm_core::Error>(())
    /// ```
    ///
    /// # Complexity
    /// As [`EventLog::from_bytes`].
    pub fn recover(bytes: impl AsRef<[u8]>) -> (Self, Report) {
        let (log, findings) = read(bytes.as_ref(), false);
        let mut report = Report::default();
        for finding in findings {
            report.push(finding);
        }
        (log, report)
    }
}

// ------------------------------------------------------------------------------------------------------------ writing

fn packed(marker: [u8; 4], text: &str) -> Result<Vec<u8>> {
    let too_long = || Error::new(Code::LimitExceeded, "", format!("the log has more than {BLOCK} bytes of JSON"));
    if text.len() > BLOCK {
        return Err(too_long());
    }
    let data = compress_to_vec(text.as_bytes(), LEVEL);
    let mut block = Vec::with_capacity(HEAD + data.len());
    block.extend(marker);
    for size in [data.len(), text.len()] {
        block.extend(u32::try_from(size).map_err(|_| too_long())?.to_be_bytes());
    }
    block.extend(check(&block));
    block.extend(checksum(&block, &data));
    block.extend(data);
    Ok(block)
}

fn check(head: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(head).into();
    [a, b, c, d]
}

fn checksum(head: &[u8], data: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(head).chain_update(data).finalize().into()
}

// ------------------------------------------------------------------------------------------------------------ reading

/// The log of all whole blocks, and what is wrong; `strict` ends at the first fault.
fn read(bytes: &[u8], strict: bool) -> (EventLog, Vec<Finding>) {
    let (mut log, mut findings) = (EventLog::default(), Vec::new());
    // what may still be read in vain, so that no bytes can make this quadratic
    let mut patience = bytes.len().saturating_mul(READINGS);
    let mut at = Some(START.len());
    if let Err(finding) = started(bytes) {
        findings.push(finding);
        at = found(bytes, 0);
    } else if bytes.len() == START.len() {
        findings.push(damaged(bytes.len(), "a block"));
    }
    // a hold in a later block keeps what an earlier one erases
    log.together(|log| {
        while let Some(place) = at.filter(|place| *place < bytes.len()) {
            if strict && !findings.is_empty() {
                break;
            }
            match block(bytes, place, &mut patience) {
                Ok((block, end)) => {
                    let merged = block.and_then(|block| log.merge(&block));
                    findings.extend(merged.err().map(|error| inside(place, &error)));
                    at = Some(end);
                }
                Err(finding) => {
                    findings.push(finding);
                    at = found(bytes, place + 1);
                }
            }
        }
    });
    (log, findings)
}

/// Whether the bytes begin as they should.
fn started(bytes: &[u8]) -> Result<(), Finding> {
    if bytes.starts_with(START) {
        return Ok(());
    }
    if START.starts_with(bytes) {
        return Err(damaged(bytes.len(), FORMAT));
    }
    let line =
        bytes.strip_prefix(b"\x89").and_then(|rest| rest.get(..64).unwrap_or(rest).split(|byte| *byte == b'\n').next());
    let name = line.and_then(|line| std::str::from_utf8(line).ok()).filter(|name| name.starts_with("lrm-"));
    let found = name.unwrap_or("something else");
    let message = format!("expected the format `{FORMAT}`, found {}", name.map_or_else(|| found.to_owned(), quote));
    Err(Finding::new(Code::UnsupportedFormat, "", message).with("found", found).with("known", FORMAT))
}

/// A block, and where it ends. The block itself is an error if it is whole but not what a log can be made of.
fn block(bytes: &[u8], at: usize, patience: &mut usize) -> Result<(Result<EventLog>, usize), Finding> {
    let rest = bytes.get(at..).unwrap_or_default();
    let head = Head::read(rest).ok_or_else(|| damaged(at, "the head of a block"))?;
    let Some((before, data)) =
        rest.split_at_checked(HEAD).and_then(|(before, rest)| Some((before, rest.get(..head.packed)?)))
    else {
        return Err(damaged(at, &format!("a block of {} bytes", HEAD as u64 + head.packed as u64)));
    };
    if head.unpacked > BLOCK {
        let message = format!(
            "at byte {at}: the block claims to be {} bytes when unpacked, at most {BLOCK} are read",
            head.unpacked
        );
        return Err(placed(Finding::new(Code::LimitExceeded, "", message), at));
    }
    *patience = patience.checked_sub(data.len()).ok_or_else(|| {
        let message = format!("at byte {at}: so much is damaged that this block was not looked at");
        placed(Finding::new(Code::LimitExceeded, "", message), at)
    })?;
    let (head_bytes, sum) = before.split_at_checked(16).unwrap_or_default();
    if sum != checksum(head_bytes, data) {
        return Err(damaged(at, "a block with the checksum that it names"));
    }
    // it counts for nothing in vain
    *patience = patience.saturating_add(data.len());
    let text = unpacked(data, head.unpacked, at)?;
    Ok((content(&text, head.snapshot, at), at.saturating_add(HEAD).saturating_add(data.len())))
}

/// What a block says of itself.
struct Head {
    snapshot: bool,
    packed: usize,
    unpacked: usize,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (marker, rest) = bytes.split_first_chunk::<4>()?;
        let snapshot = *marker == SNAPSHOT;
        if !snapshot && *marker != EVENTS {
            return None;
        }
        let (packed, rest) = rest.split_first_chunk::<4>()?;
        let (unpacked, rest) = rest.split_first_chunk::<4>()?;
        if *rest.first_chunk::<4>()? != check(bytes.get(..12)?) {
            return None;
        }
        let size = |bytes: [u8; 4]| usize::try_from(u32::from_be_bytes(bytes)).ok();
        Some(Self { snapshot, packed: size(*packed)?, unpacked: size(*unpacked)? })
    }
}

/// The next place where a block says what it is.
fn found(bytes: &[u8], from: usize) -> Option<usize> {
    (from..bytes.len()).find(|at| bytes.get(*at..).is_some_and(|rest| Head::read(rest).is_some()))
}

/// The data of a block, unpacked. Memory is taken only for what the data can be.
fn unpacked(data: &[u8], size: usize, at: usize) -> Result<Vec<u8>, Finding> {
    let wrong = || damaged(at, &format!("data that unpacks to {size} bytes"));
    if size as u64 > (data.len() as u64).saturating_mul(RATIO) {
        return Err(wrong());
    }
    let mut text = Vec::new();
    if text.try_reserve_exact(size).is_err() {
        let message = format!("at byte {at}: there is no memory for {size} bytes");
        return Err(placed(Finding::new(Code::LimitExceeded, "", message), at));
    }
    text.resize(size, 0);
    let mut state = Box::new(DecompressorOxide::new());
    let outcome = decompress(&mut state, data, &mut text, 0, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
    if outcome == (TINFLStatus::Done, data.len(), size) { Ok(text) } else { Err(wrong()) }
}

/// The log that a block holds.
fn content(text: &[u8], snapshot: bool, at: usize) -> Result<EventLog> {
    if !snapshot {
        return EventLog::from_json(text);
    }
    let (hash, text) = text.split_first_chunk::<64>().ok_or_else(|| damaged(at, "the hash of a log"))?;
    let log = EventLog::from_json(text)?;
    if log.hash().as_bytes() == hash {
        Ok(log)
    } else {
        Err(damaged(at, "a log with the hash that the snapshot names").into())
    }
}

// ------------------------------------------------------------------------------------------------------------- faults

fn damaged(at: usize, expected: &str) -> Finding {
    let message = format!("at byte {at}: expected {expected}");
    placed(Finding::new(Code::Damaged, "", message), at).with("expected", expected)
}

fn placed(finding: Finding, at: usize) -> Finding {
    finding.with_number("offset", i64::try_from(at).unwrap_or(i64::MAX))
}

/// What is wrong inside a block.
fn inside(at: usize, error: &Error) -> Finding {
    if error.context().get("offset").is_some() {
        return error.findings().first().cloned().unwrap_or_else(|| damaged(at, "a log"));
    }
    let message = format!("in the block at byte {at}: {}", error.message());
    placed(Finding::new(error.code(), error.path(), message), at)
}
