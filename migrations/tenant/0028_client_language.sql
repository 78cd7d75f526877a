-- The language in which a client is spoken to, ISO 639-1; leads have theirs in what their form tells.
alter table clients add column language text;
grant select (language), insert (language), update (language) on clients to {{masked}};

-- Modules that have no code yet are none; they come back with it.
update settings set value = value - 'trading' - 'money' where key = 'modules' and value ?| array['trading', 'money'];
update tenant_meta set template_base = jsonb_set(template_base, '{modules}', (template_base -> 'modules') - 'trading' - 'money')
    where template_base -> 'modules' ?| array['trading', 'money'];
