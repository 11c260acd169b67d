//! Labour law as a site keeps it: its rules, protections, corrections of time worked, and the ledger that follows from them.

mod corrections;
mod holidays;
mod ledger;
mod payroll;
mod planning;
mod protections;
mod rules;
mod standing;

pub use corrections::{add_correction, list_corrections};
pub use holidays::{ImportedDay, NewDay, import_calendar, import_days};
pub use ledger::{Accounts, AgentAccount, LedgerFilter, accounts};
pub use payroll::{list_ledger, list_payroll};
pub(super) use planning::{WeekOf, labour_input, load_memory};
pub use rules::{SiteRules, read_rules, set_rules};
pub use standing::{MonthStanding, Until, month_standing};
