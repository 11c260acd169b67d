//! The API, resource by resource, as its users meet it.

mod access;
mod feeds;
mod problems;
mod sites;
