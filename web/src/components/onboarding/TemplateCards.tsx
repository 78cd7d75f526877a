import { IconBriefcase, IconChartCandle, IconLayoutGrid, IconShare3 } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '@/api/platform';
import c from './TemplateCards.module.css';

const ICONS: Record<string, typeof IconLayoutGrid> = {
  'forex-broker': IconChartCandle,
  'sales-crm': IconBriefcase,
  'partner-network': IconShare3,
};
const SHOWN = 5;

/** `trading_accounts` → `Trading accounts`, for modules this version of the page does not know yet. */
export const moduleTitle = (key: string) => {
  const words = key.replace(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What to start from: one card per template. */
export function TemplateCards({
  templates,
  value,
  onChange,
  error,
  label,
}: {
  templates: Template[];
  value: string;
  onChange: (name: string) => void;
  error?: string;
  label?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={c.field}>
      <span className={c.label} id={id}>
        {label ?? t('onboarding.template.label')}
      </span>
      <div className={c.cards} role="radiogroup" aria-labelledby={id}>
        {templates.map((template) => {
          const Icon = ICONS[template.name] ?? IconLayoutGrid;
          const rest = template.modules.length - SHOWN;
          return (
            <label key={template.name} className={c.card}>
              <input
                type="radio"
                name={id}
                value={template.name}
                checked={value === template.name}
                onChange={() => onChange(template.name)}
                aria-describedby={`${id}-${template.name}`}
              />
              <span className={c.icon} aria-hidden>
                <Icon size={18} stroke={1.6} />
              </span>
              <span className={c.text}>
                <b className={c.title}>
                  {t(`onboarding.template.names.${template.name}`, { defaultValue: template.title })}
                </b>
                <span id={`${id}-${template.name}`} className={c.description}>
                  {t(`onboarding.template.about.${template.name}`, { defaultValue: template.description })}
                </span>
                <span className={c.modules}>
                  {template.modules.slice(0, SHOWN).map((m) => (
                    <span key={m}>{t(`onboarding.module.${m}`, { defaultValue: moduleTitle(m) })}</span>
                  ))}
                  {rest > 0 && <span>{t('onboarding.template.more', { count: rest })}</span>}
                </span>
              </span>
              <span className={c.dot} aria-hidden />
            </label>
          );
        })}
      </div>
      {error && (
        <p className={c.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function TemplateCardsLoading() {
  return (
    <div className={c.cards} aria-hidden>
      {[72, 58, 64].map((width) => (
        <div key={width} className={c.card}>
          <span className={c.icon} />
          <span className={c.text}>
            <span className="skeleton" style={{ width: '32%', marginBlock: 5 }} />
            <span className="skeleton" style={{ width: `${width}%`, marginBlock: 5 }} />
            <span className="skeleton" style={{ width: '80%', marginBlock: 6 }} />
          </span>
        </div>
      ))}
    </div>
  );
}
