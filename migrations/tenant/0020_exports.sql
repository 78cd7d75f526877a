-- Lists that somebody wants as a file: what was asked for, how far it is, and where the file is.
create table exports (
    id uuid primary key,
    entity text not null check (entity in ('clients', 'leads', 'users', 'audit')),
    format text not null check (format in ('csv', 'xlsx')),
    -- What the list was narrowed by, in the words of the request; may hold what somebody searched for.
    filter jsonb not null,
    -- The same as it may be told.
    filter_words text not null,
    sort text,
    -- Null for all that the actor may see.
    columns text[],
    status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
    requested_by uuid not null,
    -- Whether that is an API key.
    by_key boolean not null default false,
    requester_name text not null,
    ip text,
    request_id text,
    -- The job that makes the file.
    job_id uuid,
    -- Rows when it was asked for.
    total bigint not null default 0,
    total_is_estimate boolean not null default false,
    -- Rows that are in the file.
    row_count bigint not null default 0,
    bytes bigint,
    sha256 text,
    -- Fields that are masked in the file.
    masked text[] not null default '{}',
    first_byte_ms int,
    object_key text,
    -- An object that is not whole yet, to be given up if nobody ends it.
    upload_key text,
    upload_id text,
    -- What its maker might do and see when it was made.
    policy bytea,
    error text,
    downloads int not null default 0,
    linked_at timestamptz,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,
    deleted_at timestamptz
);
create index exports_by_time on exports (created_at desc, id desc) where deleted_at is null;
create index exports_by_requester on exports (requested_by, created_at desc, id desc) where deleted_at is null;
create index exports_open on exports (requested_by) where status in ('queued', 'running');
-- What is to be removed from the store.
create index exports_with_files on exports (expires_at) where object_key is not null or upload_key is not null;

grant select, insert, update, delete on exports to {{full}};
grant select (id, entity, format, filter_words, sort, columns, status, requested_by, by_key, requester_name, job_id, total,
    total_is_estimate, row_count, bytes, sha256, masked, first_byte_ms, object_key, policy, error, downloads, linked_at,
    created_at, started_at, finished_at, expires_at, deleted_at), insert,
    update (status, job_id, error, downloads, linked_at, deleted_at, finished_at) on exports to {{masked}};

-- Roles that stand already: who manages roles can hand out what is new.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, n.permission, 'all'
    from role_permissions r
    cross join (values ('leads.export'), ('users.export'), ('audit.export'), ('exports.pii'), ('exports.manage')) n (permission)
    where r.permission = 'roles.manage'
    on conflict do nothing;
