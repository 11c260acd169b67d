//! Shift templates.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_edits, unneeded, versioned};
use super::entities::{shift_templates, wishes};
use super::row::{Reader, json};
use super::{Db, StoreError, published, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{ShiftTemplateId, SiteId};
use crate::domain::shift::ShiftTemplate;

/// Which shift templates to list.
#[derive(Debug, Clone, Copy)]
pub struct ShiftTemplateFilter<'a> {
    /// Only those of sites that a team in here works at.
    pub scope: &'a Scope,
    /// Only those of this site.
    pub site_id: Option<SiteId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(shift_templates::Entity, ShiftTemplate, ShiftTemplateId);

/// Lists shift templates.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(
    db: &impl Db,
    filter: &ShiftTemplateFilter<'_>,
    page: Page,
) -> Result<Listed<Versioned<ShiftTemplate>>, StoreError> {
    let mut query = shift_templates::Entity::find().filter(scope::site_within("site_id", filter.scope));
    if let Some(site_id) = filter.site_id {
        query = query.filter(Expr::col("site_id").eq(site_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// How many assignments of published rosters on `from` or later are of the template.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn published_uses(db: &impl Db, id: ShiftTemplateId, from: NaiveDate) -> Result<u64, StoreError> {
    published::uses(db, "shift_template_id", id.0, from).await
}

/// Archives a template that no wish and no published roster of today or later names.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(
    db: &impl Db,
    id: ShiftTemplateId,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<ShiftTemplate>, StoreError> {
    let from = published::today(now);
    let wished = Expr::col("shift_template_id").eq(id.0).and(Expr::col("archived_at").is_null()).and(Expr::col("date").gte(from));
    let kind = shift_templates::Entity::KIND;
    unneeded(kind, id.0, "wishes from today on", wishes::Entity::find().filter(wished).count(&db.executor()).await?)?;
    unneeded(kind, id.0, published::ASSIGNMENTS, published_uses(db, id, from).await?)?;
    editable::archive::<shift_templates::Entity>(db, id.0, expected_version, now).await
}

impl Editable for shift_templates::Entity {
    type Domain = ShiftTemplate;
    const KIND: &'static str = "shift template";

    fn id(template: &ShiftTemplate) -> Uuid {
        template.id.0
    }

    fn row(template: &ShiftTemplate, stamp: Stamp) -> shift_templates::Model {
        shift_templates::Model {
            id: template.id.0,
            site_id: template.site_id.0,
            code: template.code.clone(),
            name: template.name.clone(),
            start_minute: template.start_minute.into(),
            length_minutes: template.length_minutes.into(),
            breaks: json(&template.breaks),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: shift_templates::Model) -> Result<Versioned<ShiftTemplate>, StoreError> {
        let reader = Reader::new("shift_templates", row.id);
        let template = ShiftTemplate {
            id: ShiftTemplateId(row.id),
            site_id: SiteId(row.site_id),
            code: row.code,
            name: row.name,
            start_minute: reader.whole("start_minute", row.start_minute)?,
            length_minutes: reader.whole("length_minutes", row.length_minutes)?,
            breaks: reader.json("breaks", row.breaks)?,
        };
        Ok(versioned!(template, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_template_reads_back_and_its_code_is_unique_in_the_site(store) {
            let desk = testing::desk(&store).await;
            let filter = ShiftTemplateFilter { scope: &Scope::Everything, site_id: Some(desk.site.id), include_archived: false };
            let listed = list(&store, &filter, Page::ALL).await.unwrap();
            assert_eq!(listed.items[0].value, desk.template);
            let twin = ShiftTemplate { id: ShiftTemplateId::generate(), ..desk.template };
            let fault = insert(&store, &twin, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "shift_templates", field: "code" }), "{fault}");
        }

        a_template_of_a_published_roster_cannot_be_archived(store) {
            let desk = testing::desk(&store).await;
            testing::publish(&store, &desk).await;
            let fault = archive(&store, desk.template.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: published::ASSIGNMENTS, .. }), "{fault}");
            archive(&store, desk.template.id, 1, NOW + chrono::Duration::days(30)).await.unwrap();
        }
    }
}
