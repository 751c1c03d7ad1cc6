//! Leaves out of a plan what need not be said.

use std::collections::HashSet;

use super::Plan;
use crate::catalog::Catalog;
use crate::object::Kind;
use crate::sql::Hazard;

/// Takes away the hazards to relations that are not there before the plan runs: they have no rows.
pub fn tidy(plan: &mut Plan, current: &Catalog) {
    let relations: HashSet<&str> = current
        .entries
        .keys()
        .filter(|id| !matches!(id.kind, Kind::Column | Kind::Default))
        .map(|id| &*id.identity)
        .collect();
    for statement in plan.steps.iter_mut().flat_map(|step| &mut step.statements) {
        statement.hazards.retain(|hazard| match hazard {
            Hazard::Rewrite { relation } | Hazard::Scan { relation, .. } | Hazard::MayFail { relation, .. } => {
                relations.contains(relation.as_str())
            }
            Hazard::DataLoss { .. } | Hazard::Kept { .. } => true,
        });
    }
}
