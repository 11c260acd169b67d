//! Feeds: rows for dashboards, files, calendars.

mod calendars;
mod desk;
mod files;
mod rows;
