import type { SessionEvent } from '@/api/client';
import type { Me } from '@/api/types';

export type State =
  | { phase: 'loading' }
  | { phase: 'failed'; error: unknown }
  | { phase: 'anonymous'; expired: boolean }
  | { phase: 'blocked' }
  | { phase: 'password'; me: Me }
  | { phase: 'two-factor'; me: Me }
  | { phase: 'ready'; me: Me };

/** What stands between a signed-in person and the app: first a new password, then the second factor. */
export function phaseOf(me: Me): State {
  if (me.must_change_password) return { phase: 'password', me };
  return { phase: me.must_set_up_two_factor ? 'two-factor' : 'ready', me };
}

/** What a refused call means for the whole page. */
export function afterRefusal(state: State, event: SessionEvent): State {
  // an address that is not allowed is so for everybody here, signed in or not
  if (event === 'address_not_allowed') return { phase: 'blocked' };
  if (state.phase !== 'ready')
    return event === 'expired' && (state.phase === 'two-factor' || state.phase === 'password')
      ? { phase: 'anonymous', expired: true }
      : state;
  if (event === 'expired') return { phase: 'anonymous', expired: true };
  return { phase: event === 'password_change_required' ? 'password' : 'two-factor', me: state.me };
}
