import { useTranslation } from 'react-i18next';
import type { Deal, DealKind, DealPatch } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { Dash, Money, RelativeTime, toast } from '@/components';
import { CustomFacts } from '@/components/custom';
import { Fact, Facts, InlineRecord, InlineTags, InlineText, OwnerFacts } from '@/components/record';
import { usePipelines } from '@/data/pipelines';
import { useCan } from '@/session/session';
import c from './deals.module.css';
import { useUpdateDeal } from './query';
import { isPast, plainAmount } from './values';

/** Every fact is edited where it stands; the stage has its own way, above the tabs. */
export function DealFacts({ kind, deal, editable }: { kind: DealKind; deal: Deal; editable: boolean }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const pipelines = usePipelines();
  const update = useUpdateDeal(kind);
  const save = (patch: DealPatch, shown?: Partial<Deal>) => update.mutateAsync({ deal, patch, shown });
  const pick = (patch: DealPatch, shown?: Partial<Deal>) =>
    update.mutate({ deal, patch, shown }, { onError: (e) => toast.failure(e) });
  const label = (field: string) => t(`deals.field.${field}`);
  const late = deal.outcome === 'none' && deal.expected_close_date ? isPast(deal.expected_close_date) : false;
  const assign = editable && can(`${kind}.assign`);
  return (
    <>
      <Facts title={t('deals.section.value')}>
        <Fact label={label('amount')}>
          <InlineText
            field="amount"
            label={label('amount')}
            value={deal.amount}
            readOnly={!editable}
            show={<Money amount={deal.amount} currency={deal.currency} />}
            onSave={(v) => save({ amount: v ? plainAmount(v) : null })}
          />
        </Fact>
        <Fact label={label('currency')}>
          <InlineText
            field="currency"
            label={label('currency')}
            value={deal.currency}
            readOnly={!editable}
            onSave={(v) => save({ currency: v.toUpperCase() })}
          />
        </Fact>
        <Fact label={label('probability')}>
          <InlineText
            field="probability"
            label={label('probability')}
            value={deal.probability_override == null ? '' : String(deal.probability_override)}
            readOnly={!editable || deal.outcome !== 'none'}
            show={
              <span className="num">
                {f.percent(deal.probability / 100)}
                {deal.probability_override == null && <span className="dim"> {t('deals.byStage')}</span>}
              </span>
            }
            onSave={(v) => {
              const n = v.trim() ? Number(v.replace('%', '')) : null;
              return save({ probability: Number.isNaN(n) ? (v as never) : n });
            }}
          />
        </Fact>
        <Fact label={label('expected_close_date')}>
          <InlineText
            field="expected_close_date"
            type="date"
            label={label('expected_close_date')}
            value={deal.expected_close_date}
            readOnly={!editable}
            show={
              deal.expected_close_date ? (
                <bdi className={late ? c.late : undefined}>
                  {f.date(deal.expected_close_date)}
                  {late && <span className="sr-only"> {t('deals.overdue')}</span>}
                </bdi>
              ) : (
                <Dash />
              )
            }
            onSave={(v) => save({ expected_close_date: v || null })}
          />
        </Fact>
        {deal.outcome === 'lost' && (
          <Fact label={label('lost_reason')}>
            <InlineText
              field="lost_reason"
              label={label('lost_reason')}
              value={deal.lost_reason}
              readOnly={!editable}
              onSave={(v) => save({ lost_reason: v || null })}
            />
          </Fact>
        )}
      </Facts>
      <Facts title={t('deals.section.work')}>
        <Fact label={label('name')}>
          <InlineText
            field="name"
            label={label('name')}
            value={deal.name}
            readOnly={!editable}
            onSave={(name) => save({ name })}
          />
        </Fact>
        <Fact label={label('client_name')}>
          <InlineRecord
            type="client"
            label={label('client_name')}
            id={deal.client_id}
            name={deal.client_name}
            to={deal.client_id && can('clients.read') ? `/clients/${deal.client_id}` : undefined}
            readOnly={!editable || !can('clients.read')}
            onPick={(r) => pick({ client_id: r?.id ?? null }, { client_name: r?.label ?? null })}
          />
        </Fact>
        <Fact label={label('contact_name')}>
          <InlineRecord
            type="contact"
            label={label('contact_name')}
            id={deal.contact_id}
            name={deal.contact_name}
            to={deal.contact_id && can('contacts.read') ? `/contacts/${deal.contact_id}` : undefined}
            readOnly={!editable || !can('contacts.read')}
            onPick={(r) => pick({ contact_id: r?.id ?? null }, { contact_name: r?.label ?? null })}
          />
        </Fact>
        <OwnerFacts record={deal} label={label} readOnly={!assign} onPick={pick} />
        <Fact label={label('pipeline')}>
          <span className={c.plain}>{pipelines.of(deal.pipeline)?.name ?? deal.pipeline}</span>
        </Fact>
        <Fact label={label('tags')}>
          <InlineTags
            label={label('tags')}
            tags={deal.tags}
            readOnly={!editable}
            onSave={(tags) => pick({ tags })}
          />
        </Fact>
        <Fact label={label('created_at')}>
          <span className={c.plain}>
            <RelativeTime at={deal.created_at} />
          </span>
        </Fact>
      </Facts>
      <CustomFacts
        entity="deal"
        custom={deal.custom}
        editable={editable}
        onSave={(custom, merged) => save({ custom }, { custom: merged })}
      />
    </>
  );
}
