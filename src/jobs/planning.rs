//! The work of this service's runs: what `services::execution` does, as a worker calls it.

use std::sync::Arc;

use super::attempt::{Work, WorkError};
use crate::services::execution::{BuildDefaults, Observer, RunFailure, execute};
use crate::store::Store;

/// The work of every planning run. `defaults` holds for builds that do not say otherwise.
pub fn planning(store: Store, defaults: BuildDefaults) -> Work {
    Arc::new(move |run, context| {
        let store = store.clone();
        Box::pin(async move {
            let is_cancelled = context.cancel_flag();
            let observer = Observer::new(Arc::new(move |progress| context.report(progress)), is_cancelled);
            execute(&store, defaults, &run, &observer).await.map_err(|failure| match failure {
                RunFailure::Cancelled => WorkError::Cancelled,
                RunFailure::Problem(problem) => {
                    WorkError::Failed(serde_json::to_value(problem).expect("a problem is plain data"))
                }
                RunFailure::Store(error) => WorkError::Store(error),
            })
        })
    })
}
