import { IconAffiliate, IconDatabaseImport, IconMessage, IconUserCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Lead } from '@/api/types';
import { type FilterField, useRecordFields } from '@/components/list';
import { useImportOptions } from '@/data/imports';
import { humanise, usePartnerOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';

/** Conditions that the address holds in the short form, `status=new,active`. */
export const LEAD_FILTERS = [
  'status',
  'country',
  'source',
  'partner_id',
  'assigned_to',
  'team_id',
  'follow_up',
  'import_id',
  'created',
];

/** What the server is asked for, from the state of the list in the address. */
export const leadListQuery = (search: ListSearch) => apiQuery(search, LEAD_FILTERS);

export function useLeadFields(rows: readonly Lead[]): FilterField[] {
  const partners = usePartnerOptions();
  const imports = useImportOptions('leads');
  const words = [...new Set(rows.map((r) => r.source).filter((s): s is string => Boolean(s)))]
    .sort()
    .join('\n');
  const sources = useMemo(
    () => (words ? words.split('\n').map((value) => ({ value, label: humanise(value) })) : []),
    [words],
  );
  const own = useMemo(
    () => ({
      source: [{ key: 'partner_id', icon: IconAffiliate, kind: 'choice' as const, options: partners }],
      follow_up_at: [
        { key: 'converted', icon: IconUserCheck, kind: 'flag' as const },
        ...(imports.length
          ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
          : []),
      ],
      phone: [{ key: 'message', icon: IconMessage, kind: 'text' as const }],
    }),
    [partners, imports],
  );
  return useRecordFields('lead', sources, own);
}
