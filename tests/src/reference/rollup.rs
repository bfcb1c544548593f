//! The value of an inner node over its inputs (semantics: Rollup).

use num_traits::Zero;

use super::node::Node;
use super::policy::{Method, Missing};
use super::scale::Scale;
use super::status::Status;
use super::value::{Exact, integer, median, weighted_mean};

/// One input of an inner node.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// The result of the input.
    pub(super) node: Node,
    /// Its weight under the method.
    pub(super) weight: Exact,
}

/// The value over the inputs that have one; `None` of none.
///
/// `pooled` is not among the methods here, since it is an estimate; nor is `requirement`, which is a verdict.
pub(super) fn value(method: Method, inputs: &[Input], scale: &Scale) -> Option<Exact> {
    let there: Vec<(Exact, &Input)> =
        inputs.iter().filter_map(|input| Some((input.node.value?.exact(), input))).collect();
    let values: Vec<Exact> = there.iter().map(|(value, _)| value.clone()).collect();
    let weighted = |number: &dyn Fn(&Exact, &Input) -> Exact| {
        let pairs: Vec<(Exact, Exact)> =
            there.iter().map(|(value, input)| (number(value, input), input.weight.clone())).collect();
        weighted_mean(&pairs)
    };
    match method {
        Method::UniqueLeaves | Method::ChildrenMean => weighted(&|value, _| value.clone()),
        Method::Lowest => values.into_iter().min(),
        Method::Highest => values.into_iter().max(),
        Method::Median => median(&values),
        Method::Mode => mode(&values),
        Method::Sum => (!values.is_empty()).then(|| values.iter().sum()),
        Method::ShareMet => {
            let met = |_: &Exact, input: &Input| integer(i64::from(input.node.status == Status::Met));
            weighted(&met).map(|share| scale.at_share(&share))
        }
        Method::Pooled | Method::Requirement => None,
    }
}

/// The most frequent value, of equally frequent ones the highest.
fn mode(values: &[Exact]) -> Option<Exact> {
    let count = |value: &Exact| values.iter().filter(|other| *other == value).count();
    values.iter().max_by_key(|value| (count(value), (*value).clone())).cloned()
}

/// Whether enough of the inputs have a value.
pub(super) fn is_complete(missing: Missing, inputs: &[Input]) -> bool {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let all = number(inputs.len());
    let there = number(inputs.iter().filter(|input| input.node.value.is_some()).count());
    match missing {
        Missing::Ignore => true,
        Missing::RequireAll => there == all,
        Missing::RequireAtLeast(count) => there >= count,
        Missing::RequireAtLeastPercent(percent) => there * 100 >= percent * all,
    }
}

/// Whether some input is missing, provisional or stale.
pub(super) fn is_provisional(inputs: &[Input]) -> bool {
    let firm = |input: &Input| matches!(input.node.status, Status::Met | Status::NotMet);
    !inputs.iter().all(firm)
}

/// The inputs that enter anything: those with a weight.
pub(super) fn weighty(inputs: Vec<Input>) -> Vec<Input> {
    inputs.into_iter().filter(|input| !input.weight.is_zero()).collect()
}
