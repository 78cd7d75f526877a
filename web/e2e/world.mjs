// The real program, started as `make run` starts it, on a free port and in a directory of its own.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STOP_WITHIN = 10_000;
/** What would make `up` use somebody's own servers instead of its own. */
const FOREIGN =
  /^(DATABASE_|ADMIN_DATABASE|PROVISION_|REDIS_URL|S3_|SMTP_|BASE_DOMAIN|BROKERDESK_|MASTER_KEY)/;

function program() {
  const { BROKERDESK_BIN, CARGO_TARGET_DIR } = process.env;
  const file = BROKERDESK_BIN || join(CARGO_TARGET_DIR || join(ROOT, 'target'), 'debug/brokerdesk');
  if (!existsSync(file)) throw new Error(`${file} is missing: build it, or name another in BROKERDESK_BIN`);
  return file;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts the program and waits until it can be used. `onStart` gets the way to end it at once. */
export async function startWorld(onStart) {
  const file = program();
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'brokerdesk-e2e-'));
  // PostgreSQL runs as a user of its own when we are root
  chmodSync(dir, 0o755);
  const data = join(dir, 'data');
  const log = join(dir, 'log');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
  const child = spawn(file, ['up', '--demo', 'small', '--port', String(port), '--data-dir', data], {
    cwd: dir,
    // talkative: a scenario looks for what must not be in the log
    env: { RATE_SIGNIN: '60/m', RATE_SIGNUP: '30/h', RUST_LOG: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = createWriteStream(log);
  child.stdout.pipe(out, { end: false });
  child.stderr.pipe(out, { end: false });
  let ended = null;
  const end = new Promise((resolve) => {
    const gone = (why) => {
      ended = String(why);
      resolve();
    };
    child.once('exit', (code, signal) => gone(signal ?? code));
    child.once('error', gone);
  });

  const stop = async ({ keepLog = false } = {}) => {
    if (ended === null) {
      child.kill('SIGINT');
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
      await end;
      clearTimeout(hard);
    }
    out.end();
    if (keepLog) console.log(`the program's log: ${log}`);
    else rmSync(dir, { recursive: true, force: true });
  };

  process.once('exit', () => ended === null && child.kill('SIGKILL'));
  onStart(stop);
  try {
    const state = join(data, 'local.json');
    await until(
      () => {
        if (ended !== null) throw new Error(`the program ended (${ended}):\n${readFileSync(log, 'utf8')}`);
        return existsSync(state) && call(port, 'localhost', 'GET', '/ready').then((r) => r.status === 200);
      },
      'the program to be ready',
      90_000,
    );
    return worldOf(port, JSON.parse(readFileSync(state, 'utf8')), log);
  } catch (error) {
    await stop({ keepLog: true });
    throw error;
  }
}

/** For work on the scenarios: a program that is running already, by its data directory. */
export function borrowWorld(data) {
  const local = JSON.parse(readFileSync(join(data, 'local.json'), 'utf8'));
  return worldOf(Number(new URL(local.url).port), local);
}

/** One call without a browser. `*.localhost` need not resolve on this machine: the host is only a header. */
export function call(port, host, method, path, { token, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { host: `${host}:${port}`, accept: 'application/json' };
    if (agent) headers['user-agent'] = agent;
    if (token) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const req = request({ host: '127.0.0.1', port, method, path, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('end', () => {
        let json = null;
        try {
          json = JSON.parse(text);
        } catch {
          // a page, or nothing
        }
        resolve({ status: res.statusCode, headers: res.headers, text, json });
      });
    });
    req.once('error', reject);
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** PostgreSQL's own client, which comes with the server. */
function psql() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((v) => join(debian, v, 'bin')) : [];
  const all = [process.env.POSTGRES_BIN, ...(process.env.PATH ?? '').split(':'), ...versions];
  const found = all
    .filter(Boolean)
    .map((dir) => join(dir, 'psql'))
    .find((file) => existsSync(file));
  if (!found) throw new Error('no psql found: set POSTGRES_BIN');
  return found;
}

function worldOf(port, local, log) {
  const hostOf = (slug) => (slug ? `${slug}.localhost` : 'localhost');
  const api = (slug, method, path, options) => call(port, hostOf(slug), method, path, options);
  const users = (slug) => local.demo.find((x) => x.slug === slug).users;
  return {
    port,
    owner: local.owner,
    /** What the program has written into its log; nothing of one that somebody else started. */
    log: () => (log ? readFileSync(log, 'utf8') : null),
    /** Statements behind the product's back, as the owner of the database; `{s}` is a tenant's schema. */
    sql(slug, text) {
      const run = (statements) =>
        execFileSync(psql(), [local.admin_database_url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', statements], {
          encoding: 'utf8',
        }).trim();
      const schema = run(
        `select 't_' || lpad(key::text, 6, '0') from control.tenants where slug = '${slug}'`,
      );
      return run(text.replaceAll('{s}', schema));
    },
    /** The address of a page: of the platform, or of a tenant. */
    url: (slug, path = '/') => `http://${hostOf(slug)}:${port}${path}`,
    /** A demo user by role; `at` picks one of several. */
    user: (slug, role, at = 0) => users(slug).filter((u) => u.role === role)[at],
    api,
    async token(slug, { email, password }) {
      const { status, json, text } = await api(slug, 'POST', '/api/auth/login', {
        body: { email, password },
      });
      if (status !== 200) throw new Error(`${email} cannot sign in: ${status} ${text}`);
      return json.access_token;
    },
    /** The newest link with this part that went to one address by mail. */
    link: (to, part) =>
      until(
        async () => {
          const { json } = await api('', 'GET', `/dev/mail.json?to=${encodeURIComponent(to)}`);
          return json?.flatMap((mail) => mail.links).find((link) => link.includes(part));
        },
        `a mail to ${to} with ${part}`,
        10_000,
      ),
  };
}
