import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { tenantApi as api } from '@/api/client';
import type { Me } from '@/api/types';
import { here, isZone, todayIn } from '@/lib/zone';
import { can as allowed } from './permissions';
import { afterRefusal, phaseOf, type State } from './phase';

type Session = {
  state: State;
  /** `otp`: the six digits, or a recovery code. */
  signIn: (email: string, password: string, otp?: string) => Promise<void>;
  changePassword: (current: string, next: string) => Promise<void>;
  signOut: () => Promise<void>;
  reload: () => Promise<void>;
};
const SessionContext = createContext<Session | null>(null);
const CHANNEL = 'brokerdesk.session';

/** The refused call has told already that this address is not allowed: nothing weaker may cover that. */
const unlessBlocked =
  (next: State) =>
  (now: State): State =>
    now.phase === 'blocked' ? now : next;

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
        else setState(unlessBlocked({ phase: 'anonymous', expired: false }));
      } catch (error) {
        if (live) setState(unlessBlocked({ phase: 'failed', error }));
      }
    };
    void boot();
    return () => {
      live = false;
    };
  }, [reload]);

  useEffect(
    () =>
      api.onSession((event) => {
        setState((s) => afterRefusal(s, event));
      }),
    [],
  );
  /** All tabs share one cookie: they must show the same person, or none. A channel never hears itself. */
  const tabs = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = (e) => {
      if (e.data === 'signed-out') drop(false);
      else if (e.data === 'signed-in') window.location.reload();
    };
    tabs.current = channel;
    return () => channel.close();
  }, [drop]);

  const value = useMemo<Session>(
    () => ({
      state,
      reload,
      async signIn(email, password, otp) {
        const body = { email, password, ...(otp ? { otp } : {}) };
        const result = await api.post('/auth/login', { body, auth: false });
        api.setToken(result.access_token);
        queryClient.clear();
        await reload();
        tabs.current?.postMessage('signed-in');
      },
      async changePassword(current, next) {
        await api.post('/auth/password', { body: { current, new: next } });
        await reload();
      },
      async signOut() {
        try {
          await api.post('/auth/logout');
        } finally {
          tabs.current?.postMessage('signed-out');
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

/** The time zone in which the company's days begin; where nobody is signed in, the person's own. */
export function useZone(): string {
  const session = useContext(SessionContext);
  const zone = session?.state.phase === 'ready' ? session.state.me.tenant.timezone : undefined;
  return zone && isZone(zone) ? zone : here();
}

/** The day that it is there. */
export const useToday = (): string => todayIn(useZone());

export function useCan(): (key: string) => boolean {
  const { user } = useMe();
  return useCallback((key: string) => allowed(user, key), [user]);
}
