//! Labour law as data, and what follows from it: pay classes of every minute, time off owed, and the limits of a roster.
//!
//! Rule packs and holiday calendars are files (`packs/`, `calendars/`) with jurisdiction, dates and sources; what a state
//! changes is another file, not another program. Nothing here knows a clock or a database.

pub mod account;
pub mod adoption;
pub mod calendars;
pub mod ledger;
pub mod packs;
pub mod planned;
pub mod time_off;
pub mod worked;
