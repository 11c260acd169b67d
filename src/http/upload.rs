//! Files as request bodies.

use std::fs::File;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use super::problem::ApiError;

/// Writes the body to a nameless file on disk as it comes: 64 MiB a request would add up in memory.
///
/// # Errors
/// [`ApiError::TooLarge`], at once where the length is announced; [`ApiError::Malformed`] when the body breaks off.
pub(super) async fn spooled(request: &HttpRequest, mut body: Payload, limit: usize) -> Result<File, ApiError> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(ApiError::TooLarge { limit });
    }
    let broken = |fault: std::io::Error| ApiError::Malformed(format!("the body could not be kept: {fault}"));
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(broken)?);
    let mut len = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|fault| ApiError::Malformed(format!("the body broke off: {fault}")))?;
        len += chunk.len();
        if len > limit {
            return Err(ApiError::TooLarge { limit });
        }
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    Ok(file.into_std().await)
}
