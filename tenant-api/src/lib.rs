//! Everything that is served over HTTP: the APIs of all contexts, the pages, live events, probes.
//!
//! [`routes`] is THE LIST of APIs.

mod docs;
pub mod events;
mod letter_case;
pub mod pages;
pub mod probes;
pub mod routes;
mod search;
mod shape;
mod undo;

use poem::Response;
use poem::endpoint::BoxEndpoint;
use runtime::SharedApp;

/// An endpoint that `brokerdesk up` adds under `/dev` (the mail catcher's pages).
pub type DevPages = BoxEndpoint<'static, Response>;

/// The whole server.
pub fn server(app: SharedApp, dev: Option<DevPages>) -> impl poem::Endpoint<Output = Response> + 'static {
    let gate = runtime::http::gate::Gate::new(app.clone(), routes::routes(&app, dev), std::sync::Arc::new(pages::closed));
    probes::Probes::new(app, gate)
}
