//! Feeds: rows for dashboards, files, calendars.

mod board;
mod calendars;
mod desk;
mod files;
mod grafana;
mod power_bi;
mod rows;
mod views;
