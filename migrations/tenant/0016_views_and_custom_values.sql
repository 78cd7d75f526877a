-- Values of the tenant's own fields, one row each, so that lists are filtered and sorted by them on
-- plain indexes and no field needs a column. Kept by triggers, never written by hand.
create table custom_values (
    record_id uuid not null,
    -- `client.<key>` or `lead.<key>`.
    field text not null,
    -- The place in a list of choices; 0 otherwise.
    n smallint not null,
    -- Lower case; a date as YYYY-MM-DD, a flag as true or false.
    text_value text,
    number_value numeric,
    primary key (record_id, field, n)
);
create index custom_values_by_text on custom_values (field, text_value, record_id) where text_value is not null;
create index custom_values_by_number on custom_values (field, number_value, record_id) where number_value is not null;
-- How a value is spread depends on the field: without this the planner takes every rare choice for common.
create statistics custom_values_spread (dependencies, mcv) on field, text_value from custom_values;
alter table custom_values alter column text_value set statistics 500;
grant select on custom_values to {{full}};
grant select (record_id, field, n, text_value, number_value) on custom_values to {{masked}};

create function custom_rows(custom jsonb)
    returns table (field text, n smallint, text_value text, number_value numeric) language sql immutable parallel safe
    as $$
    select e.key, (v.n - 1)::smallint,
        case jsonb_typeof(v.value) when 'string' then left(lower(v.value #>> '{}'), 500) when 'boolean' then v.value #>> '{}' end,
        case when jsonb_typeof(v.value) = 'number' then (v.value #>> '{}')::numeric end
    from jsonb_each(custom) as e (key, value)
    cross join lateral jsonb_array_elements(case jsonb_typeof(e.value) when 'array' then e.value else jsonb_build_array(e.value) end)
        with ordinality as v (value, n)
    where jsonb_typeof(v.value) in ('string', 'number', 'boolean') and v.n < 1000
    $$;

-- Under the owner's rights: the roles of requests may write records, but nothing that is derived from them.
create function custom_values_added() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp
    as $$
begin
    if exists (select 1 from added where custom <> '{}') then
        insert into custom_values (record_id, field, n, text_value, number_value)
        select a.id, tg_argv[0] || '.' || r.field, r.n, r.text_value, r.number_value
        from added a cross join lateral custom_rows(a.custom) r where a.custom <> '{}';
    end if;
    return null;
end $$;
create function custom_values_changed() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp
    as $$
begin
    delete from custom_values where record_id = old.id;
    if tg_op = 'UPDATE' then
        insert into custom_values (record_id, field, n, text_value, number_value)
        select new.id, tg_argv[0] || '.' || r.field, r.n, r.text_value, r.number_value from custom_rows(new.custom) r;
    end if;
    return null;
end $$;
revoke execute on function custom_values_added(), custom_values_changed() from public;

-- New rows come in bulk and are taken as a set. A change fires for rows whose values changed and for no
-- others: who assigns a hundred thousand clients pays nothing here.
create trigger custom_values_added after insert on clients referencing new table as added
    for each statement execute function custom_values_added('client');
create trigger custom_values_added after insert on leads referencing new table as added
    for each statement execute function custom_values_added('lead');
create trigger custom_values_changed after update of custom on clients
    for each row when (old.custom is distinct from new.custom) execute function custom_values_changed('client');
create trigger custom_values_changed after update of custom on leads
    for each row when (old.custom is distinct from new.custom) execute function custom_values_changed('lead');
create trigger custom_values_removed after delete on clients
    for each row when (old.custom <> '{}') execute function custom_values_changed('client');
create trigger custom_values_removed after delete on leads
    for each row when (old.custom <> '{}') execute function custom_values_changed('lead');

insert into custom_values (record_id, field, n, text_value, number_value)
    select c.id, 'client.' || r.field, r.n, r.text_value, r.number_value
    from clients c cross join lateral custom_rows(c.custom) r where c.custom <> '{}';
insert into custom_values (record_id, field, n, text_value, number_value)
    select l.id, 'lead.' || r.field, r.n, r.text_value, r.number_value
    from leads l cross join lateral custom_rows(l.custom) r where l.custom <> '{}';

-- Words that people put on records; records hold the name itself.
create table tags (
    id uuid primary key,
    name text not null check (length(name) between 1 and 40),
    hue text not null check (hue in ('blue', 'violet', 'amber', 'grey', 'teal', 'green', 'red', 'pink')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index tags_by_name on tags (lower(name));
grant select, insert, update, delete on tags to {{full}};
grant select (id, name, hue, created_at, updated_at), insert, update, delete on tags to {{masked}};

-- The colour of a tag that nobody gave one.
create function tag_hue(name text) returns text language sql immutable parallel safe
    as $$ select (array['blue', 'violet', 'amber', 'teal', 'green', 'red', 'pink'])[1 + get_byte(decode(md5(lower(name)), 'hex'), 0) % 7] $$;
grant execute on function tag_hue(text) to {{full}}, {{masked}};
insert into tags (id, name, hue)
    select gen_random_uuid(), t.name, tag_hue(t.name)
    from (select distinct on (lower(u.tag)) u.tag as name from clients c cross join lateral unnest(c.tags) as u (tag)
          where length(u.tag) between 1 and 40 order by lower(u.tag), u.tag) t;
-- A tag that is renamed is renamed on deleted clients, too.
create index clients_by_tag_deleted on clients using gin (tags) where deleted_at is not null;

-- Saved views of lists.
create table views (
    id uuid primary key,
    entity text not null check (entity in ('client', 'lead')),
    name text not null check (length(name) between 1 and 80),
    shared text not null check (shared in ('own', 'team', 'all')),
    owner_id uuid references users (id),
    -- The team it is shared with; everybody below sees it, too.
    team_id uuid references teams (id) on delete set null,
    query jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index views_by_entity on views (entity, created_at);
-- What one user prefers: the order of the views and which one opens first.
create table view_choices (
    user_id uuid not null references users (id) on delete cascade,
    entity text not null,
    ids uuid[] not null default '{}',
    default_id uuid references views (id) on delete set null,
    primary key (user_id, entity)
);
-- Which view opens first for users of a role who did not choose.
create table view_role_defaults (
    role_id uuid not null references roles (id) on delete cascade,
    entity text not null,
    view_id uuid not null references views (id) on delete cascade,
    primary key (role_id, entity)
);
create index view_choices_by_view on view_choices (default_id);
create index view_role_defaults_by_view on view_role_defaults (view_id);
grant select, insert, update, delete on views, view_choices, view_role_defaults to {{full}};
grant select (id, entity, name, shared, owner_id, team_id, query, created_at, updated_at), insert, update, delete
    on views to {{masked}};
grant select (user_id, entity, ids, default_id), insert, update, delete on view_choices to {{masked}};
grant select (role_id, entity, view_id), insert, update, delete on view_role_defaults to {{masked}};

-- Who manages settings may share views with everybody, who assigns in a team with the team.
insert into role_permissions (role_id, permission, scope)
    select r.role_id, 'views.share', case when r.permission = 'settings.manage' then 'all' else 'team' end
    from role_permissions r
    where r.permission = 'settings.manage'
       or (r.permission = 'clients.assign' and r.scope = 'team'
           and not exists (select 1 from role_permissions o where o.role_id = r.role_id and o.permission = 'settings.manage'))
    on conflict do nothing;
