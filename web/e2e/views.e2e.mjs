// Staff shape a list: filters with groups, a sort by several columns, columns; saved as a view, shared, opened
// by a colleague; tags in colours; all by keyboard, in dark, in Arabic and on a narrow screen.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, inBoth, picture } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const stamp = Date.now().toString(36);
  const boss = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', boss);
  const call = async (method, path, body) => {
    const answer = await world.api('northwind', method, path, { token, body });
    ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const field = await call('POST', '/api/custom-fields', {
    entity: 'client',
    label: `Risk score ${stamp}`,
    type: 'number',
  });
  const { data: some } = await call('GET', '/api/clients?limit=12&sort=name');
  for (const [n, client] of some.entries())
    await call('PATCH', `/api/clients/${client.id}`, {
      custom: { [field.key]: n * 10 },
      tags: n % 2 ? [`vip-${stamp}`] : [`cold-${stamp}`, `vip-${stamp}`],
    });

  const v = await visitor();
  const { page } = v;
  const grid = page.getByTestId('grid');
  const rows = grid.locator('[data-row]');
  const cells = (column) => grid.locator(`[data-row] [data-col="${column}"]`);
  const tabs = page.getByRole('navigation', { name: 'Views' });
  const tab = (name, p = page) =>
    p.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).first();
  const total = async (p = page) =>
    Number((await p.getByText(/^~?[\d,]+ records?$/).innerText()).replace(/[^\d]/g, ''));
  /** What the server answered to what was done, once it is on the screen. */
  const listed = async (act, part = '/api/clients?') => {
    const answer = page.waitForResponse((r) => r.url().includes('/api/clients?') && r.url().includes(part));
    await act();
    const json = await (await answer).json();
    await until(async () => (await total()) === json.total, `the counter to show ${json.total}`);
    return json;
  };
  const accessible = async (what, p = page) => equal((await axe(p)).join('\n'), '', `axe: ${what}`);

  await check('a number of the company’s own is filtered by, and is a chip', async () => {
    await signIn(page, world.url('northwind', '/clients'), boss);
    await rows.first().waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('textbox', { name: 'Find a field' }).fill('risk score');
    await page.getByRole('button', { name: field.label }).click();
    const pop = page.getByRole('dialog', { name: 'Filter' });
    await pop.getByRole('combobox', { name: /Comparison/ }).selectOption({ label: '≥' });
    const { total: few } = await listed(
      () => pop.getByRole('textbox', { name: `Value for ${field.label}` }).fill('50'),
      'filter=',
    );
    equal(few, 7, 'clients with a score of 50 and more');
    await accessible('filter of a number');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `${field.label} ≥ 50` }).waitFor();
    ok(page.url().includes('filter='), 'the filter is not in the address');
  });
  await check('the builder joins conditions with or', async () => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('button', { name: 'Advanced filter' }).click();
    const pop = page.getByRole('dialog', { name: 'Filter' });
    await pop.getByRole('button', { name: 'Add condition' }).last().click();
    const line = pop.getByRole('combobox', { name: 'Field' }).nth(1);
    await line.selectOption({ label: 'Tags' });
    await listed(() => pop.getByRole('checkbox', { name: `cold-${stamp}` }).check(), 'filter=');
    const { total: either } = await listed(
      () => pop.getByRole('combobox', { name: 'How the conditions are joined' }).selectOption('or'),
      'filter=',
    );
    // cold are 0, 20, 40, 60, 80, 100; 50 and more are 50 to 110
    equal(either, 10, 'cold, or with a score of 50 and more');
    await accessible('builder');
    await page.keyboard.press('Escape');
  });
  await check('two columns are sorted by, with Shift and from the menu', async () => {
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: field.label }).check();
    await page.getByRole('checkbox', { name: 'Tags' }).check();
    await page.keyboard.press('Escape');
    const head = (name) => grid.getByRole('columnheader', { name }).getByRole('button');
    await listed(() => head(/^KYC/).click(), 'sort=kyc_status');
    const sorted = await listed(
      () => head(new RegExp(`^${field.label}`)).click({ modifiers: ['Shift'] }),
      'sort=kyc_status%2C',
    ).catch(() => null);
    await page.getByRole('button', { name: 'Sorted by 2 columns' }).waitFor();
    ok(page.url().includes(`custom.${field.key}`), 'the sort is not in the address');
    void sorted;
    await page.getByRole('button', { name: 'Sorted by 2 columns' }).click();
    await accessible('sort menu');
    await page.getByRole('button', { name: 'Remove column 1' }).click();
    await page.getByRole('combobox', { name: 'Direction 1' }).selectOption('desc');
    await page.keyboard.press('Escape');
    await until(
      async () => (await cells(`cf-${field.key}`).first().innerText()) === '110',
      'the highest first',
    );
  });
  await check('columns are put in another order, by keyboard and by dragging', async () => {
    const heads = async () =>
      (await grid.getByRole('columnheader').allInnerTexts()).map((x) => x.trim()).filter(Boolean);
    const at = async (name) => (await heads()).indexOf(name);
    await page.getByRole('button', { name: 'Columns' }).click();
    const grip = page.getByRole('button', { name: 'Move Tags', exact: true });
    await grip.focus();
    await page.keyboard.press('Home');
    await until(async () => (await at('Tags')) === 1, 'the tags to stand behind the name');
    await until(() => grip.evaluate((e) => e === document.activeElement), 'the focus to go along');
    await page.keyboard.press('ArrowDown');
    await until(async () => (await at('Tags')) === 2, 'one further');
    await accessible('columns');
    const first = page.getByRole('list', { name: 'Columns' }).getByRole('listitem').first();
    await page.locator('[data-key="kyc_status"] [data-grip]').dragTo(first);
    await until(async () => (await at('KYC')) === 1, 'the dragged column in front');
    await page.getByRole('button', { name: `Move ${field.label}`, exact: true }).press('Home');
    await until(async () => (await at(field.label)) === 1, 'the column of the company’s own in front');
    await page.keyboard.press('Escape');
    ok(
      page.url().includes(`cols=name,custom.${field.key},`),
      `the order is not in the address: ${page.url()}`,
    );
  });
  await check('all of it is saved as a view for everybody, and survives a reload', async () => {
    await page.getByRole('button', { name: 'Save view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await dialog.getByLabel('Name').fill(`Hot ${stamp}`);
    await dialog.getByRole('radio', { name: /Everybody/ }).check();
    await accessible('save dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await tab(`Hot ${stamp}`).waitFor();
    const before = await total();
    await page.reload();
    await rows.first().waitFor();
    await until(async () => (await total()) === before, 'the same rows');
    equal(await tabs.locator('[aria-current]').innerText(), `Hot ${stamp}`, 'the open view');
    equal(
      (await grid.getByRole('columnheader').allInnerTexts()).map((x) => x.trim()).filter(Boolean)[1],
      field.label,
      'the column that was put in front',
    );
    equal(await page.getByLabel('Changed since it was saved').count(), 0, 'the mark of a change');
  });
  await check('a change is marked, can be put back and can be saved', async () => {
    await listed(() =>
      page
        .getByRole('button', { name: /^Remove filter/ })
        .first()
        .click(),
    );
    await page.getByLabel('Changed since it was saved').waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await until(async () => (await page.getByLabel('Changed since it was saved').count()) === 0, 'no mark');
    await page.getByRole('button', { name: 'Compact rows' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await until(
      async () => (await page.getByLabel('Changed since it was saved').count()) === 0,
      'it is saved',
    );
    await tab('All clients').click();
    await until(async () => (await total()) >= 2000, 'all clients');
    await tab(`Hot ${stamp}`).click();
    await until(async () => (await total()) === 10, 'the view again');
    equal(
      await page.getByRole('button', { name: 'Compact rows' }).getAttribute('aria-pressed'),
      'true',
      'dense',
    );
  });
  await check('an agent opens the shared view and sees no more than their own', async () => {
    const agent = world.user('northwind', 'Agent');
    const theirs = await visitor();
    await signIn(theirs.page, world.url('northwind', '/clients'), agent);
    await tab(`Hot ${stamp}`, theirs.page).click();
    await until(async () => (await total(theirs.page)) <= 10, 'no more than the view has');
    const mine = await world.api('northwind', 'GET', '/api/me', {
      token: await world.token('northwind', agent),
    });
    const names = await theirs.page.locator('[data-row] [data-col="assigned_to_name"]').allInnerTexts();
    ok(
      names.every((n) => n.includes(mine.json.user.name)),
      `somebody else’s: ${names}`,
    );
    equal(
      await theirs.page.getByRole('button', { name: `Actions for the view Hot ${stamp}` }).count(),
      1,
      'their own actions',
    );
    await theirs.page.getByRole('button', { name: `Actions for the view Hot ${stamp}` }).click();
    equal(await theirs.page.getByRole('option', { name: 'Delete' }).count(), 0, 'a way to delete it');
    await leave(theirs);
  });
  await check('a view opens first, and is deleted and brought back', async () => {
    const menu = () => page.getByRole('button', { name: `Actions for the view Hot ${stamp}` }).click();
    await menu();
    await page.getByRole('option', { name: 'Open this view first' }).click();
    await tabs.getByLabel('Opens first').waitFor();
    await page.goto(world.url('northwind', '/clients'));
    await until(
      async () => (await page.getByText(/^10 records$/).count()) === 1,
      'the view to open by itself',
    );
    await menu();
    await page.getByRole('option', { name: 'Delete' }).click();
    await until(async () => (await tabs.getByRole('button', { name: `Hot ${stamp}` }).count()) === 0, 'gone');
    await page.getByRole('button', { name: 'Undo' }).click();
    await tab(`Hot ${stamp}`).waitFor();
  });
  await check('a link shows the same list to everybody, whatever their habits', async () => {
    const look = async (p) => ({
      heads: (await p.getByTestId('grid').getByRole('columnheader').allInnerTexts())
        .map((x) => x.trim())
        .filter(Boolean)
        .join(),
      dense: await p.getByRole('button', { name: 'Compact rows' }).getAttribute('aria-pressed'),
    });
    const listOf = async (p, path) => {
      await p.goto(world.url('northwind', path));
      await p.locator('[data-row]').first().waitFor();
    };
    for (const [path, plain, column] of [
      ['/leads', '/leads?country=DE', 'E-mail'],
      ['/settings/users', '/settings/users?status=active', 'Status'],
    ]) {
      const [mine, theirs] = [await visitor(), await visitor()];
      await signIn(mine.page, world.url('northwind', path), boss);
      await signIn(theirs.page, world.url('northwind', path), boss);
      await theirs.page.locator('[data-row]').first().waitFor();
      const usual = await look(theirs.page);
      await mine.page.locator('[data-row]').first().waitFor();
      await mine.page.getByRole('button', { name: 'Columns' }).click();
      await mine.page.getByRole('checkbox', { name: column, exact: true }).click();
      await mine.page.keyboard.press('Escape');
      await mine.page.getByRole('button', { name: 'Compact rows' }).click();
      const habit = await look(mine.page);
      ok(habit.heads !== usual.heads && habit.dense === 'true', 'nothing has changed');
      // the menu leads to the list as they like it, and the address says so
      await mine.page.goto(world.url('northwind', '/account'));
      await mine.page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
      await listOf(mine.page, path);
      await mine.page.waitForURL(/cols=.*density=compact/);
      equal(JSON.stringify(await look(mine.page)), JSON.stringify(habit), 'the list as they like it');
      await theirs.page.goto(mine.page.url());
      await theirs.page.locator('[data-row]').first().waitFor();
      equal(JSON.stringify(await look(theirs.page)), JSON.stringify(habit), 'the link, elsewhere');
      // and a link that says nothing of columns means the usual ones
      await listOf(mine.page, plain);
      await listOf(theirs.page, plain);
      equal(JSON.stringify(await look(mine.page)), JSON.stringify(usual), 'a link of somebody else');
      equal(JSON.stringify(await look(theirs.page)), JSON.stringify(usual), 'the same link, elsewhere');
      await leave(mine);
      await leave(theirs);
    }
  });
  await check('rows are worked by keyboard alone, on both lists', async () => {
    for (const [path, one] of [
      ['/clients?view=all', 'clients'],
      ['/leads?view=all', 'leads'],
    ]) {
      await page.goto(world.url('northwind', path));
      await rows.first().waitFor();
      await page.keyboard.press('j');
      await until(
        () => page.evaluate(() => document.activeElement?.closest('[data-index]')?.dataset.index === '0'),
        'the first row to have the focus',
      );
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.keyboard.press('x');
      await page.getByText('1 selected').waitFor();
      await page.keyboard.press('x');
      await page.keyboard.press('s');
      await page.getByTestId('pick-menu').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('e');
      await page.getByTestId('pick-menu').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('a');
      await page.getByRole('dialog', { name: /^Assign/ }).waitFor();
      await page.keyboard.press('Escape');
      await until(async () => (await page.getByRole('dialog').count()) === 0, 'the question to close');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
      await until(async () => (await page.getByRole('dialog').count()) === 0, 'the sheet to close');
      await page.keyboard.press('/');
      await until(
        () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Find in this list'),
        'the search to have the focus',
      );
      await page.keyboard.press('Escape');
      await page.keyboard.press('c');
      await page.getByRole('dialog').first().waitFor();
      await page.keyboard.press('Escape');
      await until(async () => (await page.getByRole('dialog').count()) === 0, 'the form to close');
      await page.keyboard.press('j');
      await until(
        () => page.evaluate(() => Boolean(document.activeElement?.closest('[data-index]'))),
        'a row to have the focus',
      );
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`/${one}/[0-9a-f-]{36}`));
    }
  });
  await check('leads have views and groups as well', async () => {
    await page.goto(world.url('northwind', '/leads?view=all'));
    await rows.first().waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const pop = page.getByRole('dialog', { name: 'Filter' });
    await pop.getByRole('button', { name: 'Created', exact: true }).click();
    await pop.getByRole('combobox', { name: /Comparison/ }).selectOption({ label: 'this year' });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Created this year' }).waitFor();
    await page.getByRole('button', { name: 'Save view' }).waitFor();
    await accessible('leads');
  });
  await check('tags have colours, and a page of their own', async () => {
    await page.goto(world.url('northwind', '/settings/tags'));
    const line = page.locator(`[data-key="vip-${stamp}"]`);
    await line.waitFor();
    await accessible('tags');
    await line.getByRole('button').first().click();
    const form = page.getByRole('dialog', { name: `Edit vip-${stamp}` });
    await form.getByText('12 records have this tag').waitFor();
    await form.getByLabel('Name').fill(`Gold ${stamp}`);
    await form.getByRole('radio', { name: 'Amber' }).check();
    await accessible('tag form');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`Gold ${stamp} has been saved, 12 records changed`).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await line.waitFor();
    const cold = page.locator(`[data-key="cold-${stamp}"]`);
    await cold.getByRole('button', { name: /Actions/ }).click();
    await page.getByRole('option', { name: 'Delete' }).click();
    await page.getByText('6 records lose this tag.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await until(async () => (await cold.count()) === 0, 'the tag to be gone');
    await page.getByRole('button', { name: 'Undo' }).click();
    await cold.waitFor();
  });
  for (const [what, options, dir] of [
    ['Arabic, light and dark', { locale: 'ar' }, 'rtl'],
    ['narrow', { width: 390, height: 780 }, 'ltr'],
    ['narrow, dark and Arabic', { width: 390, height: 780, scheme: 'dark', locale: 'ar' }, 'rtl'],
  ]) {
    await check(`it is readable: ${what}`, async () => {
      const other = await visitor(options);
      const p = other.page;
      const judge = what.includes('light') ? inBoth : (_, ask) => ask(options.scheme ?? 'light');
      const spotless = (name) =>
        judge(p, async (scheme) => {
          await picture(p, `views-${name}-${what.replace(/\W+/g, '-')}-${scheme}`);
          await accessible(`${name}, ${what}, ${scheme}`, p);
        });
      const filter = encodeURIComponent(
        JSON.stringify({
          and: [
            { field: 'created_at', op: 'within', value: { last: 3, unit: 'year' } },
            {
              or: [
                { field: `custom.${field.key}`, op: 'gte', value: 0 },
                { field: 'name', op: 'contains', value: 'a' },
              ],
            },
          ],
        }),
      );
      await signIn(p, world.url('northwind', `/clients?status=new,active&filter=${filter}`), boss);
      await p.locator('[data-row]').first().waitFor();
      equal(await p.evaluate(() => document.documentElement.dir || 'ltr'), dir, 'the direction');
      await spotless('list');
      // the group's chip opens the builder
      await p.locator('[aria-label]:has(> svg)').first().waitFor();
      await p
        .getByText(/ or | أو /)
        .first()
        .click();
      await p.getByRole('dialog').waitFor();
      await spotless('builder');
      await fits(p);
      await leave(other);
    });
  }
  // it would open first for who comes after
  const { data: views } = await call('GET', '/api/views?entity=client');
  await call('DELETE', `/api/views/${views.find((x) => x.name === `Hot ${stamp}`).id}`);
}
