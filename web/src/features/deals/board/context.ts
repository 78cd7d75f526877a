import { createContext, useContext } from 'react';
import type { Deal, DealKind } from '@/api/sales';
import type { Place } from './order';

/** What every card and column of a board shares; it changes rarely, so that scrolling draws nothing else. */
export type BoardTools = {
  kind: DealKind;
  currency: string;
  editable: boolean;
  /** The card that is carried by keyboard. */
  lifted: string | null;
  /** The card that Tab comes back to. */
  active: string | null;
  /** Dropped: at a place, or on a column as a whole. */
  drop: (id: string, at: Place | { stage: string }) => void;
  /** Whether a card may come into a column. */
  takes: (deal: Deal, stage: string) => boolean;
  more: (stage: string, cursor: string) => void;
  open: (deal: Deal) => void;
  /** Columns say how they scroll to one of their cards. */
  register: (stage: string, scrollTo: ((index: number) => void) | null) => void;
};

export const BoardContext = createContext<BoardTools | null>(null);

export function useBoard(): BoardTools {
  const tools = useContext(BoardContext);
  if (!tools) throw new Error('BoardContext missing');
  return tools;
}

const CARD = Symbol('card');
export type Dragged = { [CARD]: true; deal: Deal };
export const dragged = (deal: Deal): Record<string | symbol, unknown> => ({ [CARD]: true, deal });
export const isDragged = (data: Record<string | symbol, unknown>): data is Dragged => data[CARD] === true;
