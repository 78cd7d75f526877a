import type { Report } from './types';

export type Drill = { to: string; search: Record<string, string> };
type About = Pick<Report, 'kind' | 'from' | 'to'>;
type Narrowed = Record<string, string>;

const between = (field: string, from: string, to: string) => ({
  field,
  op: 'between',
  value: [from, to],
});
const FAR = ['0001-01-01', '9999-12-30'] as const;

/** Links to the records behind figures: the lists, narrowed as the report is. */
export function linksOf(report: About, params: Narrowed) {
  const path = report.kind === 'opportunity' ? '/opportunities' : '/deals';
  const whose: Narrowed = {};
  if (params.owner) whose.assigned_to = params.owner;
  if (params.team) whose.team_id = params.team;
  const selling: Narrowed = { ...whose, as: 'list' };
  if (params.pipeline) selling.pipeline = params.pipeline;
  const list = (search: Narrowed, conditions: object[] = [], to = path): Drill => ({
    to,
    search: {
      ...selling,
      ...search,
      ...(conditions.length ? { filter: JSON.stringify({ and: conditions }) } : {}),
    },
  });
  return {
    open: (more: Narrowed = {}, to = path) => list({ outcome: 'open', ...more }, [], to),
    closed: (outcome: 'won' | 'lost' | 'won,lost', more: Narrowed = {}, from = report.from, to = report.to) =>
      list({ outcome, ...more }, [between('closed_at', from, to)]),
    stage: (pipeline: string, stage: string, outcome: string) =>
      list({ pipeline, stage }, outcome === 'none' ? [] : [between('closed_at', report.from, report.to)]),
    /** What is expected between two days; from the beginning or without an end for none. */
    expected: (from: string | null, to: string | null) =>
      list({ outcome: 'open' }, [between('expected_close_date', from ?? FAR[0], to ?? FAR[1])]),
    undated: () => list({ outcome: 'open' }, [{ field: 'expected_close_date', op: 'empty' }]),
    begun: (more: Narrowed = {}) => list({ created: `${report.from}..${report.to}`, ...more }),
    /** What was begun and came as far as a stage. */
    reached: (pipeline: string, stage: string) =>
      list({ pipeline, created: `${report.from}..${report.to}` }, [
        { field: 'reached', op: 'any', value: [stage] },
      ]),
    contacts: (fresh = false): Drill => ({
      to: '/contacts',
      search: { ...whose, ...(fresh ? { created: `${report.from}..${report.to}` } : {}) },
    }),
    activities: (from = report.from, to = report.to, more: Narrowed = {}): Drill => ({
      to: '/activities',
      search: { tab: 'all', ...whose, created: `${from}..${to}`, ...more },
    }),
  };
}
export type Links = ReturnType<typeof linksOf>;
