import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Dash } from '@/components';
import c from './contacts.module.css';

const STARS = [1, 2, 3, 4, 5] as const;

/** Up to five stars. With `onChange` each star is a choice; the one that is set already takes them all away. */
export function Rating({
  value,
  onChange,
}: {
  value?: number | null;
  onChange?: (value: number | null) => void;
}) {
  const { t } = useTranslation();
  const now = value ?? 0;
  const said = t('contacts.stars', { count: now });
  if (!onChange)
    return now ? (
      <span className={c.stars} role="img" aria-label={said}>
        {STARS.map((n) =>
          n <= now ? (
            <IconStarFilled key={n} size={13} />
          ) : (
            <IconStar key={n} size={13} className={c.hollow} />
          ),
        )}
      </span>
    ) : (
      <Dash />
    );
  return (
    <span className={c.stars} role="group" aria-label={t('contacts.field.rating')}>
      {STARS.map((n) => (
        <button
          key={n}
          type="button"
          aria-label={t('contacts.stars', { count: n })}
          aria-pressed={n === now}
          onClick={() => onChange(n === now ? null : n)}
        >
          {n <= now ? (
            <IconStarFilled size={15} aria-hidden />
          ) : (
            <IconStar size={15} className={c.hollow} aria-hidden />
          )}
        </button>
      ))}
    </span>
  );
}
