//! What wakes an idle worker of apalis.

use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Wakes the worker so often, for as long as it lives.
///
/// apalis' own interval leaves nothing armed once it has fired, and counts on being asked again. Nobody asks when the fetch ends
/// empty in the very poll that saw it fire; if the heartbeat fired meanwhile too, the worker is never woken again.
pub struct Pulse(Interval);

impl Pulse {
    /// One that beats at once and then every `period`. Needs a tokio runtime.
    pub fn every(period: Duration) -> Self {
        let mut beats = interval(period);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(beats)
    }
}

impl PollStrategy for Pulse {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut beat = Poll::Pending;
        // Only a beat that is still to come arms the waker.
        while self.0.poll_tick(cx).is_ready() {
            beat = Poll::Ready(Some(()));
        }
        beat
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn every_beat_arms_the_next_one() {
        let mut pulse = Pulse::every(Duration::from_millis(1));
        let mut polls = 0;
        // Woken by nothing else, and not asked again when a beat was seen.
        let idle = poll_fn(|cx| {
            polls += 1;
            let _ = pulse.poll_drive(cx, &PollSnapshot::default());
            if polls == 5 { Poll::Ready(()) } else { Poll::Pending }
        });
        tokio::time::timeout(Duration::from_secs(30), idle).await.expect("the fifth beat comes after four");
    }
}
