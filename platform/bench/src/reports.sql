-- Two years of selling for the measurements, the same at every run: deals in five currencies, the stages that
-- each went through, and ten activities for each of them. {deals} and {activities} are how many.
create temporary table bench_pipeline on commit drop as
    select pipeline_key, array_agg(key order by position) as stages, array_agg(outcome order by position) as outcomes
    from pipeline_stages where pipeline_key = (select key from pipelines order by is_default desc, position limit 1)
    group by pipeline_key;
create temporary table bench_people on commit drop as
    select row_number() over (order by email) - 1 as place, id, team_id from users where email like 'agent%@bench.example';
insert into exchange_rates (currency, day, rate)
    select c.currency, current_date - 800 + n * 7, c.rate * (1 + n % 10 * 0.003)
    from generate_series(0, 114) n, (values ('EUR', 1.08), ('GBP', 1.27), ('JPY', 0.0067), ('AED', 0.2723)) c (currency, rate);

insert into deals (id, kind, name, pipeline_key, stage, outcome, amount, currency, expected_close_date, closed_at, stage_since,
        position, assigned_to, team_id, created_at, updated_at)
    select gen_random_uuid(), case when n % 4 = 0 then 'opportunity' else 'deal' end, 'Deal ' || n, p.pipeline_key,
        p.stages[s.at], p.outcomes[s.at], n::bigint * 7919 % 250000 * 1.01,
        (array['USD', 'USD', 'EUR', 'GBP', 'JPY', 'AED'])[n % 6 + 1], current_date - 60 + n * 31 % 500,
        case when p.outcomes[s.at] <> 'none' then c.created + n * 17 % 60 * interval '1 day' end, c.created, n, u.id, u.team_id,
        c.created, c.created
    from generate_series(1, {deals}) n
    cross join bench_pipeline p
    -- Most of what was begun is over by now.
    join lateral (select case when n % 10 < 7 then cardinality(p.stages) - n % 2
        else n % (cardinality(p.stages) - 2) + 1 end as at) s on true
    join lateral (select now() - (n::bigint * 104729 % 730) * interval '1 day' - n % 86400 * interval '1 second' as created) c on true
    join bench_people u on u.place = n % 20;
insert into deal_stages (id, deal_id, pipeline_key, old_stage, new_stage, at)
    select gen_random_uuid(), d.id, d.pipeline_key, null, x.stage, d.created_at + x.n * interval '1 day'
    from deals d cross join bench_pipeline p
    cross join lateral unnest(p.stages) with ordinality x (stage, n)
    where x.n <= 4;
insert into activities (id, type, subject, status, completed_at, due_at, assigned_to, team_id, created_at, updated_at)
    select gen_random_uuid(), (array['call', 'email', 'meeting', 'task', 'note'])[n % 5 + 1], 'Activity ' || n,
        case when n % 3 = 0 then 'scheduled' else 'completed' end, case when n % 3 <> 0 then c.created end, c.created, u.id,
        u.team_id, c.created, c.created
    from generate_series(1, {activities}) n
    join lateral (select now() - (n::bigint * 104729 % 730) * interval '1 day' - n % 86400 * interval '1 second' as created) c on true
    join bench_people u on u.place = n % 20;
