//! The API, resource by resource, as its users meet it.

mod access;
mod agents;
mod feeds;
mod figures;
mod forecasts;
mod holidays;
mod imports;
mod labour;
mod leave;
mod life;
mod peak_windows;
mod planning;
mod planning_policies;
mod problems;
mod promotions;
mod queues;
mod rosters;
mod rotations;
mod seed;
mod shift_templates;
mod shops;
mod sites;
mod staffing;
mod teams;
mod weeks;
mod wishes;
