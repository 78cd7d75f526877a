-- Files of records that come in. Their values stand in clear, so nothing here is open to the masked role but
-- the mark on the records themselves.
create table imports (
    id uuid primary key,
    entity text not null check (entity in ('client', 'lead')),
    filename text not null,
    bytes bigint not null,
    sha256 text not null,
    format text not null check (format in ('csv', 'xlsx')),
    -- How the file is read: encoding, delimiter, sheet, sheets, header_row, as crm::imports reads it.
    layout jsonb not null,
    -- Names, samples and suggestions of the columns.
    columns jsonb not null,
    -- The hash of the columns' names: what was mapped once is remembered for the next file of its kind.
    fingerprint text not null,
    rows_estimate bigint not null,
    mapping jsonb,
    status text not null default 'uploaded'
        check (status in ('uploaded', 'mapped', 'previewed', 'queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'undone')),
    -- What a job does at the moment: preview, import or undo.
    task text check (task in ('preview', 'import', 'undo')),
    error text,
    actor_id uuid,
    by_key boolean not null default false,
    actor_name text not null,
    job_id uuid,
    -- Whoever reads the file anew takes a new one; rows of an older reading can't be added any more.
    reading uuid,
    total bigint not null default 0,
    processed bigint not null default 0,
    valid bigint not null default 0,
    invalid bigint not null default 0,
    -- Rows that are in the file twice, and rows that are in the database.
    twins bigint not null default 0,
    known bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    skipped bigint not null default 0,
    review bigint not null default 0,
    -- The last row that was worked on, while importing and while taking it back.
    done_to int not null default 0,
    undone_to int not null default 0,
    restored bigint not null default 0,
    kept bigint not null default 0,
    -- Faults by column and kind, over the whole file.
    faults jsonb not null default '[]',
    -- Tags and fields that came into being with it.
    made jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    undone_at timestamptz
);
create index imports_by_created on imports (created_at desc, id desc);
create index imports_by_status on imports (status, created_at desc, id desc);
create index imports_by_fingerprint on imports (entity, fingerprint, created_at desc) where mapping is not null;

-- The rows of a file, checked and in our own form; of faulty ones what stands in the file instead.
create table import_rows (
    import_id uuid not null references imports (id) on delete cascade,
    -- The line of the file; the header has one, too.
    n int not null,
    -- The record that comes of it.
    id uuid not null,
    first_name text,
    last_name text,
    email text,
    phone text,
    country text,
    address text,
    date_of_birth date,
    status text,
    source text,
    assigned_to uuid,
    team_id uuid,
    tags text[],
    custom jsonb,
    follow_up_at timestamptz,
    follow_up_note text,
    message text,
    partner_id uuid,
    raw text[],
    -- What is wrong with it; null of a row that is fine.
    faults jsonb,
    -- The record that it would be once more, and the earlier row of the file.
    duplicate_of uuid,
    twin_of int,
    -- What became of it, where that is not what was to be expected: a row without faults and duplicates is created.
    outcome text check (outcome in ('created', 'updated', 'skipped', 'review', 'kept')),
    -- What an updated record had before, and has since: {field: [old, new]}.
    before jsonb,
    primary key (import_id, n)
);
create index import_rows_faulty on import_rows (import_id, n) where faults is not null;
create index import_rows_double on import_rows (import_id, n) where duplicate_of is not null or twin_of is not null;
create index import_rows_by_outcome on import_rows (import_id, outcome, n) where outcome is not null;

grant select, insert, update, delete on imports, import_rows to {{full}};

-- Where a record came from.
alter table clients add column import_id uuid;
alter table leads add column import_id uuid;
create index clients_by_import on clients (import_id, created_at desc, id desc) where import_id is not null;
create index leads_by_import on leads (import_id, created_at desc, id desc) where import_id is not null;
grant select (import_id) on clients to {{masked}};
grant select (import_id) on leads to {{masked}};
create index if not exists leads_by_email on leads (email) where email is not null;
create index if not exists leads_by_phone on leads (phone) where phone is not null;
create index if not exists clients_by_phone on clients (phone) where phone is not null and deleted_at is null;
-- Removing a record asks who points to it.
create index if not exists leads_by_converted_client on leads (converted_client_id) where converted_client_id is not null;
create index if not exists clients_by_lead on clients (lead_id) where lead_id is not null;
create index if not exists client_registrations_by_lead on client_registrations (lead_id) where lead_id is not null;

-- Roles that stand already: who may export all clients and sees their contacts in clear brings records in, too.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, p.permission, 'all' from role_permissions r,
        (values ('clients.import', 'clients.create', 'clients'), ('leads.import', 'leads.create', 'leads')) as p (permission, needs, area)
    where r.permission = 'clients.export' and r.scope = 'all'
      and exists (select 1 from role_permissions c where c.role_id = r.role_id and c.permission = p.needs)
      and 2 = (select count(*) from role_fields f where f.role_id = r.role_id and f.level = 'full'
          and f.field in (p.area || '.email', p.area || '.phone'))
    on conflict do nothing;
