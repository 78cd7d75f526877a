// Many records at once: chosen rows, everything that matches, jobs with progress, the way back from the toast,
// from the jobs and from the log; figures per team and agent; rules that give leads to somebody.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, OTHER_LOOKS, picture as pictureOf } from './looks.mjs';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user('northwind', 'CRM Manager');
  const token = await world.token('northwind', manager);
  const call = async (method, path, body) =>
    (await world.api('northwind', method, path, { token, body })).json;
  const count = async (query) => (await call('GET', `/api/clients?limit=1&${query}`)).total;
  const { data: users } = await call('GET', '/api/users?status=active&limit=200');
  const agents = users.filter((u) => u.role_name === 'Agent' && u.team_id);
  const [anna, ben] = agents;
  const stamp = Date.now().toString(36);
  const picture = (page, name) => pictureOf(page, `bulk-${name}`);
  const clean = async (page, name) => {
    await picture(page, name);
    equal((await axe(page)).join('\n'), '', `axe: ${name}`);
  };

  const v = await visitor();
  const { page } = v;
  const rows = page.getByTestId('grid').locator('[data-row]');
  const bar = page.getByRole('toolbar', { name: 'Actions on the selection' });
  const dialog = page.getByRole('dialog');
  const told = page.getByTestId('bulk-count');
  const choose = async (form, label, name) => {
    await form
      .getByRole('textbox', { name: label, exact: true })
      .or(form.getByRole('combobox', { name: label, exact: true }))
      .first()
      .click();
    await page.getByRole('option', { name, exact: true }).first().click();
  };

  await check('rows are chosen and assigned by keyboard alone, and the toast takes it back', async () => {
    await signIn(page, world.url('northwind', '/clients?assigned_to=none'), manager);
    await rows.first().waitFor();
    const before = await count(`assigned_to=${anna.id}`);
    for (let i = 0; i < 3; i += 1) {
      await page.keyboard.press('j');
      await page.waitForFunction(
        (at) => document.activeElement?.closest('[data-row]')?.getAttribute('data-index') === at,
        String(i),
      );
      await page.keyboard.press('x');
    }
    await bar.getByText('3 selected').waitFor();
    await page.keyboard.press('a');
    await dialog.getByText('Assign 3 clients').waitFor();
    await choose(dialog, 'Person', anna.name);
    await told.getByText('3 clients will change.').waitFor();
    await clean(page, 'assign');
    await dialog.getByRole('button', { name: 'Assign 3', exact: true }).click();
    await page.getByText('3 clients changed').waitFor();
    await until(async () => (await count(`assigned_to=${anna.id}`)) === before + 3, 'three more clients');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await count(`assigned_to=${anna.id}`)) === before, 'the three to be back');
  });
  await check('everything that matches gets a tag: counted first, done by a job, with progress', async () => {
    await page.goto(world.url('northwind', '/clients'));
    await rows.first().waitFor();
    const all = await count('');
    await rows.first().getByRole('checkbox').check();
    await bar.getByRole('button', { name: /^Select all [\d,]+ matching$/ }).click();
    await bar.getByText(/All [\d,]+ matching selected/).waitFor();
    // what is taken out is an exception
    await rows.nth(1).getByRole('checkbox').uncheck();
    await bar.getByText(/[\d,]+ selected/).waitFor();
    await picture(page, 'selection');
    await bar.getByRole('button', { name: 'Tags' }).click();
    await dialog.getByLabel('Add tags').fill(`e2e-${stamp}`);
    await page.keyboard.press('Enter');
    const expected = `${(all - 1).toLocaleString('en')} clients will change.`;
    await told.getByText(expected).waitFor();
    await clean(page, 'tags');
    await dialog.getByRole('button', { name: /^Change [\d,]+$/ }).click();
    await page.getByText(/Changing [\d,]+ records in the background/).waitFor();
    await page.getByTestId('jobs').waitFor();
    await until(
      async () => (await count(`tag=e2e-${stamp}`)) === all - 1,
      'all of them to have the tag',
      30_000,
    );
  });
  await check('the jobs are there after a reload, and take the change back', async () => {
    await page.reload();
    await page.getByTestId('jobs').click();
    const job = page.getByRole('listitem').filter({ hasText: 'Changing records' }).first();
    await job.getByText(/records changed/).waitFor();
    await clean(page, 'jobs');
    await job.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await count(`tag=e2e-${stamp}`)) === 0, 'the tag to be gone', 30_000);
    await page.keyboard.press('Escape');
  });
  await check('a large change of status asks first', async () => {
    await page.goto(world.url('northwind', '/clients?status=new'));
    await rows.first().waitFor();
    await rows.first().getByRole('checkbox').check();
    await bar.getByRole('button', { name: /^Select all/ }).click();
    await bar.getByRole('button', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Dormant' }).click();
    await told.getByText(/clients? will change/).waitFor();
    await clean(page, 'status');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    // leads have the same bar, without deletion
    await page.goto(world.url('northwind', '/leads'));
    await rows.first().waitFor();
    await rows.first().getByRole('checkbox').check();
    await bar.getByRole('button', { name: 'Status' }).waitFor();
    await bar.getByRole('button', { name: 'Tags' }).waitFor();
    equal(await bar.getByRole('button', { name: 'Delete' }).count(), 0, 'deletion of leads');
  });
  await check('of few as well it is said how many change, how many stay, and what goes', async () => {
    const family = `Fewell${stamp}`;
    for (const [first, status] of [
      ['Ada', 'dormant'],
      ['Bea', 'active'],
      ['Cyd', 'active'],
    ]) {
      const email = `${first}.${stamp}@few.example`.toLowerCase();
      const { id } = await call('POST', '/api/clients', { first_name: first, last_name: family, email });
      await call('PATCH', `/api/clients/${id}`, { status });
    }
    const search = `search=${family}`;
    await page.goto(world.url('northwind', `/clients?q=${family}`));
    const all = page.getByRole('checkbox', { name: 'Select all loaded' });
    await until(async () => (await rows.count()) === 3, 'the three of them');
    await all.check();
    await bar.getByRole('button', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Dormant' }).click();
    await dialog.getByText('Set 3 records to “Dormant”').waitFor();
    await told.getByText('2 clients will change.').waitFor();
    await told.getByText('1 of the chosen stays as it is').waitFor();
    await clean(page, 'status-few');
    equal(await count(`${search}&status=dormant`), 1, 'dormant before anybody agreed');
    // the answer has the focus
    await until(
      () => page.evaluate(() => document.activeElement?.textContent === 'Change 2'),
      'the focus on the answer',
    );
    await page.keyboard.press('Enter');
    await page.getByText('2 records are now “Dormant”').waitFor();
    equal(await count(`${search}&status=dormant`), 3, 'dormant');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await count(`${search}&status=dormant`)) === 1, 'two to be active again');
    await all.check();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await told.getByText('3 clients will be deleted.').waitFor();
    await clean(page, 'delete-few');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    equal(await count(search), 3, 'clients after nobody agreed');
    await bar.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete 3', exact: true }).click();
    await page.getByText('3 clients deleted').waitFor();
    await until(async () => (await count(search)) === 0, 'them to be gone');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await count(search)) === 3, 'them to be back');
  });
  await check('leads that may not go to a status are told of, and nothing else changes', async () => {
    await page.goto(world.url('northwind', '/leads'));
    await rows.first().waitFor();
    for (const n of [0, 1, 2, 3]) await rows.nth(n).getByRole('checkbox').check();
    const counted = page.waitForResponse((r) => r.url().includes('/api/leads/bulk?dry_run=true'));
    await bar.getByRole('button', { name: 'Status' }).click();
    await page.getByRole('option').nth(1).click();
    const { count: few } = await (await counted).json();
    if (few) await told.getByText(`${few} lead${few === 1 ? '' : 's'} will change.`).waitFor();
    else await told.getByText('No lead would change.').waitFor();
    if (few < 4) await told.getByText(/^\d of the chosen stays? as (it is|they are): /).waitFor();
    await clean(page, 'status-leads');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
  for (const [tenant, entity, path] of [
    ['northwind', 'leads', '/leads'],
    ['cobalt', 'contacts', '/contacts'],
    ['cobalt', 'deals', '/deals?as=list'],
    ['cobalt', 'opportunities', '/opportunities?as=list'],
  ])
    await check(`tags of many ${entity} change ${entity} and nobody else`, async () => {
      const own = await visitor();
      const p = own.page;
      const chief = world.user(tenant, 'CRM Manager');
      const pass = await world.token(tenant, chief);
      const tagged = async (kind) => {
        const answer = await world.api(tenant, 'GET', `/api/${kind}?limit=1&tag=many-${stamp}`, {
          token: pass,
        });
        return answer.json.total;
      };
      await signIn(p, world.url(tenant, path), chief);
      const list = p.getByTestId('grid').locator('[data-row]');
      const tools = p.getByRole('toolbar', { name: 'Actions on the selection' });
      const ask = p.getByRole('dialog');
      await list.first().waitFor();
      await list.nth(0).getByRole('checkbox').check();
      await list.nth(1).getByRole('checkbox').check();
      await tools.getByRole('button', { name: 'Tags' }).click();
      await ask.getByLabel('Add tags').fill(`many-${stamp}`);
      await p.keyboard.press('Enter');
      await p.getByTestId('bulk-count').getByText(`2 ${entity} will change.`).waitFor();
      await clean(p, `tags-${entity}`);
      await ask.getByRole('button', { name: 'Change 2', exact: true }).click();
      await p.getByText(`2 ${entity} changed`).waitFor();
      equal(await tagged(entity), 2, `${entity} with the tag`);
      for (const other of ['clients', 'leads', 'contacts', 'deals', 'opportunities'])
        if (other !== entity && (tenant === 'cobalt' || other === 'clients'))
          equal(await tagged(other), 0, `${other} with the tag`);
      await p.getByRole('button', { name: 'Undo' }).click();
      await until(async () => (await tagged(entity)) === 0, 'the tag to be gone');
      // everything that a filter means
      await list.first().getByRole('checkbox').check();
      const everything = tools.getByRole('button', { name: /^Select all [\d,]+ matching$/ });
      const total = Number((await everything.innerText()).replace(/\D/g, ''));
      await everything.click();
      await tools.getByRole('button', { name: 'Tags' }).click();
      await ask.getByLabel('Add tags').fill(`many-${stamp}`);
      await p.keyboard.press('Enter');
      await p
        .getByTestId('bulk-count')
        .getByText(`${total.toLocaleString('en')} ${entity} will change.`)
        .waitFor();
      await ask.getByRole('button', { name: 'Cancel' }).click();
      await leave(own);
    });
  await check('the log tells of a change of many, and takes it back', async () => {
    const body = { filter: { assigned_to: anna.id }, change: { add_tags: [`log-${stamp}`] } };
    const done = await call('POST', '/api/clients/bulk', body);
    ok(done.updated > 0 && done.undo_id, JSON.stringify(done));
    await page.goto(world.url('northwind', '/settings/audit?action=client.bulk_updated'));
    const entry = page.locator('[data-action="client.bulk_updated"]').filter({ hasText: `log-${stamp}` });
    await entry.waitFor();
    await clean(page, 'audit');
    await entry.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await count(`tag=log-${stamp}`)) === 0, 'the tag to be gone');
    ok(await entry.getByRole('button', { name: 'Undo' }).isDisabled(), 'it can be taken back twice');
  });
  await check('figures per team lead to the agents and to the lists', async () => {
    await page.goto(world.url('northwind', '/overview'));
    await page.getByRole('table').waitFor();
    await clean(page, 'teams');
    const team = page.getByRole('row').filter({ hasText: anna.team_name }).first();
    const link = team.getByRole('link', { name: /^Clients: / });
    const shown = Number((await link.innerText()).replace(/\D/g, ''));
    equal(await count(`team_id=${anna.team_id}`), shown, 'clients of the team');
    await link.click();
    await page.getByText(`${shown.toLocaleString('en')} records`).waitFor();
    await page.goBack();
    await page
      .getByRole('row')
      .filter({ hasText: anna.team_name })
      .first()
      .getByRole('link', { name: anna.team_name })
      .click();
    await page.getByRole('row').filter({ hasText: anna.name }).waitFor();
    await clean(page, 'agents');
  });
  await check('all clients of one agent go to another, and come back', async () => {
    const [mine, theirs] = [await count(`assigned_to=${anna.id}`), await count(`assigned_to=${ben.id}`)];
    await page.goto(world.url('northwind', '/overview/agents'));
    await page
      .getByRole('row')
      .filter({ hasText: anna.name })
      .getByRole('button', { name: /Actions/ })
      .click();
    await page.getByRole('option', { name: 'Transfer clients' }).click();
    await dialog.getByText(`Transfer the clients of ${anna.name}`).waitFor();
    await choose(dialog, 'Person', ben.name);
    await told.getByText(`${mine.toLocaleString('en')} clients will change.`).waitFor();
    await clean(page, 'transfer');
    await dialog.getByRole('button', { name: `Assign ${mine.toLocaleString('en')}`, exact: true }).click();
    await until(
      async () => (await count(`assigned_to=${ben.id}`)) === mine + theirs,
      'the clients to move',
      30_000,
    );
    equal(await count(`assigned_to=${anna.id}`), 0, 'clients that stayed');
    const { data } = await call('GET', '/api/audit?action=client.bulk_updated&limit=1');
    const { new: undo } = data[0].diff.find((d) => d.field === 'undo_id');
    await call('POST', `/api/undo/${undo}`);
    await until(async () => (await count(`assigned_to=${anna.id}`)) === mine, 'them to come back', 30_000);
  });
  await check('a rule is tried, added, and gives a lead to somebody', async () => {
    await page.goto(world.url('northwind', '/settings/assignment?entity=lead'));
    await page.getByRole('button', { name: 'Add rule' }).first().click();
    await dialog.getByLabel('Name', { exact: true }).fill(`Island ${stamp}`);
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await dialog.getByText('Choose at least one person.').waitFor();
    await choose(dialog, 'Countries', 'Iceland');
    await page.keyboard.press('Escape');
    await choose(dialog, 'People', anna.name);
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Try with the last 30 days' }).click();
    await dialog
      .getByText(/of the last 30 days|came in during/)
      .first()
      .waitFor();
    await clean(page, 'rule');
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText(`The rule Island ${stamp} has been saved`).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: `Island ${stamp}` })
      .getByText('Iceland')
      .waitFor();
    await clean(page, 'rules');
    const body = { first_name: 'Leo', last_name: stamp, email: `leo.${stamp}@example.com`, country: 'IS' };
    const { id } = await call('POST', '/api/leads', body);
    equal((await call('GET', `/api/leads/${id}`)).assigned_to, anna.id, 'the owner');
    await page.getByRole('switch', { name: `Island ${stamp} is on` }).press('Space');
    await until(
      async () =>
        (await call('GET', '/api/assignment-rules')).data.some(
          (r) => r.name === `Island ${stamp}` && !r.enabled,
        ),
      'the rule to be off',
    );
    await page.getByRole('button', { name: `Actions for Island ${stamp}` }).click();
    await page.getByRole('option', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`The rule Island ${stamp} has been deleted`).waitFor();
  });
  await leave(v);

  await check('an agent has no such bar for what they may not do', async () => {
    const agent = await visitor();
    await signIn(agent.page, world.url('northwind', '/clients'), world.user('northwind', 'Agent'));
    await agent.page.getByTestId('grid').locator('[data-row]').first().getByRole('checkbox').check();
    const theirs = agent.page.getByRole('toolbar', { name: 'Actions on the selection' });
    await theirs.getByRole('button', { name: 'Status' }).waitFor();
    for (const name of ['Assign', 'Delete'])
      equal(await theirs.getByRole('button', { name }).count(), 0, name);
    equal(await agent.page.getByRole('link', { name: 'Workload' }).count(), 0, 'links to the workload');
    await leave(agent);
  });

  // a rule to look at, and a job of one's own
  const rule = await call('POST', '/api/assignment-rules', {
    name: `Look ${stamp}`,
    entity: 'lead',
    countries: ['DE', 'AT', 'CH'],
    users: [anna.id, ben.id],
  });
  for (const { look, options, judge } of OTHER_LOOKS)
    await check(
      `every page of it is without a fault: ${look}`,
      async () => {
        const other = await visitor(options);
        const p = other.page;
        const there = (name) =>
          judge(p, async (scheme) => {
            await clean(p, `${name}-${options.locale ?? 'narrow'}-${scheme}`);
            await fits(p);
          });
        await signIn(p, world.url('northwind', '/overview/teams'), manager);
        await p.getByRole('table').waitFor();
        await there('teams');
        await p.goto(world.url('northwind', '/overview/agents'));
        await p.getByRole('table').waitFor();
        await there('agents');
        await p.goto(world.url('northwind', '/settings/assignment?entity=lead'));
        await p
          .getByRole('listitem')
          .filter({ hasText: `Look ${stamp}` })
          .first()
          .waitFor();
        await p.locator('.skeleton').first().waitFor({ state: 'detached' });
        await there('rules');
        await p.goto(world.url('northwind', `/settings/assignment?entity=lead&edit=${rule.id}`));
        await p.getByRole('dialog').locator('form').waitFor();
        await there('rule');
        await p.goto(world.url('northwind', '/clients'));
        const first = p.getByTestId('grid').locator('[data-row]').first();
        await first.getByRole('checkbox').check();
        await p.getByRole('toolbar').last().getByRole('button').nth(1).click();
        await there('bar');
        await p.getByRole('dialog').waitFor();
        await there('assign');
        await p.keyboard.press('Escape');
        await p.getByTestId('jobs').click();
        await p.getByTestId('jobs').and(p.locator('[aria-expanded="true"]')).waitFor();
        await there('jobs');
        await leave(other);
      },
      { goOn: true },
    );
  await call('DELETE', `/api/assignment-rules/${rule.id}`);
}
