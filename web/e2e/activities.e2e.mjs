// Activities, notes, files and notifications: what is to do, done and taken back; the calendar by hand and by key; a
// colleague who is mentioned sees it at once; a file on a client; light, dark, Arabic and a phone.
// SCREENSHOTS_DIR=… keeps a picture of each page.
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { looks, picture } from './looks.mjs';

const TENANT = 'northwind';
const DAY = 86_400_000;

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  const leader = world.user(TENANT, 'Team Leader');
  const token = await world.token(TENANT, manager);
  const api = async (method, path, body) => {
    const answer = await world.api(TENANT, method, path, { token, body });
    ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  const users = (await api('GET', '/api/users?limit=200')).data;
  const colleague = users.find((u) => u.email === leader.email);
  const client = await api('POST', '/api/clients', {
    first_name: 'Noor',
    last_name: `Kovač-${stamp}`,
    email: `noor.${stamp}@example.com`,
    country: 'HR',
    assigned_to: colleague.id,
  });
  const { timezone } = (await api('GET', '/api/me')).tenant;
  /** Noon of the company's clock, so many days from now. */
  const noon = (days) => {
    const at = new Date(Date.now() + days * DAY);
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(at);
    const guess = new Date(`${day}T12:00:00Z`);
    const shown = new Date(guess.toLocaleString('en-US', { timeZone: timezone }));
    const read = new Date(guess.toLocaleString('en-US', { timeZone: 'UTC' }));
    return { day, at: new Date(guess.getTime() - (shown - read)).toISOString() };
  };
  const add = (subject, days, more = {}) =>
    api('POST', '/api/activities', {
      type: 'call',
      subject: `${subject} ${stamp}`,
      due_at: days === null ? undefined : noon(days).at,
      ...more,
    });
  await add('Late call', -2, { client_id: client.id, priority: 'urgent' });
  await add('Plan the quarter', 20, { type: 'meeting', duration_minutes: 90 });
  await add('Read the contract', null, { type: 'task' });
  const daily = await add('Daily check', 1, {
    type: 'task',
    repeat: { freq: 'daily', interval: 1, count: 5 },
  });

  const v = await visitor();
  const { page } = v;
  const noViolations = async (of = page) => equal((await axe(of)).join('\n'), '', 'axe');
  const task = (subject) => page.locator('[data-task]').filter({ hasText: subject });
  const button = (name, exact = true) => page.getByRole('button', { name, exact });

  await check('the keyboard leads to what is to do, group by group', async () => {
    await signIn(page, world.url(TENANT, '/account'), manager);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL(/\/activities$/);
    for (const name of ['Overdue', 'Later', 'No date'])
      await page.getByRole('heading', { name: new RegExp(`^${name}`) }).waitFor();
    await task('Late call').getByText(`Noor Kovač-${stamp}`).waitFor();
    await noViolations();
    await picture(page, 'tasks-light');
  });
  await check('a task is added in one line', async () => {
    const form = page.getByRole('form', { name: 'New task' });
    await form.getByLabel('Subject').fill(`Send the offer ${stamp}`);
    await form.getByRole('combobox', { name: 'About' }).fill(`Kovač-${stamp}`);
    await page.getByRole('option', { name: client.name }).click();
    await form.getByLabel('Subject').press('Enter');
    await task('Send the offer').waitFor();
    await task('Send the offer').getByRole('link', { name: client.name }).waitFor();
    // the letters wait until the list of choices is out of sight
    await page.getByRole('listbox').waitFor({ state: 'hidden' });
  });
  await check('X ticks a task, and undo brings it back', async () => {
    await task('Send the offer').locator('[data-open]').focus();
    await page.keyboard.press('x');
    await page.getByText(`Completed: Send the offer ${stamp}`).waitFor();
    const done = async (status) =>
      (await api('GET', `/api/activities?client_id=${client.id}&status=${status}`)).data.some((a) =>
        a.subject.startsWith('Send the offer'),
      );
    ok(await done('completed'), 'is completed');
    await button('Undo').click();
    await until(() => done('scheduled'), 'the task to be open again');
    await task('Send the offer').getByRole('checkbox', { checked: false }).waitFor();
  });
  await check('the form takes everything, and says how it repeats', async () => {
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: 'New task' });
    await form.getByRole('button', { name: 'Add task' }).click();
    await form.getByText('Say what is to do.').waitFor();
    await form.getByLabel('Subject').fill(`Call every week ${stamp}`);
    await form.getByLabel('Due').fill(noon(2).day);
    await form.getByLabel('Time', { exact: true }).fill('10:30');
    await form.getByRole('combobox', { name: 'Repeats' }).click();
    await page.getByRole('option', { name: 'Weekly' }).click();
    await form.getByRole('button', { name: 'Mon', exact: true }).click();
    await form.getByText('Every week on Mon').waitFor();
    await noViolations();
    await picture(page, 'task-form');
    await form.getByRole('button', { name: 'Add task' }).click();
    await form.waitFor({ state: 'hidden' });
    await task('Call every week').waitFor();
  });
  await check('what repeats shows its later dates, lighter and fixed', async () => {
    await page.goto(world.url(TENANT, `/activities?tab=calendar&day=${noon(1).day}`));
    await page.locator(`[data-event="${daily.id}"]`).waitFor();
    // the month may end before the series does
    const virtual = page.locator('[data-virtual]').filter({ hasText: 'Daily check' });
    await virtual.first().waitFor();
    equal(await virtual.first().getAttribute('draggable'), 'false', 'a later date can be dragged');
    await noViolations();
    await picture(page, 'calendar-month');
  });
  const event = (id) => page.locator(`[data-event="${id}"]`);
  const cell = (day) => page.locator(`td[data-day="${day}"]`);
  const dueOf = async (id) => (await api('GET', `/api/activities/${id}`)).due_at;
  await check('dragging moves it to another day at the same time', async () => {
    const moving = await add('Moving call', 1);
    await cell(noon(1).day).locator(`[data-event="${moving.id}"]`).waitFor();
    await event(moving.id).dragTo(cell(noon(0).day), { targetPosition: { x: 60, y: 90 } });
    await page
      .getByText(/Moving call .* moved to Today/)
      .first()
      .waitFor();
    equal(new Date(await dueOf(moving.id)).toISOString(), noon(0).at, 'due');
    await button('Undo').last().click();
    await until(async () => new Date(await dueOf(moving.id)).toISOString() === noon(1).at, 'the way back');
    await cell(noon(1).day).locator(`[data-event="${moving.id}"]`).waitFor();
    await page.goto(world.url(TENANT, `/activities?tab=calendar&show=week&day=${noon(1).day}`));
    await event(moving.id).focus();
    await page.keyboard.press('Alt+ArrowDown');
    const later = new Date(Date.parse(noon(1).at) + 15 * 60_000).toISOString();
    await until(async () => new Date(await dueOf(moving.id)).toISOString() === later, 'a quarter later');
    ok(await event(moving.id).evaluate((el) => el === document.activeElement), 'the focus stays on it');
    await noViolations();
    await picture(page, 'calendar-week');
    await page.goto(world.url(TENANT, '/activities?tab=calendar&show=day'));
    await page.getByTestId('now-line').waitFor();
    await noViolations();
    await picture(page, 'calendar-day');
  });

  const other = await visitor();
  await check('a mention reaches a colleague at once', async () => {
    await signIn(other.page, world.url(TENANT, '/account'), leader);
    await other.page.getByTestId('bell').waitFor();
    await other.page.getByText('Live', { exact: true }).waitFor();
    await page.goto(world.url(TENANT, `/clients/${client.id}?tab=notes`));
    const text = page.getByRole('textbox', { name: 'Write a note…' });
    await text.click();
    await text.pressSequentially(`**Important**, @${colleague.name.slice(0, 4)}`);
    await page.getByRole('option', { name: colleague.name }).waitFor();
    await noViolations();
    await picture(page, 'mention');
    await page.keyboard.press('Enter');
    await text.pressSequentially('look at [this](javascript:alert(1)) and https://example.com/x.');
    await page.keyboard.press('Control+Enter');
    const note = page.locator('[data-note]').first();
    await note.locator('strong', { hasText: 'Important' }).waitFor();
    equal(await note.locator('a').count(), 1, 'links');
    equal(await note.locator('a').getAttribute('href'), 'https://example.com/x', 'link');
    await note.getByText(`@${colleague.name}`).waitFor();
    await other.page.getByRole('button', { name: '1 unread notification' }).waitFor();
    await other.page.keyboard.press('n');
    const panel = other.page;
    await panel
      .locator('[data-notification]')
      .filter({ hasText: 'mentioned you in a note on' })
      .filter({ hasText: client.name })
      .waitFor();
    await noViolations(other.page);
    await picture(other.page, 'notifications');
    await panel.locator('[data-notification="mention"]').first().click();
    await other.page.waitForURL(new RegExp(`/clients/${client.id}\\?tab=notes`));
    await other.page.locator('[data-note] strong', { hasText: 'Important' }).waitFor();
    await other.page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  });
  await leave(other);
  await check('a note is pinned, edited, deleted and brought back', async () => {
    const note = page.locator('[data-note]').first();
    const act = async (name) => {
      await note.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('option', { name, exact: true }).click();
    };
    await act('Pin');
    await note.getByText('Pinned').waitFor();
    await act('Edit');
    const text = note.getByRole('textbox');
    equal((await text.inputValue()).includes(`@${colleague.name} look`), true, 'the mention as it is read');
    await text.press('Control+End');
    await text.pressSequentially(' Thanks!');
    await note.getByRole('button', { name: 'Save' }).click();
    await note.getByText('Thanks!').waitFor();
    await note.getByText(`@${colleague.name}`).waitFor();
    await act('Delete');
    await page.getByText('No notes yet').waitFor();
    await button('Undo').last().click();
    await note.getByText('Thanks!').waitFor();
  });
  await check('a file is uploaded, fetched and deleted', async () => {
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByText('No files yet').waitFor();
    await page.getByTestId('attachment-file').setInputFiles({
      name: 'offer.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('An offer that is hard to refuse'),
    });
    const file = page.locator('[data-attachment]');
    await file.getByText('offer.txt').waitFor();
    await noViolations();
    await picture(page, 'files');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      file.getByRole('button', { name: 'offer.txt', exact: true }).click(),
    ]);
    equal(download.suggestedFilename(), 'offer.txt', 'name of the file');
    await file.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('option', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No files yet').waitFor();
  });
  await check('the address of the calendar is shown once', async () => {
    await page.goto(world.url(TENANT, '/account'));
    await button('Create the address').click();
    const url = await page.getByLabel('Address of the feed').inputValue();
    const path = new URL(url).pathname;
    const feed = await world.api(TENANT, 'GET', path);
    equal(feed.status, 200, 'feed');
    ok(feed.text.includes('BEGIN:VCALENDAR') && feed.text.includes(`Plan the quarter ${stamp}`), 'events');
    await noViolations();
    await picture(page, 'feed');
    await button('Switch off').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await button('Create the address').waitFor();
    equal((await world.api(TENANT, 'GET', path)).status, 404, 'feed after it was switched off');
  });
  await leave(v);

  await api('POST', '/api/notes', {
    client_id: client.id,
    content: `## Call\n\n- asked for *terms*\n- ask @[${colleague.name}](${colleague.id})`,
  });
  await looks({ world, check, visitor, leave, user: manager }, [
    ['tasks', '/activities', '[role="tabpanel"] li'],
    ['calendar', '/activities?tab=calendar&show=week', '[role="tabpanel"] [data-day]'],
    ['record-notes', `/clients/${client.id}?tab=notes`, '[role="tabpanel"] li'],
  ]);
}
