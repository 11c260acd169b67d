//! The API, resource by resource, as its users meet it.

mod access;
mod agents;
mod alerts;
mod compliance;
mod feeds;
mod forecasts;
mod holidays;
mod imports;
mod leave;
mod life;
mod peak_windows;
mod planning;
mod planning_policies;
mod problems;
mod promotions;
mod queues;
mod rosters;
mod seed;
mod shift_templates;
mod shops;
mod sites;
mod staffing;
mod summaries;
mod teams;
mod weeks;
mod wishes;
