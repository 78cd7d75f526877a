// Sales: a lead becomes a client with an opportunity, that a deal, which goes over the board by pointer, by keyboard and
// by its menu; contacts; pipelines and rates in the settings; all of it in light, dark and Arabic and on a phone.
// SCREENSHOTS_DIR=… keeps a picture of each.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

const PASSWORD = 'winter-orchard-balance-9';
const COLUMN = (stage) => `[data-column="${stage}"]`;

/** A tenant of the template for sales, with its administrator. */
export async function salesTenant(world) {
  const slug = `sales-${Date.now().toString(36)}`;
  const email = `boss@${slug}.example`;
  const owner = (await world.api('', 'POST', '/api/platform/auth/login', { body: world.owner })).json
    .access_token;
  const made = await world.api('', 'POST', '/api/platform/tenants', {
    token: owner,
    body: {
      name: 'Summit Sales',
      slug,
      source: { template: 'sales-crm' },
      admin: { name: 'Petra Vogel', email },
    },
  });
  ok(made.status < 300, `the tenant: ${made.status} ${made.text}`);
  const link = await world.link(email, 'invitation');
  const user = { email, password: PASSWORD };
  // The mail is quicker than the last step of making the tenant.
  const body = { token: new URL(link).searchParams.get('token'), password: PASSWORD };
  await until(async () => {
    const taken = await world.api(slug, 'POST', '/api/invitations/accept', { body });
    if (taken.status !== 503) ok(taken.status < 300, `the invitation: ${taken.status} ${taken.text}`);
    return taken.status < 300;
  }, 'the CRM to be ready');
  return { slug, user, token: await world.token(slug, user) };
}

/** By the mouse, to where the target is by then: the board scrolls while something is carried to its edge. */
async function drag(page, from, to) {
  await from.hover();
  await page.mouse.down();
  for (let n = 0; n < 12; n += 1) {
    const box = await to.boundingBox();
    const x = Math.min(box.x + box.width / 2, page.viewportSize().width - 40);
    await page.mouse.move(x, box.y + Math.min(box.height / 2, 200) + (n % 2), {
      steps: 4,
    });
    await page.waitForTimeout(80);
  }
  await page.mouse.up();
}

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
  const spotless = async () => equal((await axe(page)).join('\n'), '', 'axe');
  // the radio itself is not to be seen, and its words lie under their box
  const layout = (name) => page.locator('label').filter({ hasText: new RegExp(`^${name}$`) });
  const card = (name, stage) => page.locator(`${stage ? COLUMN(stage) : ''} [data-card]`, { hasText: name });
  const stageOf = async (id, kind = 'deals') => (await api('GET', `/api/${kind}/${id}`)).stage;

  const lead = await api('POST', '/api/leads', {
    first_name: 'Lara',
    last_name: 'Lindqvist',
    email: 'lara@fjord.example',
    phone: '+46701234567',
    country: 'SE',
  });
  const deal = (name, more) => api('POST', '/api/deals', { name, ...more });
  await deal('Annual licence', { amount: '12000', expected_close_date: '2026-01-15' });
  const pilot = await deal('Pilot project', { amount: '4500.50', expected_close_date: '2027-03-31' });
  const training = await deal('Training', { amount: '2000', stage: 'qualified' });
  await signIn(page, world.url(slug, '/account'), user);

  await check('a lead becomes a client with an opportunity', async () => {
    await go(`/leads/${lead.id}`);
    await page.getByRole('button', { name: 'Convert to client' }).click();
    const dialog = page.getByRole('dialog', { name: /^Convert Lara/ });
    await dialog.getByRole('checkbox', { name: 'Also open an opportunity' }).check();
    await dialog.getByLabel('Name', { exact: true }).fill('Fjord rollout');
    await dialog.getByLabel(/^Amount/).fill('30 000,00');
    await spotless();
    await picture(page, 'convert-opportunity');
    await dialog.getByRole('button', { name: 'Convert to client' }).click();
    await page.waitForURL(/\/opportunities\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { level: 2, name: 'Fjord rollout' }).waitFor();
    await page.getByRole('link', { name: 'Lara Lindqvist' }).first().waitFor();
    await page.getByRole('tabpanel').getByRole('listitem').first().waitFor();
    await spotless();
  });
  await check('the opportunity becomes a deal, once', async () => {
    await page.getByRole('button', { name: 'Make it a deal' }).click();
    const dialog = page.getByRole('dialog', { name: /^Make Fjord rollout/ });
    equal(await dialog.getByLabel(/^Amount/).inputValue(), '30000.00', 'the amount');
    await dialog.getByRole('button', { name: 'Make it a deal' }).click();
    await page.waitForURL(/\/deals\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { level: 2, name: 'Fjord rollout' }).waitFor();
    await page.getByText('Was the opportunity Fjord rollout').waitFor();
  });
  await check('the board shows the stages, their cards and sums', async () => {
    await go('/deals');
    await card('Annual licence').waitFor();
    await page
      .locator(COLUMN('lead'))
      .getByText(/46\.5K/)
      .first()
      .waitFor();
    await spotless();
    await picture(page, 'board');
  });
  await check('a board is taken along as a file of its deals', async () => {
    const { total } = await api('GET', `/api/deals?limit=1&pipeline=${pilot.pipeline}`);
    await page.getByRole('button', { name: 'Export this list' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Export deals' }).waitFor();
    await until(
      async () => (await page.getByTestId('export-count').innerText()).startsWith(`${total} rows`),
      `${total} deals to be told of`,
    );
    await spotless();
    await picture(page, 'board-export');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const newest = async () => (await api('GET', '/api/exports?limit=1')).data[0];
    await until(async () => (await newest())?.status === 'done', 'the file', 20_000);
    equal((await newest()).rows, total, 'rows of the file');
  });
  await check('a card is dragged to won; the server has it and the sums follow', async () => {
    await drag(page, card('Pilot project'), page.locator(COLUMN('won')));
    await card('Pilot project', 'won').waitFor();
    await until(async () => (await stageOf(pilot.id)) === 'won', 'the stage');
    await page.locator(COLUMN('won')).getByText(/4\.5K/).first().waitFor();
  });
  await check('a card is carried by keyboard, put back by Escape, and put down by Space', async () => {
    const training_ = card('Training');
    await training_.focus();
    await page.keyboard.press('Space');
    await page.getByText(/Training picked up in Qualified/).waitFor();
    await page.keyboard.press('ArrowRight');
    await card('Training', 'proposal').waitFor();
    await page.keyboard.press('ArrowLeft');
    await card('Training', 'qualified').waitFor();
    // sooner than the focus follows a card into another column
    await page.evaluate(async () => {
      for (const key of ['ArrowRight', 'Escape']) {
        const init = { key, bubbles: true, cancelable: true };
        (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', init));
        await new Promise((done) => setTimeout(done));
      }
    });
    await card('Training', 'qualified').waitFor();
    equal(await stageOf(training.id), 'qualified', 'the stage');
    await until(
      () => card('Training').evaluate((e) => e === document.activeElement),
      'the focus on the card that was put back',
    );
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await card('Training', 'proposal').waitFor();
    await until(() => card('Training').evaluate((e) => e === document.activeElement), 'the focus');
    await page.keyboard.press('Space');
    await page.getByText('Training put down in Proposal').waitFor();
    await until(async () => (await stageOf(training.id)) === 'proposal', 'the stage');
    await spotless();
  });
  await check('a card is carried to won by keyboard, and the sums follow', async () => {
    const renewal = await api('POST', '/api/deals', {
      name: 'Renewal',
      stage: 'negotiation',
      amount: '700',
    });
    await card('Renewal', 'negotiation').waitFor();
    await card('Renewal').focus();
    await page.keyboard.press('Space');
    await page.getByText(/Renewal picked up in Negotiation/).waitFor();
    await page.keyboard.press('ArrowRight');
    await card('Renewal', 'won').waitFor();
    await until(() => card('Renewal').evaluate((e) => e === document.activeElement), 'the focus');
    await page.keyboard.press('Space');
    await page.getByText('Renewal put down in Won').waitFor();
    await until(async () => (await stageOf(renewal.id)) === 'won', 'the stage');
    await page.locator(COLUMN('won')).getByText(/5\.2K/).first().waitFor();
    await api('DELETE', `/api/deals/${renewal.id}`);
    await card('Renewal').waitFor({ state: 'detached' });
  });
  await check('the menu moves a card; what is lost asks why, what is closed is opened again', async () => {
    await card('Annual licence').focus();
    await page.keyboard.press('m');
    await page.getByRole('option', { name: 'Lost' }).click();
    const why = page.getByRole('dialog', { name: /^Move Annual licence/ });
    await why.getByRole('textbox').fill('No budget');
    await spotless();
    await picture(page, 'move-asks');
    await why.getByRole('button', { name: 'Move', exact: true }).click();
    await card('Annual licence', 'lost').waitFor();
    await drag(page, card('Pilot project'), page.locator(COLUMN('negotiation')));
    const again = page.getByRole('dialog', { name: /^Move Pilot project/ });
    await again.getByText(/opens it again/).waitFor();
    await again.getByRole('button', { name: 'Open again' }).click();
    await card('Pilot project', 'negotiation').waitFor();
    await until(async () => (await stageOf(pilot.id)) === 'negotiation', 'the stage');
  });
  await check('a refusal of the server brings the card back and says so', async () => {
    v.allow(500, '/stage');
    await page.route('**/api/deals/*/stage', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/json',
        body: '{"code":"internal","message":"no"}',
      }),
    );
    await drag(page, card('Training'), page.locator(COLUMN('won')));
    await page.getByText(/Training was not moved/).waitFor();
    await card('Training', 'proposal').waitFor();
    await page.unroute('**/api/deals/*/stage');
  });
  await check('a colleague’s move shows by itself; a folded column stays folded', async () => {
    await api('PATCH', `/api/deals/${training.id}/stage`, { stage: 'negotiation' });
    await card('Training', 'negotiation').waitFor();
    await page.getByRole('button', { name: 'Fold Lost' }).click();
    await page.reload();
    await card('Training').waitFor();
    await page.getByRole('button', { name: 'Unfold Lost' }).waitFor();
    await spotless();
    await page.getByRole('button', { name: 'Unfold Lost' }).click();
  });
  await check('the same deals as a list and as a forecast', async () => {
    await layout('List').click();
    await page.locator('[data-row]').first().waitFor();
    await spotless();
    await picture(page, 'deals-list');
    await layout('Forecast').click();
    await page.getByRole('button', { name: 'March 2027' }).waitFor();
    await spotless();
    await picture(page, 'forecast');
    await page.getByRole('button', { name: 'March 2027' }).click();
    await page.locator('[data-row]').first().waitFor();
    equal(await page.locator('[data-row]').count(), 1, 'rows of March');
  });
  await check('the page of a deal: its way, its history, a fact edited in place', async () => {
    await go(`/deals/${training.id}`);
    const way = page.getByRole('navigation', { name: 'Stages' });
    await way.getByRole('button', { name: 'Proposal' }).click();
    await way.getByRole('button', { name: 'Proposal' }).and(page.locator('[aria-current="step"]')).waitFor();
    await page.getByRole('button', { name: /^Edit Amount/ }).click();
    await page.getByLabel('Amount', { exact: true }).fill('2,500');
    await page.keyboard.press('Enter');
    await until(
      async () => (await api('GET', `/api/deals/${training.id}`)).amount.startsWith('2500'),
      'the amount',
    );
    await page.getByRole('tab', { name: 'Stages' }).click();
    await page.getByRole('tabpanel').getByText('Negotiation').first().waitFor();
    equal(await page.getByRole('tabpanel').getByRole('listitem').count(), 4, 'stages');
    await spotless();
    await picture(page, 'deal-stages');
  });
  await check('contacts of a client: the first is the primary one, another one becomes it', async () => {
    const client = (await api('GET', '/api/clients')).data[0];
    await go(`/clients/${client.id}?tab=sales`);
    await page.getByRole('button', { name: 'Add contact' }).first().click();
    const form = page.getByRole('dialog', { name: 'Add contact' });
    await form.getByLabel('First name').fill('Nils');
    await form.getByLabel('Last name').fill('Berg');
    await form.getByRole('button', { name: 'Create contact' }).click();
    await form.waitFor({ state: 'hidden' });
    const people = page.getByRole('list', { name: 'Contacts' });
    await people.getByRole('link', { name: 'Nils Berg' }).waitFor();
    const row = people.getByRole('listitem').filter({ hasText: 'Nils Berg' });
    if (!(await row.getByText('Primary').count())) {
      await row.getByRole('button', { name: /Nils Berg/ }).click();
      await page.getByRole('option', { name: 'Make primary' }).click();
    }
    await row.getByText('Primary').waitFor();
    equal(await people.getByText('Primary', { exact: true }).count(), 1, 'primary contacts');
    await spotless();
    await picture(page, 'client-contacts');
  });
  await check('a stage is drawn, moved by keyboard and removed with its deals', async () => {
    await go('/settings/pipelines');
    await page.getByRole('button', { name: 'Add stage' }).click();
    const form = page.getByRole('dialog', { name: 'Add stage' });
    await form.getByLabel('Name', { exact: true }).fill('On hold');
    await spotless();
    await picture(page, 'stage-form');
    await form.getByRole('button', { name: 'Create stage' }).click();
    await form.waitFor({ state: 'hidden' });
    const list = page.getByRole('list', { name: /^Stages of/ });
    await list.getByText('On hold').waitFor();
    const grip = list.getByRole('listitem').filter({ hasText: 'On hold' }).locator('[data-grip]');
    await grip.focus();
    await page.keyboard.press('Home');
    await until(
      async () =>
        (await api('GET', '/api/pipelines'))
          .find((p) => p.is_default)
          .stages.sort((a, b) => a.position - b.position)[0].label === 'On hold',
      'the order',
    );
    await spotless();
    await picture(page, 'pipelines');
    const row = list.getByRole('listitem').filter({ hasText: 'Proposal' });
    await row
      .getByRole('button', { name: /Proposal/ })
      .last()
      .click();
    await page.getByRole('option', { name: 'Delete stage' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Proposal?' });
    await dialog.getByRole('combobox', { name: 'Its deals go to' }).click();
    await page.getByRole('option', { name: 'Negotiation' }).click();
    await dialog.getByRole('button', { name: 'Delete stage' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await until(async () => (await stageOf(training.id)) === 'negotiation', 'the stage of its deal');
  });
  await check('an exchange rate', async () => {
    await go('/settings/exchange-rates');
    await page.getByRole('button', { name: 'Add rate' }).first().click();
    const form = page.getByRole('dialog', { name: 'Add rate' });
    await form.getByLabel('Currency').fill('sek');
    await form.getByLabel('Rate').fill('0.0921');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByRole('table').getByText('SEK').first().waitFor();
    await spotless();
    await picture(page, 'rates');
  });

  const contact = (await api('GET', '/api/contacts')).data[0];
  const pages = [
    ['board', '/deals', '[data-card]'],
    ['deals-list', '/deals?as=list', '[data-row]'],
    ['forecast', '/deals?as=forecast', 'table'],
    ['deal', `/deals/${pilot.id}`, '[role="tabpanel"] li'],
    ['contacts', '/contacts', '[data-row]'],
    ['contact', `/contacts/${contact.id}`, '[role="tabpanel"] li'],
    ['pipelines', '/settings/pipelines', '[data-grip]'],
  ];
  await looks({ world, check, visitor, leave, user, slug }, pages);
}
