// A manager sets up the company: settings, look, statuses, fields of its own, and the audit log that tells of it.
import { readFileSync } from 'node:fs';
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, OTHER_LOOKS } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const boss = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', boss);
  const call = (method, path, body) => world.api('northwind', method, path, { token, body });
  const me = (await call('GET', '/api/me')).json;
  const setting = async (key) =>
    (await call('GET', '/api/settings')).json.settings.find((s) => s.key === key).value;

  const v = await visitor();
  const { page } = v;
  const go = (path) => page.goto(world.url('northwind', path));
  const button = (name) => page.getByRole('button', { name, exact: true });
  const spotless = async () => equal((await axe(page)).join('\n'), '', 'axe');
  /** Takes back what the newest message offers to take back. */
  const undo = async (message) => {
    await page.getByText(message).waitFor();
    await button('Undo').click();
    await page.getByText('The change has been taken back').first().waitFor();
  };

  await check('a setting is changed and taken back', async () => {
    await signIn(page, world.url('northwind', '/settings/security'), boss);
    const hours = page.getByRole('textbox', { name: 'Length of a session' });
    const before = Number(await hours.inputValue());
    await spotless();
    await hours.fill(String(before + 1));
    await button('Save').click();
    await page.getByText('Security: saved').waitFor();
    equal(await setting('session_hours'), before + 1, 'the stored value');
    await page.getByText(`Changed by ${me.user.name}`).first().waitFor();
    await undo('Security: saved');
    await until(async () => Number(await hours.inputValue()) === before, 'the old value on the page');
    equal(await setting('session_hours'), before, 'the stored value');
  });
  await check('faults stand at their fields', async () => {
    const hours = page.getByRole('textbox', { name: 'Length of a session' });
    await hours.fill('0');
    await page.getByRole('textbox', { name: 'Allowed addresses' }).fill('office');
    await button('Save').click();
    await page.getByText('Not an address or a network: office').waitFor();
    await page.getByText(/^Between 1 and/).waitFor();
    await spotless();
    await button('Discard').click();
  });
  await check('nobody shuts out themselves', async () => {
    const list = page.getByRole('textbox', { name: 'Allowed addresses' });
    await list.fill('203.0.113.0/24');
    await page.getByText('you would shut yourself out').waitFor();
    v.allow(422, '/api/settings');
    await button('Save').click();
    await page.locator('textarea[aria-invalid="true"]').waitFor();
    equal((await setting('address_allow_list')).length, 0, 'stored addresses');
    await button('Discard').click();
  });
  await check('a value goes back to its default', async () => {
    await go('/settings/general');
    const name = page.getByRole('textbox', { name: 'Sender’s name' });
    const desk = `Desk ${Date.now().toString(36)}`;
    await name.fill(desk);
    await button('Save').click();
    await page.getByText('Mail sender: saved').waitFor();
    equal(await setting('mail_from_name'), desk, 'the stored value');
    await page.getByRole('button', { name: 'Back to default: Sender’s name' }).click();
    await button('Save').click();
    await until(async () => (await setting('mail_from_name')) !== desk, 'the default');
    await spotless();
  });
  await check('the look changes live: first in the preview, then in the app, and back', async () => {
    await go('/settings/branding');
    await page.getByTestId('preview-dark').waitFor();
    const brand = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand').trim());
    const before = await brand();
    await page.getByLabel('Colour code').fill('#f2b705');
    await page.getByLabel('Company name').fill('Northwind Gold');
    await page.getByText(/Pale on a light background/).waitFor();
    for (const scheme of ['light', 'dark'])
      ok((await page.getByTestId(`preview-${scheme}`).innerText()).includes('Northwind Gold'), scheme);
    equal(await brand(), before, 'the app’s colour before saving');
    await spotless();
    await button('Save').click();
    await page.getByText('The new look is on').waitFor();
    equal(await brand(), '#f2b705', 'the app’s colour');
    await page.locator('aside').getByText('Northwind Gold').waitFor();
    await spotless();
    await undo('The new look is on');
    await until(async () => (await brand()) === before, 'the old colour');
    equal(await page.locator('aside').getByText('Northwind Gold').count(), 0, 'new names');
  });
  await check('a status is added, moved by keyboard, and deleted with its records handed over', async () => {
    await go('/settings/statuses');
    await button('Add status').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('On hold');
    await form.getByRole('radio', { name: 'Amber' }).check();
    await spotless();
    await form.getByRole('button', { name: 'Create status' }).click();
    await form.waitFor({ state: 'hidden' });
    const row = page.locator('[data-key]').filter({ hasText: 'On hold' });
    await row.waitFor();
    const key = await row.getAttribute('data-key');
    await button('Move On hold').focus();
    await page.keyboard.press('Home');
    await page.getByText(/On hold is now 1 of/).waitFor();
    await until(
      async () => (await call('GET', '/api/statuses')).json.client[0].key === key,
      'the stored order',
    );
    const { data } = (await call('GET', '/api/clients?status=active&limit=2')).json;
    for (const c of data)
      equal((await call('PATCH', `/api/clients/${c.id}`, { status: key })).status, 200, 'the client moves');

    await page.getByRole('button', { name: 'Actions for On hold' }).click();
    await page.getByRole('option', { name: 'Delete' }).click();
    await form.getByText('2 clients have this status').waitFor();
    ok(await form.getByRole('button', { name: 'Delete' }).isDisabled(), 'it can be deleted without another');
    await spotless();
    await form.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Active', exact: true }).click();
    await form.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('On hold has been deleted, 2 records moved').waitFor();
    for (const c of data)
      equal((await call('GET', `/api/clients/${c.id}`)).json.status, 'active', `${c.name}’s status`);
    await row.waitFor({ state: 'detached' });
  });
  await check('a field of one’s own appears in the form and on the record', async () => {
    await go('/settings/custom-fields');
    await button('Add field').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Risk profile');
    const key = await form.getByLabel('Key').inputValue();
    ok(/^risk_profile(_\d+)?$/.test(key), `the suggested key is ${key}`);
    await form.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'One of several' }).click();
    await page.getByRole('option', { name: 'One of several' }).waitFor({ state: 'hidden' });
    await form.getByRole('textbox', { name: 'Choice 1' }).fill('Careful');
    await page.keyboard.press('Enter');
    const second = form.getByRole('textbox', { name: 'Choice 2' });
    // without waiting: whoever types on must not lose a letter to the line before
    ok(await second.evaluate((e) => e === document.activeElement), 'Enter does not lead to the next choice');
    await page.keyboard.type('Bold');
    equal(await second.inputValue(), 'Bold', 'the second choice');
    await spotless();
    await form.getByRole('button', { name: 'Create field' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.locator('[data-key]').filter({ hasText: 'Risk profile' }).waitFor();

    const client = (await call('GET', '/api/clients?limit=1')).json.data[0];
    await go(`/clients/${client.id}`);
    await button('Edit').click();
    await form.getByRole('combobox', { name: /Risk profile/ }).click();
    await page.getByRole('option', { name: 'Bold' }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /Edit Risk profile: Bold/ }).waitFor();
    equal((await call('GET', `/api/clients/${client.id}`)).json.custom[key], 'bold', 'the value');
    await spotless();
    await page.getByRole('button', { name: /Edit Risk profile/ }).click();
    await page.getByRole('option', { name: 'Careful' }).click();
    await until(
      async () => (await call('GET', `/api/clients/${client.id}`)).json.custom[key] === 'careful',
      'the value changed in place',
    );
  });
  await check('a field is archived and brought back', async () => {
    await go('/settings/custom-fields');
    const row = page.locator('[data-key]').filter({ hasText: 'Risk profile' });
    await page.getByRole('button', { name: 'Actions for Risk profile' }).click();
    await page.getByRole('option', { name: 'Archive' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByText(/^Archived \(/).click();
    await page.getByRole('button', { name: 'Bring back: Risk profile' }).last().click();
    await row.waitFor();
    await page.getByRole('button', { name: 'Actions for Risk profile' }).click();
    await page.getByRole('option', { name: 'Archive' }).click();
    await row.waitFor({ state: 'detached' });
  });
  await check('the log tells of it, one action at a time', async () => {
    await go('/settings/security');
    await page.getByRole('link', { name: /^History/ }).click();
    await page.locator('[data-action="settings.updated"]').first().waitFor();
    const actions = await page
      .locator('[data-action]')
      .evaluateAll((all) => all.map((e) => e.dataset.action));
    ok(
      actions.every((a) => a === 'settings.updated'),
      `other actions: ${actions}`,
    );
    await spotless();
  });
  await check('the chain is verified, its head saved, and a false head is told', async () => {
    const verdict = page.getByTestId('verdict');
    await button('Verify').click();
    await verdict.getByText(/^Intact:/).waitFor();
    await spotless();
    await button('Saved heads').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Save head' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    equal(JSON.parse(text).tenant.slug, 'northwind', 'whose head it is');
    const check = (content) =>
      page
        .getByTestId('saved-head')
        .setInputFiles({ name: 'head.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    await check(text);
    await verdict.getByText(/It continues the head saved at entry/).waitFor();
    const { head } = JSON.parse(text);
    await check(text.replace(head, `${head.startsWith('0') ? '1' : '0'}${head.slice(1)}`));
    await verdict.locator('[data-tone="neg"]').waitFor();
    await spotless();
    await check('{}');
    await verdict.getByText('This file is not a saved head.').waitFor();
  });
  for (const { look, options, judge } of OTHER_LOOKS)
    await check(`every page of the settings is without a fault in ${look}`, async () => {
      const other = await visitor(options);
      await signIn(other.page, world.url('northwind', '/settings/general'), boss);
      for (const path of ['general', 'security', 'branding', 'statuses', 'custom-fields', 'audit']) {
        await other.page.goto(world.url('northwind', `/settings/${path}`));
        const main = other.page.locator('#main');
        await until(
          async () => (await main.innerText()).length > 60 && !(await main.locator('.skeleton').count()),
          `${path} to be there`,
        );
        await judge(other.page, async (scheme) =>
          equal((await axe(other.page)).join('\n'), '', `axe on ${path}, ${scheme}`),
        );
        await fits(other.page, path);
      }
      await leave(other);
    });
}
