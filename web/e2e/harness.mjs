// Shared by all end-to-end scripts: a browser, axe, sign-in, pictures of failures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const FAILURES = fileURLToPath(new URL('./failures/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function chromiumPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // try the next name
    }
  }
  throw new Error('no Chromium found: set CHROMIUM_PATH');
}

/** A fresh profile each time: colour scheme, language and cookies never leak from one case to the next. */
export async function launch({ width = 1440, height = 900, ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    args: FLAGS,
    viewport: { width, height },
    ...options,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const problems = [];
  page.on('pageerror', (e) => problems.push(`page error: ${e.message}`));
  page.on('console', (m) => {
    const expected = /status of (401|404|409|410|422|423|429|500)/.test(m.text());
    if (m.type() === 'error' && !expected) problems.push(`console: ${m.text()}`);
  });
  return {
    context,
    page,
    problems,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

export async function signIn(page, base, email, password) {
  await page.goto(base);
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.locator('#main').waitFor();
}

/** Violations as readable lines; none is an empty list. */
export async function axe(page, context = undefined) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    ([tags, where]) => window.axe.run(where ?? document, { runOnly: { type: 'tag', values: tags } }),
    [AXE_TAGS, context],
  );
  return violations.flatMap((v) =>
    v.nodes.map(
      (n) => `${v.id}: ${v.help} at ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    ),
  );
}

export async function setScheme(page, scheme) {
  await page.evaluate((s) => localStorage.setItem('mantine-color-scheme-value', s), scheme);
  await page.reload();
}

export async function setLocale(page, locale) {
  await page.evaluate((l) => localStorage.setItem('brokerdesk.locale', l), locale);
  await page.reload();
}

const cases = [];
export const test = (name, run) => cases.push({ name, run });

/** Runs the cases one after the other, each in a fresh browser, and keeps a picture of what failed. */
export async function run(options) {
  let failed = 0;
  for (const { name, run: body } of cases) {
    const browser = await launch(options);
    const started = Date.now();
    try {
      await body(browser);
      if (browser.problems.length) throw new Error(browser.problems.join('\n'));
      console.log(`ok    ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      failed += 1;
      mkdirSync(FAILURES, { recursive: true });
      const file = join(FAILURES, `${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`);
      await browser.page.screenshot({ path: file }).catch(() => {});
      console.error(`FAIL  ${name}\n${error.stack ?? error}\n      picture: ${file}`);
    } finally {
      await browser.close();
    }
  }
  console.log(`${cases.length - failed} of ${cases.length} passed`);
  process.exitCode = failed ? 1 : 0;
}
