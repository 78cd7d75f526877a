-- What somebody chose when they asked for a file: certain records, a language, words or keys, a mail.
alter table exports
    -- The records that were chosen one by one, or null for all of the filter.
    add column ids uuid[],
    -- Of all of the filter, those that were left out.
    add column left_out uuid[],
    -- Of headings and words: a tag like `en`.
    add column language text not null default 'en',
    -- Whether headings and statuses are keys.
    add column raw boolean not null default false,
    -- Whether a mail is sent when it is ready, or has failed.
    add column mail boolean not null default false;
grant select (language, raw, mail) on exports to {{masked}};

-- Clients of a partner, newest first.
create index clients_by_partner on clients (partner_id, created_at desc, id desc) where deleted_at is null;
