// People and accounts: the second factor, one's own sessions, the user's page, the tree of teams, keys for programs.
import { axe, equal, ok, signIn, typePassword, until } from './harness.mjs';
import { fits, inBoth } from './looks.mjs';
import { authenticator } from './totp.mjs';

const PASSWORD = 'quiet-marble-thunder-17';
const TENANT = 'northwind';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1';
/** An answer of the server that is hard to bring about. */
const refusal = (status, code, fields) => (route) =>
  route.fulfill({
    status,
    contentType: 'application/json',
    body: JSON.stringify({ code, message: code, data: fields ? { fields } : {} }),
  });
const RECOVERY = /^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/;

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  const token = await world.token(TENANT, manager);
  const call = async (method, path, body) => {
    const answer = await world.api(TENANT, method, path, { token, body });
    ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  /** Somebody new with a password of their own. */
  const hire = async (name, role) => {
    const email = `${name.split(' ')[0].toLowerCase()}.${stamp}@northwind.example`;
    const { id } = await call('POST', '/api/users', { email, name, role });
    const link = new URL(await world.link(email, '/invitation?token='));
    const body = { token: link.searchParams.get('token'), password: PASSWORD };
    const { status, text } = await world.api(TENANT, 'POST', '/api/invitations/accept', { body });
    ok(status < 300, `the invitation of ${email}: ${status} ${text}`);
    return { id, email, password: PASSWORD, name };
  };
  const noViolations = async (page) => equal((await axe(page)).join('\n'), '', 'axe');
  const signOut = async (page, name) => {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
  };
  const codeField = (page) => page.getByLabel('Six-digit code');
  const paste = (field, text) =>
    field.evaluate((input, value) => {
      input.focus();
      document.execCommand('insertText', false, value);
    }, text);

  const pia = await hire('Pia Okafor', 'Agent');
  const v = await visitor();
  const { page } = v;
  let app;
  let codes = [];

  await check(
    'the form opens the page that was asked for, and the user menu leads to the own account',
    async () => {
      await page.goto(world.url(TENANT, '/leads'));
      await typePassword(page, pia);
      await page.getByRole('heading', { level: 1, name: 'Leads' }).waitFor();
      ok(page.url().endsWith('/leads'), page.url());
      await page.getByRole('button', { name: pia.name }).click();
      await page.getByRole('menuitem', { name: 'Your account' }).click();
      await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
      await page.getByRole('region', { name: 'Profile' }).getByText(pia.email).waitFor();
      await page.getByRole('region', { name: 'Sessions' }).getByText('This one').waitFor();
      await noViolations(page);
    },
  );
  await check('the second factor: password, picture, first code, recovery codes', async () => {
    for (const status of [401, 403, 422]) v.allow(status, '/auth/two-factor/');
    await page.getByRole('button', { name: 'Set up two-factor' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your password').fill('not my password at all');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('This is not your password.').waitFor();
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    app = authenticator(await dialog.getByTestId('secret').innerText());
    await noViolations(page);
    await codeField(page).fill(app.wrong());
    await dialog.getByText('This code is not right.').waitFor();
    await until(
      () => codeField(page).evaluate((e) => e === document.activeElement && e.value === ''),
      'an empty field with the focus',
    );
    await codeField(page).fill(await app.code());
    const list = dialog.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    codes = await list.getByRole('listitem').allInnerTexts();
    equal(codes.length, 10, 'recovery codes');
    ok(
      codes.every((c) => RECOVERY.test(c)),
      `odd codes: ${codes}`,
    );
    await noViolations(page);
    const file = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download' }).click();
    equal((await file).suggestedFilename(), 'northwind-markets-recovery-codes.txt', 'the file');
    await page.keyboard.press('Escape');
    ok(await list.isVisible(), 'Escape lost the codes');
    await dialog.getByRole('button', { name: 'I have saved them' }).click();
    await page.getByRole('region', { name: 'Two-factor' }).getByText('10 recovery codes left').waitFor();
  });
  await check('signing in asks for the code, and takes a pasted one', async () => {
    v.allow(401, '/auth/login');
    await signOut(page, pia.name);
    await typePassword(page, pia);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await until(
      () => codeField(page).evaluate((e) => e === document.activeElement),
      'the focus in the field',
    );
    equal(await codeField(page).getAttribute('autocomplete'), 'one-time-code', 'autocomplete');
    equal(await codeField(page).getAttribute('inputmode'), 'numeric', 'inputmode');
    await noViolations(page);
    await codeField(page).fill(app.wrong());
    await page.getByText('This code is not right.').waitFor();
    await noViolations(page);
    const code = await app.code();
    await paste(codeField(page), `${code.slice(0, 3)} ${code.slice(3)}`);
    await page.locator('#main').waitFor();
  });
  await check('a recovery code opens once', async () => {
    const useRecovery = async (code) => {
      await signOut(page, pia.name);
      await typePassword(page, pia);
      await page.getByRole('button', { name: 'Use a recovery code' }).click();
      const field = page.getByLabel('Recovery code');
      await until(() => field.evaluate((e) => e === document.activeElement), 'the focus in the field');
      // however it is copied
      await field.fill(code.toUpperCase().replaceAll('-', ' '));
      equal(await field.inputValue(), code, 'the code');
      await page.getByRole('button', { name: 'Continue' }).click();
    };
    await useRecovery(codes[0]);
    await page.locator('#main').waitFor();
    await page.goto(world.url(TENANT, '/account'));
    await page.getByText('9 recovery codes left').waitFor();
    await useRecovery(codes[0]);
    await page.getByText('This code is not right, or it was used already.').waitFor();
    await page.getByRole('button', { name: 'Use the authenticator app' }).click();
    await page.getByRole('button', { name: 'Sign in with another account' }).click();
    await typePassword(page, pia);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[1]);
    await page.keyboard.press('Enter');
    await page.locator('#main').waitFor();
  });
  const prove = async (button) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your password').fill(pia.password);
    await codeField(page).fill(await app.code());
    await dialog.getByRole('button', { name: button }).click();
  };
  await check('new recovery codes want password and code, and end the old ones', async () => {
    await page.goto(world.url(TENANT, '/account'));
    await page.getByText('8 recovery codes left').waitFor();
    await page.getByRole('button', { name: 'New recovery codes' }).click();
    await noViolations(page);
    await prove('New recovery codes');
    const list = page.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    const fresh = await list.getByRole('listitem').allInnerTexts();
    equal(fresh.length, 10, 'new recovery codes');
    equal(fresh.filter((c) => codes.includes(c)).length, 0, 'old codes among the new');
    codes = fresh;
    await page.getByRole('button', { name: 'I have saved them' }).click();
    await page.getByText('10 recovery codes left').waitFor();
  });

  await check('a link from the mail does not replace the second factor', async () => {
    v.allow(401, '/auth/reset');
    await signOut(page, pia.name);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(pia.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.goto(await world.link(pia.email, '/reset?token='));
    pia.password = `${PASSWORD}-again`;
    await page.getByLabel('New password').fill(pia.password);
    await page.getByRole('button', { name: 'Save password and sign in' }).click();
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await noViolations(page);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[0]);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#main').waitFor();
  });

  await check('a role that demands a second factor opens nothing before it is set up', async () => {
    const roles = (await call('GET', '/api/roles')).data;
    const agent = roles.find((r) => r.name === 'Agent');
    const role = await call('POST', '/api/roles', {
      name: `Guarded ${stamp}`,
      copy_of: agent.id,
      two_factor_required: true,
    });
    const greta = await hire('Greta Lindqvist', role.id);
    const guarded = await visitor();
    const tab = guarded.page;
    await tab.goto(world.url(TENANT, '/clients'));
    await typePassword(tab, greta);
    await tab.getByRole('heading', { name: 'Set up two-factor' }).waitFor();
    await noViolations(tab);
    await tab.reload();
    await tab.getByRole('heading', { name: 'Set up two-factor' }).waitFor();
    equal(await tab.getByRole('navigation').count(), 0, 'navigation');
    await tab.getByLabel('Your password').fill(PASSWORD);
    await tab.keyboard.press('Enter');
    const phone = authenticator(await tab.getByTestId('secret').innerText());
    await codeField(tab).fill(await phone.code());
    await tab.getByRole('heading', { name: 'Two-factor is on' }).waitFor();
    await noViolations(tab);
    await tab.getByRole('button', { name: 'I have saved them' }).click();
    await tab.locator('#main').waitFor();
    await tab.goto(world.url(TENANT, '/account'));
    await tab.getByText('It is required here').waitFor();
    equal(await tab.getByRole('button', { name: 'Turn off' }).count(), 0, 'ways to turn it off');
    await leave(guarded);
  });

  const noah = await hire('Noah Brandt', 'Agent');
  const laptop = await visitor();
  await check('sessions: another device appears, and is ended from here', async () => {
    const tab = laptop.page;
    const phone = await visitor({ userAgent: PHONE });
    const out = () => phone.page.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
    await signIn(tab, world.url(TENANT, '/account'), noah);
    await signIn(phone.page, world.url(TENANT, '/leads'), noah);
    await tab.reload();
    const mine = tab.getByRole('region', { name: 'Sessions' });
    const other = mine.getByRole('listitem').filter({ hasText: 'iPhone' });
    await other.getByRole('button', { name: 'End' }).click();
    await other.waitFor({ state: 'detached' });
    phone.allow(401, '/api/');
    await phone.page.reload();
    await out();
    await signIn(phone.page, world.url(TENANT, '/leads'), noah);
    await tab.reload();
    await tab.getByRole('button', { name: 'End all others' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
    await tab.getByText(/sessions? ha(s|ve) ended/).waitFor();
    await until(async () => (await mine.getByRole('listitem').count()) === 1, 'one session left');
    await phone.page.reload();
    await out();
    await leave(phone);
  });

  const boss = await visitor();
  const desk = boss.page;
  await check("the list leads to a user's page", async () => {
    await signIn(desk, world.url(TENANT, '/settings/users'), manager);
    await desk.getByRole('columnheader', { name: 'Two-factor' }).waitFor();
    await desk.getByRole('columnheader', { name: 'Last sign-in' }).waitFor();
    await desk.locator(`[data-row="${noah.id}"]`).getByRole('link', { name: noah.name }).click();
    await desk.waitForURL(`**/settings/users/${noah.id}`);
    await desk.getByRole('heading', { level: 2, name: noah.name }).waitFor();
    await desk.getByRole('tab', { name: 'Activity' }).click();
    await desk.getByRole('tabpanel').getByText('Signed in').first().waitFor();
    await noViolations(desk);
    await desk.getByRole('tab', { name: 'Sessions' }).click();
    await desk.locator('[data-session]').first().waitFor();
    await noViolations(desk);
  });
  await check('ending all sessions of a user signs them out', async () => {
    laptop.allow(401, '/api/');
    await desk.getByRole('tabpanel').getByRole('button', { name: 'End all sessions' }).click();
    await desk.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
    await desk.getByText(/sessions? ha(s|ve) ended/).waitFor();
    await laptop.page.goto(world.url(TENANT, '/account'));
    await laptop.page.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
  });
  await check('a locked account is told and unlocked', async () => {
    for (let i = 0; i < 6; i += 1) {
      const { status } = await world.api(TENANT, 'POST', '/api/auth/login', {
        body: { email: noah.email, password: `wrong password ${i}` },
      });
      if (status === 423) break;
    }
    await desk.reload();
    await desk.getByText('Too many failed sign-ins.').waitFor();
    await noViolations(desk);
    await desk.getByRole('button', { name: 'Unlock' }).click();
    await desk.getByText('Too many failed sign-ins.').waitFor({ state: 'detached' });
    await signIn(laptop.page, world.url(TENANT), noah);
    await leave(laptop);
  });
  await check('a lost phone: the second factor of a user is reset', async () => {
    v.allow(401, '/api/');
    await desk.goto(world.url(TENANT, `/settings/users/${pia.id}`));
    await desk.getByText('Two-factor on').waitFor();
    await desk.getByRole('button', { name: `Actions for ${pia.name}` }).click();
    await desk.getByRole('menuitem', { name: 'Reset two-factor' }).click();
    await desk.getByRole('dialog').getByRole('button', { name: 'Reset two-factor' }).click();
    await desk.getByText('Two-factor on').waitFor({ state: 'detached' });
    await page.context().clearCookies();
    await signIn(page, world.url(TENANT, '/account'), pia);
  });
  await check('turning it off wants password and code, too', async () => {
    await page.getByRole('button', { name: 'Set up two-factor' }).click();
    await page.getByLabel('Your password').fill(pia.password);
    await page.keyboard.press('Enter');
    app = authenticator(await page.getByTestId('secret').innerText());
    await codeField(page).fill(await app.code());
    await page.getByRole('button', { name: 'I have saved them' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await prove('Turn off');
    await page.getByRole('button', { name: 'Set up two-factor' }).waitFor();
  });

  await check('a team is chosen, and moved without a mouse', async () => {
    const make = (name) => call('POST', '/api/teams', { name: `${name} ${stamp}` });
    const [north, south] = [await make('North'), await make('South')];
    await desk.goto(world.url(TENANT, '/settings/teams'));
    const row = (team) => desk.locator(`[data-team="${team.id}"]`);
    await row(north).getByRole('button', { name: north.name, exact: true }).click();
    await desk.getByRole('heading', { level: 2, name: north.name }).waitFor();
    await desk.getByText('Nobody is in this team yet').waitFor();
    await noViolations(desk);
    await desk.getByRole('button', { name: 'Close' }).click();

    const moveTo = async (team, place) => {
      const menu = desk.getByTestId('pick-menu');
      await row(team)
        .getByRole('button', { name: `Actions for ${team.name}` })
        .focus();
      await desk.keyboard.press('Enter');
      await menu.waitFor();
      await desk.keyboard.press('ArrowDown');
      await desk.keyboard.press('Enter');
      await menu.getByRole('option', { name: place }).waitFor();
      for (let i = 0; i < 30; i += 1) {
        const at = await menu.locator('[data-active]').innerText();
        if (at.trim() === place) break;
        await desk.keyboard.press('ArrowDown');
      }
      await desk.keyboard.press('Enter');
    };
    const parent = async (team) =>
      (await call('GET', '/api/teams')).data.find((x) => x.id === team.id).parent_id ?? null;
    const below = (team, above) =>
      desk.locator(`li:has(> [data-team="${above.id}"]) li [data-team="${team.id}"]`);
    await moveTo(south, north.name);
    await below(south, north).waitFor();
    await until(async () => (await parent(south)) === north.id, 'the team to stand below the other');
    await until(
      () => row(south).evaluate((e) => e.contains(document.activeElement)),
      'the focus on the team that moved',
    );
    // the team above may not go below
    await row(north)
      .getByRole('button', { name: `Actions for ${north.name}` })
      .click();
    await desk.getByRole('option', { name: 'Move to…' }).click();
    await desk.getByRole('option', { name: 'Top level' }).waitFor();
    equal(await desk.getByRole('option', { name: south.name }).count(), 0, 'ways into a circle');
    await desk.keyboard.press('Escape');
    await desk.getByRole('button', { name: 'Undo' }).click();
    await below(south, north).waitFor({ state: 'detached' });
    await until(async () => (await parent(south)) === null, 'the team to be back');

    const centre = async (team) => {
      const box = await row(team).boundingBox();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    await desk.mouse.move(...(await centre(south)));
    await desk.mouse.down();
    await desk.mouse.move(...(await centre(north)), { steps: 8 });
    await desk.mouse.up();
    await below(south, north).waitFor();
    await until(async () => (await parent(south)) === north.id, 'the dragged team to stand below the other');
    equal(await desk.getByRole('heading', { level: 2 }).count(), 0, 'teams chosen by letting go');
  });
  await check('a move that the server refuses is taken back', async () => {
    boss.allow(422, '/api/teams/');
    const refuse = refusal(422, 'invalid', { parent_id: ['would close a circle'] });
    await desk.route('**/api/teams/*', (route) =>
      route.request().method() === 'PATCH' ? refuse(route) : route.continue(),
    );
    const first = desk.locator('[data-team]').first();
    const id = await first.getAttribute('data-team');
    const depth = () => desk.locator(`[data-team="${id}"]`).evaluate((e) => e.style.paddingInlineStart);
    const before = await depth();
    await first.getByRole('button', { name: /^Actions for/ }).click();
    await desk.getByRole('option', { name: 'Move to…' }).click();
    await desk.getByTestId('pick-menu').getByRole('option').nth(1).click();
    await desk.getByText('A team cannot be part of a team below it.').waitFor();
    await until(async () => (await depth()) === before, 'the team to be back');
    await desk.unroute('**/api/teams/*');
  });

  await check('an API key is shown once, works, and is revoked', async () => {
    await desk.goto(world.url(TENANT, '/settings/api-keys'));
    await desk.getByText('A key lets a program use').first().waitFor();
    await noViolations(desk);
    await desk.getByRole('button', { name: 'Create API key' }).first().click();
    const form = desk.getByRole('dialog', { name: 'Create API key' });
    await form.getByRole('button', { name: 'Create API key' }).click();
    await form.getByText('Choose a role.').waitFor();
    const name = `Website ${stamp}`;
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Role').click();
    await desk.getByRole('option', { name: 'CRM Manager', exact: true }).click();
    await form.getByText('30 days').click();
    await noViolations(desk);
    await form.getByRole('button', { name: 'Create API key' }).click();
    const key = await desk.getByTestId('api-key').innerText();
    ok(/^bdk_\w+$/.test(key), `odd key ${key}`);
    await noViolations(desk);
    await desk.getByRole('button', { name: 'I have saved it' }).click();
    equal(await desk.getByText(key).count(), 0, 'places that still show the key');
    const use = () => world.api(TENANT, 'GET', '/api/clients?limit=1', { token: key });
    const answer = await use();
    equal(answer.status, 200, 'the answer to the key');
    equal(answer.json.data.length, 1, 'clients');
    const row = desk.locator('[data-key]').filter({ hasText: name });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await desk.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
    equal((await use()).status, 401, 'the answer to the revoked key');
    await noViolations(desk);
  });
  await leave(boss);

  await check('an address that is not allowed is told so, signed in or not', async () => {
    v.allow(403, '/api/');
    await page.route('**/api/me/sessions', refusal(403, 'address_not_allowed'));
    await page.reload();
    await page.getByRole('heading', { name: 'Not from this network' }).waitFor();
    await noViolations(page);
    await page.route('**/api/auth/refresh', refusal(403, 'address_not_allowed'));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Not from this network' }).waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  });
  await check("the owner's console asks for the code, too", async () => {
    const platform = async (method, path, body, bearer) => {
      const answer = await world.api('', method, `/api/platform${path}`, { token: bearer, body });
      ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`);
      return answer.json;
    };
    const bearer = (await platform('POST', '/auth/login', world.owner)).access_token;
    const { password } = world.owner;
    const { secret } = await platform('POST', '/auth/two-factor/setup', { password }, bearer);
    const phone = authenticator(secret);
    const enabled = await platform('POST', '/auth/two-factor/enable', { code: await phone.code() }, bearer);
    const owner = await visitor();
    try {
      owner.allow(401, '/auth/login');
      await owner.page.goto(world.url('', '/owner/tenants'));
      await typePassword(owner.page, world.owner);
      await owner.page.getByRole('heading', { name: 'One more step' }).waitFor();
      await noViolations(owner.page);
      await codeField(owner.page).fill(phone.wrong());
      await owner.page.getByText('This code is not right.').waitFor();
      await codeField(owner.page).fill(await phone.code());
      await owner.page.locator('tbody th').first().waitFor();
    } finally {
      const [code] = enabled.recovery_codes;
      await platform('POST', '/auth/two-factor/disable', { password, code }, bearer);
    }
    await leave(owner);
  });

  await check('the pages in Arabic, light and dark', async () => {
    const guest = await visitor({ locale: 'ar' });
    const { page: p } = guest;
    const spotless = () => inBoth(p, () => noViolations(p));
    guest.allow(401, '/auth/login');
    await p.route('**/api/auth/login', refusal(401, 'otp_required'));
    await p.goto(world.url(TENANT));
    await typePassword(p, manager);
    await p.locator('[autocomplete="one-time-code"]').waitFor();
    await spotless();
    await p.unroute('**/api/auth/login');
    await signIn(p, world.url(TENANT, '/account'), manager);
    for (const [path, ready] of [
      ['/account', '[data-session]'],
      ['/settings/users', '[data-row]'],
      [`/settings/users/${pia.id}`, '[role="tabpanel"]'],
      ['/settings/teams', '[data-team]'],
      ['/settings/api-keys', '[data-key]'],
      ['/settings/api-keys?new=1', '[role="dialog"] form'],
    ]) {
      if (path !== '/account') await p.goto(world.url(TENANT, path));
      await p.locator(ready).first().waitFor();
      await p.locator('.skeleton').first().waitFor({ state: 'detached' });
      await fits(p, path);
      await spotless();
    }
    await leave(guest);
  });
}
