import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusPill } from '@/components';
import c from './duplicates.module.css';
import { draftOf } from './likeness';
import { draftQuery } from './query';
import type { Draft } from './types';
import { useDuplicateWords } from './words';

const SHOWN = 3;

/** In a form for somebody new: whoever is there already, looked up each time a field is left. */
export function LooksLike({ values }: { values: Partial<Record<keyof Draft, string>> }) {
  const { t } = useTranslation();
  const words = useDuplicateWords();
  const box = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const latest = useRef(values);
  latest.current = values;
  useEffect(() => {
    const form = box.current?.closest('form');
    const look = () => setDraft(draftOf(latest.current));
    form?.addEventListener('focusout', look);
    return () => form?.removeEventListener('focusout', look);
  }, []);
  const { data } = useQuery(draftQuery(draft));
  const found = draft ? (data ?? []) : [];
  return (
    <div ref={box} className={c.looks} role="status">
      {found.length > 0 && (
        <>
          <p className={c.looksTitle}>{t('duplicates.looksLike', { count: found.length })}</p>
          <ul>
            {found.slice(0, SHOWN).map((m) => (
              <li key={m.id}>
                <a href={`/${m.kind}s/${m.id}`} target="_blank" rel="noreferrer" className={c.looksName}>
                  <bdi>{m.name}</bdi>
                  <IconExternalLink size={13} aria-hidden />
                  <span className="sr-only">{t('duplicates.newTab')}</span>
                </a>
                <StatusPill label={words.likeness(m.score)} hue={words.hue(m.score)} />
                <span className={c.looksWhy}>
                  {m.kind === 'lead' && `${t('duplicates.lead')} · `}
                  {words.reasons(m.reasons)}
                </span>
              </li>
            ))}
          </ul>
          {found.length > SHOWN && (
            <p className={c.looksWhy}>{t('duplicates.andMore', { count: found.length - SHOWN })}</p>
          )}
        </>
      )}
    </div>
  );
}
