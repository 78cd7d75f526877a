/* Runs before the first paint and before the app: colour scheme, language, the company's name, and a head start
   for the page that was asked for. It knows nothing of the app but three keys of localStorage. */
(() => {
  const doc = document;
  const root = doc.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const make = (attributes) => doc.head.append(Object.assign(doc.createElement('link'), attributes));

  let scheme = read('mantine-color-scheme-value');
  if (scheme !== 'light' && scheme !== 'dark')
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.mantineColorScheme = scheme;

  let brand = {};
  try {
    brand = JSON.parse(doc.getElementById('branding').textContent) ?? {};
  } catch {
    // the page came without branding
  }
  if ((read('brokerdesk.locale') ?? brand.locale) === 'ar') {
    root.lang = 'ar';
    root.dir = 'rtl';
  }
  if (brand.name) doc.title = brand.name;
  const sidebar = read('brokerdesk.sidebar');
  if (sidebar ? sidebar === 'collapsed' : innerWidth < 1000) root.dataset.narrow = '';

  const page = Object.entries(__ROUTES__).find(([path]) => location.pathname.startsWith(path))?.[1] ?? [];
  const files = __FILES__;
  for (const at of page.length ? [...__TEXTS__[root.lang === 'ar' ? 'ar' : 'en'], ...page] : []) {
    const href = `/assets/${files[at]}`;
    make(href.endsWith('.css') ? { rel: 'preload', as: 'style', href } : { rel: 'modulepreload', href });
  }

  // this script stands in the head: the outline it fills is not there yet
  const fill = () => {
    const name = doc.getElementById('boot-name');
    if (!name) return;
    name.textContent = brand.name ?? '';
    if (brand.primary && !brand.logo_light) {
      const mark = doc.getElementById('boot-mark');
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(brand.primary.slice(at, at + 2), 16));
      mark.textContent = (brand.name ?? '').slice(0, 1).toUpperCase();
      mark.style.background = brand.primary;
      mark.style.color = 0.299 * r + 0.587 * g + 0.114 * b > 150 ? '#111318' : '#ffffff';
    }
    watcher.disconnect();
  };
  const watcher = new MutationObserver(fill);
  watcher.observe(root, { childList: true, subtree: true });
  addEventListener('DOMContentLoaded', () => watcher.disconnect());
})();
