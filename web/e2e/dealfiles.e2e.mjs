// Deals and activities come in files: found by their headings, put right in place, seen on their list and taken back; by
// keyboard where that is offered, in light, dark and Arabic and on a phone. SCREENSHOTS_DIR=… keeps a picture of each.
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
  const v = await visitor();
  const { page } = v;
  const go = (path) => page.goto(world.url(slug, path));
  const spotless = async (name) => {
    await picture(page, `dealfiles-${name}`);
    equal((await axe(page)).join('\n'), '', `axe: ${name}`);
  };
  const button = (name) => page.getByRole('button', { name, exact: true });
  const goesTo = (column) => page.locator(`[data-column="${column}"] [data-field-button]`).first();
  const figure = async (name) =>
    Number((await page.locator(`[data-figure="${name}"] b`).innerText()).replace(/\D/g, ''));
  const state = (word) => page.locator('#main').getByText(word, { exact: true }).first();
  const put = async (name, lines) => {
    await page.getByTestId('import-file').setInputFiles({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(lines.join('\n')),
    });
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  };
  const mapped = async (pairs) => {
    for (const [column, field] of pairs) {
      await goesTo(column).waitFor();
      const text = await goesTo(column).innerText();
      ok(text.includes(field), `${column} goes to ${text}`);
    }
  };

  await api('POST', '/api/clients', { first_name: 'Nora', last_name: 'North', email: 'nora@north.example' });
  await signIn(page, world.url(slug, '/account'), user);

  await check('an empty list of deals offers a file', async () => {
    await go('/deals?as=list');
    await button('Import deals').click();
    await page.waitForURL(/\/imports\/new\?entity=deals/);
    await page.getByTestId('import-file').waitFor({ state: 'attached' });
    await spotless('new');
  });
  await check('headings are found, and nothing is asked that means nothing for deals', async () => {
    await put('Pipeline.csv', [
      'Deal name;Kunde;Stage;Betrag;Close date;Owner',
      'Licence;nora@north.example;Qualified;€ 1.234,50;31.12.2030;',
      'Support;Nora North;Gewonnen;99,9;1.2.2031;',
      'Training;;Lead;10;5.5.2031;',
      'Licence;nora@north.example;Lead;1;1.1.2031;',
      'Consulting;;Lead;a lot;1.1.2031;',
    ]);
    await mapped([
      ['Deal name', 'Name'],
      ['Kunde', 'Client'],
      ['Stage', 'Stage'],
      ['Betrag', 'Amount'],
      ['Close date', 'Expected close'],
    ]);
    await page.getByRole('heading', { name: 'What is there already' }).waitFor();
    equal(await page.getByText('Update the record').count(), 0, 'the rule to update');
    equal(await page.getByText('Let me decide').count(), 0, 'the rule to review');
    await page.getByRole('radio', { name: /Create another record/ }).waitFor();
    const words = page.getByRole('group', { name: /words in “Stage”/ });
    await words.getByRole('button', { name: /Gewonnen/ }).click();
    await page.getByRole('option', { name: 'Won', exact: true }).first().click();
    await spotless('map');
  });
  await check('the whole file is checked, and a fault put right in place', async () => {
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-figure="total"]').waitFor();
    const figures = ['total', 'valid', 'invalid', 'duplicates'];
    equal((await Promise.all(figures.map(figure))).join(), '5,4,1,1', 'rows');
    await page.getByText('Is not an amount').first().waitFor();
    await spotless('check');
    await page.getByTestId('grid').focus();
    await page.keyboard.press('j');
    await until(
      () => page.evaluate(() => document.activeElement?.closest('[data-row]') !== null),
      'the focus to be in the table',
    );
    await page.keyboard.press('e');
    await page.getByTestId('grid').getByRole('textbox').fill('2.000,25');
    await page.keyboard.press('Enter');
    await until(async () => (await figure('invalid')) === 0, 'no error any more');
    await page.getByRole('tab', { name: /There already/ }).click();
    await page.getByText('Row 2 of the file').waitFor();
    await spotless('duplicates');
    await page.getByRole('tab', { name: 'As it will be stored' }).click();
    await page.getByRole('cell', { name: '1234.50', exact: true }).waitFor();
    await spotless('sample');
  });
  let id;
  await check('it is imported, and its deals are a list away', async () => {
    id = new URL(page.url()).pathname.split('/').at(-1);
    await button('Start import').click();
    await state('4 records were imported').waitFor({ timeout: SLOW });
    await spotless('done');
    await button('Open the 4 deals').click();
    await page.waitForURL(/\/deals\?.*import_id=/);
    await page.getByText('4 records', { exact: true }).waitFor();
    await page.getByText('Pipeline.csv').first().waitFor();
    await spotless('list');
    const { data } = await api('GET', `/api/deals?import_id=${id}&sort=name`);
    equal(
      data
        .map((d) => [d.name, d.client_name ?? '', d.stage, d.outcome, d.amount, d.currency].join(':'))
        .join(' '),
      'Consulting::lead:none:2000.25:USD Licence:Nora North:qualified:none:1234.50:EUR Support:Nora North:won:won:99.90:USD Training::lead:none:10.00:USD',
      'deals',
    );
  });
  await check('what somebody worked on stays when it is taken back', async () => {
    const { data } = await api('GET', '/api/deals?search=licence');
    await api('POST', '/api/activities', { type: 'call', subject: 'Ask', deal_id: data[0].id });
    await go(`/imports/${id}`);
    await button('Undo import').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take 4 records back' }).click();
    await state('The import was taken back').waitFor({ timeout: SLOW });
    await page.getByText('3 records are as they were before; 1 were changed since and stay.').waitFor();
    equal((await api('GET', '/api/deals')).total, 1, 'deals');
    await spotless('undone');
  });

  await check('activities come in the same way, with words of another language', async () => {
    await go('/imports/new?entity=activities');
    await page.getByTestId('import-file').waitFor({ state: 'attached' });
    await put('Aufgaben.csv', [
      'Typ,Betreff,Status,Fällig am,Client,Deal',
      'Anruf,Call Nora,,02.07.2030 09:30,nora@north.example,Licence',
      'Aufgabe,Send the offer,Erledigt,03.07.2026,,',
      'Lunch,Eat,,04.07.2030,,',
    ]);
    await mapped([
      ['Typ', 'Type'],
      ['Betreff', 'Subject'],
      ['Fällig am', 'Due'],
      ['Deal', 'Deal'],
    ]);
    await spotless('activities-map');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-figure="total"]').waitFor();
    equal([await figure('valid'), await figure('invalid')].join(), '2,1', 'rows');
    await page.getByText('Is not one of the choices').first().waitFor();
    await spotless('activities-check');
    await button('Start import').click();
    await state('2 records were imported').waitFor({ timeout: SLOW });
    await button('Open the 2 activities').click();
    await page.waitForURL(/\/activities\?.*import_id=/);
    await page.locator('[data-row]').nth(1).waitFor();
    equal(await page.locator('[data-row]').count(), 2, 'rows of the list');
    await page.getByText('Call Nora').waitFor();
    await spotless('activities-list');
  });

  const newest = (await api('GET', '/api/imports?entity=activities')).data[0];
  const pages = [
    ['new', '/imports/new?entity=deals', '[data-testid="drop"]'],
    ['deals', `/imports/${id}`, '[data-testid="outcome"], #main h3'],
    ['activities', `/imports/${newest.id}`, '[data-testid="outcome"], #main h3'],
    ['imports', '/imports', '[data-row]'],
  ];
  await looks({ world, check, visitor, leave, user, slug, prefix: 'dealfiles-' }, pages);
}
