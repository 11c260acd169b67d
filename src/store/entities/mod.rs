//! The tables as sea-orm sees them: column for column, no conversion. Private to the store.

/// Lookups go by column; nothing is loaded through relations.
macro_rules! without_relations {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}
use without_relations;

pub mod adjustments;
pub mod agent_aliases;
pub mod agent_skills;
pub mod agents;
pub mod alert_checks;
pub mod alert_rules;
pub mod alerts;
pub mod api_keys;
pub mod assignments;
pub mod audit_entries;
pub mod borrowed_profiles;
pub mod calendar_tokens;
pub mod causes;
pub mod compliance_confirmations;
pub mod compliance_rules;
pub mod due_work;
pub mod figure_corrections;
pub mod figure_days;
pub mod figure_imports;
pub mod figure_maps;
pub mod figures;
pub mod follow_ups;
pub mod forecast_points;
pub mod forecast_queues;
pub mod forecast_totals;
pub mod forecasts;
pub mod held_figures;
pub mod history_overrules;
pub mod holidays;
pub mod idempotency_keys;
pub mod labour_rules;
pub mod leaves;
pub mod peak_windows;
pub mod plan_figures;
pub mod planning_proposals;
pub mod planning_reviews;
pub mod promotions;
pub mod protections;
pub mod queues;
pub mod requirement_points;
pub mod requirements;
pub mod rosters;
pub mod rotation_adoptions;
pub mod rotations;
pub mod runs;
pub mod shift_templates;
pub mod shops;
pub mod sites;
pub mod summaries;
pub mod tail_checks;
pub mod tail_watches;
pub mod team_alert_rules;
pub mod team_policies;
pub mod teams;
pub mod time_corrections;
pub mod volume_imports;
pub mod volumes;
pub mod wishes;
