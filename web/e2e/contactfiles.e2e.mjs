// Contacts come in a file, go out in one beside deals, and two of them become one and two again; by keyboard where that
// is offered, in light, dark and Arabic and on a phone. SCREENSHOTS_DIR=… keeps a picture of each.
import { salesTenant } from './deals.e2e.mjs';
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

const SLOW = 120_000;

export async function run({ world, check, visitor, leave }) {
  const { slug, user, token } = await salesTenant(world);
  const api = async (method, path, body) => {
    const answer = await world.api(slug, method, path, { token, body });
    ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const v = await visitor({ acceptDownloads: true });
  const { page } = v;
  const go = (path) => page.goto(world.url(slug, path));
  const spotless = async (name) => {
    await picture(page, `contactfiles-${name}`);
    equal((await axe(page)).join('\n'), '', `axe: ${name}`);
  };
  const button = (name) => page.getByRole('button', { name, exact: true });
  const newest = async () => (await api('GET', '/api/exports?limit=1')).data[0];
  const made = async (rows) => {
    await until(async () => (await newest())?.status === 'done', 'the file', 20_000);
    const file = await newest();
    equal(file.rows, rows, 'rows of the file');
    const { download_url } = await api('GET', `/api/exports/${file.id}`);
    return (await fetch(download_url)).text();
  };

  const client = await api('POST', '/api/clients', {
    first_name: 'Nora',
    last_name: 'North',
    email: 'nora@north.example',
  });
  await api('POST', '/api/contacts', { first_name: 'Old', last_name: 'Hand', email: 'old@north.example' });
  await api('POST', '/api/deals', { name: 'Licence', amount: '1234.5678', currency: 'USD' });
  await api('POST', '/api/deals', { name: 'Support', amount: '10', currency: 'USD' });
  const file = [
    'Vorname,Nachname,E-Mail,Firma,Position,Status,Bewertung,Kunde',
    'Ada,Ace,ada@north.example,Northwind,CEO,Customer,5,nora@north.example',
    'Bob,Bell,bob@north.example,Northwind,CTO,مهتم,3,Nora North',
    'Old,Hand,old@north.example,Northwind,,,,',
    'Eve,Evans,eve@north.example,,,,nine,nobody@north.example',
  ].join('\n');
  await signIn(page, world.url(slug, '/account'), user);

  await check('a file of contacts is reached from their list', async () => {
    await go('/contacts?status=closed');
    await page.getByTestId('grid').waitFor();
    await go('/imports/new?entity=contacts');
    await page.getByTestId('import-file').waitFor({ state: 'attached' });
    await spotless('import-new');
    await page.getByTestId('import-file').setInputFiles({
      name: 'Kontakte.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(file),
    });
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  });
  await check('its columns are found, and clients are among the fields', async () => {
    const goesTo = (column) => page.locator(`[data-column="${column}"] [data-field-button]`).first();
    for (const [column, field] of [
      ['Vorname', 'First name'],
      ['Firma', 'Company'],
      ['Position', 'Job title'],
      ['Bewertung', 'Rating'],
      ['Kunde', 'Client'],
    ]) {
      await goesTo(column).waitFor();
      ok(
        (await goesTo(column).innerText()).includes(field),
        `${column} goes to ${await goesTo(column).innerText()}`,
      );
    }
    await spotless('import-map');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-figure="total"]').waitFor();
    const figure = async (name) =>
      Number((await page.locator(`[data-figure="${name}"] b`).innerText()).replace(/\D/g, ''));
    equal([await figure('total'), await figure('valid'), await figure('invalid')].join(), '4,3,1', 'rows');
    await page.getByText('Is not a client').first().waitFor();
    await spotless('import-check');
  });
  await check('it is imported, and its contacts are a list away', async () => {
    await button('Start import').click();
    await page
      .locator('#main')
      .getByText('2 records were imported', { exact: true })
      .waitFor({ timeout: SLOW });
    await spotless('import-done');
    await button('Open the 2 contacts').click();
    await page.waitForURL(/\/contacts\?/);
    await page.getByText('2 records', { exact: true }).waitFor();
    const { data } = await api('GET', '/api/contacts?sort=name');
    const told = data.map((x) => [x.name, x.status, x.client_name ?? '', x.is_primary].join(':'));
    equal(
      told.join(' '),
      'Ada Ace:customer:Nora North:true Bob Bell:prospect:Nora North:false Old Hand:lead::false',
      'contacts',
    );
    equal((await api('GET', `/api/contacts?client_id=${client.id}`)).total, 2, 'of the client');
  });

  await check('the list is had as a file, as it is on the screen', async () => {
    await button('Export this list').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Export contacts' }).waitFor();
    ok((await page.getByTestId('export-count').innerText()).includes('2 rows'), 'how many');
    await spotless('export-contacts');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const text = await made(2);
    ok(text.includes('Ada Ace') && text.includes('Customer') && !text.includes('Old'), text);
  });
  await check('deals are had as a file from the palette, with amounts to the last digit', async () => {
    await go('/deals');
    await page.locator('[data-card]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
    await page.keyboard.type('export deals');
    await page.getByRole('button', { name: 'Export deals', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Export deals' });
    await dialog.waitFor();
    ok(page.url().includes('as=list'), 'the list is what is exported');
    await spotless('export-deals');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const text = await made(2);
    ok(text.includes('1234.5678') && text.includes('10.00'), text);
  });
  await check('chosen activities are had as a file', async () => {
    for (const subject of ['First', 'Second'])
      await api('POST', '/api/activities', { type: 'task', subject });
    await go('/activities?tab=all');
    await page.locator('[data-row]').nth(1).waitFor();
    await button('Export this list').click();
    await page.getByRole('dialog').getByRole('heading', { name: 'Export activities' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const text = await made(2);
    ok(text.includes('First') && text.includes('Scheduled'), text);
    await go('/exports');
    await page.getByTestId('export').nth(2).waitFor();
    ok((await page.getByTestId('export').first().innerText()).includes('Activities'), 'the newest one');
    await spotless('exports');
  });

  const contact = async (name) => (await api('GET', `/api/contacts?search=${name}`)).data[0];
  const [ada, bob] = [await contact('ada'), await contact('bob')];
  await api('POST', '/api/notes', { content: 'Likes tea', contact_id: ada.id });
  await check('two contacts are compared and become one', async () => {
    // The page may ask for the one that is gone before it goes to the other.
    for (const one of [ada, bob]) v.allow(404, `/api/contacts/${one.id}`);
    await go(`/contacts/${bob.id}`);
    await page.getByRole('heading', { level: 2, name: 'Bob Bell' }).waitFor();
    await page.getByRole('button', { name: 'Actions for Bob Bell' }).click();
    await page.getByRole('menuitem', { name: 'Merge with another…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'The same person' }).fill('Ada');
    await page.getByRole('option', { name: 'Ada Ace' }).click();
    await spotless('merge-pick');
    await dialog.getByRole('button', { name: 'Compare' }).click();
    const title = page.getByRole('dialog', { name: 'Merge two contacts' });
    await title.locator('[data-result="client"]').getByText('Nora North').waitFor();
    // the older one stays; its rating is taken from the other
    await title.locator('[data-field="rating"] input[value="drop"]').check();
    await title.locator('[data-result="rating"]').waitFor();
    // dimmed until the answer to the last choice is there
    await title.locator('[data-old]').waitFor({ state: 'detached' });
    await spotless('merge');
    await title.getByRole('button', { name: 'Merge', exact: true }).click();
    await title.waitFor({ state: 'detached' });
    await page
      .getByText(/was merged into/)
      .first()
      .waitFor();
    await until(async () => (await api('GET', '/api/contacts')).total === 2, 'one contact less');
  });
  await check('an old link leads to who they are now, and they are split again', async () => {
    const { data } = await api('GET', '/api/contacts?search=northwind');
    const kept = data.find((x) => [ada.id, bob.id].includes(x.id));
    const gone = kept.id === ada.id ? bob : ada;
    v.allow(404, `/api/contacts/${gone.id}`);
    await go(`/contacts/${gone.id}`);
    await page.waitForURL(new RegExp(`/contacts/${kept.id}`));
    await page.getByRole('heading', { name: 'Merged contacts' }).waitFor();
    await spotless('merged');
    await page.getByRole('button', { name: `Split from ${gone.name}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${gone.name} comes back as they were.`).waitFor();
    await spotless('split');
    await dialog.getByRole('button', { name: 'Split', exact: true }).click();
    await page.getByText('is a contact of their own again').waitFor();
    await until(async () => (await api('GET', '/api/contacts')).total === 3, 'both again');
    const back = await api('GET', `/api/contacts/${ada.id}`);
    equal([back.rating, back.is_primary].join(), '5,true', 'the first one as before');
  });

  const imported = (await api('GET', '/api/imports?entity=contacts')).data[0];
  const pages = [
    ['new', '/imports/new?entity=contacts', '[data-testid="drop"]'],
    ['map', `/imports/${imported.id}?step=map`, '#main h2, #main h3'],
    ['export', '/contacts?export=1', '[data-testid="export-count"]'],
    ['merges', `/contacts/${ada.id}`, '[role="tabpanel"] li'],
  ];
  await looks({ world, check, visitor, leave, user, slug, prefix: 'contactfiles-' }, pages);
}
