// Shared by all scenarios: a browser, visitors that notice every error, axe, checks, pictures of failures.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { call } from './world.mjs';

export { until } from './until.mjs';

const FAILURES = fileURLToPath(new URL('./failures/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a scheme can change. Where a page has only turned to the other one, its tree has been judged already. */
const AXE_COLOURS = ['color-contrast', 'link-in-text-block'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** How long an element may take to appear. Nothing here needs nearly as long on an idle machine. */
const PATIENCE = 10_000;

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

export const launch = () => chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS });

/**
 * A person at a browser of their own: cookies, colour scheme and language never leak to another one.
 * `problems` collects page errors, console errors (a breach of the CSP is one) and failed requests.
 */
async function visitor(browser, { width = 1440, height = 900, scheme, locale, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(
    ([s, l]) => {
      if (!location.protocol.startsWith('http')) return;
      // a document's preview is a page without a store
      if (window.top !== window) return;
      if (s) localStorage.setItem('mantine-color-scheme-value', s);
      if (l) localStorage.setItem('brokerdesk.locale', l);
    },
    [scheme, locale],
  );
  const problems = [];
  const allowed = [];
  const watch = (page) => {
    page.on('pageerror', (e) => problems.push(`page error: ${e.message}`));
    page.on('console', (m) => {
      // failed requests are judged below, by what was asked
      if (m.type() === 'error' && !m.text().startsWith('Failed to load resource'))
        problems.push(`console: ${m.text()}`);
    });
    page.on('requestfailed', (r) => {
      // leaving a page or a newer search ends what is on its way
      const why = r.failure()?.errorText;
      if (why !== 'net::ERR_ABORTED') problems.push(`request failed: ${r.method()} ${r.url()} ${why}`);
    });
    page.on('response', (r) => {
      if (r.status() < 400) return;
      const path = new URL(r.url()).pathname;
      // without a session the first question is answered with 401
      if (r.status() === 401 && path.endsWith('/auth/refresh')) return;
      if (allowed.some(([status, where]) => status === r.status() && path.includes(where))) return;
      problems.push(`${r.status()} for ${r.request().method()} ${r.url()}`);
    });
  };
  context.on('page', watch);
  const page = await context.newPage();
  return {
    context,
    page,
    problems,
    /** An error answer that belongs to the scenario: its status and a part of the path. */
    allow: (status, path) => allowed.push([status, path]),
    /** Fails if anything went wrong unnoticed since the last time. */
    clean() {
      const found = [...new Set(problems.splice(0))];
      if (found.length) throw new Error(found.join('\n'));
    },
  };
}

/**
 * A session without the form, where signing in is not what is looked at: the browser gets the cookie of the same call.
 * The form has `typePassword`.
 */
export async function signIn(page, address, { email, password }) {
  const { hostname, port } = new URL(address);
  const agent = await page.evaluate(() => navigator.userAgent);
  const body = { email, password };
  const { status, headers, text } = await call(Number(port), hostname, 'POST', '/api/auth/login', {
    body,
    agent,
  });
  const [, name, value, path] = /^([^=]+)=([^;]+);.*Path=([^;]+)/.exec(headers['set-cookie']?.[0]) ?? [];
  if (status !== 200 || !value) throw new Error(`${email} cannot sign in: ${status} ${text}`);
  await page
    .context()
    .addCookies([{ name, value, path, domain: hostname, httpOnly: true, sameSite: 'Strict' }]);
  await page.goto(address);
  await page.locator('#main').waitFor();
}

/** On the page that asks who one is. */
export async function typePassword(page, { email, password }) {
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
}

/** By the mouse, to where the target is by then: a board scrolls while something is carried to its edge. */
export async function drag(page, from, to) {
  await from.hover();
  await page.mouse.down();
  for (let n = 0; n < 12; n += 1) {
    const box = await to.boundingBox();
    const x = Math.min(box.x + box.width / 2, page.viewportSize().width - 40);
    await page.mouse.move(x, box.y + Math.min(box.height / 2, 200) + (n % 2), { steps: 4 });
    await page.waitForTimeout(80);
  }
  await page.mouse.up();
}

/** Until nothing moves any more; what moves for ever does not count. */
export const still = (page) =>
  page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity),
  );

/** Violations as readable lines; none is an empty list. */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  // a colour in the middle of a transition is not the colour of the page
  await still(page);
  // what is in order is not asked for: naming each of its elements takes longer than to judge them
  const violations = await page.evaluate(
    async ([tags, colours]) => {
      const runOnly = window.e2eTurned ? { type: 'rule', values: colours } : { type: 'tag', values: tags };
      return (await window.axe.run(document, { runOnly, resultTypes: ['violations'] })).violations;
    },
    [AXE_TAGS, AXE_COLOURS],
  );
  return violations.flatMap((v) =>
    v.nodes.map(
      (n) =>
        `${v.id}: ${v.help} at ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''} ${n.html.slice(0, 200)}`,
    ),
  );
}

export function equal(found, expected, what) {
  if (found !== expected)
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}
export function ok(value, what) {
  if (!value) throw new Error(what);
}

/** Ends a scenario whose next steps build on what has just failed. */
class Stop extends Error {}

/** Runs one scenario in browsers of its own, one line per check. */
export async function runScenario({ name, run, browser, world, tally }) {
  const visitors = [];
  const report = async (what, error, concerned = visitors) => {
    tally.failed += 1;
    mkdirSync(FAILURES, { recursive: true });
    const pictures = [];
    for (const [i, { page }] of concerned.entries()) {
      const slug = `${name} ${what} ${concerned.length > 1 ? i + 1 : ''}`.trim().replace(/[^a-z0-9]+/gi, '-');
      const file = join(FAILURES, `${slug.toLowerCase().slice(0, 120)}.png`);
      await page.screenshot({ path: file }).then(
        () => pictures.push(file),
        () => {},
      );
    }
    console.log(`FAIL  ${name}: ${what}\n${indent(error.stack ?? String(error))}`);
    for (const file of pictures) console.log(`      picture: ${file}`);
  };
  /** `of`: the one visitor it is about, where several work at the same time; `goOn`: the next ones do not build on it. */
  const check = async (what, body, { goOn = false, of } = {}) => {
    const concerned = of ? [of] : visitors;
    const started = Date.now();
    try {
      const answer = await body();
      for (const v of concerned) v.clean();
      tally.passed += 1;
      console.log(`ok    ${name}: ${what} (${Date.now() - started} ms)`);
      return answer;
    } catch (error) {
      await report(what, error, concerned);
      for (const v of concerned) v.problems.length = 0;
      if (!goOn) throw new Stop();
    }
  };
  try {
    await run({
      world,
      check,
      async visitor(options) {
        const v = await visitor(browser, options);
        visitors.push(v);
        return v;
      },
      async leave(v) {
        visitors.splice(visitors.indexOf(v), 1);
        await v.context.close();
      },
    });
  } catch (error) {
    if (!(error instanceof Stop)) await report('outside of a check', error);
  } finally {
    for (const { context } of visitors) await context.close().catch(() => {});
  }
}

const indent = (text) => text.replace(/^/gm, '      ');
