//! The labour rules of sites, by the date from which they hold.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::editable::stored;
use super::entities::labour_rules::{self, Column};
use super::row::{Reader, json, word};
use super::{Db, StoreError};
use crate::domain::ids::SiteId;
use crate::domain::labour::LabourRules;

/// All rules of a site, the earliest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SiteLabour {
    /// Counts the changes; 0 while nobody has adopted a pack.
    pub version: i32,
    /// When they were last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// By the date from which they hold.
    pub periods: Vec<LabourRules>,
}

/// Reads the rules of a site.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn of_site(db: &impl Db, site_id: SiteId) -> Result<SiteLabour, StoreError> {
    let query = labour_rules::Entity::find().filter(Expr::col("site_id").eq(site_id.0)).order_by_asc(Column::EffectiveFrom);
    let mut found = SiteLabour::default();
    for row in query.all(&db.executor()).await? {
        found.version = Ord::max(found.version, row.version);
        found.updated_at = Ord::max(found.updated_at, Some(row.updated_at));
        found.periods.push(parse(row)?);
    }
    Ok(found)
}

/// Stores rules from their date on, in place of others from the same date, if the site is still at `expected_version`.
///
/// # Errors
/// [`StoreError::VersionConflict`], [`StoreError::UnknownReference`].
pub async fn put(db: &impl Db, rules: &LabourRules, expected_version: i32, now: DateTime<Utc>) -> Result<SiteLabour, StoreError> {
    let (id, expected) = (rules.site_id.0, expected_version);
    let found = of_site(db, rules.site_id).await?.version;
    if found != expected {
        return Err(StoreError::VersionConflict { kind: "labour rules of site", id, expected, found });
    }
    let key = [Column::SiteId, Column::EffectiveFrom];
    let others = [
        Column::Version,
        Column::Pack,
        Column::Cycle,
        Column::Posts,
        Column::Changes,
        Column::RestDays,
        Column::RestDayWork,
        Column::UpdatedAt,
    ];
    let replace = OnConflict::columns(key).update_columns(others).to_owned();
    let row = row(rules, expected + 1, stored(now)).into_active_model().reset_all();
    labour_rules::Entity::insert(row).on_conflict(replace).exec_without_returning(&db.executor()).await?;
    of_site(db, rules.site_id).await
}

fn row(rules: &LabourRules, version: i32, now: DateTime<Utc>) -> labour_rules::Model {
    labour_rules::Model {
        site_id: rules.site_id.0,
        effective_from: rules.effective_from,
        version,
        pack: rules.pack.clone(),
        cycle: rules.cycle.as_ref().map(word),
        posts: json(&rules.posts),
        changes: json(&rules.changes),
        rest_days: word(&rules.rest_days),
        rest_day_work: json(&rules.rest_day_work),
        updated_at: now,
    }
}

fn parse(row: labour_rules::Model) -> Result<LabourRules, StoreError> {
    let reader = Reader::new("labour_rules", row.site_id);
    Ok(LabourRules {
        site_id: SiteId(row.site_id),
        effective_from: row.effective_from,
        pack: row.pack,
        cycle: row.cycle.map(|cycle| reader.word("cycle", cycle)).transpose()?,
        posts: reader.json("posts", row.posts)?,
        changes: reader.json("changes", row.changes)?,
        rest_days: reader.word("rest_days", row.rest_days)?,
        rest_day_work: reader.json("rest_day_work", row.rest_day_work)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::agent::Post;
    use crate::domain::labour::{Cycle, LimitCode, PostHours, RestDayWork, RestDays};

    on_both! {
        rules_are_kept_by_their_date_and_changed_under_the_version_of_the_site(store) {
            let desk = testing::desk(&store).await;
            let first = LabourRules {
                site_id: desk.site.id,
                effective_from: "2026-01-01".parse().unwrap(),
                pack: "cn-standard".into(),
                cycle: None,
                posts: vec![PostHours { post: Post::AftersaleAgent, pack: "cn-comprehensive".into(), cycle: Some(Cycle::Quarter) }],
                changes: [(LimitCode::MaxMonthlyOvertimeMinutes, 1800)].into(),
                rest_days: RestDays::Rostered,
                rest_day_work: RestDayWork::TimeOff { expires_after_days: 90 },
            };
            assert_eq!(of_site(&store, desk.site.id).await.unwrap(), SiteLabour::default());
            assert_eq!(put(&store, &first, 0, NOW).await.unwrap().periods, std::slice::from_ref(&first));
            let fault = put(&store, &first, 0, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::VersionConflict { expected: 0, found: 1, .. }), "{fault}");
            let earlier = LabourRules { effective_from: "2025-01-01".parse().unwrap(), rest_day_work: RestDayWork::Paid, ..first.clone() };
            assert_eq!(put(&store, &earlier, 1, NOW).await.unwrap().periods, [earlier.clone(), first.clone()]);
            let instead = LabourRules { rest_days: RestDays::Calendar, ..earlier };
            let after = put(&store, &instead, 2, NOW).await.unwrap();
            assert_eq!((after.version, after.periods), (3, vec![instead, first]));
        }
    }
}
