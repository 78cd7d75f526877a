// A partner's public form: no login, the broker's brand, and the lead is in the staff's list at once.
import { axe, equal, ok, signIn, until } from './harness.mjs';

export async function run({ world, check, visitor }) {
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const { json: partners } = await world.api('northwind', 'GET', '/api/partners?limit=50', { token });
  const approved = partners.data.find((p) => p.approved);
  const refused = partners.data.find((p) => !p.approved);
  const last = `Okonkwo-${Date.now().toString(36)}`;

  const boss = await visitor();
  const row = boss.page.getByTestId('grid').locator('[data-row]').filter({ hasText: last });
  await check('the manager has the leads open', async () => {
    await signIn(boss.page, world.url('northwind', '/leads'), manager);
    await boss.page.getByTestId('grid').locator('[data-row]').first().waitFor();
    await boss.page.getByText('Live', { exact: true }).waitFor();
    equal(await row.count(), 0, 'rows of the lead before it exists');
  });

  const guest = await visitor({ width: 420, height: 800 });
  const { page } = guest;
  await check('the form opens without a login, with the partner’s name and the broker’s brand', async () => {
    await page.goto(world.url('northwind', `/public-form?partnerId=${approved.id}`));
    await page.getByRole('heading', { level: 1, name: 'Get in touch' }).waitFor();
    await page.getByText(approved.name).waitFor();
    await page.getByText('Northwind Markets').first().waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    ok(!(await guest.context.cookies()).length, 'the form sets cookies');
  });
  await check('errors stand at the fields', async () => {
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Enter your first name.').waitFor();
    ok(
      await page.getByLabel('First name').evaluate((e) => e === document.activeElement),
      'focus is elsewhere',
    );
    await page.getByLabel('E-mail').fill('nobody');
    await page.getByLabel('E-mail').blur();
    await page.getByText('This does not look like an e-mail address.').waitFor();
  });
  await check('a submitted form is in the manager’s list within 3 s, without a reload', async () => {
    let reloaded = false;
    boss.page.once('framenavigated', () => {
      reloaded = true;
    });
    await page.getByLabel('First name').fill('Chidi');
    await page.getByLabel('Last name').fill(last);
    await page.getByLabel('E-mail').fill(`chidi.${last.toLowerCase()}@visitor.example`);
    await page.getByRole('combobox', { name: 'Country' }).click();
    await page.getByRole('combobox', { name: 'Country' }).fill('Niger');
    await page.getByRole('option', { name: 'Nigeria' }).click();
    await page.getByLabel('Phone').fill('+234 803 123 4567');
    await page.getByLabel('Message').fill('Please call me about an ECN account.');
    await page.getByRole('button', { name: 'Send' }).click();
    const sent = Date.now();
    await page.getByRole('heading', { name: 'Thank you, Chidi' }).waitFor();
    await row.waitFor({ timeout: 3000 });
    const took = Date.now() - sent;
    ok(took < 3000, `it took ${took} ms`);
    ok(!reloaded, 'the page was reloaded');
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('the lead knows where it came from', async () => {
    await row.getByRole('link').click();
    const b = boss.page;
    await b.getByRole('heading', { level: 2, name: `Chidi ${last}`, exact: true }).waitFor();
    await b.getByText(approved.name).first().waitFor();
    await b.getByText('Please call me about an ECN account.').first().waitFor();
    await b.getByText('+2348031234567').first().waitFor();
    equal((await axe(b)).join('\n'), '', 'axe');
  });
  await check('the lead becomes a client', async () => {
    const b = boss.page;
    await b
      .getByRole('button', { name: /convert/i })
      .first()
      .click();
    const dialog = b.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: /convert/i });
    await until(async () => (await confirm.count()) || /\/clients\//.test(b.url()), 'the next step');
    if (await confirm.count()) await confirm.click();
    await b.waitForURL(/\/clients\/[0-9a-f-]{36}/);
    await b.getByRole('heading', { level: 2, name: `Chidi ${last}`, exact: true }).waitFor();
  });
  await check('a partner who is not approved, and one who does not exist, have no form', async () => {
    guest.allow(404, '/public/form');
    for (const id of [refused.id, '01a1fa05-0000-7000-8000-000000000000', 'nonsense']) {
      guest.allow(400, '/public/form');
      guest.allow(422, '/public/form');
      await page.goto(world.url('northwind', `/public-form?partnerId=${id}`));
      await page.getByRole('heading', { name: 'This form is not available' }).waitFor();
    }
  });
  await check('approving a partner opens the form', async () => {
    const b = boss.page;
    await b.goto(world.url('northwind', '/partners'));
    await b.getByTestId('grid').locator('[data-row]').first().waitFor();
    const answered = b.waitForResponse(
      (r) => r.request().method() === 'PATCH' && r.url().includes(refused.id),
    );
    await b.getByRole('switch', { name: new RegExp(refused.name) }).click({ force: true });
    equal((await answered).status(), 200, 'the status');
    await page.goto(world.url('northwind', `/public-form?partnerId=${refused.id}`));
    await page.getByRole('heading', { level: 1, name: 'Get in touch' }).waitFor();
    await page.getByText(refused.name).waitFor();
  });
  await check('the form without a partner and the one of another broker keep apart', async () => {
    await page.goto(world.url('northwind', '/public-form'));
    await page.getByRole('heading', { level: 1, name: 'Get in touch' }).waitFor();
    await page.goto(world.url('ember', `/public-form?partnerId=${approved.id}`));
    await page.getByRole('heading', { name: 'This form is not available' }).waitFor();
  });
}
