//! Who is behind, and where chats are hard.

use crate::domain::figure::Tally;
use crate::team::figures::wilson_upper;

use super::Named;

/// The least that a tail is read from.
const ENOUGH: f64 = 30.0;
/// People or queues named.
const NAMED: usize = 3;
/// A queue is hard when its chats take so much longer than the team's.
const LONGER: f64 = 1.2;

/// What one agent had of the people who asked.
pub type TailAgent<Id> = (Id, String, Tally);
/// What the chats of one queue took, in seconds.
pub type HardQueue<Id> = (Id, String, Tally);

/// Those whose share is below the team's by more than chance: even the upper end of Wilson's one-sided 95 % interval is. With
/// fewer than 30 counted nobody is named.
pub fn tail<Id: Copy>(agents: &[TailAgent<Id>]) -> Vec<Named<Id>> {
    let team = agents.iter().fold(Tally::default(), |mut sum, (_, _, tally)| {
        sum += *tally;
        sum
    });
    let behind = agents
        .iter()
        .filter(|(_, _, tally)| tally.below >= ENOUGH && wilson_upper(tally.above, tally.below) < team.above / team.below);
    let mut named: Vec<Named<Id>> = behind.map(name).collect();
    named.sort_by(|one, other| one.value.total_cmp(&other.value));
    named.truncate(NAMED);
    named
}

/// The queues whose chats take a fifth longer than the team's on average, the longest first.
pub fn hard_queues<Id: Copy>(queues: &[HardQueue<Id>]) -> Vec<Named<Id>> {
    let team = queues.iter().fold(Tally::default(), |mut sum, (_, _, tally)| {
        sum += *tally;
        sum
    });
    let hard = queues
        .iter()
        .filter(|(_, _, tally)| tally.below >= ENOUGH && tally.above / tally.below > LONGER * team.above / team.below);
    let mut named: Vec<Named<Id>> = hard.map(name).collect();
    named.sort_by(|one, other| other.value.total_cmp(&one.value));
    named.truncate(NAMED);
    named
}

fn name<Id: Copy>((id, name, tally): &(Id, String, Tally)) -> Named<Id> {
    Named { id: *id, name: name.clone(), value: tally.above / tally.below, of: tally.below }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: u32, above: f64, below: f64) -> (u32, String, Tally) {
        (id, format!("{id}"), Tally { above, below })
    }

    #[test]
    fn only_those_are_behind_whom_chance_does_not_explain() {
        // The team: 128 of 339, 0.378. 5 of 50 has an upper end of 0.19, 12 of 50 one of 0.35, 15 of 50 one of 0.415.
        let agents = [one(1, 96.0, 160.0), one(2, 12.0, 50.0), one(3, 5.0, 50.0), one(4, 15.0, 50.0), one(5, 0.0, 29.0)];
        let behind: Vec<u32> = tail(&agents).iter().map(|agent| agent.id).collect();
        assert_eq!(behind, [3, 2]);
        assert!(tail::<u32>(&[]).is_empty());
    }

    #[test]
    fn a_queue_is_hard_when_its_chats_take_a_fifth_longer() {
        // The team: 70,000 s of 200 chats, 350 s; a fifth longer is 420 s.
        let queues = [one(1, 27_000.0, 100.0), one(2, 43_000.0, 100.0), one(3, 0.0, 0.0)];
        assert_eq!(hard_queues(&queues), [Named { id: 2, name: "2".into(), value: 430.0, of: 100.0 }]);
    }
}
