import { useMantineTheme } from '@mantine/core';
import { IconPlus, IconSearch, IconTargetArrow, IconUsers } from '@tabler/icons-react';
import { type CSSProperties, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Hue, StatusPill } from '@/components';
import { type Branding, brandVariables, faviconFor, fontFamily, onBrand } from '@/theme/branding';
import { allNeutralTokens } from '@/theme/neutral';
import c from './BrandPreview.module.css';

type Scheme = 'light' | 'dark';
const HUES: Hue[] = ['blue', 'amber', 'green'];

/** The app in miniature, in one scheme: same tokens and colour rules as the real one. */
export function BrandPreview({ look, scheme }: { look: Branding; scheme: Scheme }) {
  const { t } = useTranslation();
  const theme = useMantineTheme();
  const style = useMemo(() => {
    const set = brandVariables(look)(theme);
    return {
      ...set.variables,
      ...allNeutralTokens(look.neutral, scheme),
      ...(scheme === 'dark' ? set.dark : set.light),
      fontFamily: fontFamily(look.font),
    } as CSSProperties;
  }, [look, scheme, theme]);
  const logo = scheme === 'dark' ? (look.logo_dark ?? look.logo_light) : look.logo_light;
  const picture = logo ?? (look.mark && look.mark.length > 2 ? look.mark : null);
  const rows = t('branding.preview.rows', { returnObjects: true }) as { name: string; status: string }[];
  return (
    <figure className={c.figure}>
      <figcaption>{t(`branding.preview.${scheme}`)}</figcaption>
      <div
        className={c.window}
        data-scheme={scheme}
        style={style}
        role="img"
        aria-label={t('branding.preview.alt', { scheme: t(`branding.preview.${scheme}`) })}
        data-testid={`preview-${scheme}`}
      >
        <div className={c.tab}>
          <img src={faviconFor(look)} alt="" />
          <span className={c.ell}>{look.name}</span>
        </div>
        <div className={c.app}>
          <div className={c.side}>
            <div className={c.brand}>
              {picture ? (
                <img src={picture} alt="" className={c.logo} />
              ) : (
                <span className={c.mark} style={{ background: look.primary, color: onBrand(look.primary) }}>
                  {(look.mark || look.name || 'B').slice(0, 1).toUpperCase()}
                </span>
              )}
              <span className={c.ell}>{look.name}</span>
            </div>
            <span className={c.item}>
              <IconTargetArrow size={14} stroke={1.7} />
              <span className={c.ell}>{t('staff.nav.leads')}</span>
            </span>
            <span className={c.item} data-active>
              <IconUsers size={14} stroke={1.7} />
              <span className={c.ell}>{t('staff.nav.clients')}</span>
            </span>
          </div>
          <div className={c.sheet}>
            <div className={c.top}>
              <b className={c.ell}>{t('staff.nav.clients')}</b>
              <span className={c.primary}>
                <IconPlus size={13} />
                {t('staff.create.client')}
              </span>
            </div>
            <div className={c.tools}>
              <span className={c.find}>
                <IconSearch size={12} />
                {t('components.find')}
              </span>
              <span className={c.chip}>{rows[0]?.status}</span>
            </div>
            {rows.map((row, i) => (
              <div key={row.name} className={c.row} data-selected={i === 1 || undefined}>
                <span className={c.ell}>{row.name}</span>
                <StatusPill label={row.status} hue={HUES[i] ?? 'grey'} />
              </div>
            ))}
            <div className={c.foot}>
              <span className={c.link}>{t('branding.preview.link')}</span>
              <span className={c.second}>{t('components.cancel')}</span>
            </div>
          </div>
        </div>
      </div>
    </figure>
  );
}
