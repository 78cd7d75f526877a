import type { Revealed } from '@/api/types';

export type RevealEntity = 'clients' | 'leads' | 'contacts';
/** Fields that can be masked. */
export type RevealField = Exclude<keyof Revealed, 'quota'>;
