//! Who takes up a chat: the agent on seat who has the skill and holds fewest chats.
//!
//! Agents of the same skills stand in one group, in rows by the chats they hold, so that the next one is found in as many
//! looks as there are groups and slots.

use rand::Rng;
use rand::rngs::SmallRng;

use super::scene::SimulatedAgent;

/// Agents who can take up chats now.
pub(super) struct Desk {
    groups: Vec<Group>,
    /// Groups that serve a queue, those of fewest skills first.
    serving: Vec<Vec<usize>>,
    /// By agent: its group, its place in its row, and what it holds.
    seats: Vec<Seat>,
}

struct Group {
    queues: Vec<usize>,
    /// Agents on seat by the chats they hold.
    rows: Vec<Vec<u32>>,
}

struct Seat {
    group: usize,
    place: usize,
    chats: usize,
    is_on_seat: bool,
}

impl Desk {
    /// Everybody away. Nobody holds more than `most` chats.
    pub(super) fn new(agents: &[SimulatedAgent], queues: usize, most: usize) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut seats = Vec::with_capacity(agents.len());
        for agent in agents {
            let mut skills = agent.queues.clone();
            skills.sort_unstable();
            let known = groups.iter().position(|group| group.queues == skills);
            let group = known.unwrap_or_else(|| {
                groups.push(Group { queues: skills, rows: vec![Vec::new(); most + 1] });
                groups.len() - 1
            });
            seats.push(Seat { group, place: 0, chats: 0, is_on_seat: false });
        }
        let serving = (0..queues).map(|queue| {
            let mut serving: Vec<usize> = (0..groups.len()).filter(|group| groups[*group].queues.contains(&queue)).collect();
            serving.sort_by_key(|group| groups[*group].queues.len());
            serving
        });
        Self { serving: serving.collect(), groups, seats }
    }

    /// The agent who takes up a chat of the queue, if anybody has a slot free; any of those who hold fewest.
    pub(super) fn take(&self, queue: usize, slots: usize, random: &mut SmallRng) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for &group in &self.serving[queue] {
            let below = best.map_or(slots, |(chats, _)| chats);
            if let Some(chats) = (0..below).find(|chats| !self.groups[group].rows[*chats].is_empty()) {
                best = Some((chats, group));
            }
        }
        best.map(|(chats, group)| {
            let row = &self.groups[group].rows[chats];
            row[if row.len() > 1 { random.random_range(0..row.len()) } else { 0 }] as usize
        })
    }

    pub(super) fn chats(&self, agent: usize) -> usize {
        self.seats[agent].chats
    }

    pub(super) fn is_on_seat(&self, agent: usize) -> bool {
        self.seats[agent].is_on_seat
    }

    /// The agent takes its seat or leaves it.
    pub(super) fn seat(&mut self, agent: usize, is_on_seat: bool) {
        if self.seats[agent].is_on_seat != is_on_seat {
            if is_on_seat {
                self.enter(agent)
            } else {
                self.leave(agent)
            }
            self.seats[agent].is_on_seat = is_on_seat;
        }
    }

    /// The agent holds one chat more, or one less.
    pub(super) fn hold(&mut self, agent: usize, more: bool) {
        let is_on_seat = self.seats[agent].is_on_seat;
        if is_on_seat {
            self.leave(agent);
        }
        let seat = &mut self.seats[agent];
        if more {
            seat.chats += 1
        } else {
            seat.chats -= 1
        }
        if is_on_seat {
            self.enter(agent);
        }
    }

    fn enter(&mut self, agent: usize) {
        let seat = &mut self.seats[agent];
        let row = &mut self.groups[seat.group].rows[seat.chats];
        seat.place = row.len();
        row.push(agent as u32);
    }

    fn leave(&mut self, agent: usize) {
        let Seat { group, place, chats, .. } = self.seats[agent];
        let row = &mut self.groups[group].rows[chats];
        row.swap_remove(place);
        if let Some(moved) = row.get(place) {
            self.seats[*moved as usize].place = place;
        }
    }
}
