import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { tenantApi as api } from '@/api/client';
import { hasCode } from '@/api/errors';
import type { Revealed, RevealQuota } from '@/api/types';
import type { RevealEntity, RevealField } from './types';

const QUOTA = ['reveal', 'quota'];
const today = () => new Date().toISOString().slice(0, 10);

/** How often today, as far as the server has told. Only numbers are kept. */
export function useKnownQuota(): RevealQuota | null {
  const known = useQueryClient().getQueryData<RevealQuota & { day: string }>(QUOTA);
  return known?.day === today() ? known : null;
}

/** Asks for one clear value. It goes to the caller and nowhere else: not into a cache, not into an address. */
export function useReveal(entity: RevealEntity, id: string, field: RevealField) {
  const qc = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const reveal = useCallback(
    async (purpose: string): Promise<string | null> => {
      setBusy(true);
      setFailure(null);
      try {
        const body = { fields: [field], purpose };
        const out = await api.call<Revealed>('post', `/${entity}/{id}/reveal`, { path: { id }, body });
        qc.setQueryDefaults(QUOTA, { gcTime: 12 * 3_600_000 });
        qc.setQueryData(QUOTA, { ...out.quota, day: today() });
        void qc.invalidateQueries({ queryKey: [entity, 'timeline', id] });
        return out[field] ?? '';
      } catch (error) {
        setFailure(error);
        if (hasCode(error, 'reveal_quota')) {
          const known = qc.getQueryData<RevealQuota>(QUOTA);
          if (known) qc.setQueryData(QUOTA, { ...known, used: known.limit, day: today() });
        }
        return null;
      } finally {
        setBusy(false);
      }
    },
    [qc, entity, id, field],
  );
  const clear = useCallback(() => setFailure(null), []);
  return { reveal, busy, failure, clear };
}
