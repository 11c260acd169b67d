//! RFC 9457 problems: the only file that knows which error has which status.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fault::FieldFault;
use crate::http::violations::ViolationView;
use crate::intake::RowFault;
use crate::services::ServiceError;
use crate::services::volumes::ImportRefusal;
use crate::store::StoreError;

/// What went wrong and what to do about it: `application/problem+json`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/not-found", "title": "Not found", "status": 404,
    "detail": "there is no agent 01936d7e-0000-7000-8000-000000000000 within your reach",
    "instance": "/api/v1/agents/01936d7e-0000-7000-8000-000000000000", "request_id": "5b2c7a0e-9a57-4c55-a1c5-5a2d4f7f2d11"
}))]
pub struct Problem {
    /// Which problem: a stable relative URI, `/problems/<slug>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here and what to do.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// Quote it when you ask for help; the log has it.
    pub request_id: String,
    /// Every fault of the input, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FaultView>,
    /// Every roster rule that would be broken, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<ViolationView>,
    /// Every row of an import that cannot be loaded, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowFaultView>,
}

/// One fault of the input.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "pointer": "#/breaks/0/minutes", "detail": "must be 5 or more" }))]
pub struct FaultView {
    /// JSON pointer to the field.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl From<FieldFault> for FaultView {
    fn from(fault: FieldFault) -> Self {
        Self { pointer: fault.pointer, detail: fault.detail }
    }
}

/// One cell of an import that cannot be loaded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "row": 7, "column": "队列", "value": "天猫售钱", "reason": "is not a queue; did you mean “天猫售前”?" }))]
pub struct RowFaultView {
    /// The row as a spreadsheet shows it: the first line of the file is 1.
    pub row: u32,
    /// The column's header.
    pub column: String,
    /// What the cell says, cut after 60 characters.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

impl From<&RowFault> for RowFaultView {
    fn from(fault: &RowFault) -> Self {
        Self {
            row: fault.row,
            column: fault.column.to_string(),
            value: fault.value.to_string(),
            reason: fault.reason.to_string(),
        }
    }
}

/// Every error that a handler or an extractor answers with.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// From a use case.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// No key, or one that is unknown, expired or revoked.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The body, path or query cannot be parsed.
    #[error("{0}")]
    Malformed(String),
    /// The body is larger than allowed.
    #[error("the body is larger than {limit} bytes; send less at once")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body has another media type than the route takes.
    #[error("this route takes {expected}; set the Content-Type header accordingly")]
    MediaType {
        /// What the route takes.
        expected: &'static str,
    },
    /// An edit came without `If-Match`.
    #[error("send the ETag of the version you edit in an If-Match header, or If-Match: * to edit whatever is there")]
    PreconditionRequired,
    /// There is no such route.
    #[error("there is no such route; /docs lists them all")]
    UnknownRoute,
    /// The route takes other methods.
    #[error("this route takes {allowed} only")]
    WrongMethod {
        /// What it takes.
        allowed: String,
    },
    /// The service is not ready.
    #[error("{0}")]
    Unavailable(&'static str),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Service(ServiceError::Store(error))
    }
}

/// A row of the table of problems: slug, title, status.
type Kind = (&'static str, &'static str, StatusCode);

const MALFORMED: Kind = ("malformed-request", "Malformed request", StatusCode::BAD_REQUEST);
const INVALID: Kind = ("validation-failed", "Validation failed", StatusCode::UNPROCESSABLE_ENTITY);
const NOT_FOUND: Kind = ("not-found", "Not found", StatusCode::NOT_FOUND);
const TOO_LARGE: Kind = ("body-too-large", "Body too large", StatusCode::PAYLOAD_TOO_LARGE);
const UNAVAILABLE: Kind = ("unavailable", "Unavailable", StatusCode::SERVICE_UNAVAILABLE);
const RUN_ACTIVE: Kind = ("run-already-active", "Run already active", StatusCode::CONFLICT);
const INTERNAL: Kind = ("internal-error", "Internal error", StatusCode::INTERNAL_SERVER_ERROR);

impl ApiError {
    fn kind(&self) -> Kind {
        match self {
            Self::Service(error) => service_kind(error),
            Self::Unauthenticated(_) => ("unauthenticated", "Not authenticated", StatusCode::UNAUTHORIZED),
            Self::Malformed(_) => MALFORMED,
            Self::TooLarge { .. } => TOO_LARGE,
            Self::MediaType { .. } => ("unsupported-media-type", "Unsupported media type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::PreconditionRequired => ("precondition-required", "Precondition required", StatusCode::PRECONDITION_REQUIRED),
            Self::UnknownRoute => NOT_FOUND,
            Self::WrongMethod { .. } => ("method-not-allowed", "Method not allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::Unavailable(_) => UNAVAILABLE,
        }
    }

    fn problem(&self) -> Problem {
        let (slug, title, status) = self.kind();
        let mut problem = Problem::new(slug, title, status, self.to_string());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            problem.detail = "something failed on our side; the log has the reason under the request_id".into();
        }
        match self {
            Self::Service(ServiceError::Invalid(faults)) => {
                problem.errors = faults.iter().cloned().map(FaultView::from).collect();
            }
            Self::Service(ServiceError::RuleViolation(violations)) => {
                problem.violations = violations.iter().map(Into::into).collect();
            }
            Self::Service(ServiceError::Import(ImportRefusal::Rows { faults, .. })) => {
                problem.rows = faults.iter().map(RowFaultView::from).collect();
            }
            _ => {}
        }
        problem
    }
}

fn service_kind(error: &ServiceError) -> Kind {
    match error {
        ServiceError::NotFound { .. } => NOT_FOUND,
        ServiceError::Forbidden { .. } | ServiceError::BeyondReach { .. } => ("forbidden", "Forbidden", StatusCode::FORBIDDEN),
        ServiceError::Invalid(_) | ServiceError::Import(ImportRefusal::Rows { .. }) => INVALID,
        ServiceError::Import(ImportRefusal::File(_)) => ("unreadable-file", "Unreadable file", StatusCode::UNPROCESSABLE_ENTITY),
        ServiceError::RuleViolation(_) => ("rule-violation", "Rule violation", StatusCode::CONFLICT),
        ServiceError::RosterIsDraft(_) => ("roster-is-draft", "Roster is a draft", StatusCode::CONFLICT),
        ServiceError::AlertNotNow(_) => ("alert-not-now", "Alert is not there yet", StatusCode::CONFLICT),
        ServiceError::TeamsBusy(_) => RUN_ACTIVE,
        ServiceError::IdempotencyKeyReused => {
            ("idempotency-key-reused", "Idempotency-Key reused", StatusCode::UNPROCESSABLE_ENTITY)
        }
        ServiceError::Store(error) => store_kind(error),
    }
}

fn store_kind(error: &StoreError) -> Kind {
    match error {
        StoreError::VersionConflict { .. } => ("version-conflict", "Version conflict", StatusCode::PRECONDITION_FAILED),
        StoreError::NotFound { .. } => NOT_FOUND,
        StoreError::Conflict { .. } => ("already-exists", "Already exists", StatusCode::CONFLICT),
        StoreError::Archived { .. } => ("archived", "Archived", StatusCode::CONFLICT),
        StoreError::ReferencedBy { .. } => ("in-use", "In use", StatusCode::CONFLICT),
        StoreError::RosterNotDraft { .. } => ("roster-not-draft", "Roster is not a draft", StatusCode::CONFLICT),
        StoreError::RunAlreadyActive { .. } => RUN_ACTIVE,
        StoreError::RunNotRetryable { .. } => ("run-not-retryable", "Run cannot be tried again", StatusCode::CONFLICT),
        StoreError::Unavailable(_) => UNAVAILABLE,
        StoreError::TeamLoop { .. } | StoreError::UnknownReference { .. } => INVALID,
        StoreError::RunLost { .. }
        | StoreError::UnknownDatabase { .. }
        | StoreError::Corrupt { .. }
        | StoreError::Database(_) => INTERNAL,
    }
}

impl Problem {
    fn new(slug: &str, title: &str, status: StatusCode, detail: String) -> Self {
        Self {
            kind: format!("/problems/{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            instance: String::new(),
            request_id: String::new(),
            errors: Vec::new(),
            violations: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The problem of a status that actix answered by itself, with an empty or a plain-text body.
    pub(super) fn of_bare_status(status: StatusCode) -> Self {
        let (slug, title, detail) = match status {
            StatusCode::NOT_FOUND => (NOT_FOUND.0, NOT_FOUND.1, "there is no such route; /docs lists them all"),
            StatusCode::PAYLOAD_TOO_LARGE => (TOO_LARGE.0, TOO_LARGE.1, "the body is larger than allowed; send less at once"),
            status if status.is_client_error() => (MALFORMED.0, MALFORMED.1, "the request could not be understood"),
            _ => (INTERNAL.0, INTERNAL.1, "something failed on our side; the log has the reason under the request_id"),
        };
        Self::new(slug, title, status, detail.into())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.kind().2
    }

    /// Carries the problem as an extension; `middleware::finish_problems` adds what only the request knows and writes it.
    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(error = self as &dyn std::error::Error, "request failed: {self}");
        }
        let mut response = HttpResponse::build(status);
        match self {
            Self::Unauthenticated(_) => _ = response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            Self::WrongMethod { allowed } => _ = response.insert_header((header::ALLOW, allowed.as_str())),
            Self::Service(ServiceError::Store(StoreError::RunAlreadyActive { run_id })) => {
                response.insert_header((header::LOCATION, format!("/api/v1/runs/{run_id}")));
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => _ = response.insert_header((header::RETRY_AFTER, "1")),
            _ => {}
        }
        response.extensions_mut().insert(self.problem());
        response.finish()
    }
}
