//! Logs of many learners in PostgreSQL.

#[cfg(not(test))]
mod keep;

use lrm_core::EventLog;
use postgres::{Client, NoTls};

use crate::keep::{Result, Store, hash, log_of};

// `content` is text: `jsonb` would write numbers and keys its own way, and the content is what tells events apart. `received` is
// when the server got the event: it says nothing of the event, and no answer depends on it. The lock is held to the end of the
// transaction: of two that make the table at the same time one would fail.
const TABLE: &str = r#"
BEGIN;
SELECT pg_advisory_xact_lock(1819438385);
CREATE TABLE IF NOT EXISTS events (
    learner  text COLLATE "C" NOT NULL,
    hash     bytea NOT NULL CHECK (length(hash) = 32),
    content  text NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (learner, hash)
);
COMMIT"#;

// One statement is one transaction. All come in the order of their contents, so two that add the same do not block each other.
const INSERT: &str = "
INSERT INTO events (learner, hash, content)
SELECT $1, new.hash, new.content FROM unnest($2::bytea[], $3::text[]) AS new(hash, content)
ON CONFLICT (learner, hash) DO NOTHING";

pub(crate) struct PostgresStore(Client);

impl Store for PostgresStore {
    fn open(address: &str) -> Result<Self> {
        let mut client = Client::connect(address, NoTls)?;
        // a commit waits for the disk, whatever the server's default is
        client.batch_execute("SET synchronous_commit = on; SET client_min_messages = warning")?;
        client.batch_execute(TABLE)?;
        Ok(Self(client))
    }

    fn append(&mut self, learner: &str, events: &EventLog) -> Result<usize> {
        let hashes: Vec<Vec<u8>> = events.events().map(|event| hash(event).to_vec()).collect();
        let contents: Vec<&str> = events.events().map(lrm_core::Event::to_json).collect();
        Ok(usize::try_from(self.0.execute(INSERT, &[&learner, &hashes, &contents])?)?)
    }

    fn log(&mut self, learner: &str) -> Result<EventLog> {
        let rows = self.0.query("SELECT content FROM events WHERE learner = $1", &[&learner])?;
        let contents = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, postgres::Error>>()?;
        log_of(learner, &contents)
    }
}

#[cfg(not(test))]
fn main() -> Result<()> {
    keep::run::<PostgresStore>()
}
