//! Breaks of assignments that were made by hand: put where they cost least beside everybody else's.

use std::collections::BTreeSet;

use super::line::Duty;
use super::pricing::HeadPrices;
use super::problem::RosterProblem;
use super::reading::Reading;
use super::rows::Bend;
use super::team::Team;
use crate::domain::ids::AssignmentId;
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;

/// Each break is put anew until none moves, and so often at most: those of one request may depend on each other.
const ROUNDS: usize = 10;

/// Puts the breaks of the assignments named where they cost least, all others left as they are. What the week does not know,
/// an agent, a shift, a queue or a skill, stays as it is.
pub fn place_breaks(input: &PlanningInput, assignments: &mut [Assignment], named: &BTreeSet<AssignmentId>) {
    // A week whose parts do not fit has no prices; breaks are then as good in one place as in another.
    let Ok(problem) = RosterProblem::try_from(Reading::of(input).parts) else { return };
    let team = Team::of(&problem);
    let mut board = Board { team: &team, cover: vec![0.0; team.rows.demand.len()] };
    let known = |assignment: &Assignment| problem.duty_of(assignment).filter(|(agent, duty)| team.serves(*agent, *duty));
    let mut placed: Vec<(usize, usize, Duty)> = Vec::new();
    for (index, (agent, duty)) in assignments.iter().enumerate().filter_map(|(index, one)| Some((index, known(one)?))) {
        board.fill(agent, duty, 1.0);
        if named.contains(&assignments[index].id) {
            placed.push((index, agent, duty));
        }
    }
    for _ in 0..ROUNDS {
        let moved = placed.iter_mut().filter_map(|(_, agent, duty)| board.improve(*agent, duty).then_some(())).count();
        if moved == 0 {
            break;
        }
    }
    for (index, _, duty) in placed {
        assignments[index].break_offsets = problem.shifts[duty.shift].break_offsets(duty.placing);
    }
}

/// Heads, by row.
struct Board<'a> {
    team: &'a Team<'a>,
    cover: Vec<f64>,
}

impl Board<'_> {
    fn fill(&mut self, agent: usize, duty: Duty, sign: f64) {
        self.team.fills(agent, duty).for_each(|(row, heads)| self.cover[row] += sign * heads);
    }

    /// Whether the duty's breaks went elsewhere.
    fn improve(&mut self, agent: usize, duty: &mut Duty) -> bool {
        self.fill(agent, *duty, -1.0);
        let better = self.team.with_best_breaks(agent, *duty, HeadPrices::Marginal(&self.cover, Bend::NONE));
        let is_moved = better != *duty;
        *duty = better;
        self.fill(agent, *duty, 1.0);
        is_moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checker::{check, price};
    use crate::domain::rules::Severity;
    use crate::solver::test_team::{chat_team, with_windows};
    use crate::solver::tests::{quick, solve_checked};

    /// Breaks of a good roster are scattered to their first places and put anew: the roster costs little more than before, and
    /// what was not named has not moved.
    #[test]
    fn breaks_put_by_hand_go_where_they_cost_least_and_others_stay() {
        let mut input = with_windows(chat_team(6, 1.0, 2));
        input.rules.max_break_share = Some(0.25);
        let built = solve_checked(&input, &quick(1)).assignments;
        let mut scattered = built.clone();
        for assignment in &mut scattered {
            assignment.break_offsets = input.shift_template(assignment.shift_template_id).unwrap().first_places();
        }
        let all: BTreeSet<AssignmentId> = built.iter().map(|assignment| assignment.id).collect();
        let mut put = scattered.clone();
        place_breaks(&input, &mut put, &all);
        let cost = |assignments: &[Assignment]| price(&input, assignments).total;
        assert!(cost(&put) < cost(&scattered) && cost(&put) < 1.05 * cost(&built), "{} {}", cost(&put), cost(&built));
        assert!(check(&input, &put).iter().all(|violation| violation.severity == Severity::Soft));
        let mut one = scattered.clone();
        place_breaks(&input, &mut one, &BTreeSet::from([scattered[3].id]));
        assert!(one.iter().zip(&scattered).enumerate().all(|(index, (now, before))| index == 3 || now == before));
        // The one's places are the best of all 35.
        let ways = (0..35).map(|way| {
            let mut other = scattered.clone();
            let template = input.shift_template(other[3].shift_template_id).unwrap();
            let places: Vec<Vec<u32>> = template.breaks.iter().map(|rest| rest.places().collect()).collect();
            other[3].break_offsets = vec![places[0][way % 5], places[1][way / 5]];
            cost(&other)
        });
        let least = ways.fold(f64::INFINITY, f64::min);
        assert!((cost(&one) - least).abs() < 1e-6, "{} against {least}", cost(&one));
    }
}
