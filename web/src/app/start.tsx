import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { preferredLocale, setupI18n } from '@/i18n';
import { type Branding, brandingFrom, DEFAULT_BRANDING, inlinedBranding } from '@/theme/branding';
import { publishNonce } from './nonce';
import { AppProviders } from './providers';
import { createQueryClient } from './queryClient';

type Options = {
  texts: Parameters<typeof setupI18n>[0];
  /** Where branding comes from when the server did not write it into the page (development). */
  brandingUrl?: string;
  children: (queryClient: ReturnType<typeof createQueryClient>) => ReactNode;
};

async function loadBranding(url: string | undefined): Promise<Branding> {
  const inlined = inlinedBranding();
  if (inlined || !url) return inlined ?? DEFAULT_BRANDING;
  try {
    const res = await fetch(url);
    return res.ok ? brandingFrom(await res.json()) : DEFAULT_BRANDING;
  } catch {
    return DEFAULT_BRANDING;
  }
}

/** After an update of the server an open page asks for parts that no longer exist: one reload brings the new ones. */
function reloadWhenOutdated(): void {
  const key = 'brokerdesk.reloaded';
  window.addEventListener('vite:preloadError', (e) => {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 30_000) return;
    sessionStorage.setItem(key, String(Date.now()));
    e.preventDefault();
    location.reload();
  });
}

/** The common start of every page: branding, language, providers, root. */
export async function start({ texts, brandingUrl, children }: Options): Promise<void> {
  publishNonce();
  reloadWhenOutdated();
  const branding = await loadBranding(brandingUrl);
  document.title = branding.name;
  await setupI18n(texts, preferredLocale(branding.locale));
  const queryClient = createQueryClient();
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <AppProviders branding={branding} queryClient={queryClient}>
        {children(queryClient)}
      </AppProviders>
    </StrictMode>,
  );
}
