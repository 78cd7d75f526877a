import type { Setting } from '@/api/types';

export type SettingGroup =
  | 'general'
  | 'security'
  | 'mail'
  | 'public'
  | 'registration'
  | 'captcha'
  | 'modules';

/** A word, a number, a switch, or a list of words: what a setting can hold. */
export type SettingValue = string | number | boolean | string[] | null;

/** The server describes a value as free JSON; each kind of setting holds one of these. */
export type SettingOut = Setting & { value: SettingValue; default: SettingValue };
export type SettingsPatch = Record<string, SettingValue>;
