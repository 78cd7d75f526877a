-- Searched texts are stored the way they are looked for. Folding them in the index alone had a price: the
-- planner takes no statistics from a partial index, so it never knew a common name (a search for one at a
-- million clients read every bearer of it), and every row that was looked at was folded again.

set local maintenance_work_mem = '256MB';

-- The columns' grants, those of roles that see one field in clear and another masked among them.
do $$ begin
    perform set_config('brokerdesk.grants', coalesce((
        select string_agg(format('grant %s (%I) on %I to %s', g.privilege_type, a.attname, c.relname, g.grantee::regrole), ';')
        from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) g
        where c.relnamespace = '{{schema}}'::regnamespace and c.relname in ('clients', 'leads')
            and a.attname in ('search_name', 'search_all')), ''), true);
end $$;

-- Their indexes go with them.
alter table clients drop column search_name, drop column search_all,
    add column search_name text not null generated always as (fold(first_name || ' ' || last_name)) stored,
    add column search_all text not null generated always as
        (fold(first_name || ' ' || last_name || ' ' || email || ' ' || coalesce(phone, ''))) stored,
    alter column search_name set statistics 1000,
    alter column search_all set statistics 1000;
create index clients_by_name on clients (search_name, id) where deleted_at is null;
create index clients_search_all on clients using gin (search_all extensions.gin_trgm_ops) where deleted_at is null;
create index clients_search_name on clients using gin (search_name extensions.gin_trgm_ops) where deleted_at is null;

alter table leads drop column search_name, drop column search_all,
    add column search_name text not null generated always as (fold(first_name || ' ' || last_name)) stored,
    add column search_all text not null generated always as
        (fold(first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) stored,
    alter column search_name set statistics 1000,
    alter column search_all set statistics 1000;
create index leads_by_name on leads (search_name, id);
create index leads_search_all on leads using gin (search_all extensions.gin_trgm_ops);
create index leads_search_name on leads using gin (search_name extensions.gin_trgm_ops);

do $$ begin
    execute current_setting('brokerdesk.grants');
end $$;
