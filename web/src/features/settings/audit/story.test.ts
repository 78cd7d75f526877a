import { expect, it } from 'vitest';
import { storyOf } from './story';

const line = (field: string, now: unknown) => ({ field, old: null, new: now });

it('tells a reveal by what was looked at and why', () => {
  const story = storyOf({
    at: '2026-01-01T00:00:00Z',
    action: 'client.revealed',
    diff: [line('fields', ['phone', 'email']), line('purpose', 'Call back'), line('count', 3)],
  });
  expect(story.fields).toEqual(['phone', 'email']);
  expect(story.purpose).toBe('Call back');
  expect(story.rest.map((d) => d.field)).toEqual(['count']);
});
it('tells a used-up limit as a count', () => {
  const { rest } = storyOf({
    at: '2026-01-01T00:00:00Z',
    action: 'reveal.refused',
    diff: [line('quota', { used: 20, limit: 20 })],
  });
  expect(rest[0]?.new).toBe('20 / 20');
});
it('leaves everything else as it is', () => {
  const diff = [line('purpose', 'x')];
  const entry = { at: '2026-01-01T00:00:00Z', action: 'client.updated', diff };
  expect(storyOf(entry)).toEqual({ fields: [], purpose: null, rest: diff, undoId: null });
});
it('offers the way back of a change of many records for a week', () => {
  const at = '2026-01-01T00:00:00Z';
  const diff = [line('count', 8), line('undo_id', 'u1')];
  const entry = { at, action: 'client.bulk_updated', diff };
  const soon = storyOf(entry, Date.parse(at) + 6 * 86_400_000);
  expect([soon.undoId, soon.rest.map((d) => d.field)]).toEqual(['u1', ['count']]);
  expect(storyOf(entry, Date.parse(at) + 8 * 86_400_000).undoId).toBeNull();
});
