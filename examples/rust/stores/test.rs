//! The stores on real databases: what they keep, from several hands at once, and through the sudden death of those who write.

#![expect(clippy::expect_used, reason = "what goes wrong shall fail the test at once")]

mod keep;
mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use lrm_core::EventLog;

use crate::keep::{Store, log_of};
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;

#[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
fn given(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A folder that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lrm-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn database(&self) -> String {
        self.0.join("school.db").to_str().expect("a path").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The address of the server that `tests/postgres` has started, if it could.
fn server() -> Option<String> {
    let address = given("LRM_POSTGRES");
    if address.is_none() {
        let message = "there is no PostgreSQL on this machine: it was not tried";
        assert!(given("CI").is_none(), "{message}");
        writeln!(std::io::stderr(), "{message}").expect("an output");
    }
    address
}

/// The number-th event of a writer: evidence, and now and then what became of it; some of it long.
fn event(writer: &str, number: usize) -> String {
    let said = format!(r#""id":"{writer}-{number}","actor":{{"id":"{writer}"}},"received_at":"2026-09-01T12:00:00Z""#);
    match number % 4 {
        1 => {
            let (of, reason) = (number - 1, "é".repeat(number * 997 % 30_000));
            format!(r#"{{{said},"event":"disputed","of":"{writer}-{of}","reason":"{reason}"}}"#)
        }
        3 => format!(r#"{{{said},"event":"corrected","of":"{writer}-{}","score":{}}}"#, number - 3, number % 5),
        _ => format!(r#"{{{said},"competency":"NF.1","score":1.50,"observed_at":"2026-09-01T09:00:00+02:00"}}"#),
    }
}

fn ids(log: &EventLog) -> BTreeSet<String> {
    log.events().filter_map(|event| event.id()).map(str::to_owned).collect()
}

// -------------------------------------------------------------------------------------------- what a store does

/// What every store does. The learners' names begin with `learner`.
fn keeps<S: Store>(place: &str, learner: &str) {
    let mut store = S::open(place).expect("a store");
    let mut again = S::open(place).expect("a store");
    let events: Vec<String> = (0..1_000).map(|number| event("a", number % 100 + number / 100)).collect();
    let log = log_of(learner, &events).expect("a log");
    assert_eq!(store.append(learner, &log).expect("kept"), 109);
    assert_eq!([store.append(learner, &log).expect("kept"), again.append(learner, &log).expect("kept")], [0, 0]);
    assert!(store.log(learner).expect("a log") == log);
    assert_eq!(again.log(learner).expect("a log").hash(), log.hash());
    // what cannot be read is kept like the rest, learners are apart, and strange names are names
    let strange =
        ["{}", "5", r#"{"event":"moved","of":3}"#, r#"{"id":"\u0000\"'; DROP TABLE events; --","score":1e400}"#];
    let strange: Vec<String> = strange.map(str::to_owned).to_vec();
    for name in ["", "é", "e\u{301}", "a'; DROP TABLE events; --", "{\"id\": 1}", "\n"] {
        let name = format!("{learner}{name}?");
        let log = log_of(&name, &strange).expect("a log");
        assert_eq!(store.append(&name, &log).expect("kept"), 4);
        assert!(again.log(&name).expect("a log") == log, "{name}");
    }
    let nobody = store.log(&format!("{learner} nobody")).expect("a log");
    assert_eq!((nobody.len(), nobody.learner()), (0, Some(format!("{learner} nobody").as_str())));
}

const FORGOTTEN: &str = "what nobody shall find again";

/// What a log says is erased leaves the table, and no old file brings it back.
fn erases<S: Store>(place: &str, learner: &str) {
    let mut store = S::open(place).expect("a store");
    let mut events: Vec<String> = (0..20).map(|number| event("a", number)).collect();
    events.push(format!(r#"{{"id":"e","competency":"NF.1","score":3,"note":"{FORGOTTEN}"}}"#));
    let old = log_of(learner, &events).expect("a log");
    store.append(learner, &old).expect("kept");
    let mut log = store.log(learner).expect("a log");
    let fields = r#"{"id":"x","actor":{"id":"registrar"},"reason":"asked for by a parent"}"#;
    assert_eq!(log.erase(["a-0", "e"], fields).expect("it may be"), 4);
    assert_eq!(store.append(learner, &log).expect("kept"), 1);
    let mut again = S::open(place).expect("a store");
    assert_eq!(again.append(learner, &old).expect("known"), 0);
    assert!(again.log(learner).expect("a log") == log);
}

/// Several that open the store at the same time, and write the same and other events.
fn shared<S: Store>(place: &str, learner: &str) {
    let append = |part: usize| {
        let mut store = S::open(place).expect("a store");
        (0..60)
            .map(|number| {
                let events = [event("a", part * 30 + number), event("b", number)];
                store.append(learner, &log_of(learner, &events).expect("a log")).expect("kept")
            })
            .sum::<usize>()
    };
    let new: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|part| scope.spawn(move || append(part))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(new, 150 + 60);
    assert_eq!(S::open(place).expect("a store").log(learner).expect("a log").len(), 150 + 60);
}

#[test]
fn sqlite_keeps_what_it_is_given() {
    let folder = Folder::new("keeps");
    keeps::<SqliteStore>(&folder.database(), "ana");
    erases::<SqliteStore>(&folder.database(), "eli");
    for file in std::fs::read_dir(&folder.0).expect("a folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("a file");
        assert!(!bytes.windows(FORGOTTEN.len()).any(|part| part == FORGOTTEN.as_bytes()));
    }
    shared::<SqliteStore>(&folder.database(), "ben");
}

#[test]
fn sqlite_is_made_by_several_at_once() {
    let folder = Folder::new("made");
    shared::<SqliteStore>(&folder.database(), "ana");
}

#[test]
fn sqlite_leaves_other_files_alone() {
    let folder = Folder::new("other");
    let path = folder.database();
    rusqlite::Connection::open(&path)
        .and_then(|other| other.execute_batch("CREATE TABLE events (what)"))
        .expect("a file");
    let before = std::fs::read(&path).expect("a file");
    assert!(SqliteStore::open(&path).is_err());
    assert!(std::fs::read(&path).expect("a file") == before);
}

#[test]
fn postgres_keeps_what_it_is_given() {
    let Some(address) = server() else { return };
    shared::<PostgresStore>(&address, "ben");
    keeps::<PostgresStore>(&address, "ana");
    erases::<PostgresStore>(&address, "eli");
    let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).expect("a server");
    let found = client.query("SELECT FROM events WHERE strpos(content, $1) > 0", &[&FORGOTTEN]).expect("an answer");
    assert!(found.is_empty());
}

// ------------------------------------------------------------------------------------------------ sudden death

/// The example, writing events until it is killed.
struct Writer {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Writer {
    fn start(example: &str, place: &str, learner: &str, name: String) -> Self {
        // the examples lie beside the folder of the tests
        let tests = std::env::current_exe().expect("a program");
        let built = tests.parent().and_then(Path::parent).expect("a folder").join("examples").join(example);
        let mut child = Command::new(built)
            .args([place, learner])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example, which `cargo test` builds");
        let (mut input, output) = (child.stdin.take().expect("an input"), child.stdout.take().expect("an output"));
        // until the other end is gone
        thread::spawn(move || (0..).try_for_each(|number| writeln!(input, "{}", event(&name, number))));
        Self { child, said: BufReader::new(output) }
    }

    /// Waits for a line, which says that an event is kept.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("a line");
        line.strip_suffix('\n')?.strip_prefix("kept ").map(str::to_owned)
    }

    /// Sends SIGKILL; gives the ids that it said were kept.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("it is running");
        let status = self.child.wait().expect("it has ended");
        assert!(status.code().is_none(), "the writer ended before it was killed");
        std::iter::from_fn(|| self.line()).collect()
    }
}

/// Numbers as by chance: the same in every run.
fn draw(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

fn survives<S: Store>(example: &str, place: &str, check: impl Fn()) {
    let rounds = if given("LRM_FULL").is_some() { 100 } else { 10 };
    let mut seed = u64::from(std::process::id());
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for round in 0..rounds {
        // a store that has seen some deaths, but logs that are soon read
        let learner = format!("cem {}", round / 10);
        if round % 10 == 0 {
            kept.clear();
        }
        let mut writers = ["a", "b"].map(|half| Writer::start(example, place, &learner, format!("{round}{half}")));
        // some die while they make or open the store, most while they write
        if round % 3 > 0 {
            kept.extend(writers.iter_mut().map(|writer| writer.line().expect("it keeps events")));
        }
        thread::sleep(Duration::from_millis(draw(&mut seed, if round % 3 > 0 { 200 } else { 40 })));
        kept.extend(writers.into_iter().flat_map(Writer::kill));

        let log = S::open(place).expect("a store").log(&learner).expect("a log");
        let lost: Vec<String> = kept.difference(&ids(&log)).cloned().collect();
        assert!(lost.is_empty(), "lost {lost:?}");
        // what a writer was at when it died may be there or not; each was at one event
        assert!(log.len() - kept.len() <= 2 * (round % 10 + 1));
        assert!(log.report().is_empty(), "{}", log.report());
        check();
        // and each is what it was
        let written =
            |id: String| id.rsplit_once('-').map(|(name, number)| event(name, number.parse().expect("a number")));
        let written: Vec<String> = ids(&log).into_iter().filter_map(written).collect();
        assert!(log_of(&learner, &written).expect("a log") == log);
    }
    // more in the last ten rounds than was waited for, so that some died while they wrote; how many more depends on the machine
    assert!(kept.len() > 12, "the writers kept {} events", kept.len());
}

#[test]
fn sqlite_loses_no_acknowledged_event_when_writers_are_killed() {
    let folder = Folder::new("killed");
    let path = folder.database();
    survives::<SqliteStore>("sqlite_store", &path, || {
        let database = rusqlite::Connection::open(&path).expect("a database");
        let found: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
        assert_eq!(found, "ok");
    });
}

#[test]
fn postgres_loses_no_acknowledged_event_when_writers_are_killed() {
    let Some(address) = server() else { return };
    survives::<PostgresStore>("postgres_store", &address, || {});
}
