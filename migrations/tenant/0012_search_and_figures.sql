-- Search that forgives accents and slips of the finger, and figures that are kept instead of counted.

set local maintenance_work_mem = '256MB';

-- Text as it is looked for: without accents, case, ligatures and the ways to write one Arabic letter.
-- The same form is in kernel::fold. It runs for each row that a search looks at: ASCII, nearly everything,
-- takes the short way, and letters that do not come apart into a letter and a mark the long one alone.
create function fold(value text) returns text language sql immutable parallel safe
    return case
        when octet_length(value) = length(value) then lower(value)
        when value !~ E'[\u00d8\u00f8\u01fe\u01ff\u0141\u0142\u0110\u0111\u0126\u0127\u0166\u0167\u0131\u00d0\u00f0\u03c2\u03f2\u00df\u1e9e\u00c6\u00e6\u01e2\u01e3\u01fc\u01fd\u0152\u0153\u00de\u00fe\u1d2d\u1d9e\u210f\ua7f8\ua7f9\u0649\u0629\u0671\u06a9\u06cc\u0660-\u0669\u06f0-\u06f9\ufb50-\ufdff\ufe70-\ufefc]'
            then lower(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670]', '', 'g'))
        else replace(replace(replace(replace(
            translate(
                lower(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670]', '', 'g')),
                E'\u0649\u0629\u06cc\u06a9\u0671\u00f8\u0142\u0111\u0127\u0167\u0131\u00f0\u03c2\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9',
                E'\u064a\u0647\u064a\u0643\u0627oldhtid\u03c301234567890123456789'),
            E'\u00df', 'ss'), E'\u00e6', 'ae'), E'\u0153', 'oe'), E'\u00fe', 'th')
    end;
grant execute on function fold(text) to {{full}}, {{masked}};

-- Over the stored texts, whose rights stay as they are: whoever may not read search_all can't search it
-- folded either. Writers wait for the build, readers do not.
drop index clients_search_all, clients_search_name, leads_search_all, leads_search_name;
create index clients_search_all on clients using gin (fold(search_all) extensions.gin_trgm_ops) where deleted_at is null;
create index clients_search_name on clients using gin (fold(search_name) extensions.gin_trgm_ops) where deleted_at is null;
create index leads_search_all on leads using gin (fold(search_all) extensions.gin_trgm_ops);
create index leads_search_name on leads using gin (fold(search_name) extensions.gin_trgm_ops);
-- With good statistics the planner knows a common name and walks the date index instead.
alter index clients_search_all alter column 1 set statistics 1000;
alter index clients_search_name alter column 1 set statistics 1000;
alter index leads_search_all alter column 1 set statistics 1000;
alter index leads_search_name alter column 1 set statistics 1000;

-- Every word of a name, folded: a word with a typo is looked up among some ten thousand words instead of a
-- million names. Nothing is counted and nothing is unique here, so no writer ever waits for another; a word
-- that stands twice, or that nobody bears any more, does no harm.
create table search_words (
    word text not null
);
create index search_words_by_word on search_words (word);
create index search_words_like on search_words using gin (word extensions.gin_trgm_ops);
grant select on search_words to {{full}};
grant select (word) on search_words to {{masked}};

create function words_of(name text) returns setof text language sql immutable parallel safe
    as $$ select w from regexp_split_to_table(fold(name), '[^[:alnum:]]+') w where length(w) between 3 and 40 $$
    set search_path = {{schema}}, pg_temp;

create function note_words() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    insert into search_words (word)
        select distinct w from new_rows r, words_of(r.first_name || ' ' || r.last_name) w
        where not exists (select from search_words s where s.word = w);
    return null;
end $$;
create function note_words_of_one() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    insert into search_words (word)
        select distinct w from words_of(new.first_name || ' ' || new.last_name) w
        where not exists (select from search_words s where s.word = w);
    return null;
end $$;
revoke execute on function note_words(), note_words_of_one() from public;

create trigger clients_words after insert on clients referencing new table as new_rows
    for each statement execute function note_words();
create trigger clients_words_changed after update of first_name, last_name on clients for each row
    when (old.first_name is distinct from new.first_name or old.last_name is distinct from new.last_name)
    execute function note_words_of_one();
create trigger leads_words after insert on leads referencing new table as new_rows
    for each statement execute function note_words();
create trigger leads_words_changed after update of first_name, last_name on leads for each row
    when (old.first_name is distinct from new.first_name or old.last_name is distinct from new.last_name)
    execute function note_words_of_one();
insert into search_words (word)
    select distinct w from (select first_name, last_name from clients union all select first_name, last_name from leads) n,
        words_of(n.first_name || ' ' || n.last_name) w;

-- How many records have which value, by owner and team, so that every scope can be answered. Rows are
-- added up by whoever reads: a change appends its differences (open), and a minute later they are merged
-- into the rows before them. Nobody updates a row that others count on, so writers do not queue.
create table figures (
    entity text not null,
    -- status, kyc, country, source, partner, or the day of creation in UTC.
    dim text not null,
    -- The nil id and the empty text stand for none.
    assigned_to uuid not null,
    team_id uuid not null,
    value text not null,
    n bigint not null,
    open boolean not null default true
);
create index figures_by_value on figures (entity, dim, value);
create index figures_open on figures (entity) where open;
grant select on figures to {{full}};
grant select (entity, dim, assigned_to, team_id, value, n, open) on figures to {{masked}};

create function count_clients() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from new_rows r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', utc_day(r.created_at))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, -count(*)
            from old_rows r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', utc_day(r.created_at))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5;
    else
        -- What stayed the same cancels out.
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, sum(r.n)
            from (select assigned_to, team_id, status, kyc_status, country, source, created_at, -1 as n from old_rows where deleted_at is null
                  union all
                  select assigned_to, team_id, status, kyc_status, country, source, created_at, 1 from new_rows where deleted_at is null) r
            cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', utc_day(r.created_at))) d (dim, value)
            group by 2, 3, 4, 5 having sum(r.n) <> 0;
    end if;
    return null;
end $$;

create function count_leads() returns trigger language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from new_rows r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', utc_day(r.created_at))) d (dim, value)
            group by 2, 3, 4, 5;
    elsif tg_op = 'DELETE' then
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, -count(*)
            from old_rows r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', utc_day(r.created_at))) d (dim, value)
            group by 2, 3, 4, 5;
    else
        insert into figures (entity, dim, assigned_to, team_id, value, n)
            select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, sum(r.n)
            from (select assigned_to, team_id, status, country, source, partner_id, created_at, -1 as n from old_rows
                  union all
                  select assigned_to, team_id, status, country, source, partner_id, created_at, 1 from new_rows) r
            cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', utc_day(r.created_at))) d (dim, value)
            group by 2, 3, 4, 5 having sum(r.n) <> 0;
    end if;
    return null;
end $$;

create function uuid_nil() returns uuid language sql immutable parallel safe return '00000000-0000-0000-0000-000000000000'::uuid;
create function utc_day(at timestamptz) returns text language sql stable parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD');

-- The truth that the figures must equal.
create function counted_records() returns table (entity text, dim text, assigned_to uuid, team_id uuid, value text, n bigint)
    language sql stable
    begin atomic
        select 'client', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from clients r cross join lateral (values ('status', r.status), ('kyc', r.kyc_status),
                ('country', coalesce(r.country, '')), ('source', coalesce(r.source, '')), ('day', utc_day(r.created_at))) d (dim, value)
            where r.deleted_at is null group by 2, 3, 4, 5
        union all
        select 'lead', d.dim, coalesce(r.assigned_to, uuid_nil()), coalesce(r.team_id, uuid_nil()), d.value, count(*)
            from leads r cross join lateral (values ('status', r.status), ('country', coalesce(r.country, '')),
                ('source', coalesce(r.source, '')), ('partner', coalesce(r.partner_id::text, '')), ('day', utc_day(r.created_at))) d (dim, value)
            group by 2, 3, 4, 5;
    end;

-- How many figures are wrong: `brokerdesk tenant verify` asks.
create function wrong_figures() returns bigint language sql stable
    begin atomic
        select count(*) from (
            select 1 from (
                select entity, dim, assigned_to, team_id, value, n from figures
                union all
                select entity, dim, assigned_to, team_id, value, -n from counted_records()
            ) both_sides
            group by entity, dim, assigned_to, team_id, value having sum(n) <> 0
        ) wrong;
    end;
grant execute on function counted_records(), wrong_figures(), uuid_nil(), utc_day(timestamptz) to {{full}}, {{masked}};

-- Merges open rows into those before them; nothing is lost if two do it at once.
create function merge_figures() returns bigint language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
declare merged bigint;
begin
    if not exists (select from figures where open) then return 0; end if;
    with gone as (
        delete from figures where open returning entity, dim, assigned_to, team_id, value, n
    ), changed as materialized (
        select entity, dim, assigned_to, team_id, value, sum(n) as n from gone group by entity, dim, assigned_to, team_id, value
    ), before as (
        delete from figures f using changed c
        where not f.open and f.entity = c.entity and f.dim = c.dim and f.value = c.value
            and f.team_id = c.team_id and f.assigned_to = c.assigned_to
        returning f.entity, f.dim, f.assigned_to, f.team_id, f.value, f.n
    )
    insert into figures (entity, dim, assigned_to, team_id, value, n, open)
        select entity, dim, assigned_to, team_id, value, sum(n), false
        from (select * from changed union all select * from before) a
        group by entity, dim, assigned_to, team_id, value having sum(n) <> 0;
    get diagnostics merged = row_count;
    return merged;
end $$;

-- Counts everything anew, while writers wait.
create function count_anew() returns void language plpgsql security definer set search_path = {{schema}}, pg_temp as $$
begin
    lock table clients, leads in share mode;
    delete from figures;
    insert into figures (entity, dim, assigned_to, team_id, value, n, open)
        select entity, dim, assigned_to, team_id, value, n, false from counted_records();
end $$;
revoke execute on function count_clients(), count_leads(), merge_figures(), count_anew() from public;
grant execute on function merge_figures(), count_anew() to {{full}};

create trigger clients_counted_in after insert on clients referencing new table as new_rows
    for each statement execute function count_clients();
create trigger clients_counted_over after update on clients referencing old table as old_rows new table as new_rows
    for each statement execute function count_clients();
create trigger clients_counted_out after delete on clients referencing old table as old_rows
    for each statement execute function count_clients();
create trigger leads_counted_in after insert on leads referencing new table as new_rows
    for each statement execute function count_leads();
create trigger leads_counted_over after update on leads referencing old table as old_rows new table as new_rows
    for each statement execute function count_leads();
create trigger leads_counted_out after delete on leads referencing old table as old_rows
    for each statement execute function count_leads();
select count_anew();

do $$ begin
    if exists (select from clients) then analyze clients; end if;
    if exists (select from leads) then analyze leads; end if;
end $$;
