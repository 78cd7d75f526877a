import { useComputedColorScheme, useMantineTheme } from '@mantine/core';
import { IconFilter, IconLock, IconMoon, IconPlus, IconSearch, IconSun } from '@tabler/icons-react';
import { type CSSProperties, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusPill } from '@/components';
import { initials, integer, money, shortDay } from '@/lib/format';
import { tenantHost } from '@/lib/slug';
import { brandVariables, DEFAULT_BRANDING } from '@/theme/branding';
import c from './Preview.module.css';
import { sceneOf } from './previewData';

type Scheme = 'light' | 'dark';

/** The CRM as it will look: same shell, tokens and colour rules as the real one, in miniature. */
export function Preview({
  name,
  slug,
  primary,
  logo,
  user,
  template,
}: {
  name: string;
  slug: string;
  primary: string;
  logo: string | null;
  user: string;
  template: string;
}) {
  const { t, i18n } = useTranslation();
  const theme = useMantineTheme();
  const page = useComputedColorScheme('light');
  const [chosen, setChosen] = useState<Scheme | null>(null);
  const scheme = chosen ?? page;
  const scene = sceneOf(template);
  const style = useMemo(() => {
    const set = brandVariables({ ...DEFAULT_BRANDING, primary })(theme);
    return { ...set.variables, ...(scheme === 'dark' ? set.dark : set.light) } as CSSProperties;
  }, [primary, scheme, theme]);
  const people = t('signup.preview.people', { returnObjects: true }) as string[];
  const deals = t('signup.preview.deals', { returnObjects: true }) as string[];
  const company = name || t('signup.preview.company');
  const person = user || t('signup.preview.user');
  const title = t(`signup.preview.nav.${scene.active}`);
  return (
    <div className={c.wrap}>
      <div className={c.bar}>
        <span className={c.caption}>{t('signup.preview.caption')}</span>
        <fieldset className={c.toggle}>
          <legend className="sr-only">{t('signup.preview.scheme')}</legend>
          {(['light', 'dark'] as const).map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={scheme === value}
              onClick={() => setChosen(value)}
            >
              {value === 'light' ? <IconSun size={14} /> : <IconMoon size={14} />}
              {t(`signup.preview.${value}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <div
        className={c.window}
        data-scheme={scheme}
        style={style}
        role="img"
        aria-label={t('signup.preview.alt')}
      >
        <div className={c.chrome} dir="ltr">
          <i />
          <i />
          <i />
          <span className={c.url}>
            <IconLock size={11} />
            {tenantHost(slug || 'your-company', location.host)}
          </span>
        </div>
        <div className={c.shell}>
          <div className={c.side}>
            <div className={c.tenant}>
              {logo ? (
                <img src={logo} alt="" className={c.logo} />
              ) : (
                <>
                  <span className={c.mark}>{initials(company).slice(0, 1)}</span>
                  <span className={c.ell}>{company}</span>
                </>
              )}
            </div>
            <div className={c.search}>
              <IconSearch size={13} />
              <span className={c.grow}>{t('signup.preview.search')}</span>
              <kbd dir="ltr">Ctrl K</kbd>
            </div>
            <div className={c.pages}>
              {scene.nav.map(({ key, icon: Icon }) => (
                <div key={key} className={c.item} data-active={key === scene.active || undefined}>
                  <Icon size={15} stroke={1.7} />
                  <span className={c.grow}>{t(`signup.preview.nav.${key}`)}</span>
                </div>
              ))}
            </div>
            <div className={c.me}>
              <span className={c.avatar}>{initials(person)}</span>
              <span className={c.grow}>
                <b>{person}</b>
                <small>{t('signup.preview.role')}</small>
              </span>
            </div>
          </div>
          <div className={c.sheet}>
            <div className={c.top}>
              <b>{title}</b>
              <span className={c.primary}>
                <IconPlus size={13} />
                {t(`signup.preview.add.${scene.active}`)}
              </span>
            </div>
            <div className={c.tabs}>
              <span data-active>{t('signup.preview.all')}</span>
              <span>{t('signup.preview.mine')}</span>
              <span>{t('signup.preview.today')}</span>
            </div>
            <div className={c.tools}>
              <span className={c.find}>
                <IconSearch size={13} />
                {t('signup.preview.find')}
              </span>
              <span className={c.chip}>
                <IconFilter size={12} className={c.chipIcon} />
                {t('signup.preview.chip')}
              </span>
            </div>
            <div className={c.head}>
              <span className={c.check} />
              {scene.columns.map((col, i) => (
                <span key={col} data-end={i === 3 || undefined}>
                  {t(`signup.preview.col.${col}`)}
                </span>
              ))}
            </div>
            {scene.rows.map((row, i) => {
              const text = (scene.columns[0] === 'deal' ? deals : people)[i] ?? '';
              return (
                <div key={text} className={c.row} data-selected={i === 2 || undefined}>
                  <span className={c.check} data-on={i === 2 || undefined} />
                  <span className={c.name}>
                    <span className={c.face} style={{ '--hue': (i * 67 + 20) % 360 } as CSSProperties}>
                      {initials(text)}
                    </span>
                    <span className={c.ell}>{text}</span>
                  </span>
                  <span>
                    <StatusPill label={t(`signup.preview.status.${row.status}`)} hue={row.hue} />
                  </span>
                  <span>
                    {scene.third === 'day' ? (
                      shortDay(i18n.language, row.third)
                    ) : (
                      <span className={c.code}>{row.third}</span>
                    )}
                  </span>
                  <span data-end className="num">
                    {scene.last === 'number'
                      ? integer(i18n.language, row.last)
                      : row.last
                        ? money(row.last, 'USD')
                        : '—'}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
