// An administrator invites an agent by mail; the agent sets a password, signs in, is locked out, signs out.
import { axe, equal, ok, signIn, until } from './harness.mjs';

const PASSWORD = 'quiet-marble-thunder-17';

export async function run({ world, check, visitor }) {
  const manager = world.user('northwind', 'CRM Manager');
  const email = `nora.${Date.now().toString(36)}@northwind.example`;
  const boss = await visitor();

  await check('a wrong password is told, the right one signs in', async () => {
    boss.allow(401, '/auth/login');
    const { page } = boss;
    await page.goto(world.url('northwind', '/settings/users'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Enter a complete e-mail address.').waitFor();
    await page.getByLabel('E-mail').fill(manager.email);
    await page.getByLabel('Password', { exact: true }).fill('wrong-password-entirely');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('E-mail or password is not right.').waitFor();
    equal(await page.getByLabel('E-mail').inputValue(), manager.email, 'the e-mail');
    await page.getByLabel('Password', { exact: true }).fill(manager.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await page
      .getByRole('link', { name: manager.email.split('.')[0] })
      .or(page.locator('[data-row]'))
      .first()
      .waitFor();
  });
  await check('the administrator invites an agent', async () => {
    const { page } = boss;
    await page.getByRole('button', { name: 'Invite user' }).click();
    const form = page.getByRole('dialog', { name: 'Invite user' });
    await form.getByRole('button', { name: 'Send invitation' }).click();
    await until(
      async () => (await form.locator('[aria-invalid="true"]').count()) === 3,
      'errors at three fields',
    );
    await form.getByLabel('Name').fill('Nora Albrecht');
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Role').click();
    await page.getByRole('option', { name: 'Agent', exact: true }).click();
    await form.getByLabel('Team').click();
    await page.getByRole('option').first().click();
    await form.getByRole('button', { name: 'Send invitation' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByText(`${email}`).first().waitFor();
    const row = page.locator('[data-row]').filter({ hasText: email });
    await row.getByText('Invited').waitFor();
  });
  const link = await world.link(email, '/invitation?token=');
  const agent = await visitor();
  const { page } = agent;
  await check('the link in the mail greets the agent by name', async () => {
    await page.goto(link);
    await page.getByRole('heading', { name: 'Welcome to Northwind Markets' }).waitFor();
    await page.getByText('Nora Albrecht').waitFor();
    await page.getByText(email).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('the agent sets a password and is in', async () => {
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Set password and sign in' }).click();
    await page.getByText('At least 10 characters are needed.').first().waitFor();
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set password and sign in' }).click();
    await page.locator('#main').waitFor();
    await page.getByText('Nora Albrecht').first().waitFor();
    const nav = page.getByRole('navigation', { name: 'Main' });
    await nav.getByRole('link', { name: 'Clients' }).waitFor();
    for (const name of ['Users', 'Roles', 'Audit log', 'Jobs'])
      equal(await nav.getByRole('link', { name, exact: true }).count(), 0, name);
  });
  await check('the link works once', async () => {
    agent.allow(410, '/invitations/check');
    const tab = await agent.context.newPage();
    await tab.goto(link);
    await tab.getByRole('heading', { name: 'This link has been used already' }).waitFor();
    await tab.close();
  });
  await check('the user list shows the agent as active, without a reload', async () => {
    await boss.page.locator('[data-row]').filter({ hasText: email }).getByText('Active').waitFor();
  });
  await check('signing out ends the session in every tab', async () => {
    const tab = await agent.context.newPage();
    await tab.goto(world.url('northwind', '/leads'));
    await tab.locator('#main').waitFor();
    await page.getByRole('button', { name: 'Nora Albrecht' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
    await tab.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
    await tab.reload();
    await tab.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
    await tab.close();
  });
  await check('the password signs in again', async () => {
    await signIn(page, world.url('northwind'), { email, password: PASSWORD });
    await page.getByRole('button', { name: 'Nora Albrecht' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
  });
  await check('five wrong passwords lock the account, and the page says for how long', async () => {
    agent.allow(401, '/auth/login');
    agent.allow(423, '/auth/login');
    await page.getByLabel('E-mail').fill(email);
    const button = page.locator('button[type="submit"]');
    for (let i = 0; i < 6; i += 1) {
      if (await button.isDisabled()) break;
      await page.getByLabel('Password', { exact: true }).fill(`wrong password ${i}`);
      const answered = page.waitForResponse((r) => r.url().endsWith('/api/auth/login'));
      await button.click();
      const status = (await answered).status();
      equal(status, i < 5 ? 401 : 423, `attempt ${i + 1}`);
      await page.getByText(i < 5 ? 'E-mail or password is not right.' : 'Too many failed attempts').waitFor();
    }
    await page.getByText('Too many failed attempts').waitFor();
    ok(await button.isDisabled(), 'the button can still be pressed');
    ok(/\d+:\d\d/.test(await button.innerText()), 'the button counts no time');
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('while locked, the right password is of no use', async () => {
    const { status, json, headers } = await world.api('northwind', 'POST', '/api/auth/login', {
      body: { email, password: PASSWORD },
    });
    equal(status, 423, 'the status');
    equal(json.code, 'account_locked', 'the code');
    ok(Number(headers['retry-after']) > 0, 'Retry-After is missing');
  });
}
