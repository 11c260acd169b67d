//! The composition root: builds the service from its settings, for `main` and for the tests alike.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, HttpServer, middleware as actix_middleware};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_actix_web::TracingLogger;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

use crate::config::Settings;
use crate::http::rosters::published_bodies;
use crate::http::state::AppState;
use crate::http::unmatched::KnownPaths;
use crate::http::{self, openapi};
use crate::jobs::{self, Clock, Queue, Worker};
use crate::services::execution::BuildDefaults;
use crate::services::keys;
use crate::store::{Store, StoreError};
use crate::telemetry;

/// Which parts of the service a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Answer requests.
    pub http: bool,
    /// Work on runs.
    pub worker: bool,
}

/// Why the service did not start or broke off.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error("the database cannot be used: {0}; check database.url")]
    Store(#[from] StoreError),
    /// The address.
    #[error("cannot listen on {address}: {fault}; set server.host and server.port to a free address")]
    Listen {
        /// What was to be listened on.
        address: String,
        /// Why not; told above, so not as the source.
        fault: std::io::Error,
    },
    /// The server, while it ran.
    #[error("the server broke off: {0}")]
    Server(#[from] std::io::Error),
    /// The queue or the clock.
    #[error("background work cannot start: {0}")]
    Jobs(#[from] crate::jobs::JobsError),
}

/// A built service. It accepts connections, and answers them once it runs.
pub struct App {
    port: u16,
    state: Data<AppState>,
    server: Option<Server>,
    background: Option<Background>,
}

/// Connects, migrates, binds the port, and starts the background work.
///
/// # Errors
/// [`AppError`] when the database or the port cannot be used.
pub async fn build(settings: Settings, parts: Parts) -> Result<App, AppError> {
    let store = Store::connect(&settings.database.url, settings.database.max_connections).await?;
    store.migrate().await?;
    // Before anything is begun: a process that cannot listen takes no runs.
    let listener = if parts.http { Some(listen(&settings)?) } else { None };
    let background = if parts.worker { Some(Background::start(&store, &settings).await?) } else { None };
    let settings = Arc::new(settings);
    let state = Data::new(AppState {
        store: store.clone(),
        settings: Arc::clone(&settings),
        actors: keys::actor_cache(),
        published: published_bodies(),
        progress: background.as_ref().map(|background| background.worker.board()).unwrap_or_default(),
        queued: background.as_ref().map(|background| background.worker.wake()).unwrap_or_default(),
        stopping: CancellationToken::new(),
        metrics: telemetry::metrics_handle(),
    });
    let (mut port, mut server) = (0, None);
    if let Some(listener) = listener {
        port = listener.local_addr()?.port();
        server = Some(serve(listener, &settings, state.clone())?);
    }
    Ok(App { port, state, server, background })
}

/// How long worker and clock may take to stop: where the database is away each of their last statements waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Worker and clock of this process.
struct Background {
    worker: Worker,
    clock: Option<Clock>,
}

impl Background {
    async fn start(store: &Store, settings: &Settings) -> Result<Self, AppError> {
        let queue = Queue::open(store).await?;
        let work = jobs::planning(store.clone(), build_defaults(settings));
        let worker = Worker::start(store.clone(), queue.clone(), settings.runs.concurrency, work);
        let clock = match settings.clock.is_enabled {
            true => Some(Clock::start(store.clone(), queue, worker.wake(), settings.clock.summary_at_minute).await?),
            false => None,
        };
        Ok(Self { worker, clock })
    }

    async fn stop(self) {
        let clock = async {
            if let Some(clock) = self.clock {
                clock.stop().await;
            }
        };
        let both = async { tokio::join!(clock, self.worker.stop()) };
        if tokio::time::timeout(PATIENCE, both).await.is_err() {
            tracing::warn!("background work did not stop in time: what it had begun is taken up again, as after a kill");
        }
    }
}

fn build_defaults(settings: &Settings) -> BuildDefaults {
    BuildDefaults {
        time_limit: Duration::from_secs(settings.solver.time_limit_secs.into()),
        threads: settings.solver.threads as usize,
        iterations: None,
        seed: settings.solver.seed.into(),
        gap: settings.solver.gap,
    }
}

impl App {
    /// The port it listens on; 0 without HTTP.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where users reach it: `server.public_url`, or the address it listens on.
    pub fn address(&self) -> String {
        let server = &self.state.settings.server;
        if server.public_url.is_empty() { format!("http://{}:{}", server.host, self.port) } else { server.public_url.clone() }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// What the handlers share.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Stops the server when told to; the rest of the app stops after it.
    pub fn server_handle(&self) -> Option<ServerHandle> {
        self.server.as_ref().map(Server::handle)
    }

    /// Serves until a signal or a stopped server ends it, then hands unfinished runs back to the queue.
    ///
    /// # Errors
    /// [`AppError::Server`] when the server broke off.
    pub async fn run_until_stopped(self) -> Result<(), AppError> {
        let stopping = self.state.stopping.clone();
        let mut signals = StopSignals::listen()?;
        tokio::spawn(async move {
            signals.any().await;
            stopping.cancel();
        });
        let served = match self.server {
            Some(server) => server.await.map_err(AppError::from),
            None => {
                self.state.stopping.cancelled().await;
                Ok(())
            }
        };
        if let Some(background) = self.background {
            background.stop().await;
        }
        served
    }
}

/// What tells a process to stop: Ctrl-C, and what a service manager sends.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn listen(settings: &Settings) -> Result<TcpListener, AppError> {
    let address = (settings.server.host.as_str(), settings.server.port);
    TcpListener::bind(address).map_err(|fault| AppError::Listen { address: format!("{}:{}", address.0, address.1), fault })
}

fn serve(listener: TcpListener, settings: &Settings, state: Data<AppState>) -> Result<Server, AppError> {
    let stopping = state.stopping.clone().cancelled_owned();
    let mut server = HttpServer::new(move || {
        let state = state.clone();
        let (app, document) = collect_routes(ActixApp::new());
        app.app_data(state)
            .app_data(Data::new(KnownPaths::of(&document)))
            .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document))
            .service(web::redirect("/", "/docs/"))
            .service(web::redirect("/docs", "/docs/"))
            .default_service(web::to(http::unmatched::refuse))
            .wrap(actix_middleware::Compress::default())
            .wrap(actix_middleware::from_fn(http::middleware::finish_problems))
            .wrap(actix_middleware::from_fn(http::middleware::measure))
            .wrap(TracingLogger::<http::middleware::Spans>::new())
    });
    if settings.server.threads > 0 {
        server = server.workers(settings.server.threads);
    }
    // The server's own handlers would cut answers off at Ctrl-C.
    let server = server.shutdown_signal(stopping).shutdown_timeout(10);
    Ok(server.listen(listener)?.run())
}

/// Registers every route, and says what the OpenAPI document is.
fn collect_routes<T>(app: ActixApp<T>) -> (ActixApp<T>, OpenApi)
where
    T: actix_web::dev::ServiceFactory<actix_web::dev::ServiceRequest, Config = (), Error = actix_web::Error, InitError = ()>,
{
    let (app, document) = app
        .into_utoipa_app()
        .openapi(openapi::frame())
        .service(scope::scope("/api/v1").configure(http::routes))
        .service(http::health::get_liveness)
        .service(http::health::get_readiness)
        .service(http::health::get_metrics)
        .split_for_parts();
    (app, openapi::complete(document))
}

/// The OpenAPI document of the service.
pub fn openapi_document() -> OpenApi {
    collect_routes(ActixApp::new()).1
}
