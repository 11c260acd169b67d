//! Who is calling: keys in `Authorization: Bearer …` or `X-Api-Key`.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::Utc;
use tracing_actix_web::RequestId;

use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::{Actor, Permission};
use crate::services::{ServiceError, keys};

/// The caller of a request; extracting it refuses a request without a valid key.
#[derive(Debug, Clone)]
pub struct Caller(Actor);

impl Caller {
    /// Who calls, if the role carries the permission. Every handler begins with it.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`].
    pub fn may(&self, permission: Permission) -> Result<&Actor, ApiError> {
        if self.0.role.allows(permission) { Ok(&self.0) } else { Err(ServiceError::Forbidden { permission }.into()) }
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<Data<AppState>>().expect("the app registers its state").clone();
        let token = token_of(request);
        let request_id = request.extensions().get::<RequestId>().map(|id| id.to_string());
        Box::pin(async move {
            let token = token.ok_or(ApiError::Unauthenticated(
                "send an API key as `Authorization: Bearer <key>` or in an `X-Api-Key` header",
            ))?;
            let actor = keys::authenticate(&state.store, &state.actors, &token, Utc::now()).await?;
            let actor = actor
                .ok_or(ApiError::Unauthenticated("this API key is unknown, expired or revoked; ask an admin for another"))?;
            Ok(Self(Actor { request_id, ..Actor::clone(&actor) }))
        })
    }
}

fn token_of(request: &HttpRequest) -> Option<String> {
    let headers = request.headers();
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let plain = || headers.get("x-api-key").and_then(|value| value.to_str().ok());
    bearer.map(|(_, token)| token.trim()).or_else(plain).map(str::to_owned)
}
