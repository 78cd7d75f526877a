// Documents: from the file to the decision, straight to the file store, and the queue by keyboard alone.
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { axe, equal, ok, signIn, until } from './harness.mjs';
import { fits, OTHER_LOOKS, picture } from './looks.mjs';

const TENANT = 'northwind';

/** A small PDF that viewers open. */
function pdf(text) {
  const parts = ['%PDF-1.4\n'];
  const at = [];
  const add = (body) => {
    at.push(parts.join('').length);
    parts.push(`${at.length} 0 obj\n${body}\nendobj\n`);
  };
  const stream = `BT /F1 24 Tf 60 700 Td (${text}) Tj ET`;
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add('<< /Type /Pages /Kids [3 0 R] /Count 1 >>');
  add(
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  );
  add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const start = parts.join('').length;
  const rows = at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    `xref\n0 6\n0000000000 65535 f \n${rows}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
  );
  return Buffer.from(parts.join(''));
}

/** A picture of a size in two colours. */
function png(width, height, shade) {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => {
    let c = 0xffffffff;
    for (const b of bytes) c = table[(c ^ b) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  };
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(8 + body.length);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), 4 + body.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, shade);
  for (let y = 0; y < height; y += 1) {
    rows[y * (width + 1)] = 0;
    if (y % 40 < 4) rows.fill(90, y * (width + 1) + 1, (y + 1) * (width + 1));
  }
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export async function run({ world, check, visitor, leave }) {
  const manager = world.user(TENANT, 'CRM Manager');
  const agent = world.user(TENANT, 'Agent');
  const token = await world.token(TENANT, manager);
  const call = async (method, path, body) => {
    const answer = await world.api(TENANT, method, path, { token, body });
    ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const stamp = Date.now().toString(36);
  const users = (await call('GET', '/api/users?limit=200')).data;
  const owner = users.find((u) => u.email === agent.email);
  const person = (name) =>
    call('POST', '/api/clients', {
      first_name: name,
      last_name: 'Marlowe',
      email: `${name.toLowerCase()}.${stamp}@example.com`,
      country: 'PT',
      assigned_to: owner.id,
    });
  /** As a program does it. */
  const hand = async (client, type, content_type, bytes) => {
    const { id, upload } = await call('POST', `/api/clients/${client.id}/documents`, {
      type,
      filename: `${type} of ${client.first_name}.bin`,
      content_type,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const answer = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
    ok(answer.ok, `upload: ${answer.status}`);
    return call('POST', `/api/documents/${id}/complete`, {});
  };
  const noViolations = async (page) => equal((await axe(page)).join('\n'), '', 'axe');

  const client = await person('Ines');
  const v = await visitor();
  const { page } = v;
  const kind = (key) => page.locator(`[data-kind="${key}"]`);
  const button = (name, exact = true) => page.getByRole('button', { name, exact });
  const preview = page.getByTestId('preview');

  await check('what is asked for stands on the client’s page, level by level', async () => {
    await signIn(page, world.url(TENANT, `/clients/${client.id}`), manager);
    await page.getByRole('tab', { name: 'Documents' }).click();
    await kind('identity').getByText('Missing').waitFor();
    equal(await page.getByRole('heading', { name: /^Level/ }).count(), 3, 'levels');
    await noViolations(page);
  });
  await check('a file of the wrong kind does not leave the machine', async () => {
    let asked = 0;
    page.on('request', (r) => {
      if (r.method() === 'POST' && r.url().includes('/documents')) asked += 1;
    });
    await page
      .getByTestId('file-identity')
      .setInputFiles({ name: 'passport.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await kind('identity').getByText('This kind of file is not taken here').waitFor();
    await noViolations(page);
    equal(asked, 0, 'requests');
  });
  await check('a page that says it is a PDF is refused by the server', async () => {
    v.allow(422, '/complete');
    await page.getByTestId('file-identity').setInputFiles({
      name: 'passport.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('<!doctype html><script>alert(1)</script>'),
    });
    await kind('identity').getByText('The file is not what its name says').waitFor();
    equal(await kind('identity').locator('[data-document]').count(), 0, 'documents');
  });
  await check('a PDF goes straight to the file store and is shown from there', async () => {
    const put = page.waitForRequest((r) => r.method() === 'PUT');
    const shown = page.waitForResponse((r) => r.url().includes('response-content-disposition=inline'));
    await page
      .getByTestId('file-identity')
      .setInputFiles({ name: 'Inês passport.pdf', mimeType: 'application/pdf', buffer: pdf('PASSPORT') });
    const sent = await put;
    ok(!sent.url().includes(`:${world.port}/`), 'it went through the CRM');
    equal(sent.headers()['if-none-match'], '*', 'a link for one use');
    await kind('identity').getByText('Inês passport.pdf').waitFor();
    await kind('identity').getByText('To review').first().waitFor();
    const answer = await shown;
    equal(answer.status(), 200, 'the contents');
    equal(answer.headers()['content-type'], 'application/pdf', 'their type');
    await preview.locator('iframe').waitFor();
    await noViolations(page);
  });
  await check('a picture is dropped, enlarged and turned', async () => {
    const data = png(900, 600, 235).toString('base64');
    const files = await page.evaluateHandle((text) => {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'bill.png', { type: 'image/png' }));
      return transfer;
    }, data);
    await kind('address').dispatchEvent('dragover', { dataTransfer: files });
    equal(await kind('address').getAttribute('data-over'), 'true', 'it says that it takes the file');
    await kind('address').dispatchEvent('drop', { dataTransfer: files });
    const image = preview.locator('img');
    await image.waitFor();
    await until(() => image.evaluate((i) => i.complete && i.naturalWidth === 900), 'the picture');
    const width = () => image.evaluate((i) => i.getBoundingClientRect().width);
    const before = await width();
    await button('Zoom in').click();
    ok((await width()) > before * 1.2, 'it is larger');
    await button('Zoom out').click();
    await button('Rotate').click();
    const box = await image.evaluate((i) => {
      const r = i.getBoundingClientRect();
      const s = i.parentElement.getBoundingClientRect();
      return { tall: r.height > r.width, inside: r.height <= s.height + 1 && r.width <= s.width + 1 };
    });
    ok(box.tall && box.inside, `it stands on its side, whole: ${JSON.stringify(box)}`);
    await noViolations(page);
  });
  await check(
    'a passport is approved with its date, a bill rejected for a reason, and the client follows',
    async () => {
      await kind('identity').locator('[data-document]').click();
      await button('Approve').click();
      await page.getByText('Enter the date on the document.').waitFor();
      await noViolations(page);
      await page.getByLabel('Valid until').fill('2099-03-01');
      await button('Approve').click();
      await kind('identity')
        .getByText(/^Valid until/)
        .waitFor();
      await kind('address').locator('[data-document]').click();
      await button('Reject').click();
      await page.getByRole('option', { name: 'Unreadable or blurred' }).click();
      await kind('address').getByText('Unreadable or blurred').waitFor();
      await page.getByText('KYC: Rejected').waitFor();
    },
  );
  await check('a new version takes its place; the old one is kept', async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      button('New version: Proof of address').click(),
    ]);
    await chooser.setFiles({ name: 'bill sharp.png', mimeType: 'image/png', buffer: png(500, 700, 250) });
    await kind('address').getByText('version 2').waitFor();
    await kind('address').getByText('1 older version').click();
    await kind('address').getByText('bill.png').waitFor();
    await page.getByText('KYC: To review').or(page.getByText('KYC: Pending')).first().waitFor();
    await button('Approve').click();
    await page.getByText('KYC: Approved').waitFor();
    equal((await call('GET', `/api/clients/${client.id}`)).kyc_status, 'approved', 'the status');
  });
  await check('it is saved under its own name, and who looked is written down', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
    equal(file.suggestedFilename(), 'bill sharp.png', 'the name');
    const { data } = await call('GET', '/api/audit?resource_type=document&action=document.viewed&limit=50');
    const purposes = data.flatMap((e) => e.diff.filter((d) => d.field === 'purpose').map((d) => d.new));
    ok(purposes.includes('view') && purposes.includes('download'), `purposes: ${purposes}`);
  });
  await check('a second look a moment later is written down like the first', async () => {
    const doc = (await call('GET', `/api/clients/${client.id}/documents`)).data.find(
      (d) => d.type === 'address',
    );
    const looks = async () => {
      const { data } = await call(
        'GET',
        '/api/audit?resource_type=document&action=document.viewed&limit=200',
      );
      return data.filter((e) => e.resource.id === doc.id && e.diff.some((d) => d.new === 'view')).length;
    };
    await page.goto(world.url(TENANT, `/clients/${client.id}?tab=documents`));
    const row = kind('address').locator('[data-document]').first();
    await row.click();
    await preview.locator('img').waitFor();
    const before = await looks();
    ok(before > 0, 'the first look');
    await page.getByRole('tab', { name: 'Overview' }).click();
    await preview.waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Documents' }).click();
    if (!(await preview.locator('img').count())) await row.click();
    await preview.locator('img').waitFor();
    await until(async () => (await looks()) === before + 1, 'the second look');
  });
  await check('an agent sees that documents are there, not what is in them', async () => {
    const other = await visitor();
    await signIn(other.page, world.url(TENANT, `/clients/${client.id}?tab=documents`), agent);
    const row = other.page.locator('[data-kind="identity"] [data-document]');
    await row.getByText('PDF file').waitFor();
    equal(await other.page.getByText('Inês passport').count(), 0, 'names of files');
    await row.click();
    await other.page.getByTestId('preview').getByText('Hidden by your role').waitFor();
    equal(
      await other.page.getByRole('button', { name: 'Approve', exact: true }).count(),
      0,
      'ways to decide',
    );
    equal(await other.page.getByRole('link', { name: 'Compliance' }).count(), 0, 'ways to the queue');
    await noViolations(other.page);
    other.clean();
    await leave(other);
  });

  const waiting = [];
  await check('the queue is worked through by keyboard alone', async () => {
    // what the demo brings is not for this desk
    for (const d of (await call('GET', '/api/documents?status=pending&limit=200')).data)
      await call('PATCH', `/api/documents/${d.id}`, { status: 'rejected', reason: 'unreadable' });
    for (const name of ['Ana', 'Bela', 'Caio']) waiting.push(await person(name));
    await hand(waiting[0], 'address', 'image/png', png(800, 500, 240));
    await hand(waiting[1], 'identity', 'application/pdf', pdf('ID CARD'));
    await hand(waiting[2], 'address', 'application/pdf', pdf('BILL'));
    await page.goto(world.url(TENANT, '/documents'));
    const now = page.locator('[aria-current="true"]');
    await now.getByText('Ana Marlowe').waitFor();
    await preview.locator('img').waitFor();
    await noViolations(page);
    await page.keyboard.press('j');
    await now.getByText('Bela Marlowe').waitFor();
    await page.keyboard.press('k');
    await now.getByText('Ana Marlowe').waitFor();
    // the next one comes by itself
    await page.keyboard.press('a');
    await now.getByText('Bela Marlowe').waitFor();
    // an identity card needs its date first
    await page.keyboard.press('a');
    await page.getByText('Enter the date on the document.').waitFor();
    equal(await page.evaluate(() => document.activeElement?.type), 'date', 'the focus');
    await page.getByLabel('Valid until').fill('2099-05-04');
    await page.keyboard.press('Enter');
    await now.getByText('Caio Marlowe').waitFor();
    await page.keyboard.press('r');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Everything is reviewed').waitFor();
    await noViolations(page);
    const states = await Promise.all(
      waiting.map(async (c) => (await call('GET', `/api/clients/${c.id}/documents`)).data[0]),
    );
    equal(states.map((d) => d.status).join(), 'approved,approved,rejected', 'what was decided');
    equal([states[1].expires_at, states[2].reason].join(), '2099-05-04,incomplete', 'with what');
  });
  await check('a decision is taken back from the toast', async () => {
    await button('Undo').last().click();
    await page.locator('[aria-current="true"]').getByText('Caio Marlowe').waitFor();
    equal(
      (await call('GET', `/api/clients/${waiting[2].id}/documents`)).data[0].status,
      'pending',
      'it waits again',
    );
  });
  await check('kinds of documents are added, ordered and archived', async () => {
    await page.goto(world.url(TENANT, '/settings/document-types'));
    await button('Add document type').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('Tax return');
    await form.getByText('Level 3', { exact: true }).click();
    await form.getByRole('checkbox', { name: 'WebP' }).uncheck();
    await noViolations(page);
    await form.getByRole('button', { name: 'Create type' }).click();
    await form.waitFor({ state: 'hidden' });
    await button('Move Tax return').focus();
    await page.keyboard.press('ArrowUp');
    await until(async () => {
      const { data } = await call('GET', '/api/document-types');
      return (
        data.findIndex((k) => k.label === 'Tax return') < data.findIndex((k) => k.key === 'source_of_funds')
      );
    }, 'the stored order');
    await noViolations(page);
    await page.getByRole('button', { name: 'Actions for Tax return' }).click();
    await page.getByRole('option', { name: 'Archive' }).click();
    await page.getByText('Archived (1)').waitFor();
  });
  for (const { look, options, judge } of OTHER_LOOKS)
    await check(`every page of documents is without a fault in ${look}`, async () => {
      const other = await visitor(options);
      const doc = (await call('GET', `/api/clients/${client.id}/documents`)).data.find(
        (d) => d.type === 'address',
      );
      await signIn(
        other.page,
        world.url(TENANT, `/clients/${client.id}?tab=documents&doc=${doc.id}`),
        manager,
      );
      for (const path of [null, '/documents', '/settings/document-types']) {
        if (path) await other.page.goto(world.url(TENANT, path));
        const main = other.page.locator('#main');
        await until(
          async () => (await main.innerText()).length > 60 && !(await main.locator('.skeleton').count()),
          `${path} to be there`,
        );
        await judge(other.page, async (scheme) => {
          await picture(
            other.page,
            `documents-${options.locale ?? 'narrow'}-${scheme}${(path ?? '/client').replaceAll('/', '-')}`,
          );
          await noViolations(other.page);
        });
        await fits(other.page, path ?? 'the client');
      }
      other.clean();
      await leave(other);
    });
}
