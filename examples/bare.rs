//! The yardstick of `measure.sh`: a bare actix handler that sends the bytes of a file.
//!
//! `bare FILE WORKERS` listens on a free port of the loopback interface, prints its address, and answers every GET of `/`.

use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Context;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: bare FILE WORKERS";
    let file = arguments.next().context(usage)?;
    let workers = arguments.next().context(usage)?.parse().context(usage)?;
    let body = Bytes::from(std::fs::read(&file).with_context(|| format!("{file} cannot be read"))?);
    let server = HttpServer::new(move || {
        let body = body.clone();
        let answer = move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type(ContentType::json()).body(body) }
        };
        App::new().route("/", web::get().to(answer))
    });
    let server = server.workers(workers).bind(("127.0.0.1", 0))?;
    println!("bare listens on http://{}", server.addrs()[0]);
    Ok(server.run().await?)
}
