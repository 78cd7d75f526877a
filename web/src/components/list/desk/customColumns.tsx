import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { type CustomEntity, useCustomFields } from '@/data/customFields';
import type { Col } from '../../DataTable';
import { Dash, Ltr } from '../../Values';
import cells from '../cells.module.css';
import { column } from '../column';
import { CUSTOM_COLUMN } from './columnWords';

/** A column for each of the company's own fields; they are hidden until somebody asks for them. */
export function useCustomColumns<T extends { custom: unknown }>(entity: CustomEntity): Col<T>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const fields = useCustomFields(entity);
  return useMemo(
    () =>
      fields.map((field) => {
        const name = (key: unknown) => field.options.find((o) => o.key === key)?.label ?? String(key);
        return column<T>(
          `${CUSTOM_COLUMN}${field.key}`,
          field.label,
          160,
          (row) => {
            const value = record(row.custom)[field.key];
            if (value === undefined || value === null || value === '') return <Dash />;
            if (Array.isArray(value)) return <span className={cells.ell}>{value.map(name).join(', ')}</span>;
            if (typeof value === 'boolean') return t(value ? 'components.yes' : 'components.no');
            if (typeof value === 'number') return <Ltr>{f.int(value)}</Ltr>;
            if (field.type === 'date') return <bdi>{f.date(String(value))}</bdi>;
            return (
              <span className={cells.ell} dir="auto">
                {field.type === 'choice' ? name(value) : String(value)}
              </span>
            );
          },
          { sort: true, num: field.type === 'number' },
        );
      }),
    [fields, f, t],
  );
}
