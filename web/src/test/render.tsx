import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { UiContext } from '@/app/ui';
import { setupI18n } from '@/i18n';
import { DEFAULT_BRANDING } from '@/theme/branding';

const en = import.meta.glob<{ default: Record<string, unknown> }>(
  '/src/{components,components/*,data,features/*,features/*/*}/i18n/en.json',
  {
    eager: true,
  },
);

/** A component with the providers of the app, in English. */
export async function renderApp(ui: ReactNode) {
  await setupI18n({ en, ar: {} }, 'en');
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <UiContext.Provider
          value={{
            branding: DEFAULT_BRANDING,
            setBranding: () => undefined,
            locale: 'en',
            changeLocale: async () => undefined,
          }}
        >
          {ui}
        </UiContext.Provider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
