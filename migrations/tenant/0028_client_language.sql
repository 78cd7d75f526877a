-- The language in which a client is spoken to, ISO 639-1; leads have theirs in what their form tells.
alter table clients add column language text;
grant select (language), insert (language), update (language) on clients to {{masked}};
