//! Extractors whose refusals are problems, and the small headers of conditional requests and paging.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH};
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::access::Caller;
use super::problem::ApiError;
use super::state::AppState;
use crate::services::editing::Expected;
use crate::store::{Listed, Page};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// A JSON body. Unlike actix's own, its refusal names the field that does not fit.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<Data<AppState>>().expect("the app registers its state").settings.limits.body_bytes;
        let is_json = is_json(request.headers());
        let mut payload = payload.take();
        Box::pin(async move {
            if !is_json {
                return Err(ApiError::MediaType { expected: "application/json" });
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|fault| ApiError::Malformed(format!("the body broke off: {fault}")))?;
                if body.len() + chunk.len() > limit {
                    return Err(ApiError::TooLarge { limit });
                }
                body.extend_from_slice(&chunk);
            }
            let mut parser = serde_json::Deserializer::from_slice(&body);
            serde_path_to_error::deserialize(&mut parser).map(Json).map_err(|fault| misfit("the body", &fault))
        })
    }
}

/// What does not fit, and where in the body or the query it stands.
fn misfit(whole: &str, fault: &serde_path_to_error::Error<impl std::error::Error>) -> ApiError {
    let at = fault.path().to_string();
    let place = if at == "." { whole.to_owned() } else { format!("`{at}`") };
    ApiError::Malformed(format!("{place} does not fit: {}", fault.inner()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// Parameters of the path.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parsed = actix_web::web::Path::<T>::from_request(request, payload).into_inner();
        let refused = |fault: actix_web::Error| ApiError::Malformed(format!("the path does not fit: {fault}"));
        std::future::ready(parsed.map(|path| Self(path.into_inner())).map_err(refused))
    }
}

/// Parameters of the query. One that the document does not name is refused: a slip of the keyboard would else be taken for
/// no condition at all.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = request.query_string();
        told_to_callers(request, expect_known(query, &names::<T>()).and_then(|()| parse_query(query)).map(Self))
    }
}

/// A parsed query, or what is wrong with it: that is told to callers with a valid key only. Without this the query's fault
/// would come first, for reading it takes no time and finding the key does.
fn told_to_callers<T: 'static>(request: &HttpRequest, parsed: Result<T, ApiError>) -> Extracted<T> {
    let caller = parsed.is_err().then(|| Caller::from_request(request, &mut Payload::None));
    Box::pin(async move {
        if let Some(caller) = caller {
            caller.await?;
        }
        parsed
    })
}

/// Which part of a list: the filter and the page, from one query.
pub struct ListQuery<F> {
    /// Which items.
    pub filter: F,
    /// Which of those.
    pub page: Page,
}

impl<F: DeserializeOwned + IntoParams + 'static> FromRequest for ListQuery<F> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = |query: &str| {
            let (filter, page) = parse_pair::<F, PageQuery>(query)?;
            Ok(Self { filter, page: page.page()? })
        };
        told_to_callers(request, read(request.query_string()))
    }
}

/// Two groups of parameters of one query.
pub struct QueryPair<A, B>(pub A, pub B);

impl<A, B> FromRequest for QueryPair<A, B>
where
    A: DeserializeOwned + IntoParams + 'static,
    B: DeserializeOwned + IntoParams + 'static,
{
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        told_to_callers(request, parse_pair(request.query_string()).map(|(one, other)| Self(one, other)))
    }
}

fn parse_pair<A: DeserializeOwned + IntoParams, B: DeserializeOwned + IntoParams>(query: &str) -> Result<(A, B), ApiError> {
    expect_known(query, &[names::<A>(), names::<B>()].concat())?;
    Ok((parse_query(query)?, parse_query(query)?))
}

/// The parameters that the document names.
fn names<T: IntoParams>() -> Vec<String> {
    T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
}

fn expect_known(query: &str, known: &[String]) -> Result<(), ApiError> {
    let given: Vec<(String, String)> = parse_query(query)?;
    let unknown: Vec<String> =
        given.into_iter().filter(|(name, _)| !known.contains(name)).map(|(name, _)| format!("`{name}`")).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let (unknown, known) = (unknown.join(", "), known.join(", "));
    Err(ApiError::Malformed(format!("the query does not fit: {unknown} is not known here; known are {known}")))
}

fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|fault| misfit("the query", &fault))
}

/// The version an edit is meant for: `If-Match: "<version>"`, or `*` for whatever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Expected);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = request.headers().get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim());
        std::future::ready(match given {
            None => Err(ApiError::PreconditionRequired),
            Some("*") => Ok(Self(Expected::Any)),
            Some(tag) => tag.trim_matches('"').parse().map(|version| Self(Expected::Version(version))).map_err(|_| {
                let tag = if tag.is_empty() { "nothing" } else { tag };
                ApiError::Malformed(format!("If-Match must be one ETag as it was read, such as \"3\", or *; got {tag}"))
            }),
        })
    }
}

/// A key that names one request, so that it can be sent again without being carried out twice.
pub struct IdempotencyKey(pub String);

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::trim);
        std::future::ready(match given {
            Some(key) if (1..=200).contains(&key.len()) => Ok(Self(key.to_owned())),
            _ => Err(ApiError::Malformed(
                "send an Idempotency-Key header of 1 to 200 characters, fresh for every run you want, for example a UUID".into(),
            )),
        })
    }
}

/// The strong entity tag of a version.
pub fn etag(version: i32) -> (actix_web::http::header::HeaderName, HeaderValue) {
    (ETAG, HeaderValue::from_str(&format!("\"{version}\"")).expect("digits and quotes"))
}

/// Where to go on in a list, and how much to send at once.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before; absent for the first.
    #[param(nullable = false)]
    pub cursor: Option<Uuid>,
    /// Items a page, 1-200; 50 if absent.
    #[param(minimum = 1, maximum = 200, nullable = false)]
    pub limit: Option<u64>,
}

impl PageQuery {
    /// As the store takes it.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] when the limit is out of range.
    pub fn page(self) -> Result<Page, ApiError> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(ApiError::Malformed(format!("limit must be between 1 and 200, got {limit}")));
        }
        Ok(Page { after: self.cursor, limit })
    }
}

/// A page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PageView<T> {
    /// The items, oldest first.
    pub items: Vec<T>,
    /// Send it as `cursor` to get the page after; `null` on the last.
    pub next_cursor: Option<Uuid>,
}

impl<T> PageView<T> {
    /// The page of views of what the store listed; `id` is what the list is ordered by.
    pub fn of<R>(listed: Listed<R>, id: impl Fn(&R) -> Uuid, view: impl Fn(R) -> T) -> Self {
        let next_cursor = listed.items.last().map(id).filter(|_| listed.has_more);
        Self { items: listed.items.into_iter().map(view).collect(), next_cursor }
    }
}

/// 201 with the address and the version of what was made.
pub fn created(path: &str, id: impl std::fmt::Display, version: i32, view: impl Serialize) -> HttpResponse {
    HttpResponse::Created().insert_header(("Location", format!("/api/v1/{path}/{id}"))).insert_header(etag(version)).json(view)
}

/// 200 with the version of what is there.
pub fn versioned(version: i32, view: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(version)).json(view)
}
