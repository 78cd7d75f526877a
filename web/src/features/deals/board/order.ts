import type { Board, BoardColumn, Deal, Stage } from '@/api/sales';

/** A place on the board: a column, and how many cards stand above. */
export type Place = { stage: string; index: number };
export type Arrow = 'up' | 'down' | 'before' | 'after';

export const samePlace = (a: Place, b: Place): boolean => a.stage === b.stage && a.index === b.index;

export function placeOf(board: Board, id: string): Place | null {
  for (const column of board.columns) {
    const index = column.deals.findIndex((d) => d.id === id);
    if (index >= 0) return { stage: column.stage, index };
  }
  return null;
}

export const cardOf = (board: Board, id: string): Deal | undefined =>
  board.columns.flatMap((x) => x.deals).find((d) => d.id === id);

const amount = (text: string | null | undefined): number => Number(text ?? 0) || 0;
const money = (n: number): string => Math.max(0, n).toFixed(2);

/** The sums of a column with a card more (1) or less (-1). The server's own follow a moment later. */
function summed(column: BoardColumn, deal: Deal, sign: 1 | -1): Partial<BoardColumn> {
  const value = amount(deal.amount_base);
  const probability = deal.probability_override ?? column.probability;
  return {
    count: Math.max(0, column.count + sign),
    sum_base: money(amount(column.sum_base) + sign * value),
    weighted_base: money(amount(column.weighted_base) + (sign * value * probability) / 100),
  };
}

/** The board with a card at another place. `to` counts the cards of the column without this one. */
export function moveCard(board: Board, id: string, to: Place): Board {
  const from = placeOf(board, id);
  const target = board.columns.find((x) => x.stage === to.stage);
  const deal = cardOf(board, id);
  if (!from || !target || !deal) return board;
  const stays = from.stage === to.stage;
  const card: Deal = stays
    ? deal
    : {
        ...deal,
        stage: target.stage,
        stage_label: target.label,
        stage_hue: target.hue,
        outcome: target.outcome,
        probability: deal.probability_override ?? target.probability,
      };
  return {
    ...board,
    columns: board.columns.map((column) => {
      if (column.stage !== from.stage && column.stage !== to.stage) return column;
      const deals = column.deals.filter((d) => d.id !== id);
      if (column.stage === to.stage) deals.splice(Math.min(to.index, deals.length), 0, card);
      if (stays) return { ...column, deals };
      return { ...column, deals, ...summed(column, deal, column.stage === to.stage ? 1 : -1) };
    }),
  };
}

/** The card before which another one is put; null at the end of the column. */
export function beforeOf(board: Board, id: string, to: Place): string | null {
  const column = board.columns.find((x) => x.stage === to.stage);
  return column?.deals.filter((d) => d.id !== id)[to.index]?.id ?? null;
}

/**
 * Where something dropped on a column, and not on one of its cards, goes: to its end, or on top while the end is
 * not on screen yet.
 */
export function restingPlace(column: BoardColumn, id: string): Place {
  const others = column.deals.filter((d) => d.id !== id).length;
  return { stage: column.stage, index: column.next_cursor ? 0 : others };
}

/** The place next to a place. `open` are the columns that are not folded, in their order. */
export function stepFrom(
  board: Board,
  open: readonly string[],
  id: string | null,
  at: Place,
  arrow: Arrow,
): Place {
  const others = (stage: string) =>
    board.columns.find((x) => x.stage === stage)?.deals.filter((d) => d.id !== id).length ?? 0;
  // a card that is carried may stand behind the last one, the focus may not
  const last = (stage: string) => Math.max(0, others(stage) - (id ? 0 : 1));
  if (arrow === 'up') return { ...at, index: Math.max(0, at.index - 1) };
  if (arrow === 'down') return { ...at, index: Math.min(last(at.stage), at.index + 1) };
  let next = open.indexOf(at.stage);
  do next += arrow === 'after' ? 1 : -1;
  while (!id && open[next] && !others(open[next] as string));
  const stage = open[next];
  return stage ? { stage, index: Math.min(last(stage), at.index) } : at;
}

/** What was read further down stays there when the top of the columns is read anew. */
export function withTails(old: Board | undefined, fresh: Board): Board {
  if (!old || old.pipeline !== fresh.pipeline) return fresh;
  const seen = new Set(fresh.columns.flatMap((x) => x.deals.map((d) => d.id)));
  return {
    ...fresh,
    columns: fresh.columns.map((column) => {
      const before = old.columns.find((x) => x.stage === column.stage);
      if (!before || !column.next_cursor || before.deals.length <= column.deals.length) return column;
      const tail = before.deals.slice(column.deals.length).filter((d) => !seen.has(d.id));
      return { ...column, deals: [...column.deals, ...tail], next_cursor: before.next_cursor };
    }),
  };
}

export function withPage(
  board: Board,
  stage: string,
  page: { data: Deal[]; next_cursor?: string | null },
): Board {
  const seen = new Set(board.columns.flatMap((x) => x.deals.map((d) => d.id)));
  return {
    ...board,
    columns: board.columns.map((column) =>
      column.stage === stage
        ? {
            ...column,
            deals: [...column.deals, ...page.data.filter((d) => !seen.has(d.id))],
            next_cursor: page.next_cursor,
          }
        : column,
    ),
  };
}

/** Whether the settings let a stage follow another one. Ways that name only removed stages let all follow. */
export function mayFollow(stages: readonly Stage[], from: string, to: string): boolean {
  if (from === to) return true;
  const ways = stages.find((s) => s.key === from)?.transitions;
  if (!ways) return true;
  const known = ways.filter((key) => stages.some((s) => s.key === key));
  return (ways.length > 0 && !known.length) || known.includes(to);
}
