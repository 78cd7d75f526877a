import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { GROUPS, kind } from './scripts/chunks';

const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));
const PUBLIC_PAGES = /^\/(public-form|register|invitation|reset)(\/|$|\?)/;

/** In development, choose the page the way the server does: by host, then by path. */
function pages(): Plugin {
  return {
    name: 'brokerdesk-pages',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((req, _res, next) => {
        const url = req.url ?? '/';
        if (req.headers.accept?.includes('text/html')) {
          const tenant = /^[^.:]+\.[^:]+/.test(req.headers.host ?? '');
          if (!tenant) req.url = '/platform.html';
          else req.url = PUBLIC_PAGES.test(url) ? '/public.html' : '/index.html';
        }
        next();
      });
    },
  };
}

/** Pages whose code the browser may fetch at once, side by side with the app's. Longer addresses first. */
const ROUTES: [path: string, module: string][] = [
  ['/clients/', 'clients/ClientPage'],
  ['/clients', 'clients/ClientsPage'],
  ['/leads/', 'leads/LeadPage'],
  ['/leads', 'leads/LeadsPage'],
  ['/deals/', 'deals/DealPage'],
  ['/deals', 'deals/DealsPage'],
  ['/dashboard', 'dashboard/DashboardPage'],
  ['/partners', 'partners/PartnersPage'],
];
const BOOT = fileURLToPath(new URL('./src/boot/boot.js', import.meta.url));

/**
 * The first paint must not wait for the app: a small script of its own sets scheme and language, the outline of
 * the page stands in the HTML, and the style sheets follow it, so that they hold back the app but not the outline.
 */
function firstPaint(): Plugin {
  let boot = '';
  return {
    name: 'brokerdesk-first-paint',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((x) => x.type === 'chunk');
      const byName = new Map(chunks.map((x) => [x.fileName, x]));
      const first = new Set<string>();
      const walk = (name: string, into: Set<string>) => {
        if (into.has(name)) return;
        into.add(name);
        for (const next of byName.get(name)?.imports ?? []) walk(next, into);
      };
      for (const x of chunks) if (x.isEntry) walk(x.fileName, first);
      const shell = chunks.filter((x) => x.facadeModuleId?.endsWith('/staff/Shell/Shell.tsx'));
      const routes = ROUTES.map(([path, module]) => {
        const page = chunks.find((x) => x.facadeModuleId?.endsWith(`/features/${module}.tsx`));
        if (!page) throw new Error(`no chunk for ${module}`);
        const all = new Set<string>();
        for (const x of shell) walk(x.fileName, all);
        walk(page.fileName, all);
        const js = [...all].filter((name) => !first.has(name));
        const css = js.flatMap((name) => [...(byName.get(name)?.viteMetadata?.importedCss ?? [])]);
        return [path, [...js, ...new Set(css)].map((name) => `/${name}`)] as [string, string[]];
      });
      // What is said on the pages behind the sign-in; Arabic shows the English of what it lacks.
      const texts = (...names: string[]) =>
        chunks.filter((x) => names.includes(x.name)).map((x) => `/${x.fileName}`);
      // Pages share most of their files: each is named once, and pages name their places.
      const files = [...new Set([...routes.flatMap(([, all]) => all), ...texts('texts', 'locale-ar')])];
      const at = (all: string[]) => all.map((name) => files.indexOf(name));
      const source = readFileSync(BOOT, 'utf8')
        .replace('__FILES__', JSON.stringify(files.map((name) => name.replace(/^\/assets\//, ''))))
        .replace(
          '__ROUTES__',
          JSON.stringify(Object.fromEntries(routes.map(([path, all]) => [path, at(all)]))),
        )
        .replace('__TEXTS__', JSON.stringify({ en: at(texts('texts')), ar: at(texts('texts', 'locale-ar')) }))
        .replace(/^\s*(\/\/.*\n|\/\*[\s\S]*?\*\/\n)/gm, '')
        .replace(/^\s+/gm, '');
      boot = `assets/boot-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: boot, source });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) => /inter-latin-wght-normal.*\.woff2$/.test(name));
        const sheets = html.match(/ *<link rel="stylesheet"[^>]*>\n?/g) ?? [];
        const rest = sheets.reduce((text, sheet) => text.replace(sheet, ''), html);
        return {
          html: rest.replace(
            /\n? *<\/body>/,
            `\n${sheets.map((x) => `    ${x.trim()}\n`).join('')}  </body>`,
          ),
          tags: [
            { tag: 'script', attrs: { src: `/${boot}` }, injectTo: 'head' },
            {
              tag: 'link',
              attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${font}` },
              injectTo: 'head',
            },
          ],
        };
      },
    },
  };
}

export default defineConfig({
  appType: 'mpa',
  plugins: [pages(), react(), firstPaint()],
  resolve: {
    tsconfigPaths: true,
    alias: { '@tabler/icons-react': '@tabler/icons-react/dist/esm/icons/index.mjs' },
  },
  server: {
    allowedHosts: ['.localhost'],
    proxy: { '/api': { target: process.env.BROKERDESK_API ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
  build: {
    target: 'baseline-widely-available',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 450,
    rolldownOptions: {
      input: { index: page('index'), platform: page('platform'), public: page('public') },
      output: {
        // a chunk that several pages share is called by its kind, not by all of them
        chunkFileNames: (chunk) => `assets/${kind(chunk.name)}-[hash].js`,
        assetFileNames: (asset) => `assets/${kind(asset.names[0] ?? 'file')}-[hash][extname]`,
        codeSplitting: { groups: GROUPS },
      },
    },
  },
  test: {
    environment: 'jsdom',
    globals: true,
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
});
