// Size budget: gzip of what each page loads before its first route (entry, modulepreload set, style sheets). And no page
// ever fetches what starts another one: a shared file that did would start it here as well.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const LIMIT = { js: 235, css: 45 };
let failed = false;
for (const page of ['index', 'platform', 'public']) {
  const html = readFileSync(`${dist}${page}.html`, 'utf8');
  const urls = new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((m) => m[1]));
  for (const kind of ['js', 'css']) {
    const set = [...urls].filter((u) => u.endsWith(`.${kind}`));
    const kb = set.reduce((sum, u) => sum + gzipSync(readFileSync(dist + u), { level: 9 }).length, 0) / 1000;
    const over = kb > LIMIT[kind];
    failed ||= over;
    console.log(`${page} ${kind}: ${kb.toFixed(1)} kB of ${LIMIT[kind]}${over ? '  OVER BUDGET' : ''}`);
  }
}

const imports = new Map(
  readdirSync(`${dist}assets`)
    .filter((file) => file.endsWith('.js') && !file.startsWith('boot-'))
    .map((file) => {
      const source = readFileSync(`${dist}assets/${file}`, 'utf8');
      return [file, [...source.matchAll(/["'`]\.\/([^"'`]+\.js)["'`]/g)].map((m) => m[1])];
    }),
);
const starts = ['index', 'platform', 'public'].map((page) => {
  const html = readFileSync(`${dist}${page}.html`, 'utf8');
  return [page, /<script type="module"[^>]*src="\/assets\/([^"]+)"/.exec(html)[1]];
});
for (const [page, start] of starts) {
  const seen = new Set();
  const walk = (file) => {
    if (seen.has(file) || !imports.has(file)) return;
    seen.add(file);
    for (const next of imports.get(file)) walk(next);
  };
  walk(start);
  for (const [other, file] of starts) {
    if (other === page || !seen.has(file)) continue;
    failed = true;
    console.log(`${page} fetches what starts ${other}: ${file}`);
  }
}
process.exit(failed ? 1 : 0);
