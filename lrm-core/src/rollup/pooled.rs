//! `pooled`: all eligible items of the descendant leaves as one body, for the node's own estimator.

use crate::estimate::Judgement;
use crate::policy::Estimate;

/// The items that enter: where weights matter, those of weight 0 do not.
pub(crate) fn body(method: Estimate, judgements: Vec<Judgement>) -> Vec<Judgement> {
    let mut body = judgements;
    body.retain(|judgement| !(method.weighs() && judgement.weight.is_zero()));
    body
}
