import { useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { ErrorState } from '@/components';
import { appTextsReady } from '@/i18n';
import { useSession } from '@/session/session';
import { Boot } from './fallbacks';

// asked for side by side with the session; who is signed in needs none of the pages before the sign-in
const loadShell = import('./Shell/Shell');
const Shell = lazy(async () => {
  await appTextsReady();
  return { default: (await loadShell).Shell };
});
const SignInPage = lazy(async () => ({ default: (await import('@/features/auth/SignInPage')).SignInPage }));
const ForgotPage = lazy(async () => ({ default: (await import('@/features/auth/ForgotPage')).ForgotPage }));
const ForcedPasswordPage = lazy(async () => ({
  default: (await import('@/features/auth/ForcedPasswordPage')).ForcedPasswordPage,
}));
const ForcedTwoFactorPage = lazy(async () => {
  const page = await import('@/features/auth/ForcedTwoFactorPage');
  await appTextsReady();
  return { default: page.ForcedTwoFactorPage };
});
const BlockedPage = lazy(async () => ({
  default: (await import('@/features/auth/BlockedPage')).BlockedPage,
}));

/**
 * Signed out, shut out, password or second factor due, or the app: the address stays, so signing in leads where one
 * wanted to go.
 */
export function Root() {
  const { state } = useSession();
  const path = useRouterState({ select: (s) => s.location.pathname });
  if (state.phase === 'loading') return <Boot />;
  if (state.phase === 'failed')
    return (
      <main>
        <ErrorState error={state.error} onRetry={() => window.location.reload()} />
      </main>
    );
  let page: ReactNode = <Shell />;
  if (state.phase === 'anonymous')
    page = path === '/forgot' ? <ForgotPage /> : <SignInPage expired={state.expired} />;
  else if (state.phase === 'password') page = <ForcedPasswordPage />;
  else if (state.phase === 'two-factor') page = <ForcedTwoFactorPage />;
  else if (state.phase === 'blocked') page = <BlockedPage />;
  return <Suspense fallback={<Boot />}>{page}</Suspense>;
}
