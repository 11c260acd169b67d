//! The second engine, for rosters whose cover is counted per (day, kind of shift) over weeks or months.
//!
//! Where every shift fills one row and every row asks for few heads, column generation proves more than prices alone, and its
//! dives find what annealing does not. The line engine is another as well: it keeps rules over the whole horizon, and leaves
//! it to `reading` to say for which problems it speaks.

mod board;
mod budget;
mod check;
mod construct;
mod dive;
mod line;
mod lp;
mod master;
mod model;
mod part;
mod reading;
mod roster;
mod search;
mod serve;
#[cfg(test)]
pub(super) mod shop;
mod solve;
mod steps;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;
mod worker;

pub(super) use serve::serve;
