//! Shops.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_edits, unneeded, versioned};
use super::entities::{queues, shops};
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{ShopId, SiteId};
use crate::domain::organisation::Shop;

/// Which shops to list.
#[derive(Debug, Clone, Copy)]
pub struct ShopFilter<'a> {
    /// Only those of sites that a team in here works at.
    pub scope: &'a Scope,
    /// Only those of this site.
    pub site_id: Option<SiteId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(shops::Entity, Shop, ShopId);

/// Lists shops.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &ShopFilter<'_>, page: Page) -> Result<Listed<Versioned<Shop>>, StoreError> {
    let mut query = shops::Entity::find().filter(scope::site_within("site_id", filter.scope));
    if let Some(site_id) = filter.site_id {
        query = query.filter(Expr::col("site_id").eq(site_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// Archives a shop that has no unarchived queue.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(db: &impl Db, id: ShopId, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Shop>, StoreError> {
    let of_shop = Expr::col("shop_id").eq(id.0).and(Expr::col("archived_at").is_null());
    unneeded("shop", id.0, "queues", queues::Entity::find().filter(of_shop).count(&db.executor()).await?)?;
    editable::archive::<shops::Entity>(db, id.0, expected_version, now).await
}

impl Editable for shops::Entity {
    type Domain = Shop;
    const KIND: &'static str = "shop";

    fn id(shop: &Shop) -> Uuid {
        shop.id.0
    }

    fn row(shop: &Shop, stamp: Stamp) -> shops::Model {
        shops::Model {
            id: shop.id.0,
            site_id: shop.site_id.0,
            name: shop.name.clone(),
            platform: word(&shop.platform),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: shops::Model) -> Result<Versioned<Shop>, StoreError> {
        let reader = Reader::new("shops", row.id);
        let shop = Shop {
            id: ShopId(row.id),
            site_id: SiteId(row.site_id),
            name: row.name,
            platform: reader.word("platform", row.platform)?,
        };
        Ok(versioned!(shop, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::super::{queues, sites};
    use super::*;

    on_both! {
        a_shop_with_queues_cannot_be_archived(store) {
            let desk = testing::desk(&store).await;
            let fault = archive(&store, desk.shop.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "queues", count: 1, .. }), "{fault}");
            queues::archive(&store, desk.queue.id, 1, NOW).await.unwrap();
            archive(&store, desk.shop.id, 1, NOW).await.unwrap();
        }

        shops_are_listed_by_site(store) {
            let desk = testing::desk(&store).await;
            let other = testing::site();
            sites::insert(&store, &other, NOW).await.unwrap();
            let of = |site_id| ShopFilter { scope: &Scope::Everything, site_id: Some(site_id), include_archived: false };
            let listed = list(&store, &of(desk.site.id), Page::ALL).await.unwrap();
            assert_eq!(listed.items[0].value, desk.shop);
            assert_eq!(list(&store, &of(other.id), Page::ALL).await.unwrap().items, []);
        }
    }
}
