use super::*;

const PLATFORM: &str = r#"{"format": "lrm-policy-layer/1", "layer": "platform", "id": "base", "version": "3",
  "set": {"scale": {"max": 4, "proficient": 3}, "estimate": {"method": "exponential", "latest_percent": 65},
          "sufficiency": {"min_evidence": 2}}}"#;

fn layered(layers: &[&str]) -> Result<LayeredPolicy> {
    Policy::from_layers(std::iter::once(PLATFORM).chain(layers.iter().copied()))
}

fn faults(layers: &[&str]) -> Vec<(&'static str, String, crate::Detail)> {
    let error = layered(layers).unwrap_err();
    let fault = |finding: &Finding| {
        (finding.code.as_str(), finding.path.clone(), finding.context.get("layer").cloned().unwrap())
    };
    error.findings().iter().map(fault).collect()
}

fn of(layer: &str) -> crate::Detail {
    crate::Detail::Text(layer.to_owned())
}

#[test]
fn r17_the_highest_lock_refuses_and_what_is_above_holds() {
    let layered = layered(&[
        r#"{"layer": "district", "version": "4", "locks": [{"parameter": "/scale/proficient", "min": 3, "reason": "board"}]}"#,
        r#"{"layer": "school", "set": {"scale": {"proficient": 2}}}"#,
        r#"{"layer": "course", "id": "algebra", "set": {"scale": {"proficient": 4}}}"#,
    ])
    .unwrap();
    let refused =
        r#"[{"parameter":"/scale/proficient","layer":"school","value":2,"lock":"district","reason":"board"}]"#;
    assert_eq!(layered.refused_json(), refused);
    let traced = layered.trace().iter().find(|traced| traced.parameter == "/scale/proficient").unwrap();
    let layers: Vec<_> =
        traced.layers.iter().map(|one| (&*one.layer, &*one.value, one.refused_by.as_deref())).collect();
    assert_eq!(layers, [("platform", "3", None), ("school", "2", Some("district")), ("course", "4", None)]);
    assert_eq!(traced.value, "4");
    let policy = layered.into_policy();
    assert_eq!((policy.id(), policy.version()), (Some("algebra"), Some("4")));
    let kept = r#""layers":{"/estimate/latest_percent":"platform","/estimate/method":"platform","/scale/max":"platform","/scale/proficient":"course","/sufficiency/min_evidence":"platform"}}"#;
    assert!(policy.to_json().ends_with(kept), "{}", policy.to_json());
    assert_eq!(Policy::from_json(policy.to_json()).unwrap().to_json(), policy.to_json());
}

#[test]
fn a_method_brings_its_parameters_or_is_refused_with_them() {
    let low = r#"{"layer": "low", "set": {"estimate": {"method": "top_n_mean", "n": 3}}}"#;
    let plain = layered(&[low]).unwrap();
    assert!(plain.policy().to_json().contains(r#""estimate":{"method":"top_n_mean","n":3}"#));
    for lock in [r#"{"parameter": "/estimate/method"}"#, r#"{"parameter": "/estimate/latest_percent", "max": 70}"#] {
        let high = format!(r#"{{"layer": "high", "locks": [{lock}]}}"#);
        let locked = layered(&[&high, low]).unwrap();
        assert!(locked.policy().to_json().contains(r#""estimate":{"method":"exponential","latest_percent":65}"#));
        let refused: Vec<_> = locked.refused().iter().map(|one| (&*one.parameter, &*one.lock)).collect();
        assert_eq!(refused, [("/estimate/method", "high"), ("/estimate/n", "high")]);
        // the other estimator with this parameter has it from above
        let other = r#"{"layer": "low", "set": {"estimate": {"method": "latest_vs_mean", "latest_percent": 80}}}"#;
        let other =
            layered(&[r#"{"layer": "high", "locks": [{"parameter": "/estimate/latest_percent", "max": 70}]}"#, other]);
        let json = other.unwrap().policy().to_json();
        assert!(json.contains(r#""estimate":{"method":"latest_vs_mean","latest_percent":65}"#), "{json}");
    }
}

#[test]
fn null_takes_away_what_no_lock_keeps() {
    let low = r#"{"layer": "low", "set": {"sufficiency": {"min_evidence": null}}}"#;
    let free = layered(&[low]).unwrap();
    assert!(free.policy().to_json().contains(r#""min_evidence":0"#));
    assert!(!free.policy().to_json().contains("/sufficiency"));
    let locked = layered(&[
        r#"{"layer": "high", "locks": [{"parameter": "/sufficiency/min_evidence", "min": 1}]}"#,
        r#"{"layer": "low", "set": {"sufficiency": null}}"#,
    ]);
    assert!(locked.unwrap().policy().to_json().contains(r#""min_evidence":2"#));
}

#[test]
fn rules_come_after_those_above_and_keep_to_their_locks() {
    let high = r#"{"layer": "high", "set": {"rules": [{"id": "a", "match": {}, "rounding": {"digits": 1}},
        {"match": {"id": "x"}, "rounding": {"digits": 2}}]},
      "locks": [{"parameter": "/scale", "reason": "one scale"}, {"parameter": "/sufficiency/min_evidence", "min": 1}]}"#;
    let low = r#"{"layer": "low", "set": {"rules": [
        {"match": {"id": "x"}, "scale": {"max": 4, "proficient": 3}, "rounding": {"digits": 3}},
        {"match": {"id": "y"}, "scale": {"max": 4, "proficient": 2}, "rounding": {"digits": 4}},
        {"id": "a", "match": {"id": "z"}, "sufficiency": {"max_age_days": 3}},
        {"id": "b", "match": {"id": "z"}, "sufficiency": {"min_evidence": 4}}]}}"#;
    let layered = layered(&[high, low]).unwrap();
    let refused: Vec<_> = layered.refused().iter().map(|one| (&*one.parameter, &*one.value)).collect();
    assert_eq!(refused, [("/rules/1/scale/proficient", "2"), ("/rules/a/sufficiency/min_evidence", "0")]);
    let digits: Vec<_> = layered.policy().rules.iter().map(|rule| rule.rounding.map(|one| one.digits)).collect();
    assert_eq!(digits, [Some(1), Some(2), Some(3), Some(4), None]);
    let traced = layered.trace().iter().find(|traced| traced.parameter == "/rules/a").unwrap();
    assert_eq!(traced.layers[1].refused_by.as_deref(), Some("high"));
    assert!(traced.value.contains("digits"));
}

#[test]
fn one_id_takes_the_place_of_the_other() {
    let rules = |at: &str| {
        format!(r#"[{{"id": "a", "match": {{}}, "rounding": {{"digits": {at}}}}}, {{"id": "b{at}", "match": {{}}}}]"#)
    };
    let [high, low] = ["1", "2"].map(|at| format!(r#"{{"layer": "l{at}", "set": {{"rules": {}}}}}"#, rules(at)));
    let policy = layered(&[&high, &low]).unwrap().into_policy();
    let ids: Vec<_> = policy.rules.iter().map(|rule| rule.id.as_deref().unwrap_or_default()).collect();
    assert_eq!(ids, ["b1", "a", "b2"]);
    let none = layered(&[&high, r#"{"layer": "low", "set": {"rules": null}}"#]).unwrap();
    assert!(none.policy().rules.is_empty());
}

#[test]
fn other_lists_of_objects_with_ids_are_found_by_their_ids() {
    let [high, low] = [r#"[{"id": "a", "x": 1}, {"id": "b"}]"#, r#"[{"id": "c"}, {"id": "a", "x": 2}]"#];
    let document = |name: &str, list: &str| format!(r#"{{"layer": "{name}", "set": {{"programmes": {list}}}}}"#);
    let texts = [document("high", high), document("low", low)];
    let layers = read_layers(&texts).unwrap();
    let mut stack = Stack::default();
    stack.lay(&layers, 0).unwrap();
    stack.lay(&layers, 1).unwrap();
    let items: Vec<_> = stack.lists["programmes"].items().map(|item| &*item.given.json).collect();
    assert_eq!(items, [r#"{"id":"a","x":2}"#, r#"{"id":"b"}"#, r#"{"id":"c"}"#]);
    let trace = trace(&stack, &layers);
    assert_eq!(trace[0].parameter, "/programmes/a");
    assert_eq!((trace[0].value.as_str(), trace[0].layers.len()), (r#"{"id":"a","x":2}"#, 2));
}

#[test]
fn locks_add_up_and_leave_something() {
    let lock = |name: &str, lock: &str| {
        format!(r#"{{"layer": "{name}", "locks": [{{"parameter": "/scale/proficient", {lock}}}]}}"#)
    };
    let (high, tight) = (lock("high", r#""min": 2"#), lock("tight", r#""max": 3.5"#));
    let set = |value: &str| format!(r#"{{"layer": "low", "set": {{"scale": {{"proficient": {value}}}}}}}"#);
    let refused = |value: &str| {
        let layered = layered(&[&high, &tight, &set(value)]).unwrap();
        layered.refused().first().map(|one| one.lock.clone())
    };
    assert_eq!(refused("1.5").as_deref(), Some("high"));
    assert_eq!(refused("3.6").as_deref(), Some("tight"));
    assert_eq!([refused("2"), refused("3.5")], [None, None]);
    let none = vec![("contradiction", "/locks/0".to_owned(), of("none"))];
    assert_eq!(faults(&[&high, &lock("none", r#""max": 1"#)]), none);
    assert_eq!(faults(&[&lock("none", r#""allowed": []"#)]), none);
    assert_eq!(faults(&[&lock("fixed", r#""reason": "so""#), &lock("none", r#""min": 3.5"#)]), none);
    assert_eq!(faults(&[&lock("own", r#""min": 3.5"#)]), [("locked", "/locks/0".to_owned(), of("own"))]);
}

#[test]
fn what_is_wrong_is_said_of_the_layer_that_says_it() {
    let bad = r#"{"layer": "bad", "set": {"scale": {"proficient": 9}, "rules": [{"match": {}}, {"match": {"x": 1}}],
        "rounding": {"digits": 9}}}"#;
    let found = faults(&[bad, r#"{"layer": "low", "set": {"rules": [{"match": {}}]}}"#]);
    let expected = [
        ("parameter-out-of-range", "/set/scale"),
        ("parameter-out-of-range", "/set/rounding/digits"),
        ("unknown-field", "/set/rules/1/match/x"),
    ];
    assert_eq!(found, expected.map(|(code, path)| (code, path.to_owned(), of("bad"))));
    let locks = r#"{"layer": "bad", "locks": [{"parameter": "/scale/nothing"}, {"parameter": "/rules"}, {"parameter": "/scale", "min": 1},
        {"parameter": "/rollup/method", "max": 1}, {"min": 1}], "x": 1, "set": {"id": "a", "scale": {"cut": 1}, "nothing": []}}"#;
    let expected = [
        ("unknown-field", "/set/id"),
        ("unknown-field", "/set/scale/cut"),
        ("unknown-field", "/set/nothing"),
        ("unknown-field", "/locks/0/parameter"),
        ("unknown-field", "/locks/1/parameter"),
        ("invalid-value", "/locks/2"),
        ("invalid-value", "/locks/3"),
        ("missing-field", "/locks/4"),
        ("unknown-field", "/x"),
    ];
    assert_eq!(faults(&[locks]), expected.map(|(code, path)| (code, path.to_owned(), of("bad"))));
    assert_eq!(faults(&[r#"{"layer": "platform"}"#]), [("duplicate-id", "/layer".to_owned(), of("platform"))]);
    let long = "x".repeat(100);
    let long = format!(r#"{{"layer": "bad", "set": {{"{long}": {{"id": "a"}}, "scale": {{"{long}": 1}}}}}}"#);
    let clipped = format!("{}…", "x".repeat(80));
    let expected = ["/set/", "/set/scale/"].map(|path| ("unknown-field", format!("{path}{clipped}"), of("bad")));
    assert_eq!(faults(&[&long]), expected);
    let nameless = layered(&[r#"{"layer": ""}"#, r#"{"layer": ""}"#]).unwrap_err();
    let found: Vec<_> = nameless.findings().iter().map(|found| (found.code, found.path.as_str())).collect();
    assert_eq!(found, [(Code::InvalidValue, "/layer"); 2]);
    let none: [&str; 0] = [];
    assert_eq!(Policy::from_layers(none).unwrap_err().code(), Code::MissingField);
    let many = (0..=limits::LAYERS).map(|at| format!(r#"{{"layer": "{at}"}}"#));
    assert_eq!(Policy::from_layers(many).unwrap_err().code(), Code::LimitExceeded);
}
