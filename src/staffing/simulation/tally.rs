//! What one replication counts, by queue and by the step in which a chat arrived.

/// Counts of the chats that arrived in a queue in one step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    /// Chats.
    pub chats: f64,
    /// Those that had to wait for an agent.
    pub waited: f64,
    /// Those taken up.
    pub answered: f64,
    /// Those taken up in time.
    pub answered_in_time: f64,
    /// Those that left.
    pub abandoned: f64,
    /// Seconds in the queue.
    pub wait_secs: f64,
    /// Those whose first reply was there in time.
    pub first_in_time: f64,
    /// Questions replied to.
    pub replies: f64,
    /// Those in time.
    pub replies_in_time: f64,
    /// Seconds from question to reply.
    pub reply_secs: f64,
}

impl std::ops::AddAssign<&Cell> for Cell {
    fn add_assign(&mut self, other: &Cell) {
        self.chats += other.chats;
        self.waited += other.waited;
        self.answered += other.answered;
        self.answered_in_time += other.answered_in_time;
        self.abandoned += other.abandoned;
        self.wait_secs += other.wait_secs;
        self.first_in_time += other.first_in_time;
        self.replies += other.replies;
        self.replies_in_time += other.replies_in_time;
        self.reply_secs += other.reply_secs;
    }
}

/// One replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    steps: usize,
    cells: Vec<Cell>,
}

impl Tally {
    /// Nothing counted yet.
    pub(super) fn new(queues: usize, steps: usize) -> Self {
        Self { steps, cells: vec![Cell::default(); queues * steps] }
    }

    pub(super) fn cell(&mut self, queue: usize, step: usize) -> &mut Cell {
        &mut self.cells[queue * self.steps + step]
    }

    /// All chats.
    pub(super) fn chats(&self) -> f64 {
        self.cells.iter().map(|cell| cell.chats).sum()
    }

    /// Sum over steps of a queue.
    pub(super) fn over(&self, queue: usize, steps: std::ops::Range<usize>) -> Cell {
        let from = queue * self.steps;
        let mut sum = Cell::default();
        self.cells[from + steps.start..from + steps.end].iter().for_each(|cell| sum += cell);
        sum
    }
}
