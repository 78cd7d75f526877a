import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { type CustomEntity, type CustomFieldOut, useCustomFields } from '@/data/customFields';
import { Fact, Facts, InlinePick, InlineText } from '../record';
import { toast } from '../toast';
import { Dash, Ltr } from '../Values';
import c from './custom.module.css';
import { InlineChoices } from './InlineChoices';
import { type CustomValue, type CustomValues, isEmpty, parseNumber, readAll } from './values';

type Props = {
  entity: CustomEntity;
  custom: unknown;
  editable: boolean;
  /** What differs, for the server, and all that the record holds then, to be shown until it has answered. */
  onSave: (changed: CustomValues, merged: Record<string, unknown>) => Promise<unknown>;
};

/** The company's own fields among the facts, each edited where it stands. */
export function CustomFacts({ entity, custom, editable, onSave }: Props) {
  const { t } = useTranslation();
  const fields = useCustomFields(entity);
  if (!fields.length) return null;
  const values = readAll(fields, custom);
  return (
    <Facts title={t('custom.title')}>
      {fields.map((field) => (
        <Fact key={field.key} label={field.label}>
          <CustomFact
            field={field}
            value={values[field.key] ?? null}
            readOnly={!editable}
            onSave={(value) => onSave({ [field.key]: value }, { ...record(custom), [field.key]: value })}
          />
        </Fact>
      ))}
    </Facts>
  );
}

type FactProps = {
  field: CustomFieldOut;
  value: CustomValue;
  readOnly: boolean;
  onSave: (value: CustomValue) => Promise<unknown>;
};

function CustomFact({ field, value, readOnly, onSave }: FactProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const save = (v: CustomValue) => void onSave(v).catch((e: unknown) => toast.failure(e));
  const labelOf = (key: string) => field.options.find((o) => o.key === key)?.label ?? key;
  const none = field.required ? undefined : t('components.notSet');
  const common = { label: field.label, field: `custom.${field.key}`, readOnly };
  const text = value === null || Array.isArray(value) ? '' : String(value);
  switch (field.type) {
    case 'flag':
      return (
        <InlinePick
          {...common}
          value={value === null ? '' : value ? 'yes' : 'no'}
          none={none}
          options={[
            { value: 'yes', label: t('components.yes') },
            { value: 'no', label: t('components.no') },
          ]}
          show={value === null ? <Dash /> : t(value ? 'components.yes' : 'components.no')}
          onPick={(v) => save(v === '' ? null : v === 'yes')}
        />
      );
    case 'choice':
      return (
        <InlinePick
          {...common}
          value={text}
          none={none}
          options={field.options.map((o) => ({ value: o.key, label: o.label }))}
          show={text ? labelOf(text) : <Dash />}
          onPick={(v) => save(v || null)}
        />
      );
    case 'choices':
      return (
        <InlineChoices
          field={field}
          value={Array.isArray(value) ? value : []}
          readOnly={readOnly}
          onSave={(v) => save(v.length ? v : null)}
        />
      );
    case 'number':
      return (
        <InlineText
          {...common}
          value={text}
          show={typeof value === 'number' ? <Ltr>{f.int(value)}</Ltr> : <Dash />}
          onSave={(v) => onSave(parseNumber(v))}
        />
      );
    case 'date':
      return (
        <InlineText
          {...common}
          type="date"
          value={text}
          show={text ? <bdi>{f.date(text)}</bdi> : <Dash />}
          onSave={(v) => onSave(v || null)}
        />
      );
    default:
      return (
        <span className={c.row}>
          <span className={c.grow}>
            <InlineText {...common} value={text} onSave={(v) => onSave(v || null)} />
          </span>
          {field.type === 'url' && !isEmpty(value) && /^https?:\/\//i.test(text) && (
            <a
              className={c.open}
              href={text}
              target="_blank"
              rel="noreferrer noopener"
              aria-label={t('custom.openLink', { name: field.label })}
              title={t('custom.openLink', { name: field.label })}
            >
              <IconExternalLink size={14} aria-hidden />
            </a>
          )}
        </span>
      );
  }
}
