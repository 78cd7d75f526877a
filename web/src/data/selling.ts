import { useUi } from '@/app/ui';

/** Whether this is a CRM for selling alone: it has pipelines, and no clients whose papers and money are kept. */
export const onlySells = (modules: readonly string[]): boolean =>
  modules.includes('pipeline') && !modules.includes('documents');

/** Whether clients have money here. */
export const useMoneyShown = (): boolean => !onlySells(useUi().branding.modules);
