import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import {
  type Deal,
  type DealKind,
  type DealPatch,
  STAGE_NEEDS,
  type Stage,
  type StageNeed,
} from '@/api/sales';
import { errorText, toast } from '@/components';
import { usePipelines } from '@/data/pipelines';
import { mayFollow, type Place } from './board/order';
import { MoveDialog } from './MoveDialog';
import { useMoveDeal } from './query';

type Wish = { deal: Deal; stage: Stage; before?: string | null; to?: Place };
type Asked = Wish & { needs: StageNeed[]; errors: Record<string, string[]> };
export type MoveResult = 'moved' | 'asked' | 'refused';

const isEmpty = (deal: Deal, need: StageNeed) =>
  deal[need] === undefined || deal[need] === null || deal[need] === '';

/**
 * To another stage: what it asks for is asked in a small dialog, a deal that was closed is opened again only when
 * somebody says so, and what the settings do not let follow is said and not sent.
 */
export function useStageMove(kind: DealKind, onMoved?: (deal: Deal) => void) {
  const { t } = useTranslation();
  const pipelines = usePipelines();
  const move = useMoveDeal(kind);
  const [asked, setAsked] = useState<Asked | null>(null);
  const moved = useRef(onMoved);
  moved.current = onMoved;
  const stagesOf = pipelines.stages;

  const refuse = useCallback(
    (deal: Deal, to: string, allowed: readonly string[]) => {
      const stages = stagesOf(deal.pipeline);
      const names = stages.filter((s) => allowed.includes(s.key)).map((s) => s.label);
      const label = stages.find((s) => s.key === to)?.label ?? to;
      const text = names.length
        ? t('deals.notAllowed', { from: deal.stage_label, to: label, allowed: names.join(', ') })
        : t('deals.nothingFollows', { from: deal.stage_label });
      toast.problem(text);
      return text;
    },
    [t, stagesOf],
  );

  const { mutate } = move;
  const send = useCallback(
    (wish: Wish, fields: DealPatch = {}) => {
      const { lost_reason, ...rest } = fields;
      const reopen = wish.deal.outcome !== 'none' && wish.stage.outcome !== wish.deal.outcome;
      mutate(
        {
          deal: wish.deal,
          to: wish.to,
          fields: rest,
          move: {
            stage: wish.stage.key,
            before: wish.before,
            ...(lost_reason ? { lost_reason } : {}),
            ...(reopen ? { reopen: true } : {}),
          },
        },
        {
          onSuccess: (fresh) => {
            setAsked(null);
            moved.current?.(fresh);
          },
          onError: (error) => {
            const missing = isApiError(error) ? STAGE_NEEDS.filter((need) => error.fields[need]?.length) : [];
            if (missing.length && isApiError(error))
              return setAsked({ ...wish, needs: missing, errors: error.fields });
            setAsked(null);
            if (isApiError(error) && error.code === 'invalid_transition')
              refuse(wish.deal, wish.stage.key, (error.data.allowed as string[] | undefined) ?? []);
            else toast.problem(t('deals.notMoved', { name: wish.deal.name, why: errorText(error) }));
          },
        },
      );
    },
    [mutate, refuse, t],
  );

  const to = useCallback(
    (deal: Deal, key: string, place?: { before: string | null; to: Place }): MoveResult => {
      const stages = stagesOf(deal.pipeline);
      const stage = stages.find((s) => s.key === key);
      if (!stage) return 'refused';
      const wish: Wish = { deal, stage, ...place };
      if (key === deal.stage) {
        if (place) send(wish);
        return 'moved';
      }
      // what is closed leaves by being opened again, wherever it stood
      if (deal.outcome === 'none' && !mayFollow(stages, deal.stage, key)) {
        const ways = stages.find((s) => s.key === deal.stage)?.transitions ?? [];
        refuse(deal, key, ways);
        return 'refused';
      }
      const needs = stage.required.filter((need) => isEmpty(deal, need));
      if (stage.outcome === 'lost' && !needs.includes('lost_reason')) needs.push('lost_reason');
      if (needs.length || (deal.outcome !== 'none' && stage.outcome !== deal.outcome)) {
        setAsked({ ...wish, needs, errors: {} });
        return 'asked';
      }
      send(wish);
      return 'moved';
    },
    [stagesOf, send, refuse],
  );

  return {
    to,
    busy: move.isPending,
    asking: asked && (
      <MoveDialog
        key={`${asked.deal.id} ${asked.stage.key} ${asked.needs.join()}`}
        deal={asked.deal}
        stage={asked.stage}
        needs={asked.needs}
        errors={asked.errors}
        busy={move.isPending}
        onConfirm={(fields) => send(asked, fields)}
        onClose={() => setAsked(null)}
      />
    ),
  };
}
