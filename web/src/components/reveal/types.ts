import type { Revealed } from '@/api/types';

export type RevealEntity = 'clients' | 'leads';
/** Fields that can be masked. */
export type RevealField = Exclude<keyof Revealed, 'quota'>;
