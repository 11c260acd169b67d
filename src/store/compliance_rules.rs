//! Platform rules of the users' own.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::compliance_rules;
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::compliance::OwnRule;
use crate::domain::ids::ComplianceRuleId;

plain_edits!(compliance_rules::Entity, OwnRule, ComplianceRuleId);
plain_archive!(compliance_rules::Entity, OwnRule, ComplianceRuleId);

/// Lists rules.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, include_archived: bool, page: Page) -> Result<Listed<Versioned<OwnRule>>, StoreError> {
    editable::page(db, scope::archived_too(compliance_rules::Entity::find(), include_archived), page).await
}

impl Editable for compliance_rules::Entity {
    type Domain = OwnRule;
    const KIND: &'static str = "platform rule";

    fn id(value: &OwnRule) -> Uuid {
        value.id.0
    }

    fn row(value: &OwnRule, stamp: Stamp) -> compliance_rules::Model {
        compliance_rules::Model {
            id: value.id.0,
            code: value.rule.code.clone(),
            rule: json(&value.rule),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: compliance_rules::Model) -> Result<Versioned<OwnRule>, StoreError> {
        let reader = Reader::new("compliance_rules", row.id);
        let value = OwnRule { id: ComplianceRuleId(row.id), rule: reader.json("rule", row.rule)? };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, on_both};
    use super::*;
    use crate::team::compliance::shipped;

    on_both! {
        an_own_rule_reads_back_until_it_is_archived(store) {
            let value = OwnRule { id: ComplianceRuleId::generate(), rule: shipped()[0].clone() };
            insert(&store, &value, NOW).await.unwrap();
            assert_eq!(get(&store, value.id).await.unwrap().unwrap().value, value);
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, false, Page::ALL).await.unwrap().items, []);
            assert_eq!(list(&store, true, Page::ALL).await.unwrap().items[0].value, value);
        }
    }
}
