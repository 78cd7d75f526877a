// Without a mouse: palette, shortcuts, rows of a list, the sheet that explains them.
import { axe, equal, ok, signIn, until } from './harness.mjs';

export async function run({ world, check, visitor }) {
  const v = await visitor();
  const { page } = v;
  const grid = page.getByTestId('grid');
  const rows = grid.locator('[data-row]');
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const ask = async (query) => (await world.api('northwind', 'GET', `/api/clients?${query}`, { token })).json;
  // Somebody whose name nobody shares: Enter opens the first that is found.
  let client;
  for (const candidate of (await ask('limit=50&sort=name')).data) {
    const { total } = await ask(`search=${encodeURIComponent(candidate.name)}`);
    if (total === 1) client ??= candidate;
    if (client) break;
  }

  await check('Ctrl+K opens the palette, search finds a client, Enter opens it', async () => {
    await signIn(page, world.url('northwind', '/dashboard'), manager);
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.waitFor();
    await page.keyboard.type(client.name);
    await palette.getByText(client.email).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/clients/${client.id}$`));
    await page.getByRole('heading', { level: 2, name: client.name }).waitFor();
  });
  await check('the palette runs commands: dark and back, Arabic and back', async () => {
    const command = async (text) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await until(() => page.evaluate(() => document.activeElement?.tagName === 'INPUT'), 'the focus in it');
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    };
    const root = page.locator('html');
    await command('Use the dark');
    await until(
      async () => (await root.getAttribute('data-mantine-color-scheme')) === 'dark',
      'dark colours',
    );
    await page.keyboard.press('Alt+t');
    await until(
      async () => (await root.getAttribute('data-mantine-color-scheme')) === 'light',
      'light colours',
    );
    await command('Switch to Arabic');
    await until(async () => (await root.getAttribute('dir')) === 'rtl', 'right to left');
    await command('الإنجليزية');
    await until(async () => (await root.getAttribute('dir')) !== 'rtl', 'left to right');
  });
  await check('G C goes to the clients, J and K move, X selects, Enter opens', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL('**/clients');
    await rows.first().waitFor();
    for (const [key, row] of [
      ['j', '0'],
      ['j', '1'],
      ['k', '0'],
    ]) {
      await page.keyboard.press(key);
      const at = () => page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.index);
      await until(async () => (await at()) === row, `the focus in row ${row} after ${key}`);
    }
    await page.keyboard.press('x');
    await page.getByRole('toolbar').getByText('1 selected').waitFor();
    await page.keyboard.press('x');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/clients\/[0-9a-f-]{36}$/);
  });
  await check('/ finds in the list, and letters typed there are no shortcuts', async () => {
    await page.goBack();
    await rows.first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('cgx');
    equal(await page.getByLabel('Find in this list').inputValue(), 'cgx', 'the text');
    ok(page.url().includes('/clients'), page.url());
    equal(await page.getByRole('dialog').count(), 0, 'dialogs');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });
  await check('? explains the keys, C creates, Escape closes and gives the focus back', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Search and commands').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: 'Add client' });
    await form.waitFor();
    await until(
      () => form.getByLabel('First name').evaluate((e) => e === document.activeElement),
      'the focus in the first field',
    );
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });
  });
  await check('the first Tab offers to skip to the content', async () => {
    await page.reload();
    await rows.first().waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    ok(await skip.evaluate((e) => e === document.activeElement), 'another element has the focus');
    await page.keyboard.press('Enter');
    await until(
      () => page.locator('#main').evaluate((e) => e === document.activeElement),
      'the focus in the content',
    );
  });
}
