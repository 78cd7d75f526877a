// Staff work with clients: find, filter, sort, scroll, create, edit, delete and undo; a team leader sees fewer.
import { equal, ok, signIn, until } from './harness.mjs';

export async function run({ world, check, visitor }) {
  const v = await visitor();
  const { page } = v;
  const grid = page.getByTestId('grid');
  const rows = grid.locator('[data-row]');
  const cells = (column) => grid.locator(`[data-row] [data-col="${column}"]`);
  const counter = page.getByText(/^~?[\d,]+ records?$/);
  const total = async (p = page) =>
    Number((await p.getByText(/^~?[\d,]+ records?$/).innerText()).replace(/[^\d]/g, ''));
  /** What the list shows once the server has answered. */
  const listed = async (act, part) => {
    const answer = page.waitForResponse((r) => r.url().includes('/api/clients?') && r.url().includes(part));
    await act();
    const json = await (await answer).json();
    await until(async () => (await total()) === json.total, `the counter to show ${json.total}`);
    return json;
  };
  const stamp = Date.now().toString(36);
  const email = `ines.${stamp}@clients.example`;
  const last = `Corbeau-${stamp}`;

  await check('the table loads', async () => {
    await signIn(page, world.url('northwind', '/clients'), world.user('northwind', 'CRM Manager'));
    await rows.first().waitFor();
    ok((await total()) >= 2000, 'fewer than 2,000 clients');
    await page.getByText('Live', { exact: true }).waitFor();
  });
  await check('search finds by a part of the name, of the e-mail and of the phone', async () => {
    const find = page.getByLabel('Find in this list');
    const some = (await listed(() => find.fill('ahm'), 'search=ahm')).data;
    ok(some.length > 0, 'nobody found by name');
    ok(
      some.every((c) => `${c.name} ${c.email} ${c.phone}`.toLowerCase().includes('ahm')),
      'somebody is listed who does not match',
    );
    await until(async () => /ahm/i.test(await rows.first().innerText()), 'the first row to match');
    equal((await listed(() => find.fill(some[0].email), 'search=')).data[0].id, some[0].id, 'by e-mail');
    const phone = some.find((c) => c.phone).phone.slice(-7);
    ok((await listed(() => find.fill(phone), `search=${phone}`)).total >= 1, 'nobody found by phone');
    await listed(() => find.fill('zzzz no such person'), 'search=zzzz');
    await page.getByText('Nothing matches these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await rows.first().waitFor();
    ok((await total()) >= 2000, 'the search was not cleared');
  });
  await check('a filter becomes a chip, and leaves with it', async () => {
    const before = await total();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('dialog', { name: 'Filter' }).getByRole('button', { name: 'KYC' }).click();
    const { total: few } = await listed(
      () => page.getByRole('checkbox', { name: 'Pending' }).check(),
      'kyc_status=pending',
    );
    ok(few > 0 && few < before, `${few} of ${before}`);
    await page.keyboard.press('Escape');
    await until(
      async () => new Set(await cells('kyc_status').allInnerTexts()).size === 1,
      'only pending clients to be shown',
    );
    ok(page.url().includes('kyc_status=pending'), 'the filter is not in the address');
    await page.reload();
    await until(
      async () => (await counter.count()) && (await total()) === few,
      'the filter to survive a reload',
    );
    await page.getByRole('button', { name: 'Remove filter: KYC' }).click();
    await until(async () => (await total()) === before, 'the filter to be gone');
  });
  await check('a click on the header sorts on the server', async () => {
    const up = await listed(() => grid.getByRole('button', { name: 'Name' }).click(), 'sort=');
    const shown = async () => (await cells('name').allInnerTexts()).map((x) => x.split('\n').at(-1));
    await until(async () => (await shown())[0] === up.data[0].name, 'the first row to follow the sort');
    const first = up.data[0].name;
    const down = await listed(() => grid.getByRole('button', { name: 'Name' }).click(), 'sort=');
    ok(first !== down.data[0].name, 'the direction did not change');
    await grid.getByRole('columnheader', { name: 'Name' }).and(page.locator('[aria-sort]')).waitFor();
  });
  await check('scrolling loads more, page by page behind a key, and no row twice', async () => {
    await page.goto(world.url('northwind', '/clients'));
    await rows.first().waitFor();
    const seen = new Set();
    const pages = [];
    const listener = async (r) => {
      if (!/\/api\/clients\?.*cursor=/.test(r.url())) return;
      const { data } = await r.json();
      pages.push(data.length);
      for (const c of data) {
        if (seen.has(c.id)) pages.push(`${c.name} again`);
        seen.add(c.id);
      }
    };
    page.on('response', listener);
    for (let i = 0; i < 60 && pages.length < 3; i += 1) {
      await grid.evaluate((e) => e.scrollBy(0, 1500));
      await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
    }
    await until(() => pages.length >= 3, 'three more pages');
    page.off('response', listener);
    ok(
      pages.every((p) => typeof p === 'number'),
      pages.join(),
    );
    ok((await rows.count()) < 120, 'rows outside of the window are in the document');
  });
  await check('the column chooser shows and hides columns, and remembers it', async () => {
    await page.goto(world.url('northwind', '/clients'));
    await rows.first().waitFor();
    const head = (name) => grid.getByRole('columnheader', { name, exact: true });
    equal(await head('E-mail').count(), 0, 'the column e-mail at first');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'E-mail' }).check();
    await page.getByRole('checkbox', { name: 'Source' }).uncheck();
    await head('E-mail').waitFor();
    await head('Source').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.reload();
    await head('E-mail').waitFor();
    equal(await head('Source').count(), 0, 'the column source after a reload');
    ok((await cells('email').first().innerText()).includes('@'), 'no e-mail in clear');
  });
  await check('a new client: errors at the fields, also the server’s, then success', async () => {
    v.allow(409, '/api/clients');
    const known = (await cells('email').first().innerText()).trim();
    await page.getByRole('button', { name: 'Add client' }).click();
    const form = page.getByRole('dialog', { name: 'Add client' });
    const create = form.getByRole('button', { name: 'Create client' });
    await create.click();
    await form.getByText('Enter the first name.').waitFor();
    await form.getByText('Enter a complete e-mail address.').waitFor();
    ok(
      await form.getByLabel('First name').evaluate((e) => e === document.activeElement),
      'focus is not at the first error',
    );
    await form.getByLabel('First name').fill('Inès');
    await form.getByLabel('Last name').fill(last);
    await form.getByLabel('E-mail').fill(known);
    await form.getByLabel('Phone').fill('+33 6 12 34 56 78');
    await form.getByLabel('Country').click();
    await form.getByLabel('Country').fill('Fran');
    await page.getByRole('option', { name: 'France', exact: true }).click();
    await form.getByRole('combobox', { name: 'Language' }).fill('Fren');
    await page.getByRole('option', { name: 'French', exact: true }).click();
    await create.click();
    await form.getByText(/already (in use|exists)/).waitFor();
    await form.getByLabel('E-mail').fill(email);
    await create.click();
    await page.waitForURL(/\/clients\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { level: 2, name: `Inès ${last}`, exact: true }).waitFor();
    await page.getByText(`Inès ${last} has been created`).waitFor();
    await page.getByText('+33612345678').first().waitFor();
  });
  const address = page.url();
  await check('a fact is edited where it stands', async () => {
    await page.getByRole('button', { name: /^Edit Phone/ }).click();
    const input = page.locator('input[aria-label="Phone"]');
    await input.fill('nonsense');
    v.allow(422, '/api/clients/');
    await input.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'country code' }).waitFor();
    await input.fill('+33 6 98 76 54 32');
    await input.press('Enter');
    await page.getByText('+33698765432').first().waitFor();
    const language = page.getByRole('button', { name: /^Edit Language/ });
    await language.getByText('French', { exact: true }).click();
    await page.getByRole('option', { name: 'German', exact: true }).click();
    await language.getByText('German', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Edit Status/ }).click();
    await page
      .getByRole('option')
      .filter({ hasNot: page.locator('[aria-selected="true"]') })
      .last()
      .click();
    await page.getByTestId('pick-menu').waitFor({ state: 'hidden' });
  });
  await check('the form edits the rest', async () => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = page.getByRole('dialog', { name: `Edit Inès ${last}` });
    await form.getByLabel('Last name').fill(`${last}-Roux`);
    await form.getByLabel('Tags').fill('vip, webinar');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 2, name: `Inès ${last}-Roux` }).waitFor();
    await page.getByText('webinar').first().waitFor();
  });
  await check('the timeline tells who changed what, from what, to what', async () => {
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const entries = page.getByRole('tabpanel').getByRole('listitem');
    await until(async () => (await entries.count()) >= 4, 'four entries');
    const text = (await page.getByRole('tabpanel').innerText()).replace(/\s+/g, ' ');
    for (const part of [
      'Amelia Hart',
      'created this record',
      '+33612345678',
      '+33698765432',
      'German',
      `${last}-Roux`,
    ])
      ok(text.includes(part), `${part} is not in the timeline: ${text}`);
  });
  await check('what a colleague changes appears without a reload', async () => {
    const token = await world.token('northwind', world.user('northwind', 'CRM Manager', 0));
    const id = address.split('/').at(-1);
    const { status, text } = await world.api('northwind', 'PATCH', `/api/clients/${id}`, {
      token,
      body: { address: '7 Quai de la Fosse, Nantes' },
    });
    equal(status, 200, text);
    await page.getByText('7 Quai de la Fosse, Nantes').first().waitFor({ timeout: 3000 });
  });
  await check('delete can be undone', async () => {
    await page.getByRole('button', { name: `Actions for Inès ${last}-Roux` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.waitForURL(/\/clients(\?|$)/);
    await page.getByText('Client deleted').waitFor();
    await rows.first().waitFor();
    equal(await rows.filter({ hasText: `Inès ${last}-Roux` }).count(), 0, 'rows of the deleted client');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForURL(address);
    await page.getByRole('heading', { level: 2, name: `Inès ${last}-Roux` }).waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
  });
  await check('several clients are deleted from the list and brought back', async () => {
    await page.goto(world.url('northwind', '/clients'));
    await rows.first().waitFor();
    const before = await total();
    await rows.nth(1).getByRole('checkbox').check();
    await rows.nth(2).getByRole('checkbox').check();
    const bar = page.getByRole('toolbar', { name: 'Actions on the selection' });
    await bar.getByText('2 selected').waitFor();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete 2', exact: true }).click();
    await page.getByText('2 clients deleted').waitFor();
    await until(async () => (await total()) === before - 2, 'two fewer');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await total()) === before, 'all to be back');
  });
  await check('a client that does not exist says so', async () => {
    v.allow(404, '/api/clients/');
    await page.goto(world.url('northwind', '/clients/01a1fa05-0000-7000-8000-000000000000'));
    await page.getByText('This record does not exist').waitFor();
  });
  await check('a team leader sees the team’s clients only', async () => {
    const leader = await visitor();
    await signIn(leader.page, world.url('northwind', '/clients'), world.user('northwind', 'Team Leader'));
    await leader.page.getByTestId('grid').locator('[data-row]').first().waitFor();
    const mine = await total(leader.page);
    ok(mine > 0 && mine < 2000, `${mine} clients`);
    leader.allow(404, '/api/clients/');
    const token = await world.token('northwind', world.user('northwind', 'CRM Manager'));
    const { json: all } = await world.api('northwind', 'GET', '/api/clients?limit=100&sort=name', { token });
    const team = await leader.page.getByTestId('grid').locator('[data-row]').count();
    ok(team > 0, 'no rows');
    const { json: me } = await world.api('northwind', 'GET', '/api/me', {
      token: await world.token('northwind', world.user('northwind', 'Team Leader')),
    });
    const strange = all.data.find((c) => c.team_id && c.team_id !== me.user.team_id);
    await leader.page.goto(world.url('northwind', `/clients/${strange.id}`));
    await leader.page.getByText('This record does not exist').waitFor();
  });
}
