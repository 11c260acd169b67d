//! The API, resource by resource, as its users meet it.

mod access;
mod problems;
mod sites;
