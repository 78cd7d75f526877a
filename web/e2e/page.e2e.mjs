// The page of a client: by keyboard through the list, facts edited where they stand, follow-ups, the timeline; in
// light, dark and Arabic, and on a phone. SCREENSHOTS_DIR=… keeps a picture of each.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

const RECORD = /\/(clients|leads)\/[0-9a-f-]{36}/;

export async function run({ world, check, visitor, leave }) {
  const v = await visitor();
  const { page } = v;
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const api = async (method, path, body) => {
    const answer = await world.api('northwind', method, path, { token, body });
    ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  const rows = page.getByTestId('grid').locator('[data-row]');
  const heading = (p = page) => p.getByRole('heading', { level: 2 });
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest('[data-row]')?.dataset.row ?? null);
  const LIST = 'sort=name&status=active';
  const { data: listed } = await api('GET', `/api/clients?${LIST}&limit=30`);

  await check('by keyboard into the list, to a row, onto its page', async () => {
    await signIn(page, world.url('northwind', `/clients?${LIST}`), manager);
    await rows.first().waitFor();
    for (let i = 0; i < 3; i += 1) {
      await page.keyboard.press('j');
      await until(async () => (await focused()) === listed[i].id, `the focus in row ${i + 1}`);
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/clients/${listed[2].id}`));
    await heading().getByText(listed[2].name).waitFor();
    await page.getByText(/^3 of /).waitFor();
  });
  await check('J and K walk through that list, to its beginning and not beyond', async () => {
    await page.keyboard.press('j');
    await page.waitForURL(new RegExp(`/clients/${listed[3].id}`));
    await heading().getByText(listed[3].name).waitFor();
    for (const at of [2, 1, 0]) {
      await page.keyboard.press('k');
      await page.waitForURL(new RegExp(`/clients/${listed[at].id}`));
    }
    await page.getByText(/^1 of /).waitFor();
    await page.keyboard.press('k');
    await heading().getByText(listed[0].name).waitFor();
    ok(page.url().includes(listed[0].id), 'K left the list');
  });
  await check('the list is in the address: a reload and another person’s browser know it', async () => {
    await page.reload();
    await page.getByText(/^1 of /).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(new RegExp(`/clients/${listed[1].id}`));
    const other = await visitor();
    await signIn(other.page, page.url(), manager);
    await other.page.getByText(/^2 of /).waitFor();
    await other.page.getByRole('button', { name: 'Next' }).click();
    await other.page.waitForURL(new RegExp(`/clients/${listed[2].id}`));
    await leave(other);
  });
  await check('back in the list, the row that was looked at last has the focus', async () => {
    await page
      .getByRole('navigation', { name: 'Path' })
      .getByRole('link', { name: 'Clients' })
      .press('Enter');
    await page.waitForURL(/\/clients\?/);
    ok(page.url().includes('sort=name') && page.url().includes('status=active'), page.url());
    await until(async () => (await focused()) === listed[1].id, 'the focus in the second row');
    await page.keyboard.press('j');
    await until(async () => (await focused()) === listed[2].id, 'J to go on from there');
    await page.goBack();
    await heading().getByText(listed[1].name).waitFor();
    await page.goBack();
    await until(async () => (await focused()) === listed[1].id, 'the focus after the browser’s own back');
  });

  const made = await api('POST', '/api/clients', {
    first_name: 'Paula',
    last_name: `Page-${stamp}`,
    email: `paula.${stamp}@clients.example`,
    phone: '+4930901820',
  });
  const own = world.url('northwind', `/clients/${made.id}`);
  const edit = (field) => page.getByRole('button', { name: new RegExp(`^Edit ${field}:`) });
  const stored = () => api('GET', `/api/clients/${made.id}`);
  const saved = async (test, what) => until(async () => test(await stored()), what);

  await check('Tab saves a fact and opens the next one, Escape takes back, Enter ends', async () => {
    await page.goto(own);
    await edit('First name').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Paulina');
    await page.keyboard.press('Tab');
    await until(
      () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Last name'),
      'the focus in the next fact',
    );
    await saved((c) => c.first_name === 'Paulina', 'the first name to be saved');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Nobody');
    await page.keyboard.press('Escape');
    await heading().getByText(`Paulina Page-${stamp}`).waitFor();
    equal((await stored()).last_name, `Page-${stamp}`, 'the last name after Escape');
    await page.keyboard.press('Tab');
  });
  await check('what the server refuses comes back into its field, with the reason', async () => {
    v.allow(422, '/api/clients/');
    await edit('Phone').press('Enter');
    const input = page.getByRole('textbox', { name: 'Phone' });
    await input.fill('12');
    await input.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'country code' }).waitFor();
    equal(await input.inputValue(), '12', 'what was typed');
    equal((await axe(page)).join('\n'), '', 'axe');
    await input.press('Escape');
    await page.getByText('+4930901820').first().waitFor();
  });
  await check('a change that somebody else made first is not overwritten unseen', async () => {
    v.allow(409, '/api/clients/');
    await edit('Source').press('Enter');
    const input = page.getByRole('textbox', { name: 'Source' });
    await input.fill('Fair');
    // the event of this one has not been applied yet when Enter is pressed
    await page.route('**/api/clients/*', async (route) => {
      if (route.request().method() === 'PATCH')
        await api('PATCH', `/api/clients/${made.id}`, { source: 'Mail' });
      await route.continue();
    });
    await input.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Someone else changed this' }).waitFor();
    await page.unroute('**/api/clients/*');
    equal(await input.inputValue(), 'Fair', 'what was typed');
    equal((await stored()).source, 'Mail', 'the other one’s word');
    await input.press('Enter');
    await saved((c) => c.source === 'Fair', 'the second try to be saved');
  });
  await check('status, country, team and tags by keyboard', async () => {
    await edit('Status').press('Enter');
    const menu = page.getByTestId('pick-menu');
    await menu.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await saved((c) => c.status === 'prospect', 'the status');
    await edit('Country').press('Enter');
    await page.keyboard.type('Portug');
    await page.keyboard.press('Enter');
    await saved((c) => c.country === 'PT', 'the country');
    await edit('Team').press('Enter');
    await menu.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await saved((c) => Boolean(c.team_id), 'the team');
    await edit('Tags').press('Enter');
    await page.getByRole('textbox', { name: 'Add a tag' }).waitFor();
    await page.keyboard.type('vip');
    await page.keyboard.press('Enter');
    await page.keyboard.type('fair');
    equal((await axe(page)).join('\n'), '', 'axe');
    await page.keyboard.press('Escape');
    await saved((c) => c.tags.join() === 'vip,fair', 'the tags');
  });
  await check('a follow-up is set by one of three dates, or any other with a note', async () => {
    await edit('Follow-up').press('Enter');
    await page.getByRole('button', { name: /^Tomorrow/ }).waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await page.getByLabel('What for').fill('Call about the deposit');
    await picture(page, 'follow-up');
    await page.getByRole('button', { name: /^Tomorrow/ }).click();
    await saved((c) => c.follow_up_note === 'Call about the deposit', 'the follow-up');
    await page.getByText('Call about the deposit').first().waitFor();
    await edit('Follow-up').click();
    await page.getByLabel('Date and time').fill('2027-01-15T10:30');
    await page.getByRole('button', { name: 'Save' }).click();
    await saved((c) => c.follow_up_at?.startsWith('2027-01-15'), 'the other date');
    await edit('Follow-up').click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await saved((c) => !c.follow_up_at, 'no follow-up');
  });
  await check('the timeline tells it in sentences, day by day, and by parts', async () => {
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const panel = page.getByRole('tabpanel');
    const said = async () => (await panel.innerText()).replace(/\s+/g, ' ');
    await panel.getByText('Today').first().waitFor();
    for (const part of [
      'created this record',
      'changed First name from Paula to Paulina',
      'changed Status from New to Prospect',
      'set Country to Portugal',
      'set the next follow-up to',
      'removed the follow-up',
      'added the tags vip fair',
    ])
      await until(async () => (await said()).includes(part), `“${part}” in: ${await said()}`);
    await panel.getByRole('button', { name: 'Status' }).click();
    ok(page.url().includes('kind=status'), page.url());
    await until(async () => !(await said()).includes('Portugal'), 'only steps of the status');
    await panel.getByRole('button', { name: 'Files', exact: true }).click();
    await panel.getByText('Nothing of this kind has happened yet').waitFor();
    await panel.getByRole('button', { name: 'All' }).click();
    await api('PATCH', `/api/clients/${made.id}`, { address: '7 Rua Augusta, Lisboa' });
    await until(
      async () => (await said()).includes('Rua Augusta'),
      'a colleague’s change to appear by itself',
    );
  });
  await check('the audit tab shows the log’s own entries, and its place is in the address', async () => {
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByRole('tabpanel').getByText('client.created').waitFor();
    await page.reload();
    await page.getByRole('tabpanel').getByText('client.created').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('beside the list: the same head, facts and timeline; J and K take it along', async () => {
    await page.goto(world.url('northwind', `/clients?${LIST}`));
    await rows.first().waitFor();
    await page.keyboard.press('j');
    await until(async () => (await focused()) === listed[0].id, 'the focus in the first row');
    await page.keyboard.press('Space');
    const peek = page.getByTestId('peek');
    await peek.getByRole('heading', { name: listed[0].name }).waitFor();
    await peek.getByRole('button', { name: 'Timeline' }).click();
    await peek
      .getByText(/created this record|changed|added|removed|Nothing has happened/)
      .first()
      .waitFor();
    await page.keyboard.press('j');
    await peek.getByRole('heading', { name: listed[1].name }).waitFor();
    ok(
      (await peek.getByRole('button', { name: 'Timeline' }).getAttribute('aria-pressed')) === 'true',
      'the open part did not stay',
    );
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'peek');
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
  });
  await check('the list can be narrowed to what is overdue, and sorted by it', async () => {
    const answer = page.waitForResponse(
      (r) => r.url().includes('/api/clients?') && r.url().includes('follow_up=overdue'),
    );
    await page.goto(world.url('northwind', '/clients?follow_up=overdue&sort=follow_up_at'));
    const { data } = await (await answer).json();
    ok(data.length > 0, 'nothing is overdue in the demo');
    ok(
      data.every((c) => new Date(c.follow_up_at) < new Date()),
      'something is not overdue',
    );
    await page.getByRole('button', { name: 'Remove filter: Follow-up' }).waitFor();
    await picture(page, 'overdue');
  });
  await check('a follow-up that comes due says so, and leads there', async () => {
    const agent = world.user('northwind', 'Agent');
    const them = await visitor();
    await signIn(them.page, world.url('northwind', '/clients'), agent);
    await them.page.getByText('Live', { exact: true }).waitFor();
    const { json: me } = await world.api('northwind', 'GET', '/api/me', {
      token: await world.token('northwind', agent),
    });
    await api('PATCH', `/api/clients/${made.id}`, {
      assigned_to: me.user.id,
      follow_up_at: new Date(Date.now() - 1000).toISOString(),
      follow_up_note: 'Say hello',
    });
    const news = them.page.getByText(/Follow-up is due: Paulina.*Say hello/);
    await news.waitFor({ timeout: 70_000 });
    await picture(them.page, 'due');
    await them.page.getByRole('button', { name: 'Open', exact: true }).click();
    await them.page.waitForURL(new RegExp(`/clients/${made.id}`));
    await leave(them);
  });

  await looks({ world, check, visitor, leave, user: manager }, [
    ['client', `/clients/${made.id}`, '[role="tabpanel"] li'],
    ['client-timeline', `/clients/${made.id}?tab=timeline`, '[role="tabpanel"] li'],
    ['client-audit', `/clients/${made.id}?tab=audit`, '[role="tabpanel"] li'],
  ]);
  await check('what a role hides says so, and cannot be opened', async () => {
    const who = await visitor();
    const support = world.user('northwind', 'Agent');
    await signIn(who.page, world.url('northwind', '/clients'), support);
    await who.page.getByTestId('grid').locator('[data-row] a').first().click();
    await who.page.waitForURL(RECORD);
    await heading(who.page).waitFor();
    await who.page.getByText('Hidden by your role').first().waitFor({ state: 'attached' });
    equal(
      await who.page.getByRole('button', { name: /^Edit E-mail:/ }).count(),
      0,
      'ways to edit the e-mail',
    );
    equal(await who.page.getByRole('tab', { name: 'Audit' }).count(), 0, 'audit tabs');
    equal((await axe(who.page)).join('\n'), '', 'axe');
    await picture(who.page, 'client-agent');
    await leave(who);
  });
}
