//! The five routes of everything that is kept with a version, and what they share.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::FieldFault;
use crate::services::editing::Kept;
use crate::services::proposal::{Proposal, Reference};
use crate::store::Versioned;

/// Version and times, as every view of something kept carries them.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct StampView {
    /// Counts changes; the `ETag`.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived; `null` while it is in use.
    pub archived_at: Option<DateTime<Utc>>,
}

impl<T> From<&Versioned<T>> for StampView {
    fn from(row: &Versioned<T>) -> Self {
        Self { version: row.version, created_at: row.created_at, updated_at: row.updated_at, archived_at: row.archived_at }
    }
}

/// A body from which something kept is made.
pub trait Body: Sized {
    /// What is made.
    type Value: Kept;

    /// The body that would make the value as it is.
    fn of(value: &Self::Value) -> Self;

    /// What it points at.
    fn references(&self) -> Vec<Reference>;

    /// The value, under that identity.
    ///
    /// # Errors
    /// Every fault that shows without the database.
    fn into_value(self, id: <Self::Value as Kept>::Id) -> Result<Self::Value, Vec<FieldFault>>;

    /// What a new body proposes.
    fn propose(self, id: <Self::Value as Kept>::Id) -> Proposal<Self::Value> {
        let references = self.references();
        Proposal { references, value: self.into_value(id) }
    }

    /// What a change of the current value proposes. What it pointed at before is not asked about again: a colleague with a
    /// wider reach may have set it.
    fn repropose(current: &Self::Value, change: impl FnOnce(Self) -> Self) -> Proposal<Self::Value> {
        let body = Self::of(current);
        let known = body.references();
        let mut proposal = change(body).propose(current.id());
        proposal.references.retain(|new| !known.iter().any(|old| old.target == new.target));
        proposal
    }
}

/// The handlers `create`, `list`, `get`, `patch` and `archive` of a resource, and their registration.
///
/// Expects in scope: the body (a [`Body`]), the patch (`fn apply(self, body) -> body`), the view (`From<Versioned<_>>`), and
/// the filters of the list (`async fn rows(self, &Store, &Actor, Page) -> Result<Listed<Versioned<_>>, StoreError>`).
macro_rules! kept_routes {
    (
        $value:ident by $id:ident: $create:ident, $patch:ident, $view:ident, $filter:ident;
        tag $tag:tt, read $read:ident, change $change:ident;
        $(#[$create_doc:meta])+ POST $all:tt $create_it:ident;
        $(#[$list_doc:meta])+ GET $list_it:ident;
        $(#[$get_doc:meta])+ GET $one:tt $get_it:ident;
        $(#[$patch_doc:meta])+ PATCH $patch_it:ident;
        $(#[$archive_doc:meta])+ DELETE $archive_it:ident;
    ) => {
        use actix_web::web::Data;
        use actix_web::{HttpResponse, delete, get, patch, post};
        use utoipa_actix_web::service_config::ServiceConfig;

        use $crate::http::access::Caller;
        use $crate::http::extract::{IfMatch, Json, ListQuery, PageQuery, PageView, Path, created, versioned};
        use $crate::http::problem::ApiError;
        use $crate::http::state::AppState;
        use $crate::services::editing::{self, Kept as _};

        $(#[$create_doc])+
        #[utoipa::path(tag = $tag, request_body = $create,
            responses((status = 201, description = "Made", body = $view), (status = 409, description = "A value is taken",
                body = $crate::http::problem::Problem, content_type = "application/problem+json")),
            extensions(("x-permission" = json!($crate::domain::access::Permission::$change))))]
        #[post($all)]
        pub async fn $create_it(caller: Caller, state: Data<AppState>, body: Json<$create>) -> Result<HttpResponse, ApiError> {
            let actor = caller.may($crate::domain::access::Permission::$change)?;
            let row = editing::create::<$value>(&state.store, actor, body.0.propose($id::generate()), chrono::Utc::now()).await?;
            if $value::SHAPES_SCOPES {
                state.actors.invalidate_all();
            }
            Ok(created($all.trim_start_matches('/'), row.value.id, row.version, $view::from(row)))
        }

        $(#[$list_doc])+
        #[utoipa::path(tag = $tag, params(PageQuery, $filter),
            responses((status = 200, description = "A page, oldest first", body = PageView<$view>)),
            extensions(("x-permission" = json!($crate::domain::access::Permission::$read))))]
        #[get($all)]
        pub async fn $list_it(
            caller: Caller,
            state: Data<AppState>,
            query: ListQuery<$filter>,
        ) -> Result<HttpResponse, ApiError> {
            let actor = caller.may($crate::domain::access::Permission::$read)?;
            let listed = query.filter.rows(&state.store, actor, query.page).await?;
            Ok(HttpResponse::Ok().json(PageView::of(listed, |row| row.value.id.0, $view::from)))
        }

        $(#[$get_doc])+
        #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = "Which")),
            responses((status = 200, description = "As it is", body = $view)),
            extensions(("x-permission" = json!($crate::domain::access::Permission::$read))))]
        #[get($one)]
        pub async fn $get_it(caller: Caller, state: Data<AppState>, id: Path<$id>) -> Result<HttpResponse, ApiError> {
            let actor = caller.may($crate::domain::access::Permission::$read)?;
            let row = editing::get::<$value>(&state.store, actor, id.0).await?;
            Ok(versioned(row.version, $view::from(row)))
        }

        $(#[$patch_doc])+
        #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = "Which")), request_body = $patch,
            responses((status = 200, description = "As it is now", body = $view)),
            extensions(("x-permission" = json!($crate::domain::access::Permission::$change)), ("x-if-match" = json!(true))))]
        #[patch($one)]
        pub async fn $patch_it(
            caller: Caller,
            state: Data<AppState>,
            id: Path<$id>,
            if_match: IfMatch,
            body: Json<$patch>,
        ) -> Result<HttpResponse, ApiError> {
            let actor = caller.may($crate::domain::access::Permission::$change)?;
            let change = |current: &$value| $create::repropose(current, |made| body.0.apply(made));
            let row = editing::patch(&state.store, actor, id.0, if_match.0, change, chrono::Utc::now()).await?;
            if $value::SHAPES_SCOPES {
                state.actors.invalidate_all();
            }
            Ok(versioned(row.version, $view::from(row)))
        }

        $(#[$archive_doc])+
        #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = "Which")),
            responses((status = 200, description = "As it is now", body = $view)),
            extensions(("x-permission" = json!($crate::domain::access::Permission::$change)), ("x-if-match" = json!(true))))]
        #[delete($one)]
        pub async fn $archive_it(
            caller: Caller,
            state: Data<AppState>,
            id: Path<$id>,
            if_match: IfMatch,
        ) -> Result<HttpResponse, ApiError> {
            let actor = caller.may($crate::domain::access::Permission::$change)?;
            let row = editing::archive::<$value>(&state.store, actor, id.0, if_match.0, chrono::Utc::now()).await?;
            Ok(versioned(row.version, $view::from(row)))
        }

        /// Registers the routes.
        pub fn routes(api: &mut ServiceConfig<'_>) {
            api.service($create_it).service($list_it).service($get_it).service($patch_it).service($archive_it);
        }
    };
}
pub(super) use kept_routes;
