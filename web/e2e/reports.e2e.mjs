// Sales reports: figures that lead to their records, periods and filters in the address, tables, pictures and files,
// an arrangement of one's own by pointer and by keyboard; what is done elsewhere shows at once: a lead converted, a deal
// won by drag and by keyboard, a task completed; in light, dark and Arabic and on a phone.
// SCREENSHOTS_DIR=… keeps a picture of each.
import { readFileSync } from 'node:fs';
import { salesTenant } from './deals.e2e.mjs';
import { axe, drag, equal, ok, signIn, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

/** Two teams, three people, and what they sold in this month and the one before. */
const DATA = `
set search_path = {s}, extensions;
insert into teams (id, name) values (gen_random_uuid(), 'North'), (gen_random_uuid(), 'South');
insert into users (id, email, name, role_id, team_id, status)
    select gen_random_uuid(), lower(split_part(n, ' ', 1)) || '@summit.example', n,
        (select id from roles where name = 'Agent'), (select id from teams where name = t), 'active'
    from (values ('Nora Berg', 'North'), ('Tom Hale', 'North'), ('Samira Aziz', 'South')) v (n, t);
insert into exchange_rates (currency, day, rate) values ('EUR', current_date - 400, 1.1);
insert into deals (id, kind, name, pipeline_key, stage, outcome, amount, currency, expected_close_date, closed_at, assigned_to,
        team_id, created_at)
    select gen_random_uuid(), 'deal', 'Deal ' || n, 'sales', s.stage, s.outcome, 1000 * (n % 7 + 1),
        case n % 5 when 0 then 'EUR' else 'USD' end, current_date + n * 9 % 200,
        case when s.outcome = 'none' then null when n % 3 = 0 then now() - interval '1 month' else now() end,
        u.id, u.team_id, now() - interval '45 days' - n * interval '3 hours'
    from generate_series(1, 60) n
    join lateral (select (array['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost'])[n % 6 + 1] as stage,
        case n % 6 when 4 then 'won' when 5 then 'lost' else 'none' end as outcome) s on true
    join lateral (select id, team_id from users where email like '%@summit.example' order by email offset n % 3 limit 1) u on true;
insert into deals (id, kind, name, pipeline_key, stage, amount, currency, created_at)
    select gen_random_uuid(), 'deal', 'Fresh ' || n, 'sales', 'lead', 500, 'USD', now() from generate_series(1, 4) n;
insert into deal_stages (id, deal_id, pipeline_key, new_stage, at)
    select gen_random_uuid(), id, 'sales', 'qualified', now() from deals where name = 'Fresh 1';
insert into deals (id, kind, name, pipeline_key, stage, amount, currency)
    select gen_random_uuid(), 'opportunity', 'Chance ' || n, 'sales', 'lead', 700, 'USD' from generate_series(1, 5) n;
insert into deals (id, kind, name, pipeline_key, stage, amount, currency) values
    (gen_random_uuid(), 'deal', 'In gold', 'sales', 'lead', 3, 'XAU');
insert into activities (id, type, subject, assigned_to, team_id, created_at)
    select gen_random_uuid(), (array['call', 'email', 'meeting', 'task', 'note'])[n % 5 + 1], 'Activity ' || n, u.id, u.team_id,
        now() - (n % 25) * interval '1 day'
    from generate_series(1, 120) n
    join lateral (select id, team_id from users where email like '%@summit.example' order by email offset n % 3 limit 1) u on true;
insert into contacts (id, first_name, last_name) select gen_random_uuid(), 'Contact', n::text from generate_series(1, 9) n;
analyze deals, activities, contacts;`;

export async function run({ world, check, visitor, leave }) {
  const { slug, user, token } = await salesTenant(world);
  world.sql(slug, DATA);
  const api = async (path) => {
    const { status, json, text } = await world.api(slug, 'GET', `/api${path}`, { token });
    equal(status, 200, `${path}: ${text}`);
    return json;
  };
  const v = await visitor({ acceptDownloads: true });
  const { page } = v;
  const go = (path) => page.goto(world.url(slug, path));
  const spotless = async () => equal((await axe(page)).join('\n'), '', 'axe');
  const widget = (name) => page.getByRole('region', { name, exact: true });
  const menu = async (name, action) => {
    await widget(name)
      .getByRole('button', { name: `Actions for ${name}` })
      .click();
    await page.getByRole('option', { name: action }).click();
  };
  const order = () => page.locator('[data-widget]').evaluateAll((all) => all.map((x) => x.dataset.widget));
  const ready = async (p = page) => {
    await p.locator('[data-widget="teams"] svg[role="group"]').waitFor();
    await p.locator('.skeleton').first().waitFor({ state: 'detached' });
  };
  const report = await api('/reports/sales');
  await signIn(page, world.url(slug, '/account'), user);

  await check('the page is in the menu, and its figures are those of the server', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reports' }).click();
    await ready();
    const { deals, opportunities, closed, contacts } = report.metrics;
    equal(contacts.total, 9, 'contacts');
    equal(opportunities.count, 5, 'open opportunities');
    for (const [name, number] of [
      ['Open opportunities', String(opportunities.count)],
      ['Contacts', String(contacts.total)],
      ['Win rate', `${Math.round(closed.win_rate * 1000) / 10}%`],
    ])
      ok((await widget(name).innerText()).includes(number), `${name}: ${await widget(name).innerText()}`);
    ok((await widget('Pipeline value').innerText()).includes(`${deals.count} open deals`), 'open deals');
    await page.getByText('Amounts in XAU are in no sum').waitFor();
    await spotless();
    await picture(page, 'reports');
  });
  await check('a figure leads to exactly its records', async () => {
    const won = widget('Won').getByRole('link');
    const href = await won.getAttribute('href');
    ok(href.startsWith('/deals?') && href.includes('closed_at'), href);
    const asked = page.waitForResponse((r) => r.url().includes('/api/deals?'));
    await won.click();
    const found = await (await asked).json();
    equal(found.total, report.metrics.closed.won.count, 'won deals in the list');
    await page.goBack();
    await ready();
    const stage = widget('By stage').getByRole('link', { name: /^Proposal/ });
    const counted = page.waitForResponse((r) => r.url().includes('/api/deals?'));
    await stage.click();
    const line = report.stages.find((s) => s.stage === 'proposal');
    equal((await (await counted).json()).total, line.count, 'deals in the stage');
    await page.goBack();
    await ready();
  });
  await check('every figure of every chart leads to as many records', async () => {
    // how many the list behind a link has, by the list's own request; two figures may lead to one list
    const known = new Map();
    const behind = async (href) => {
      if (!known.has(href)) known.set(href, await asked(href));
      return known.get(href);
    };
    const asked = async (href) => {
      const url = new URL(href, world.url(slug, '/'));
      const [found] = await Promise.all([
        page.waitForResponse((r) => {
          const { pathname } = new URL(r.url());
          return r.request().method() === 'GET' && pathname === `/api${url.pathname}` && r.status() === 200;
        }),
        // as a link does it
        page.evaluate((to) => history.pushState(null, '', to), href),
      ]);
      return (await found.json()).total;
    };
    for (const name of [
      'By stage',
      'Revenue forecast',
      'Won and lost over time',
      'Conversion funnel',
      'Activity timeline',
      'Top performers',
      'Team comparison',
    ]) {
      await go('/reports');
      await ready();
      await menu(name, 'Show as table');
      const links = widget(name).getByRole('table').getByRole('link');
      await links.first().waitFor();
      const told = await links.evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.textContent]));
      const counts = told.filter(([, text]) => /^[\d,]+$/.test(text));
      ok(counts.length > 0, `${name}: ${counts.length} figures with a way to their records`);
      // the ends and the middle of a long one
      const some = counts.filter((_, i) => counts.length < 9 || i % Math.ceil(counts.length / 8) === 0);
      for (const [href, text] of some)
        equal(await behind(href), Number(text.replaceAll(',', '')), `${name}: ${href}`);
    }
    await go('/reports');
    await ready();
    // what lies outside of the forecast's months stands beside its bars
    const undated = widget('Revenue forecast').getByRole('link', { name: /^Without a date/ });
    equal(await behind(await undated.getAttribute('href')), report.forecast.undated.count, 'undated');
    await go('/reports');
    await ready();
  });
  await check('columns are walked by keyboard, and told', async () => {
    const columns = widget('Revenue forecast').locator('[data-column]');
    await columns.first().focus();
    await page.keyboard.press('ArrowRight');
    const label = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    ok(/Value .*Weighted /.test(label), label);
    equal(await columns.nth(1).evaluate((x) => x === document.activeElement), true, 'the focus');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/deals\?.*expected_close_date/);
    await page.goBack();
    await ready();
  });
  await check('period and filters stand in the address, and survive a reload', async () => {
    await page.getByRole('combobox', { name: 'Period' }).click();
    await page.getByRole('option', { name: 'This year' }).click();
    await page.waitForURL(/period=year/);
    await page.getByRole('combobox', { name: 'Team' }).click();
    await page.getByRole('option', { name: 'North' }).click();
    await page.waitForURL(/team=/);
    await page.reload();
    await ready();
    const names = widget('Top performers').getByRole('link');
    await until(async () => (await names.count()) === 2, 'the two of the team');
    await page.getByText('Opportunities', { exact: true }).last().click();
    await page.waitForURL(/kind=opportunity/);
    await widget('By stage').getByText('Nothing in this period').waitFor();
    await spotless();
    await go('/reports');
    await ready();
  });
  await check('a chart is a table, a picture and a file as well', async () => {
    const [png] = await Promise.all([
      page.waitForEvent('download'),
      menu('Revenue forecast', 'Download picture (PNG)'),
    ]);
    const bytes = readFileSync(await png.path());
    equal(bytes.subarray(1, 4).toString(), 'PNG', 'the picture');
    ok(bytes.length > 5_000, `${bytes.length} bytes of picture`);
    // twice the chart's 220, its title and margins, and a line of legend
    ok(
      bytes.readUInt32BE(20) >= (220 + 64 + 20) * 2,
      `${bytes.readUInt32BE(20)} pixels high: without its legend?`,
    );
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      menu('By stage', 'Download table (CSV)'),
    ]);
    const lines = readFileSync(await csv.path(), 'utf8')
      .trim()
      .split('\r\n');
    equal(lines.length, report.stages.length + 1, 'lines of the file');
    await menu('Activity timeline', 'Show as table');
    const table = widget('Activity timeline').getByRole('table');
    await table.waitFor();
    equal(await table.getByRole('columnheader').count(), 7, 'columns');
    await spotless();
    await menu('Activity timeline', 'Show as chart');
    await widget('Activity timeline').locator('svg[role="group"]').waitFor();
  });
  await check('one’s own arrangement, by keyboard and by pointer, is kept', async () => {
    const kept = (act, method = 'PUT') =>
      Promise.all([
        page.waitForResponse(
          (r) => r.url().endsWith('/reports/dashboard') && r.request().method() === method,
        ),
        act(),
      ]);
    await page.getByRole('button', { name: 'Arrange' }).click();
    const before = await order();
    await page.getByRole('button', { name: 'Move Contacts' }).focus();
    await kept(() => page.keyboard.press('ArrowRight'));
    equal((await order()).slice(0, 2).join(), [before[1], before[0]].join(), 'after the arrow');
    await page.getByText('Contacts is now 2 of').waitFor({ state: 'attached' });
    equal(
      await page.evaluate(() => document.activeElement.dataset.grip),
      'contacts',
      'the focus stays with the widget',
    );
    await kept(() =>
      page.getByRole('button', { name: 'Move Win rate' }).dragTo(page.locator('[data-widget="contacts"]')),
    );
    equal((await order())[1], 'win_rate', 'after the drag');
    await kept(() => menu('Win rate', 'Remove'));
    ok(!(await order()).includes('win_rate'), 'it is still there');
    await kept(() => menu('By stage', 'Make it wider'));
    equal(await page.locator('[data-widget="stages"]').getAttribute('data-size'), 'l', 'the size');
    // without a menu: an open one hangs beside the page's landmarks
    await until(async () => (await page.getByRole('menu').count()) === 0, 'the menu to be gone');
    await spotless();
    await page.getByRole('button', { name: 'Add figure' }).click();
    await kept(() => page.getByRole('menuitem', { name: 'Close rate' }).click());
    await picture(page, 'reports-arranging');
    const mine = await order();
    equal(mine.at(-1), 'close_rate', 'the new one');
    await page.reload();
    await ready();
    equal((await order()).join(), mine.join(), 'after a reload');
    await page.getByRole('button', { name: 'Arrange' }).click();
    await kept(() => page.getByRole('button', { name: 'Usual arrangement' }).click(), 'DELETE');
    await until(async () => (await order()).join() === before.join(), 'the usual arrangement');
    await page.getByRole('button', { name: 'Done' }).click();
  });
  // The report stays open and is left alone; the work is done in another window.
  const worker = await visitor();
  const desk = worker.page;
  await signIn(desk, world.url(slug, '/account'), user);
  const post = async (path, body) => {
    const { status, json, text } = await world.api(slug, 'POST', `/api${path}`, { token, body });
    ok(status < 300, `${path}: ${status} ${text}`);
    return json;
  };
  /** The number of a figure, or the one that a part of its line begins with. */
  const shown = async (name, unit = '') => {
    const text = await widget(name).getByRole('link').innerText();
    return Number(new RegExp(`([\\d,]+)${unit}`).exec(text)[1].replaceAll(',', ''));
  };
  const grows = async (name, unit, act) => {
    const before = await shown(name, unit);
    await act();
    await until(async () => (await shown(name, unit)) === before + 1, `${name} to be ${before + 1}`);
  };
  await check('a lead that is converted is one more open opportunity of the report', async () => {
    const lead = await post('/leads', { first_name: 'Lara', last_name: 'Lind', email: 'lara@lind.example' });
    await desk.goto(world.url(slug, `/leads/${lead.id}`));
    await grows('Open opportunities', '', async () => {
      await desk.getByRole('button', { name: 'Convert to client' }).click();
      const dialog = desk.getByRole('dialog', { name: /^Convert Lara/ });
      await dialog.getByRole('checkbox', { name: 'Also open an opportunity' }).check();
      await dialog.getByLabel('Name', { exact: true }).fill('Lind rollout');
      await dialog.getByRole('button', { name: 'Convert to client' }).click();
      await desk.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
    });
  });
  const card = (name, stage) =>
    desk.locator(`${stage ? `[data-column="${stage}"] ` : ''}[data-card]`, { hasText: name });
  await check('a deal that is dragged to won is one more of those closed this month', async () => {
    await post('/deals', { name: 'By hand', stage: 'negotiation', amount: '900', currency: 'USD' });
    await desk.goto(world.url(slug, '/deals'));
    await grows('Closed this month', '', async () => {
      await drag(desk, card('By hand'), desk.locator('[data-column="won"]'));
      await card('By hand', 'won').waitFor();
    });
  });
  await check('so is one that is carried there by keyboard', async () => {
    await post('/deals', { name: 'By key', stage: 'negotiation', amount: '900', currency: 'USD' });
    await grows('Closed this month', '', async () => {
      await card('By key', 'negotiation').focus();
      await desk.keyboard.press('Space');
      await desk.getByText(/By key picked up in Negotiation/).waitFor();
      await desk.keyboard.press('ArrowRight');
      await card('By key', 'won').waitFor();
      await until(() => card('By key').evaluate((e) => e === document.activeElement), 'the focus');
      await desk.keyboard.press('Space');
      await desk.getByText('By key put down in Won').waitFor();
    });
  });
  await check(
    'a task that is ticked is one more of those done, on a report that has the figure',
    async () => {
      await page.getByRole('button', { name: 'Arrange' }).click();
      await page.getByRole('button', { name: 'Add figure' }).click();
      await page.getByRole('menuitem', { name: 'Activities' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await widget('Activities')
        .getByText(/\d done/)
        .waitFor();
      await post('/activities', {
        type: 'task',
        subject: 'Send the offer',
        due_at: new Date().toISOString(),
      });
      await desk.goto(world.url(slug, '/activities'));
      const task = desk.locator('[data-task]').filter({ hasText: 'Send the offer' });
      await grows('Activities', ' done', async () => {
        await task.locator('[data-open]').focus();
        await desk.keyboard.press('x');
        await desk.getByText('Completed: Send the offer').waitFor();
      });
    },
  );
  await leave(worker);
  await check('a failing figure fails alone, and is tried again', async () => {
    await page.route('**/api/reports/sales?*part=teams*', (r) => r.fulfill({ status: 500, body: '{}' }));
    v.allow(500, '/reports/sales');
    await page.reload();
    const retry = widget('Team comparison').getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    await widget('By stage').locator('svg[role="group"]').waitFor();
    await page.unroute('**/api/reports/sales?*part=teams*');
    await retry.click();
    await widget('Team comparison').locator('svg[role="group"]').waitFor();
  });
  await leave(v);

  const charts = async (p, mode) => {
    await ready(p);
    await p.locator('[data-widget="stages"]').scrollIntoViewIfNeeded();
    await picture(p, `reports-${mode}-charts`);
  };
  await looks({ world, check, visitor, leave, user, slug }, [
    ['reports', '/reports', '[data-widget="stages"] svg', charts],
  ]);
}
