// Lists as files: the dialog above a list, by keyboard and from the palette; the file itself; the page of
// exports with its states; who may not take personal data along.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { axe, equal, ok, signIn, still, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const leader = world.user('northwind', 'Team Leader');
  const agent = world.user('northwind', 'Agent');
  const token = await world.token('northwind', manager);
  const call = async (method, path, body) =>
    (await world.api('northwind', method, path, { token, body })).json;
  const newest = async () => (await call('GET', '/api/exports?limit=1')).data[0];
  const v = await visitor({ acceptDownloads: true });
  const { page } = v;
  const GO = { goOn: true };
  const dialog = page.getByRole('dialog');
  const rows = page.getByTestId('grid').locator('[data-row]');
  const lines = page.getByTestId('export');
  const rowsThere = (p) => p.getByTestId('grid').locator('[data-row]').first().waitFor();

  await check(
    'without any there is a way to begin',
    async () => {
      await signIn(page, world.url('northwind', '/exports'), manager);
      await page.getByText('No exports yet').waitFor();
      equal((await axe(page)).join('\n'), '', 'axe');
      await picture(page, 'exports-empty');
      await page.getByRole('button', { name: 'Export clients' }).click();
      await dialog.getByRole('heading', { name: 'Export clients' }).waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      ok(!page.url().includes('export='), 'a closed dialog is not in the address');
    },
    GO,
  );

  const total = (await call('GET', '/api/clients?country=DE&limit=1')).total;
  await check(
    'what is on the screen becomes a file, by keyboard alone',
    async () => {
      await page.goto(world.url('northwind', '/clients?country=DE&sort=name'));
      await rows.first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
      await page.keyboard.type('export clients');
      await page.getByRole('button', { name: 'Export clients', exact: true }).waitFor();
      await page.keyboard.press('Enter');
      await dialog.getByRole('heading', { name: 'Export clients' }).waitFor();
      const told = await page.getByTestId('export-count').innerText();
      ok(told.includes(total.toLocaleString('en')) && told.includes('filter'), told);
      ok(page.url().includes('country=DE'), 'the list keeps its filter');
      ok(!(await dialog.getByText('masked').count()), 'the manager may take everything along');
      equal((await axe(page)).join('\n'), '', 'axe');
      await picture(page, 'exports-dialog');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await until(async () => (await newest())?.status === 'done', 'the file', 20_000);
      const made = await newest();
      equal(made.rows, total, 'rows');
      equal(made.columns?.[0], 'name', 'the first column on screen');
      // told of, wherever one is
      await page.getByText(/Your export with [\d,]+ rows? is ready/).waitFor();
    },
    GO,
  );

  await check(
    'the file is downloaded and is what the page says it is',
    async () => {
      await page.goto(world.url('northwind', '/exports'));
      const line = lines.first();
      await line.getByText('Clients as CSV').waitFor();
      await line.getByText('country: DE').waitFor();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        line.getByRole('button', { name: 'Download' }).click(),
      ]);
      const bytes = readFileSync(await file.path());
      const made = await newest();
      equal(createHash('sha256').update(bytes).digest('hex'), made.sha256, 'SHA-256');
      ok(/^northwind-clients-[\d-]+\.csv$/.test(file.suggestedFilename()), file.suggestedFilename());
      equal(bytes.toString('utf8').trim().split('\r\n').length, total + 1, 'lines');
      equal(made.downloads, 1, 'downloads');
      await line.getByRole('button', { name: 'Copy SHA-256' }).waitFor();
    },
    GO,
  );

  await check(
    'as a workbook with all columns, from the leads',
    async () => {
      await page.goto(world.url('northwind', '/leads'));
      await rows.first().waitFor();
      await page.getByRole('button', { name: 'Export this list' }).click();
      await dialog.getByText('Excel (XLSX)').click();
      await dialog.getByText('All I may see').click();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await until(
        async () => (await newest()).entity === 'leads' && (await newest()).status === 'done',
        'the workbook',
        20_000,
      );
      const made = await newest();
      equal(made.format, 'xlsx', 'format');
      ok(!made.columns, 'all columns');
      const file = await fetch((await call('GET', `/api/exports/${made.id}`)).download_url);
      const bytes = Buffer.from(await file.arrayBuffer());
      equal(bytes.subarray(0, 2).toString(), 'PK', 'an archive');
      equal(bytes.length, made.bytes, 'length');
    },
    GO,
  );

  await check(
    'chosen rows and no others, in the language on screen, with a mail',
    async () => {
      await page.goto(world.url('northwind', '/clients?sort=name'));
      await rows.nth(2).waitFor();
      for (const n of [0, 2]) await rows.nth(n).getByRole('checkbox').check();
      const bar = page.getByRole('toolbar', { name: 'Actions on the selection' });
      await bar.getByText('2 selected').waitFor();
      await bar.getByRole('button', { name: 'Export', exact: true }).focus();
      await page.keyboard.press('Enter');
      await dialog.getByRole('heading', { name: 'Export clients' }).waitFor();
      equal(await page.getByTestId('export-count').innerText(), '2 selected', 'what is told');
      await dialog.getByRole('checkbox', { name: 'Mail me when it is ready' }).check();
      equal((await axe(page)).join('\n'), '', 'axe');
      await still(page);
      await picture(page, 'exports-dialog-selected');
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await until(
        async () => (await newest()).filter === 'selected: 2' && (await newest()).status === 'done',
        'the two',
        20_000,
      );
      const made = await newest();
      equal(made.rows, 2, 'rows');
      equal(made.language, 'en', 'language');
      await bar.getByText('2 selected').waitFor();
      const link = await world.link(manager.email, '/exports');
      ok(link.endsWith('/exports'), `the mail leads to the list and to no file: ${link}`);
    },
    GO,
  );

  await check(
    'users and the log have it, too',
    async () => {
      await page.goto(world.url('northwind', '/settings/users?export=1'));
      await dialog.getByRole('heading', { name: 'Export users' }).waitFor();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await until(
        async () => (await newest()).entity === 'users' && (await newest()).status === 'done',
        'the users',
        20_000,
      );
      await page.goto(world.url('northwind', '/settings/audit'));
      await page.getByRole('button', { name: 'Export this list' }).click();
      await dialog.getByRole('heading', { name: 'Export the audit log' }).waitFor();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await until(
        async () => (await newest()).entity === 'audit' && (await newest()).status === 'done',
        'the log',
        20_000,
      );
    },
    GO,
  );

  await check(
    'one is cancelled, tried again and deleted',
    async () => {
      // its job waits behind the curtain, so that there is time to cancel it
      const { id } = await call('POST', '/api/exports', { entity: 'clients', format: 'csv' });
      await call('POST', `/api/exports/${id}/cancel`, {});
      await page.goto(world.url('northwind', '/exports'));
      const line = lines.first();
      await line.getByText(/Cancelled|Ready/).waitFor();
      if ((await newest()).status === 'cancelled') {
        await line.getByRole('button', { name: 'Try again' }).click();
        await line.getByText('Ready').waitFor();
      }
      await line.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('option', { name: 'Delete' }).click();
      await dialog.getByText('Delete this export?').waitFor();
      equal((await axe(page)).join('\n'), '', 'axe');
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('Export deleted').waitFor();
      ok((await newest()).id !== id, 'it is gone');
    },
    GO,
  );

  await check(
    'the keyboard leads to the page',
    async () => {
      await page.goto(world.url('northwind', '/clients'));
      await rows.first().waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('e');
      await page.waitForURL(/\/exports$/);
      await lines.first().waitFor();
    },
    GO,
  );

  // two that did not come to a good end, for the pictures
  world.sql(
    'northwind',
    `insert into {s}.exports (id, entity, format, filter, filter_words, status, requested_by, requester_name, total, row_count, error, created_at)
     select gen_random_uuid(), 'clients', 'xlsx', '{}', 'search: •••', x.status, u.id, u.name, 120000, x.n, x.error, now()
     from {s}.users u cross join (values ('failed', 0, 'store_unavailable'), ('running', 54000, null)) x (status, n, error)
     where u.email = '${manager.email}'`,
  );
  await looks({ world, check, visitor, leave, user: manager, prefix: 'exports-' }, [
    ['page', '/exports', '[data-testid="export"]'],
    ['dialog', '/clients?export=1', '[data-testid="export-count"]', rowsThere],
  ]);

  await check(
    'a team leader takes no personal data along, and is told before',
    async () => {
      const who = await visitor();
      await signIn(who.page, world.url('northwind', '/clients?export=1'), leader);
      await who.page.getByText('Personal data is masked in the file').waitFor();
      await picture(who.page, 'exports-dialog-leader');
      await who.page.getByRole('dialog').getByText('All I may see').click();
      await who.page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
      const theirs = await world.token('northwind', leader);
      const made = await until(
        async () => {
          const { json } = await world.api('northwind', 'GET', '/api/exports?limit=1', { token: theirs });
          return json.data[0]?.status === 'done' && json.data[0];
        },
        'the file',
        20_000,
      );
      const { json } = await world.api('northwind', 'GET', `/api/exports/${made.id}`, { token: theirs });
      const text = await (await fetch(json.download_url)).text();
      ok(text.includes('•••@') && !/[\w.]{3,}@[\w.]+\.\w+/.test(text), 'an address is in clear');
      await leave(who);
    },
    GO,
  );

  await check(
    'an agent has no way to it',
    async () => {
      const who = await visitor();
      await signIn(who.page, world.url('northwind', '/clients'), agent);
      await who.page.getByTestId('grid').locator('[data-row]').first().waitFor();
      equal(await who.page.getByRole('button', { name: 'Export this list' }).count(), 0, 'buttons');
      equal(await who.page.getByRole('link', { name: 'Exports' }).count(), 0, 'links');
      await leave(who);
    },
    GO,
  );
}
