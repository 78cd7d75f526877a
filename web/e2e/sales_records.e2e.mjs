// Contacts and deals with what hangs on them: activities, notes and files in their tabs, a colleague mentioned by an
// agent, the timeline that tells all of it, another pipeline, activities in the palette, fields of contacts and deals;
// the sales demo in light, dark, Arabic and on a phone. SCREENSHOTS_DIR=… keeps a picture of each.
import { axe, equal, ok, signIn } from './harness.mjs';
import { looks, picture } from './looks.mjs';

const TENANT = 'cobalt';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  const agent = world.user(TENANT, 'Agent');
  const token = await world.token(TENANT, agent);
  const api = async (method, path, body, as = token) => {
    const answer = await world.api(TENANT, method, path, { token: as, body });
    ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  const contact = await api('POST', '/api/contacts', {
    first_name: 'Noor',
    last_name: `Kovač ${stamp}`,
    email: `noor.${stamp}@example.com`,
    company: 'Kestrel Foods',
  });
  const deal = await api('POST', '/api/deals', {
    name: `Kestrel Foods ${stamp}`,
    contact_id: contact.id,
    amount: '12000.00',
    currency: 'USD',
  });
  const v = await visitor();
  const { page } = v;
  const go = (path, of = page) => of.goto(world.url(TENANT, path));
  const spotless = async (of = page) => equal((await axe(of)).join('\n'), '', 'axe');
  const tab = (name) => page.getByRole('tab', { name, exact: true });

  for (const [what, path] of [
    ['contact', `/contacts/${contact.id}`],
    ['deal', `/deals/${deal.id}`],
  ])
    await check(
      `an agent adds a task, a note and a file to a ${what}, and its timeline tells them`,
      async () => {
        if (what === 'contact') await signIn(page, world.url(TENANT, '/account'), agent);
        await go(path);
        await tab('Activities').focus();
        await page.keyboard.press('Enter');
        const form = page.getByRole('form', { name: 'New task' });
        await form.getByLabel('Subject').fill(`Call ${what} ${stamp}`);
        await form.getByLabel('Subject').press('Enter');
        await page
          .locator('[data-task]')
          .filter({ hasText: `Call ${what} ${stamp}` })
          .waitFor();
        await spotless();
        await picture(page, `${what}-activities`);

        await tab('Notes').click();
        const box = page.getByRole('tabpanel').getByRole('textbox').first();
        await box.click();
        await box.pressSequentially('Ask @mar');
        await page.getByRole('option', { name: 'Marcus Reed' }).waitFor();
        await spotless();
        await picture(page, `${what}-mention`);
        // by pointer here; the notes of a client do it by keyboard
        await page.getByRole('option', { name: 'Marcus Reed' }).click();
        await box.pressSequentially('for the price');
        await page.keyboard.press('Control+Enter');
        const note = page.locator('[data-note]').first();
        await note.getByText('@Marcus Reed').waitFor();
        ok(/Ask @Marcus Reed\s+for the price/.test(await note.innerText()), await note.innerText());
        await picture(page, `${what}-notes`);

        await tab('Files').click();
        await page
          .getByTestId('attachment-file')
          .setInputFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('The offer') });
        const file = page
          .locator('[data-attachment]')
          .getByRole('button', { name: 'offer.txt', exact: true });
        await file.waitFor();
        await spotless();
        const [saved] = await Promise.all([page.waitForEvent('download'), file.click()]);
        equal(saved.suggestedFilename(), 'offer.txt', 'the file');

        await tab('Timeline').click();
        await page.locator('[data-story="file"]').first().waitFor();
        await page.locator('[data-story="beside"]').first().waitFor();
        await spotless();
        await picture(page, `${what}-timeline`);
      },
    );

  await check('a contact’s timeline tells of its deals, and leads to them', async () => {
    await go(`/contacts/${contact.id}?tab=timeline`);
    await page.getByRole('button', { name: 'Deals', exact: true }).click();
    await page.locator('[data-story="sale"]').getByRole('link', { name: deal.name }).click();
    await page.waitForURL(new RegExp(`/deals/${deal.id}`));
  });

  await check('a deal goes to another pipeline', async () => {
    await page.getByRole('button', { name: `Actions for ${deal.name}` }).click();
    await page.getByRole('menuitem', { name: 'Move to another pipeline…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Stage' }).waitFor();
    await spotless();
    await picture(page, 'deal-pipeline');
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    equal((await api('GET', `/api/deals/${deal.id}`)).pipeline, 'renewals', 'the pipeline');
  });

  await check('the palette finds an activity and opens it', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: /search/i }).fill(`call contact ${stamp}`);
    await page
      .getByRole('button', { name: new RegExp(`Call contact ${stamp}`) })
      .first()
      .waitFor();
    await picture(page, 'palette');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/activities.*task=/);
  });
  await leave(v);

  await check(
    'why can somebody see this: asked on the page of a contact, a deal and an opportunity',
    async () => {
      const boss = await visitor();
      const p = boss.page;
      await signIn(p, world.url(TENANT, '/account'), manager);
      const chance = await api('POST', '/api/opportunities', {
        name: `Pilot ${stamp}`,
        contact_id: contact.id,
      });
      const { name: who } = (await api('GET', '/api/me')).user;
      for (const [path, record, right] of [
        ['contacts', contact, 'See contacts'],
        ['deals', deal, 'See deals'],
        ['opportunities', chance, 'See opportunities'],
      ]) {
        await go(`/${path}/${record.id}`, p);
        await p.getByRole('button', { name: `Actions for ${record.name}` }).click();
        await p.getByRole('menuitem', { name: 'Why can somebody see this?' }).click();
        const dialog = p.getByRole('dialog', { name: 'Why can somebody see this?' });
        await dialog.getByRole('combobox', { name: 'Person' }).fill(who);
        await p.getByRole('option', { name: new RegExp(who) }).click();
        await dialog.getByText(`${who} can see ${record.name}`).waitFor();
        const rule = dialog.locator('details').filter({ hasText: right }).first();
        await rule.getByText('Agent', { exact: true }).waitFor();
        await p.getByRole('option').first().waitFor({ state: 'hidden' });
        await spotless(p);
        await picture(p, `explain-${path}`);
        await p.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
      }
      await go(`/settings/access-check?type=opportunity&id=${chance.id}&label=Pilot`, p);
      await p.getByRole('combobox', { name: 'Person' }).fill(who);
      await p.getByRole('option', { name: new RegExp(who) }).click();
      await p.getByTestId('verdict').waitFor();
      await p.getByRole('option').first().waitFor({ state: 'hidden' });
      await spotless(p);
      await leave(boss);
    },
  );

  await check('contacts and deals have fields of the company’s own', async () => {
    const boss = await visitor();
    await signIn(boss.page, world.url(TENANT, '/account'), manager);
    await go('/settings/custom-fields', boss.page);
    await boss.page.getByRole('radiogroup').getByText('Deals', { exact: true }).click();
    await boss.page.getByText('Product', { exact: true }).first().waitFor();
    await spotless(boss.page);
    await picture(boss.page, 'custom-fields');
    await leave(boss);
  });

  const pages = [
    ['overview', '/', 'main h1, main h2, main h3'],
    ['board', '/deals', '[data-card]'],
    ['tasks', '/activities', '[data-task]'],
    ['reports', '/reports', 'main h2, main h3'],
    ['contact', `/contacts/${contact.id}?tab=timeline`, '[data-story]'],
    ['files', `/deals/${deal.id}?tab=files`, '[data-attachment]'],
    ['notes', `/deals/${deal.id}?tab=notes`, '[role=tabpanel]'],
  ];
  await looks({ world, check, visitor, leave, user: manager, slug: TENANT }, pages);
}
