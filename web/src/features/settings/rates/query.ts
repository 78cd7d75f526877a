import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { ExchangeRate } from '@/api/sales';

const listOf = (answer: ExchangeRate[] | { data: ExchangeRate[] }): ExchangeRate[] =>
  Array.isArray(answer) ? answer : answer.data;

/** The newest rate of each currency, or all days of one. */
export const ratesQuery = (currency?: string) =>
  queryOptions({
    queryKey: ['exchange-rates', currency ?? 'newest'],
    queryFn: async ({ signal }) =>
      listOf(await api.call('get', '/exchange-rates', { query: { currency }, signal })),
  });

/** Sums are made with rates: they are read anew with them. */
function useRefresh() {
  const qc = useQueryClient();
  return () => {
    for (const key of ['exchange-rates', 'deals', 'opportunities'])
      void qc.invalidateQueries({ queryKey: [key] });
  };
}

export function useSaveRate() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: { currency: string; day?: string; rate: string }) =>
      api.call<ExchangeRate>('put', '/exchange-rates', { body }),
    onSuccess: refresh,
  });
}

export function useDeleteRate() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ currency, day }: Pick<ExchangeRate, 'currency' | 'day'>) =>
      api.call('delete', '/exchange-rates/{currency}/{day}', { path: { currency, day } }),
    onSuccess: refresh,
  });
}
