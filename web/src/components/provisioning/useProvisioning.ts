import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useState } from 'react';
import { platformApi } from '@/api/client';
import { openStream } from '@/api/live';
import { platform } from '@/api/platform';
import { type Channel, latest, nextChannel, type Provisioning, pollEvery } from '@/lib/provisioning';

export const provisioningKey = (id: string) => ['provisioning', id] as const;

/** One provisioning, kept current by its event stream and, while that is silent, by asking. */
export function useProvisioning(id: string, options: { auth: boolean }) {
  const { auth } = options;
  const client = useQueryClient();
  const [channel, tell] = useReducer(nextChannel, 'connecting' as Channel);
  const query = useQuery({
    queryKey: provisioningKey(id),
    queryFn: async ({ signal }) => {
      const next = await platform.provisioning(id, auth, signal);
      return latest(client.getQueryData<Provisioning>(provisioningKey(id)), next);
    },
    refetchInterval: (q) => (q.state.data && q.state.data.status !== 'running' ? false : pollEvery(channel)),
    refetchIntervalInBackground: true,
    staleTime: 0,
  });
  const status = query.data?.status;
  const settled = status === 'done' || status === 'failed';

  useEffect(() => {
    if (settled) {
      tell('settled');
      return;
    }
    tell('reopen');
    return openStream({
      api: platformApi,
      path: `/provisionings/${encodeURIComponent(id)}/events`,
      auth,
      onEvent: (e) => {
        if (e.event !== 'provisioning') return;
        const next = JSON.parse(e.data) as Provisioning;
        client.setQueryData<Provisioning>(provisioningKey(id), (old) => latest(old, next));
      },
      onState: (state) => {
        if (state === 'live') tell('opened');
        else if (state === 'lost') tell('lost');
      },
    });
  }, [id, auth, settled, client]);

  return { ...query, channel };
}

/** A clock for elapsed times: ticks only while something runs. */
export function useNow(running: boolean, every = 250): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [running, every]);
  return now;
}
