//! A run's progress as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{Responder, rt};
use actix_web_lab::sse::{self, Event, Sse};
use serde::Serialize;
use tokio::sync::mpsc::{self, Sender};

use super::views::{ProgressView, RunView};
use crate::domain::access::Actor;
use crate::domain::ids::RunId;
use crate::http::state::AppState;
use crate::services::{ServiceError, runs};
use crate::store::runs::Run;
use crate::store::{self, Store, StoreError};

/// How often the run's row is read: what another process works on is seen there, and so is the end.
const LOOK: Duration = Duration::from_millis(500);

/// A run with the one that followed from it, and with its parts.
pub async fn view(store: &Store, run: Run) -> Result<RunView, StoreError> {
    let next = store::runs::next_of(store, &[run.id]).await?.remove(&run.id);
    let parts = store::runs::parts_of(store, std::slice::from_ref(&run)).await?.remove(&run.id);
    Ok(RunView::of(run, next, parts))
}

/// `progress` whenever there is some, and at last one `end`.
pub fn events(state: Data<AppState>, actor: Actor, id: RunId) -> impl Responder {
    let (sender, receiver) = mpsc::channel::<Result<Event, Infallible>>(8);
    rt::spawn(async move {
        if let Err(error) = follow(&state, &actor, id, &sender).await {
            tracing::warn!(run.id = %id, error = &error as &dyn std::error::Error, "the stream of run {id} broke off");
        }
    });
    Sse::from_receiver(receiver).with_keep_alive(Duration::from_secs(15))
}

/// Sends until the run is final, nobody listens any more, or the process stops.
async fn follow(
    state: &AppState,
    actor: &Actor,
    id: RunId,
    sender: &Sender<Result<Event, Infallible>>,
) -> Result<(), ServiceError> {
    let mut told: Option<ProgressView> = None;
    loop {
        let run = runs::get_run(&state.store, actor, id).await?;
        let here = state.progress.watch(id).and_then(|watch| *watch.borrow());
        let latest = if run.has_parts() {
            view(&state.store, run.clone()).await?.progress
        } else {
            here.or(run.progress).map(ProgressView::from)
        };
        if let Some(progress) = latest.filter(|progress| is_news(told.as_ref(), progress)) {
            told = Some(progress);
            if !send(sender, "progress", &progress).await {
                return Ok(());
            }
        }
        if run.state.is_final() {
            send(sender, "end", &view(&state.store, run).await?).await;
            return Ok(());
        }
        tokio::select! {
            () = sender.closed() => return Ok(()),
            () = state.stopping.cancelled() => return Ok(()),
            () = rt::time::sleep(LOOK) => {}
        }
    }
}

/// Whether it is later than what was told: the run's row lags behind the worker of this process, and is read when that is done.
fn is_news(told: Option<&ProgressView>, progress: &ProgressView) -> bool {
    told.is_none_or(|told| told.at < progress.at)
}

/// Whether somebody still listens.
async fn send(sender: &Sender<Result<Event, Infallible>>, name: &'static str, payload: &impl Serialize) -> bool {
    let data = sse::Data::new_json(payload).expect("views are plain data").event(name);
    sender.send(Ok(data.into())).await.is_ok()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::*;
    use crate::domain::run::{Phase, Progress};

    #[test]
    fn a_stream_never_goes_back_in_time() {
        let solving = Progress { phase: Phase::Solving, best_cost: Some(2.0), bound: None, seconds: 1.0, at: Utc::now() };
        let solving = ProgressView::from(solving);
        let stale = ProgressView { phase: Phase::Loading, at: solving.at - TimeDelta::seconds(1), ..solving };
        let later = ProgressView { at: solving.at + TimeDelta::seconds(1), ..solving };
        assert!(is_news(None, &stale) && is_news(Some(&solving), &later));
        assert!(!is_news(Some(&solving), &stale) && !is_news(Some(&solving), &solving));
    }
}
