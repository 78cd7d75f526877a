import { expect, it } from 'vitest';
import type { FoundGroup } from '@/api/types';
import { stillFitting } from './found';

const item = (title: string, subtitle?: string) => ({
  id: title,
  title,
  subtitle,
  masked: [],
  match: 'name' as const,
});
const groups: FoundGroup[] = [
  { type: 'client', items: [item('José Müller', 'jm@x.com'), item('Josef Roth')], more: true },
  { type: 'lead', items: [item('Joan Doe')], more: false },
];

it('keeps what still fits, in its order', () => {
  const left = stillFitting(groups, 'jose');
  expect(left.map((g) => [g.type, g.items.map((i) => i.title)])).toEqual([
    ['client', ['José Müller', 'Josef Roth']],
  ]);
  expect(stillFitting(groups, 'jm@x').flatMap((g) => g.items.map((i) => i.title))).toEqual(['José Müller']);
  expect(stillFitting(groups, 'zz')).toEqual([]);
});
