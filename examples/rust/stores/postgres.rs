//! Logs of many learners in PostgreSQL. What is erased leaves the table at once and the disk with the next `VACUUM`, but not the
//! archives of the server.

#[cfg(not(test))]
mod keep;

use lrm_core::EventLog;
use postgres::{Client, GenericClient, NoTls};

use crate::keep::{Merged, Result, Store, erases, hash, log_of, merged};

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
CREATE INDEX IF NOT EXISTS erasing ON events (learner) WHERE strpos(content, '"event":"erased"') > 0;
COMMIT"#;

// All come in the order of their contents, so two that add the same do not block each other.
const INSERT: &str = "
INSERT INTO events (learner, hash, content)
SELECT $1, new.hash, new.content FROM unnest($2::bytea[], $3::text[]) AS new(hash, content)
ON CONFLICT (learner, hash) DO NOTHING";

// Those who add to the log of a learner take turns: what is erased must not come back by the hand of one who does not know it yet.
const TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 1819438385))";

// Whether the log of a learner may erase something, by the index.
const ERASING: &str =
    r#"SELECT EXISTS (SELECT FROM events WHERE learner = $1 AND strpos(content, '"event":"erased"') > 0)"#;

pub(crate) struct PostgresStore(Client);

impl Store for PostgresStore {
    fn open(address: &str) -> Result<Self> {
        let mut client = Client::connect(address, NoTls)?;
        // a commit waits for the disk, whatever the server's default is
        client.batch_execute("SET synchronous_commit = on; SET client_min_messages = warning")?;
        // who waits for their turn sees what those before them have done
        client.batch_execute("SET default_transaction_isolation = 'read committed'")?;
        client.batch_execute(TABLE)?;
        Ok(Self(client))
    }

    fn append(&mut self, learner: &str, events: &EventLog) -> Result<usize> {
        let mut adding = self.0.transaction()?;
        adding.execute(TURN, &[&learner])?;
        if !erases(events) && !adding.query_one(ERASING, &[&learner])?.try_get::<_, bool>(0)? {
            let new = insert(&mut adding, learner, events)?;
            adding.commit()?;
            return Ok(new);
        }
        let Merged { log, new, gone } = merged(learner, &contents(&mut adding, learner)?, events)?;
        insert(&mut adding, learner, &log)?;
        adding.execute("DELETE FROM events WHERE learner = $1 AND hash = ANY ($2)", &[&learner, &gone])?;
        adding.commit()?;
        Ok(new)
    }

    fn log(&mut self, learner: &str) -> Result<EventLog> {
        log_of(learner, &contents(&mut self.0, learner)?)
    }
}

fn insert(database: &mut impl GenericClient, learner: &str, events: &EventLog) -> Result<usize> {
    let hashes: Vec<Vec<u8>> = events.events().map(|event| hash(event).to_vec()).collect();
    let contents: Vec<&str> = events.events().map(lrm_core::Event::to_json).collect();
    Ok(usize::try_from(database.execute(INSERT, &[&learner, &hashes, &contents])?)?)
}

fn contents(database: &mut impl GenericClient, learner: &str) -> Result<Vec<String>> {
    let rows = database.query("SELECT content FROM events WHERE learner = $1", &[&learner])?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, postgres::Error>>()?)
}

#[cfg(not(test))]
fn main() -> Result<()> {
    keep::run::<PostgresStore>()
}
