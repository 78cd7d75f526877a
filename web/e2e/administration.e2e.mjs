// Somebody leaves, somebody forgot, somebody tampered: what administrators do on a bad day, and what the log says of it.
import { axe, equal, ok, signIn, typePassword, until } from './harness.mjs';
import { fits, OTHER_LOOKS } from './looks.mjs';
import { authenticator } from './totp.mjs';

const TENANT = 'northwind';
const PASSWORD = 'quiet-marble-thunder-17';
const SIGN_IN = 'Sign in to Northwind Markets';

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  let token = await world.token(TENANT, manager);
  const call = async (method, path, body) => {
    const answer = await world.api(TENANT, method, path, { token, body });
    ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  /** Somebody new with a password of their own. */
  const hire = async (name, role) => {
    const email = `${name.split(' ')[0].toLowerCase()}.${stamp}@northwind.example`;
    const { id } = await call('POST', '/api/users', { email, name: `${name} ${stamp}`, role });
    const link = new URL(await world.link(email, '/invitation?token='));
    const body = { token: link.searchParams.get('token'), password: PASSWORD };
    const { status, text } = await world.api(TENANT, 'POST', '/api/invitations/accept', { body });
    ok(status < 300, `the invitation of ${email}: ${status} ${text}`);
    return { id, email, password: PASSWORD, name: `${name} ${stamp}` };
  };
  const login = ({ email, password }) =>
    world.api(TENANT, 'POST', '/api/auth/login', { body: { email, password } });
  const spotless = async (page) => equal((await axe(page)).join('\n'), '', 'axe');
  const actionOf = async (page, person, action) => {
    await page.goto(world.url(TENANT, `/settings/users/${person.id}`));
    await page.getByRole('button', { name: `Actions for ${person.name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  const dora = await hire('Dora Winter', 'Agent');
  const emil = await hire('Emil Sommer', 'Agent');
  const finn = await hire('Finn Herbst', 'Agent');
  const records = [];
  for (const [kind, n] of [
    ['clients', 1],
    ['clients', 2],
    ['leads', 3],
  ]) {
    const { id } = await call('POST', `/api/${kind}`, {
      first_name: 'Hand',
      last_name: `Over-${n}-${stamp}`,
      email: `hand.${n}.${stamp}@clients.example`,
      assigned_to: dora.id,
    });
    records.push({ path: `/api/${kind}/${id}`, id, name: `Hand Over-${n}-${stamp}` });
  }

  const boss = await visitor();
  const desk = boss.page;
  await signIn(desk, world.url(TENANT, '/settings/users'), manager);

  await check('who leaves hands over in the same step, and is out at once', async () => {
    const theirs = await visitor();
    await signIn(theirs.page, world.url(TENANT, '/clients'), dora);
    await theirs.page.getByTestId('grid').locator('[data-row]').first().waitFor();
    theirs.allow(401, '/api/');
    await actionOf(desk, dora, 'Deactivate');
    const dialog = desk.getByRole('dialog');
    await dialog.getByText('They are signed out everywhere at once').waitFor();
    await spotless(desk);
    const heir = dialog.getByLabel('Give their records and open activities to');
    await heir.click();
    const choice = desk.getByRole('option', { name: emil.name });
    await choice.waitFor({ state: 'attached' });
    equal(await desk.getByRole('option', { name: dora.name }).count(), 0, 'ways to hand over to oneself');
    await heir.fill(emil.name);
    await choice.click();
    await choice.waitFor({ state: 'hidden' });
    await spotless(desk);
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await desk.getByText(`${dora.name} has been deactivated`).waitFor();
    await desk.getByText('Inactive').first().waitFor();
    await spotless(desk);
    for (const { path, name } of records)
      equal((await call('GET', path)).assigned_to, emil.id, `${name}’s owner`);
    await theirs.page.goto(world.url(TENANT, '/leads'));
    await theirs.page.getByRole('heading', { name: SIGN_IN }).waitFor();
    equal((await login(dora)).status, 401, 'the answer to the right password');
    await leave(theirs);
  });
  await check('who got the records sees them, without a reload of the desk', async () => {
    const heir = await visitor();
    await signIn(heir.page, world.url(TENANT, '/clients'), emil);
    const rows = heir.page.getByTestId('grid').locator('[data-row]');
    for (const { name } of records.slice(0, 2)) await rows.filter({ hasText: name }).waitFor();
    await spotless(heir.page);
    await leave(heir);
  });

  await check(
    'a reset password: out everywhere, a link by mail, and a new one before anything else',
    async () => {
      const theirs = await visitor();
      const { page } = theirs;
      await signIn(page, world.url(TENANT, '/account'), finn);
      theirs.allow(401, '/api/');
      await actionOf(desk, finn, 'Reset password');
      const dialog = desk.getByRole('dialog');
      await dialog.getByText('must choose a new password').waitFor();
      await spotless(desk);
      await dialog.getByRole('button', { name: 'Reset password' }).click();
      await desk.getByText(`A link is on its way to ${finn.email}`).waitFor();
      await world.link(finn.email, '/reset?token=');
      await desk.getByText('Must be changed at the next sign-in').waitFor();

      await page.goto(world.url(TENANT, '/clients'));
      await page.getByRole('heading', { name: SIGN_IN }).waitFor();
      await typePassword(page, finn);
      await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
      equal(await page.getByRole('navigation').count(), 0, 'navigation');
      await spotless(page);
      await page.reload();
      await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
      const old = (await login(finn)).json;
      equal(old.must_change_password, true, 'what the API says of it');
      const closed = await world.api(TENANT, 'GET', '/api/clients', { token: old.access_token });
      equal(closed.status, 403, 'the answer of the API meanwhile');

      const fresh = `${PASSWORD}-fresh`;
      const type = async (current, next) => {
        await page.getByLabel('Current password').fill(current);
        await page.getByLabel('New password', { exact: true }).fill(next);
        await page.getByLabel('New password, once more').fill(next);
        await page.getByRole('button', { name: 'Change password' }).click();
      };
      await type(PASSWORD, PASSWORD);
      await page.getByText('Choose a password different from the current one.').waitFor();
      await spotless(page);
      await type(PASSWORD, fresh);
      await page.locator('#main').waitFor();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Clients' }).waitFor();
      equal((await login(finn)).status, 401, 'the answer to the old password');
      equal((await login({ ...finn, password: fresh })).json.must_change_password, false, 'a change is due');
      await leave(theirs);
    },
  );

  const filter = async (what) => {
    await desk.getByRole('button', { name: 'Filter', exact: true }).click();
    await desk.getByRole('dialog', { name: 'Filter' }).getByText(what, { exact: true }).click();
  };
  const entries = desk.locator('[data-action]');
  /** Until the list shows nothing but what belongs there. */
  const only = (belongs, what) =>
    until(async () => {
      const texts = await entries.allInnerTexts();
      return texts.length > 0 && texts.every(belongs);
    }, what);

  await check('the log by who did it', async () => {
    await desk.goto(world.url(TENANT, '/settings/audit'));
    await entries.first().waitFor();
    await filter('Who');
    await desk.getByRole('dialog').getByLabel('Find', { exact: true }).fill(finn.name);
    await spotless(desk);
    await desk.getByRole('checkbox', { name: finn.name }).check();
    await desk.keyboard.press('Escape');
    await only((x) => x.includes(finn.name), `entries of ${finn.name} alone`);
    ok(desk.url().includes(finn.id), `the person is not in the address: ${desk.url()}`);
    const told = (await entries.evaluateAll((all) => all.map((e) => e.dataset.action))).join();
    for (const action of ['session.created', 'user.password_changed'])
      ok(told.includes(action), `${action} is missing in ${told}`);
    await desk.reload();
    await only((x) => x.includes(finn.name), 'the filter to survive a reload');
    await spotless(desk);
  });
  await check('by record, from an entry', async () => {
    await desk.goto(world.url(TENANT, '/settings/audit?resource_type=user'));
    await desk
      .getByRole('button', { name: `Only entries about ${dora.name}` })
      .first()
      .click();
    await only((x) => x.includes(dora.name), `entries about ${dora.name} alone`);
    ok(desk.url().includes(dora.id), `the record is not in the address: ${desk.url()}`);
    const told = (await entries.evaluateAll((all) => all.map((e) => e.dataset.action))).join();
    for (const action of ['user.created', 'user.records_reassigned'])
      ok(told.includes(action), `${action} is missing in ${told}`);
    await spotless(desk);
    await desk.getByRole('button', { name: 'Remove filter: Record' }).click();
  });
  await check('by time: today there is something, long ago nothing', async () => {
    await desk.goto(world.url(TENANT, '/settings/audit'));
    await entries.first().waitFor();
    await filter('When');
    await desk.getByRole('button', { name: 'Today' }).click();
    await spotless(desk);
    await entries.first().waitFor();
    const range = desk.getByRole('dialog', { name: 'Filter' });
    await range.getByLabel('From').fill('2001-01-01');
    await range.getByLabel('To').fill('2001-12-31');
    await desk.keyboard.press('Escape');
    await desk.getByText('Nothing matches these filters').waitFor();
    equal(await entries.count(), 0, 'entries of 2001');
    await spotless(desk);
    await desk.getByRole('button', { name: 'Clear filters' }).last().click();
    await entries.first().waitFor();
  });

  await check('an entry that was tampered with is named; put back, the log is whole again', async () => {
    const where = `action = 'user.deactivated' or (action = 'user.updated' and resource_id = '${dora.id}')`;
    const newest = `select seq from {s}.audit_log where (${where}) and seq is not null order by seq desc limit 1`;
    const seq = Number(await until(() => world.sql(TENANT, newest), 'the entry to be sealed'));
    const verdict = desk.getByTestId('verdict');
    /** On a page without the word of the time before. */
    const verify = async (text) => {
      await desk.goto(world.url(TENANT, '/settings/audit'));
      await desk.getByRole('button', { name: 'Verify', exact: true }).click();
      await verdict.getByText(text).first().waitFor();
    };
    await verify(/^Intact:/);
    const keep = 'create table public.kept_entry as select * from {s}.audit_log';
    world.sql(TENANT, `${keep} where seq = ${seq}`);
    try {
      world.sql(TENANT, `update {s}.audit_log set actor_name = 'Somebody else' where seq = ${seq}`);
      await verify(new RegExp(`First bad entry: ${seq}\\b`));
      await spotless(desk);
      world.sql(TENANT, `delete from {s}.audit_log where seq = ${seq}`);
      await verify(new RegExp(`entry ${seq} is missing`));
    } finally {
      world.sql(
        TENANT,
        `delete from {s}.audit_log where seq = ${seq};
         insert into {s}.audit_log overriding system value select * from public.kept_entry; drop table public.kept_entry`,
      );
    }
    await verify(/^Intact:/);
    await desk.goto(world.url(TENANT, '/settings/audit?action=audit.verified'));
    await entries.first().waitFor();
    ok((await entries.count()) >= 4, 'looking for faults is written down as well');
  });
  await leave(boss);

  await check(
    'two-factor for everybody: nothing is open before it is set up, and undo lifts it',
    async () => {
      const bea = await hire('Bea Lenz', 'CRM Manager');
      const first = (await login(bea)).json.access_token;
      const own = async (path, body, bearer) => {
        const answer = await world.api(TENANT, 'POST', `/api/auth/two-factor/${path}`, {
          token: bearer,
          body,
        });
        ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
        return answer.json;
      };
      const phone = authenticator((await own('setup', { password: PASSWORD }, first)).secret);
      await own('enable', { code: await phone.code() }, first);
      const chief = await visitor();
      const { page } = chief;
      chief.allow(401, '/auth/login');
      await page.goto(world.url(TENANT, '/settings/security'));
      await typePassword(page, bea);
      await page.getByLabel('Six-digit code').fill(await phone.code());
      const policy = page.getByRole('switch', { name: 'Two-factor sign-in for everybody' });
      await policy.waitFor();
      equal(await policy.isChecked(), false, 'the policy at first');

      const worker = await visitor();
      await signIn(worker.page, world.url(TENANT, '/account'), emil);
      try {
        await policy.locator('xpath=ancestor-or-self::label | ..').first().click();
        equal(await policy.isChecked(), true, 'the switch');
        await spotless(page);
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('Security: saved').waitFor();
        await spotless(page);

        worker.allow(403, '/api/');
        await worker.page.goto(world.url(TENANT, '/clients'));
        await worker.page.getByRole('heading', { name: 'Set up two-factor' }).waitFor();
        equal(await worker.page.getByRole('navigation').count(), 0, 'navigation');
        await spotless(worker.page);
        const closed = await world.api(TENANT, 'GET', '/api/clients', {
          token: (await login(emil)).json.access_token,
        });
        equal(closed.status, 403, 'the answer of the API meanwhile');

        await page.getByRole('button', { name: 'Undo' }).click();
        await page.getByText('The change has been taken back').first().waitFor();
        await until(async () => !(await policy.isChecked()), 'the switch to be off');
      } finally {
        // whatever happened: nobody else is to be stopped by it
        world.sql(
          TENANT,
          `update {s}.settings set value = 'false' where key = 'two_factor_required';
         update {s}.tenant_meta set access_version = access_version + 1`,
        );
      }
      await worker.page.goto(world.url(TENANT, '/clients'));
      await worker.page.getByTestId('grid').locator('[data-row]').first().waitFor();
      await leave(worker);
      await leave(chief);
    },
  );

  token = await world.token(TENANT, manager);
  for (const { look, options, judge } of OTHER_LOOKS)
    await check(`a forced change, the log and the person’s page are without a fault in ${look}`, async () => {
      const guest = await visitor(options);
      const { page } = guest;
      const person = await hire(`Gus${look.length} Frost`, 'Agent');
      await call('POST', `/api/users/${person.id}/reset-password`, {});
      await page.goto(world.url(TENANT, '/clients'));
      await typePassword(page, person);
      await until(
        async () => (await page.locator('input[type="password"]').count()) === 3,
        'the three fields',
      );
      await judge(page, () => spotless(page));
      const other = await visitor(options);
      await signIn(other.page, world.url(TENANT, `/settings/users/${person.id}`), manager);
      await other.page.locator('[role="tabpanel"]').first().waitFor();
      await judge(other.page, () => spotless(other.page));
      await other.page.goto(world.url(TENANT, `/settings/audit?resource_id=${person.id}`));
      await other.page.locator('[data-action]').first().waitFor();
      await judge(other.page, () => spotless(other.page));
      for (const one of [page, other.page]) {
        await fits(one, one.url());
      }
      await leave(other);
      await leave(guest);
    });
}
