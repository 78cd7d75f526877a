-- What somebody corrected by hand in a file that is being imported, cell by cell: the file stays as it came, and is
-- read with these whenever it is looked at again. Values in clear: nothing of it is open to the masked role.
create table import_fixes (
    import_id uuid not null references imports (id) on delete cascade,
    -- The line of the file, and the place of the column.
    n int not null,
    place int not null,
    text text not null,
    primary key (import_id, n, place)
);
grant select, insert, update, delete on import_fixes to {{full}};

-- Clients come with their language.
alter table import_rows add column language text;

-- Since when an import has been at work without a break, and how far it had come by then.
alter table imports add column working_since timestamptz;
alter table imports add column working_from bigint not null default 0;
