//! The one integration binary: linking is slow, so there is only one.

mod api;
mod architecture;
mod demo;
mod harness;
mod openapi;
mod processes;
mod readme;
