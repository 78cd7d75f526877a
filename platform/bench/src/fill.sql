-- Believable clients for the measurements, the same ones at every run. Runs inside a tenant, as the
-- owner of its schema, in one batch; {rows} is how many.
--
-- Four teams of five agents. Names follow a skewed distribution: 40 first and 60 last names are common,
-- one client in eight has a last name of its own, made of four syllables out of sixteen.
select setseed(0.42);
insert into teams (id, name) select gen_random_uuid(), 'Team ' || n from generate_series(1, 4) n;
insert into users (id, email, name, role_id, team_id, status)
    select gen_random_uuid(), 'agent' || n || '@bench.example', 'Agent ' || n, (select id from roles where name = 'Agent'),
        (select id from teams where name = 'Team ' || (n % 4 + 1)), 'active'
    from generate_series(1, 20) n;

-- Indexes are built over the filled table, as after a restore: inserting under 13 of them takes ten times as long.
create temporary table bench_indexes on commit drop as
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = 'clients'::regclass and not indisprimary;
do $$
declare i record;
begin
    for i in select name from bench_indexes loop execute 'drop index ' || i.name; end loop;
end $$;

-- Words and figures as well: made at once instead of a million times.
alter table clients disable trigger user;

insert into clients (id, first_name, last_name, email, phone, country, address, date_of_birth, status, kyc_status, source,
        assigned_to, team_id, tags, custom, balance, currency, last_activity_at, created_at, updated_at, created_by)
    select
        -- Ids grow with time, as those of the product do.
        (lpad(to_hex((extract(epoch from r.created) * 1000)::bigint), 12, '0') || '7' || substr(md5(r.n::text), 1, 19))::uuid,
        r.first_name, r.last_name,
        lower(r.first_name || '.' || r.last_name) || r.n || '@' || d.name,
        '+' || c.code || (100000000 + (r.n::bigint * 7919 + r.n % 977 * 1000003) % 899999999)::text,
        c.iso, r.n % 300 || ' Harbour Street', date '1950-01-01' + (r.n * 37 % 20000),
        s.status, (array['missing', 'pending', 'approved', 'rejected', 'expired'])[r.n * 13 % 5 + 1],
        (array['website', 'referral', 'campaign', 'event', null])[r.n % 5 + 1],
        u.id, u.team_id,
        case when r.n % 4 = 0 then array['webinar'] else '{}' end,
        '{}'::jsonb, r.n::bigint * 7919 % 250000 * 1.01, 'USD', r.created, r.created, r.created, null
    from (
        select n,
            timestamptz '2026-01-01 00:00:00+00' - (({rows} - n) * interval '97 seconds' * (100000.0 / {rows})) as created,
            (array['James','Mary','Omar','Layla','Ahmed','Fatima','Ivan','Olga','Chen','Mei','Raj','Priya','Carlos','Sofia','Pierre','Claire',
                   'Hans','Greta','Kenji','Yuki','Ali','Noor','David','Anna','Mark','Julia','Peter','Laura','Thomas','Nina','Daniel','Emma',
                   'Viktor','Elena','Hassan','Mariam','Lukas','Marta','Felix','Ines'])[1 + floor(power(random(), 1.5) * 40)::int] as first_name,
            case when n % 8 = 0 then
                initcap((array['ba','be','bi','bo','da','de','di','do','ka','ke','ki','ko','va','ve','vi','vo'])[1 + n / 8 % 16]
                     || (array['lan','len','lin','lon','ran','ren','rin','ron','san','sen','sin','son','tan','ten','tin','ton'])[1 + n / 128 % 16]
                     || (array['ga','ge','gi','go','ma','me','mi','mo','na','ne','ni','no','pa','pe','pi','po'])[1 + n / 2048 % 16]
                     || (array['dov','dak','del','dis','nov','nak','nel','nis','rov','rak','rel','ris','shov','shak','shel','shis'])[1 + n / 32768 % 16])
            else
                (array['Smith','Jones','Khan','Hussein','Ivanov','Petrov','Wang','Li','Patel','Sharma','Garcia','Lopez','Martin','Bernard','Mueller',
                       'Schmidt','Tanaka','Sato','Haddad','Nasser','Cohen','Levi','Brown','Wilson','Rossi','Russo','Kowalski','Nowak','Jensen','Nielsen',
                       'Hansen','Andersson','Johansson','Virtanen','Silva','Santos','Costa','Pereira','Kim','Park','Nguyen','Tran','Singh','Kaur','Diaz',
                       'Torres','Popov','Volkov','Yilmaz','Demir','Murphy','Walsh','Dubois','Moreau','Weber','Wagner','Ricci','Marino','Horvat','Novak'])
                    [1 + floor(power(random(), 1.5) * 60)::int]
            end as last_name
        from generate_series(1, {rows}) n
    ) r
    join lateral (select (array['new','active','active','active','vip','dormant','dormant','restricted','closed','closed'])[r.n * 7 % 10 + 1] as status) s on true
    join lateral (select (array['mail.example','post.example','inbox.example','letters.example'])[r.n % 4 + 1] as name) d on true
    join lateral (select (array['GB','DE','FR','AE','IN','PL','ES','IT'])[r.n % 8 + 1] as iso,
                         (array['44','49','33','971','91','48','34','39'])[r.n % 8 + 1] as code) c on true
    left join (select id, team_id, row_number() over (order by name) as place from users where name like 'Agent %') u
        on u.place = r.n % 24;

do $$
declare i record;
begin
    for i in select definition from bench_indexes loop execute i.definition; end loop;
end $$;

alter table clients enable trigger user;
insert into search_words (word) select distinct w from clients n, words_of(n.first_name || ' ' || n.last_name) w;
select count_anew();
