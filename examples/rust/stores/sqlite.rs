//! Logs of many learners in SQLite. The file is the one of `lrm.store.SqliteStore` in Python: both may have it open at once.

#[cfg(not(test))]
mod keep;

use std::thread::sleep;
use std::time::Duration;

use lrm_core::EventLog;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::keep::{Merged, Result, Store, erases, hash, log_of, merged};

// The key leads to all events of a learner in a row. `received` is when this file got the event: it says nothing of the event,
// and no answer depends on it.
const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS events (
    learner  TEXT NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    content  TEXT NOT NULL,
    received TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (learner, hash)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS erasing ON events (learner) WHERE instr(content, '"event":"erased"') > 0;
PRAGMA application_id = 1819438385;
PRAGMA user_version = 1"#;

// What a file says that it is, and how many tables it has: in one question, since another process may be making it.
const STAMP: &str = "
SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_master)";

const INSERT: &str =
    "INSERT INTO events (learner, hash, content) VALUES (?1, ?2, ?3) ON CONFLICT (learner, hash) DO NOTHING";

// Whether the log of a learner may erase something; the index by name, since without statistics SQLite would look at all events
// of the learner.
const ERASING: &str = r#"
SELECT EXISTS (SELECT 1 FROM events INDEXED BY erasing WHERE learner = ?1 AND instr(content, '"event":"erased"') > 0)"#;

pub(crate) struct SqliteStore(Connection);

impl Store for SqliteStore {
    fn open(path: &str) -> Result<Self> {
        let mut database = Connection::open(path)?;
        database.busy_timeout(Duration::from_secs(60))?;
        if !matches!(stamp(&database)?, (0, 0, 0) | (1_819_438_385, 1, _)) {
            return Err(format!("{path} is a file of something else, or of a later version").into());
        }
        write_ahead(&database)?;
        // a commit waits for the disk; macOS tells apart what went there and what is on it; what is deleted is written over
        database.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA secure_delete = ON",
        )?;
        let making = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        making.execute_batch(TABLE)?;
        making.commit()?;
        Ok(Self(database))
    }

    fn append(&mut self, learner: &str, events: &EventLog) -> Result<usize> {
        // writing from the start: a transaction that begins by reading may be refused when it comes to write
        let adding = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !erases(events) && !adding.query_row(ERASING, [learner], |row| row.get::<_, bool>(0))? {
            let new = insert(&adding, learner, events)?;
            adding.commit()?;
            return Ok(new);
        }
        let Merged { log, new, gone } = merged(learner, &contents(&adding, learner)?, events)?;
        insert(&adding, learner, &log)?;
        for hash in &gone {
            adding.prepare_cached("DELETE FROM events WHERE learner = ?1 AND hash = ?2")?.execute((learner, hash))?;
        }
        adding.commit()?;
        if !gone.is_empty() {
            // the write-ahead log still has it, unless somebody is reading there
            self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(new)
    }

    fn log(&mut self, learner: &str) -> Result<EventLog> {
        log_of(learner, &contents(&self.0, learner)?)
    }
}

fn insert(database: &Connection, learner: &str, events: &EventLog) -> Result<usize> {
    let mut insert = database.prepare_cached(INSERT)?;
    let mut new = 0;
    for event in events.events() {
        new += insert.execute((learner, hash(event), event.to_json()))?;
    }
    Ok(new)
}

fn contents(database: &Connection, learner: &str) -> Result<Vec<String>> {
    let mut select = database.prepare_cached("SELECT content FROM events WHERE learner = ?1")?;
    Ok(select.query_map([learner], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn stamp(database: &Connection) -> rusqlite::Result<(i64, i64, i64)> {
    database.query_row(STAMP, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Turns the write-ahead log on. SQLite does not make those wait here who open a new file at the same time.
fn write_ahead(database: &Connection) -> Result<()> {
    for _ in 0..6_000 {
        match database.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => return Err(format!("there is no write-ahead log here, only the mode {mode}").into()),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err("the file is being made by another process that does not finish".into())
}

#[cfg(not(test))]
fn main() -> Result<()> {
    keep::run::<SqliteStore>()
}
