// A broker signs up: wizard, mail, progress, a CRM in the broker's own colours.
import { axe, equal, ok, until } from './harness.mjs';

const COLOUR = '#b8327d';
const PASSWORD = 'copper-lantern-harvest-42';
const LOGO = {
  name: 'logo.svg',
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="24"><rect width="96" height="24" rx="6" fill="#b8327d"/></svg>',
  ),
};

export async function run({ world, check, visitor, leave }) {
  const slug = `harbour-${Date.now().toString(36)}`;
  const email = `founder@${slug}.example`;
  const v = await visitor();
  const { page } = v;
  const next = page.getByRole('button', { name: 'Continue' });
  const address = page.getByLabel('Address');
  const says = (text) => page.getByText(text).first().waitFor();

  await check('the wizard opens on the platform host', async () => {
    await page.goto(world.url(''));
    await page.getByRole('heading', { level: 1, name: 'Your CRM, ready in a minute' }).waitFor();
    await until(async () => (await page.getByRole('radio').count()) === 3, 'three templates');
  });
  await check('an empty step is refused at its first field', async () => {
    await next.click();
    await says('What is your company called?');
    ok(await page.getByLabel('Company').evaluate((e) => e === document.activeElement), 'focus is elsewhere');
  });
  await check('the address is suggested from the company and checked while one types', async () => {
    await page.getByLabel('Company').fill('Harbour Point Markets');
    equal(await address.inputValue(), 'harbour-point-markets', 'the suggestion');
    await says('is free');
    await address.fill('northwind');
    await says('Somebody already uses this address.');
    await page
      .getByRole('button', { name: /^northwind-/ })
      .first()
      .waitFor();
    await address.fill('admin');
    await says('We keep this address for ourselves.');
    await next.click();
    await says('We keep this address for ourselves.');
    await address.fill('abc');
    await address.blur();
    await says('Start with a letter, use 4 to 32');
    await address.fill(slug);
    await says('is free');
  });
  await check('step 2 takes colour and logo, the preview follows', async () => {
    await page.getByRole('radio', { name: 'Forex broker' }).check({ force: true });
    await next.click();
    await page.getByRole('heading', { level: 1, name: 'Make it yours' }).waitFor();
    await page.getByRole('radio', { name: 'Magenta' }).check({ force: true });
    const code = page.getByLabel('Colour code');
    await until(async () => (await code.inputValue()) === COLOUR, 'the colour code');
    const preview = page.getByRole('img', { name: 'How your CRM will look' });
    equal(
      await preview.evaluate((e) => getComputedStyle(e).getPropertyValue('--brand').trim()),
      COLOUR,
      'the preview',
    );
    await page.locator('input[type="file"]').setInputFiles({
      name: 'logo.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('no picture'),
    });
    await says('This is not a PNG, JPEG, WebP or SVG picture.');
    await page.locator('input[type="file"]').setInputFiles(LOGO);
    await preview.locator('img').waitFor();
    await next.click();
  });
  await check('step 3 refuses a short password and shows the strength', async () => {
    await page.getByRole('heading', { level: 1, name: 'The first administrator' }).waitFor();
    await page.getByLabel('Your name').fill('Mara Lindqvist');
    await page.getByLabel('Work e-mail').fill('not an address');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create my CRM' }).click();
    await says('This does not look like an e-mail address.');
    await says('This password is too short.');
    await page.getByLabel('Work e-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await says('Strong');
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('a reload keeps what was typed, but not the password', async () => {
    await page.reload();
    equal(await page.getByLabel('Your name').inputValue(), 'Mara Lindqvist', 'the name');
    equal(await page.getByLabel('Password', { exact: true }).inputValue(), '', 'the password');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  });
  const link = await check('a mail leaves with a link', async () => {
    await page.getByRole('button', { name: 'Create my CRM' }).click();
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    return world.link(email, '/verify?token=');
  });

  await check('the link starts the work and the page shows its nine steps', async () => {
    await page.goto(link);
    await page.getByRole('progressbar').waitFor();
    equal(await page.getByRole('listitem').count(), 9, 'steps');
    await page.getByRole('heading', { name: 'Your CRM is ready' }).waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
    equal(await page.locator('li[data-s="done"]').count(), 9, 'finished steps');
    await says('9 of 9 steps');
    ok(!page.url().includes('token='), 'the token is still in the address');
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  const progress = page.url();
  await check('a reload of the progress page resumes', async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Your CRM is ready' }).waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
  });
  await check('the link in a second tab says that it was used and leads on', async () => {
    v.allow(410, '/signup/verify');
    const tab = await v.context.newPage();
    await tab.goto(link);
    await tab.getByRole('heading', { name: 'This link has been used already' }).waitFor();
    await tab.getByRole('link', { name: 'Continue to my CRM' }).click();
    await tab.getByRole('heading', { name: 'Your CRM is ready' }).waitFor();
    await tab.close();
  });
  await check('on another device the used link and the progress page answer sensibly', async () => {
    const other = await visitor();
    other.allow(410, '/signup/verify');
    await other.page.goto(link);
    await other.page.getByRole('heading', { name: 'This link has been used already' }).waitFor();
    await other.page.goto(progress);
    await other.page.getByRole('heading', { name: 'Your CRM is ready' }).waitFor();
    other.clean();
    await leave(other);
  });
  await check('an unknown token and a mutilated link are told apart from a failure', async () => {
    v.allow(404, '/signup/verify');
    const tab = await v.context.newPage();
    await tab.goto(world.url('', '/verify?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'));
    await tab.getByRole('heading', { name: 'We do not know this link' }).waitFor();
    await tab.goto(world.url('', '/verify'));
    await tab.getByRole('heading', { name: 'We do not know this link' }).waitFor();
    await tab.close();
  });

  await check('the CRM opens at its own address in the colour and logo of the broker', async () => {
    await page.getByRole('link', { name: 'Open my CRM' }).click();
    await page.waitForURL(world.url(slug, '/**'));
    await page.getByRole('heading', { name: 'Sign in to Harbour Point Markets' }).waitFor();
    const brand = await page.evaluate(() =>
      getComputedStyle(document.body).getPropertyValue('--brand').trim(),
    );
    equal(brand, COLOUR, 'the brand colour');
    const button = page.getByRole('button', { name: 'Sign in', exact: true });
    equal(
      await button.evaluate((e) => getComputedStyle(e).backgroundColor),
      'rgb(184, 50, 125)',
      'the button',
    );
    ok(
      await until(
        () =>
          page
            .locator('img')
            .first()
            .evaluate((e) => e.complete && e.naturalWidth > 0),
        'the logo',
      ),
      'the logo is not shown',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('the first administrator signs in and finds an empty CRM', async () => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clients' }).click();
    await page
      .getByRole('heading', { name: 'No clients yet' })
      .or(page.getByText('No clients yet'))
      .first()
      .waitFor();
    await page.getByText('Mara Lindqvist').first().waitFor();
    for (const name of ['Dashboard', 'Leads', 'Partners', 'Users', 'Roles', 'Audit log', 'Jobs'])
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });
  await check('a session survives a reload and stays in its own CRM', async () => {
    await page.reload();
    await page.getByText('Mara Lindqvist').first().waitFor();
    const tab = await v.context.newPage();
    await tab.goto(world.url('northwind'));
    await tab.getByRole('heading', { name: 'Sign in to Northwind Markets' }).waitFor();
    await tab.close();
  });
  await check('a sales team signs up, chooses its template, and finds its own first page', async () => {
    const [team, boss] = [`summit-${slug.slice(8)}`, `boss@summit-${slug.slice(8)}.example`];
    const other = await visitor();
    const p = other.page;
    await p.goto(world.url(''));
    await p.getByLabel('Company').fill('Summit Sales');
    await p.getByLabel('Address').fill(team);
    await p.getByText('is free').first().waitFor();
    await p.getByRole('radio', { name: 'Sales CRM' }).check({ force: true });
    const on = p.getByRole('button', { name: 'Continue' });
    await on.click();
    await p.getByRole('heading', { level: 1, name: 'Make it yours' }).waitFor();
    await on.click();
    await p.getByLabel('Your name').fill('Bo Falk');
    await p.getByLabel('Work e-mail').fill(boss);
    await p.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await p.getByRole('button', { name: 'Create my CRM' }).click();
    await p.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await p.goto(await world.link(boss, '/verify?token='));
    await p.getByRole('heading', { name: 'Your CRM is ready' }).waitFor();
    await p.waitForURL(world.url(team, '/**'));
    await p.getByRole('heading', { name: 'Sign in to Summit Sales' }).waitFor();
    await p.getByLabel('E-mail').fill(boss);
    await p.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await p.getByRole('button', { name: 'Sign in', exact: true }).click();
    const main = p.getByRole('navigation', { name: 'Main' });
    for (const name of ['Contacts', 'Opportunities', 'Deals', 'Activities', 'Reports'])
      await main.getByRole('link', { name, exact: true }).waitFor();
    // nothing of a broker's
    equal(await main.getByRole('link', { name: 'Compliance' }).count(), 0, 'links to documents');
    await p.getByText('Bo Falk').first().waitFor();
    await p.locator('main').locator('h1, h2, h3').first().waitFor();
    await p.locator('.skeleton').first().waitFor({ state: 'detached' });
    equal((await axe(p)).join('\n'), '', 'axe');
    await leave(other);
  });
  await check('the address is now taken', async () => {
    const { json } = await world.api('', 'GET', `/api/platform/slugs/${slug}`);
    equal(json.available, false, 'available');
    equal(json.reason, 'slug_taken', 'the reason');
  });
}
