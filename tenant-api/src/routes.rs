//! THE LIST of all APIs.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt as _, IntoEndpoint as _, IntoResponse, Request, Response, Route};
use poem_openapi::{OpenApi, OpenApiService};
use runtime::SharedApp;
use runtime::http::{ApiError, Caller, Site, spec};

use crate::{DevPages, docs, events, letter_case, pages, search, shape, undo};

/// APIs at a broker's host, under `/api`.
fn tenant_apis() -> impl OpenApi {
    (
        (
            (access::auth::AuthApi, access::auth::TwoFactorApi, access::api_keys::ApiKeysApi),
            (access::users::UsersApi, access::users::UserProtectionApi),
            access::teams::TeamsApi,
            access::roles::RolesApi,
            access::explain::ExplainApi,
            access::audit::AuditApi,
            access::jobs::JobsApi,
            access::branding::BrandingApi,
            (access::settings::SettingsApi, access::console::ConsoleSettingsApi),
            undo::UndoApi,
        ),
        (
            crm::clients::ClientsApi,
            (crm::leads::LeadsApi, crm::leads::LeadFlowApi, crm::neighbours::NeighboursApi),
            (
                (crm::contacts::ContactsApi, crm::pipelines::PipelinesApi, crm::exchange_rates::ExchangeRatesApi),
                (crm::deals::DealsApi, crm::deals::DealStagesApi, crm::deals::DealBoardApi),
                (crm::deals::OpportunitiesApi, crm::deals::OpportunityStagesApi, crm::deals::OpportunityBoardApi),
            ),
            (crm::bulk::BulkApi, crm::assignment::AssignmentRulesApi, crm::overview::OverviewApi),
            (crm::imports::ImportsApi, crm::imports::BatchApi),
            crm::statuses::StatusesApi,
            (crm::custom_fields::CustomFieldsApi, crm::tags::TagsApi, crm::views::ViewsApi),
            crm::reveal::RevealApi,
            (crm::dashboard::DashboardApi, crm::reports::ReportsApi),
            (crm::duplicates::DuplicatesApi, crm::merges::MergesApi, crm::merges::ContactMergesApi),
            (crm::documents::DocumentsApi, crm::document_types::DocumentTypesApi, crm::exports::ExportsApi),
            crm::role_preview::RolePreviewApi,
            (
                partners::partners::PartnersApi,
                partners::public_form::PublicFormApi,
                partners::captcha::CaptchaApi,
                partners::registration::RegistrationApi,
                crm::consents::ConsentsApi,
            ),
            (
                crm::activities::ActivitiesApi,
                crm::notes::NotesApi,
                crm::attachments::AttachmentsApi,
                crm::notifications::NotificationsApi,
                crm::calendar::CalendarApi,
            ),
            (events::EventsApi, search::SearchApi),
        ),
    )
}

/// APIs for a broker's own console, under `/admin`.
fn console_apis() -> impl OpenApi {
    (
        console::ConsoleMeApi,
        (console::CustomersApi, console::CustomerTagsApi, console::ConsoleContactsApi),
        (console::ConsoleDealsApi, console::ConsolePipelinesApi),
        (console::ConsoleActivitiesApi, console::ConsoleNotesApi, console::ConsoleAttachmentsApi),
        (console::ConsoleTagsApi, console::ConsoleAuditApi, console::ConsoleReportsApi),
    )
}

/// APIs for sales programs, under `/api/crm`.
fn crm_apis() -> impl OpenApi {
    (
        (console::sales::SalesContactsApi, console::sales::SalesActivitiesApi),
        (console::sales::SalesOpportunitiesApi, console::sales::SalesDealsApi, console::sales::SalesPipelineApi),
        (console::sales::SalesStatsApi, console::sales::SalesDashboardApi, console::sales::SalesIntegrationsApi),
    )
}

/// APIs at the platform's host, under `/api/platform`.
fn platform_apis() -> impl OpenApi {
    (
        access::auth::AuthApi,
        access::auth::TwoFactorApi,
        provisioner::signup::SignupApi,
        provisioner::provisionings::ProvisioningsApi,
        provisioner::tenants::TenantsApi,
    )
}

fn tenant_service() -> OpenApiService<impl OpenApi, ()> {
    OpenApiService::new(tenant_apis(), "Brokerdesk tenant API", env!("CARGO_PKG_VERSION"))
        .description("What staff, partners and programs of one broker use, at the broker's own host.")
        .url_prefix("/api")
}

fn platform_service() -> OpenApiService<impl OpenApi, ()> {
    OpenApiService::new(platform_apis(), "Brokerdesk platform API", env!("CARGO_PKG_VERSION"))
        .description("Sign-up, provisioning and the platform owner's console, at the platform's host.")
        .url_prefix("/api/platform")
}

fn console_service() -> OpenApiService<impl OpenApi, ()> {
    OpenApiService::new(console_apis(), "Brokerdesk console API", env!("CARGO_PKG_VERSION"))
        .description("What a broker's own console uses, at the broker's host, with tokens that it signs itself.")
        .url_prefix("/admin")
}

fn crm_service() -> OpenApiService<impl OpenApi, ()> {
    OpenApiService::new(crm_apis(), "Brokerdesk sales API", env!("CARGO_PKG_VERSION"))
        .description("What a sales program of the broker's own uses, at the broker's host.")
        .url_prefix("/api/crm")
}

/// The specification of the sales API.
pub fn crm_spec() -> String {
    spec::finish(&crm_service().spec(), true)
}

/// The specification of the console API.
pub fn console_spec() -> String {
    spec::finish(&console_service().spec(), true)
}

/// The specification of the tenant API.
pub fn tenant_spec() -> String {
    spec::finish(&tenant_service().spec(), true)
}

/// The specification of the platform API.
pub fn platform_spec() -> String {
    spec::finish(&platform_service().spec(), false)
}

/// Everything behind the gate.
pub fn routes(app: &SharedApp, dev: Option<DevPages>) -> impl Endpoint<Output = Response> + use<> {
    let mut root = Route::new()
        .nest("/api/platform", at(Host::Platform, with_docs(platform_service(), platform_spec())))
        .nest("/api/crm", at(Host::Tenant, letter_case::any(with_docs(crm_service(), crm_spec()).map_to_response())))
        .nest("/api", at(Host::Tenant, with_docs(tenant_service(), tenant_spec())))
        .nest("/admin", at(Host::Tenant, with_docs(console_service(), console_spec())));
    if let Some(dev) = dev.filter(|_| app.config.local_mode) {
        root = root.nest("/dev", dev);
    }
    root.nest("/", pages::Pages).map_to_response()
}

fn with_docs(api: OpenApiService<impl OpenApi + 'static, ()>, spec: String) -> Route {
    let spec: Arc<str> = spec.into();
    let docs = docs::Page::new(spec.clone());
    let api = shape::naming(spec.clone(), api.into_endpoint().map_to_response());
    Route::new()
        .at("/openapi.json", poem::endpoint::make_sync(move |_| json(&spec)))
        .at("/docs", poem::endpoint::make_sync(move |_| docs.answer()))
        .nest("/", api)
}

fn json(text: &str) -> Response {
    Response::builder().content_type("application/json; charset=utf-8").body(text.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    Platform,
    Tenant,
}

/// Answers only at the host an API belongs to.
fn at<E: Endpoint + 'static>(host: Host, inner: E) -> impl Endpoint<Output = Response> + 'static {
    let inner = Arc::new(inner.map_to_response());
    poem::endpoint::make(move |req: Request| {
        let inner = inner.clone();
        async move {
            let here = match Caller::of(&req).map(|c| c.site) {
                Some(Site::Platform(_)) => Host::Platform,
                _ => Host::Tenant,
            };
            if here == host {
                return inner.call(req).await;
            }
            let error = match host {
                Host::Tenant => kernel::DomainError::NotFound {
                    code: "tenant_not_found",
                    message: "This is the platform's own address; call a broker's.".to_owned(),
                },
                Host::Platform => kernel::DomainError::not_found("This address"),
            };
            Ok(ApiError(error).into_response())
        }
    })
}
