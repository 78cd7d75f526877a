// A role is copied, changed and deleted; somebody who has it notices within seconds; and anybody's access can be explained.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, inBoth } from './looks.mjs';

const SOON = { timeout: 5000 };

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const person = world.user('northwind', 'Agent', 1);
  const token = await world.token('northwind', manager);
  const call = async (method, path, body) => {
    const { status, json, text } = await world.api('northwind', method, path, { token, body });
    ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return json;
  };
  const found = (await call('GET', '/api/users?limit=200')).data.find((u) => u.email === person.email);
  const client = (await call('GET', `/api/clients?assigned_to=${found.id}&limit=50`)).data.find(
    (x) => x.phone,
  );
  const name = `Senior agent ${Date.now().toString(36)}`;
  const boss = await visitor();
  const { page } = boss;
  const crm = (path) => world.url('northwind', path);
  const choose = (row, choice) =>
    page.getByRole('radiogroup', { name: row, exact: true }).getByRole('radio', { name: choice }).check();
  const preview = page.getByTestId('record-preview');
  const seen = (field) => preview.locator(`[data-field="${field}"]`);
  const clean = async (what) => {
    // a preview that is being asked for anew is pale
    await preview.and(page.locator('[aria-busy="true"]')).waitFor({ state: 'detached' });
    equal((await axe(page)).join('\n'), '', `axe: ${what}`);
  };

  await check('the list names every role, and the comparison shows them side by side', async () => {
    await signIn(page, crm('/settings/roles'), manager);
    await page.getByRole('link', { name: 'Agent', exact: true }).waitFor();
    await clean('list');
    await page.getByText('Compare', { exact: true }).click();
    await page.getByRole('columnheader', { name: /^Agent/ }).waitFor();
    await page.getByRole('rowheader', { name: 'Export clients' }).waitFor();
    await clean('comparison');
    await page.goBack();
  });
  await check('a role is created by copying another, with a scope and a field changed', async () => {
    await page.goto(crm('/settings/roles'));
    await page.getByRole('button', { name: 'Actions for Agent', exact: true }).click();
    await page.getByRole('option', { name: 'Copy' }).click();
    await page.waitForURL(/roles\/new\?copy=/);
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Enter a name.').waitFor();
    ok(
      await page.getByLabel('Name', { exact: true }).evaluate((e) => e === document.activeElement),
      'the focus is not at the name',
    );
    await page.getByLabel('Name', { exact: true }).fill(name);
    await seen('phone').getByText('•').first().waitFor();
    await choose('Client phone', 'Hidden');
    await seen('phone').getByText('Hidden', { exact: true }).waitFor();
    await choose('Export clients', 'Own');
    await page.getByText('2 changes').waitFor();
    await clean('new role');
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByText(`${name} has been created`).waitFor();
    await page.waitForURL(/roles\/[0-9a-f-]{36}$/);
    equal(await page.getByLabel('Name', { exact: true }).inputValue(), name, 'the name');
  });
  const address = page.url();
  const id = address.split('/').at(-1);

  const other = await visitor();
  await check('somebody with the new role sees what it shows, and no more', async () => {
    await call('PATCH', `/api/users/${found.id}`, { role: name });
    await signIn(other.page, crm(`/clients/${client.id}`), person);
    await other.page.getByRole('heading', { level: 2, name: client.name }).waitFor();
    await other.page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
    equal(await other.page.getByText(client.phone).count(), 0, 'phones in clear');
    await other.page.getByText('Live', { exact: true }).waitFor();
  });
  await check(
    'rows are found by words, whole areas set at once, and changes put back one by one',
    async () => {
      await page.reload();
      await page.getByLabel('Find a permission or field').fill('reveal');
      await page.getByRole('radiogroup', { name: 'Export clients' }).waitFor({ state: 'detached' });
      await page.getByLabel('Find a permission or field').fill('');
      await page.getByRole('button', { name: 'Set all to… Clients' }).click();
      await page.getByRole('menuitem', { name: 'Team' }).click();
      ok(
        await page.getByRole('radiogroup', { name: 'See clients' }).getByLabel('Team').isChecked(),
        'not set',
      );
      await page.getByLabel('Only changed').check();
      const back = page.getByRole('button', { name: /put .* back$/ });
      const before = await back.count();
      ok(before > 1, `${before} changed rows`);
      await back.first().click();
      await until(async () => (await back.count()) === before - 1, 'the row to be put back');
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('button', { name: 'Review and save' }).waitFor({ state: 'hidden' });
    },
  );
  await check('the record is previewed as the role would see it, also a lead', async () => {
    await choose('Client phone', 'Full');
    await until(
      async () => !(await seen('phone').innerText()).includes('Hidden'),
      'the phone in the preview',
    );
    await page.getByText('Lead', { exact: true }).click();
    await seen('source').waitFor();
    await page.getByText('Client', { exact: true }).click();
    await choose('Edit clients', 'None');
    await clean('editor with changes');
  });
  await check('leaving asks first', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    equal(page.url(), address, 'the page');
    await page.getByText('2 changes').waitFor();
  });
  const summary = page.getByRole('dialog', { name: /^Save the changes to/ });
  await check('before saving: what comes, what goes, and for whom', async () => {
    await page.getByRole('button', { name: 'Review and save' }).click();
    await summary.getByText('Gained', { exact: true }).waitFor();
    await summary.getByText('Client phone', { exact: true }).waitFor();
    await summary.getByText('Lost', { exact: true }).waitFor();
    await summary.getByText('Edit clients', { exact: true }).waitFor();
    await summary.getByText('1 person is affected').waitFor();
    await summary.getByText(found.name, { exact: true }).waitFor();
    await clean('summary');
  });
  await check('saved: the person sees the change within seconds, without a reload', async () => {
    await summary.getByRole('button', { name: 'Save role' }).click();
    await page.getByText(`${name} has been saved`).waitFor();
    await other.page.getByText(client.phone).first().waitFor(SOON);
    await other.page.getByRole('button', { name: 'Edit', exact: true }).waitFor({ state: 'hidden', ...SOON });
  });
  await check('a name that is taken is told at the name', async () => {
    boss.allow(409, '/api/roles');
    await page.getByLabel('Name', { exact: true }).fill('Agent');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const save = summary.getByRole('button', { name: 'Save role' });
    await save.or(page.getByText('Another role has this name already.')).first().waitFor();
    if (await save.isVisible()) await save.click();
    await page.getByText('Another role has this name already.').first().waitFor();
    if (await summary.isVisible()) await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
  });
  await check('the last role that manages users and roles cannot lose that', async () => {
    const own = (await call('GET', '/api/roles')).data.find((r) => r.name === 'CRM Manager');
    await page.goto(crm(`/settings/roles/${own.id}`));
    await choose('Invite, edit and deactivate users', 'None');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await summary.getByText(/^Nobody could manage users and roles/).waitFor();
    ok(await summary.getByRole('button', { name: 'Save role' }).isDisabled(), 'it can be saved');
    await page.keyboard.press('Escape');
    await summary.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  await check('why can somebody see this: asked on the page of a client', async () => {
    await page.goto(crm(`/clients/${client.id}`));
    await page.getByRole('button', { name: `Actions for ${client.name}` }).click();
    await page.getByRole('menuitem', { name: 'Why can somebody see this?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Why can somebody see this?' });
    await dialog.getByRole('combobox', { name: 'Person' }).click();
    await page.getByRole('option', { name: new RegExp(found.name) }).click();
    await dialog.getByText(`${found.name} can see ${client.name}`).waitFor();
    const rule = dialog.locator('details').filter({ hasText: 'See clients' });
    await rule.getByText(name, { exact: true }).waitFor();
    const phone = dialog.locator('details').filter({ hasText: 'Client phone' });
    await phone.getByText('Full', { exact: true }).first().waitFor();
    const change = dialog.locator('details').filter({ hasText: 'Edit clients' });
    await change.getByText('no', { exact: false }).first().waitFor();
    await change.locator('summary').click();
    await clean('explanation');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
  await check('what may this user see: asked in the list of users', async () => {
    await page.goto(crm('/settings/users'));
    await page.getByRole('button', { name: `Actions for ${found.name}` }).click();
    await page.getByRole('option', { name: 'What may this user see?' }).click();
    const dialog = page.getByRole('dialog', { name: `What may ${found.name} see?` });
    await dialog.getByRole('combobox', { name: 'Permission' }).click();
    await page.getByRole('option', { name: 'Export clients' }).click();
    await dialog.locator('details').getByText('Own', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
  });
  await check('the access check answers any question, and its address can be passed on', async () => {
    await page.goto(crm('/settings/access-check'));
    await page.getByText('Who, and what?').waitFor();
    await page.getByRole('combobox', { name: 'Person' }).click();
    await page.getByRole('option', { name: new RegExp(found.name) }).click();
    await page.getByRole('combobox', { name: 'Record', exact: true }).fill(client.name);
    await page.getByRole('option', { name: client.name }).first().click();
    await page.getByTestId('verdict').waitFor();
    await page.getByRole('combobox', { name: 'Sensitive field' }).click();
    await page.getByRole('option', { name: 'Client phone' }).click();
    await page.locator('details').getByText('Full', { exact: true }).first().waitFor();
    await page.reload();
    await page.locator('details').getByText('Full', { exact: true }).first().waitFor();
    await clean('access check');
  });

  await check('deleted with another role in its place, after a look at what that means', async () => {
    await page.goto(crm(`/settings/roles/${id}`));
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: `Delete the role ${name}?` });
    const remove = dialog.getByRole('button', { name: 'Delete role' });
    ok(await remove.isDisabled(), 'it can be deleted without another role');
    await dialog.getByRole('combobox', { name: 'Role they get instead' }).click();
    await page.getByRole('option', { name: 'Agent', exact: true }).click();
    await dialog.getByText('1 person is affected').waitFor();
    await page.getByRole('option').first().waitFor({ state: 'hidden' });
    await dialog.getByText(found.name, { exact: true }).waitFor();
    await clean('deleting');
    await remove.click();
    await page.getByText(`${name} has been deleted`).waitFor();
    await page.getByRole('link', { name: 'Agent', exact: true }).waitFor();
    equal(await page.getByRole('link', { name, exact: true }).count(), 0, 'the role in the list');
    await other.page.getByRole('button', { name: 'Edit', exact: true }).waitFor(SOON);
    await until(
      async () => (await other.page.getByText(client.phone).count()) === 0,
      'the phone to be masked again',
    );
  });
  await leave(other);

  const agentRole = (await call('GET', '/api/roles')).data.find((r) => r.name === 'Agent');
  const v = await visitor({ locale: 'ar' });
  for (const path of [
    '/settings/roles',
    '/settings/roles?view=compare',
    `/settings/roles/${agentRole.id}`,
    `/settings/access-check?user=${found.id}&type=client&id=${client.id}&label=x`,
  ])
    await check(`${path.replace(/[?/][0-9a-f-]{36}.*|\?user.*/, '')}, Arabic, light and dark`, async () => {
      if (v.page.url() === 'about:blank') await signIn(v.page, crm(path), manager);
      else await v.page.goto(crm(path));
      const ready = v.page
        .locator('tbody tr')
        .or(v.page.getByTestId('record-preview').locator('dl'))
        .or(v.page.getByTestId('verdict'));
      await ready.first().waitFor();
      await inBoth(v.page, async (scheme) => equal((await axe(v.page)).join('\n'), '', `axe, ${scheme}`));
      await fits(v.page);
    });
  await leave(v);
}
