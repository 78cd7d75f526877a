-- The application's login works on the control schema; tenant schemas it reaches only through roles.
grant usage on schema control, extensions to {{app}}, {{prov}}, {{tenants}};
-- The owner roles of tenants build trigram indexes; there is nothing in it but the extension.
grant usage on schema extensions to public;
grant select, insert, update, delete on all tables in schema control to {{app}};
-- The provisioner hands the same on to the role of the platform's own realm.
grant select, insert, update, delete on all tables in schema control to {{prov}} with grant option;
grant usage on all sequences in schema control to {{app}}, {{prov}};
revoke insert, update, delete on control.installation from {{app}};
grant select, insert, update on control.outbox to {{tenants}};
