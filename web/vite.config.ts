import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));
const PUBLIC_PAGES = /^\/(public-form|invitation|reset)(\/|$|\?)/;

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

export default defineConfig({
  appType: 'mpa',
  plugins: [pages(), react()],
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
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
            {
              name: 'tanstack',
              test: /node_modules[\\/]@tanstack[\\/](?!react-table|table-core|react-virtual|virtual-core)/,
              priority: 20,
            },
            { name: 'i18n', test: /node_modules[\\/](i18next|react-i18next)[\\/]/, priority: 20 },
            { name: 'locale-ar', test: /i18n[\\/]ar\.json/, priority: 40 },
          ],
        },
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
