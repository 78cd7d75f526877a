-- The application's login works on the control schema; tenant schemas it reaches only through roles.
grant usage on schema control, extensions to {{app}}, {{prov}}, {{tenants}};
grant select, insert, update, delete on all tables in schema control to {{app}}, {{prov}};
grant usage on all sequences in schema control to {{app}}, {{prov}};
revoke insert, update, delete on control.installation from {{app}};
grant select, insert, update on control.outbox to {{tenants}};
