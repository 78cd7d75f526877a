import {
  IconActivity,
  IconAffiliate,
  IconCake,
  IconCoin,
  IconDatabaseImport,
  IconHome,
  IconId,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Client } from '@/api/types';
import { type FilterField, useRecordFields } from '@/components/list';
import { useImportOptions } from '@/data/imports';
import { useKyc, usePartnerOptions, useSourceOptions } from '@/data/lookups';
import { useMoneyShown } from '@/data/selling';
import { apiQuery, type ListSearch } from '@/lib/listSearch';

/** Conditions that the address holds in the short form, `status=new,active`. */
export const CLIENT_FILTERS = [
  'status',
  'kyc_status',
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
export const clientListQuery = (search: ListSearch) => apiQuery(search, CLIENT_FILTERS);

export function useClientFields(rows: readonly Client[]): FilterField[] {
  const kyc = useKyc();
  const money = useMoneyShown();
  const partners = usePartnerOptions();
  const imports = useImportOptions('clients');
  const own = useMemo(
    () => ({
      status: kyc.shown
        ? [{ key: 'kyc_status', icon: IconId, kind: 'always' as const, options: kyc.options }]
        : [],
      source: [{ key: 'partner_id', icon: IconAffiliate, kind: 'choice' as const, options: partners }],
      follow_up_at: [
        ...(money ? [{ key: 'balance', icon: IconCoin, kind: 'number' as const }] : []),
        { key: 'last_activity_at', icon: IconActivity, kind: 'instant' as const },
        ...(imports.length
          ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
          : []),
      ],
      phone: [
        { key: 'address', icon: IconHome, kind: 'text' as const },
        { key: 'date_of_birth', icon: IconCake, kind: 'day' as const },
      ],
    }),
    [kyc, money, partners, imports],
  );
  return useRecordFields('client', useSourceOptions(rows), own);
}
