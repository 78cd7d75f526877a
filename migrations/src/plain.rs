//! THE LIST of columns that are plain: they hold no sensitive field in clear, and masked staff may read
//! them.
//!
//! A column that is not here is closed to the masked role, and a test compares a fresh tenant with this
//! list: a migration that opens a column stays red until somebody has declared it, and says by that what
//! the column may never hold. What holds a sensitive field stands in [`crate::WALLS`] instead.

/// Table, and columns of it that are plain. A migration that opens more of a table adds a line of its own.
pub const PLAIN: &[(&str, &str)] = &[
    // The tenant's own configuration.
    ("tenant_meta", "only_row access_version template template_version template_base created_at"),
    ("settings", "key value updated_at updated_by"),
    ("statuses", "entity key label hue position is_default closed outcome transitions"),
    ("pipelines", "key name position is_default"),
    ("pipeline_stages", "pipeline_key key label position probability hue outcome"),
    ("message_templates", "key subject text html updated_at"),
    ("custom_fields", "id entity key label type options required help position archived created_at updated_at"),
    // Staff, and what they may.
    ("roles", "id name description builtin position two_factor_required created_at updated_at"),
    ("role_permissions", "role_id permission scope"),
    ("role_fields", "role_id field level"),
    ("view_roles", "mask created_at"),
    ("teams", "id name parent_id leader_id created_at updated_at"),
    (
        "users",
        "id email name role_id team_id status must_change_password two_factor last_login_at last_login_ip created_at updated_at created_by",
    ),
    ("sessions", "id user_id ip user_agent created_at last_seen_at expires_at revoked_at revoke_reason"),
    ("password_tokens", "user_id purpose created_at expires_at used_at"),
    ("api_keys", "id name"),
    // Records.
    (
        "clients",
        "id first_name last_name country status kyc_status source assigned_to team_id tags custom currency last_activity_at
         created_at updated_at created_by version deleted_at search_name",
    ),
    ("clients", "email_masked phone_masked date_of_birth_masked address_masked"),
    ("clients", "follow_up_at follow_up_note follow_up_told partner_id lead_id"),
    ("clients", "merged_into"),
    ("clients", "import_id language"),
    (
        "leads",
        "id first_name last_name country status source partner_id assigned_to team_id message metadata custom
         converted_client_id created_at updated_at created_by version search_name",
    ),
    ("leads", "email_masked phone_masked"),
    ("leads", "tags follow_up_at follow_up_note follow_up_told"),
    ("leads", "import_id"),
    ("lead_status_history", "id lead_id old_status new_status changed_by at reason"),
    ("partners", "id name email approved leads_count created_at updated_at created_by"),
    // What clients handed in; what their files are called is of the class of the contents.
    ("document_types", "key label level required expires content_types max_bytes position archived created_at updated_at"),
    (
        "documents",
        "id lineage version client_id stored_under type content_type bytes sha256 status scan reason expires_at expires_sort
         reminded superseded_by uploaded_by reviewed_by reviewed_at completed_at created_at updated_at",
    ),
    // What people agreed to, and how they came in by themselves.
    ("consents", "id key required locale position archived version created_at updated_at"),
    ("consent_texts", "consent_id version title body hash published_at published_by"),
    ("client_consents", "id client_id key version hash at"),
    ("client_registrations", "id client_id partner_id lead_id submitted_at verified_at"),
    // Changes of many records, and who gets what comes in. What somebody searched for is not among them.
    (
        "bulk_changes",
        "id entity change actor_id by_key actor_name ip request_id job_id total processed changed undone_to restored skipped
         created_at",
    ),
    ("bulk_chunks", "change_id n ids done"),
    ("bulk_rows", "change_id record_id old_user new_user old_team new_team old_status new_status old_tags new_tags deleted_at"),
    (
        "assignment_rules",
        "id name entity position enabled countries languages sources partners users team_id method max_open last_user
         created_at updated_at",
    ),
    // Lists as files; what they were narrowed by is not among them.
    (
        "exports",
        "id entity format filter_words sort columns status requested_by by_key requester_name job_id total total_is_estimate
         row_count bytes sha256 masked first_byte_ms object_key policy error downloads linked_at created_at started_at
         finished_at expires_at deleted_at",
    ),
    // People to talk to, deals, and what is done about them.
    (
        "contacts",
        "id client_id is_primary first_name last_name company job_title status source rating description assigned_to team_id tags
         custom import_id created_at updated_at created_by version deleted_at search_name",
    ),
    ("contacts", "email_masked phone_masked merged_into"),
    ("pipelines", "archived"),
    ("pipeline_stages", "transitions required"),
    ("exchange_rates", "currency day rate base updated_at updated_by"),
    (
        "deals",
        "id kind name description next_steps client_id contact_id opportunity_id lead_id pipeline_key stage probability outcome
         amount currency expected_close_date closed_at lost_reason stage_since position assigned_to team_id tags custom import_id
         created_at updated_at created_by version deleted_at search_name",
    ),
    ("deal_stages", "id deal_id pipeline_key old_stage new_stage reason changed_by at"),
    (
        "activities",
        "id type subject description status priority due_at all_day duration_minutes outcome location client_id contact_id lead_id
         deal_id opportunity_id assigned_to team_id repeats repeats_zone series_id remind_before remind_at reminded completed_at
         completed_by created_at updated_at created_by version deleted_at search_text",
    ),
    ("activities", "import_id"),
    (
        "notes",
        "id content client_id contact_id lead_id deal_id activity_id pinned mentions author_id author_name created_at updated_at
         version deleted_at",
    ),
    (
        "attachments",
        "id client_id contact_id deal_id activity_id filename content_type bytes sha256 object_key uploaded_by uploader_name
         created_at deleted_at",
    ),
    ("notifications", "id user_id kind entity record_id actor_id actor_name once created_at read_at"),
    ("calendar_feeds", "user_id created_at last_used_at"),
    ("dashboards", "user_id name widgets updated_at"),
    ("customer_details", "client_id company role contacted contact_preferences notes updated_at"),
    ("console_secrets", "id fingerprint active created_at created_by"),
    ("user_subjects", "issuer subject user_id created_at last_seen_at"),
    ("exports", "language raw mail"),
    // Values of the tenant's own fields, tags and saved views.
    ("custom_values", "record_id field n text_value number_value"),
    ("tags", "id name hue created_at updated_at"),
    ("views", "id entity name shared owner_id team_id query created_at updated_at"),
    ("view_choices", "user_id entity ids default_id"),
    ("view_role_defaults", "role_id entity view_id"),
    // Words of names, and counts.
    ("search_words", "word"),
    ("figures", "entity dim assigned_to team_id value n open"),
    // What happened. The clear diff is behind every wall; answers that are kept are sealed.
    ("audit_log", "id n at actor_id actor_name on_behalf_of action resource_type resource_id diff_masked ip request_id seq"),
    ("idempotency_keys", "caller key"),
];
