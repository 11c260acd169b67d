//! The API, resource by resource.

mod agents;
mod holidays;
mod leave;
mod life;
mod peak_windows;
mod planning_policies;
mod queues;
mod seed;
mod shift_templates;
mod shops;
mod sites;
mod teams;
mod wishes;
