import type { components } from '@/api/schema.gen';
import type { Wire } from '@/api/wire';

type Schemas = components['schemas'];
export type ConsoleSetup = Wire<Schemas['ConsoleOut']>;
export type ConsolePatch = Schemas['ConsoleIn'];
export type Trial = Wire<Schemas['ConsoleTrialOut']>;

/** The words that tokens carry for roles. */
export const WORDS = ['admin', 'manager', 'agent'] as const;
export type RoleWord = (typeof WORDS)[number];
