// The platform's owner: tenants, a new one from a template, one cloned from another, suspend and resume.
import { axe, equal, ok, until } from './harness.mjs';

export async function run({ world, check, visitor }) {
  const stamp = Date.now().toString(36);
  const v = await visitor();
  const { page } = v;
  const row = (slug) => page.getByRole('row').filter({ has: page.getByText(slug, { exact: true }) });
  const dialog = page.getByRole('dialog');
  /** Fills what both ways of making a tenant ask for, sends it and waits until it is live. */
  const create = async (name, slug) => {
    await dialog.getByLabel('Company').fill(name);
    await dialog.getByLabel('Address').fill(slug);
    await dialog.getByText('is free').waitFor();
    await dialog.getByLabel('First administrator').fill('Petra Vogel');
    await dialog.getByLabel("Administrator's e-mail").fill(`petra@${slug}.example`);
    await dialog.getByRole('button', { name: 'Create tenant' }).click();
    await dialog.getByRole('progressbar').waitFor();
    equal(await dialog.getByRole('listitem').count(), 9, 'steps');
    await dialog.getByRole('heading', { name: 'The tenant is live' }).waitFor();
    equal(await dialog.locator('li[data-s="done"]').count(), 9, 'finished steps');
    equal((await axe(page)).join('\n'), '', 'axe');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'hidden' });
    await row(slug).getByText('Active').waitFor();
    return world.link(`petra@${slug}.example`, '/invitation?token=');
  };

  await check('the console asks for the owner’s login and leads on to where one wanted to go', async () => {
    v.allow(401, '/api/platform/auth/login');
    await page.goto(world.url('', '/owner/provisionings'));
    await page.getByRole('heading', { name: 'Owner console' }).waitFor();
    await page.getByLabel('E-mail').fill(world.owner.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail or password is not right.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(world.owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/owner/provisionings');
    await page.getByRole('heading', { level: 1, name: 'Provisioning' }).waitFor();
    await page.getByText('Nothing is running and nothing has failed').waitFor();
  });
  await check('a manager of a tenant is nobody here', async () => {
    const { email, password } = world.user('northwind', 'CRM Manager');
    const { status } = await world.api('', 'POST', '/api/platform/auth/login', { body: { email, password } });
    equal(status, 401, 'the status of the login');
    const token = await world.token('northwind', { email, password });
    equal(
      (await world.api('', 'GET', '/api/platform/tenants', { token })).status,
      401,
      'with a tenant’s token',
    );
  });
  await check('the tenants are listed with what they hold', async () => {
    await page.getByRole('link', { name: 'Tenants' }).click();
    await row('northwind').waitFor();
    const text = await row('northwind').innerText();
    for (const part of ['Northwind Markets', 'Active', 'forex-broker', '2,0'])
      ok(text.includes(part), `${part} is not in ${text}`);
    await row('ember').waitFor();
    await page.getByLabel('Find by name or address').fill('emb');
    await row('northwind').waitFor({ state: 'detached' });
    await row('ember').waitFor();
    await page.getByLabel('Find by name or address').fill('');
    await row('northwind').waitFor();
    await page.getByText('Suspended', { exact: true }).click();
    await row('northwind').waitFor({ state: 'detached' });
    await page.getByText('All', { exact: true }).click();
    await row('northwind').waitFor();
  });

  const slug = `alpine-${stamp}`;
  await check('a tenant is made from a template, step by step, and its administrator invited', async () => {
    await page.getByRole('button', { name: 'New tenant' }).click();
    await dialog.getByRole('button', { name: 'Create tenant' }).click();
    await dialog.getByText('A name is needed.').waitFor();
    await dialog.getByLabel('Address').fill('northwind');
    await dialog.getByText('Somebody already uses this address.').waitFor();
    await dialog.getByRole('radio', { name: 'Sales CRM' }).check({ force: true });
    const link = await create('Alpine Partners', slug);
    const admin = await visitor();
    await admin.page.goto(link);
    await admin.page.getByRole('heading', { name: 'Welcome to Alpine Partners' }).waitFor();
    await admin.page.getByLabel('New password').fill('winter-orchard-balance-9');
    await admin.page.getByRole('button', { name: 'Set password and sign in' }).click();
    await admin.page.locator('#main').waitFor();
    await admin.page.getByText('Petra Vogel').first().waitFor();
    ok(admin.page.url().startsWith(world.url(slug)), admin.page.url());
  });
  await check('a tenant is cloned from northwind: its configuration, none of its people', async () => {
    await page.getByRole('button', { name: 'New tenant' }).click();
    await dialog.getByText('Another tenant', { exact: true }).click();
    await dialog.getByRole('combobox', { name: 'Tenant to clone' }).click();
    await page.getByRole('option', { name: /northwind/ }).click();
    await dialog.getByText('Configuration only').waitFor();
    const copy = `copy-${stamp}`;
    const link = await create('Northwind Copy', copy);
    const { json } = await world.api(copy, 'POST', '/api/invitations/accept', {
      body: { token: new URL(link).searchParams.get('token'), password: 'winter-orchard-balance-9' },
    });
    const token = json.access_token;
    const of = async (s, t, path) => (await world.api(s, 'GET', path, { token: t })).json;
    const source = await world.token('northwind', world.user('northwind', 'CRM Manager'));
    equal((await of(copy, token, '/api/clients')).total, 0, 'clients');
    equal((await of(copy, token, '/api/leads')).total, 0, 'leads');
    equal((await of(copy, token, '/api/users')).total, 1, 'users');
    for (const path of ['/api/roles', '/api/statuses']) {
      const names = (list) =>
        JSON.stringify((list.data ?? [...list.client, ...list.lead]).map((x) => x.name ?? x.key).sort());
      equal(names(await of(copy, token, path)), names(await of('northwind', source, path)), path);
    }
    const permissions = (list) =>
      JSON.stringify(list.data.map((r) => [r.name, r.permissions, r.fields]).sort());
    equal(
      permissions(await of(copy, token, '/api/roles')),
      permissions(await of('northwind', source, '/api/roles')),
      'permissions and field masks',
    );
  });

  await check('one that fails says where and why, and goes on from there', async () => {
    const name = `broken-${stamp}`;
    // a step that can't work, and no second attempt before somebody has looked
    world.sql(
      'northwind',
      `create function control.e2e_refuse() returns trigger language plpgsql as $f$
         begin raise exception 'the vault is closed'; end $f$;
       create trigger e2e_refuse before insert on control.tenant_secrets for each row execute function control.e2e_refuse();
       create function control.e2e_once() returns trigger language plpgsql as $f$
         begin new.max_attempts := 1; return new; end $f$;
       create trigger e2e_once before insert on control.outbox for each row
         when (new.kind = 'tenant.provision') execute function control.e2e_once();`,
    );
    const mend = () =>
      world.sql(
        'northwind',
        `drop trigger if exists e2e_refuse on control.tenant_secrets; drop function if exists control.e2e_refuse();
         drop trigger if exists e2e_once on control.outbox; drop function if exists control.e2e_once();`,
      );
    try {
      await page.getByRole('button', { name: 'New tenant' }).click();
      await dialog.getByLabel('Company').fill('Broken Brokers');
      await dialog.getByLabel('Address').fill(name);
      await dialog.getByText('is free').waitFor();
      await dialog.getByLabel('First administrator').fill('Petra Vogel');
      await dialog.getByLabel("Administrator's e-mail").fill(`petra@${name}.example`);
      await dialog.getByRole('button', { name: 'Create tenant' }).click();
      await dialog.getByText(/the vault is closed/).waitFor();
      await dialog.getByRole('button', { name: 'Retry' }).waitFor();
      equal(await dialog.locator('li[data-s="done"]').count(), 4, 'steps that stand');
      equal((await axe(page)).join('\n'), '', 'axe');
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await row(name).getByText('Failed').waitFor();
      const open = await world.api(name, 'GET', '/api/branding');
      ok(open.status >= 400, `a tenant that is not there answers with ${open.status}`);
      await page.getByRole('link', { name: 'Provisioning' }).click();
      const card = page.getByRole('article').filter({ hasText: name });
      await card.getByText(/the vault is closed/).waitFor();
      equal((await axe(page)).join('\n'), '', 'axe');
      mend();
      await card.getByRole('button', { name: 'Retry' }).click();
      // nothing to look after any more
      await card.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Tenants' }).click();
      await row(name).getByText('Active').waitFor();
      await world.link(`petra@${name}.example`, '/invitation?token=');
    } finally {
      mend();
    }
  });

  const tenant = await visitor();
  await check('a suspended tenant is closed at once: pages and API', async () => {
    await tenant.page.goto(world.url(slug));
    await tenant.page.getByRole('heading', { name: 'Sign in to Alpine Partners' }).waitFor();
    await row(slug).getByRole('link', { name: 'Alpine Partners' }).click();
    await page.getByRole('heading', { level: 1, name: 'Alpine Partners' }).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await page.getByRole('button', { name: 'Suspend' }).click();
    await dialog.getByText('Suspend Alpine Partners?').waitFor();
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    tenant.allow(503, '/');
    const answer = await tenant.page.reload();
    equal(answer.status(), 503, 'the status of the page');
    ok(/suspended/i.test(await tenant.page.locator('body').innerText()), 'the page does not say why');
    equal((await axe(tenant.page)).join('\n'), '', 'axe');
    const { status, json } = await world.api(slug, 'POST', '/api/auth/login', {
      body: { email: 'petra@example.com', password: 'whatever it is' },
    });
    equal(status, 503, 'the status of the API');
    equal(json.code, 'tenant_suspended', 'the code');
    equal((await world.api('northwind', 'GET', '/api/branding')).status, 200, 'another tenant');
  });
  await check('resumed, everything is as it was', async () => {
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Suspend' }).waitFor();
    await until(
      async () => (await world.api(slug, 'GET', '/api/branding')).status === 200,
      'the tenant to answer again',
    );
    await tenant.page.goto(world.url(slug));
    await tenant.page.getByRole('heading', { name: 'Sign in to Alpine Partners' }).waitFor();
  });
  await check('branding is changed for a tenant and shows at its next page', async () => {
    await page.getByRole('radio', { name: 'Magenta' }).check({ force: true });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Unsaved changes').waitFor({ state: 'hidden' });
    await until(async () => {
      await tenant.page.reload();
      return (
        (await tenant.page.evaluate(() =>
          getComputedStyle(document.body).getPropertyValue('--brand').trim(),
        )) === '#b8327d'
      );
    }, 'the new colour');
  });
  await check('a tenant is deleted only after its address was typed', async () => {
    await page.getByRole('button', { name: 'Delete' }).click();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    ok(await confirm.isDisabled(), 'it can be confirmed without typing');
    await dialog.getByRole('textbox').fill(slug);
    // its open page asks on
    tenant.allow(404, '/');
    await confirm.click();
    await page.waitForURL('**/owner/tenants');
    await row('northwind').waitFor();
    await row(slug).waitFor({ state: 'detached' });
    const { status } = await world.api(slug, 'GET', '/api/branding');
    equal(status, 404, 'the status of its host');
  });
  await check('an unknown host has a page of its own', async () => {
    const answer = await tenant.page.goto(world.url(`nobody-${stamp}`));
    equal(answer.status(), 404, 'the status');
    await tenant.page.getByRole('heading', { level: 1 }).waitFor();
    equal((await axe(tenant.page)).join('\n'), '', 'axe');
  });
  await check('the owner signs out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Owner console' }).waitFor();
    await page.goto(world.url('', '/owner/tenants'));
    await page.getByRole('heading', { name: 'Owner console' }).waitFor();
  });
}
