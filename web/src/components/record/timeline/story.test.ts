import { describe, expect, it } from 'vitest';
import { byDay, dayOf, storyOf } from './story';

const entry = (action: string, diff: Record<string, [unknown, unknown]>) => ({
  action,
  diff: Object.entries(diff).map(([field, [old, now]]) => ({ field, old, new: now })),
});

describe('storyOf', () => {
  it('tells a step of the status with its reason', () => {
    expect(storyOf(entry('lead.updated', { status: ['new', 'lost'], reason: [null, 'No money'] }))).toEqual({
      kind: 'status',
      field: 'status',
      from: 'new',
      to: 'lost',
      reason: 'No money',
    });
  });
  it('names the client that was merged, and what it changed', () => {
    const merged = entry('client.merged', {
      merged_from: [null, 'c2'],
      phone: [null, '+1'],
      'moved.documents': [null, 2],
    });
    expect(storyOf(merged)).toEqual({
      kind: 'merged',
      client: 'c2',
      lines: [{ field: 'phone', old: null, new: '+1' }],
      moved: [['documents', 2]],
    });
    expect(storyOf(entry('client.split', { merged_from: ['c2', null] }))).toEqual({
      kind: 'split',
      client: 'c2',
      lines: [],
      moved: [],
    });
    expect(storyOf(entry('client.merged_away', { merged_into: [null, 'c1'] }))).toEqual({
      kind: 'mergedAway',
      client: 'c1',
    });
    expect(storyOf(entry('client.split_off', { merged_into: ['c1', null] }))).toEqual({
      kind: 'splitOff',
      client: 'c1',
    });
  });
  it('does not hide what changed beside it', () => {
    const both = storyOf(entry('client.updated', { status: ['new', 'active'], source: [null, 'Fair'] }));
    expect(both.kind).toBe('fields');
  });
  it('takes the team with the owner', () => {
    expect(storyOf(entry('client.updated', { assigned_to: [null, 'a'], team_id: [null, 't'] }))).toEqual({
      kind: 'owner',
      from: null,
      to: 'a',
    });
    expect(storyOf(entry('client.updated', { team_id: [null, 't'] })).kind).toBe('field');
  });
  it('names tags that came and went', () => {
    expect(
      storyOf(
        entry('client.updated', {
          tags: [
            ['a', 'b'],
            ['b', 'c'],
          ],
        }),
      ),
    ).toEqual({
      kind: 'tags',
      added: ['c'],
      removed: ['a'],
    });
  });
  it('tells a follow-up, also one that was only noted anew', () => {
    expect(
      storyOf(
        entry('client.updated', {
          follow_up_at: [null, '2026-12-01T09:00:00Z'],
          follow_up_note: [null, 'Call'],
        }),
      ),
    ).toEqual({ kind: 'due', at: '2026-12-01T09:00:00Z', note: 'Call' });
    expect(storyOf(entry('client.updated', { follow_up_note: ['a', 'b'] })).kind).toBe('field');
  });
  it('tells who looked at what', () => {
    expect(
      storyOf(entry('client.revealed', { fields: [null, ['phone', 'email']], purpose: [null, 'Call back'] })),
    ).toEqual({ kind: 'revealed', fields: ['phone', 'email'], purpose: 'Call back' });
  });
  it('tells of activities and notes as of what they are, and not of the record', () => {
    expect(storyOf(entry('activity.created', { subject: [null, 'Call'] }))).toEqual({
      kind: 'beside',
      what: 'activity',
      did: 'created',
      text: null,
    });
    expect(storyOf(entry('activity.completed', { outcome: [null, 'Wants more'] }))).toMatchObject({
      did: 'completed',
      text: 'Wants more',
    });
    expect(storyOf(entry('note.created', { content: [null, 'Hi'] }))).toMatchObject({
      what: 'note',
      text: 'Hi',
    });
    expect(storyOf(entry('activity.moved', {}))).toMatchObject({ did: 'updated' });
  });
  it('tells of a deal beside the record, and as the record itself', () => {
    const step = entry('deal.moved', { stage: ['new', 'lost'], lost_reason: [null, 'Too dear'] });
    expect(storyOf(step, 'client')).toEqual({
      kind: 'sale',
      what: 'deal',
      did: 'moved',
      to: 'lost',
      text: 'Too dear',
    });
    expect(storyOf(step, 'deal').kind).toBe('status');
    expect(storyOf(entry('deal.created', { stage: [null, 'new'] }), 'contact')).toMatchObject({
      did: 'created',
      to: null,
    });
    expect(storyOf(entry('opportunity.converted', {}), 'contact')).toMatchObject({ did: 'updated' });
  });
  it('tells of files', () => {
    expect(storyOf(entry('attachment.opened', { filename: [null, 'a.pdf'] }))).toEqual({
      kind: 'file',
      did: 'opened',
    });
  });
  it('keeps what it does not know', () => {
    expect(storyOf(entry('document.approved', { type: [null, 'passport'] })).kind).toBe('other');
  });
});

it('gathers entries day by day, in their order', () => {
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() });
  const days = byDay([at(26, 23), at(26, 0), at(25, 12)]);
  expect(days.map((d) => [d.day, d.entries.length])).toEqual([
    ['2026-11-26', 2],
    ['2026-11-25', 1],
  ]);
  expect(dayOf(at(1, 0).at)).toBe('2026-11-01');
});
