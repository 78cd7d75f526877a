// The page of a lead: its way as the settings draw it, its history, and the conversion with nothing retyped; in light,
// dark and Arabic, and on a phone. SCREENSHOTS_DIR=… keeps a picture of each.
import { axe, equal, ok, signIn } from './harness.mjs';
import { looks, picture } from './looks.mjs';

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
  const heading = () => page.getByRole('heading', { level: 2 });
  await signIn(page, world.url('northwind', '/account'), manager);
  const partner = (await api('GET', '/api/partners?limit=50')).data.find((p) => p.approved);
  const lead = await api('POST', '/api/leads', {
    first_name: 'Lara',
    last_name: `Lead-${stamp}`,
    email: `lara.${stamp}@leads.example`,
    phone: '+34910123456',
    country: 'ES',
    source: 'Webinar',
    partner_id: partner.id,
    tags: ['hot'],
    message: 'Please call me after five.',
    metadata: { utm_source: 'spring' },
    follow_up_at: '2027-02-01T09:00:00Z',
    follow_up_note: 'After five',
  });
  await check('the settings draw the way of a lead', async () => {
    await page.goto(world.url('northwind', '/settings/statuses?entity=lead'));
    await page
      .getByRole('button', { name: /^New\s*Edit/ })
      .first()
      .click();
    const form = page.getByRole('dialog', { name: 'Edit New' });
    await form.getByRole('switch', { name: 'Any status may follow' }).click();
    await form.getByRole('combobox', { name: 'Statuses that may follow' }).press('ArrowDown');
    for (const name of ['Contacted', 'Not interested', 'Interested'])
      await page.getByRole('option', { name, exact: true }).click();
    await page.keyboard.press('Tab');
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'status-ways');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
  });
  await check('a lead steps along its way; what may not follow has no hand', async () => {
    await page.goto(world.url('northwind', `/leads/${lead.id}`));
    const way = page.getByRole('navigation', { name: 'Status' });
    const step = (name) => way.getByRole('button', { name, exact: true });
    await step('New').and(page.locator('[aria-current="step"]')).waitFor();
    equal(await step('Call back').getAttribute('aria-disabled'), 'true', 'Call back');
    equal(await step('Contacted').getAttribute('aria-disabled'), 'false', 'Contacted');
    await page.getByText(partner.name).first().waitFor();
    await picture(page, 'lead-light');
    await step('Contacted').press('Enter');
    await step('Contacted').and(page.locator('[aria-current="step"]')).waitFor();
    await way.getByRole('button', { name: 'Close' }).press('Enter');
    await page.getByRole('option', { name: 'Not interested' }).click();
    const why = page.getByRole('dialog', { name: 'Set to Not interested' });
    await why.getByRole('textbox').fill('Too expensive');
    equal((await axe(page)).join('\n'), '', 'axe');
    await why.getByRole('button', { name: 'Set status' }).click();
    await why.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'History' }).click();
    const panel = page.getByRole('tabpanel');
    await panel.getByText('Too expensive').waitFor();
    equal(await panel.getByRole('listitem').count(), 3, 'steps');
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'lead-history');
  });
  await check('the conversion says what it carries, and carries it', async () => {
    await page.getByRole('button', { name: 'Convert to client' }).click();
    const dialog = page.getByRole('dialog', { name: /^Convert Lara/ });
    for (const text of ['Webinar', 'hot', 'After five', partner.name, 'Spain', 'Please call me after five.'])
      await dialog.getByText(text).first().waitFor();
    await dialog.getByText('Stays with the lead: Form data.').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await picture(page, 'convert');
    await dialog.getByRole('button', { name: 'Convert to client' }).click();
    await page.waitForURL(/\/clients\/[0-9a-f-]{36}/);
    await heading().getByText(`Lara Lead-${stamp}`).waitFor();
    await page.getByText(partner.name).first().waitFor();
    await page.getByText('Please call me after five.').first().waitFor();
    await page.getByRole('link', { name: 'Open the lead' }).click();
    await page.waitForURL(new RegExp(`/leads/${lead.id}`));
    await page.getByText('This lead has become a client.').waitFor();
  });

  await looks({ world, check, visitor, leave, user: manager }, [
    ['lead', `/leads/${lead.id}`, '[role="tabpanel"] li'],
    ['lead-history', `/leads/${lead.id}?tab=history`, '[role="tabpanel"] li'],
  ]);
}
