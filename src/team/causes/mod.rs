//! Causes and actions: from weak figures to a likely cause class, with the evidence, and what is usually done about it.
//!
//! The table proposes, a leader decides. Whether a figure is weak is a matter of chance as well as of size, so that nobody is
//! accused by noise.

mod table;
mod weak;

pub use table::{ActionTemplate, actions, diagnose, figures};
pub use weak::evidence;
