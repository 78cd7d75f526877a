// Clients register themselves: the broker sets it up, a visitor fills in the form, the mail's link makes a client,
// and the client is in the staff's list at once.
import { axe, equal, ok, signIn } from './harness.mjs';
import { inBoth, picture } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const set = async (settings) => {
    const { status } = await world.api('northwind', 'PATCH', '/api/settings', { token, body: settings });
    equal(status, 200, 'settings');
  };
  const last = `Adeyemi-${Date.now().toString(36)}`;
  const email = `ngozi.${last.toLowerCase()}@visitor.example`;

  const boss = await visitor();
  const b = boss.page;
  await check('the settings of the registration are on a page of their own', async () => {
    await signIn(b, world.url('northwind', '/settings/registration'), manager);
    await b.getByRole('heading', { level: 2, name: 'The form' }).waitFor();
    await b.getByText('Open', { exact: true }).first().waitFor();
    await b.getByText('Nothing to agree to yet').waitFor();
    equal((await axe(b)).join('\n'), '', 'axe');
    await picture(b, 'register-settings-light');
  });
  await check('a text to agree to is written, looked at and published', async () => {
    await b.getByRole('button', { name: 'Add a text' }).click();
    const drawer = b.getByRole('dialog');
    await drawer.getByLabel('What people tick').fill('I agree to the terms of business');
    await drawer
      .getByRole('textbox', { name: 'Text', exact: true })
      .fill('# Risk\n\nCFDs are **complex**. See [our site](https://northwind.example).\n\n- one\n- two');
    await drawer.getByText('Preview').click();
    await drawer.getByRole('heading', { name: 'Risk' }).waitFor();
    equal(await drawer.getByRole('listitem').count(), 2, 'list items');
    equal((await axe(b)).join('\n'), '', 'axe');
    await picture(b, 'register-consent-preview');
    await drawer.getByRole('button', { name: 'Add a text' }).click();
    await b.getByRole('listitem').filter({ hasText: 'I agree to the terms of business' }).waitFor();
  });
  await check('rules and the check against robots are switched on', async () => {
    await b.getByLabel('Minimum age').fill('18');
    await b.getByRole('combobox', { name: 'Countries', exact: true }).click();
    await b.getByRole('option', { name: 'From everywhere but these' }).click();
    await b.getByRole('combobox', { name: 'Countries of this rule' }).click();
    await b.keyboard.type('United States');
    await b.getByRole('option', { name: 'United States', exact: true }).click();
    await b.keyboard.press('Escape');
    await b.getByRole('button', { name: 'Save' }).click();
    await b.getByText('Registration: saved').waitFor();
    await b.getByRole('combobox', { name: 'Check against robots' }).click();
    await b.getByRole('option', { name: 'A calculation' }).click();
    await b.getByRole('button', { name: 'Save' }).click();
    await b.getByText('Robots: saved').waitFor();
    equal((await axe(b)).join('\n'), '', 'axe');
  });
  const row = b.getByTestId('grid').locator('[data-row]').filter({ hasText: last });
  await check('the manager has the clients open', async () => {
    await b.goto(world.url('northwind', '/clients'));
    await b.getByTestId('grid').locator('[data-row]').first().waitFor();
    await b.getByText('Live', { exact: true }).waitFor();
    equal(await row.count(), 0, 'rows of the client before there is one');
  });

  const guest = await visitor({ width: 390, height: 844 });
  const { page } = guest;
  const workers = [];
  page.on('worker', (w) => workers.push(w.url()));
  await check('the form opens in the broker’s colours, on a narrow screen, without cookies', async () => {
    await page.goto(world.url('northwind', '/register?utm_source=e2e'));
    await page.getByRole('heading', { level: 1, name: 'Open an account' }).waitFor();
    await page.getByText('Northwind Markets').first().waitFor();
    await page.getByLabel('Date of birth').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    ok(!(await guest.context.cookies()).length, 'the form sets cookies');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    ok(!wide, 'the page scrolls sideways');
    await picture(page, 'register-form-390');
  });
  await check('errors stand at the fields and take the focus', async () => {
    await page.getByRole('button', { name: 'Open an account' }).click();
    await page.getByText('Enter your first name.').waitFor();
    await page.getByText('Please agree to this to go on.').waitFor();
    ok(
      await page.getByLabel('First name').evaluate((e) => e === document.activeElement),
      'focus is elsewhere',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'register-form-errors-390');
  });
  await check('the text is one key away and closes by keyboard', async () => {
    await page.getByRole('button', { name: /^Read/ }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Risk' }).waitFor();
    await dialog.getByText('Version 1').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'register-consent-390');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    ok(
      await page.getByRole('button', { name: /^Read/ }).evaluate((e) => e === document.activeElement),
      'the focus does not come back',
    );
  });
  await check('by keyboard alone: fields, country, age', async () => {
    await page.getByLabel('First name').focus();
    await page.keyboard.type('Ngozi');
    await page.keyboard.press('Tab');
    await page.keyboard.type(last);
    await page.keyboard.press('Tab');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    // not among the choices: the rules name it
    await page.keyboard.type('United States');
    await page.getByRole('option', { name: /^United States$/ }).waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'Country of residence' }).fill('Nigeria');
    await page.getByRole('option', { name: 'Nigeria' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    equal(
      await page.getByRole('combobox', { name: 'Country of residence' }).inputValue(),
      'Nigeria',
      'country',
    );
    await page.keyboard.press('Tab');
    await page.keyboard.type('0803 123 4567');
    const young = new Date(Date.now() - 17 * 365 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Date of birth').fill(young);
    await page.getByLabel('Date of birth').blur();
    await page.getByText('You must be at least 18 years old.').waitFor();
    await page.getByLabel('Date of birth').fill('1990-02-03');
    await page.getByRole('checkbox', { name: /I agree to the terms/ }).focus();
    await page.keyboard.press('Space');
  });
  await check('a text that changed meanwhile is read again, and nothing else typed again', async () => {
    const { json } = await world.api('northwind', 'GET', '/api/consents', { token });
    const body = { body: '# Risk\n\nThe new words.' };
    const changed = await world.api('northwind', 'PATCH', `/api/consents/${json.data[0].id}`, {
      token,
      body,
    });
    equal(changed.status, 200, 'the change');
    guest.allow(422, '/public/register');
    await page.getByRole('button', { name: 'Open an account' }).click();
    await page.getByText('This text has just changed. Please read the new one.').waitFor();
    equal(await page.getByLabel('E-mail').inputValue(), email, 'what was typed');
    await page.getByRole('button', { name: /^Read/ }).click();
    await page.getByText('The new words.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('checkbox', { name: /I agree to the terms/ }).check();
  });
  await check('the form is sent after a calculation off the page’s thread', async () => {
    const answered = page.waitForResponse((r) => r.url().endsWith('/api/public/register'));
    await page.getByRole('button', { name: 'Open an account' }).click();
    equal((await answered).status(), 202, 'the status');
    await page.getByRole('heading', { level: 1, name: 'Check your mail' }).waitFor();
    await page.getByText(email).waitFor();
    ok(
      workers.some((url) => url.includes('pow.worker')),
      `workers: ${workers}`,
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'register-sent-390');
  });
  const linkOf = (to) => world.link(to, '/register/verify?token=');
  await check('the mail’s link makes a client, who is in the staff’s list without a reload', async () => {
    equal(await row.count(), 0, 'rows before the link was used');
    const link = await linkOf(email);
    let reloaded = false;
    b.once('framenavigated', () => {
      reloaded = true;
    });
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Confirm your address' }).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'register-verify-390');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Thank you, all done' }).waitFor();
    await row.waitFor({ timeout: 5000 });
    ok(!reloaded, 'the list was reloaded');
  });
  await check('used, unknown and missing links say so', async () => {
    const link = await linkOf(email);
    guest.allow(410, '/public/register/verify');
    guest.allow(404, '/public/register/verify');
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    await page.getByRole('heading', { name: 'This link was used already' }).waitFor();
    await page.goto(world.url('northwind', '/register/verify?token=nonsense'));
    await page.getByRole('button', { name: 'Confirm my address' }).click();
    await page.getByRole('heading', { name: 'This link is not known' }).waitFor();
    await page.goto(world.url('northwind', '/register/verify'));
    await page.getByRole('heading', { name: 'This link is not known' }).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('the client’s page shows what was agreed to, and when', async () => {
    await row.getByRole('link').first().click();
    await b.getByRole('heading', { level: 2, name: `Ngozi ${last}`, exact: true }).waitFor();
    await b.getByRole('heading', { name: 'Registration and consents' }).waitFor();
    await b.getByText('I agree to the terms of business').waitFor();
    await b.getByText(/Version 2/).waitFor();
    equal((await axe(b)).join('\n'), '', 'axe');
    await picture(b, 'register-client');
  });

  await check('Arabic, light and dark, form and settings', async () => {
    const other = await visitor({ locale: 'ar', width: 1280 });
    const p = other.page;
    const spotless = (name) =>
      inBoth(p, async (scheme) => {
        equal((await axe(p)).join('\n'), '', `axe ${name} ${scheme}`);
        await picture(p, `register-${name}-${scheme}-ar`);
      });
    await p.goto(world.url('northwind', '/register'));
    await p.getByRole('heading', { level: 1, name: 'افتح حسابًا' }).waitFor();
    await p.locator('button[type="submit"]').click();
    await p.locator('[aria-invalid="true"]').first().waitFor();
    await spotless('form');
    await signIn(p, world.url('northwind', '/settings/registration'), manager);
    await p.getByRole('heading', { level: 2, name: 'النموذج' }).waitFor();
    await p.getByText('I agree to the terms of business').waitFor();
    await spotless('settings');
    await leave(other);
  });
  await check('the lead form asks for the calculation when its own setting says so', async () => {
    await set({ public_form_captcha: true });
    const other = await visitor();
    const p = other.page;
    await p.goto(world.url('northwind', '/public-form'));
    await p.getByLabel('First name').fill('Lena');
    await p.getByLabel('Last name').fill(last);
    await p.getByLabel('E-mail').fill(`lena.${last.toLowerCase()}@visitor.example`);
    const asked = p.waitForRequest((r) => r.url().endsWith('/api/public/leads'));
    await p.getByRole('button', { name: 'Send' }).click();
    ok((await asked).postDataJSON().captcha?.nonce, 'no calculation was sent');
    await p.getByRole('heading', { name: 'Thank you, Lena' }).waitFor();
    await set({ public_form_captcha: false });
  });
  await check('a provider’s box needs its script, and the page says when it is blocked', async () => {
    await set({ captcha_provider: 'hcaptcha', captcha_site_key: '10000000-ffff-ffff-ffff-000000000001' });
    const other = await visitor();
    // nothing of the outside world is reached from here; that the page may ask for it is what counts
    const asked = [];
    await other.context.route(/hcaptcha\.com/, (route) => {
      asked.push(route.request().url());
      return route.fulfill({
        contentType: 'text/javascript',
        body: `window.hcaptcha = {
          render: (el, o) => { const b = document.createElement('button'); b.type = 'button'; b.textContent = 'I am human';
            b.onclick = () => o.callback('token-of-a-visitor'); el.append(b); return '1'; },
          reset: () => {}, remove: () => {} };`,
      });
    });
    await other.page.goto(world.url('northwind', '/register'));
    await other.page.getByRole('button', { name: 'I am human' }).waitFor();
    ok(asked.length === 1, `asked for ${asked}`);
    await other.page.goto(world.url('northwind', '/public-form'));
    await other.page.getByRole('heading', { level: 1, name: 'Get in touch' }).waitFor();
    equal(asked.length, 1, 'scripts of the provider on a page that has no captcha');
    await b.goto(world.url('northwind', '/settings/registration'));
    await b.getByText('There is no secret yet').waitFor();
    await b.getByLabel('Secret', { exact: true }).fill('a-secret-of-the-provider');
    await b.getByRole('button', { name: 'Save the secret' }).click();
    await b.getByText('Secret saved').waitFor();
    equal(await b.getByLabel('Secret', { exact: true }).inputValue(), '', 'the secret is shown');
    equal((await axe(b)).join('\n'), '', 'axe');
    await picture(b, 'register-settings-provider');
  });
  await check('switched off, the form says so and nothing more', async () => {
    await set({ registration_enabled: false });
    guest.allow(404, '/public/registration');
    await page.goto(world.url('northwind', '/register'));
    await page.getByRole('heading', { level: 1, name: 'Registration is not available' }).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await set({
      registration_enabled: true,
      registration_minimum_age: null,
      registration_countries_mode: null,
      registration_countries: null,
      captcha_provider: null,
      captcha_site_key: null,
    });
  });
}
