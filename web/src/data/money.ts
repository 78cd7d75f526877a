import { useUi } from '@/app/ui';

/** Whether clients have money here: a CRM that only sells knows nothing of balances. */
export const hasMoney = (modules: readonly string[]): boolean =>
  ['money', 'trading', 'documents'].some((m) => modules.includes(m)) || !modules.includes('pipeline');

export const useMoneyShown = (): boolean => hasMoney(useUi().branding.modules);
