// The palette over the server's search, and the dashboard: every figure leads to the list of its records.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, inBoth, picture } from './looks.mjs';

const numberIn = (text) => Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(',', ''));

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const api = async (method, path, body) =>
    (await world.api('northwind', method, path, { token, body })).json;
  const stamp = Date.now().toString(36).replace(/\d/g, 'x');
  const person = await api('POST', '/api/clients', {
    first_name: 'José',
    last_name: `Wójcik${stamp}`,
    email: `jw.${stamp}@clients.example`,
    phone: '+447700900631',
    country: 'PL',
  });

  const v = await visitor();
  const { page } = v;
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const open = async () => {
    await page.keyboard.press('Control+k');
    await palette.waitFor();
  };
  const chosen = () => palette.locator('[data-action][data-selected]');
  const type = async (text) => {
    await palette.getByRole('textbox').fill('');
    await page.keyboard.type(text, { delay: 15 });
  };

  await check('a name is found without its accents, what was typed is marked, Enter opens it', async () => {
    await signIn(page, world.url('northwind', '/dashboard'), manager);
    await page.locator('[data-bar]').first().waitFor();
    await open();
    await type(`jose wojcik${stamp.slice(0, 4)}`);
    await palette.getByText(person.email).waitFor();
    equal(
      await chosen()
        .locator('mark')
        .allInnerTexts()
        .then((all) => all.join(' ')),
      `José Wójcik${stamp.slice(0, 4)}`,
      'the marks',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'palette-light');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/clients/${person.id}`);
    await page.getByRole('heading', { level: 2, name: person.name }).waitFor();
  });
  await check('a phone number in another form, and a slip of the finger', async () => {
    await open();
    await type('07700 900 631');
    await palette.getByText('+447700900631').first().waitFor();
    const slip = `wjocik${stamp}`;
    await type(slip);
    await palette.getByText('Similar name').first().waitFor();
    ok((await chosen().innerText()).includes('Wójcik'), 'the similar name is not chosen');
    await picture(page, 'palette-similar');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'hidden' });
  });
  await check('what was open before stands on top of an empty palette', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL('**/dashboard');
    await open();
    // the heading is drawn by the style sheet
    await palette.locator('[data-action]').first().getByText(/^José/).waitFor();
    ok(
      (await palette.locator('[data-action]').first().innerText()).includes('José'),
      'the client is not the most recent',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'palette-recent');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/clients/${person.id}`);
  });
  await check('users, settings pages, and all clients of a word', async () => {
    await open();
    await type('custom fie');
    ok((await chosen().innerText()).includes('Settings › Custom fields'), await chosen().innerText());
    const colleague = (await api('GET', '/api/users?limit=5')).data.find((u) => u.name !== manager.name);
    await type(colleague.name);
    await palette.getByText(colleague.email).waitFor();
    await type('ahm');
    await palette.getByText('Search all clients for “ahm”').click();
    await page.waitForURL('**/clients?q=ahm');
    await page.getByText(/^~?[\d,]+ records?$/).waitFor();
  });
  await check('a slip of the finger finds pages and actions as well', async () => {
    await open();
    await type('statusses');
    await palette.getByText('Similar', { exact: true }).first().waitFor();
    ok((await chosen().innerText()).includes('Settings › Statuses'), await chosen().innerText());
    await type('exprot clien');
    await until(
      async () => (await chosen().innerText()).includes('Export clients'),
      'the export to be chosen',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'palette-slip');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /^Export/ }).waitFor();
    await page.keyboard.press('Escape');
  });
  await check('typing on never shows a stranger, and what comes late moves no choice away', async () => {
    await open();
    await type('mar');
    await palette.locator('mark').first().waitFor();
    await page.route('**/api/search?**', async (route) => {
      await new Promise((done) => setTimeout(done, 600));
      await route.continue();
    });
    await page.keyboard.type('zzqq');
    await palette.getByRole('status', { name: 'Searching…' }).waitFor();
    equal(await palette.locator('mark').count(), 0, 'people who do not fit');
    await palette.getByText('Nothing found').waitFor();
    await page.unroute('**/api/search?**');
    await page.keyboard.press('Escape');
  });

  // The dashboard.
  const counter = page.getByText(/^~?[\d,]+ records?$/);
  const listed = async () => {
    await counter.waitFor();
    return numberIn(await counter.innerText());
  };
  const clients = page.getByRole('region', { name: 'Clients', exact: true });
  const home = async (query = '') => {
    await page.goto(world.url('northwind', `/dashboard${query}`));
    await clients.locator('[data-bar]').first().waitFor();
  };
  const back = async () => {
    await page.goBack();
    await clients.locator('[data-bar]').first().waitFor();
  };
  /** Clicks a figure; the list that opens must have as many rows. */
  const follow = async (link, count, what) => {
    await link.click();
    await page.waitForURL(/\/(clients|leads)/);
    await until(async () => (await listed()) === count, `${what}: the list to have ${count} records`);
  };
  /** The number at a bar; its share stands right behind it. */
  const countOf = async (bar) => {
    const [, text] = (await bar.innerText()).split('\n');
    const share = await bar.locator('[class*="barShare"]').innerText();
    return numberIn(text.slice(0, text.indexOf(share)));
  };
  await check('each number of the top line leads to exactly its clients', async () => {
    const figures = await api('GET', '/api/dashboard/clients');
    await home();
    for (const [label, count] of [
      ['All clients', figures.total],
      ['Active', figures.active],
      ['Inactive', figures.inactive],
      ['Without owner', figures.unassigned],
    ]) {
      const link = clients.getByRole('link', { name: new RegExp(`^${label}`) }).first();
      equal(numberIn((await link.innerText()).replace(label, '')), count, label);
      await follow(link, count, label);
      await back();
    }
    const fresh = clients.getByRole('link', { name: /^New in 30 days/ });
    await follow(fresh, numberIn((await fresh.innerText()).replace('New in 30 days', '')), 'new ones');
  });
  await check('each group has bars that lead to exactly their clients', async () => {
    await home();
    for (const group of ['By status', 'By KYC', 'By country', 'By source', 'By team']) {
      const panel = clients.locator('section', {
        has: page.getByRole('heading', { name: group, exact: true }),
      });
      const bar = panel.getByRole('listitem').getByRole('link').last();
      await follow(bar, await countOf(bar), group);
      await back();
    }
  });
  await check('the chart by keyboard: arrows move over the days, Enter opens one', async () => {
    await home('?days=7');
    const chart = clients.getByRole('group', { name: 'New clients per day' });
    equal(await chart.locator('[data-bar]').count(), 7, 'bars');
    await chart.locator('[data-bar][tabindex="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    const label = await focused();
    await page.keyboard.press('ArrowRight');
    ok((await focused()) !== label, 'the focus does not move');
    const today = await focused();
    await page.keyboard.press('Enter');
    await page.waitForURL(/created=/);
    await until(async () => (await listed()) === numberIn(today.split(':').at(-1)), `the list of ${today}`);
  });
  await check('a team narrows every figure and every list behind them', async () => {
    await home();
    await page.getByRole('combobox', { name: 'Team' }).click();
    const option = page.getByRole('option').first();
    await option.click();
    await page.waitForURL(/team_id=/);
    const team = new URL(page.url()).searchParams.get('team_id');
    const figures = await api('GET', `/api/dashboard/clients?team_id=${team}`);
    const total = clients.getByRole('link', { name: /^All clients/ });
    await until(
      async () => numberIn((await total.innerText()).replace('All clients', '')) === figures.total,
      'the figures of the team',
    );
    const bar = clients.getByRole('listitem').getByRole('link').first();
    await follow(bar, await countOf(bar), 'a status in the team');
    ok(page.url().includes(`team_id=${team}`), page.url());
  });
  await check('one part that fails leaves the other one standing', async () => {
    await page.route('**/api/dashboard/leads?**', (route) =>
      route.fulfill({ status: 422, json: { code: 'validation_failed', message: 'no', data: null } }),
    );
    v.allow(422, '/api/dashboard/leads');
    await home();
    const leads = page.getByRole('region', { name: 'Leads', exact: true });
    await leads
      .getByRole('button', { name: 'Try again' })
      .or(leads.getByRole('button', { name: 'Retry' }))
      .waitFor();
    await page.unroute('**/api/dashboard/leads?**');
    await leads.getByRole('button').click();
    await leads.locator('[data-bar]').first().waitFor();
  });
  for (const [mode, scheme, locale, width] of [
    ['light and dark', 'light', 'en', 1440],
    ['arabic', 'light', 'ar', 1440],
    ['narrow', 'light', 'en', 390],
    ['narrow-arabic', 'dark', 'ar', 390],
  ]) {
    await check(`dashboard and palette look well and have no axe violation: ${mode}`, async () => {
      const other = await visitor({ scheme, locale, width, height: width < 500 ? 844 : 900 });
      const at = other.page;
      await signIn(at, world.url('northwind', '/dashboard'), manager);
      await at.locator('[data-bar]').first().waitFor();
      await at.locator('section section').nth(4).waitFor();
      const judge = mode === 'light and dark' ? inBoth : (_, ask) => ask(scheme);
      const spotless = (name) =>
        judge(at, async (how) => {
          await picture(at, `${name}-${mode === 'light and dark' ? how : mode}`);
          equal((await axe(at)).join('\n'), '', `axe: ${name}, ${how}`);
        });
      await spotless('dashboard');
      await fits(at);
      await at.keyboard.press('Control+k');
      await at.getByRole('dialog').waitFor();
      await at.keyboard.type('ma');
      await at.locator('mark').first().waitFor();
      await spotless('palette');
      await leave(other);
    });
  }
  await check('an agent sees figures of their own, and masked people in the palette', async () => {
    const agent = await visitor();
    const user = world.user('northwind', 'Agent');
    const own = await world.token('northwind', user);
    const figures = (await world.api('northwind', 'GET', '/api/dashboard/clients', { token: own })).json;
    await signIn(agent.page, world.url('northwind', '/dashboard'), user);
    const total = agent.page
      .getByRole('region', { name: 'Clients', exact: true })
      .getByRole('link', { name: /^All clients/ });
    equal(numberIn((await total.innerText()).replace('All clients', '')), figures.total, 'the total');
    await agent.page.keyboard.press('Control+k');
    await agent.page.getByRole('dialog').waitFor();
    await agent.page.keyboard.type(`wojcik${stamp}`);
    await agent.page
      .getByText('Nothing found')
      .or(agent.page.getByText(/^Search all clients/))
      .first()
      .waitFor();
    equal(await agent.page.getByText('José').count(), 0, 'a client of others');
    await leave(agent);
  });
}
