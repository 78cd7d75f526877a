import { Button } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconCoins, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExchangeRate } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Ltr, RowActions, SkeletonLines, toast } from '@/components';
import shared from '../settings.module.css';
import { ratesQuery, useDeleteRate, useSaveRate } from './query';
import { RateDrawer } from './RateDrawer';
import c from './rates.module.css';

export function RatesPage() {
  const { t } = useTranslation();
  const query = useQuery(ratesQuery());
  const [editing, setEditing] = useState<Partial<ExchangeRate> | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  // one row each, whether the server sends the newest ones or all
  const newest = [...new Map([...(query.data ?? [])].reverse().map((r) => [r.currency, r])).values()].sort(
    (a, b) => a.currency.localeCompare(b.currency),
  );
  const add = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setEditing({})}>
      {t('rates.add')}
    </Button>
  );
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <span className={shared.grow} />
        {add}
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t('rates.intro')}</p>
          {query.isPending && <SkeletonLines lines={4} gap={30} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !newest.length && (
            <EmptyState
              icon={<IconCoins size={20} stroke={1.6} />}
              title={t('rates.nothing')}
              text={t('rates.nothingText')}
              action={add}
            />
          )}
          {newest.length > 0 && (
            <div className={shared.tableWrap}>
              <table className={shared.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('rates.currency')}</th>
                    <th scope="col">{t('rates.rate')}</th>
                    <th scope="col">{t('rates.day')}</th>
                    <th scope="col">
                      <span className="sr-only">{t('rates.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {newest.map((r) => (
                    <Fragment key={r.currency}>
                      <Row
                        rate={r}
                        onEdit={setEditing}
                        open={open === r.currency}
                        onToggle={() => setOpen(open === r.currency ? null : r.currency)}
                      />
                      {open === r.currency && <Earlier newest={r} onEdit={setEditing} />}
                    </Fragment>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
      </div>
      {editing && <RateDrawer rate={editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

type RowProps = {
  rate: ExchangeRate;
  onEdit: (rate: Partial<ExchangeRate>) => void;
  open?: boolean;
  onToggle?: () => void;
};

function Row({ rate, onEdit, open, onToggle }: RowProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const remove = useDeleteRate();
  const save = useSaveRate();
  const del = () =>
    remove.mutate(rate, {
      onSuccess: () => {
        const { currency, day } = rate;
        const told = t('rates.deleted', { currency, day: f.date(day) });
        // one in another base can't be set again: it would be one in the present base
        if (!rate.counts) return toast.done(told);
        toast.undo(told, () =>
          save.mutate({ currency, day, rate: rate.rate }, { onError: (e) => toast.failure(e) }),
        );
      },
    });
  return (
    <tr>
      <th scope="row">
        {onToggle ? (
          <button type="button" className={c.toggle} aria-expanded={open} onClick={onToggle}>
            {open ? (
              <IconChevronDown size={14} aria-hidden />
            ) : (
              <IconChevronRight size={14} className="flip" aria-hidden />
            )}
            <Ltr>{rate.currency}</Ltr>
            <span className="sr-only">{t('rates.earlier')}</span>
          </button>
        ) : (
          <span className="sr-only">{rate.currency}</span>
        )}
      </th>
      <td>
        <Ltr>{plain(rate.rate)}</Ltr>
        {!rate.counts && (
          <span className={c.other} title={t('rates.otherBaseHelp', { base: rate.base })}>
            {t('rates.otherBase', { base: rate.base })}
          </span>
        )}
      </td>
      <td>{f.date(rate.day)}</td>
      <td className={c.end}>
        <RowActions
          name={`${rate.currency} ${f.date(rate.day)}`}
          actions={[
            { key: 'edit', label: t('rates.edit'), run: () => onEdit(rate) },
            { key: 'next', label: t('rates.next'), run: () => onEdit({ currency: rate.currency }) },
            { key: 'delete', label: t('rates.delete'), run: del },
          ]}
        />
      </td>
    </tr>
  );
}

/** The days before, of one currency. */
function Earlier({ newest, onEdit }: { newest: ExchangeRate; onEdit: RowProps['onEdit'] }) {
  const { t } = useTranslation();
  const query = useQuery(ratesQuery(newest.currency));
  const rows = (query.data ?? []).filter((r) => r.day !== newest.day);
  if (rows.length)
    return (
      <>
        {rows.map((r) => (
          <Row key={r.day} rate={r} onEdit={onEdit} />
        ))}
      </>
    );
  return (
    <tr>
      <td colSpan={4} className="dim">
        {query.isPending
          ? t('components.loading')
          : t(query.isError ? 'components.couldNotLoad' : 'rates.noEarlier')}
      </td>
    </tr>
  );
}

/** `1.083400000000` says no more than `1.0834`. */
export const plain = (rate: string): string =>
  rate.includes('.') ? rate.replace(/0+$/, '').replace(/\.$/, '') : rate;
