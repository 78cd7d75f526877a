import { expect, it } from 'vitest';
import { storyOf } from './story';

const line = (field: string, now: unknown) => ({ field, old: null, new: now });

it('tells a reveal by what was looked at and why', () => {
  const story = storyOf({
    action: 'client.revealed',
    diff: [line('fields', ['phone', 'email']), line('purpose', 'Call back'), line('count', 3)],
  });
  expect(story.fields).toEqual(['phone', 'email']);
  expect(story.purpose).toBe('Call back');
  expect(story.rest.map((d) => d.field)).toEqual(['count']);
});
it('tells a used-up limit as a count', () => {
  const { rest } = storyOf({ action: 'reveal.refused', diff: [line('quota', { used: 20, limit: 20 })] });
  expect(rest[0]?.new).toBe('20 / 20');
});
it('leaves everything else as it is', () => {
  const diff = [line('purpose', 'x')];
  expect(storyOf({ action: 'client.updated', diff })).toEqual({ fields: [], purpose: null, rest: diff });
});
