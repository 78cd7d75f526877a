import { useMemo } from 'react';
import { useFormat } from '@/app/ui';
import type { Option } from './lookups';

/** ISO 639-1: the languages in which people are spoken to. */
const CODES =
  'ar az bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ka kk ko lt lv ms nl no pl pt ro ru sk sl sr sv sw ta th tr uk ur uz vi zh'.split(
    ' ',
  );

/** Languages named in the reader's own and sorted by that name; one that a record has already is among them. */
export function useLanguageOptions(known?: string | null): Option[] {
  const { language, locale } = useFormat();
  return useMemo(() => {
    const order = new Intl.Collator(locale).compare;
    const codes = known && !CODES.includes(known) ? [...CODES, known] : CODES;
    return codes.map((value) => ({ value, label: language(value) })).sort((a, b) => order(a.label, b.label));
  }, [language, locale, known]);
}
