//! The answer to what no route takes: an unknown path, or a known path with another method.

use actix_web::dev::ResourceDef;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi;

use super::problem::ApiError;

/// Every path of the document with the methods it takes. actix tries routes one by one and forgets that another method of
/// the same path would have matched.
pub struct KnownPaths(Vec<(ResourceDef, Vec<&'static str>)>);

impl KnownPaths {
    /// Of what the service says of itself.
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let methods =
                [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
            let taken = methods.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method);
            (ResourceDef::new(path.as_str()), taken.collect())
        });
        Self(paths.collect())
    }
}

/// Refuses a request that no route takes.
///
/// # Errors
/// Always: [`ApiError::WrongMethod`] or [`ApiError::UnknownRoute`].
pub async fn refuse(request: HttpRequest, known: Data<KnownPaths>) -> Result<HttpResponse, ApiError> {
    let matching = known.0.iter().filter(|(path, _)| path.is_match(request.path()));
    let allowed: Vec<&str> = matching.flat_map(|(_, methods)| methods.iter().copied()).collect();
    Err(if allowed.is_empty() { ApiError::UnknownRoute } else { ApiError::WrongMethod { allowed: allowed.join(", ") } })
}
