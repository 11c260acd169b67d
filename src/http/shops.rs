//! Shops.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::PlatformView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{ShopId, SiteId};
use crate::domain::organisation::Shop;
use crate::services::proposal::Reference;
use crate::store::shops::{self, ShopFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A shop to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "site_id": "01936d7e-0000-7000-8000-000000000000", "name": "旗舰店", "platform": "tmall" }))]
pub struct ShopCreate {
    /// The site that serves it.
    pub site_id: Uuid,
    /// Display name.
    pub name: String,
    /// Where it sells.
    pub platform: PlatformView,
}

impl Body for ShopCreate {
    type Value = Shop;

    fn of(shop: &Shop) -> Self {
        Self { site_id: shop.site_id.0, name: shop.name.clone(), platform: shop.platform.into() }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/site_id", SiteId(self.site_id))]
    }

    fn into_value(self, id: ShopId) -> Result<Shop, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        faults.into_result(Some(Shop { id, site_id: SiteId(self.site_id), name: self.name, platform: self.platform.into() }))
    }
}

/// What to change of a shop; absent fields stay as they are. A shop keeps its site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "官方旗舰店" }))]
pub struct ShopPatch {
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Where it sells.
    #[schema(nullable = false)]
    pub platform: Option<PlatformView>,
}

impl ShopPatch {
    fn apply(self, shop: ShopCreate) -> ShopCreate {
        ShopCreate { name: self.name.unwrap_or(shop.name), platform: self.platform.unwrap_or(shop.platform), ..shop }
    }
}

/// A shop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "site_id": "01936d7e-0000-7000-8000-000000000000", "name": "旗舰店",
    "platform": "tmall", "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct ShopView {
    /// Identity.
    pub id: Uuid,
    /// The site that serves it.
    pub site_id: Uuid,
    /// Display name.
    pub name: String,
    /// Where it sells.
    pub platform: PlatformView,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Shop>> for ShopView {
    fn from(row: Versioned<Shop>) -> Self {
        let ShopCreate { site_id, name, platform } = ShopCreate::of(&row.value);
        Self { id: row.value.id.0, site_id, name, platform, stamp: (&row).into() }
    }
}

/// Which shops to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShopQuery {
    /// Only those of this site.
    #[param(nullable = false)]
    pub site_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl ShopQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Shop>>, StoreError> {
        let site_id = self.site_id.map(SiteId);
        shops::list(store, &ShopFilter { scope: &actor.scope, site_id, include_archived: self.include_archived }, page).await
    }
}

kept_routes! {
    Shop by ShopId: ShopCreate, ShopPatch, ShopView, ShopQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a shop. Takes a key that reaches all teams of its site.
    POST "/shops" create_shop;
    /// List shops: those of sites that a team within reach works at.
    GET list_shops;
    /// Read a shop.
    GET "/shops/{id}" get_shop;
    /// Change a shop. Takes a key that reaches all teams of its site.
    PATCH patch_shop;
    /// Archive a shop. Refused while it has queues that are not archived.
    DELETE archive_shop;
}
