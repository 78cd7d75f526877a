import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/noto-sans-arabic/wght.css';
import '../theme/tokens.css';
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { applyLocale, i18next, LOCALES, type Locale, rememberLocale } from '@/i18n';
import { type Branding, brandVariables, faviconFor, themeFromBranding } from '@/theme/branding';
import { cspNonce } from './nonce';
import { UiContext } from './ui';

type Props = { branding: Branding; queryClient: QueryClient; children: ReactNode };

/** Theme from the tenant's branding, language with its direction, server state, toasts. */
export function AppProviders(props: Props) {
  return (
    <DirectionProvider
      initialDirection={LOCALES[(i18next.language as Locale) ?? 'en']?.dir ?? 'ltr'}
      detectDirection={false}
    >
      <Themed {...props} />
    </DirectionProvider>
  );
}

function Themed({ branding: initial, queryClient, children }: Props) {
  const [branding, setBranding] = useState(initial);
  const [locale, setLocale] = useState<Locale>(i18next.language as Locale);
  const { setDirection } = useDirection();
  const changeLocale = useCallback(
    async (next: Locale) => {
      await applyLocale(next);
      rememberLocale(next);
      setDirection(LOCALES[next].dir);
      setLocale(next);
    },
    [setDirection],
  );
  useEffect(() => {
    document.getElementById('favicon')?.setAttribute('href', faviconFor(branding));
  }, [branding]);
  const theme = useMemo(() => themeFromBranding(branding), [branding]);
  const variables = useMemo(() => brandVariables(branding), [branding]);
  const ui = useMemo(
    () => ({ branding, setBranding, locale, changeLocale }),
    [branding, locale, changeLocale],
  );
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <QueryClientProvider client={queryClient}>
        <UiContext.Provider value={ui}>
          {children}
          <Notifications position="bottom-right" limit={4} />
        </UiContext.Provider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
