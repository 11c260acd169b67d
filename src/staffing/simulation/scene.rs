//! What is simulated: queues, what arrives in them, and agents with the times they are on seat.

use crate::staffing::turn::TurnLayer;

/// Queues and agents from second 0 on.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Length of a step, in seconds.
    pub step_secs: f64,
    /// The queues.
    pub queues: Vec<SimulatedQueue>,
    /// The agents.
    pub agents: Vec<SimulatedAgent>,
}

/// A queue.
#[derive(Debug, Clone)]
pub struct SimulatedQueue {
    /// Chats expected in each step.
    pub volumes: Vec<f64>,
    /// How an agent works on its chats.
    pub turns: TurnLayer,
    /// Chats that an agent may hold when taking up another of this queue, at most one less.
    pub slots: usize,
    /// Mean seconds a customer waits for an agent before leaving; `None` for as long as it takes.
    pub patience_secs: Option<f64>,
    /// Within how many seconds a chat is to be taken up.
    pub answer_secs: f64,
    /// Within how many seconds its first reply is to be there.
    pub first_reply_secs: f64,
    /// Within how many seconds any question is to be replied to.
    pub reply_secs: f64,
}

/// An agent.
#[derive(Debug, Clone)]
pub struct SimulatedAgent {
    /// Queues served, by index.
    pub queues: Vec<usize>,
    /// Work done in the time of a fully trained agent.
    pub proficiency: f64,
    /// Seconds `[from, to)` in which new chats are taken up, in order; open ones are finished after.
    pub on_seat: Vec<(f64, f64)>,
}
