-- Documents by which a client proves who they are. The files are in the file store; here is what is known
-- of them, and what each kind of document must be.
create table document_types (
    key text primary key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    label text not null,
    -- The step of verification it belongs to; the first decides the client's KYC status.
    level int not null check (level between 1 and 3),
    required boolean not null default false,
    expires boolean not null default false,
    content_types text[] not null,
    -- Not more than the file store takes in one upload.
    max_bytes bigint not null check (max_bytes between 1 and 10485760),
    position int not null default 0,
    archived boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
insert into document_types (key, label, level, required, expires, content_types, max_bytes, position) values
    ('identity', 'Identity document', 1, true, true, '{application/pdf,image/jpeg,image/png,image/webp,image/heic}', 10485760, 0),
    ('address', 'Proof of address', 1, true, false, '{application/pdf,image/jpeg,image/png,image/webp,image/heic}', 10485760, 1),
    ('selfie', 'Selfie', 2, true, false, '{image/jpeg,image/png,image/webp,image/heic}', 10485760, 2),
    ('bank_statement', 'Bank statement', 2, false, false, '{application/pdf,image/jpeg,image/png}', 10485760, 3),
    ('source_of_funds', 'Source of funds', 3, true, false, '{application/pdf,image/jpeg,image/png}', 10485760, 4);
grant select, insert, update, delete on document_types to {{full}};
grant select (key, label, level, required, expires, content_types, max_bytes, position, archived, created_at, updated_at)
    on document_types to {{masked}};

-- One row per upload. Uploads that replace one another share a lineage and count their versions.
create table documents (
    id uuid primary key,
    lineage uuid not null,
    version int not null check (version > 0),
    client_id uuid not null references clients (id),
    -- The client under whose folder the file lies; it stays there when records are joined.
    stored_under uuid not null,
    type text not null references document_types (key),
    -- As the uploader's file was called: it may hold a name, so it is of the class of contents.
    filename text not null,
    content_type text not null,
    bytes bigint not null,
    sha256 text not null,
    status text not null default 'uploading'
        check (status in ('uploading', 'refused', 'scanning', 'pending', 'approved', 'rejected', 'expired')),
    scan text not null default 'off' check (scan in ('off', 'waiting', 'clean', 'infected', 'error')),
    reason text,
    expires_at date,
    -- What lists are sorted by: what never expires comes last.
    expires_sort timestamptz not null
        generated always as (timezone('UTC', coalesce(expires_at, date '9999-12-31')::timestamp)) stored,
    -- The fewest days before the expiry at which somebody was reminded.
    reminded int,
    superseded_by uuid,
    uploaded_by uuid,
    reviewed_by uuid,
    reviewed_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index documents_by_version on documents (lineage, version);
create index documents_by_client on documents (client_id, created_at desc);
create index documents_by_status on documents (status, created_at, id) where superseded_by is null;
create index documents_by_created on documents (created_at, id) where superseded_by is null;
create index documents_by_expiry on documents (expires_sort, id) where superseded_by is null;
create index documents_by_type on documents (type, created_at, id) where superseded_by is null;
create index documents_unfinished on documents (created_at) where status in ('uploading', 'refused', 'scanning');
create index documents_expiring on documents (expires_at) where status = 'approved' and superseded_by is null;
grant select, insert, update, delete on documents to {{full}};
grant select (id, lineage, version, client_id, stored_under, type, content_type, bytes, sha256, status, scan, reason, expires_at,
    expires_sort, reminded, superseded_by, uploaded_by, reviewed_by, reviewed_at, completed_at, created_at, updated_at)
    on documents to {{masked}};
grant insert (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status, scan, uploaded_by,
    created_at, updated_at) on documents to {{masked}};
grant update (status, scan, reason, expires_at, reminded, superseded_by, reviewed_by, reviewed_at, completed_at, updated_at)
    on documents to {{masked}};

-- Roles that stand already: who sees clients sees what they have handed in, who edits them adds to it, who
-- sees their identity in clear sees the contents, and who answers for the whole log decides.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, 'documents.read', r.scope from role_permissions r where r.permission = 'clients.read'
    on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select r.role_id, 'documents.upload', r.scope from role_permissions r where r.permission = 'clients.update'
    on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select r.role_id, 'documents.view', r.scope from role_permissions r
    where r.permission = 'clients.read' and 2 = (select count(*) from role_fields f
        where f.role_id = r.role_id and f.field in ('clients.date_of_birth', 'clients.address') and f.level = 'full')
    on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select r.role_id, p.permission, 'all' from role_permissions r,
        (values ('documents.view'), ('documents.upload'), ('documents.review')) as p (permission)
    where r.permission = 'audit.read' and exists (select 1 from role_permissions c
        where c.role_id = r.role_id and c.permission = 'clients.read' and c.scope = 'all')
    on conflict do nothing;
