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

/// A run with the one that followed from it.
pub async fn view(store: &Store, run: Run) -> Result<RunView, StoreError> {
    let next = store::runs::next_of(store, &[run.id]).await?.remove(&run.id);
    Ok(RunView::of(run, next))
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

/// Sends until the run is final or nobody listens any more.
async fn follow(
    state: &AppState,
    actor: &Actor,
    id: RunId,
    sender: &Sender<Result<Event, Infallible>>,
) -> Result<(), ServiceError> {
    let mut told = None;
    loop {
        let run = runs::get_run(&state.store, actor, id).await?;
        let here = state.progress.watch(id);
        let latest = here.as_ref().and_then(|watch| *watch.borrow()).or(run.progress).map(ProgressView::from);
        if let Some(progress) = latest.filter(|progress| told != Some(*progress)) {
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
            () = rt::time::sleep(LOOK) => {}
        }
    }
}

/// Whether somebody still listens.
async fn send(sender: &Sender<Result<Event, Infallible>>, name: &'static str, payload: &impl Serialize) -> bool {
    let data = sse::Data::new_json(payload).expect("views are plain data").event(name);
    sender.send(Ok(data.into())).await.is_ok()
}
