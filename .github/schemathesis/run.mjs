// Calls every operation of every OpenAPI file with made-up input, good and bad, and holds the answers against the
// file: no 5xx, no status, type or shape that is not written there. The real program, with a fresh demo broker.
//   node .github/schemathesis/run.mjs                    as `make test` does
//   node .github/schemathesis/run.mjs console crm        some of the files
//   SCHEMATHESIS_EXAMPLES=200 node …                     wider; SCHEMATHESIS_ARGS goes to Schemathesis as it is
//   BROKERDESK_BIN=… SCHEMATHESIS=… node …               another program, another Schemathesis
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld } from '../../web/e2e/world.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const API = join(ROOT, 'tenant-api');
const { SCHEMATHESIS_EXAMPLES = '4', SCHEMATHESIS_ARGS = '', CARGO_TARGET_DIR } = process.env;
// Where `.github/scripts/install test` puts it.
const SCHEMATHESIS =
  process.env.SCHEMATHESIS ||
  join(CARGO_TARGET_DIR || join(ROOT, 'target'), 'tools/schemathesis/bin/schemathesis');
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'response_schema_conformance', 'content_type_conformance'];

/** Operations that would end the run itself, and why. */
const LEFT_OUT = {
  signOut: 'ends the session that the run speaks with',
  endMySession: 'ids are learnt from answers: it ends the session that the run speaks with',
  endUserSession: 'the same',
  endUserSessions: 'the same',
  resetUserPassword: 'ends the sessions of the user, who may be the one of the run',
  resetUserTwoFactor: 'the same',
  changePassword: 'its wrong guesses lock the account',
  setUpTwoFactor: 'the account could owe a second factor from then on',
  enableTwoFactor: 'its wrong guesses lock the account',
  disableTwoFactor: 'its wrong guesses lock the account',
  renewRecoveryCodes: 'its wrong guesses lock the account',
  updateSettings: 'may demand a second factor, or close the address that the run comes from',
  followEvents: 'a stream that does not end',
  watchProvisioning: 'a stream that does not end',
  createTenant: 'each makes a broker, which takes seconds; the tests of provisioning do that',
};

const FILES = [
  { name: 'tenant', file: 'openapi.json', broker: true },
  { name: 'platform', file: 'openapi-platform.json', broker: false },
  { name: 'console', file: 'openapi-console.json', broker: true },
  { name: 'crm', file: 'openapi-crm.json', broker: true },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((w) => !FILES.some((f) => f.name === w));
if (unknown.length) {
  console.error(`no such file: ${unknown.join(', ')}; there are ${FILES.map((f) => f.name).join(', ')}`);
  process.exit(2);
}

// All requests come from here: limits by address would answer for the program.
Object.assign(process.env, {
  RATE_SIGNIN: 'off',
  RATE_SIGNUP: 'off',
  RATE_PUBLIC: 'off',
  ACCESS_TOKEN_MINUTES: '60',
  RUST_LOG: process.env.RUST_LOG ?? 'info',
});

const started = Date.now();
const dir = mkdtempSync(join(tmpdir(), 'brokerdesk-schemathesis-'));
let stop = async () => {};
let failed = false;

/** The file as it is called here: the header that selects a broker is not made up, it is given. */
function spec(file) {
  const json = JSON.parse(readFileSync(join(API, file), 'utf8'));
  for (const [name, path] of Object.entries(json.paths)) {
    for (const [method, operation] of Object.entries(path)) {
      operation.parameters = (operation.parameters ?? []).filter((p) => p.name !== 'X-Tenant');
      if (operation.operationId in LEFT_OUT) delete path[method];
    }
    // Of a path that is there, methods that it does not have are tried as well.
    if (!Object.keys(path).length) delete json.paths[name];
  }
  const copy = join(dir, file);
  writeFileSync(copy, JSON.stringify(json));
  return copy;
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(SCHEMATHESIS, args, { cwd: dir, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
    process.once('exit', () => child.kill('SIGKILL'));
  });
}

async function end() {
  await stop({ keepLog: failed });
  rmSync(dir, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    failed = true;
    void end().finally(() => process.exit(1));
  });
}

try {
  const world = await startWorld((end) => {
    stop = end;
  });
  for (const { name, file, broker } of FILES) {
    if (wanted.length && !wanted.includes(name)) continue;
    const slug = broker ? 'northwind' : '';
    const { status, json } = broker
      ? { status: 200, json: { access_token: await world.token(slug, world.user(slug, 'CRM Manager')) } }
      : await world.api('', 'POST', '/api/platform/auth/login', { body: world.owner });
    if (status !== 200) throw new Error(`the owner cannot sign in: ${status}`);
    console.log(`==> ${file}`);
    const begun = Date.now();
    const passed = await run([
      ...['run', spec(file), '--url', `http://localhost:${world.port}`],
      ...['-H', `Authorization: Bearer ${json.access_token}`, ...(broker ? ['-H', `X-Tenant: ${slug}`] : [])],
      ...['--checks', CHECKS.join(','), '--phases', 'examples,coverage,fuzzing', '--mode', 'all'],
      // One worker: Python before 3.12 stumbles when several threads parse at once (python/cpython#106905).
      ...['--max-examples', SCHEMATHESIS_EXAMPLES, '--seed', '20261127', '--workers', '1', '--no-shrink'],
      ...['--generation-database', 'none', '--suppress-health-check', 'all', '--warnings', 'off'],
      ...['--request-timeout', '30', '--no-color', ...SCHEMATHESIS_ARGS.split(' ').filter(Boolean)],
    ]);
    failed ||= !passed;
    // Whoever was put out at half of the way has tried nothing in the other half.
    const me = await world.api(slug, 'GET', broker ? '/api/me' : '/api/platform/me', { token: json.access_token });
    if (me.status !== 200) {
      failed = true;
      console.error(`the run put itself out: ${me.status} ${me.text}`);
    }
    console.log(`${file}: ${passed ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - begun) / 1000)} s`);
  }
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await end();
}
console.log(`${Math.round((Date.now() - started) / 1000)} s`);
process.exit(failed ? 1 : 0);
