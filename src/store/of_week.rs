//! What is kept for the week of a team: forecasts, requirements, rosters and runs, which are found alike.

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, Select};

use super::scope::team_within;
use crate::domain::access::Scope;
use crate::domain::ids::TeamId;

/// Which of them to list.
#[derive(Debug, Clone, Copy)]
pub struct WeekFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of the week that this Monday names.
    pub week_start: Option<NaiveDate>,
}

impl WeekFilter<'_> {
    /// The rows of `E` that it leaves.
    pub(super) fn rows<E: EntityTrait>(&self) -> Select<E> {
        let mut query = E::find().filter(team_within("team_id", self.scope));
        if let Some(team_id) = self.team_id {
            query = query.filter(Expr::col("team_id").eq(team_id.0));
        }
        if let Some(week_start) = self.week_start {
            query = query.filter(Expr::col("week_start").eq(week_start));
        }
        query
    }
}

/// The rows of `E` of one team's week.
pub(super) fn of_week<E: EntityTrait>(team_id: TeamId, week_start: NaiveDate) -> Select<E> {
    E::find().filter(Expr::col("team_id").eq(team_id.0).and(Expr::col("week_start").eq(week_start)))
}

/// The same, the last made first.
pub(super) fn latest_of_week<E: EntityTrait>(team_id: TeamId, week_start: NaiveDate) -> Select<E> {
    of_week::<E>(team_id, week_start).order_by_desc(Expr::col("created_at")).order_by_desc(Expr::col("id"))
}
