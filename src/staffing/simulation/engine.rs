//! The course of events of one replication.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rand_distr::Exp1;

use super::routing::Desk;
use super::scene::Scene;
use super::tally::Tally;

/// Something that happens.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The next chat of a queue arrives.
    Arrival(u32),
    /// An agent has written the reply it worked on.
    Reply(u32),
    /// The customer of a chat has read and thought.
    Thought(u32),
    /// The customer of a chat has waited long enough.
    Patience(u32),
    /// An agent takes or leaves its seat.
    Seat(u32),
}

#[derive(Clone, Copy)]
struct Due {
    at: f64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    /// The earliest is the greatest: a heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at)
    }
}

struct Chat {
    queue: u32,
    step: u32,
    agent: u32,
    /// When the question that waits for a reply was asked.
    asked_at: f64,
    /// When the customer leaves, while it waits for an agent.
    leaves_at: f64,
    is_first: bool,
    is_waiting: bool,
}

/// One replication in progress.
pub(super) struct Engine<'a> {
    scene: &'a Scene,
    now: f64,
    random: SmallRng,
    due: BinaryHeap<Due>,
    desk: Desk,
    chats: Vec<Chat>,
    free: Vec<u32>,
    /// Chats that wait for an agent, by queue, those that left among them.
    waiting: Vec<VecDeque<u32>>,
    /// Chats that wait for a reply, by agent; the first is being written.
    asked: Vec<VecDeque<u32>>,
    /// By agent: which of its times on seat comes next.
    stints: Vec<usize>,
    closing: Vec<f64>,
    tally: Tally,
}

impl<'a> Engine<'a> {
    pub(super) fn new(scene: &'a Scene, seed: u64) -> Self {
        let steps = scene.queues.iter().map(|queue| queue.volumes.len()).max().unwrap_or(0);
        let most = scene.queues.iter().map(|queue| queue.slots).max().unwrap_or(0);
        Self {
            scene,
            now: 0.0,
            random: SmallRng::seed_from_u64(seed),
            due: BinaryHeap::new(),
            desk: Desk::new(&scene.agents, scene.queues.len(), most),
            chats: Vec::new(),
            free: Vec::new(),
            waiting: vec![VecDeque::new(); scene.queues.len()],
            asked: vec![VecDeque::new(); scene.agents.len()],
            stints: vec![0; scene.agents.len()],
            closing: scene.queues.iter().map(|queue| 1.0 / queue.turns.turns()).collect(),
            tally: Tally::new(scene.queues.len(), steps),
        }
    }

    /// Runs until nothing is due any more.
    pub(super) fn run(mut self) -> Tally {
        for agent in 0..self.scene.agents.len() {
            self.schedule_seat(agent);
        }
        for queue in 0..self.scene.queues.len() {
            self.schedule_arrival(queue);
        }
        while let Some(Due { at, event }) = self.due.pop() {
            self.now = at;
            match event {
                Event::Arrival(queue) => self.arrive(queue as usize),
                Event::Reply(agent) => self.reply(agent as usize),
                Event::Thought(chat) => self.thought(chat),
                Event::Patience(chat) => self.lose_patience(chat),
                Event::Seat(agent) => self.change_seat(agent as usize),
            }
        }
        self.tally
    }

    fn after(&mut self, mean: f64, event: Event) {
        let wait: f64 = self.random.sample(Exp1);
        self.due.push(Due { at: self.now + wait * mean, event });
    }

    /// The next arrival of a Poisson process whose rate is that of the step it falls into.
    fn schedule_arrival(&mut self, queue: usize) {
        let (volumes, length) = (&self.scene.queues[queue].volumes, self.scene.step_secs);
        let mut left: f64 = self.random.sample(Exp1);
        let mut at = self.now;
        // Rounding must not keep an arrival in a step that is over.
        let mut step = (at / length) as usize;
        while let Some(volume) = volumes.get(step) {
            let end = (step + 1) as f64 * length;
            let rate = volume / length;
            if rate > 0.0 && at + left / rate < end {
                self.due.push(Due { at: at + left / rate, event: Event::Arrival(queue as u32) });
                return;
            }
            left -= (end - at).max(0.0) * rate;
            at = end;
            step += 1;
        }
    }

    fn arrive(&mut self, queue: usize) {
        self.schedule_arrival(queue);
        let of = &self.scene.queues[queue];
        let step = ((self.now / self.scene.step_secs) as usize).min(of.volumes.len() - 1);
        self.tally.cell(queue, step).chats += 1.0;
        let chat = self.open(queue, step);
        if let Some(agent) = self.desk.take(queue, of.slots, &mut self.random) {
            self.take_up(chat, agent);
            return;
        }
        self.tally.cell(queue, step).waited += 1.0;
        self.chats[chat as usize].is_waiting = true;
        self.waiting[queue].push_back(chat);
        if let Some(patience) = of.patience_secs {
            let wait: f64 = self.random.sample(Exp1);
            let at = self.now + wait * patience;
            self.chats[chat as usize].leaves_at = at;
            self.due.push(Due { at, event: Event::Patience(chat) });
        }
    }

    fn open(&mut self, queue: usize, step: usize) -> u32 {
        let chat = Chat {
            queue: queue as u32,
            step: step as u32,
            agent: 0,
            asked_at: self.now,
            leaves_at: f64::INFINITY,
            is_first: true,
            is_waiting: false,
        };
        if let Some(id) = self.free.pop() {
            self.chats[id as usize] = chat;
            return id;
        }
        self.chats.push(chat);
        (self.chats.len() - 1) as u32
    }

    /// An agent takes up a chat that has just arrived or waits at the head of its queue.
    fn take_up(&mut self, chat: u32, agent: usize) {
        let of = &mut self.chats[chat as usize];
        of.agent = agent as u32;
        of.is_waiting = false;
        let (queue, waited) = (of.queue as usize, self.now - of.asked_at);
        let cell = self.tally.cell(queue, of.step as usize);
        cell.answered += 1.0;
        cell.wait_secs += waited;
        if waited <= self.scene.queues[queue].answer_secs {
            cell.answered_in_time += 1.0;
        }
        self.desk.hold(agent, true);
        self.ask(chat, agent);
    }

    fn ask(&mut self, chat: u32, agent: usize) {
        self.asked[agent].push_back(chat);
        if self.asked[agent].len() == 1 {
            self.write(agent);
        }
    }

    /// The agent begins the reply to the first question that waits for one.
    fn write(&mut self, agent: usize) {
        let Some(&chat) = self.asked[agent].front() else { return };
        let turns = &self.scene.queues[self.chats[chat as usize].queue as usize].turns;
        let work = turns.reply_work_secs(self.desk.chats(agent)) / self.scene.agents[agent].proficiency;
        self.after(work, Event::Reply(agent as u32));
    }

    fn reply(&mut self, agent: usize) {
        let chat = self.asked[agent].pop_front().expect("a reply is written to a question");
        let of = &mut self.chats[chat as usize];
        let queue = &self.scene.queues[of.queue as usize];
        let secs = self.now - of.asked_at;
        let cell = self.tally.cell(of.queue as usize, of.step as usize);
        if std::mem::take(&mut of.is_first) && secs <= queue.first_reply_secs {
            cell.first_in_time += 1.0;
        }
        cell.replies += 1.0;
        cell.reply_secs += secs;
        if secs <= queue.reply_secs {
            cell.replies_in_time += 1.0;
        }
        self.after(queue.turns.think_secs(), Event::Thought(chat));
        self.write(agent);
    }

    fn thought(&mut self, chat: u32) {
        let of = &mut self.chats[chat as usize];
        let agent = of.agent as usize;
        if self.random.random::<f64>() >= self.closing[of.queue as usize] {
            of.asked_at = self.now;
            self.ask(chat, agent);
            return;
        }
        self.free.push(chat);
        self.desk.hold(agent, false);
        self.fill(agent);
    }

    /// Gives the agent chats that wait, the longest wait first, while it has slots.
    fn fill(&mut self, agent: usize) {
        while self.desk.is_on_seat(agent) {
            let holds = self.desk.chats(agent);
            let mut first: Option<(f64, usize)> = None;
            for &queue in &self.scene.agents[agent].queues {
                if holds < self.scene.queues[queue].slots
                    && let Some(asked_at) = self.head(queue)
                    && first.is_none_or(|(earliest, _)| asked_at < earliest)
                {
                    first = Some((asked_at, queue));
                }
            }
            let Some((_, queue)) = first else { return };
            let chat = self.waiting[queue].pop_front().expect("it has a head");
            self.take_up(chat, agent);
        }
    }

    fn lose_patience(&mut self, chat: u32) {
        let of = &mut self.chats[chat as usize];
        // Taken up meanwhile, and its place perhaps given to another chat.
        if !of.is_waiting || of.leaves_at != self.now {
            return;
        }
        of.is_waiting = false;
        let cell = self.tally.cell(of.queue as usize, of.step as usize);
        cell.abandoned += 1.0;
        cell.wait_secs += self.now - of.asked_at;
    }

    fn change_seat(&mut self, agent: usize) {
        let takes = !self.desk.is_on_seat(agent);
        self.desk.seat(agent, takes);
        if !takes {
            self.stints[agent] += 1;
        }
        self.schedule_seat(agent);
        if takes {
            self.fill(agent);
        }
    }

    fn schedule_seat(&mut self, agent: usize) {
        if let Some(&(from, to)) = self.scene.agents[agent].on_seat.get(self.stints[agent]) {
            let at = if self.desk.is_on_seat(agent) { to } else { from };
            if at.is_finite() {
                self.due.push(Due { at, event: Event::Seat(agent as u32) });
            }
        }
    }

    /// When the first that waits in a queue asked; those that left are dropped on the way.
    fn head(&mut self, queue: usize) -> Option<f64> {
        loop {
            let chat = *self.waiting[queue].front()?;
            let of = &self.chats[chat as usize];
            if of.is_waiting {
                return Some(of.asked_at);
            }
            self.waiting[queue].pop_front();
            self.free.push(chat);
        }
    }
}
