// Size budget: gzip of what each page loads before its first route (entry, modulepreload set, style sheets).
import { readFileSync } from 'node:fs';
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
process.exit(failed ? 1 : 0);
