// The broker's own console: a secret is made, tokens signed with it are tried on the page and then used, the role
// mapping and the origins are changed, and a secret that is deleted ends its tokens.
import { createHmac } from 'node:crypto';
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, inBoth, picture } from './looks.mjs';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function sign(secret, claims) {
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const inMinutes = (n) => Math.floor(Date.now() / 1000) + n * 60;

export async function run({ world, check, visitor, leave }) {
  const boss = world.user('northwind', 'CRM Manager');
  const bearer = await world.token('northwind', boss);
  const call = (method, path, body) => world.api('northwind', method, path, { token: bearer, body });
  const setup = async () => (await call('GET', '/api/settings/console')).json;
  const me = (token) => world.api('northwind', 'GET', '/admin/me', { token });
  const address = `ola.${Date.now().toString(36)}@console.example`;
  const claims = { iss: 'cms', sub: 'u-17', role: 'agent', name: 'Ola Nordmann', email: address };

  const v = await visitor({ permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = v;
  const button = (name) => page.getByRole('button', { name, exact: true });
  const spotless = async () => equal((await axe(page)).join('\n'), '', 'axe');
  const dialog = page.getByRole('dialog');
  const trial = page.getByTestId('trial');
  const tried = async (token, word) => {
    await page.getByRole('textbox', { name: 'Token', exact: true }).fill(token);
    await page.keyboard.press('Control+Enter');
    await trial.getByText(word, { exact: true }).waitFor();
  };
  let secret;

  await check('the page says what it is for, where it is, and that nothing is set up', async () => {
    await signIn(page, world.url('northwind', '/settings/console'), boss);
    await page.getByText('No secret yet').waitFor();
    await page.getByText('Not set up').waitFor();
    equal(
      await page.getByTestId('console-address').textContent(),
      world.url('northwind', '/admin'),
      'the address',
    );
    equal(await button('Save').count(), 0, 'save buttons before anything has changed');
    await spotless();
    await picture(page, 'console-empty-light');
  });
  await check('a secret is made, shown once and saved by keyboard', async () => {
    await button('Add a secret').focus();
    await page.keyboard.press('Enter');
    const shown = dialog.getByTestId('console-secret');
    secret = await shown.textContent();
    ok(/^[A-Za-z0-9_-]{48}$/.test(secret), `not a secret: ${secret}`);
    await dialog.getByRole('button', { name: 'Make another' }).click();
    await until(async () => (await shown.textContent()) !== secret, 'another secret');
    secret = await shown.textContent();
    await dialog.getByRole('button', { name: 'Copy secret' }).click();
    await dialog.getByText('Copied', { exact: true }).waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('main');
    await spotless();
    await picture(page, 'console-add-light');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Not saved yet').waitFor();
    await page.getByRole('textbox', { name: 'Issuer' }).fill('cms');
    await page.keyboard.press('Enter');
    await page.getByText('The console has been saved').waitFor();
    await page.getByText('Tokens are accepted').waitFor();
    const saved = await setup();
    equal(saved.issuer, 'cms', 'the stored issuer');
    equal(saved.secrets.map((s) => s.id).join(), 'main', 'the stored secrets');
    await page.getByText(saved.secrets[0].fingerprint).waitFor();
    ok(!(await page.content()).includes(secret), 'the secret is still on the page');
  });
  await check('a token is tried: nothing changes, the answer says whom and what', async () => {
    await tried(sign(secret, { ...claims, exp: inMinutes(5) }), 'Accepted');
    await trial.getByText('Somebody new: an account is made with the first call.').waitFor();
    await trial.getByText('u-17', { exact: true }).waitFor();
    const area = trial.locator('details').filter({ hasText: 'Clients' }).first();
    await area.locator('summary').focus();
    await page.keyboard.press('Enter');
    await area.locator('li').first().waitFor();
    const { json } = await call('GET', `/api/users?search=${encodeURIComponent(address)}`);
    equal(json.data.length, 0, 'accounts after trying');
    await spotless();
    await picture(page, 'console-trial-light');
  });
  await check('a token that is refused says why', async () => {
    await tried(sign('x'.repeat(48), { ...claims, exp: inMinutes(5) }), 'Refused');
    await trial.getByText('Its signature does not fit any active secret.').waitFor();
    await tried(sign(secret, { ...claims, exp: inMinutes(-5) }), 'Refused');
    await trial.getByText('It has expired.').waitFor();
    await tried(sign(secret, { ...claims, role: 'night shift', exp: inMinutes(5) }), 'Refused');
    await trial.getByText('The role “night shift” has no access here.').waitFor();
    await tried('not a token', 'Refused');
    await trial.getByText('It is not a JSON Web Token.').waitFor();
    await spotless();
  });
  await check('a good token calls /admin, and the account it made is named', async () => {
    const token = sign(secret, { ...claims, exp: inMinutes(5) });
    const { status, json, text } = await me(token);
    equal(status, 200, `/admin/me: ${text}`);
    equal(json.email, address, 'the address in /admin/me');
    await tried(token, 'Accepted');
    await trial.getByRole('link', { name: 'Ola Nordmann' }).waitFor();
  });
  await check('faults stand at their fields, before and after the server has seen them', async () => {
    const origins = page.getByRole('combobox', { name: 'Origins' });
    await origins.fill('https://console.example.com/app');
    await page.keyboard.press('Enter');
    await page.getByText('Not an origin: https://console.example.com/app').waitFor();
    await button('Save').click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await spotless();
    await origins.focus();
    await page.keyboard.press('Backspace');
    await origins.fill('https://Console.example.com/');
    await page.keyboard.press('Enter');
    await page.getByText('https://console.example.com', { exact: true }).waitFor();
    await page.route('**/api/settings/console', (route) =>
      route.request().method() === 'PUT'
        ? route.fulfill({
            status: 422,
            json: {
              code: 'validation_failed',
              message: 'wrong',
              data: {
                fields: {
                  'role_map.agent': ['there is no such role'],
                  cors_origins: ['must be at most 20 origins such as https://console.example.com'],
                },
              },
            },
          })
        : route.continue(),
    );
    v.allow(422, '/api/settings/console');
    await page.getByRole('combobox', { name: 'agent' }).click();
    await page.getByRole('option', { name: 'Team Leader', exact: true }).click();
    await button('Save').click();
    await page.getByText('There is no such role any more. Choose another.').waitFor();
    await page.getByText('At most 20 origins such as').waitFor();
    await page.unroute('**/api/settings/console');
  });
  await check('another role and an origin are saved, and the token follows', async () => {
    await button('Save').click();
    await until(async () => (await setup()).role_map.agent === 'Team Leader', 'the stored mapping');
    equal((await setup()).cors_origins.join(), 'https://console.example.com', 'the stored origins');
    await until(
      async () => (await me(sign(secret, { ...claims, exp: inMinutes(5) }))).json.role === 'Team Leader',
      'the role in /admin/me',
    );
  });
  await check('a secret that is too short is not taken, a pasted one is', async () => {
    await button('Add a secret').click();
    await dialog.getByText('Paste one').click();
    const field = dialog.getByLabel('Secret', { exact: true });
    await field.fill('short');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('A secret has 16 to 1000 characters.').waitFor();
    await spotless();
    await field.fill('the next secret of the console');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('next');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  });
  await check('deleting asks, can be taken back until it is saved, and ends the tokens', async () => {
    await button('Delete main').click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Deleted on saving').waitFor();
    await button('Keep main').click();
    await page.getByText('Deleted on saving').waitFor({ state: 'detached' });
    await button('Delete main').click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await picture(page, 'console-dirty-light');
    await button('Save').click();
    await until(async () => (await setup()).secrets.map((s) => s.id).join() === 'next', 'the stored secrets');
    await until(
      async () => (await me(sign(secret, { ...claims, exp: inMinutes(5) }))).status === 401,
      '401 for the old secret',
    );
    secret = 'the next secret of the console';
    equal((await me(sign(secret, { ...claims, exp: inMinutes(5) }))).status, 200, 'with the new one');
  });
  await check('unsaved changes are not lost by a click, and can be discarded', async () => {
    await page.getByRole('switch', { name: 'Active: next' }).press('Space');
    await page.getByText('No secret is active: once this is saved').waitFor();
    await page.getByRole('link', { name: 'API keys', exact: true }).click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button('Discard').click();
    equal(await button('Save').count(), 0, 'save buttons after discarding');
    ok(await page.getByRole('switch', { name: 'Active: next' }).isChecked(), 'the switch is back');
  });
  await leave(v);

  for (const [mode, options] of Object.entries({
    'Arabic, light and dark': { scheme: 'light', locale: 'ar' },
    phone: { scheme: 'light', locale: 'en', width: 390, height: 844, hasTouch: true },
  })) {
    const who = await visitor(options);
    await check(
      `looks right: ${mode}`,
      async () => {
        const p = who.page;
        await signIn(p, world.url('northwind', '/settings/console'), boss);
        await p.locator('[data-secret="next"]').waitFor();
        await p
          .locator('textarea')
          .first()
          .fill(sign(secret, { ...claims, exp: inMinutes(5) }));
        await p.keyboard.press('Control+Enter');
        await p.getByTestId('trial').locator('details').first().locator('summary').click();
        const judge = options.locale === 'ar' ? inBoth : (_, ask) => ask('light');
        await judge(p, async (scheme) => {
          await picture(p, `console-trial-${options.locale}-${scheme}`);
          equal((await axe(p)).join('\n'), '', `axe, ${scheme}`);
        });
        await fits(p);
        await p.getByTestId('console-address').scrollIntoViewIfNeeded();
        await picture(p, `console-${options.locale}`);
      },
      { goOn: true, of: who },
    );
    await leave(who);
  }
}
