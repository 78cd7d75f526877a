// Every main page in light, dark and Arabic: axe, errors in the console, requests that fail, sideways scrolling.
// SCREENSHOTS_DIR=… keeps a picture of each.
import { axe, equal, signIn, typePassword } from './harness.mjs';
import { fits, MODES, picture, turn } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const list = async (path) => (await world.api('northwind', 'GET', path, { token })).json.data;
  const [client] = await list('/api/clients?limit=1&status=active');
  const [lead] = await list('/api/leads?limit=1');
  const partner = (await list('/api/partners?limit=50')).find((p) => p.approved);

  const rows = (page) => page.getByTestId('grid').locator('[data-row]').first().waitFor();
  const heading = (level) => (page) => page.getByRole('heading', { level }).first().waitFor();
  const crm = (path) => world.url('northwind', path);
  const OPEN = [
    [
      'signup',
      world.url('', '/signup'),
      (page) => page.getByRole('radio').nth(2).waitFor({ state: 'attached' }),
    ],
    ['sign-in', crm('/'), (page) => page.locator('input[type="password"]').waitFor()],
    ['forgot', crm('/forgot'), (page) => page.locator('input[type="email"]').waitFor()],
    ['public-form', crm(`/public-form?partnerId=${partner.id}`), (page) => page.locator('form').waitFor()],
    ['owner-login', world.url('', '/owner/login'), (page) => page.locator('form input').first().waitFor()],
  ];
  const STAFF = [
    ['dashboard', crm('/dashboard'), (page) => page.locator('[data-bar]').first().waitFor()],
    ['clients', crm('/clients'), rows],
    [
      'client',
      crm(`/clients/${client.id}`),
      (page) => page.getByRole('tabpanel').getByRole('listitem').first().waitFor(),
    ],
    [
      'client-timeline',
      crm(`/clients/${client.id}?tab=timeline`),
      (page) => page.getByRole('listitem').first().waitFor(),
    ],
    ['client-form', crm('/clients?new=1'), (page) => page.getByRole('dialog').locator('form').waitFor()],
    ['leads', crm('/leads'), rows],
    ['lead', crm(`/leads/${lead.id}`), heading(2)],
    ['partners', crm('/partners'), rows],
    ['users', crm('/settings/users'), rows],
    ['teams', crm('/settings/teams'), heading(1)],
    ['roles', crm('/settings/roles'), heading(1)],
    ['audit', crm('/settings/audit'), heading(1)],
    ['jobs', crm('/settings/jobs'), heading(1)],
    ['nothing-found', crm('/clients?q=zzzzzzzzzz'), heading(1)],
    ['not-found', crm('/no/such/page'), heading(1)],
  ];
  const OWNER = [
    ['owner-tenants', world.url('', '/owner/tenants'), (page) => page.locator('tbody th').first().waitFor()],
    [
      'owner-tenant',
      world.url('', '/owner/tenants/northwind'),
      (page) => page.locator('dl').first().waitFor(),
    ],
    [
      'owner-new',
      world.url('', '/owner/tenants?open=new'),
      (page) => page.getByRole('dialog').getByRole('radio').nth(3).waitFor({ state: 'attached' }),
    ],
    ['owner-provisionings', world.url('', '/owner/provisionings'), heading(1)],
  ];

  /** Every page as it opens in the first of the looks, and as it is when it turns to the others. */
  const everyPage = async ([first, ...others]) => {
    const { scheme, locale } = MODES[first];
    const judged = async ({ page }, name, mode) => {
      await page.evaluate(() => document.fonts.ready);
      const html = await page.evaluate(() => ({
        dir: document.documentElement.dir || 'ltr',
        lang: document.documentElement.lang,
        scheme: document.documentElement.dataset.mantineColorScheme,
      }));
      await picture(page, `${name}-${mode}`);
      equal(html.dir, locale === 'ar' ? 'rtl' : 'ltr', 'direction');
      equal(html.lang, locale, 'language');
      equal(html.scheme, MODES[mode].scheme, 'colour scheme');
      await fits(page);
      equal((await axe(page)).join('\n'), '', 'axe');
    };
    const look = async (person, [name, address, ready]) => {
      const { page } = person;
      const options = { goOn: true, of: person };
      const open = async () => {
        if (page.url() !== address) await page.goto(address);
        await ready(page);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await judged(person, name, first);
      };
      await check(`${name}, ${first}`, open, options);
      for (const mode of others)
        await check(
          `${name}, ${mode}`,
          async () => {
            await turn(page, MODES[mode].scheme);
            await judged(person, name, mode);
            await turn(page, scheme, true);
          },
          options,
        );
    };

    const guest = await visitor({ scheme, locale });
    for (const it of OPEN) await look(guest, it);
    await leave(guest);

    const staff = await visitor({ scheme, locale });
    staff.allow(404, '/no/such/page');
    await signIn(staff.page, crm('/dashboard'), manager);
    for (const it of STAFF) await look(staff, it);
    await leave(staff);

    const owner = await visitor({ scheme, locale });
    await owner.page.goto(world.url('', '/owner/tenants'));
    await typePassword(owner.page, world.owner);
    await owner.page.locator('tbody th').first().waitFor();
    for (const it of OWNER) await look(owner, it);
    await leave(owner);
  };
  // at the same time: most of it is waiting for one renderer or the other
  await Promise.all([everyPage(['light', 'dark']), everyPage(['arabic'])]);

  const phone = await visitor({ width: 390, height: 844 });
  for (const [name, address, ready] of OPEN) {
    await check(
      `${name} fits on a phone`,
      async () => {
        await phone.page.goto(address);
        await ready(phone.page);
        await picture(phone.page, `${name}-phone`);
        await fits(phone.page);
      },
      { goOn: true },
    );
  }
}
