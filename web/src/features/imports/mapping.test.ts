import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  choose,
  dateFormatOf,
  defaultable,
  faultsOf,
  fromMapping,
  makeField,
  mappedCount,
  mean,
  missing,
  setDefault,
  startDraft,
  unknownWords,
  wordsOf,
} from './mapping';
import type { ImportColumn, TargetField } from './types';

const column = (
  name: string,
  suggested_field: string | null = null,
  samples: string[] = [],
): ImportColumn => ({
  name,
  index: 0,
  samples,
  suggested_field,
  kind: 'text',
  values: [],
  formats: [],
});
const field = (key: string, more: Partial<TargetField> = {}): TargetField => ({
  key,
  label: key,
  type: 'text',
  required: false,
  custom: false,
  options: [],
  ...more,
});
const status = field('status', {
  type: 'choice',
  options: [
    { key: 'new', label: 'New' },
    { key: 'active', label: 'Active' },
  ],
});
const file = {
  entity: 'clients' as const,
  columns: [
    column('Vorname', 'first_name'),
    column('Nachname', 'last_name'),
    column('E-Mail', 'email'),
    column('Mail 2', 'email'),
    column('Status', 'status', ['Aktiv', 'New', 'ACTIVE', 'Aktiv']),
    column('Schlagwort', 'tags'),
    column('Gruppe', 'tags'),
    column('Alt', 'gone'),
  ],
  fields: [
    field('first_name', { required: true }),
    field('last_name', { required: true }),
    field('name'),
    field('email', { required: true, type: 'email' }),
    status,
    field('tags', { type: 'tags' }),
    field('source'),
    field('country', { type: 'country' }),
  ],
  mapping: null,
  remembered: null,
};

describe('how a mapping begins', () => {
  it('follows the headers: one column per field, several for tags, nothing for what there is not', () => {
    expect(startDraft(file).fields).toEqual({
      Vorname: 'first_name',
      Nachname: 'last_name',
      'E-Mail': 'email',
      Status: 'status',
      Schlagwort: 'tags',
      Gruppe: 'tags',
    });
  });
  it('prefers what was saved, then what is remembered', () => {
    const saved = { mapping: { Vorname: 'name' }, duplicates: 'review', match: ['phone'], name: 'Old CRM' };
    const last = { mapping: { Vorname: 'last_name' } };
    expect(startDraft({ ...file, mapping: saved, remembered: last })).toMatchObject({
      fields: { Vorname: 'name' },
      duplicates: 'review',
      match: ['phone'],
      name: 'Old CRM',
    });
    expect(startDraft({ ...file, remembered: last }).fields).toEqual({ Vorname: 'last_name' });
  });
  it('leaves out of a remembered one what the file or the CRM does not have', () => {
    const draft = fromMapping(file, {
      mapping: { Vorname: 'custom.level', Weg: 'email', Nachname: 'last_name' },
      values: { Weg: { a: 'b' }, Status: { Aktiv: 'active' } },
      defaults: { 'custom.level': '3', source: 'Fair' },
    });
    expect(draft.fields).toEqual({ Nachname: 'last_name' });
    expect(draft.values).toEqual({ Status: { Aktiv: 'active' } });
    expect(draft.defaults).toEqual({ source: 'Fair' });
  });
});

describe('choosing', () => {
  const draft = startDraft(file);
  it('moves a field from one column to another', () => {
    expect(choose(draft, 'Mail 2', 'email').fields).toMatchObject({ 'Mail 2': 'email' });
    expect(choose(draft, 'Mail 2', 'email').fields['E-Mail']).toBeUndefined();
  });
  it('lets tags be filled by several', () => {
    expect(choose(draft, 'Alt', 'tags').fields).toMatchObject({
      Schlagwort: 'tags',
      Gruppe: 'tags',
      Alt: 'tags',
    });
  });
  it('leaves a column out, and forgets what its words meant', () => {
    const told = mean(draft, 'Status', 'Aktiv', 'active');
    expect(told.values).toEqual({ Status: { Aktiv: 'active' } });
    expect(choose(told, 'Status', null).values).toEqual({});
    expect(choose(told, 'Status', 'status').values).toEqual({ Status: { Aktiv: 'active' } });
    expect(mean(told, 'Status', 'Aktiv', null).values).toEqual({});
  });
  it('makes a field instead, until another one is chosen', () => {
    const made = makeField(draft, 'Status', { label: 'Stand', type: 'choice' });
    expect(made.fields.Status).toBeUndefined();
    expect(mappedCount(made)).toBe(mappedCount(draft));
    expect(bodyOf(made, file.columns).new_fields).toEqual([
      { column: 'Status', label: 'Stand', type: 'choice' },
    ]);
    expect(bodyOf(made, file.columns).mapping?.Status).toBeUndefined();
    expect(choose(made, 'Status', 'status').fresh).toEqual({});
  });
});

describe('what is missing', () => {
  const draft = startDraft(file);
  const keys = (d: typeof draft) => missing(d, file.fields).map((f) => f.key);
  it('is a required field without a column and without a default', () => {
    expect(keys(draft)).toEqual([]);
    const less = choose(draft, 'Nachname', null);
    expect(keys(less)).toEqual(['last_name']);
    expect(keys(setDefault(less, 'last_name', ' '))).toEqual(['last_name']);
    expect(keys(setDefault(less, 'last_name', '-'))).toEqual([]);
  });
  it('knows that a whole name fills both', () => {
    expect(keys(choose(choose(draft, 'Nachname', null), 'Vorname', 'name'))).toEqual([]);
  });
});

describe('words', () => {
  const statusColumn = file.columns[4] as ImportColumn;
  it('that a field does not know are found, by key and by label and without case', () => {
    expect(unknownWords(statusColumn, status)).toEqual(['Aktiv']);
    expect(unknownWords(statusColumn, field('source'))).toEqual([]);
    const all = { ...statusColumn, values: ['Aktiv', 'Ruhend', 'new'] };
    expect(unknownWords(all, status)).toEqual(['Aktiv', 'Ruhend']);
  });
  it('that have a meaning already are not asked twice', () => {
    const draft = mean(startDraft(file), 'Status', 'aktiv', 'active');
    expect(wordsOf(draft, statusColumn, status)).toEqual(['aktiv']);
  });
});

describe('what is sent', () => {
  it('names the columns that go somewhere, and nothing that says nothing', () => {
    const body = bodyOf(startDraft(file), file.columns);
    expect(body).toEqual({
      mapping: {
        Vorname: 'first_name',
        Nachname: 'last_name',
        'E-Mail': 'email',
        Status: 'status',
        Schlagwort: 'tags',
        Gruppe: 'tags',
      },
      duplicates: 'skip',
      match: ['email'],
      date_format: 'auto',
    });
  });
  it('says how to update only where that is the rule', () => {
    const draft = { ...startDraft(file), update: 'all' as const };
    expect(bodyOf(draft, file.columns).update).toBeUndefined();
    expect(bodyOf({ ...draft, duplicates: 'update' }, file.columns).update).toBe('all');
  });
  it('comes back as it was', () => {
    const draft = setDefault(
      { ...mean(startDraft(file), 'Status', 'Aktiv', 'active'), country: 'DE', name: 'Old CRM' },
      'source',
      'Fair',
    );
    expect(fromMapping(file, bodyOf(draft, file.columns))).toEqual(draft);
  });
});

it('offers a default for what can be the same for everybody', () => {
  const draft = setDefault(startDraft(file), 'source', '');
  expect(defaultable(draft, file.fields).map((f) => f.key)).toEqual(['status', 'tags', 'country']);
});

it('takes faults to the column or the default they are about', () => {
  expect(
    faultsOf({
      'mapping.Kd. Nr.': ['is mapped twice'],
      'values.Status': ['no such status'],
      'defaults.custom.level': ['is not a number'],
      match: ['is unknown'],
    }),
  ).toEqual({
    columns: { 'Kd. Nr.': 'is mapped twice', Status: 'no such status' },
    defaults: { 'custom.level': 'is not a number' },
    rest: ['match: is unknown'],
  });
});

describe('the date format', () => {
  const born = field('date_of_birth', { type: 'date' });
  const due = field('follow_up_at', { type: 'date' });
  const fields = [born, due];
  const dates = (name: string, samples: string[], formats: string[] = []) => ({
    ...column(name, null, samples),
    formats,
  });
  const draft = { ...startDraft(file), fields: { Geburtstag: 'date_of_birth', Termin: 'follow_up_at' } };
  const mixed = dates('Geburtstag', ['03.04.1984', '31.02.1980', '12.11.1990']);
  it('is left to the server where it found one for every column', () => {
    expect(dateFormatOf(draft, [dates('Geburtstag', ['03/04/1984'], ['DD/MM/YYYY'])], fields)).toBe('auto');
  });
  it('is that of most cells where one of them is no date', () => {
    expect(dateFormatOf(draft, [mixed], fields)).toBe('DD.MM.YYYY');
    expect(dateFormatOf(draft, [dates('Geburtstag', ['soon', 'later', '03.04.1984'])], fields)).toBe('auto');
  });
  it('does not take another column its own', () => {
    const other = dates('Termin', ['2026-01-02'], ['YYYY-MM-DD']);
    expect(dateFormatOf(draft, [mixed, other], fields)).toBe('auto');
  });
  it('is the one that was chosen', () => {
    expect(dateFormatOf({ ...draft, dateFormat: 'MM/DD/YYYY' }, [mixed], fields)).toBe('MM/DD/YYYY');
  });
});
