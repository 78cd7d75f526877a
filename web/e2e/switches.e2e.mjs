// Parts of the CRM are switched off and on: modules, the public form; and what a role's preview tells of programs.
import { axe, equal, ok, signIn, until } from './harness.mjs';

export async function run({ world, check, visitor }) {
  const boss = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', boss);
  const call = (method, path, body) => world.api('northwind', method, path, { token, body });
  const setting = async (key) =>
    (await call('GET', '/api/settings')).json.settings.find((s) => s.key === key).value;
  const all = await setting('modules');

  const v = await visitor();
  const { page } = v;
  const go = (path) => page.goto(world.url('northwind', path));
  const button = (name) => page.getByRole('button', { name, exact: true });
  const spotless = async (p = page) => equal((await axe(p)).join('\n'), '', 'axe');
  const nav = (name) => page.locator('aside').getByRole('link', { name, exact: true });

  await check('a module is switched off by keyboard and is gone from the menu at once', async () => {
    await signIn(page, world.url('northwind', '/settings/general'), boss);
    await nav('Leads').waitFor();
    const box = page.getByRole('checkbox', { name: 'Leads' });
    await box.focus();
    await page.keyboard.press('Space');
    await button('Save').click();
    await nav('Leads').waitFor({ state: 'detached' });
    await nav('Clients').waitFor();
    ok(!(await setting('modules')).includes('leads'), 'the stored modules');
    await spotless();
  });
  await check('neither the palette nor an address leads to it', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByText('Clients', { exact: true }).waitFor();
    equal(await palette.getByText(/Leads|Add lead/).count(), 0, 'entries for leads');
    await page.keyboard.press('Escape');
    await go('/leads');
    await page.getByText('Your role does not open this page').waitFor();
    await spotless();
    await go('/settings/roles');
    await page.getByRole('heading').first().waitFor();
    equal(await page.getByText('See leads').count(), 0, 'lines for leads in the matrix');
  });
  await check('its public form is closed, in English and in Arabic, and on a telephone', async () => {
    for (const [options, title] of [
      [{ width: 390 }, 'This form is closed'],
      [{ locale: 'ar' }, 'هذا النموذج مغلق'],
      [{ scheme: 'dark' }, 'This form is closed'],
    ]) {
      const guest = await visitor(options);
      guest.allow(404, '/api/public/form');
      await guest.page.goto(world.url('northwind', '/public-form'));
      await guest.page.getByRole('heading', { name: title }).waitFor();
      await spotless(guest.page);
    }
  });
  await check('it comes back with everything in it', async () => {
    await go('/settings/general');
    const box = page.getByRole('checkbox', { name: 'Leads' });
    await box.check();
    await button('Save').click();
    await nav('Leads').waitFor();
    await nav('Leads').click();
    await page.getByRole('row').nth(3).waitFor();
    equal((await setting('modules')).length, all.length, 'modules');
  });
  await check('a new field is taken back', async () => {
    await go('/settings/custom-fields');
    await button('Add field').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Passing thought');
    await form.getByRole('button', { name: 'Create field' }).click();
    const row = page.locator('[data-key]').filter({ hasText: 'Passing thought' });
    await row.waitFor();
    await button('Undo').click();
    await row.waitFor({ state: 'detached' });
    const { data } = (await call('GET', '/api/custom-fields?entity=client')).json;
    ok(!data.some((f) => f.label === 'Passing thought'), 'the field is gone');
  });
  await check('a role’s change names the programs and the second factor it concerns', async () => {
    const made = await call('POST', '/api/api-keys', { name: 'Phone system', role: 'Agent' });
    equal(made.status, 201, 'the key');
    const role = (await call('GET', '/api/roles')).json.data.find((r) => r.name === 'Agent');
    await go(`/settings/roles/${role.id}`);
    await page.getByLabel('Two-factor required').click();
    await page
      .getByRole('radiogroup', { name: 'See clients' })
      .getByRole('radio', { name: 'None' })
      .check({ force: true });
    await button('Review and save').click();
    const dialog = page.getByRole('dialog', { name: /^Save the changes to/ });
    await dialog.getByText('1 API key is affected').waitFor();
    await dialog.getByText('Phone system').waitFor();
    await dialog.getByText(/none yet/).waitFor();
    await spotless();
    await dialog.getByRole('button', { name: 'Keep editing' }).click();
    await call('DELETE', `/api/api-keys/${made.json.id}`);
  });
  await until(async () => (await setting('modules')).length === all.length, 'all modules');
}
