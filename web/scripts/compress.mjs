// Writes a brotli copy next to every compressible asset of the build. HTML is left alone: the server fills it in.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
let files = 0;
let before = 0;
let after = 0;
for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name);
  if (!/\.(js|css|svg|json|txt)$/.test(name) || statSync(path).size < 512) continue;
  const source = readFileSync(path);
  const packed = brotliCompressSync(source, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: source.length },
  });
  if (packed.length >= source.length) continue;
  writeFileSync(`${path}.br`, packed);
  files += 1;
  before += source.length;
  after += packed.length;
}
console.log(`brotli: ${files} files, ${Math.round(before / 1024)} kB -> ${Math.round(after / 1024)} kB`);
