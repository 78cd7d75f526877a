-- People to talk to, deals on their way through pipelines, what was done and what is to do about them.

-- A contact is a person, with or without a client; of the contacts of a client one at most is the primary one.
create table contacts (
    id uuid primary key,
    client_id uuid references clients (id),
    is_primary boolean not null default false check (not is_primary or client_id is not null),
    first_name text not null,
    last_name text not null,
    email text,
    phone text,
    company text,
    job_title text,
    status text not null default 'lead' check (status in ('lead', 'prospect', 'customer', 'closed')),
    source text,
    rating smallint check (rating between 0 and 5),
    description text,
    assigned_to uuid references users (id),
    team_id uuid references teams (id),
    tags text[] not null default '{}',
    custom jsonb not null default '{}',
    import_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    version int not null default 1,
    deleted_at timestamptz,
    email_masked text generated always as (mask_email(email)) stored,
    phone_masked text generated always as (mask_phone(phone)) stored,
    search_name text not null generated always as
        (fold(first_name || ' ' || last_name || ' ' || coalesce(company, ''))) stored,
    search_all text not null generated always as
        (fold(first_name || ' ' || last_name || ' ' || coalesce(company, '') || ' ' || coalesce(email, '') || ' ' ||
            coalesce(phone, ''))) stored
);
alter table contacts
    alter column search_name set statistics 1000,
    alter column search_all set statistics 1000;
create unique index contacts_primary on contacts (client_id) where is_primary and deleted_at is null;
create index contacts_by_client on contacts (client_id, created_at desc, id desc) where deleted_at is null;
create index contacts_by_created on contacts (created_at desc, id desc) where deleted_at is null;
create index contacts_by_status on contacts (status, created_at desc, id desc) where deleted_at is null;
create index contacts_by_source on contacts (source, created_at desc, id desc) where deleted_at is null;
create index contacts_by_owner on contacts (assigned_to, created_at desc, id desc) where deleted_at is null;
create index contacts_by_team on contacts (team_id, created_at desc, id desc) where deleted_at is null;
create index contacts_by_name on contacts (search_name, id) where deleted_at is null;
create index contacts_by_email on contacts (lower(email)) where deleted_at is null;
create index contacts_by_rating on contacts (rating, created_at desc, id desc) where deleted_at is null and rating is not null;
create index contacts_by_tag on contacts using gin (tags) where deleted_at is null;
create index contacts_by_import on contacts (import_id) where import_id is not null;
create index contacts_search_all on contacts using gin (search_all extensions.gin_trgm_ops) where deleted_at is null;
create index contacts_search_name on contacts using gin (search_name extensions.gin_trgm_ops) where deleted_at is null;

-- Which stages may follow (null: every one), and which fields a deal must have to come in.
alter table pipelines add column archived boolean not null default false;
alter table pipeline_stages
    add column transitions text[],
    add column required text[] not null default '{}';
grant select (archived) on pipelines to {{masked}};
grant select (transitions, required) on pipeline_stages to {{masked}};

-- What one unit of a currency was worth in the tenant's base currency, from a day on until the next one.
create table exchange_rates (
    currency text not null check (length(currency) between 3 and 5),
    day date not null,
    rate numeric(24, 12) not null check (rate > 0),
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (currency, day)
);

-- A chance to sell something, as an opportunity and then as a deal: the same thing at two moments, so one
-- table. An opportunity that became a deal is named by it.
create table deals (
    id uuid primary key,
    kind text not null check (kind in ('opportunity', 'deal')),
    name text not null,
    description text,
    next_steps text,
    client_id uuid references clients (id),
    contact_id uuid references contacts (id),
    -- The opportunity that a deal was.
    opportunity_id uuid references deals (id),
    lead_id uuid references leads (id),
    pipeline_key text not null references pipelines (key),
    stage text not null,
    -- As the stage says, until somebody says otherwise.
    probability smallint check (probability between 0 and 100),
    outcome text not null default 'none' check (outcome in ('none', 'won', 'lost')),
    amount numeric(20, 4) check (amount >= 0),
    currency text not null,
    expected_close_date date,
    -- When it was won or lost.
    closed_at timestamptz,
    lost_reason text,
    -- Since when it stands in its stage, and its place there: lower comes first.
    stage_since timestamptz not null default now(),
    position double precision not null default 0,
    assigned_to uuid references users (id),
    team_id uuid references teams (id),
    tags text[] not null default '{}',
    custom jsonb not null default '{}',
    import_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    version int not null default 1,
    deleted_at timestamptz,
    search_name text not null generated always as (fold(name)) stored,
    foreign key (pipeline_key, stage) references pipeline_stages (pipeline_key, key) deferrable initially deferred,
    check ((outcome = 'none') = (closed_at is null))
);
create index deals_by_created on deals (kind, created_at desc, id desc) where deleted_at is null;
-- The board: a column's cards in their order, and its sums, without the table.
create index deals_by_stage on deals (kind, pipeline_key, stage, position, id)
    include (amount, currency, probability, assigned_to, team_id, outcome, expected_close_date, closed_at) where deleted_at is null;
create index deals_by_outcome on deals (kind, outcome, closed_at desc)
    include (amount, currency, assigned_to, team_id, created_at) where deleted_at is null;
create index deals_by_owner on deals (assigned_to, kind, created_at desc, id desc) where deleted_at is null;
create index deals_by_team on deals (team_id, kind, created_at desc, id desc) where deleted_at is null;
create index deals_by_client on deals (client_id, created_at desc, id desc) where deleted_at is null;
create index deals_by_contact on deals (contact_id, created_at desc, id desc) where deleted_at is null;
create index deals_by_opportunity on deals (opportunity_id) where opportunity_id is not null;
create index deals_by_lead on deals (lead_id) where lead_id is not null;
create index deals_by_close on deals (kind, expected_close_date, created_at desc, id desc) where deleted_at is null;
create index deals_by_amount on deals (kind, amount, created_at desc, id desc) where deleted_at is null;
create index deals_by_name on deals (kind, search_name, id) where deleted_at is null;
create index deals_by_tag on deals using gin (tags) where deleted_at is null;
create index deals_search_name on deals using gin (search_name extensions.gin_trgm_ops) where deleted_at is null;

-- Every stage a deal ever stood in: appended to, never rewritten.
create table deal_stages (
    id uuid primary key,
    deal_id uuid not null references deals (id) on delete cascade,
    pipeline_key text not null,
    old_stage text,
    new_stage text not null,
    reason text,
    changed_by uuid,
    at timestamptz not null default now()
);
create index deal_stages_by_deal on deal_stages (deal_id, at, id);
create index deal_stages_by_time on deal_stages (at desc);

-- Calls, mails, meetings, tasks and notes of what was said. Overdue is not stored: it is what is scheduled
-- and due before now.
create table activities (
    id uuid primary key,
    type text not null check (type in ('call', 'email', 'meeting', 'task', 'note')),
    subject text not null,
    description text,
    status text not null default 'scheduled' check (status in ('scheduled', 'completed', 'cancelled')),
    priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
    due_at timestamptz,
    all_day boolean not null default false,
    duration_minutes int check (duration_minutes between 0 and 100000),
    outcome text,
    location text,
    client_id uuid references clients (id),
    contact_id uuid references contacts (id),
    lead_id uuid references leads (id),
    deal_id uuid references deals (id),
    opportunity_id uuid references deals (id),
    assigned_to uuid references users (id),
    team_id uuid references teams (id),
    -- A rule of RFC 5545 without DTSTART, and the time zone in which its days are counted.
    repeats text,
    repeats_zone text,
    -- The activity with which a series began; the next one comes when this one is done or over.
    series_id uuid,
    -- Minutes before it is due, and whether that moment was told of.
    remind_before int check (remind_before between 0 and 100000),
    remind_at timestamptz,
    reminded boolean not null default false,
    completed_at timestamptz,
    completed_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    version int not null default 1,
    deleted_at timestamptz,
    search_text text not null generated always as (fold(subject)) stored,
    check ((status = 'completed') = (completed_at is not null))
);
-- What somebody, a team, everybody has to do, by when.
create index activities_to_do on activities (assigned_to, due_at, id) where status = 'scheduled' and deleted_at is null;
create index activities_of_team on activities (team_id, due_at, id) where status = 'scheduled' and deleted_at is null;
create index activities_open on activities (due_at, id) where status = 'scheduled' and deleted_at is null;
create index activities_by_due on activities (due_at, id) where deleted_at is null and due_at is not null;
create index activities_by_owner on activities (assigned_to, created_at desc, id desc) where deleted_at is null;
create index activities_by_team on activities (team_id, created_at desc, id desc) where deleted_at is null;
create index activities_by_created on activities (created_at desc, id desc) include (type, assigned_to, team_id, created_by)
    where deleted_at is null;
create index activities_by_type on activities (type, created_at desc, id desc) where deleted_at is null;
create index activities_by_client on activities (client_id, created_at desc, id desc) where client_id is not null and deleted_at is null;
create index activities_by_contact on activities (contact_id, created_at desc, id desc) where contact_id is not null and deleted_at is null;
create index activities_by_lead on activities (lead_id, created_at desc, id desc) where lead_id is not null and deleted_at is null;
create index activities_by_deal on activities (deal_id, created_at desc, id desc) where deal_id is not null and deleted_at is null;
create index activities_by_opportunity on activities (opportunity_id, created_at desc, id desc)
    where opportunity_id is not null and deleted_at is null;
create index activities_to_remind on activities (remind_at) where not reminded and remind_at is not null and status = 'scheduled' and deleted_at is null;
create index activities_repeating on activities (due_at) where repeats is not null and status = 'scheduled' and deleted_at is null;
create index activities_by_priority on activities
    ((case priority when 'low' then 0 when 'normal' then 1 when 'high' then 2 else 3 end), id) where deleted_at is null;
create index activities_of_series on activities (series_id, due_at) where series_id is not null;
create index activities_search on activities using gin (search_text extensions.gin_trgm_ops) where deleted_at is null;

-- What people write down about a record. `content` is Markdown; mentions are users' ids.
create table notes (
    id uuid primary key,
    content text not null,
    client_id uuid references clients (id),
    contact_id uuid references contacts (id),
    lead_id uuid references leads (id),
    deal_id uuid references deals (id),
    activity_id uuid references activities (id),
    pinned boolean not null default false,
    mentions uuid[] not null default '{}',
    author_id uuid references users (id),
    author_name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version int not null default 1,
    deleted_at timestamptz
);
create index notes_by_created on notes (created_at desc, id desc) where deleted_at is null;
create index notes_by_author on notes (author_id, created_at desc, id desc) where deleted_at is null;
create index notes_by_client on notes (client_id, pinned desc, created_at desc, id desc) where client_id is not null and deleted_at is null;
create index notes_by_contact on notes (contact_id, pinned desc, created_at desc, id desc) where contact_id is not null and deleted_at is null;
create index notes_by_lead on notes (lead_id, pinned desc, created_at desc, id desc) where lead_id is not null and deleted_at is null;
create index notes_by_deal on notes (deal_id, pinned desc, created_at desc, id desc) where deal_id is not null and deleted_at is null;
create index notes_by_activity on notes (activity_id, created_at desc, id desc) where activity_id is not null and deleted_at is null;

-- Files that hang on a record and prove nothing; what a client's identity rests on is in documents.
create table attachments (
    id uuid primary key,
    client_id uuid references clients (id),
    contact_id uuid references contacts (id),
    deal_id uuid references deals (id),
    activity_id uuid references activities (id),
    filename text not null,
    content_type text not null,
    bytes bigint not null,
    sha256 text not null,
    object_key text not null,
    uploaded_by uuid references users (id),
    uploader_name text not null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    check (num_nonnulls(client_id, contact_id, deal_id, activity_id) = 1)
);
create index attachments_by_created on attachments (created_at desc, id desc) where deleted_at is null;
create index attachments_gone on attachments (deleted_at) where deleted_at is not null;
create index attachments_by_client on attachments (client_id, created_at desc, id desc) where client_id is not null and deleted_at is null;
create index attachments_by_contact on attachments (contact_id, created_at desc, id desc) where contact_id is not null and deleted_at is null;
create index attachments_by_deal on attachments (deal_id, created_at desc, id desc) where deal_id is not null and deleted_at is null;
create index attachments_by_activity on attachments (activity_id, created_at desc, id desc) where activity_id is not null and deleted_at is null;

-- What one user is told of in the app. `once` keeps a reminder from being told twice.
create table notifications (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    kind text not null,
    -- The record it is about.
    entity text,
    record_id uuid,
    actor_id uuid,
    actor_name text,
    once text,
    created_at timestamptz not null default now(),
    read_at timestamptz
);
create index notifications_by_user on notifications (user_id, created_at desc, id desc);
create index notifications_unread on notifications (user_id) where read_at is null;
create index notifications_by_created on notifications (created_at);
create unique index notifications_once on notifications (user_id, once) where once is not null;

-- The secret address at which a user's calendar is read, as its hash.
create table calendar_feeds (
    user_id uuid primary key references users (id) on delete cascade,
    token_hash bytea not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz
);
create unique index calendar_feeds_by_token on calendar_feeds (token_hash);

-- How a user has arranged the figures of a dashboard.
create table dashboards (
    user_id uuid not null references users (id) on delete cascade,
    name text not null,
    widgets jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (user_id, name)
);

-- What a broker's own console says of a client beyond what every client has.
create table customer_details (
    client_id uuid primary key references clients (id),
    company text,
    role text,
    contacted boolean not null default false,
    contact_preferences jsonb,
    notes text,
    updated_at timestamptz not null default now()
);

-- Secrets with which another program signs its tokens, sealed; more than one while they are exchanged.
create table console_secrets (
    id text primary key,
    sealed bytea not null,
    fingerprint text not null,
    active boolean not null default true,
    created_at timestamptz not null default now(),
    created_by uuid
);
-- Users that another issuer knows by a name of its own.
create table user_subjects (
    issuer text not null,
    subject text not null,
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    primary key (issuer, subject)
);
create index user_subjects_by_user on user_subjects (user_id);

grant select, insert, update, delete on contacts, exchange_rates, deals, activities, notes, attachments, notifications,
    calendar_feeds, dashboards, customer_details, console_secrets, user_subjects to {{full}};
grant select, insert on deal_stages to {{full}};

grant select (id, client_id, is_primary, first_name, last_name, company, job_title, status, source, rating, description,
    assigned_to, team_id, tags, custom, import_id, created_at, updated_at, created_by, version, deleted_at, email_masked,
    phone_masked, search_name),
    insert (id, client_id, is_primary, first_name, last_name, email, phone, company, job_title, status, source, rating,
    description, assigned_to, team_id, tags, custom, created_at, updated_at, created_by, version),
    update (client_id, is_primary, first_name, last_name, company, job_title, status, source, rating, description,
    assigned_to, team_id, tags, custom, updated_at, version, deleted_at) on contacts to {{masked}};
grant select (currency, day, rate, updated_at, updated_by), insert, update, delete on exchange_rates to {{masked}};
grant select (id, kind, name, description, next_steps, client_id, contact_id, opportunity_id, lead_id, pipeline_key, stage,
    probability, outcome, amount, currency, expected_close_date, closed_at, lost_reason, stage_since, position, assigned_to,
    team_id, tags, custom, import_id, created_at, updated_at, created_by, version, deleted_at, search_name),
    insert, update on deals to {{masked}};
grant select (id, deal_id, pipeline_key, old_stage, new_stage, reason, changed_by, at), insert on deal_stages to {{masked}};
grant select (id, type, subject, description, status, priority, due_at, all_day, duration_minutes, outcome, location,
    client_id, contact_id, lead_id, deal_id, opportunity_id, assigned_to, team_id, repeats, repeats_zone, series_id,
    remind_before, remind_at, reminded, completed_at, completed_by, created_at, updated_at, created_by, version, deleted_at,
    search_text), insert, update on activities to {{masked}};
grant select (id, content, client_id, contact_id, lead_id, deal_id, activity_id, pinned, mentions, author_id, author_name,
    created_at, updated_at, version, deleted_at), insert, update on notes to {{masked}};
grant select (id, client_id, contact_id, deal_id, activity_id, filename, content_type, bytes, sha256, object_key, uploaded_by,
    uploader_name, created_at, deleted_at), insert, update on attachments to {{masked}};
grant select (id, user_id, kind, entity, record_id, actor_id, actor_name, once, created_at, read_at), insert, update
    on notifications to {{masked}};
grant select (user_id, created_at, last_used_at), insert, update, delete on calendar_feeds to {{masked}};
grant select (user_id, name, widgets, updated_at), insert, update, delete on dashboards to {{masked}};
grant select (client_id, company, role, contacted, contact_preferences, notes, updated_at), insert, update, delete
    on customer_details to {{masked}};
grant select (id, fingerprint, active, created_at, created_by) on console_secrets to {{masked}};
grant select (issuer, subject, user_id, created_at, last_seen_at), insert, update, delete on user_subjects to {{masked}};

-- Fields of the tenant's own, views, statuses of changes: for contacts and deals as well.
alter table custom_fields drop constraint custom_fields_entity_check,
    add constraint custom_fields_entity_check check (entity in ('client', 'lead', 'contact', 'deal'));
alter table views drop constraint views_entity_check,
    add constraint views_entity_check check (entity in ('client', 'lead', 'contact', 'opportunity', 'deal', 'activity'));
alter table exports drop constraint exports_entity_check,
    add constraint exports_entity_check
        check (entity in ('clients', 'leads', 'users', 'audit', 'contacts', 'opportunities', 'deals', 'activities'));
alter table bulk_changes drop constraint bulk_changes_entity_check,
    add constraint bulk_changes_entity_check check (entity in ('client', 'lead', 'contact', 'opportunity', 'deal'));
create trigger custom_values_added after insert on contacts referencing new table as added
    for each statement execute function custom_values_added('contact');
create trigger custom_values_changed after update of custom on contacts
    for each row when (old.custom is distinct from new.custom) execute function custom_values_changed('contact');
create trigger custom_values_removed after delete on contacts
    for each row when (old.custom <> '{}') execute function custom_values_changed('contact');
create trigger custom_values_added after insert on deals referencing new table as added
    for each statement execute function custom_values_added('deal');
create trigger custom_values_changed after update of custom on deals
    for each row when (old.custom is distinct from new.custom) execute function custom_values_changed('deal');
create trigger custom_values_removed after delete on deals
    for each row when (old.custom <> '{}') execute function custom_values_changed('deal');

-- Roles that stand already: who manages roles can hand out what is new, and contacts are as open as clients are.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, p.permission, 'all' from role_permissions r
    cross join unnest(array['contacts.read', 'contacts.create', 'contacts.update', 'contacts.delete', 'contacts.assign',
        'contacts.reveal', 'contacts.export', 'opportunities.read', 'opportunities.create', 'opportunities.update',
        'opportunities.delete', 'opportunities.assign', 'deals.read', 'deals.create', 'deals.update', 'deals.delete', 'deals.assign',
        'deals.export', 'pipelines.manage', 'activities.read', 'activities.create', 'activities.update', 'activities.delete',
        'activities.assign', 'notes.read', 'notes.create', 'notes.update', 'notes.delete', 'attachments.read',
        'attachments.upload', 'attachments.delete', 'reports.read']) as p (permission)
    where r.permission = 'roles.manage' on conflict do nothing;
insert into role_fields (role_id, field, level)
    select role_id, 'contacts.' || split_part(field, '.', 2), level from role_fields
    where field in ('clients.email', 'clients.phone') on conflict do nothing;
