-- Days of the dashboards are days of the broker's time zone, as those of the reports and the lists.

-- The zone in which the broker's days begin. One that this database does not know must not keep anybody from working.
create function broker_zone() returns text language plpgsql stable set search_path = {{schema}}, pg_temp as $$
declare zone text := coalesce((select value #>> '{}' from settings where key = 'timezone'), 'UTC');
begin
    perform now() at time zone zone;
    return zone;
exception when invalid_parameter_value then
    return 'UTC';
end $$;
create function day_in(at timestamptz, zone text) returns text language sql stable parallel safe
    return to_char(at at time zone zone, 'YYYY-MM-DD');
grant execute on function broker_zone(), day_in(timestamptz, text) to {{full}}, {{masked}};

create or replace function count_clients() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
declare zone text := broker_zone();
begin
    if tg_op = 'INSERT' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from new_rows r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, -count(*)
            from old_rows r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5;
    else
        -- What stayed the same cancels out.
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, sum(r.n)
            from (select assigned_to, team_id, status, kyc_status, country, source, created_at, -1 as n from old_rows where deleted_at is null
                  union all
                  select assigned_to, team_id, status, kyc_status, country, source, created_at, 1 from new_rows where deleted_at is null) r
            cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            group by 2, 3, 4, 5 having sum(r.n) <> 0;
    end if;
    return null;
end $$;

create or replace function count_leads() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
declare zone text := broker_zone();
begin
    if tg_op = 'INSERT' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from new_rows r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            group by 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, -count(*)
            from old_rows r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            group by 2, 3, 4, 5;
    else
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, sum(r.n)
            from (select assigned_to, team_id, status, country, source, partner_id, created_at, -1 as n from old_rows
                  union all
                  select assigned_to, team_id, status, country, source, partner_id, created_at, 1 from new_rows) r
            cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', day_in(r.created_at, zone))) d (dim, value)
            group by 2, 3, 4, 5 having sum(r.n) <> 0;
    end if;
    return null;
end $$;

create or replace function counted_records() returns table (entity text, dim text, assigned_to uuid, team_id uuid, value text, n bigint)
    language sql stable
    begin atomic
        select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from clients r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', day_in(r.created_at, (select broker_zone())))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5
        union all
        select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from leads r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', day_in(r.created_at, (select broker_zone())))) d (dim, value)
            group by 2, 3, 4, 5;
    end;

drop function if exists utc_day(timestamptz);

-- Counts everything anew, or one dimension, while writers wait, and whoever merges.
drop function if exists count_anew();
create function count_anew(only_dim text default null) returns void language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    lock table clients, leads in share mode;
    lock table figures in share row exclusive mode;
    delete from figures f where only_dim is null or f.dim = only_dim;
    insert into figures (entity, dim, assigned_to, team_id, value, n, open)
        select entity, dim, assigned_to, team_id, value, n, false from counted_records() c where only_dim is null or c.dim = only_dim;
end $$;

-- Another zone has other days.
create function zone_changed() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    if tg_op = 'INSERT' or old.value is distinct from new.value then
        perform count_anew('day');
    end if;
    return null;
end $$;
revoke execute on function count_anew(text), zone_changed() from public;
grant execute on function count_anew(text) to {{full}};
create trigger settings_zone_changed after insert or update on settings for each row
    when (new.key = 'timezone') execute function zone_changed();
select count_anew('day');
