//! Which rules a site keeps: tightening a pack is for whoever manages the organisation, loosening the law for admins.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::{Actor, Permission};
use crate::domain::fault::Faults;
use crate::domain::ids::SiteId;
use crate::domain::labour::LabourRules;
use crate::domain::organisation::Site;
use crate::labour::adoption::{self, Loosened};
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::services::editing::{self, Expected, Kept};
use crate::store::labour_rules::{self, SiteLabour};
use crate::store::{Db, Store, StoreError, audit};

/// The rules of a site, and the limits of the law that they loosen.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRules {
    /// The rules through time.
    pub stored: SiteLabour,
    /// What each period loosens, in the order of the periods.
    pub loosened: Vec<Vec<Loosened>>,
}

impl From<SiteLabour> for SiteRules {
    fn from(stored: SiteLabour) -> Self {
        let loosened = stored.periods.iter().map(|rules| adoption::loosened(rules, rules.effective_from)).collect();
        Self { stored, loosened }
    }
}

/// Reads the labour rules of a site.
///
/// # Errors
/// [`ServiceError::NotFound`] for an unknown site.
pub async fn read_rules(db: &impl Db, actor: &Actor, site_id: SiteId) -> Result<SiteRules, ServiceError> {
    editing::get::<Site>(db, actor, site_id).await?;
    Ok(labour_rules::of_site(db, site_id).await?.into())
}

/// Sets the labour rules of a site from their date on. What loosens the law further than before has a line of its own in the
/// audit log.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::BeyondReach`], [`ServiceError::Invalid`] with every fault,
/// [`ServiceError::Forbidden`] where the law is loosened without the right to, a version conflict.
pub async fn set_rules(
    store: &Store,
    actor: &Actor,
    rules: LabourRules,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<SiteRules, ServiceError> {
    let tx = store.begin().await?;
    let site = editing::get::<Site>(&tx, actor, rules.site_id).await?;
    if site.archived_at.is_some() {
        return Err(StoreError::Archived { kind: "site", id: rules.site_id.0 }.into());
    }
    if !site.value.is_changeable(&tx, actor).await? {
        return Err(ServiceError::BeyondReach { what: "site" });
    }
    let mut faults = Faults::default();
    adoption::check(&rules, &mut faults);
    faults.into_result(Some(()))?;
    let before = labour_rules::of_site(&tx, rules.site_id).await?;
    let loosened = adoption::loosened(&rules, rules.effective_from);
    let is_new = loosens_more(&before, &rules, &loosened);
    if is_new && !actor.role.allows(Permission::ManageAccess) {
        return Err(ServiceError::Forbidden { permission: Permission::ManageAccess });
    }
    let after = labour_rules::put(&tx, &rules, expected.or(before.version), now).await?;
    let subject = Subject { what: "labour_rules", id: rules.site_id.0, team_id: None };
    let was = in_place_of(&before, rules.effective_from);
    audit::insert(&tx, &entry(actor, "change", subject, was, Some(&rules), now)).await?;
    if is_new {
        audit::insert(&tx, &entry(actor, "loosen", subject, None, Some(&told(&loosened)), now)).await?;
    }
    tx.commit().await?;
    Ok(after.into())
}

fn in_place_of(before: &SiteLabour, from: NaiveDate) -> Option<&LabourRules> {
    adoption::on(&before.periods, from)
}

/// Whether a limit of the law is looser than the rules before made it.
fn loosens_more(before: &SiteLabour, rules: &LabourRules, loosened: &[Loosened]) -> bool {
    let was = in_place_of(before, rules.effective_from).map(|was| adoption::loosened(was, rules.effective_from));
    let was = was.unwrap_or_default();
    let is_known = |new: &Loosened| was.iter().any(|old| old.limit == new.limit && new.limit.keeps(old.own, new.own));
    !loosened.iter().all(is_known)
}

/// What the audit log keeps of it.
fn told(loosened: &[Loosened]) -> serde_json::Value {
    let limit = |one: &Loosened| (one.limit.as_str().to_owned(), serde_json::json!({ "legal": one.legal, "own": one.own }));
    loosened.iter().map(limit).collect::<serde_json::Map<_, _>>().into()
}
