// An agent needs one hidden value: it is asked for with a purpose, shown for a minute, counted, and written down.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { inBoth } from './looks.mjs';

const MINUTE = 60_000;

export async function run({ world, check, visitor, leave }) {
  const agent = world.user('northwind', 'Agent', 1);
  const manager = await world.token('northwind', world.user('northwind', 'CRM Manager'));
  const call = (method, path, body) => world.api('northwind', method, path, { token: manager, body });
  const agentToken = await world.token('northwind', agent);
  const me = (await world.api('northwind', 'GET', '/api/me', { token: agentToken })).json;
  const mine = (await call('GET', `/api/clients?assigned_to=${me.user.id}&limit=50`)).json.data.filter(
    (c) => c.phone && c.date_of_birth,
  );
  // a value counts once a day: another client each time, where the world is not a fresh one
  const at = Math.floor(Date.now() / 1000) % (mine.length - 1);
  const [client, next] = mine.slice(at);

  const v = await visitor();
  const { page } = v;
  const eye = (field) => page.getByRole('button', { name: `Reveal: ${field}`, exact: true });
  const dialog = page.getByRole('dialog');
  const clear = (field) => page.locator(`[data-revealed="${field}"]`);
  const reveal = async (field, purpose = 'Call back') => {
    await eye(field).click();
    await dialog.getByLabel(purpose).check();
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
  };

  await check('beside every masked value of a client stands an eye', async () => {
    // the minute passes when the scenario says so
    await page.clock.install();
    await signIn(page, world.url('northwind', `/clients/${client.id}`), agent);
    await eye('Phone').waitFor();
    for (const field of ['E-mail', 'Date of birth']) equal(await eye(field).count(), 1, `eyes at ${field}`);
    equal(await page.getByText(client.phone).count(), 0, 'clear phones');
    equal((await axe(page)).join('\n'), '', 'axe');
  });
  await check('nothing is shown without a purpose of at least three characters', async () => {
    await eye('Phone').click();
    await dialog.getByLabel('Something else').check();
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await dialog.getByText('Say it in at least 3 characters.').waitFor();
    equal((await axe(page)).join('\n'), '', 'axe');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });
  await check('with one, the value is there in clear', async () => {
    await reveal('Phone');
    await clear('phone').waitFor();
    const shown = (await clear('phone').innerText()).replace(/[^\d+]/g, '');
    ok(shown.startsWith(client.phone), `${shown} instead of ${client.phone}`);
    equal((await axe(page)).join('\n'), '', 'axe');
    ok(!page.url().includes(client.phone.slice(1)), 'the value is in the address');
  });
  await check('it can be hidden at once, and shown again without counting twice', async () => {
    await page.getByRole('button', { name: 'Hide again: Phone' }).click();
    await eye('Phone').click();
    const left = await dialog.getByText(/left today/).innerText();
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await clear('phone').waitFor();
    await eye('E-mail').click();
    equal(await dialog.getByText(/left today/).innerText(), left, 'the quota after the same value');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
  await check('after a minute it is masked again, and nothing of it stays in the page', async () => {
    await page.clock.fastForward(MINUTE + 1000);
    await eye('Phone').waitFor();
    equal(await clear('phone').count(), 0, 'clear values');
    ok(!(await page.content()).includes(client.phone), 'the clear phone is still in the page');
  });
  await check('another value counts', async () => {
    await eye('E-mail').click();
    const before = await dialog.getByText(/left today/).innerText();
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await clear('email').waitFor();
    ok((await clear('email').innerText()).includes(client.email), 'another e-mail');
    await eye('Date of birth').click();
    const after = await dialog.getByText(/left today/).innerText();
    equal(Number.parseInt(after, 10), Number.parseInt(before, 10) - 1, 'left after one more');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
  await check('who walks on to the next client leaves the clear value behind', async () => {
    await page.goto(world.url('northwind', `/clients/${next.id}`));
    await eye('Phone').waitFor();
    equal(await page.locator('[data-revealed]').count(), 0, 'clear values');
    await page.goBack();
    await eye('Phone').waitFor();
    equal(await page.locator('[data-revealed]').count(), 0, 'clear values after going back');
  });
  await check('the quota holds', async () => {
    const { quota } = (
      await world.api('northwind', 'POST', `/api/clients/${client.id}/reveal`, {
        token: agentToken,
        body: { fields: ['phone'], purpose: 'Call back' },
      })
    ).json;
    const { json } = await call('PATCH', '/api/settings', { reveal_daily_quota: quota.used });
    try {
      v.allow(429, '/reveal');
      await page.goto(world.url('northwind', `/clients/${next.id}`));
      await reveal('Phone');
      await dialog.getByText('You have used up today’s views').waitFor();
      equal((await axe(page)).join('\n'), '', 'axe');
      equal(await page.locator('[data-revealed]').count(), 0, 'clear values');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    } finally {
      equal((await call('POST', `/api/undo/${json.undo_id}`)).status, 200, 'the quota is put back');
    }
  });
  await check('the log tells who looked at what, and why', async () => {
    const boss = await visitor();
    await signIn(
      boss.page,
      world.url('northwind', '/settings/audit?action=client.revealed'),
      world.user('northwind', 'CRM Manager'),
    );
    const entry = boss.page.locator('[data-action="client.revealed"]').first();
    await entry.waitFor();
    const text = await entry.innerText();
    for (const word of [me.user.name, client.name, 'Call back'])
      ok(text.includes(word), `${word} in: ${text}`);
    ok(!text.includes(client.phone) && !text.includes(client.email), `a clear value in: ${text}`);
    equal((await axe(boss.page)).join('\n'), '', 'axe');
    await until(
      async () => (await boss.page.locator('[data-action]').count()) >= 2,
      'both values in the log',
    );
  });
  await check('who leads the agent opens what the mail links to, in every look', async () => {
    const teams = (await call('GET', '/api/teams')).json.data;
    const staff = (await call('GET', '/api/users?limit=200')).json.data;
    const lines = [];
    for (let at = me.user.team_id; at; at = teams.find((x) => x.id === at)?.parent_id)
      lines.push(teams.find((x) => x.id === at)?.leader_id);
    const leader = staff.find((u) => u.id === lines.find((id) => id && id !== me.user.id));
    ok(leader, 'nobody leads the agent');
    const account = Array.from({ length: 30 }, (_, n) => world.user('northwind', leader.role_name, n)).find(
      (u) => u?.email === leader.email,
    );
    for (const { options, judge } of [
      { options: { locale: 'en' }, judge: inBoth },
      { options: { locale: 'ar' }, judge: (_, ask) => ask('light') },
      { options: { width: 390, height: 844, hasTouch: true }, judge: (_, ask) => ask('light') },
    ]) {
      const other = await visitor(options);
      await signIn(other.page, world.url('northwind', `/settings/users/${me.user.id}?tab=reveals`), account);
      const entry = other.page.locator('ol > li', { hasText: client.name }).first();
      await entry.waitFor();
      equal(await other.page.getByRole('tab', { selected: true }).count(), 1, 'chosen tabs');
      ok(!(await other.page.content()).includes(client.phone), 'a clear value in the page');
      await judge(other.page, async (scheme) =>
        equal((await axe(other.page)).join('\n'), '', `axe: ${JSON.stringify(options)}, ${scheme}`),
      );
      await leave(other);
    }
  });
  await check('a client with masked values is without a fault in Arabic, light and dark', async () => {
    const other = await visitor({ locale: 'ar' });
    const p = other.page;
    const spotless = () =>
      inBoth(p, async (scheme) => equal((await axe(p)).join('\n'), '', `axe, ${scheme}`));
    await signIn(p, world.url('northwind', `/clients/${client.id}`), agent);
    const first = p.locator('button[aria-haspopup="dialog"]').first();
    await first.waitFor();
    await spotless();
    await first.click();
    await p.getByRole('dialog').waitFor();
    await spotless();
    await leave(other);
  });
}
