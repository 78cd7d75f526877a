import { useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { ErrorState } from '@/components';
import { ForcedPasswordPage } from '@/features/auth/ForcedPasswordPage';
import { ForgotPage } from '@/features/auth/ForgotPage';
import { SignInPage } from '@/features/auth/SignInPage';
import { useSession } from '@/session/session';
import { Boot } from './fallbacks';

const loadShell = () => import('./Shell/Shell');
const Shell = lazy(async () => ({ default: (await loadShell()).Shell }));

/** Signed out, password due, or the app: the address stays, so signing in leads where one wanted to go. */
export function Root() {
  const { state } = useSession();
  const path = useRouterState({ select: (s) => s.location.pathname });
  useEffect(() => {
    const timer = setTimeout(() => void loadShell(), 300);
    return () => clearTimeout(timer);
  }, []);
  if (state.phase === 'loading') return <Boot />;
  if (state.phase === 'failed')
    return (
      <main>
        <ErrorState error={state.error} onRetry={() => window.location.reload()} />
      </main>
    );
  if (state.phase === 'anonymous')
    return path === '/forgot' ? <ForgotPage /> : <SignInPage expired={state.expired} />;
  if (state.phase === 'password') return <ForcedPasswordPage />;
  return (
    <Suspense fallback={<Boot />}>
      <Shell />
    </Suspense>
  );
}
