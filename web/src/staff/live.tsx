import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { tenantApi as api } from '@/api/client';
import { type LiveState, openStream } from '@/api/live';
import { useUi } from '@/app/ui';
import { markFresh } from '@/data/fresh';
import { type Entity, hasRecord, pullNewest, putRecord, removeRecords } from '@/data/lists';
import { useSession } from '@/session/session';
import { brandingFrom } from '@/theme/branding';
import { tellDue } from './due';

const LiveContext = createContext<LiveState>('connecting');
export const useLiveState = (): LiveState => useContext(LiveContext);

type Waiting = {
  created: Set<Entity>;
  changed: Map<string, [Entity, string]>;
  stale: Set<string>;
  boards: Set<Entity>;
};
const nothing = (): Waiting => ({
  created: new Set(),
  changed: new Map(),
  stale: new Set(),
  boards: new Set(),
});
const SETTLE = 250;
const OPENED = 1500;

/** One stream per tab. Events are gathered for a moment, then applied to what is cached. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const { reload } = useSession();
  const { setBranding } = useUi();
  const [state, setState] = useState<LiveState>('connecting');
  const navigate = useNavigate();
  const go = (to: string) => void navigate({ to });
  const handlers = useRef({ reload, setBranding, go });
  handlers.current = { reload, setBranding, go };

  useEffect(() => {
    let waiting = nothing();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let later: ReturnType<typeof setTimeout> | undefined;
    let lost = false;
    const flush = () => {
      timer = undefined;
      const now = waiting;
      waiting = nothing();
      void apply(queryClient, now);
    };
    const close = openStream({
      api,
      path: '/events',
      onState: (next) => {
        if (next === 'live' && lost) void queryClient.invalidateQueries();
        lost = next === 'lost';
        setState(next);
      },
      onEvent: ({ event, data }) => {
        // what is cached was read with the old rights: it may be too much, or too little
        if (event === 'access.changed') {
          const again = () => handlers.current.reload().then(() => queryClient.invalidateQueries());
          void again();
          // modules may have been switched
          void api.get('/branding').then((b) => handlers.current.setBranding(brandingFrom(b)));
          // what a role newly sees in clear is opened by the server a moment after the role itself
          clearTimeout(later);
          later = setTimeout(() => void again(), OPENED);
        } else if (event === 'branding.changed')
          void api.get('/branding').then((b) => handlers.current.setBranding(brandingFrom(b)));
        else if (event === 'settings.changed')
          for (const key of [
            'settings',
            'statuses',
            'custom-fields',
            'document-types',
            'consents',
            'captcha-secret',
            'console-settings',
          ])
            void queryClient.invalidateQueries({ queryKey: [key] });
        else if (event.endsWith('.follow_up_due')) void tellDue(event, data, handlers.current.go);
        else if (collect(waiting, event, data)) timer ??= setTimeout(flush, SETTLE);
      },
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(later);
      close();
    };
  }, [queryClient]);
  return <LiveContext.Provider value={state}>{children}</LiveContext.Provider>;
}

const ENTITIES: Record<string, Entity> = {
  client: 'clients',
  lead: 'leads',
  contact: 'contacts',
  deal: 'deals',
  opportunity: 'opportunities',
  partner: 'partners',
  user: 'users',
};

function collect(waiting: Waiting, event: string, data: string): boolean {
  const [kind = '', verb = ''] = event.split('.');
  const plain = [
    'job',
    'role',
    'document',
    'duplicate',
    'view',
    'tag',
    'export',
    'import',
    'note',
    'attachment',
    'notification',
    'pipeline',
  ];
  if (['deal', 'opportunity', 'contact', 'activity', 'pipeline'].includes(kind)) waiting.stale.add('reports');
  if (plain.includes(kind) || kind === 'activity') {
    waiting.stale.add(kind === 'activity' ? 'activities' : `${kind}s`);
    return true;
  }
  const entity = ENTITIES[kind];
  if (!entity) return false;
  let id = '';
  try {
    id = String((JSON.parse(data) as { id?: unknown }).id ?? '');
  } catch {
    return false;
  }
  if (entity === 'partners' || entity === 'users') waiting.stale.add(entity);
  // many records at once: the event names none of them
  else if (verb === 'bulk_updated') waiting.stale.add(entity).add('overview');
  else if (verb === 'created' || verb === 'restored') waiting.created.add(entity);
  else if (id) waiting.changed.set(`${entity}:${id}`, [entity, id]);
  if (entity === 'clients') waiting.stale.add('dashboard');
  if (entity === 'deals' || entity === 'opportunities') waiting.boards.add(entity);
  if (verb === 'merged' || verb === 'split') waiting.stale.add('duplicates');
  return true;
}

async function apply(qc: QueryClient, waiting: Waiting): Promise<void> {
  for (const key of waiting.stale) void qc.invalidateQueries({ queryKey: [key] });
  for (const kind of waiting.boards)
    for (const part of ['board', 'forecast', 'of']) void qc.invalidateQueries({ queryKey: [kind, part] });
  for (const entity of waiting.created) {
    try {
      markFresh(await pullNewest(qc, entity));
    } catch {
      void qc.invalidateQueries({ queryKey: [entity, 'list'] });
    }
  }
  for (const [entity, id] of waiting.changed.values()) {
    if (!hasRecord(qc, entity, id)) continue;
    try {
      putRecord(qc, entity, await api.call<{ id: string }>('get', `/${entity}/${id}`));
      void qc.invalidateQueries({ queryKey: [entity, 'timeline', id] });
    } catch {
      removeRecords(qc, entity, [id]);
    }
  }
}
