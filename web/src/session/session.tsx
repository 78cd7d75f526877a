import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { tenantApi as api } from '@/api/client';
import type { Me } from '@/api/types';
import { can as allowed } from './permissions';

type State =
  | { phase: 'loading' }
  | { phase: 'failed'; error: unknown }
  | { phase: 'anonymous'; expired: boolean }
  | { phase: 'password'; me: Me }
  | { phase: 'ready'; me: Me };
type Session = {
  state: State;
  signIn: (email: string, password: string) => Promise<void>;
  changePassword: (current: string, next: string) => Promise<void>;
  signOut: () => Promise<void>;
  reload: () => Promise<void>;
};
const SessionContext = createContext<Session | null>(null);
const CHANNEL = 'brokerdesk.session';

/** All tabs share one cookie: they must show the same person, or none. */
function announce(what: 'signed-in' | 'signed-out') {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(what);
  channel.close();
}

const phaseOf = (me: Me): State => ({ phase: me.must_change_password ? 'password' : 'ready', me });

/** Who is signed in. The refresh cookie brings a session back after a reload; other tabs follow a sign-out. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ phase: 'loading' });
  const queryClient = useQueryClient();

  const reload = useCallback(async () => setState(phaseOf(await api.get('/me'))), []);
  const drop = useCallback(
    (expired: boolean) => {
      api.setToken(null);
      queryClient.clear();
      setState({ phase: 'anonymous', expired });
    },
    [queryClient],
  );

  useEffect(() => {
    let live = true;
    const boot = async () => {
      try {
        const ok = await api.refresh();
        if (!live) return;
        if (ok) await reload();
        else setState({ phase: 'anonymous', expired: false });
      } catch (error) {
        if (live) setState({ phase: 'failed', error });
      }
    };
    void boot();
    return () => {
      live = false;
    };
  }, [reload]);

  useEffect(
    () =>
      api.onSession((e) => {
        if (e === 'expired')
          setState((s) => (s.phase === 'ready' ? { phase: 'anonymous', expired: true } : s));
        else setState((s) => (s.phase === 'ready' ? { phase: 'password', me: s.me } : s));
      }),
    [],
  );
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = (e) => {
      if (e.data === 'signed-out') drop(false);
      else if (e.data === 'signed-in') window.location.reload();
    };
    return () => channel.close();
  }, [drop]);

  const value = useMemo<Session>(
    () => ({
      state,
      reload,
      async signIn(email, password) {
        const result = await api.post('/auth/login', { body: { email, password }, auth: false });
        api.setToken(result.access_token);
        queryClient.clear();
        await reload();
        announce('signed-in');
      },
      async changePassword(current, next) {
        await api.post('/auth/password', { body: { current, new: next } });
        await reload();
      },
      async signOut() {
        try {
          await api.post('/auth/logout');
        } finally {
          announce('signed-out');
          drop(false);
        }
      },
    }),
    [state, reload, drop, queryClient],
  );
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('SessionProvider missing');
  return session;
}

/** The signed-in person; only below the signed-in shell. */
export function useMe(): Me {
  const { state } = useSession();
  if (state.phase !== 'ready') throw new Error('not signed in');
  return state.me;
}

export function useCan(): (key: string) => boolean {
  const { user } = useMe();
  return useCallback((key: string) => allowed(user, key), [user]);
}
