-- Contacts that come from files, and contacts that are one person.
alter table imports drop constraint imports_entity_check;
alter table imports add constraint imports_entity_check check (entity in ('client', 'lead', 'user', 'contact'));
alter table import_rows
    add column company text,
    add column job_title text,
    add column rating smallint,
    add column description text,
    -- The client whose contact it is.
    add column client_id uuid;
-- What an import is compared by, and the list of what came with one.
create index contacts_by_phone on contacts (phone) where phone is not null and deleted_at is null;
create index contacts_by_clear_email on contacts (email) where email is not null and deleted_at is null;
drop index contacts_by_import;
create index contacts_by_import on contacts (import_id, created_at desc, id desc) where import_id is not null;

-- The contact that a joined one is part of now.
alter table contacts add column merged_into uuid references contacts (id);
create index contacts_by_merged on contacts (merged_into) where merged_into is not null;
grant select (merged_into) on contacts to {{masked}};
-- What a merge made of the kept contact, as `merges` holds it of clients: how to split them again, in clear.
create table contact_merges (
    id uuid primary key,
    n bigint generated always as identity,
    keep_id uuid not null references contacts (id),
    drop_id uuid not null references contacts (id),
    at timestamptz not null,
    actor_id uuid,
    actor_name text not null,
    before jsonb not null,
    after jsonb not null default '{}',
    split_at timestamptz,
    split_by uuid,
    split_by_name text
);
create index contact_merges_by_kept on contact_merges (keep_id, n desc);
create index contact_merges_by_dropped on contact_merges (drop_id, n desc);
-- Rows of other tables that went from the dropped contact to the kept one.
create table contact_merge_moves (
    merge_id uuid not null references contact_merges (id) on delete cascade,
    table_name text not null,
    row_id uuid not null,
    primary key (merge_id, table_name, row_id)
);
grant select, insert, update on contact_merges to {{full}};
grant select, insert on contact_merge_moves to {{full}};

-- Roles that stand already.
insert into role_permissions (role_id, permission, scope)
    select role_id, 'activities.export', scope from role_permissions where permission = 'deals.export' on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select d.role_id, 'contacts.merge', d.scope from role_permissions d
    where d.permission = 'contacts.delete' and exists (select 1 from role_permissions u
        where u.role_id = d.role_id and u.permission = 'contacts.update')
    on conflict do nothing;
insert into role_permissions (role_id, permission, scope)
    select r.role_id, 'contacts.import', 'all' from role_permissions r
    where r.permission = 'clients.import'
      and exists (select 1 from role_permissions c where c.role_id = r.role_id and c.permission = 'contacts.create')
      and 2 = (select count(*) from role_fields f where f.role_id = r.role_id and f.level = 'full'
          and f.field in ('contacts.email', 'contacts.phone'))
    on conflict do nothing;
