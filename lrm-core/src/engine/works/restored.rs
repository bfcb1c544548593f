//! What a system deleted and restored has a new id there, and names the one that it replaces: of such items one counts,
//! whatever their activities.

use super::Body;
use super::sources::known_last;
use super::submissions::grouped;
use crate::engine::Reason;
use crate::policy::Sources;

/// Settles the items that replace each other. One that names an id that nothing else here has is left alone.
pub(super) fn settle(body: &mut Body<'_>) {
    let count = body.judgements.len();
    // each item stands under its own id and, behind all of those, under the one that it replaces
    let place_of = |at: usize| at.checked_sub(count).unwrap_or(at);
    let name = |at: usize| {
        let source = body.item(place_of(at))?.evidence.source.as_ref()?;
        let id = if at < count { &source.id } else { &source.replaces };
        source.system.as_deref().zip(id.as_deref())
    };
    let named: Vec<usize> = (0..2 * count).filter(|at| name(*at).is_some()).collect();
    if body.rule.sources == Sources::Separate || named.last().is_none_or(|at| *at < count) {
        return;
    }
    let mut links = body.all();
    let mut replaced = vec![false; count];
    for group in grouped(&named, name) {
        let [first, middle @ .., last] = group.as_slice() else { continue };
        if *first >= count || *last < count {
            continue;
        }
        // what replaces its own id does not replace itself
        let alone = middle.last().is_none_or(|at| *at < count);
        for at in &group {
            join(&mut links, *first, place_of(*at));
            if let Some(replaced) = replaced.get_mut(*at) {
                *replaced = !alone || at + count != *last;
            }
        }
    }
    let leaders: Vec<usize> = body.all().into_iter().map(|place| leader(&mut links, place)).collect();
    for part in grouped(&body.all(), |place| leaders.get(place)).iter().filter(|part| part.len() > 1) {
        let mut last = part.clone();
        last.retain(|place| replaced.get(*place) == Some(&false));
        if last.is_empty() {
            // a circle
            last.clone_from(part);
        }
        let stays = if body.agree(&last) { last.first().copied() } else { known_last(&last, body) };
        body.one_of(part, stays, Reason::OtherSource);
    }
}

/// The first of what a place is joined with. The way gets shorter for whoever comes next.
fn leader(links: &mut [usize], mut place: usize) -> usize {
    while let Some(next) = links.get(place).copied().filter(|next| *next != place) {
        let beyond = links.get(next).copied();
        if let Some((link, beyond)) = links.get_mut(place).zip(beyond) {
            *link = beyond;
        }
        place = next;
    }
    place
}

fn join(links: &mut [usize], one: usize, other: usize) {
    let (one, other) = (leader(links, one), leader(links, other));
    links.get_mut(one.max(other)).into_iter().for_each(|link| *link = one.min(other));
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EventLog, Evidence, Instant, LearnerRecord, Value};

    fn result(record: &LearnerRecord, sources: &str) -> String {
        let framework = r#"{"competencies": [{"id": "a", "statement": "A"}]}"#;
        let policy = format!(
            r#"{{"scale": {{"max": 4, "proficient": 3}}, "estimate": {{"method": "mean"}}, "evidence": {{"sources": {sources}}}}}"#
        );
        let engine = Engine::from_json(framework, policy).unwrap();
        let as_of = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        let derivation = engine.explain(record, "a", as_of).unwrap();
        assert_eq!(derivation.verify(), Ok(()));
        let mastery = engine.evaluate(record, as_of).unwrap().mastery("a").unwrap();
        let value = mastery.value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        format!("{value} {} {}", mastery.status, mastery.evidence)
    }

    /// Of an item of one system: score, id, what it replaces, and the day of February on which it came, if that is known.
    type Given = (i32, &'static str, &'static str, u32);

    fn items(items: &[Given]) -> LearnerRecord {
        let item = |(score, id, replaces, day): &Given| {
            let mut item = Evidence::scored("a", *score).source("lms", *id);
            if !replaces.is_empty() {
                item = item.replaces(*replaces);
            }
            if *day > 0 {
                item = item.received_at(Instant::parse(&format!("2026-02-{day:02}T00:00:00Z")).unwrap());
            }
            item
        };
        LearnerRecord::from_events(items.iter().map(item)).unwrap()
    }

    #[test]
    fn of_what_replaces_each_other_one_counts() {
        let cases: [(&[Given], &str); 11] = [
            // the restored one, whatever came last
            (&[(2, "a1", "", 9), (4, "a2", "a1", 1)], "4 met 1"),
            (&[(2, "a1", "", 1), (4, "a2", "a1", 1), (3, "b1", "", 1)], "3.5 met 2"),
            // a chain
            (&[(1, "a3", "a2", 1), (2, "a1", "", 3), (4, "a2", "a1", 2)], "1 not_met 1"),
            // restored twice: they agree, one came later, or a person decides
            (&[(1, "a1", "", 1), (4, "a2", "a1", 0), (4, "a3", "a1", 0)], "4 met 1"),
            (&[(1, "a1", "", 9), (2, "a2", "a1", 3), (4, "a3", "a1", 2)], "2 not_met 1"),
            (&[(1, "a1", "", 9), (2, "a2", "a1", 3), (4, "a3", "a1", 3)], "none conflict 1"),
            (&[(1, "a1", "", 9), (2, "a2", "a1", 0), (4, "a3", "a1", 0)], "none conflict 1"),
            // circles: all of them are candidates
            (&[(2, "a1", "a2", 1), (4, "a2", "a1", 2)], "4 met 1"),
            // what replaces itself, or nothing that is here, is as it was
            (&[(2, "a1", "a1", 1), (4, "a2", "a9", 2)], "3 met 2"),
            // two reports under the old id
            (&[(1, "a1", "", 1), (2, "a1", "", 2), (4, "a2", "a1", 0)], "4 met 1"),
            // it replaces the other of its own id
            (&[(2, "a1", "a1", 1), (4, "a1", "", 2)], "2 not_met 1"),
        ];
        for (given, expected) in cases {
            assert_eq!(result(&items(given), "\"person\""), expected, "{given:?}");
            let backwards: Vec<_> = given.iter().rev().copied().collect();
            assert_eq!(result(&items(&backwards), r#"{"priority": ["sis"]}"#), expected, "{given:?}");
        }
        assert_eq!(result(&items(cases[0].0), "\"separate\""), "3 met 2");
        let other =
            [Evidence::scored("a", 2).source("lms", "a1"), Evidence::scored("a", 4).source("sis", "a2").replaces("a1")];
        assert_eq!(result(&LearnerRecord::from_events(other).unwrap(), "\"newest\""), "3 met 2");
    }

    #[test]
    fn other_rules_see_what_stands() {
        let report = |score: i32, system: &str, id: &str| Evidence::scored("a", score).source(system, id).attempt(1);
        let restored = report(3, "lms", "a2").replaces("a1").activity("quiz, again");
        // the old item would disagree with the other system
        let record = [report(1, "lms", "a1").activity("quiz"), restored, report(4, "sis", "s1").activity("quiz")];
        assert_eq!(result(&LearnerRecord::from_events(record).unwrap(), "\"person\""), "3.5 met 2");
    }

    #[test]
    fn a_person_links_what_was_restored() {
        let mut log = EventLog::from_json(
            r#"[{"id": "e1", "competency": "a", "score": 2, "source": {"system": "lms", "id": "a1"}},
              {"id": "e2", "competency": "a", "score": 4, "source": {"system": "lms", "id": "a2"}},
              {"id": "e3", "event": "corrected", "of": "e1", "score": 1, "source": {"system": "sis", "id": "s1"}}]"#,
        )
        .unwrap();
        assert_eq!(result(&log.record(), "\"person\""), "2.5 not_met 2");
        log.push_json(r#"{"id": "e4", "event": "corrected", "of": "e2", "source": {"replaces": "a1"}}"#).unwrap();
        assert_eq!(result(&log.record(), "\"person\""), "4 met 1");
        assert!(log.record().to_json().contains(r#""source":{"system":"lms","id":"a2","replaces":"a1"}"#));
    }

    #[test]
    fn long_chains_and_many_replacements_are_no_trouble() {
        let many = 20_000;
        let chain =
            (0..many).map(|at| Evidence::scored("a", 2).source("lms", at.to_string()).replaces((at + 1).to_string()));
        let chain = chain.chain([Evidence::scored("a", Value::from(3)).source("lms", many.to_string())]);
        assert_eq!(result(&LearnerRecord::from_events(chain).unwrap(), "\"person\""), "2 not_met 1");
        let old = (0..many).map(|_| Evidence::scored("a", 2).source("lms", "a1"));
        let new = (0..many).map(|_| Evidence::scored("a", 3).source("lms", "a2").replaces("a1"));
        assert_eq!(result(&LearnerRecord::from_events(old.chain(new)).unwrap(), "\"person\""), "3 met 1");
    }
}
