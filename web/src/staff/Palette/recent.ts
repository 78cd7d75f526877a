import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';

const KEPT = {
  clients: 'client',
  leads: 'lead',
  contacts: 'contact',
  opportunities: 'opportunity',
  deals: 'deal',
} as const;
type Kept = (typeof KEPT)[keyof typeof KEPT];

/** Records that were opened in this tab. They are forgotten with it: names of people do not stay on a machine. */
export type Visit = { type: Kept; id: string; title: string; country?: string };

const MOST = 6;
const PATH = /^\/(clients|leads|contacts|opportunities|deals)\/([0-9a-f-]{36})$/;
const keyOf = (user: string) => `brokerdesk.recent.${user}`;

/** The newest first, each record once. */
export function withVisit(visits: readonly Visit[], visit: Visit): Visit[] {
  return [visit, ...visits.filter((v) => v.id !== visit.id)].slice(0, MOST);
}

export function readVisits(user: string): Visit[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(user)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((v): v is Visit => Boolean(v?.id && v?.title)) : [];
  } catch {
    return [];
  }
}

function keep(user: string, visit: Visit) {
  const visits = readVisits(user);
  if (visits[0]?.id === visit.id && visits[0].title === visit.title) return;
  try {
    sessionStorage.setItem(keyOf(user), JSON.stringify(withVisit(visits, visit)));
  } catch {
    // a full or forbidden store: nothing is remembered
  }
}

/** Remembers a record once its page has its name. */
export function useRecentVisits(user: string | undefined) {
  const qc = useQueryClient();
  const path = useRouterState({ select: (s) => s.location.pathname });
  useEffect(() => {
    const [, list, id] = PATH.exec(path) ?? [];
    if (!user || !list || !id) return;
    return whenNamed(qc, list, id, (record) =>
      keep(user, {
        type: KEPT[list as keyof typeof KEPT],
        id,
        title: record.name,
        country: record.country,
      }),
    );
  }, [qc, path, user]);
}

type Named = { name: string; country?: string };

function whenNamed(qc: QueryClient, list: string, id: string, then: (record: Named) => void) {
  const known = () => qc.getQueryData<Partial<Named>>([list, 'detail', id]);
  const look = () => {
    const record = known();
    if (record?.name) then({ name: record.name, country: record.country });
    return Boolean(record?.name);
  };
  if (look()) return;
  const stop = qc.getQueryCache().subscribe((event) => {
    if (event.query.queryKey[2] === id && look()) stop();
  });
  return stop;
}
