// A file comes in: dropped, mapped by keyboard, checked as a whole, put right in place, imported with progress over a
// reload and from the palette, found as a list, and taken back. The pages in every look.
import { readFileSync } from 'node:fs';
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, picture } from './looks.mjs';

const SLOW = 180_000;

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const agent = world.user('northwind', 'Agent');
  const token = await world.token('northwind', manager);
  const call = async (method, path, body) =>
    (await world.api('northwind', method, path, { token, body })).json;
  const count = async (entity, query) => (await call('GET', `/api/${entity}?limit=1&${query}`)).total;
  const stamp = Date.now().toString(36);
  // a file that nobody has sent before
  const note = `Notiz ${stamp}`;
  const head = `Vorname;Nachname;E-Mail;Telefon;Land;Geburtstag;Status;Quelle;${note}`;
  const person = (n, more = {}) => {
    const p = {
      first: 'Jörg',
      last: `Müller-${n}`,
      email: `joerg.${n}.${stamp}@example.de`,
      phone: '030 901820',
      country: 'Deutschland',
      born: '03.04.1984',
      status: 'Aktiv',
      source: 'Messe',
      note: `Zeile ${n}`,
      ...more,
    };
    return [p.first, p.last, p.email, p.phone, p.country, p.born, p.status, p.source, p.note].join(';');
  };
  /** Twelve rows: nine are fine, one of them is there already, one is in the file twice; three have a fault each. */
  const { data: known } = await call('GET', '/api/clients?limit=1');
  const rows = [
    ...[1, 2, 3, 4, 5, 6, 7].map((n) => person(n)),
    person(8, { email: known[0].email }),
    person(9, { email: `joerg.1.${stamp}@example.de` }),
    person(10, { email: 'joerg(at)example' }),
    person(11, { born: '31.02.1980' }),
    person(12, { phone: '12' }),
  ];
  // as an old system writes it: one byte per letter
  const csv = Buffer.from([head, ...rows, ''].join('\r\n'), 'latin1');
  const drop = async (page, name, data) => {
    const files = await page.evaluateHandle(
      ([file, text]) => {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], file));
        return transfer;
      },
      [name, data.toString('base64')],
    );
    await page.getByTestId('drop').dispatchEvent('dragover', { dataTransfer: files });
    await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: files });
  };
  const clean = async (page, name) => {
    await picture(page, `imports-${name}`);
    equal((await axe(page)).join('\n'), '', `axe: ${name}`);
  };

  const v = await visitor();
  const { page } = v;
  const idOf = () => new URL(page.url()).pathname.split('/').at(-1);
  const button = (name) => page.getByRole('button', { name, exact: true });
  const goesTo = (column) => page.locator(`[data-column="${column}"] [data-field-button]`).first();
  const find = (column) => page.getByRole('combobox', { name: `${column} goes to` });
  const figure = async (name) =>
    Number((await page.locator(`[data-figure="${name}"] b`).innerText()).replace(/\D/g, ''));
  const part = async (name) =>
    Number((await page.locator(`[data-count="${name}"]`).innerText()).replace(/\D/g, ''));
  const state = (word) => page.locator('#main').getByText(word, { exact: true }).first();
  let id;

  await check('imports are reached by keyboard, and a wrong file is refused in words', async () => {
    await signIn(page, world.url('northwind', '/account'), manager);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL(/\/imports/);
    await page.keyboard.press('c');
    await page.waitForURL(/\/imports\/new/);
    await page.getByTestId('drop').waitFor();
    await clean(page, 'new');
    await page.getByTestId('import-file').setInputFiles({
      name: 'old.xls',
      mimeType: 'application/vnd.ms-excel',
      buffer: Buffer.from('x'),
    });
    await page.getByText(/Save it as XLSX or CSV first/).waitFor();
    v.allow(422, '/api/imports');
    await page
      .getByTestId('import-file')
      .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('%PDF-1.7\n%âãÏÓ\n') });
    await page.getByText(/can’t be read/).waitFor();
    equal(new URL(page.url()).pathname, '/imports/new', 'the page');
  });
  await check('a file is dropped and its columns are found, whatever wrote it', async () => {
    await drop(page, `Altsystem ${stamp}.csv`, csv);
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
    id = idOf();
    await goesTo('Vorname').getByText('First name').waitFor();
    for (const [column, field] of [
      ['Nachname', 'Last name'],
      ['E-Mail', 'E-mail'],
      ['Telefon', 'Phone'],
      ['Land', 'Country'],
      ['Geburtstag', 'Date of birth'],
      ['Status', 'Status'],
    ])
      ok(
        (await goesTo(column).innerText()).includes(field),
        `${column} goes to ${await goesTo(column).innerText()}`,
      );
    await page.locator('[data-column="Vorname"]').getByText('Jörg').first().waitFor();
    await clean(page, 'map');
  });
  await check('columns are mapped by keyboard; words get a meaning; defaults are added', async () => {
    await goesTo(note).focus();
    await page.keyboard.press('Enter');
    await find(note).fill('address');
    await page.keyboard.press('Enter');
    await goesTo(note).getByText('Address').waitFor();
    // the arrows go from column to column
    await page.keyboard.press('ArrowUp');
    ok(await goesTo('Quelle').evaluate((b) => b === document.activeElement), 'the focus went up');
    // a required field that nothing fills is named, not sent
    await goesTo('E-Mail').click();
    await page.getByRole('option', { name: 'Leave out' }).click();
    await button('Check the whole file').click();
    await page.getByText(/Nothing fills: E-mail/).waitFor();
    await goesTo('E-Mail').click();
    await find('E-Mail').fill('e-mail');
    await page.keyboard.press('Enter');
    const word = page.getByRole('group', { name: /words in “Status”/ });
    await word.getByRole('button', { name: /Aktiv/ }).click();
    await page.getByRole('option', { name: 'Active', exact: true }).click();
    await button('Add a value').click();
    await page.getByRole('option', { name: 'Tags' }).click();
    await page.keyboard.type(`import-${stamp}`);
    await page.getByRole('combobox', { name: 'Country of numbers without one' }).click();
    await page.keyboard.type('Germ');
    await page.getByRole('option', { name: 'Germany' }).click();
    await page.getByRole('textbox', { name: 'Remember these choices as' }).fill(`Old CRM ${stamp}`);
    equal(
      await page.getByRole('textbox', { name: 'Tags' }).inputValue(),
      `import-${stamp}`,
      'what was typed after a field was chosen',
    );
    await page.reload();
    await page.getByRole('textbox', { name: 'Remember these choices as' }).waitFor();
    equal(
      await page.getByRole('textbox', { name: 'Remember these choices as' }).inputValue(),
      `Old CRM ${stamp}`,
      'what was chosen, after a reload',
    );
    await clean(page, 'mapped');
  });
  await check('the whole file is checked', async () => {
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-figure="total"]').waitFor();
    equal(await figure('total'), 12, 'rows');
    equal(await figure('invalid'), 3, 'rows with errors');
    equal(await figure('valid'), 9, 'valid rows');
    equal(await figure('duplicates'), 2, 'duplicates');
    const errors = page.getByRole('tabpanel').locator('[data-row]');
    await until(async () => (await errors.count()) === 3, 'three lines of errors');
    await clean(page, 'check');
  });
  await check('an error is put right in place, by keyboard', async () => {
    const line = page.locator('[data-row]').filter({ hasText: 'joerg(at)example' });
    await page.getByTestId('grid').focus();
    await page.keyboard.press('j');
    await until(
      () => page.evaluate(() => document.activeElement?.closest('[data-row]') !== null),
      'the focus to be in the table',
    );
    await page.keyboard.press('e');
    const input = page.getByTestId('grid').getByRole('textbox');
    await input.fill('still wrong');
    await page.keyboard.press('Enter');
    await page.getByText(/Still wrong/).waitFor();
    await page.getByRole('row').getByText('still wrong').click();
    await input.fill(`joerg.10.${stamp}@example.de`);
    await page.keyboard.press('Enter');
    await page.getByText('Fixed', { exact: true }).waitFor();
    equal(await line.count(), 0, 'the old text');
    await until(async () => (await figure('invalid')) === 2, 'one error less');
    equal(await figure('valid'), 10, 'valid rows');
  });
  await check('what is left is downloaded with its reasons', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), button('Download errors').click()]);
    equal(file.suggestedFilename(), `Altsystem ${stamp} errors.csv`, 'its name');
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    equal(lines.length, 3, 'a header and two rows');
    ok(/reason/.test(lines[0]) && /31\.02\.1980/.test(lines.join()), lines.join('\n'));
  });
  await check('it is imported, and the counts add up', async () => {
    await button('Start import').click();
    await state('8 records were imported').waitFor({ timeout: SLOW });
    const [created, updated, skipped, failed, total] = await Promise.all(
      ['created', 'updated', 'skipped', 'failed', 'total'].map(part),
    );
    equal(created + updated + skipped + failed, total, 'the parts');
    equal([created, skipped, failed, total].join(), '8,2,2,12', 'created, skipped, failed, rows');
    await clean(page, 'done');
  });
  await check('exactly its rows are a list away', async () => {
    await button('Open the 8 clients').click();
    await page.waitForURL(/\/clients\?/);
    await page.getByText('8 records', { exact: true }).waitFor();
    await page.getByText(`Altsystem ${stamp}.csv`).waitFor();
    equal(await count('clients', `import_id=${id}`), 8, 'clients of the import');
    equal(await count('clients', `tag=import-${stamp}`), 8, 'with the tag');
    const { data } = await call('GET', `/api/clients?import_id=${id}&search=joerg.10.${stamp}`);
    equal(
      [data[0].first_name, data[0].phone, data[0].country, data[0].date_of_birth, data[0].status].join(),
      'Jörg,+4930901820,DE,1984-04-03,active',
      'what became of a row',
    );
  });
  await check('the import is taken back', async () => {
    await page.goto(world.url('northwind', `/imports/${id}`));
    await button('Undo import').click();
    await page.getByRole('dialog').getByText('8 created records', { exact: false }).waitFor();
    await clean(page, 'undo');
    await page.getByRole('dialog').getByRole('button', { name: 'Take 8 records back' }).click();
    await state('The import was taken back').waitFor({ timeout: SLOW });
    await until(async () => (await count('clients', `tag=import-${stamp}`)) === 0, 'the clients to be gone');
    await clean(page, 'undone');
  });

  const MANY = 60_000;
  const big = () => {
    const out = ['first_name,last_name,email,phone,country,source'];
    for (let n = 0; n < MANY; n += 1)
      out.push(`Load,Test ${n},load.${n}.${stamp}@example.org,,GB,load-${stamp}`);
    return Buffer.from(out.join('\n'));
  };
  await check('a long file is checked in the background and imported with progress', async () => {
    await page.goto(world.url('northwind', '/imports/new?entity=leads'));
    await page.getByTestId('import-file').setInputFiles({
      name: `load ${stamp}.csv`,
      mimeType: 'text/csv',
      buffer: big(),
    });
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
    id = idOf();
    await button('Check the whole file').click();
    await page.getByRole('progressbar').waitFor();
    await clean(page, 'looking');
    await page.locator('[data-figure="total"]').waitFor({ timeout: SLOW });
    equal(await figure('valid'), MANY, 'valid rows');
    await button('Start import').click();
    await page.getByTestId('rows').waitFor();
    await picture(page, 'imports-running');
  });
  await check('it goes on over a reload, in the palette, and stands still when it is told to', async () => {
    await button('Pause').click();
    await button('Go on').waitFor({ timeout: SLOW });
    const before = (await call('GET', `/api/imports/${id}`)).processed;
    ok(before < MANY, `it stands at ${before}`);
    await clean(page, 'paused');
    await page.goto(world.url('northwind', '/clients'));
    await page.getByTestId('grid').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByText(`load ${stamp}.csv`).waitFor();
    await clean(page, 'palette');
    await page.keyboard.type('load');
    await page.getByRole('dialog').getByText(`load ${stamp}.csv`).click();
    await page.waitForURL(new RegExp(`/imports/${id}`));
    equal((await call('GET', `/api/imports/${id}`)).processed, before, 'it stood still');
    await button('Go on').click();
    await state(`${MANY.toLocaleString('en')} records were imported`).waitFor({ timeout: SLOW });
    equal(await part('created'), MANY, 'created');
    // a long list's total is an estimate
    equal(
      Number(world.sql('northwind', `select count(*) from {s}.leads where import_id = '${id}'`)),
      MANY,
      'leads',
    );
  });
  await check('and it is taken back as a whole', async () => {
    await button('Undo import').click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Take [\d,]+ records back$/ })
      .click();
    await state('The import was taken back').waitFor({ timeout: SLOW });
    equal(await count('leads', `import_id=${id}`), 0, 'leads');
  });
  await check('a file of the same kind starts with what was chosen before', async () => {
    await page.goto(world.url('northwind', '/imports/new'));
    await drop(page, `again ${stamp}.csv`, csv);
    await page.getByText(`“Old CRM ${stamp}”`, { exact: false }).waitFor();
    await goesTo(note).getByText('Address').waitFor();
    id = idOf();
  });
  await check('the menu of jobs leads to the page of an import', async () => {
    const { data: jobs } = await call('GET', '/api/jobs?mine=true');
    const job = jobs.find((j) => j.kind === 'imports.undo');
    await page.goto(world.url('northwind', '/clients'));
    await page.getByTestId('jobs').click();
    const menu = page.getByRole('dialog').filter({ has: page.locator('[data-status]') });
    await menu.getByRole('link').first().waitFor();
    await clean(page, 'jobs-menu');
    await menu.locator(`a[href="/imports/${job.subject.id}"]`).first().click();
    await page.waitForURL(new RegExp(`/imports/${job.subject.id}`));
    await state('The import was taken back').waitFor();
  });
  await check('staff come in with their roles, and their faults are looked for', async () => {
    const staff = [
      'Name;E-Mail;Role',
      `Nora New;nora.${stamp}@example.org;Agent`,
      `Wim Wizard;wim.${stamp}@example.org;Wizard`,
      `Zoe Wizard;zoe.${stamp}@example.org;Wizard`,
      `No Mail;nobody;Agent`,
    ].join('\n');
    await page.goto(world.url('northwind', '/imports/new?entity=users'));
    await page.getByText(/^CSV, TSV or XLSX.*Up to 2/).waitFor();
    await page.getByTestId('import-file').setInputFiles({
      name: `staff ${stamp}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from(staff),
    });
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
    id = idOf();
    await goesTo('Role').getByText('Role', { exact: true }).waitFor();
    equal(await page.getByRole('radio').count(), 2, 'rules for who is there already');
    await page.getByRole('checkbox', { name: 'Send invitations' }).uncheck();
    await clean(page, 'staff-map');
    await button('Check the whole file').click();
    await page.locator('[data-figure="total"]').waitFor();
    equal(await figure('invalid'), 3, 'rows with errors');
    const lines = page.getByRole('tabpanel').locator('[data-row]');
    await page.getByRole('button', { name: /Role.*Is not a role/ }).click();
    await until(async () => (await lines.count()) === 2, 'the errors of one kind');
    await page.keyboard.press('/');
    await page.keyboard.type('zoe');
    await until(async () => (await lines.count()) === 1, 'the row with the word');
    await clean(page, 'staff-check');
    await page
      .getByRole('button', { name: 'Say what 2 words mean' })
      .or(page.getByRole('button', { name: 'Say what 1 word means' }))
      .first()
      .waitFor();
    await button('Start import').click();
    await state('1 record was imported').waitFor({ timeout: SLOW });
    await button('Open the user').click();
    await page.waitForURL(/\/settings\/users\?/);
    await page.getByText('Nora New').first().waitFor();
    equal((await call('GET', `/api/users?import_id=${id}`)).total, 1, 'users of the import');
    await clean(page, 'staff-list');
    await page.goto(world.url('northwind', `/imports/${id}`));
    await button('Undo import').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take 1 record back' }).click();
    await state('The import was taken back').waitFor({ timeout: SLOW });
    equal((await call('GET', `/api/users?search=nora.${stamp}`)).total, 0, 'users');
  });
  await check('an agent has no way to it', async () => {
    const other = await visitor();
    await signIn(other.page, world.url('northwind', '/imports'), agent);
    await other.page.getByText('Your role does not open this page').waitFor();
    equal(await other.page.getByRole('link', { name: 'Imports' }).count(), 0, 'ways there');
    await leave(other);
  });

  const { data: all } = await call('GET', '/api/imports?limit=20');
  const first = all.find((i) => i.filename === `Altsystem ${stamp}.csv`);
  for (const [look, options] of [
    ['dark', { scheme: 'dark' }],
    ['Arabic', { locale: 'ar' }],
    ['a narrow window', { width: 390, height: 844 }],
  ])
    await check(
      `every page of an import is without a fault in ${look}`,
      async () => {
        const other = await visitor(options);
        await signIn(other.page, world.url('northwind', '/account'), manager);
        for (const [name, path] of [
          ['list', '/imports'],
          ['new', '/imports/new'],
          ['file', `/imports/${id}?step=file`],
          ['map', `/imports/${id}?step=map`],
          ['result', `/imports/${first.id}`],
        ]) {
          await other.page.goto(world.url('northwind', path));
          const main = other.page.locator('#main');
          await until(
            async () => (await main.innerText()).length > 60 && !(await main.locator('.skeleton').count()),
            `${path} to be there`,
          );
          await clean(other.page, `${name}-${look.replaceAll(' ', '-')}`);
          await fits(other.page, path);
        }
        other.clean();
        await leave(other);
      },
      { goOn: true },
    );
}
