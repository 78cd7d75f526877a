// End to end: every scenario in a real Chromium against the real program.
//   node web/e2e/run.mjs                     all scenarios
//   node web/e2e/run.mjs signup owner        some of them
//   E2E_DATA=.brokerdesk node web/e2e/run.mjs clients     against a program that is running already
//   E2E_LANES=1 node web/e2e/run.mjs         one after the other; otherwise two at a time, each with a program of its own
import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, runScenario } from './harness.mjs';
import { borrowWorld, startWorld } from './world.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const LIMIT = 25 * 60_000;
/** Those that take longest go first: what is left for the end is short, and both lanes are done at about the same time. */
const FIRST = [
  'look',
  'people',
  'bulk',
  'masking',
  'exports',
  'imports',
  'sales_records',
  'reports',
  'views',
  'administration',
];
const place = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

const wanted = process.argv.slice(2);
const names = readdirSync(HERE)
  .filter((f) => f.endsWith('.e2e.mjs'))
  .map((f) => basename(f, '.e2e.mjs'))
  .filter((n) => !wanted.length || wanted.includes(n))
  .sort((a, b) => place(a) - place(b) || a.localeCompare(b));
const unknown = wanted.filter((w) => !names.includes(w));
if (unknown.length) {
  console.error(`no such scenario: ${unknown.join(', ')}`);
  process.exit(2);
}

rmSync(`${HERE}failures`, { recursive: true, force: true });
const started = Date.now();
const tally = { passed: 0, failed: 0 };
const stops = [];
let browser;
let ending;

/** Always: neither a browser nor the program may outlive this run. */
function end() {
  ending ??= (async () => {
    await browser?.close().catch(() => {});
    await Promise.all(stops.map((stop) => stop({ keepLog: tally.failed > 0 })));
  })();
  return ending;
}
async function giveUp(why) {
  console.error(why);
  tally.failed += 1;
  await end();
  process.exit(1);
}
process.once('SIGINT', () => void giveUp('interrupted'));
process.once('SIGTERM', () => void giveUp('terminated'));
setTimeout(() => void giveUp(`not done after ${LIMIT / 60_000} minutes`), LIMIT).unref();

/** Takes one scenario after the other, in a world that the other lane knows nothing of. */
async function lane() {
  if (!names.length) return;
  const world = process.env.E2E_DATA
    ? borrowWorld(process.env.E2E_DATA)
    : await startWorld((stop) => stops.push(stop));
  for (let name = names.shift(); name; name = names.shift()) {
    const { run } = await import(`./${name}.e2e.mjs`);
    await runScenario({ name, run, browser, world, tally });
  }
}

try {
  browser = await launch();
  const lanes = process.env.E2E_DATA ? 1 : Math.min(Number(process.env.E2E_LANES ?? 2), names.length);
  await Promise.all(Array.from({ length: lanes }, lane));
} catch (error) {
  tally.failed += 1;
  console.error(error);
} finally {
  await end();
}
console.log(`${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
