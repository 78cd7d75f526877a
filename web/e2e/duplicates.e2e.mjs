// One person entered twice: seen while typing, found in the queue, merged by keyboard alone, followed, split again;
// a lead that is a client already is linked to it.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, OTHER_LOOKS, picture } from './looks.mjs';

const TENANT = 'northwind';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  const agent = world.user(TENANT, 'Agent');
  const token = await world.token(TENANT, manager);
  const ask = (method, path, body) => world.api(TENANT, method, path, { token, body });
  const call = async (method, path, body) => {
    const answer = await ask(method, path, body);
    ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  const noViolations = async (page) => equal((await axe(page)).join('\n'), '', 'axe');
  const person = (first_name, last_name, email, more = {}) =>
    call('POST', '/api/clients', { first_name, last_name, email, ...more });
  const open = async () => (await call('GET', '/api/duplicates?state=open&limit=200')).data;
  const pairOf = (a, b) =>
    until(
      async () => (await open()).find((p) => [p.a.id, p.b.id].sort().join() === [a.id, b.id].sort().join()),
      `${a.name} and ${b.name} to be found`,
      30_000,
    );

  // what the demo brings is not for this desk
  for (const pair of await open()) await call('POST', `/api/duplicates/${pair.id}/dismiss`);
  const ana = await person('Teodora', 'Valen', `teo.valen.${stamp}@gmail.com`, {
    phone: '+351912345678',
    country: 'PT',
    source: 'referral',
    tags: ['vip'],
  });

  const v = await visitor();
  const { page } = v;
  const button = (name) => page.getByRole('button', { name, exact: true });
  const dialog = page.getByRole('dialog');
  const now = page.locator('[aria-current="true"][data-id]');
  const group = (name) => dialog.getByRole('radiogroup', { name, exact: true });
  const focused = () => page.evaluate(() => document.activeElement?.value);

  await check('somebody who is there already is named while they are typed in again', async () => {
    await signIn(page, world.url(TENANT, '/clients?new=1'), manager);
    const panel = dialog.getByRole('status').filter({ hasText: 'Looks like' });
    await dialog.getByLabel('First name').fill('Somebody');
    await dialog.getByLabel('Last name').fill('Else');
    equal(await panel.count(), 0, 'panels before there is anything alike');
    // the same mailbox, written another way
    await dialog.getByLabel('E-mail').fill(`TEOVALEN${stamp}+crm@gmail.com`);
    await page.keyboard.press('Tab');
    await panel.getByText('Teodora Valen').waitFor();
    await panel.getByText('Same e-mail').waitFor();
    equal(await panel.getByRole('link').getAttribute('href'), `/clients/${ana.id}`, 'where it leads');
    await noViolations(page);
    await picture(page, 'create');
    await dialog.getByLabel('E-mail').fill(`someone.else.${stamp}@example.com`);
    await page.keyboard.press('Tab');
    await panel.waitFor({ state: 'detached' });
  });
  await check('whose contact data is masked learns nothing by trying addresses', async () => {
    const other = await visitor();
    await signIn(other.page, world.url(TENANT, '/clients?new=1'), agent);
    const form = other.page.getByRole('dialog');
    await form.getByLabel('First name').fill('Nobody');
    await form.getByLabel('Last name').fill('Known');
    await form.getByLabel('E-mail').fill(ana.email);
    const answer = other.page.waitForResponse(
      (r) => r.url().endsWith('/clients/duplicates/check') && r.request().postData()?.includes('"email"'),
    );
    await other.page.keyboard.press('Tab');
    equal((await (await answer).json()).data.length, 0, 'matches');
    equal(await form.getByText('Looks like').count(), 0, 'panels');
    equal(await other.page.getByRole('link', { name: 'Duplicates' }).count(), 0, 'ways to the queue');
    other.clean();
    await leave(other);
  });

  const twin = await person('Teodora', 'Valen', `teovalen${stamp}+two@gmail.com`, {
    phone: '+5511987654321',
    country: 'BR',
    date_of_birth: '1985-04-12',
    tags: ['webinar'],
  });
  await pairOf(ana, twin);
  const kranz = [
    await person('Ilse', 'Kranz', `ilse.${stamp}@example.com`, { phone: '+493012340001', country: 'DE' }),
    await person('Ilse', 'Krantz', `i.krantz.${stamp}@example.com`, {
      phone: '+493012340001',
      country: 'DE',
    }),
  ];
  await pairOf(...kranz);

  await check('the client’s page names who may be the same', async () => {
    await page.goto(world.url(TENANT, `/clients/${ana.id}`));
    const found = page.getByRole('region', { name: /may be the same person/ });
    await found.getByText('Same e-mail').waitFor();
    equal(
      await found.getByRole('link', { name: 'Teodora Valen' }).getAttribute('href'),
      `/clients/${twin.id}`,
      'where it leads',
    );
    await noViolations(page);
    await picture(page, 'client-found');
  });

  await check('the queue goes by keyboard; who is not the same leaves it, and comes back', async () => {
    await page.goto(world.url(TENANT, '/duplicates'));
    await now.getByText('Teodora Valen').first().waitFor();
    // the surest first
    await now.getByText('Very likely').waitFor();
    await page.keyboard.press('j');
    await now.getByText('Ilse Krantz').waitFor();
    await page.getByRole('region', { name: /Ilse/ }).getByRole('table').waitFor();
    await noViolations(page);
    await page.keyboard.press('x');
    await now.getByText('Teodora Valen').first().waitFor();
    await until(async () => (await open()).length === 1, 'one pair to be left');
    const undo = button('Undo');
    await undo.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-id]').getByText('Ilse Krantz').waitFor();
    equal((await open()).length, 2, 'pairs after the undo');
    equal(await page.getByRole('dialog').count(), 0, 'the key did nothing else');
  });

  let preview;
  await check('two become one by keyboard alone, as the preview said', async () => {
    await page.keyboard.press('k');
    await now.getByText('Teodora Valen').first().waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('Enter');
    await group('E-mail').waitFor();
    await until(async () => (await focused()) === 'keep', 'the first choice to have the focus');
    await noViolations(page);
    await page.keyboard.press('ArrowDown');
    ok(await group('Phone').evaluate((g) => g.contains(document.activeElement)), 'the next field');
    const answer = page.waitForResponse(
      (r) => r.url().endsWith('/clients/merge') && r.request().postData()?.includes('"phone":"drop"'),
    );
    await page.keyboard.press('ArrowRight');
    preview = (await (await answer).json()).record;
    equal(preview.phone, twin.phone, 'the phone of the preview');
    const result = dialog.getByRole('region', { name: 'What comes of it' });
    await result.locator('[data-result="phone"]').getByText(twin.phone).waitFor();
    await result.locator('[data-result="date_of_birth"]').getByText('1985').waitFor();
    await result.locator('[data-result="tags"]').getByText('webinar').waitFor();
    await noViolations(page);
    await picture(page, 'merge');
    await page.keyboard.press('Enter');
    await page.getByText('Teodora Valen was merged into Teodora Valen').waitFor();
    await now.getByText('Ilse Kranz', { exact: true }).waitFor();
    const kept = await call('GET', `/api/clients/${ana.id}`);
    const same = ({ updated_at: _, ...rest }) => JSON.stringify(rest);
    equal(same(kept), same(preview), 'the client and its preview');
    const gone = await ask('GET', `/api/clients/${twin.id}`);
    equal(
      [gone.status, gone.json.code, gone.json.data.merged_into].join(),
      `404,merged,${ana.id}`,
      'the other',
    );
  });
  await check('the toast splits them again', async () => {
    await button('Split').click();
    await page.getByText('Teodora Valen is a client of their own again').waitFor();
    equal((await call('GET', `/api/clients/${twin.id}`)).phone, twin.phone, 'the one that came back');
    equal((await call('GET', `/api/clients/${ana.id}`)).phone, ana.phone, 'the one that was kept');
  });

  await check('they are merged from the client’s page, and an old link leads on', async () => {
    await page.goto(world.url(TENANT, `/clients/${twin.id}`));
    // a live event may come before the page has been left
    v.allow(404, `/api/clients/${twin.id}`);
    v.allow(404, '/api/merges');
    await button('Merge with Teodora Valen').click();
    await group('E-mail').waitFor();
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.waitForURL(`**/clients/${ana.id}`);
    await page.goto(world.url(TENANT, `/clients/${twin.id}`));
    await page.waitForURL(`**/clients/${ana.id}`);
    await page.getByText('That client was merged into this one').waitFor();
    await page.getByRole('heading', { name: 'Merged clients' }).waitFor();
    await noViolations(page);
  });
  await check('the split says what would happen before it does', async () => {
    const { version } = await call('GET', `/api/clients/${ana.id}`);
    await call('PATCH', `/api/clients/${ana.id}`, { date_of_birth: '1985-04-13', version });
    await page.reload();
    await button('Split from Teodora Valen').click();
    await dialog.getByText('Teodora Valen comes back as they were.').waitFor();
    await dialog.getByText(/Changed since the merge.*Date of birth/).waitFor();
    await noViolations(page);
    await picture(page, 'split');
    await dialog.getByRole('button', { name: 'Split', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/Split by/)
      .nth(1)
      .waitFor();
    equal((await call('GET', `/api/clients/${ana.id}`)).date_of_birth, '1985-04-13', 'what was edited since');
    equal((await call('GET', `/api/clients/${twin.id}`)).date_of_birth, '1985-04-12', 'what came back');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('merged another client into this one').first().waitFor();
    await page
      .getByText(/split another client off again/)
      .first()
      .waitFor();
  });

  await check('a lead that is a client already is linked, not made a second time', async () => {
    const lead = await call('POST', '/api/leads', {
      first_name: 'Teodora',
      last_name: 'Valen',
      email: ana.email,
    });
    await page.goto(world.url(TENANT, `/leads/${lead.id}`));
    await button('Convert to client').click();
    await dialog.getByText('This may be a client already').waitFor();
    // of the two with this mailbox, the one with this very address
    await dialog
      .getByRole('radio', { name: new RegExp(`Link to Teodora Valen.*${ana.email.replace('@', '.*@')}`) })
      .and(dialog.locator(':checked'))
      .waitFor();
    ok(await dialog.getByRole('radio', { name: 'Make a new client' }).isDisabled(), 'no second one');
    await noViolations(page);
    await picture(page, 'convert');
    await dialog.getByRole('button', { name: 'Link to the client' }).click();
    await page.waitForURL(`**/clients/${ana.id}`);
    equal((await call('GET', `/api/leads/${lead.id}`)).converted_client_id, ana.id, 'where the lead points');
  });

  for (const { look, options, judge } of OTHER_LOOKS)
    await check(`every page of duplicates is without a fault: ${look}`, async () => {
      const other = await visitor(options);
      const p = other.page;
      await signIn(p, world.url(TENANT, '/duplicates'), manager);
      await p.getByRole('table').waitFor();
      const faults = async (name) => {
        await judge(p, async (scheme) => {
          await picture(p, `${name}-${options.locale ?? 'narrow'}-${scheme}`);
          await noViolations(p);
        });
        await fits(p, name);
      };
      await faults('duplicates');
      await p.keyboard.press('Enter');
      await p.getByRole('dialog').getByRole('radiogroup').first().waitFor();
      await faults('merge');
      await p.goto(world.url(TENANT, `/clients/${ana.id}`));
      await p.getByRole('tabpanel').getByRole('heading').nth(1).waitFor();
      await p.locator('.skeleton').first().waitFor({ state: 'detached' });
      await faults('client');
      other.clean();
      await leave(other);
    });
}
